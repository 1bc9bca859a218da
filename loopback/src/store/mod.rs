//! Buckets, objects and their versions, in memory over files on disk.
//!
//! Format reference: Amazon S3 user guide, "Retaining multiple versions of
//! objects with S3 Versioning".
//!
//! Absent on purpose: suspended versioning, object lock, multipart uploads.

mod list;
mod object;
mod versions;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use data_encoding::HEXLOWER;
use hyper::body::Bytes;
use jiff::Timestamp;
use md5::{Digest, Md5};

pub(crate) use list::{Item, Listing, Page};
pub(crate) use object::Content;
pub use object::{Object, Unread};
pub(crate) use versions::{VersionItem, VersionListing, VersionPage};

/// The version id of what was stored while versioning was off.
pub(crate) const NULL_VERSION: &str = "null";

/// The owner of objects for which none was stated.
pub(crate) const OWNER: &str = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";

/// All buckets of a scene. It may be changed while a server serves it.
#[derive(Debug, Default)]
pub struct Store {
    buckets: RwLock<BTreeMap<String, Bucket>>,
    serial: AtomicU64,
}

/// Whether a bucket keeps what is overwritten or deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Versioning {
    /// Never turned on.
    #[default]
    Off,
    /// Turned on.
    Enabled,
}

#[derive(Debug, Default)]
struct Bucket {
    versioning: Versioning,
    /// The versions of each key, oldest first; never empty.
    keys: BTreeMap<String, Vec<Version>>,
}

/// One version of a key.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) id: String,
    pub(crate) last_modified: Timestamp,
    pub(crate) owner: String,
    /// `None` is a delete marker.
    pub(crate) object: Option<Arc<Object>>,
}

/// What a deletion did.
#[derive(Debug)]
pub(crate) struct Deleted {
    pub(crate) version_id: Option<String>,
    pub(crate) marker: bool,
}

/// No bucket has that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such bucket; add it to the scene")]
pub struct NoSuchBucket;

impl Store {
    /// Adds an empty bucket, or changes the versioning of one that is there.
    pub fn bucket(&self, name: &str, versioning: Versioning) {
        self.write().entry(name.to_owned()).or_default().versioning = versioning;
    }

    /// Stores these bytes with this metadata, and says which version they
    /// became if the bucket keeps versions.
    ///
    /// # Errors
    ///
    /// There is no such bucket.
    pub fn put(
        &self,
        bucket: &str,
        key: &str,
        bytes: impl Into<Bytes>,
        metadata: &[(&str, &str)],
    ) -> Result<Option<String>, NoSuchBucket> {
        self.insert(
            bucket,
            key,
            Object::new(bytes).metadata(metadata.iter().copied()),
        )
    }

    /// Stores an object; otherwise like [`put`](Self::put).
    ///
    /// # Errors
    ///
    /// There is no such bucket.
    pub fn insert(
        &self,
        bucket: &str,
        key: &str,
        object: Object,
    ) -> Result<Option<String>, NoSuchBucket> {
        let mut buckets = self.write();
        let bucket = buckets.get_mut(bucket).ok_or(NoSuchBucket)?;
        let id = match (bucket.versioning, &object.version_id) {
            (Versioning::Off, _) => NULL_VERSION.to_owned(),
            (Versioning::Enabled, Some(stated)) => stated.clone(),
            (Versioning::Enabled, None) => self.new_version_id(),
        };
        bucket.push(key, Version::of(id.clone(), object));
        Ok((bucket.versioning == Versioning::Enabled).then_some(id))
    }

    /// Stores what was there before versioning was turned on: version `null`.
    pub(crate) fn insert_base(&self, bucket: &str, key: &str, object: Object) {
        let mut buckets = self.write();
        let bucket = buckets.entry(bucket.to_owned()).or_default();
        let id = match &object.version_id {
            Some(stated) => {
                bucket.versioning = Versioning::Enabled;
                stated.clone()
            }
            None => NULL_VERSION.to_owned(),
        };
        bucket.push(key, Version::of(id, object));
    }

    /// Deletes an object. In a versioned bucket that adds a delete marker, of
    /// which the version id is returned.
    ///
    /// # Errors
    ///
    /// There is no such bucket.
    pub fn delete(&self, bucket: &str, key: &str) -> Result<Option<String>, NoSuchBucket> {
        self.delete_as(bucket, key, OWNER, Timestamp::now())
    }

