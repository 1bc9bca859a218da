//! Digest files and their signatures, one at a time.
//!
//! Structure: the user guide, "CloudTrail digest file structure". Signed text:
//! "Custom implementations of log file integrity validation", and the command
//! line's `validation.py` for the word `null`, which the prose leaves out.
//!
//! Every member is text, so that a vector can say anything and sign it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::gzip::{gzip, sha256_hex};
use crate::keys::SigningKey;
use crate::log::LogFile;
use crate::store::{Store, Stored};

/// One entry of `logFiles`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// The log's bucket.
    pub s3_bucket: String,
    /// The log's key.
    pub s3_object: String,
    /// Lowercase-hex SHA-256 of the inflated log.
    pub hash_value: String,
    /// `SHA-256`.
    pub hash_algorithm: String,
    /// Time of the newest event in the log.
    pub newest_event_time: String,
    /// Time of the oldest event in the log.
    pub oldest_event_time: String,
}

impl LogEntry {
    /// The honest entry for `log` at this place.
    #[must_use]
    pub fn new(bucket: &str, key: &str, log: &LogFile) -> Self {
        Self {
            s3_bucket: bucket.into(),
            s3_object: key.into(),
            hash_value: log.sha256(),
            hash_algorithm: "SHA-256".into(),
            newest_event_time: whole_second(log.newest_event()),
            oldest_event_time: whole_second(log.oldest_event()),
        }
    }
}

/// The content of a digest, members in the order CloudTrail prints them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names are CloudTrail's own")]
pub struct DigestBody {
    pub aws_account_id: String,
    pub digest_start_time: String,
    pub digest_end_time: String,
    pub digest_s3_bucket: String,
    pub digest_s3_object: String,
    pub digest_public_key_fingerprint: String,
    pub digest_signature_algorithm: String,
    pub newest_event_time: Option<String>,
    pub oldest_event_time: Option<String>,
    pub previous_digest_s3_bucket: Option<String>,
    pub previous_digest_s3_object: Option<String>,
    pub previous_digest_hash_value: Option<String>,
    pub previous_digest_hash_algorithm: Option<String>,
    pub previous_digest_signature: Option<String>,
    pub log_files: Vec<LogEntry>,
}

impl DigestBody {
    /// The JSON, compact, as CloudTrail stores it.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("text members are JSON")
    }

    /// Sets the five `previousDigest*` members to name `previous`, or to null.
    pub fn link_to(&mut self, previous: Option<&DigestHandle>) {
        self.previous_digest_s3_bucket = previous.map(|digest| digest.bucket.clone());
        self.previous_digest_s3_object = previous.map(|digest| digest.key.clone());
        self.previous_digest_hash_value = previous.map(|digest| digest.sha256.clone());
        self.previous_digest_hash_algorithm = previous.map(|_| "SHA-256".into());
        self.previous_digest_signature = previous.map(|digest| digest.signature.clone());
    }

    /// Signs this content with `key`. The fingerprint inside is left as it is.
    #[must_use]
    pub fn seal(&self, key: &SigningKey) -> SealedDigest {
        SealedDigest::of_content(self, self.to_json(), key)
    }
}

/// A digest and the signature over it, before it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedDigest {
    /// The body that was signed (or whose place and times were).
    pub body: DigestBody,
    /// The inflated bytes.
    pub content: Vec<u8>,
    /// Lowercase hex.
    pub signature: String,
}

impl SealedDigest {
    /// Signs `content`, which may differ from what `body` would print: the end
    /// time, the place and the predecessor's signature are taken from `body`.
    #[must_use]
    pub fn of_content(body: &DigestBody, content: Vec<u8>, key: &SigningKey) -> Self {
        let message = string_to_sign(
            &body.digest_end_time,
            &body.digest_s3_bucket,
            &body.digest_s3_object,
            &content,
            body.previous_digest_signature.as_deref(),
        );
        Self {
            body: body.clone(),
            signature: key.sign(message.as_bytes()),
            content,
        }
    }

    /// The object as S3 would hold it: one gzip member, and the metadata
    /// `signature` and `signature-algorithm`.
    #[must_use]
    pub fn to_stored(&self) -> Stored {
        let metadata = BTreeMap::from([
            ("signature".to_owned(), self.signature.clone()),
            ("signature-algorithm".to_owned(), "SHA256withRSA".to_owned()),
        ]);
        Stored {
            bytes: gzip(&self.content),
            metadata,
            unread: None,
        }
    }

    /// Stores it where it says it belongs.
    pub fn put(&self, store: &mut Store) -> DigestHandle {
        let handle = self.handle();
        store.put_object(&handle.bucket, &handle.key, self.to_stored());
        handle
    }

    /// What a successor and a vector need to know of it.
    #[must_use]
    pub fn handle(&self) -> DigestHandle {
        DigestHandle {
            bucket: self.body.digest_s3_bucket.clone(),
            key: self.body.digest_s3_object.clone(),
            sha256: sha256_hex(&self.content),
            signature: self.signature.clone(),
            body: self.body.clone(),
        }
    }
}

/// A digest that was made: where it is, and what a successor says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestHandle {
    /// Its bucket.
    pub bucket: String,
    /// Its key.
    pub key: String,
    /// Lowercase-hex SHA-256 of its inflated bytes.
    pub sha256: String,
    /// Its signature in lowercase hex.
    pub signature: String,
    /// Its content.
    pub body: DigestBody,
}

impl DigestHandle {
    /// `s3://bucket/key`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("s3://{}/{}", self.bucket, self.key)
    }

    /// End of its window.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        crate::time(&self.body.digest_end_time)
    }

    /// `s3://bucket/key` of the log it lists at `index`.
    #[must_use]
    pub fn log_url(&self, index: usize) -> String {
        let (bucket, key) = self.log(index);
        format!("s3://{bucket}/{key}")
    }

    /// Bucket and key of the log it lists at `index`.
    #[must_use]
    pub fn log(&self, index: usize) -> (&str, &str) {
        let entry = &self.body.log_files[index];
        (&entry.s3_bucket, &entry.s3_object)
    }
}

/// The text that CloudTrail signs: four lines, LF, no closing LF.
#[must_use]
pub fn string_to_sign(
    end_time: &str,
    bucket: &str,
    key: &str,
    content: &[u8],
    previous_signature: Option<&str>,
) -> String {
    let hash = sha256_hex(content);
    let previous = previous_signature.unwrap_or("null");
    format!("{end_time}\n{bucket}/{key}\n{hash}\n{previous}")
}

/// `2026-03-02T08:07:13Z`: digests print no fraction.
pub(crate) fn whole_second(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
