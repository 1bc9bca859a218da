//! One bucket, asked in its own Region.

use std::fmt;
use std::sync::Arc;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::{RetryConfig, RetryMode, RetryPartition, TokenBucket};
use aws_sdk_s3::config::{Builder, ResponseChecksumValidation};
use tokio::sync::Semaphore;
use trailseal_keys::Region;
use trailseal_verifier::id::BucketName;
use trailseal_verifier::source::{ReadError, ReadErrorKind};

use crate::call_error::{CallError, CallErrorKind};
use crate::connection::Connection;
use crate::operation::Operation;

static HEAD_BUCKET: Operation = Operation {
    name: "s3:HeadBucket",
    permission: "s3:ListBucket",
    without: "nothing in the bucket can be found",
};
static GET_BUCKET_LOCATION: Operation = Operation {
    name: "s3:GetBucketLocation",
    permission: "s3:GetBucketLocation",
    without: "the bucket's Region has to be named with --region",
};

/// Bytes on their way over all reads of a bucket, in KiB: what they take of
/// memory before anyone looks at them.
const ON_THE_WAY_KIB: u32 = 128 << 10;

/// A bucket and a client of its Region. Cloning is cheap.
#[derive(Clone)]
pub struct Bucket<'c> {
    pub(super) connection: &'c Connection,
    pub(super) client: Client,
    name: BucketName,
    region: Option<Region>,
    pub(super) on_the_way: Arc<Semaphore>,
}

/// A call that has not been waited for.
pub struct Call<'c, F> {
    pub(super) connection: &'c Connection,
    pub(super) work: F,
}

impl<F: Future> Call<'_, F> {
    /// Waits for it.
    pub fn wait(self) -> F::Output {
        self.connection.block_on(self.work)
    }
}

impl<'c> Bucket<'c> {
    /// Finds the bucket's Region.
    ///
    /// # Errors
    /// [`CallError`] if it does not exist or nothing answers. A bucket whose
    /// Region may not be asked for is taken to be in the configured one.
    pub fn find(connection: &'c Connection, name: &BucketName) -> Result<Self, CallError> {
        let configured = connection.region();
        let first = Self::in_region(connection, name, configured.clone());
        let place = format!("s3://{name}");
        let answer = connection.block_on(first.client.head_bucket().bucket(name.as_str()).send());
        let found = match answer {
            Ok(head) => head.bucket_region().and_then(|name| name.parse().ok()),
            Err(error) => {
                let header = error
                    .raw_response()
                    .and_then(|raw| raw.headers().get("x-amz-bucket-region"))
                    .and_then(|name| name.parse::<Region>().ok());
                let elsewhere = header.is_some() && header != configured;
                let error = CallError::of(&HEAD_BUCKET, &error).at(&place);
                match error.kind {
                    _ if elsewhere => header,
                    CallErrorKind::Denied | CallErrorKind::WrongRegion => {
                        header.or_else(|| first.location().ok().flatten())
                    }
                    _ => return Err(error),
                }
            }
        };
        match found {
            Some(region) if Some(&region) != configured.as_ref() => {
                Ok(Self::in_region(connection, name, Some(region)))
            }
            _ => Ok(first),
        }
    }

    fn in_region(connection: &'c Connection, name: &BucketName, region: Option<Region>) -> Self {
        let config = match &region {
            Some(region) => connection.config_in(region),
            None => connection
                .config()
                .to_builder()
                .region(aws_config::Region::new("us-east-1"))
                .build(),
        };
        let patience = config.retry_config().cloned();
        let config = Builder::from(&config)
            .retry_config(many_at_once(patience.unwrap_or_else(RetryConfig::standard)))
            .retry_partition(
                RetryPartition::custom("trailseal")
                    .token_bucket(TokenBucket::unlimited())
                    .build(),
            )
            .force_path_style(connection.endpoint_override().is_some())
            // What was read is hashed anyway.
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        Self {
            connection,
            client: Client::from_conf(config),
            name: name.clone(),
            region,
            on_the_way: Arc::new(Semaphore::new(ON_THE_WAY_KIB as usize)),
        }
    }

    fn location(&self) -> Result<Option<Region>, CallError> {
        let request = self.client.get_bucket_location().bucket(self.name.as_str());
        let answer = self
            .connection
            .block_on(request.send())
            .map_err(|error| CallError::of(&GET_BUCKET_LOCATION, &error))?;
        let name = answer
            .location_constraint()
            .map(aws_sdk_s3::types::BucketLocationConstraint::as_str);
        // Nothing means the oldest Region, `EU` the second.
        Ok(match name {
            None | Some("") => "us-east-1".parse().ok(),
            Some("EU") => "eu-west-1".parse().ok(),
            Some(name) => name.parse().ok(),
        })
    }

    /// Its name.
    pub fn name(&self) -> &BucketName {
        &self.name
    }

    /// Its Region, as far as it is known.
    pub fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    pub(super) fn call<F: Future>(&self, work: F) -> Call<'c, F> {
        Call {
            connection: self.connection,
            work,
        }
    }

    /// The most bytes that one read may reserve, in KiB.
    pub(super) fn reservable(&self, bytes: u64) -> u32 {
        u32::try_from(bytes.div_ceil(1024))
            .unwrap_or(u32::MAX)
            .min(ON_THE_WAY_KIB)
    }
}

impl fmt::Debug for Bucket<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket")
            .field("name", &self.name)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

/// The same patience for thousands of requests a second.
///
/// The SDK's adaptive mode lets half a request a second through after a few
/// refusals and takes minutes to recover, and its bucket of tokens gives up
/// retries when a tenth of all requests fail: each is right for one caller of
/// an API with a quota, not for a bucket that answers 5,500 reads a second and
/// prefix. Here each request backs off by itself, longer each time, which
/// slows all of them where all are refused.
fn many_at_once(patience: RetryConfig) -> RetryConfig {
    patience.with_retry_mode(RetryMode::Standard)
}

/// What a failed call means for the object or the folder.
pub(super) fn read_error(error: &CallError) -> ReadError {
    let kind = match error.kind {
        CallErrorKind::NoSuch => ReadErrorKind::Absent,
        CallErrorKind::Archived => ReadErrorKind::Archived,
        CallErrorKind::Throttled => ReadErrorKind::Throttled,
        CallErrorKind::Denied
        | CallErrorKind::ExpiredCredentials
        | CallErrorKind::NoCredentials
        | CallErrorKind::RefusedCredentials => ReadErrorKind::Denied,
        CallErrorKind::Other
        | CallErrorKind::RegionDisabled
        | CallErrorKind::Unreachable
        | CallErrorKind::WrongRegion => ReadErrorKind::Io,
    };
    ReadError::new(kind, error.to_string())
}
