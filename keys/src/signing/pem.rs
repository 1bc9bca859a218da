//! The text form of keys: PEM, as [RFC 7468] has it.
//!
//! The decoder takes the same time whatever the bytes are, because they may be a
//! private key.
//!
//! [RFC 7468]: https://www.rfc-editor.org/rfc/rfc7468

use der::pem::{self, LineEnding};
use thiserror::Error;
use zeroize::Zeroizing;

pub(super) const ENCRYPTED_PRIVATE_KEY: &str = "ENCRYPTED PRIVATE KEY";
pub(super) const PRIVATE_KEY: &str = "PRIVATE KEY";
pub(crate) const PUBLIC_KEY: &str = "PUBLIC KEY";

/// One block of PEM.
pub(super) struct Block<'t> {
    pub(super) label: &'t str,
    pub(super) der: Zeroizing<Vec<u8>>,
}

/// Reads the one block of a text.
pub(super) fn decode(text: &[u8]) -> Result<Block<'_>, PemError> {
    if text.len() > PemError::MAX_BYTES {
        return Err(PemError::TooLarge);
    }
    // Decoding only shrinks, so nothing is moved and left behind.
    let mut buffer = Zeroizing::new(vec![0; text.len()]);
    // A blank line at the end is no second block.
    let (label, len) = pem::decode(text.trim_ascii_end(), &mut buffer)
        .map(|(label, der)| (label, der.len()))
        .map_err(|error| PemError::NotPem {
            reason: match error {
                pem::Error::Preamble => "no line begins with -----BEGIN".to_owned(),
                other => other.to_string(),
            },
        })?;
    buffer.truncate(len);
    Ok(Block { label, der: buffer })
}

/// Writes a block.
pub(crate) fn encode(label: &'static str, der: &[u8]) -> Result<String, pem::Error> {
    pem::encode_string(label, LineEnding::LF, der)
}

/// A file that is no PEM file of a key, or of another kind of key.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum PemError {
    /// A block of another name.
    #[error("expected {expected}, found a PEM block {found:?}{way_out}")]
    Label {
        /// The blocks that would have been read.
        expected: &'static str,
        /// The name found, cut to 64 characters.
        found: String,
        /// How to make a file that can be read, if there is a way.
        way_out: &'static str,
    },
    /// No PEM at all, or damaged.
    #[error("expected a key in PEM, found none that can be read: {reason}")]
    NotPem {
        /// The decoder's reason.
        reason: String,
    },
    /// More bytes than a key has.
    #[error(
        "expected a key in PEM of at most {} bytes, found more",
        PemError::MAX_BYTES
    )]
    TooLarge,
}

impl PemError {
    /// The largest PEM file of one key, in bytes: RSA with 8192 bits, encrypted,
    /// is less than 7,000.
    pub const MAX_BYTES: usize = 16 << 10;

    /// The error for a block that is not one of those expected.
    pub(super) fn label(expected: &'static str, found: &str) -> Self {
        Self::Label {
            expected,
            found: found.chars().take(64).collect(),
            way_out: way_out(found),
        }
    }
}

fn way_out(label: &str) -> &'static str {
    match label {
        "CERTIFICATE" => "; `openssl x509 -noout -pubkey -in FILE` writes its public key",
        "DSA PRIVATE KEY" | "EC PARAMETERS" | "EC PRIVATE KEY" | "RSA PRIVATE KEY" => {
            "; `openssl pkcs8 -topk8 -in FILE` writes it as PKCS#8"
        }
        "OPENSSH PRIVATE KEY" => {
            "; `ssh-keygen -p -m PKCS8 -f FILE` rewrites RSA and ECDSA keys as PKCS#8"
        }
        "RSA PUBLIC KEY" => "; `openssl rsa -RSAPublicKey_in -in FILE -pubout` rewrites it",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block(label: &'static str, der: &[u8]) -> String {
        encode(label, der).unwrap()
    }

    #[test]
    fn text_before_a_block_is_passed_over_and_text_after_it_is_not() {
        let key = block(PUBLIC_KEY, &[7; 100]);
        let before = format!("Bag Attributes\n  name: x\n{key}\r\n");
        assert_eq!(*decode(before.as_bytes()).unwrap().der, [7; 100]);
        let after = format!("{key}{key}");
        assert!(matches!(
            decode(after.as_bytes()),
            Err(PemError::NotPem { .. })
        ));
    }

    #[test]
    fn a_file_of_any_size_is_refused_by_its_size() {
        assert!(matches!(
            decode(&[b'-'; PemError::MAX_BYTES + 1]),
            Err(PemError::TooLarge)
        ));
    }

    #[test]
    fn a_key_in_an_older_form_is_refused_with_the_command_that_rewrites_it() {
        let error = PemError::label("a public key", "RSA PRIVATE KEY");
        assert_eq!(
            error.to_string(),
            "expected a public key, found a PEM block \"RSA PRIVATE KEY\"; \
             `openssl pkcs8 -topk8 -in FILE` writes it as PKCS#8"
        );
    }

    proptest! {
        #[test]
        fn blocks_round_trip(der in prop::collection::vec(any::<u8>(), 1..2000)) {
            let text = block(PRIVATE_KEY, &der);
            let read = decode(text.as_bytes()).unwrap();
            prop_assert_eq!(read.label, PRIVATE_KEY);
            prop_assert_eq!(&*read.der, &der);
        }

        #[test]
        fn nothing_panics(text in "(-----BEGIN [A-Z ]{0,12}-----\n)?[ -~\n]{0,80}(\n-----END [A-Z ]{0,12}-----\n?)?") {
            let _ = decode(text.as_bytes());
        }
    }
}
