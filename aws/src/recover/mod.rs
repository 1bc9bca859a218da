//! The versions of S3 as a [`History`].
//!
//! It takes `s3:ListBucketVersions` and `s3:GetObjectVersion`. With
//! `s3:GetBucketVersioning` too, a bucket that keeps no versions is told from
//! one whose versions were removed. Nothing is written.

use trailseal_verifier::id::BucketName;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::recover::{History, Keeping, Version, VersionContent};
use trailseal_verifier::source::{ReadError, ReadErrorKind};

use crate::s3::S3;

impl History for S3<'_> {
    fn keeping(&self, bucket: &BucketName) -> Result<Keeping, ReadError> {
        let found = self
            .parts()
            .map(|(bucket, _)| bucket)
            .find(|part| part.name() == bucket);
        let bucket = found.ok_or_else(|| {
            let detail = "not among the buckets that were asked for";
            ReadError::new(ReadErrorKind::Elsewhere, detail)
        })?;
        self.cancel().unless(bucket.keeping())
    }

    fn versions(&self, object: &ObjectRef) -> Result<Vec<Version>, ReadError> {
        let bucket = self.bucket_of(object)?;
        self.cancel().unless(bucket.versions(&object.key))
    }

    fn read_version(
        &self,
        object: &ObjectRef,
        id: &str,
        limit: u64,
    ) -> Result<VersionContent, ReadError> {
        let bucket = self.bucket_of(object)?;
        let call = bucket.fetch(&object.key, Some(id), limit);
        let mut fetched = self.cancel().unless(call)?;
        Ok(VersionContent {
            etag: fetched.etag.take(),
            object: fetched.into(),
        })
    }
}
