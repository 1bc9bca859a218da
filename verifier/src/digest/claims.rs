//! The JSON of a digest: claims, until its signature is checked.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;

use crate::hash::Sha256;

/// What a digest says. Everything borrows from the inflated bytes: signed
/// text is kept as it was signed, and parsed values stand beside it.
#[derive(Clone, Debug)]
pub struct DigestClaims<'d> {
    /// The account whose logs it lists.
    pub account: Cow<'d, str>,
    /// First instant of its window, a window of delivery times.
    pub start: Timestamp,
    /// End of its window.
    pub end: Timestamp,
    /// The end as it was signed.
    pub signed_end: Cow<'d, str>,
    /// The bucket it belongs in.
    pub bucket: Cow<'d, str>,
    /// The key it belongs at.
    pub object: Cow<'d, str>,
    /// Which public key signed it.
    pub fingerprint: Cow<'d, str>,
    /// How it was signed.
    pub signature_algorithm: Cow<'d, str>,
    /// The digest before it; `None` for the first one after validation was
    /// turned on.
    pub previous: Option<Predecessor<'d>>,
    /// The logs delivered in its window.
    pub logs: Vec<LogClaim<'d>>,
    /// SHA-256 of the inflated bytes.
    pub hash: Sha256,
}

/// What a digest says of the one before it.
#[derive(Clone, Debug)]
pub struct Predecessor<'d> {
    /// Its bucket.
    pub bucket: Cow<'d, str>,
    /// Its key.
    pub object: Cow<'d, str>,
    /// Its hash, in hex.
    pub hash: Cow<'d, str>,
    /// How it was hashed.
    pub hash_algorithm: Cow<'d, str>,
    /// Its signature, in hex.
    pub signature: Cow<'d, str>,
}

/// What a digest says of one log.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogClaim<'d> {
    /// The bucket.
    #[serde(borrow, rename = "s3Bucket")]
    pub bucket: Cow<'d, str>,
    /// The key.
    #[serde(borrow, rename = "s3Object")]
    pub object: Cow<'d, str>,
    /// The hash of its inflated content, in hex.
    #[serde(borrow, rename = "hashValue")]
    pub hash: Cow<'d, str>,
    /// How it was hashed.
    #[serde(borrow)]
    pub hash_algorithm: Cow<'d, str>,
}

/// Why inflated bytes are no digest.
#[derive(Debug, thiserror::Error)]
pub enum MalformedDigest {
    /// Not JSON of the expected shape.
    #[error("not a digest: {0}")]
    Json(#[from] serde_json::Error),
    /// A time that cannot be read.
    #[error("{field} is {found:?}, expected a time such as 2026-03-01T12:01:31Z")]
    Time {
        /// The JSON member.
        field: &'static str,
        /// Its text.
        found: String,
    },
    /// The window ends before it starts.
    #[error("the window ends at {end}, before it starts at {start}")]
    Window {
        /// The stated start.
        start: Timestamp,
        /// The stated end.
        end: Timestamp,
    },
    /// Some members of the predecessor are null and some are not.
    #[error("the previousDigest members are neither all null nor all given")]
    HalfPredecessor,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'d> {
    #[serde(borrow)]
    aws_account_id: Cow<'d, str>,
    #[serde(borrow)]
    digest_start_time: Cow<'d, str>,
    #[serde(borrow)]
    digest_end_time: Cow<'d, str>,
    #[serde(borrow, rename = "digestS3Bucket")]
    bucket: Cow<'d, str>,
    #[serde(borrow, rename = "digestS3Object")]
    object: Cow<'d, str>,
    #[serde(borrow)]
    digest_public_key_fingerprint: Cow<'d, str>,
    #[serde(borrow)]
    digest_signature_algorithm: Cow<'d, str>,
    #[serde(borrow, rename = "previousDigestS3Bucket")]
    previous_bucket: Option<Cow<'d, str>>,
    #[serde(borrow, rename = "previousDigestS3Object")]
    previous_object: Option<Cow<'d, str>>,
    #[serde(borrow)]
    previous_digest_hash_value: Option<Cow<'d, str>>,
    #[serde(borrow)]
    previous_digest_hash_algorithm: Option<Cow<'d, str>>,
    #[serde(borrow)]
    previous_digest_signature: Option<Cow<'d, str>>,
    #[serde(borrow)]
    log_files: Vec<LogClaim<'d>>,
}

impl<'d> DigestClaims<'d> {
    /// Reads the inflated bytes of a digest.
    ///
    /// # Errors
    /// [`MalformedDigest`] for anything CloudTrail would not write. Unknown
    /// members are let through: they are hashed with the rest.
    pub fn parse(inflated: &'d [u8]) -> Result<Self, MalformedDigest> {
        let wire: Wire<'d> = serde_json::from_slice(inflated)?;
        let previous = match (
            wire.previous_bucket,
            wire.previous_object,
            wire.previous_digest_hash_value,
            wire.previous_digest_hash_algorithm,
            wire.previous_digest_signature,
        ) {
            (None, None, None, None, None) => None,
            (Some(bucket), Some(object), Some(hash), Some(hash_algorithm), Some(signature)) => {
                Some(Predecessor {
                    bucket,
                    object,
                    hash,
                    hash_algorithm,
                    signature,
                })
            }
            _ => return Err(MalformedDigest::HalfPredecessor),
        };
        let start = time("digestStartTime", &wire.digest_start_time)?;
        let end = time("digestEndTime", &wire.digest_end_time)?;
        if end < start {
            return Err(MalformedDigest::Window { start, end });
        }
        Ok(Self {
            account: wire.aws_account_id,
            start,
            end,
            signed_end: wire.digest_end_time,
            bucket: wire.bucket,
            object: wire.object,
            fingerprint: wire.digest_public_key_fingerprint,
            signature_algorithm: wire.digest_signature_algorithm,
            previous,
            logs: wire.log_files,
            hash: Sha256::of(inflated),
        })
    }

