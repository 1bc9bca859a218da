//! One public key, and the check of a signature with it.
//!
//! CloudTrail signs with RSASSA-PKCS1-v1_5 and SHA-256 ([RFC 8017, section 8.2],
//! named `SHA256withRSA` in a digest). `ListPublicKeys` is documented to return
//! an `RSAPublicKey` ([RFC 8017, appendix A.1.1]); one key in AWS's documentation
//! is a `SubjectPublicKeyInfo` ([RFC 5280, section 4.1]), so both are read.
//!
//! The arithmetic is aws-lc's, and so is the parsing, with one rule on top: a key
//! is accepted only if the library, writing it back, gives the very same bytes. That
//! leaves no room for a second reading of them.
//!
//! Absent on purpose: other algorithms, PEM, and the text that is signed.
//!
//! [RFC 5280, section 4.1]: https://www.rfc-editor.org/rfc/rfc5280#section-4.1
//! [RFC 8017, section 8.2]: https://www.rfc-editor.org/rfc/rfc8017#section-8.2
//! [RFC 8017, appendix A.1.1]: https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1.1

use std::fmt;
use std::ops::RangeInclusive;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::error::KeyRejected;
use aws_lc_rs::rsa::{PublicKey as RsaPublicKey, RsaParameters};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use serde::Serialize;
use thiserror::Error;

use crate::fingerprint::Fingerprint;
use crate::signing::pem;

/// An RSA public key, parsed once and ready to check many signatures from many
/// threads. Two keys are equal when their DER is.
#[derive(Clone)]
pub struct PublicKey {
    parsed: ParsedPublicKey,
    encoding: KeyEncoding,
    fingerprint: Fingerprint,
    modulus_bits: u32,
}

impl PublicKey {
    /// The sizes of modulus accepted, in bits. CloudTrail uses 2048 today; smaller
    /// ones can be forged, larger ones only cost time.
    pub const MODULUS_BITS: RangeInclusive<u32> = 2048..=8192;

    /// Reads a key from the DER of a PKCS#1 `RSAPublicKey` or of a
    /// `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    ///
    /// [`PublicKeyError`] when the bytes are neither, are followed by others, or
    /// hold a modulus outside [`PublicKey::MODULUS_BITS`].
    pub fn from_der(der: &[u8]) -> Result<Self, PublicKeyError> {
        let expected = announced_len(der).ok_or(PublicKeyError::NotDer)?;
        if der.len() < expected {
            return Err(PublicKeyError::Truncated {
                expected,
                found: der.len(),
            });
        }
        if der.len() > expected {
            return Err(PublicKeyError::TrailingBytes {
                expected,
                found: der.len(),
            });
        }

        let key = RsaPublicKey::from_der(der).map_err(PublicKeyError::rejected)?;
        let pkcs1: &[u8] = key.as_ref();
        let encoding = if der == pkcs1 {
            KeyEncoding::Pkcs1
        } else if is_spki_of(der, &key) {
            KeyEncoding::Spki
        } else {
            return Err(PublicKeyError::NotCanonical);
        };

        let modulus_bits =
            RsaParameters::public_modulus_len(pkcs1).map_err(|_| PublicKeyError::NotCanonical)?;
        if !Self::MODULUS_BITS.contains(&modulus_bits) {
            return Err(PublicKeyError::ModulusSize {
                found: modulus_bits,
            });
        }

        let parsed = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der)
            .map_err(PublicKeyError::rejected)?;
        Ok(Self {
            parsed,
            encoding,
            fingerprint: Fingerprint::of_der(der),
            modulus_bits,
        })
    }

    /// Checks an RSASSA-PKCS1-v1_5 signature with SHA-256 over `message`. The
    /// library hashes the message; pass the text that was signed.
    ///
    /// # Errors
    ///
    /// [`SignatureInvalid`] when this key did not sign this message, whatever the
    /// reason: a wrong length, a wrong padding and a wrong message are the same.
    pub fn verify_pkcs1_sha256(
        &self,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureInvalid> {
        self.parsed
            .verify_sig(message, signature)
            .map_err(|_| SignatureInvalid)
    }

    /// The bytes that the key was read from, unchanged.
    pub fn der(&self) -> &[u8] {
        self.parsed.as_ref()
    }

    /// The key as a `SubjectPublicKeyInfo` in PEM, which every other program
    /// reads.
    ///
    /// # Errors
    ///
    /// None for a key that was read.
    pub fn to_pem(&self) -> Result<String, PublicKeyError> {
        let key = RsaPublicKey::from_der(self.der()).map_err(PublicKeyError::rejected)?;
        let spki: PublicKeyX509Der<'_> = key.as_der().map_err(|_| PublicKeyError::NotCanonical)?;
        pem::encode(pem::PUBLIC_KEY, spki.as_ref()).map_err(|_| PublicKeyError::NotCanonical)
    }

    /// Which of the two structures the bytes are.
    pub fn encoding(&self) -> KeyEncoding {
        self.encoding
    }

    /// The fingerprint computed from the bytes. What a key list *says* may differ:
    /// see [`TrustedKey::fingerprint`](crate::TrustedKey::fingerprint).
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The size of the modulus, in bits.
    pub fn modulus_bits(&self) -> u32 {
        self.modulus_bits
    }
}

