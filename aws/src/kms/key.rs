//! What a key of KMS is called.

use std::fmt;
use std::str::FromStr;

use trailseal_keys::Region;

/// A key id, an alias (`alias/NAME`) or the ARN of either, as KMS's [`KeyId`]
/// parameter takes them.
///
/// [`KeyId`]: https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html#KMS-Sign-request-KeyId
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KmsKey(String);

/// A text that is not the name of a key of KMS.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "expected a key of AWS KMS, such as 1234abcd-12ab-34cd-56ef-1234567890ab, alias/NAME or arn:aws:kms:eu-west-1:111122223333:key/…, found {found:?}"
)]
pub struct KmsKeyInvalid {
    /// What was found instead, cut to 200 characters.
    pub found: String,
}

impl KmsKey {
    /// The longest name, in bytes: KMS takes no longer one.
    pub const MAX_BYTES: usize = 2048;

    /// The name, as KMS takes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The Region that an ARN names.
    pub(super) fn region(&self) -> Option<Region> {
        let mut parts = self.0.split(':');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("arn"), Some(_), Some("kms")) => parts.next()?.parse().ok(),
            _ => None,
        }
    }
}

impl FromStr for KmsKey {
    type Err = KmsKeyInvalid;

    fn from_str(text: &str) -> Result<Self, KmsKeyInvalid> {
        let key = Self(text.to_owned());
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_/:".contains(&b);
        let sized = (1..=Self::MAX_BYTES).contains(&text.len()) && text.bytes().all(plain);
        let is_arn = !text.contains(':') || key.region().is_some();
        if sized && is_arn {
            Ok(key)
        } else {
            Err(KmsKeyInvalid {
                found: text.chars().take(200).collect(),
            })
        }
    }
}

impl fmt::Display for KmsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_form_are_taken() {
        for (text, region) in [
            ("1234abcd-12ab-34cd-56ef-1234567890ab", None),
            ("mrk-1234abcd12ab34cd56ef1234567890ab", None),
            ("alias/evidence_key/2026", None),
            (
                "arn:aws:kms:eu-west-1:111122223333:alias/evidence",
                Some("eu-west-1"),
            ),
            (
                "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
                Some("us-gov-west-1"),
            ),
        ] {
            let key: KmsKey = text.parse().unwrap();
            assert_eq!(key.as_str(), text);
            assert_eq!(key.region().as_ref().map(Region::as_str), region);
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "my key",
            "arn:aws:s3:::bucket",
            "arn:aws:kms::111122223333:key/1",
            "alias/ä",
        ] {
            assert_eq!(text.parse::<KmsKey>().unwrap_err().found, text);
        }
        let long = "x".repeat(1 << 20).parse::<KmsKey>().unwrap_err();
        assert_eq!(long.found.len(), 200);
    }
}