    /// The text that was signed: four lines joined by LF, no newline at the
    /// end, and the word `null` for a missing predecessor.
    pub fn signed_text(&self) -> String {
        let previous = self
            .previous
            .as_ref()
            .map_or("null", |previous| &previous.signature);
        format!(
            "{}\n{}/{}\n{}\n{previous}",
            self.signed_end, self.bucket, self.object, self.hash
        )
    }

    /// Whether it names this object as the one before it.
    pub fn names(&self, bucket: &str, object: &str) -> bool {
        self.previous
            .as_ref()
            .is_some_and(|previous| previous.bucket == bucket && previous.object == object)
    }
}

fn time(field: &'static str, text: &str) -> Result<Timestamp, MalformedDigest> {
    text.parse().map_err(|_| MalformedDigest::Time {
        field,
        found: text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starting() -> serde_json::Value {
        serde_json::json!({
            "awsAccountId": "111122223333",
            "digestStartTime": "2015-08-17T14:01:31Z",
            "digestEndTime": "2015-08-17T15:01:31Z",
            "digestS3Bucket": "logs",
            "digestS3Object": "AWSLogs/x.json.gz",
            "digestPublicKeyFingerprint": "31e8b5433410dfb61a9dc45cc65b22ff",
            "digestSignatureAlgorithm": "SHA256withRSA",
            "newestEventTime": null,
            "oldestEventTime": null,
            "previousDigestS3Bucket": null,
            "previousDigestS3Object": null,
            "previousDigestHashValue": null,
            "previousDigestHashAlgorithm": null,
            "previousDigestSignature": null,
            "logFiles": []
        })
    }

    fn parse(json: &serde_json::Value) -> Result<String, MalformedDigest> {
        let bytes = serde_json::to_vec(json).unwrap();
        DigestClaims::parse(&bytes).map(|claims| claims.signed_text())
    }

    #[test]
    fn a_starting_digest_signs_the_word_null() {
        let text = parse(&starting()).unwrap();
        let lines: Vec<_> = text.split('\n').collect();
        assert_eq!(lines[0], "2015-08-17T15:01:31Z");
        assert_eq!(lines[1], "logs/AWSLogs/x.json.gz");
        assert_eq!(lines[2].len(), 64);
        assert_eq!(lines[3..], ["null"]);
    }

    #[test]
    fn half_a_predecessor_is_malformed() {
        let mut digest = starting();
        digest["previousDigestSignature"] = "00".into();
        assert!(matches!(
            parse(&digest),
            Err(MalformedDigest::HalfPredecessor)
        ));
    }

    #[test]
    fn wrong_types_times_and_windows_are_malformed() {
        for (member, value) in [
            ("digestStartTime", serde_json::json!("yesterday")),
            ("digestStartTime", serde_json::json!("2015-08-17T16:01:31Z")),
            ("digestEndTime", serde_json::json!(5)),
            ("logFiles", serde_json::json!(null)),
            ("logFiles", serde_json::json!([{}])),
            ("awsAccountId", serde_json::json!(111_122_223_333_u64)),
        ] {
            let mut digest = starting();
            digest[member] = value;
            assert!(parse(&digest).is_err(), "{member}");
        }
        assert!(DigestClaims::parse(b"[]").is_err());
        assert!(DigestClaims::parse(b"{}{}").is_err());
        assert!(DigestClaims::parse("[".repeat(100_000).as_bytes()).is_err());
    }
}
