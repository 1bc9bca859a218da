//! One object, whole.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use jiff::Timestamp;
use tokio::sync::OwnedSemaphorePermit;
use trailseal_verifier::source::{Object, ReadError, ReadErrorKind, Reserved};

use super::bucket::{Bucket, Call, read_error};
use crate::call_error::CallError;
use crate::operation::Operation;
use crate::time::from_sdk;

static GET_OBJECT: Operation = Operation {
    name: "s3:GetObject",
    permission: "s3:GetObject",
    without: "the object cannot be checked",
};
static GET_OBJECT_VERSION: Operation = Operation {
    name: "s3:GetObject",
    permission: "s3:GetObjectVersion",
    without: "older versions cannot be looked at",
};
static DECRYPT: Operation = Operation {
    name: "s3:GetObject",
    permission: "kms:Decrypt",
    without: "objects under that KMS key cannot be read; the key's own policy must allow it too",
};

/// How often a body is read that breaks off. What comes before the body is
/// repeated by the SDK.
const BODY_ATTEMPTS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// An object in memory, with all that a mirror keeps of it.
pub type Fetched = Delivered<Vec<u8>>;

/// An object, whole, wherever its bytes went.
#[derive(Debug)]
pub struct Delivered<P> {
    /// Its stored bytes.
    pub bytes: P,
    /// User metadata, names without `x-amz-meta-`.
    pub metadata: BTreeMap<String, String>,
    /// Its entity tag, without quotes.
    pub etag: Option<String>,
    /// The version that was read, in a bucket that keeps versions.
    pub version_id: Option<String>,
    /// When it was stored.
    pub last_modified: Option<Timestamp>,
    reserved: OwnedSemaphorePermit,
}

impl From<Fetched> for Object {
    fn from(fetched: Fetched) -> Self {
        Self {
            bytes: fetched.bytes,
            metadata: fetched.metadata,
            reserved: Reserved::holding(fetched.reserved),
        }
    }
}

/// Where the bytes of an object go as they arrive.
pub(super) trait Place: Sized {
    type Error;

    fn take(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;

    /// The bytes so far.
    fn size(&self) -> u64;
}

impl Place for Vec<u8> {
    type Error = Infallible;

    fn take(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.extend_from_slice(bytes);
        Ok(())
    }

    fn size(&self) -> u64 {
        self.len() as u64
    }
}

/// Why an object was not delivered.
pub(super) enum Undelivered<E> {
    /// The bucket did not give it.
    Read(ReadError),
    /// Its place did not take it.
    Place(E),
}

impl<'c> Bucket<'c> {
    /// One object, or one version of it, if it has at most `limit` bytes.
    pub fn fetch(
        &self,
        key: &str,
        version: Option<&str>,
        limit: u64,
    ) -> Call<'c, impl Future<Output = Result<Fetched, ReadError>> + Send + use<'c>> {
        let (this, key) = (self.clone(), key.to_owned());
        let version = version.map(str::to_owned);
        self.call(async move {
            let delivered = this.deliver(&key, version.as_deref(), limit, || Ok(Vec::new()));
            delivered.await.map_err(|error| match error {
                Undelivered::Read(error) => error,
                Undelivered::Place(never) => match never {},
            })
        })
    }

    /// Brings an object to a place that `open` opens, anew whenever the body
    /// breaks off.
    pub(super) async fn deliver<P: Place>(
        &self,
        key: &str,
        version: Option<&str>,
        limit: u64,
        open: impl Fn() -> Result<P, P::Error>,
    ) -> Result<Delivered<P>, Undelivered<P::Error>> {
        let mut pause = FIRST_PAUSE;
        let mut attempt = 1;
        loop {
            let (head, reserved) = self
                .head(key, version, limit)
                .await
                .map_err(Undelivered::Read)?;
            let place = open().map_err(Undelivered::Place)?;
            match body(head, reserved, limit, place).await {
                Err(Broken::Off(_)) if attempt < BODY_ATTEMPTS => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                    attempt += 1;
                }
                Err(Broken::Off(error)) => return Err(Undelivered::Read(error)),
                Err(Broken::Final(error)) => return Err(error),
                Ok(delivered) => return Ok(delivered),
            }
        }
    }

