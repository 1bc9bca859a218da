//! An envelope, signed or read.

use std::borrow::Cow;
use std::collections::BTreeSet;

use data_encoding::{BASE64, BASE64URL};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::signing::{KeyId, SignError, Signer};

/// The payload type of an in-toto Statement.
pub const PAYLOAD_TYPE_IN_TOTO: &str = "application/vnd.in-toto+json";

/// What an envelope may hold. Each limit is a few times what evidence needs.
#[derive(Debug)]
pub struct Limits;

impl Limits {
    /// The JSON, in bytes: it is read as a whole, and a statement names some files.
    pub const ENVELOPE_BYTES: usize = 16 << 20;
    /// A key id, in bytes.
    pub const KEYID_BYTES: usize = 256;
    /// The payload type, in bytes.
    pub const PAYLOAD_TYPE_BYTES: usize = 256;
    /// Signatures; each is tried with each key.
    pub const SIGNATURES: usize = 32;
    /// One signature, in bytes: RSA with 8192 bits.
    pub const SIGNATURE_BYTES: usize = 1024;
}

/// A payload, its type and signatures over both. Neither may be looked at before
/// it is verified: see [`Envelope::verify`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Envelope {
    pub(super) payload: Vec<u8>,
    pub(super) payload_type: String,
    pub(super) signatures: Vec<Signature>,
}

/// One signature, not verified yet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Signature {
    /// Empty if none is stated.
    pub(super) keyid: String,
    pub(super) sig: Vec<u8>,
}

impl Envelope {
    /// Signs a payload with each of the signers.
    ///
    /// # Errors
    /// [`EnvelopeError`] if one of them does not sign or is given twice, there is
    /// none, or more is to be signed than [`Limits`] lets anyone read.
    pub fn sign(
        payload_type: &str,
        payload: Vec<u8>,
        signers: &[&dyn Signer],
    ) -> Result<Self, EnvelopeError> {
        let mut keys = BTreeSet::new();
        for signer in signers {
            let key = signer.public().id();
            if !keys.insert(key) {
                return Err(EnvelopeError::SameSigner { key });
            }
        }
        let message = pae(payload_type, &payload);
        let signature = |signer: &&dyn Signer| {
            Ok::<_, SignError>(Signature {
                keyid: signer.public().id().to_string(),
                sig: signer.sign(&message)?,
            })
        };
        let envelope = Self {
            payload,
            payload_type: payload_type.to_owned(),
            signatures: signers.iter().map(signature).collect::<Result<_, _>>()?,
        };
        envelope.within_limits()?;
        // Four characters for three bytes; the rest is small.
        let room = Limits::ENVELOPE_BYTES / 4 * 3 - (Limits::SIGNATURES << 12);
        if envelope.payload.len() > room {
            return Err(EnvelopeError::TooLarge);
        }
        Ok(envelope)
    }

    /// Reads the JSON of an envelope.
    ///
    /// # Errors
    /// [`EnvelopeError`]; nothing is verified yet.
    pub fn parse(json: &[u8]) -> Result<Self, EnvelopeError> {
        if json.len() > Limits::ENVELOPE_BYTES {
            return Err(EnvelopeError::TooLarge);
        }
        let wire: Wire<'_> =
            serde_json::from_slice(json).map_err(|error| EnvelopeError::NotAnEnvelope {
                reason: error.to_string(),
            })?;
        let read = |wire: &WireSignature<'_>| {
            Ok::<_, EnvelopeError>(Signature {
                keyid: wire.keyid.as_deref().unwrap_or_default().to_owned(),
                sig: bytes("sig", &wire.sig)?,
            })
        };
        let envelope = Self {
            payload: bytes("payload", &wire.payload)?,
            payload_type: wire.payload_type.into_owned(),
            signatures: wire
                .signatures
                .iter()
                .take(Limits::SIGNATURES + 1)
                .map(read)
                .collect::<Result<_, _>>()?,
        };
        envelope.within_limits()?;
        Ok(envelope)
    }

    /// The JSON, on one line with a line feed.
    ///
    /// # Errors
    /// None that is known of: the JSON writer's error is passed on.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let text = |bytes: &[u8]| Cow::Owned(BASE64.encode(bytes));
        let wire = Wire {
            payload: text(&self.payload),
            payload_type: Cow::Borrowed(&self.payload_type),
            signatures: self
                .signatures
                .iter()
                .map(|signature| WireSignature {
                    keyid: Some(Cow::Borrowed(&signature.keyid)),
                    sig: text(&signature.sig),
                })
                .collect(),
        };
        serde_json::to_string(&wire).map(|json| json + "\n")
    }

    fn within_limits(&self) -> Result<(), EnvelopeError> {
        let limit = |what, found, most| {
            if found > most {
                Err(EnvelopeError::Limit { what, found, most })
            } else {
                Ok(())
            }
        };
        if self.signatures.is_empty() {
            return Err(EnvelopeError::Unsigned);
        }
        limit(
            "bytes of payloadType",
            self.payload_type.len(),
            Limits::PAYLOAD_TYPE_BYTES,
        )?;
        limit("signatures", self.signatures.len(), Limits::SIGNATURES)?;
        for signature in &self.signatures {
            limit("bytes of keyid", signature.keyid.len(), Limits::KEYID_BYTES)?;
            limit("bytes of sig", signature.sig.len(), Limits::SIGNATURE_BYTES)?;
        }
        Ok(())
    }
}

