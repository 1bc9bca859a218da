//! Fingerprints: the label by which a digest names the key that signed it.
//!
//! A digest's [`digestPublicKeyFingerprint`] equals the `Fingerprint` of one
//! entry of `ListPublicKeys`. It is the MD5 of the key's DER as that call
//! returned it, in lowercase hex; the rule is not documented, and holds for
//! every key that AWS has printed.
//!
//! Absent on purpose: any claim of security. MD5 collides, so a fingerprint
//! selects the keys to try; the signature decides.
//!
//! [`digestPublicKeyFingerprint`]: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

/// A key's label: 16 bytes, written as 32 lowercase hex digits.
#[derive(Clone, Copy, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[serde(try_from = "String")]
pub struct Fingerprint([u8; Self::BYTES]);

impl Fingerprint {
    const BYTES: usize = 16;
    const DIGITS: usize = 2 * Self::BYTES;

    /// The fingerprint of a key, from its DER exactly as `ListPublicKeys`
    /// returned it. The same key in another encoding has another fingerprint.
    pub fn of_der(der: &[u8]) -> Self {
        Self(Md5::digest(der).into())
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintInvalid;

    fn from_str(text: &str) -> Result<Self, FingerprintInvalid> {
        if let Some((at, found)) = text
            .chars()
            .enumerate()
            .find(|(_, c)| !matches!(c, '0'..='9' | 'a'..='f'))
        {
            return Err(match found {
                'A'..='F' => FingerprintInvalid::UpperCase { found, at },
                _ => FingerprintInvalid::Digit { found, at },
            });
        }
        let mut bytes = [0; Self::BYTES];
        if text.len() != Self::DIGITS || HEXLOWER.decode_mut(text.as_bytes(), &mut bytes).is_err() {
            return Err(FingerprintInvalid::Length { found: text.len() });
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = FingerprintInvalid;

    fn try_from(text: String) -> Result<Self, FingerprintInvalid> {
        text.parse()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Fingerprint {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Fingerprint".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "MD5 of a public key's DER, as CloudTrail prints it: a label.",
            "type": "string",
            "pattern": "^[0-9a-f]{32}$",
        })
    }
}

/// A text that is not a fingerprint as CloudTrail prints it.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum FingerprintInvalid {
    /// A character that is no hex digit.
    #[error("expected a fingerprint of 32 lowercase hex digits, found {found:?} at position {at}")]
    Digit {
        /// The first such character.
        found: char,
        /// Its position, counted from 0.
        at: usize,
    },
    /// Hex digits, but not 32 of them.
    #[error(
        "expected a fingerprint of 32 lowercase hex digits (an MD5), found {found} of them; a fingerprint of 40 or 64 digits was made by another tool"
    )]
    Length {
        /// The number of digits found.
        found: usize,
    },
    /// An upper-case hex digit.
    #[error(
        "expected a fingerprint of 32 lowercase hex digits, found {found:?} at position {at}: CloudTrail prints lower case and a digest names its key by that very text, so this one was rewritten by another tool; list the keys again"
    )]
    UpperCase {
        /// The first such digit.
        found: char,
        /// Its position, counted from 0.
        at: usize,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::published::KEYS;

    #[test]
    fn it_is_the_md5_of_the_der_for_every_key_that_aws_printed() {
        for key in &KEYS {
            assert_eq!(Fingerprint::of_der(&key.der()).to_string(), key.fingerprint);
        }
    }

    #[test]
    fn upper_case_is_refused_with_the_reason() {
        let text = "8EBA5DB5BEA9B640D1C96A77256FE7F2";
        let refused = text.parse::<Fingerprint>().unwrap_err();
        assert_eq!(refused, FingerprintInvalid::UpperCase { found: 'E', at: 1 });
        assert!(refused.to_string().contains("prints lower case"));
    }

    #[test]
    fn other_texts_are_refused() {
        use FingerprintInvalid::{Digit, Length};
        for (text, expected) in [
            ("", Length { found: 0 }),
            ("8eba", Length { found: 4 }),
            (
                "8eba5db5bea9b640d1c96a77256fe7f28eba5db5",
                Length { found: 40 },
            ),
            (
                "8eba5db5bea9b640d1c96a77256fe7g2",
                Digit { found: 'g', at: 30 },
            ),
            ("8e:ba", Digit { found: ':', at: 2 }),
            (
                "８eba5db5bea9b640d1c96a77256fe7f2",
                Digit {
                    found: '８', at: 0
                },
            ),
        ] {
            assert_eq!(text.parse::<Fingerprint>(), Err(expected), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn text_round_trips(text in "[0-9a-f]{32}") {
            let fingerprint: Fingerprint = text.parse().unwrap();
            prop_assert_eq!(fingerprint.to_string(), text);
        }

        #[test]
        fn nothing_panics(text in "\\PC{0,40}") {
            let _ = text.parse::<Fingerprint>();
        }
    }
}