    /// Asks for the object, and for the right to hold its bytes.
    async fn head(
        &self,
        key: &str,
        version: Option<&str>,
        limit: u64,
    ) -> Result<(GetObjectOutput, OwnedSemaphorePermit), ReadError> {
        let request = self
            .client
            .get_object()
            .bucket(self.name().as_str())
            .key(key)
            .set_version_id(version.map(str::to_owned));
        let head = request.send().await.map_err(|error| {
            let operation = match version {
                Some(_) => &GET_OBJECT_VERSION,
                None => &GET_OBJECT,
            };
            let mut error = CallError::of(operation, &error);
            let of_kms = error
                .code
                .as_ref()
                .is_some_and(|code| code.starts_with("KMS."));
            if of_kms || error.detail.contains("kms:") {
                error.operation = &DECRYPT;
            }
            let mut read = read_error(&error);
            // Not a bucket that is gone, nor a page of a proxy; but a version
            // that is the mark of a deletion (405).
            let of_key = matches!(error.code.as_deref(), Some("NoSuchKey" | "NoSuchVersion"));
            if of_key || error.status == Some(405) {
                read.kind = ReadErrorKind::Absent;
            } else if read.kind == ReadErrorKind::Absent {
                read.kind = ReadErrorKind::Io;
            }
            read
        })?;
        let size = stated(&head);
        if let Some(size) = size.filter(|size| *size > limit) {
            return Err(too_large(size, limit));
        }
        let kib = self.reservable(size.unwrap_or(limit));
        let permit = self.on_the_way.clone().acquire_many_owned(kib).await;
        let reserved =
            permit.map_err(|error| ReadError::new(ReadErrorKind::Io, error.to_string()))?;
        Ok((head, reserved))
    }
}

/// Why a body has no end.
enum Broken<E> {
    /// It broke off: worth another try.
    Off(ReadError),
    Final(Undelivered<E>),
}

async fn body<P: Place>(
    mut head: GetObjectOutput,
    reserved: OwnedSemaphorePermit,
    limit: u64,
    mut place: P,
) -> Result<Delivered<P>, Broken<P::Error>> {
    let off = |detail| Broken::Off(ReadError::new(ReadErrorKind::Io, detail));
    while let Some(chunk) = head.body.next().await {
        let chunk = chunk.map_err(|error| off(format!("the answer broke off: {error}")))?;
        let size = place.size() + chunk.len() as u64;
        if size > limit {
            let error = too_large(size, limit);
            return Err(Broken::Final(Undelivered::Read(error)));
        }
        let taken = place.take(&chunk);
        taken.map_err(|error| Broken::Final(Undelivered::Place(error)))?;
    }
    let came = place.size();
    if let Some(stated) = stated(&head).filter(|stated| *stated != came) {
        return Err(off(format!("{came} bytes came, {stated} were announced")));
    }
    Ok(Delivered {
        bytes: place,
        metadata: head
            .metadata
            .take()
            .unwrap_or_default()
            .into_iter()
            .collect(),
        etag: head.e_tag().map(|etag| etag.trim_matches('"').to_owned()),
        version_id: head.version_id().map(str::to_owned),
        last_modified: head.last_modified().and_then(from_sdk),
        reserved,
    })
}

/// The size that the answer announces.
fn stated(head: &GetObjectOutput) -> Option<u64> {
    head.content_length()
        .and_then(|size| u64::try_from(size).ok())
}

fn too_large(size: u64, limit: u64) -> ReadError {
    let detail = format!("{size} bytes, the limit is {limit}");
    ReadError::new(ReadErrorKind::TooLarge, detail)
}
