//! Where objects come from.
//!
//! A source lists and reads; it decides nothing. What it must get right is
//! the difference between *not there* and *could not be read*: the first is
//! evidence, the second is not.

mod directory;
mod manifest;
mod memory;
pub mod mirror;

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

pub use directory::{Directory, OpenError};
pub use memory::{Memory, Stored};

use crate::id::BucketName;
use crate::layout;
use crate::object::ObjectRef;

/// A store of objects under keys, as S3 is one.
pub trait Source: Sync {
    /// What was copied. Objects outside it say nothing by being absent.
    fn extent(&self) -> Extent;

    /// The buckets, in order.
    fn buckets(&self) -> Vec<BucketName>;

    /// What lies directly below a prefix, which is empty or ends with a slash.
    ///
    /// # Errors
    /// [`ReadError`] if it could not be listed. A prefix under which nothing
    /// lies is an empty level, not an error.
    fn level(&self, bucket: &BucketName, prefix: &str) -> Result<Level, ReadError>;

    /// Every object whose key begins with the prefix (which ends with a
    /// slash), in the order of the keys' bytes.
    ///
    /// # Errors
    /// As [`level`](Self::level).
    fn objects(&self, bucket: &BucketName, prefix: &str) -> Result<Vec<String>, ReadError>;

    /// The same with the times of storage, if the source knows them.
    ///
    /// # Errors
    /// As [`level`](Self::level).
    fn stored(
        &self,
        bucket: &BucketName,
        prefix: &str,
    ) -> Result<Option<Vec<(String, Timestamp)>>, ReadError> {
        let _ = (bucket, prefix);
        Ok(None)
    }

    /// One object, if it has at most `limit` bytes.
    ///
    /// # Errors
    /// [`ReadError`]; its kind says whether the object is absent or could not
    /// be read.
    fn read(&self, object: &ObjectRef, limit: u64) -> Result<Object, ReadError>;
}

/// One level of a bucket, as S3 lists it with a delimiter.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Level {
    /// The names of the folders, without the prefix and without slashes, in order.
    pub folders: Vec<String>,
    /// The keys of the objects that lie in no deeper folder, in order.
    pub objects: Vec<String>,
}

impl Level {
    /// The level below `prefix` of these keys, which all begin with it.
    pub fn of<'k>(prefix: &str, keys: impl Iterator<Item = &'k str>) -> Self {
        let mut level = Self::default();
        for key in keys {
            match key
                .get(prefix.len()..)
                .and_then(|rest| rest.split_once('/'))
            {
                Some((folder, _)) => level.folders.push(folder.to_owned()),
                None => level.objects.push(key.to_owned()),
            }
        }
        level.sorted()
    }

    /// The same, each name once and in order.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        for names in [&mut self.folders, &mut self.objects] {
            names.sort();
            names.dedup();
        }
        self
    }
}

/// Which parts of which buckets a source holds.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Extent(BTreeMap<(BucketName, String), Option<Date>>);

impl Extent {
    /// These key prefixes of these buckets: whole folders, with a slash at their
    /// end. An empty prefix is a whole bucket.
    pub fn new(parts: impl IntoIterator<Item = (BucketName, String)>) -> Self {
        Self(parts.into_iter().map(|part| (part, None)).collect())
    }

    /// Parts of which only what was delivered before a day is held, where one is
    /// given; the object's key tells its day. Keys of no layout are held.
    pub fn dated(parts: impl IntoIterator<Item = ((BucketName, String), Option<Date>)>) -> Self {
        Self(parts.into_iter().collect())
    }

    /// The parts of these buckets.
    pub(crate) fn of_buckets(&self, buckets: &[BucketName]) -> Self {
        let parts = self
            .0
            .iter()
            .filter(|((bucket, _), _)| buckets.contains(bucket));
        Self(parts.map(|(part, until)| (part.clone(), *until)).collect())
    }

    /// The parts: buckets and key prefixes.
    pub fn parts(&self) -> impl Iterator<Item = &(BucketName, String)> {
        self.0.keys()
    }

    /// Whether the object would be here, if it existed.
    pub fn holds(&self, object: &ObjectRef) -> bool {
        let mut day = None;
        // Every prefix of the key that ends a folder, and the key itself: a
        // mirror may have a part for each day.
        let ends = object.key.match_indices('/').map(|(at, _)| at + 1);
        ends.chain([0, object.key.len()]).any(|end| {
            let part = (object.bucket.clone(), object.key[..end].to_owned());
            self.0.get(&part).is_some_and(|until| {
                until.is_none_or(|until| {
                    day.get_or_insert_with(|| layout::day(&object.key))
                        .is_none_or(|day| day < until)
                })
            })
        })
    }
}

/// An object as it is stored.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Object {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// S3 user metadata, names without `x-amz-meta-`. Empty in copies that
    /// lost it.
    pub metadata: BTreeMap<String, String>,
    /// What the source keeps reserved while these bytes are in use.
    pub reserved: Reserved,
}

/// Something that is given back when it is dropped, such as the right to hold
/// so many bytes. Says nothing about the object: all are equal.
#[derive(Default)]
pub struct Reserved(Option<Box<dyn Any + Send + Sync>>);

impl Reserved {
    /// Keeps this until it is dropped.
    pub fn holding(what: impl Any + Send + Sync) -> Self {
        Self(Some(Box::new(what)))
    }
}

/// A copy holds nothing: the right is that of the original.
impl Clone for Reserved {
    fn clone(&self) -> Self {
        Self(None)
    }
}

impl fmt::Debug for Reserved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Some(_) => "Reserved",
            None => "Nothing",
        })
    }
}

impl Eq for Reserved {}

impl PartialEq for Reserved {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A listing or a read that did not succeed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{detail}")]
pub struct ReadError {
    /// What it means.
    pub kind: ReadErrorKind,
    /// What happened, in words.
    pub detail: String,
}

impl ReadError {
    /// An error of this kind.
    pub fn new(kind: ReadErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
        }
    }
}

/// Why something was not read. Only [`Absent`](Self::Absent) and
/// [`TooLarge`](Self::TooLarge) say something about the object; the others
/// say something about us.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReadErrorKind {
    /// It is not there.
    Absent,
    /// In cold storage, to be restored first.
    Archived,
    /// Not permitted.
    Denied,
    /// In a bucket or under a prefix that this source holds no copy of.
    Elsewhere,
    /// A disk, a network or a file system failed.
    Io,
    /// Too many requests, for too long.
    Throttled,
    /// Larger than the limit.
    TooLarge,
    /// Its key cannot be the path of a file here, or leads out of the tree.
    Unaddressable,
}
