//! Buckets as a [`Source`].
//!
//! What is denied, missing, archived and throttled stay four different things:
//! only a bucket that may be listed answers that an object is not there, so a
//! missing `s3:ListBucket` makes reads *denied*, never *absent*.
//!
//! Every call blocks the thread that makes it, and runs on the connection's
//! threads; a walk asks for many at one time. Bytes that are on their way are
//! bounded over all of them.

mod bucket;
mod cancel;
pub mod copy;
mod fetch;
mod list;
mod url;
mod versioning;
mod versions;

use jiff::Timestamp;
use trailseal_verifier::id::BucketName;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::{Extent, Level, Object, ReadError, ReadErrorKind, Source};

pub use bucket::Bucket;
pub use cancel::Cancel;
pub use fetch::{Delivered, Fetched};
pub use list::Listed;
pub use url::{S3Url, S3UrlInvalid};

use crate::call_error::CallError;
use crate::connection::Connection;

/// Parts of one bucket or of several.
#[derive(Debug)]
pub struct S3<'c> {
    mounts: Vec<Mount<'c>>,
    cancel: Cancel,
}

/// A bucket, and the prefix of what is looked at: empty, or with a slash at
/// its end.
#[derive(Debug)]
struct Mount<'c> {
    bucket: Bucket<'c>,
    prefix: String,
}

impl<'c> S3<'c> {
    /// Finds the buckets and the Regions they are in.
    ///
    /// # Errors
    /// [`CallError`] if a bucket does not exist or nothing answers. One that may
    /// not be listed is no error yet.
    pub fn open(connection: &'c Connection, urls: &[S3Url]) -> Result<Self, CallError> {
        let mut mounts: Vec<Mount<'c>> = Vec::new();
        for url in urls {
            let whole = |other: &S3Url| {
                other != url
                    && other.bucket() == url.bucket()
                    && url.prefix().starts_with(other.prefix())
            };
            let again = mounts
                .iter()
                .any(|mount| mount.bucket.name() == url.bucket() && mount.prefix == url.prefix());
            if again || urls.iter().any(whole) {
                // It would be found twice.
                continue;
            }
            let known = mounts
                .iter()
                .find(|mount| mount.bucket.name() == url.bucket());
            let bucket = match known {
                Some(mount) => mount.bucket.clone(),
                None => Bucket::find(connection, url.bucket())?,
            };
            let prefix = url.prefix().to_owned();
            mounts.push(Mount { bucket, prefix });
        }
        Ok(Self {
            mounts,
            cancel: Cancel::default(),
        })
    }

    /// The part of a bucket below a prefix.
    fn part(bucket: &Bucket<'c>, prefix: &str, cancel: &Cancel) -> Self {
        Self {
            mounts: vec![Mount {
                bucket: bucket.clone(),
                prefix: prefix.to_owned(),
            }],
            cancel: cancel.clone(),
        }
    }

    /// What ends every read that waits, now and later.
    pub fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    /// The buckets with their prefixes, in the order in which they were given.
    pub fn parts(&self) -> impl Iterator<Item = (&Bucket<'c>, &str)> {
        self.mounts
            .iter()
            .map(|mount| (&mount.bucket, mount.prefix.as_str()))
    }

    /// The bucket of an object, if it is one of these and the object lies in a
    /// part that is looked at.
    ///
    /// # Errors
    /// [`ReadErrorKind::Elsewhere`] if not.
    pub fn bucket_of(&self, object: &ObjectRef) -> Result<&Bucket<'c>, ReadError> {
        let mut of_bucket = self.of(&object.bucket).peekable();
        if of_bucket.peek().is_none() {
            let detail = "its bucket is not among those that were asked for";
            return Err(ReadError::new(ReadErrorKind::Elsewhere, detail));
        }
        of_bucket
            .find(|mount| object.key.starts_with(&mount.prefix))
            .map(|mount| &mount.bucket)
            .ok_or_else(|| {
                let detail = "outside the prefix that was asked for";
                ReadError::new(ReadErrorKind::Elsewhere, detail)
            })
    }

    fn of(&self, bucket: &BucketName) -> impl Iterator<Item = &Mount<'c>> {
        self.mounts
            .iter()
            .filter(move |mount| mount.bucket.name() == bucket)
    }
}

impl Source for S3<'_> {
    fn extent(&self) -> Extent {
        Extent::new(
            self.mounts
                .iter()
                .map(|mount| (mount.bucket.name().clone(), mount.prefix.clone())),
        )
    }

    fn buckets(&self) -> Vec<BucketName> {
        let names = self.mounts.iter().map(|mount| mount.bucket.name().clone());
        let mut names: Vec<BucketName> = names.collect();
        names.sort();
        names.dedup();
        names
    }

    fn level(&self, bucket: &BucketName, prefix: &str) -> Result<Level, ReadError> {
        let mut level = Level::default();
        for mount in self.of(bucket) {
            if let Some(below) = mount.prefix.strip_prefix(prefix)
                && let Some((name, _)) = below.split_once('/')
            {
                level.folders.push(name.to_owned());
            } else if prefix.starts_with(&mount.prefix) {
                let found = self.cancel.unless(mount.bucket.level(prefix))?;
                level.folders.extend(found.folders);
                level.objects.extend(found.objects);
            }
        }
        Ok(level.sorted())
    }

    fn objects(&self, bucket: &BucketName, prefix: &str) -> Result<Vec<String>, ReadError> {
        let mut keys = Vec::new();
        for mount in self.of(bucket) {
            let from = match mount.prefix.starts_with(prefix) {
                true => &mount.prefix,
                false if prefix.starts_with(&mount.prefix) => prefix,
                false => continue,
            };
            let listed = self.cancel.unless(mount.bucket.list(from))?;
            keys.extend(listed.into_iter().map(|object| object.key));
        }
        keys.sort();
        keys.dedup();
        Ok(keys)
    }

    fn stored(
        &self,
        bucket: &BucketName,
        prefix: &str,
    ) -> Result<Option<Vec<(String, Timestamp)>>, ReadError> {
        let mut times = Vec::new();
        for mount in self
            .of(bucket)
            .filter(|mount| prefix.starts_with(&mount.prefix))
        {
            for object in self.cancel.unless(mount.bucket.list(prefix))? {
                let Some(time) = object.last_modified else {
                    return Ok(None);
                };
                times.push((object.key, time));
            }
        }
        Ok(Some(times))
    }

    fn read(&self, object: &ObjectRef, limit: u64) -> Result<Object, ReadError> {
        let bucket = self.bucket_of(object)?;
        let fetched = self.cancel.unless(bucket.fetch(&object.key, None, limit))?;
        Ok(fetched.into())
    }
}
