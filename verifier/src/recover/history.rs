//! A store that keeps what was overwritten and deleted.

use jiff::Timestamp;
use serde::Serialize;

use crate::id::BucketName;
use crate::object::ObjectRef;
use crate::source::{Object, ReadError};

/// The older versions of objects, as S3 Versioning keeps them (Amazon S3 User
/// Guide, "Retaining multiple versions of objects with S3 Versioning").
pub trait History: Sync {
    /// Whether a bucket keeps versions at all.
    ///
    /// # Errors
    /// [`ReadError`] if it could not be asked.
    fn keeping(&self, bucket: &BucketName) -> Result<Keeping, ReadError>;

    /// All versions of one object and the marks of its deletions, the newest
    /// first. None is no error.
    ///
    /// # Errors
    /// [`ReadError`] if they could not be listed.
    fn versions(&self, object: &ObjectRef) -> Result<Vec<Version>, ReadError>;

    /// One version, if it has at most `limit` bytes.
    ///
    /// # Errors
    /// [`ReadError`] as of [`Source::read`](crate::source::Source::read).
    fn read_version(
        &self,
        object: &ObjectRef,
        id: &str,
        limit: u64,
    ) -> Result<VersionContent, ReadError>;
}

/// Whether a bucket keeps what is overwritten or deleted.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Keeping {
    /// It does, or did and was suspended.
    Kept,
    /// It never did.
    NotKept,
}

/// One version of an object, or the mark of its deletion.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Version {
    /// Whether there are bytes behind it.
    pub kind: VersionKind,
    /// Its id; `null` for what was stored while no versions were kept.
    pub id: String,
    /// Whether it is what a plain read gets.
    pub latest: bool,
    /// When it was stored, or the object deleted.
    pub last_modified: Option<Timestamp>,
    /// Who stored or deleted it, as far as the store tells. For S3 that is the
    /// bucket's owner where ACLs are disabled, whoever it was.
    pub owner: Option<String>,
}

/// What a version is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum VersionKind {
    /// The object was deleted.
    DeleteMarker,
    /// Bytes.
    Object {
        /// How many, as stored.
        size: u64,
        /// The storage class, where it is not the standard one.
        storage_class: Option<String>,
    },
}

/// What lies behind a version.
#[derive(Clone, Debug, Default)]
pub struct VersionContent {
    /// Bytes and metadata.
    pub object: Object,
    /// The entity tag, if the store has them.
    pub etag: Option<String>,
}
