//! One stored object: its bytes, or where they are, and what S3 says about it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use hyper::body::Bytes;
use jiff::Timestamp;
use md5::{Digest, Md5};

/// An object to put into a [`Store`](crate::Store). Cloning shares the bytes,
/// so one object can be stored under many keys at little cost.
#[derive(Clone, Debug)]
pub struct Object {
    pub(crate) content: Content,
    pub(crate) size: u64,
    pub(crate) etag: String,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) last_modified: Option<Timestamp>,
    pub(crate) owner: Option<String>,
    pub(crate) storage_class: Option<String>,
    pub(crate) unread: Option<Unread>,
    pub(crate) version_id: Option<String>,
}

/// Where the bytes of an object are.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Held(Bytes),
    File(PathBuf),
}

/// Why an object that is listed cannot be read; the manifest's `unread`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unread {
    /// 403 `AccessDenied`.
    Denied,
    /// 403 `InvalidObjectState`, listed with storage class `GLACIER`.
    Archived,
    /// 503 `SlowDown`, however often it is tried.
    Throttled,
    /// The connection is reset, however often it is tried.
    Io,
}

impl Object {
    /// An object of these bytes. Its `ETag` is their MD5, as S3 has it for an
    /// object that was put in one piece without KMS.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let etag = HEXLOWER.encode(&Md5::digest(&bytes));
        Self::of(bytes.len() as u64, etag, Content::Held(bytes))
    }

    /// An object whose bytes are read from a file each time it is asked for.
    pub(crate) fn file(path: PathBuf, size: u64, etag: String) -> Self {
        Self::of(size, etag, Content::File(path))
    }

    fn of(size: u64, etag: String, content: Content) -> Self {
        Self {
            content,
            size,
            etag,
            metadata: BTreeMap::new(),
            last_modified: None,
            owner: None,
            storage_class: None,
            unread: None,
            version_id: None,
        }
    }

    /// User metadata, names without `x-amz-meta-`.
    #[must_use]
    pub fn metadata<N: Into<String>, V: Into<String>>(
        mut self,
        metadata: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.metadata = metadata
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        self
    }

    /// When it was stored; the time of storing if not stated.
    #[must_use]
    pub fn last_modified(mut self, at: Timestamp) -> Self {
        self.last_modified = Some(at);
        self
    }

    /// The canonical user id of who stored it.
    #[must_use]
    pub fn owner(mut self, id: impl Into<String>) -> Self {
        self.owner = Some(id.into());
        self
    }

    /// Storage class, such as `STANDARD_IA`. It is only told, not acted upon:
    /// see [`Unread::Archived`] for an object that has to be restored first.
    #[must_use]
    pub fn storage_class(mut self, class: impl Into<String>) -> Self {
        self.storage_class = Some(class.into());
        self
    }

    /// Listed, but cannot be read.
    #[must_use]
    pub fn unread(mut self, why: Unread) -> Self {
        self.unread = Some(why);
        self
    }

    /// The version id that it has in a versioned bucket; made up if not stated.
    #[must_use]
    pub fn version_id(mut self, id: impl Into<String>) -> Self {
        self.version_id = Some(id.into());
        self
    }

    /// The storage class that a listing tells.
    pub(crate) fn told_class(&self) -> &str {
        match (self.unread, &self.storage_class) {
            (_, Some(class)) => class,
            (Some(Unread::Archived), None) => "GLACIER",
            _ => "STANDARD",
        }
    }
}