    /// Deletes an object in somebody's name at a stated time.
    ///
    /// # Errors
    ///
    /// There is no such bucket.
    pub fn delete_as(
        &self,
        bucket: &str,
        key: &str,
        owner: &str,
        at: Timestamp,
    ) -> Result<Option<String>, NoSuchBucket> {
        let mut buckets = self.write();
        let bucket = buckets.get_mut(bucket).ok_or(NoSuchBucket)?;
        if bucket.versioning == Versioning::Off {
            bucket.keys.remove(key);
            return Ok(None);
        }
        let id = self.new_version_id();
        let marker = Version {
            id: id.clone(),
            last_modified: at,
            owner: owner.to_owned(),
            object: None,
        };
        bucket.keys.entry(key.to_owned()).or_default().push(marker);
        Ok(Some(id))
    }

    /// Removes one version for good; a version that is not there is no error.
    ///
    /// # Errors
    ///
    /// There is no such bucket.
    pub fn delete_version(&self, bucket: &str, key: &str, id: &str) -> Result<(), NoSuchBucket> {
        self.remove_version(bucket, key, id).map(|_| ())
    }

    pub(crate) fn remove_version(
        &self,
        bucket: &str,
        key: &str,
        id: &str,
    ) -> Result<Deleted, NoSuchBucket> {
        let mut buckets = self.write();
        let bucket = buckets.get_mut(bucket).ok_or(NoSuchBucket)?;
        let mut deleted = Deleted {
            version_id: Some(id.to_owned()),
            marker: false,
        };
        if let Entry::Occupied(mut versions) = bucket.keys.entry(key.to_owned()) {
            versions.get_mut().retain(|version| {
                let gone = version.id == id;
                deleted.marker |= gone && version.object.is_none();
                !gone
            });
            if versions.get().is_empty() {
                versions.remove();
            }
        }
        Ok(deleted)
    }

    /// The version of that id, or the newest one.
    pub(crate) fn version(
        &self,
        bucket: &str,
        key: &str,
        id: Option<&str>,
    ) -> Result<Option<Version>, NoSuchBucket> {
        let buckets = self.read();
        let versions = buckets.get(bucket).ok_or(NoSuchBucket)?.keys.get(key);
        let found = versions.and_then(|versions| match id {
            Some(id) => versions.iter().find(|version| version.id == id),
            None => versions.last(),
        });
        Ok(found.cloned())
    }

    pub(crate) fn versioning(&self, bucket: &str) -> Result<Versioning, NoSuchBucket> {
        self.read()
            .get(bucket)
            .map(|bucket| bucket.versioning)
            .ok_or(NoSuchBucket)
    }

    /// Turns versioning on in every bucket.
    pub(crate) fn version_all(&self) {
        for bucket in self.write().values_mut() {
            bucket.versioning = Versioning::Enabled;
        }
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.read().keys().cloned().collect()
    }

    pub(crate) fn list(&self, bucket: &str, listing: &Listing<'_>) -> Result<Page, NoSuchBucket> {
        let buckets = self.read();
        Ok(listing.page(&buckets.get(bucket).ok_or(NoSuchBucket)?.keys))
    }

    pub(crate) fn list_versions(
        &self,
        bucket: &str,
        listing: &VersionListing<'_>,
    ) -> Result<VersionPage, NoSuchBucket> {
        let buckets = self.read();
        Ok(listing.page(&buckets.get(bucket).ok_or(NoSuchBucket)?.keys))
    }

    /// Opaque, as those of S3 are, and the same in every run.
    fn new_version_id(&self) -> String {
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        HEXLOWER.encode(&Md5::digest(format!("version {serial}")))
    }

    // A panic while the lock is held leaves whole values behind.
    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<String, Bucket>> {
        self.buckets.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Bucket>> {
        self.buckets.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bucket {
    /// Adds a version, in the place of one that has the same id.
    fn push(&mut self, key: &str, version: Version) {
        let versions = self.keys.entry(key.to_owned()).or_default();
        versions.retain(|other| other.id != version.id);
        versions.push(version);
    }
}

impl Version {
    fn of(id: String, object: Object) -> Self {
        Self {
            id,
            last_modified: object.last_modified.unwrap_or_else(Timestamp::now),
            owner: object.owner.clone().unwrap_or_else(|| OWNER.to_owned()),
            object: Some(Arc::new(object)),
        }
    }
}
