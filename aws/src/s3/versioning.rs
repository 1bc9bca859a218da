//! Whether a bucket keeps versions.

use aws_sdk_s3::types::BucketVersioningStatus;
use trailseal_verifier::recover::Keeping;
use trailseal_verifier::source::{ReadError, ReadErrorKind};

use super::bucket::{Bucket, Call, read_error};
use crate::call_error::{CallError, CallErrorKind};
use crate::operation::Operation;

static GET_BUCKET_VERSIONING: Operation = Operation {
    name: "s3:GetBucketVersioning",
    permission: "s3:GetBucketVersioning",
    without: "a bucket that keeps no versions looks like one whose versions were removed",
};

impl<'c> Bucket<'c> {
    /// Whether it keeps versions, or did until that was suspended.
    pub fn keeping(
        &self,
    ) -> Call<'c, impl Future<Output = Result<Keeping, ReadError>> + Send + use<'c>> {
        let this = self.clone();
        self.call(async move {
            let request = this.client.get_bucket_versioning();
            let answer = request.bucket(this.name().as_str()).send().await;
            let answer = answer.map_err(|error| {
                let error = CallError::of(&GET_BUCKET_VERSIONING, &error);
                let mut read = read_error(&error);
                if error.kind == CallErrorKind::NoSuch {
                    read.kind = ReadErrorKind::Io;
                }
                read
            })?;
            Ok(match answer.status() {
                Some(BucketVersioningStatus::Enabled | BucketVersioningStatus::Suspended) => {
                    Keeping::Kept
                }
                _ => Keeping::NotKept,
            })
        })
    }
}
