//! The part of S3 that reading a trail's bucket needs, and as much writing as
//! building a scene takes.
//!
//! Format reference: Amazon S3 API reference.
//!
//! Absent on purpose: checking signatures and checksums, multipart uploads,
//! policies, ACLs, virtual-hosted addressing.

mod bucket;
mod chunked;
mod listing;
mod object;
mod range;
mod writing;

use hyper::body::Bytes;
use hyper::{Method, StatusCode};

use crate::faults::Faults;
use crate::reply::{AwsError, Failure, Reply};
use crate::request::Call;
use crate::scene::Scene;
use crate::store::NoSuchBucket;

pub(crate) use object::slow_down;

/// What the header of a member of the user metadata begins with.
const META: &str = "x-amz-meta-";

/// The operations of S3 that are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    ListBuckets,
    HeadBucket,
    GetBucketLocation,
    GetBucketVersioning,
    ListObjects,
    ListObjectsV2,
    ListObjectVersions,
    GetObject,
    HeadObject,
    PutObject,
    DeleteObject,
    Unknown,
}

impl Operation {
    pub(crate) fn of(call: &Call) -> Self {
        let (on_bucket, on_object) = match (call.bucket.is_empty(), call.key.is_empty()) {
            (true, true) => return Self::on_service(call),
            (true, false) => (false, false),
            (false, is_bucket) => (is_bucket, !is_bucket),
        };
        let method = &call.method;
        if on_bucket && method == Method::HEAD {
            Self::HeadBucket
        } else if on_bucket && method == Method::GET {
            Self::on_bucket(call)
        } else if on_object && call.query.names().all(|name| name == "versionId") {
            match *method {
                Method::GET => Self::GetObject,
                Method::HEAD => Self::HeadObject,
                Method::PUT if !call.headers.contains_key("x-amz-copy-source") => Self::PutObject,
                Method::DELETE => Self::DeleteObject,
                _ => Self::Unknown,
            }
        } else {
            Self::Unknown
        }
    }

    fn on_service(call: &Call) -> Self {
        if call.method == Method::GET {
            Self::ListBuckets
        } else {
            Self::Unknown
        }
    }

    fn on_bucket(call: &Call) -> Self {
        let only = |allowed: &[&str]| call.query.names().all(|name| allowed.contains(&name));
        let listing = ["prefix", "delimiter", "max-keys", "encoding-type"];
        if call.query.has("location") && only(&["location"]) {
            Self::GetBucketLocation
        } else if call.query.has("versioning") && only(&["versioning"]) {
            Self::GetBucketVersioning
        } else if call.query.has("versions") {
            let own = ["versions", "key-marker", "version-id-marker"];
            if only(&[&own[..], &listing].concat()) {
                Self::ListObjectVersions
            } else {
                Self::Unknown
            }
        } else if call.query.value("list-type") == Some("2") {
            let own = [
                "list-type",
                "continuation-token",
                "start-after",
                "fetch-owner",
            ];
            if only(&[&own[..], &listing].concat()) {
                Self::ListObjectsV2
            } else {
                Self::Unknown
            }
        } else if only(&[&["marker"][..], &listing].concat()) {
            Self::ListObjects
        } else {
            Self::Unknown
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ListBuckets => "ListBuckets",
            Self::HeadBucket => "HeadBucket",
            Self::GetBucketLocation => "GetBucketLocation",
            Self::GetBucketVersioning => "GetBucketVersioning",
            Self::ListObjects => "ListObjects",
            Self::ListObjectsV2 => "ListObjectsV2",
            Self::ListObjectVersions => "ListObjectVersions",
            Self::GetObject => "GetObject",
            Self::HeadObject => "HeadObject",
            Self::PutObject => "PutObject",
            Self::DeleteObject => "DeleteObject",
            Self::Unknown => "Unknown",
        }
    }
}

pub(crate) fn answer(
    operation: Operation,
    scene: &Scene,
    faults: &Faults,
    call: &Call,
    body: &Bytes,
) -> Result<Reply, Failure> {
    if call.scope.is_none() {
        return Err(AwsError::new(
            StatusCode::FORBIDDEN,
            "AccessDenied",
            "Access Denied: the request is not signed; any credentials will do",
        )
        .into());
    }
    match operation {
        Operation::ListBuckets => Ok(bucket::list(scene)),
        Operation::HeadBucket => bucket::head(scene, call),
        Operation::GetBucketLocation => bucket::location(scene, call),
        Operation::GetBucketVersioning => bucket::versioning(scene, call),
        Operation::ListObjects => listing::objects(scene, faults, call),
        Operation::ListObjectsV2 => listing::objects_v2(scene, faults, call),
        Operation::ListObjectVersions => listing::versions(scene, faults, call),
        Operation::GetObject | Operation::HeadObject => object::read(scene, faults, call),
        Operation::PutObject => writing::put(scene, call, body),
        Operation::DeleteObject => writing::delete(scene, call),
        Operation::Unknown => Err(AwsError::new(
            StatusCode::NOT_IMPLEMENTED,
            "NotImplemented",
            format!(
                "the loopback does not serve {} {}",
                call.method, call.target
            ),
        )
        .into()),
    }
}

impl From<NoSuchBucket> for Failure {
    fn from(_: NoSuchBucket) -> Self {
        AwsError::new(
            StatusCode::NOT_FOUND,
            "NoSuchBucket",
            "The specified bucket does not exist",
        )
        .into()
    }
}
