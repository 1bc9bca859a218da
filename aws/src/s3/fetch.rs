//! One object, whole.

use std::collections::BTreeMap;
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

/// An object with all that a mirror keeps of it.
#[derive(Debug)]
pub struct Fetched {
    /// Its stored bytes.
    pub bytes: Vec<u8>,
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
            stored_at: fetched.last_modified,
            reserved: Reserved::holding(fetched.reserved),
        }
    }
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
            let mut pause = FIRST_PAUSE;
            let mut attempt = 1;
            loop {
                let (head, reserved) = this.head(&key, version.as_deref(), limit).await?;
                match body(head, reserved, limit).await {
                    Err(Broken::Off(_)) if attempt < BODY_ATTEMPTS => {
                        tokio::time::sleep(pause).await;
                        pause *= 2;
                        attempt += 1;
                    }
                    Err(Broken::Off(error) | Broken::Final(error)) => return Err(error),
                    Ok(fetched) => return Ok(fetched),
                }
            }
        })
    }

    /// Asks for the object, and for the right to hold its bytes.
    pub(super) async fn head(
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
        let size = head
            .content_length()
            .and_then(|size| u64::try_from(size).ok());
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
enum Broken {
    /// It broke off: worth another try.
    Off(ReadError),
    Final(ReadError),
}

async fn body(
    mut head: GetObjectOutput,
    reserved: OwnedSemaphorePermit,
    limit: u64,
) -> Result<Fetched, Broken> {
    let stated = head
        .content_length()
        .and_then(|size| u64::try_from(size).ok());
    let mut bytes = Vec::with_capacity(usize::try_from(stated.unwrap_or(0)).unwrap_or(0));
    while let Some(chunk) = head.body.next().await {
        let chunk = chunk.map_err(|error| {
            let detail = format!("the answer broke off: {error}");
            Broken::Off(ReadError::new(ReadErrorKind::Io, detail))
        })?;
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > limit {
            return Err(Broken::Final(too_large(bytes.len() as u64, limit)));
        }
    }
    if let Some(stated) = stated.filter(|stated| *stated != bytes.len() as u64) {
        let detail = format!("{} bytes came, {stated} were announced", bytes.len());
        return Err(Broken::Off(ReadError::new(ReadErrorKind::Io, detail)));
    }
    Ok(Fetched {
        bytes,
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

fn too_large(size: u64, limit: u64) -> ReadError {
    let detail = format!("{size} bytes, the limit is {limit}");
    ReadError::new(ReadErrorKind::TooLarge, detail)
}
