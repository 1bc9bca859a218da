//! Objects in memory: the twin of a bucket for tests and small tools.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Extent, Level, Object, ReadError, ReadErrorKind, Source};
use crate::id::BucketName;
use crate::object::ObjectRef;

/// A source whose objects are in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    objects: BTreeMap<ObjectRef, Stored>,
    times: BTreeMap<ObjectRef, Timestamp>,
}

/// What [`Memory`] holds under one key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Stored {
    /// An object.
    Object(Object),
    /// An object that is listed but cannot be read.
    Unread(ReadErrorKind),
}

impl Memory {
    /// Puts an object, replacing what was there.
    pub fn put(&mut self, at: ObjectRef, object: Object) {
        self.objects.insert(at, Stored::Object(object));
    }

    /// Puts an object that is listed but cannot be read.
    pub fn put_unread(&mut self, at: ObjectRef, why: ReadErrorKind) {
        self.objects.insert(at, Stored::Unread(why));
    }

    /// States when an object was stored.
    pub fn put_time(&mut self, at: ObjectRef, stored: Timestamp) {
        self.times.insert(at, stored);
    }

    /// Takes an object out.
    pub fn remove(&mut self, at: &ObjectRef) -> Option<Stored> {
        self.objects.remove(at)
    }

    /// Everything, in order, to be altered in place.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&ObjectRef, &mut Stored)> {
        self.objects.iter_mut()
    }

    fn keys<'m>(
        &'m self,
        bucket: &'m BucketName,
        prefix: &'m str,
    ) -> impl Iterator<Item = &'m str> {
        self.objects
            .range(ObjectRef::new(bucket.clone(), prefix)..)
            .map(|(at, _)| at)
            .take_while(move |at| at.bucket == *bucket && at.key.starts_with(prefix))
            .map(|at| at.key.as_str())
    }
}

impl Source for Memory {
    fn extent(&self) -> Extent {
        Extent::new(
            self.buckets()
                .into_iter()
                .map(|bucket| (bucket, String::new())),
        )
    }

    fn buckets(&self) -> Vec<BucketName> {
        let mut buckets: Vec<_> = self.objects.keys().map(|at| at.bucket.clone()).collect();
        buckets.dedup();
        buckets
    }

    fn level(&self, bucket: &BucketName, prefix: &str) -> Result<Level, ReadError> {
        Ok(Level::of(prefix, self.keys(bucket, prefix)))
    }

    fn objects(&self, bucket: &BucketName, prefix: &str) -> Result<Vec<String>, ReadError> {
        Ok(self.keys(bucket, prefix).map(str::to_owned).collect())
    }

    fn stored(
        &self,
        bucket: &BucketName,
        prefix: &str,
    ) -> Result<Option<Vec<(String, Timestamp)>>, ReadError> {
        let time = |key: &str| {
            let at = self.times.get(&ObjectRef::new(bucket.clone(), key))?;
            Some((key.to_owned(), *at))
        };
        // Of one object it is not known: then it may be any.
        Ok(self.keys(bucket, prefix).map(time).collect())
    }

    fn read(&self, object: &ObjectRef, limit: u64) -> Result<Object, ReadError> {
        match self.objects.get(object) {
            None if self.keys(&object.bucket, "").next().is_none() => {
                let detail = "its bucket is not in this copy";
                Err(ReadError::new(ReadErrorKind::Elsewhere, detail))
            }
            None => Err(ReadError::new(ReadErrorKind::Absent, "no such object")),
            Some(Stored::Unread(kind)) => Err(ReadError::new(*kind, "not readable")),
            Some(Stored::Object(stored)) if stored.bytes.len() as u64 > limit => {
                let detail = format!("{} bytes, the limit is {limit}", stored.bytes.len());
                Err(ReadError::new(ReadErrorKind::TooLarge, detail))
            }
            Some(Stored::Object(stored)) => Ok(stored.clone()),
        }
    }
}