/// The text that is signed: `DSSEv1`, then type and payload, each after its length
/// in bytes, all with single spaces between them.
pub(super) fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!(
        "DSSEv1 {} {payload_type} {} ",
        payload_type.len(),
        payload.len()
    );
    [head.as_bytes(), payload].concat()
}

fn bytes(member: &'static str, text: &str) -> Result<Vec<u8>, EnvelopeError> {
    let alphabet = if text.contains(['-', '_']) {
        BASE64URL
    } else {
        BASE64
    };
    alphabet
        .decode(text.as_bytes())
        .map_err(|error| EnvelopeError::Base64 {
            member,
            reason: error.to_string(),
        })
}

#[derive(Deserialize, Serialize)]
struct Wire<'j> {
    #[serde(borrow)]
    payload: Cow<'j, str>,
    #[serde(borrow, rename = "payloadType")]
    payload_type: Cow<'j, str>,
    #[serde(borrow)]
    signatures: Vec<WireSignature<'j>>,
}

#[derive(Deserialize, Serialize)]
struct WireSignature<'j> {
    #[serde(borrow, default)]
    keyid: Option<Cow<'j, str>>,
    #[serde(borrow)]
    sig: Cow<'j, str>,
}

/// What is no envelope, or could not be made one.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// A member is not base64.
    #[error("{member}: expected base64 with padding, found text that is not: {reason}")]
    Base64 {
        /// The member.
        member: &'static str,
        /// The decoder's reason, with the position.
        reason: String,
    },
    /// More of something than evidence has.
    #[error("expected an envelope of at most {most} {what}, found {found}")]
    Limit {
        /// Of what.
        what: &'static str,
        /// How much was found.
        found: usize,
        /// How much is read.
        most: usize,
    },
    /// Not JSON, or a member is missing.
    #[error(
        "expected a DSSE envelope, JSON with payload, payloadType and signatures, found something else: {reason}"
    )]
    NotAnEnvelope {
        /// The parser's reason, with line and column.
        reason: String,
    },
    /// One key was to sign twice, which proves no more.
    #[error("expected each signing key once, found {key} twice")]
    SameSigner {
        /// The key.
        key: KeyId,
    },
    /// A signer did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// More bytes than an envelope has.
    #[error(
        "expected a DSSE envelope of at most {} bytes, found more",
        Limits::ENVELOPE_BYTES
    )]
    TooLarge,
    /// No signature.
    #[error("expected an envelope with signatures, found none: nobody vouches for it")]
    Unsigned,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::signing::{KeyKind, PrivateKey};

    /// The example of DSSE's protocol.
    #[test]
    fn the_signed_text_is_that_of_the_protocol() {
        assert_eq!(
            pae("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
        assert_eq!(pae("é", b""), "DSSEv1 2 é 0 ".as_bytes());
    }

    fn signed(payload: &[u8]) -> Envelope {
        let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
        Envelope::sign(PAYLOAD_TYPE_IN_TOTO, payload.to_vec(), &[&key]).unwrap()
    }

    #[test]
    fn both_alphabets_are_read_and_one_is_written() {
        let envelope = signed(&[0xfb, 0xff, 0xfe]);
        let json = envelope.to_json().unwrap();
        assert!(json.contains("\"payload\":\"+//+\"") && json.ends_with("}\n"));
        let other = json.replace("+//+", "-__-");
        assert_eq!(Envelope::parse(other.as_bytes()).unwrap(), envelope);
        let mixed = json.replace("+//+", "-//-");
        let error = Envelope::parse(mixed.as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with("payload: expected base64"));
    }

    #[test]
    fn unknown_members_are_passed_over_and_repeated_ones_are_not() {
        let json =
            r#"{"payload":"","payloadType":"t","extra":[{}],"signatures":[{"sig":"","cert":1}]}"#;
        let envelope = Envelope::parse(json.as_bytes()).unwrap();
        assert_eq!(envelope.signatures[0].keyid, "");
        let twice = json.replace("\"extra\":[{}]", "\"payload\":\"AA==\"");
        let error = Envelope::parse(twice.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("duplicate field"), "{error}");
    }

    #[test]
    fn what_an_attacker_sizes_has_a_limit() {
        let with = |payload_type: &str, signatures: &str| {
            let json = format!(
                r#"{{"payload":"","payloadType":"{payload_type}","signatures":[{signatures}]}}"#
            );
            Envelope::parse(json.as_bytes()).unwrap_err().to_string()
        };
        let one = r#"{"sig":""}"#;
        assert!(with("t", "").contains("nobody vouches"));
        assert!(with(&"t".repeat(257), one).contains("at most 256 bytes of payloadType"));
        assert!(with("t", &[one; 1000].join(",")).contains("at most 32 signatures"));
        let keyid = format!(r#"{{"sig":"","keyid":"{}"}}"#, "k".repeat(257));
        assert!(with("t", &keyid).contains("at most 256 bytes of keyid"));
        let sig = format!(r#"{{"sig":"{}"}}"#, "AAAA".repeat(342));
        assert!(with("t", &sig).contains("at most 1024 bytes of sig"));
        let large = vec![b' '; Limits::ENVELOPE_BYTES + 1];
        assert!(matches!(
            Envelope::parse(&large),
            Err(EnvelopeError::TooLarge)
        ));
    }

    #[test]
    fn what_is_signed_can_be_read_again_at_the_largest_size() {
        let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
        let largest = Limits::ENVELOPE_BYTES / 4 * 3 - (Limits::SIGNATURES << 12);
        let sign = |len| Envelope::sign("t", vec![0; len], &[&key]);
        let json = sign(largest).unwrap().to_json().unwrap();
        assert!(Envelope::parse(json.as_bytes()).is_ok());
        assert!(matches!(sign(largest + 1), Err(EnvelopeError::TooLarge)));
    }

    #[test]
    fn nothing_is_signed_by_nobody_or_twice_by_one_key() {
        let unsigned = Envelope::sign("t", Vec::new(), &[]);
        assert!(matches!(unsigned, Err(EnvelopeError::Unsigned)));
        let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
        let twice = Envelope::sign("t", Vec::new(), &[&key, &key]);
        assert!(matches!(twice, Err(EnvelopeError::SameSigner { .. })));
    }

    proptest! {
        #[test]
        fn envelopes_round_trip(payload in prop::collection::vec(any::<u8>(), 0..300)) {
            let envelope = signed(&payload);
            let json = envelope.to_json().unwrap();
            prop_assert_eq!(Envelope::parse(json.as_bytes()).unwrap(), envelope);
        }

        #[test]
        fn nothing_panics(
            payload in "[A-Za-z0-9+/=_ -]{0,12}",
            kind in ".{0,8}",
            rest in "[\\[\\]{}\",:a-z0-9]{0,40}",
        ) {
            let json = format!(r#"{{"payload":"{payload}","payloadType":"{kind}","signatures":{rest}"#);
            let _ = Envelope::parse(json.as_bytes());
        }
    }
}
