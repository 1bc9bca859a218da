//! One line of the manifest, whole.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::MirrorError;
use crate::object::ObjectRef;
use crate::source::ReadErrorKind;
use crate::source::manifest::MAX_LINE;

/// What a mirror knows of one object: a line of `manifest.jsonl`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Record {
    /// The bucket.
    pub bucket: String,
    /// The key, verbatim.
    pub key: String,
    /// Its stored bytes.
    #[serde(default)]
    pub size: u64,
    /// SHA-256 of the stored bytes, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Its entity tag, without quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The version that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
    /// When it was stored in the bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<Timestamp>,
    /// User metadata, names without `x-amz-meta-`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// Where it lies, if not at its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Why there is no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

/// What S3 says of an object besides its bytes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct About {
    /// Its entity tag, without quotes.
    pub etag: Option<String>,
    /// The version that was read.
    pub version_id: Option<String>,
    /// When it was stored.
    pub last_modified: Option<Timestamp>,
    /// User metadata, names without `x-amz-meta-`.
    pub metadata: BTreeMap<String, String>,
}

impl Record {
    pub(super) fn of(object: &ObjectRef, size: u64, about: About) -> Self {
        Self {
            bucket: object.bucket.to_string(),
            key: object.key.clone(),
            size,
            sha256: None,
            etag: about.etag,
            version_id: about.version_id,
            last_modified: about.last_modified,
            metadata: about.metadata,
            path: None,
            unread: None,
        }
    }

    /// Its object; `None` if the bucket's name cannot be one.
    pub fn object(&self) -> Option<ObjectRef> {
        Some(ObjectRef::new(self.bucket.parse().ok()?, self.key.clone()))
    }

    /// The line, with a line feed at its end.
    pub(super) fn line(&self) -> Result<Vec<u8>, MirrorError> {
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        let limit = usize::try_from(MAX_LINE).unwrap_or(usize::MAX);
        if line.len() >= limit {
            return Err(MirrorError::MetadataTooLong {
                object: format!("s3://{}/{}", self.bucket, self.key),
                found: line.len(),
                limit,
            });
        }
        Ok(line)
    }
}

/// The word for why an object was not read.
pub(super) fn word(why: ReadErrorKind) -> &'static str {
    match why {
        ReadErrorKind::Archived => "archived",
        ReadErrorKind::Denied => "denied",
        ReadErrorKind::Throttled => "throttled",
        ReadErrorKind::Absent
        | ReadErrorKind::Elsewhere
        | ReadErrorKind::Io
        | ReadErrorKind::TooLarge
        | ReadErrorKind::Unaddressable => "io",
    }
}