/// The whole length that the outermost `SEQUENCE` announces, header included
/// ([X.690, section 8.1.3]); `None` if the bytes begin otherwise.
///
/// This only makes the errors about lengths precise. Lengths of three bytes and
/// more are refused: 65,535 bytes hold a modulus of 500,000 bits.
///
/// [X.690, section 8.1.3]: https://www.itu.int/rec/T-REC-X.690
fn announced_len(der: &[u8]) -> Option<usize> {
    match *der {
        [0x30, len @ 0..=0x7f, ..] => Some(2 + usize::from(len)),
        [0x30, 0x81, len, ..] => Some(3 + usize::from(len)),
        [0x30, 0x82, high, low, ..] => Some(4 + usize::from(u16::from_be_bytes([high, low]))),
        _ => None,
    }
}

fn is_spki_of(der: &[u8], key: &RsaPublicKey) -> bool {
    let written: Result<PublicKeyX509Der<'_>, _> = key.as_der();
    written.is_ok_and(|spki| spki.as_ref() == der)
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.der() == other.der()
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey")
            .field("encoding", &self.encoding)
            .field("fingerprint", &self.fingerprint)
            .field("modulus_bits", &self.modulus_bits)
            .finish()
    }
}

/// The structure that a key's DER is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum KeyEncoding {
    /// `RSAPublicKey` of PKCS#1: what CloudTrail documents.
    Pkcs1,
    /// `SubjectPublicKeyInfo`: seen in a key of 2015.
    Spki,
}

impl fmt::Display for KeyEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pkcs1 => "PKCS#1 RSAPublicKey",
            Self::Spki => "SubjectPublicKeyInfo",
        })
    }
}

/// Bytes that are no acceptable public key.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum PublicKeyError {
    /// The modulus is too small to trust or larger than is supported.
    #[error(
        "expected an RSA modulus of {} to {} bits, found {found}",
        PublicKey::MODULUS_BITS.start(),
        PublicKey::MODULUS_BITS.end()
    )]
    ModulusSize {
        /// The size found, in bits.
        found: u32,
    },
    /// Readable, but not written as DER prescribes.
    #[error(
        "expected a DER RSAPublicKey (PKCS#1) or SubjectPublicKeyInfo of rsaEncryption, found a key that is written otherwise"
    )]
    NotCanonical,
    /// The bytes do not begin as a DER structure does.
    #[error(
        "expected a DER RSAPublicKey (PKCS#1) or SubjectPublicKeyInfo, found bytes that begin with no DER SEQUENCE; PEM text must be decoded first"
    )]
    NotDer,
    /// The library finds no RSA public key in the bytes.
    #[error(
        "expected a DER RSAPublicKey (PKCS#1) or SubjectPublicKeyInfo, found none that aws-lc accepts ({reason})"
    )]
    Rejected {
        /// The library's reason.
        reason: String,
    },
    /// Bytes follow the key.
    #[error(
        "expected a key of {expected} bytes, as its DER says, found {found} bytes: others follow it"
    )]
    TrailingBytes {
        /// The length that the DER announces.
        expected: usize,
        /// The number of bytes given.
        found: usize,
    },
    /// The key ends early.
    #[error("expected a key of {expected} bytes, as its DER says, found {found} bytes: it was cut")]
    Truncated {
        /// The length that the DER announces.
        expected: usize,
        /// The number of bytes given.
        found: usize,
    },
}

impl PublicKeyError {
    #[allow(clippy::needless_pass_by_value, reason = "used with map_err")]
    fn rejected(error: KeyRejected) -> Self {
        Self::Rejected {
            reason: error.to_string(),
        }
    }
}

/// This key did not sign this message.
#[derive(Clone, Copy, Debug, Default, Eq, Error, PartialEq)]
#[error("the signature is not this key's over this message")]
pub struct SignatureInvalid;

#[cfg(test)]
mod tests;
