//! GetObject and HeadObject.

use std::fs;
use std::sync::Arc;

use hyper::body::Bytes;
use hyper::header::{
    ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName, HeaderValue,
    LAST_MODIFIED,
};
use hyper::{HeaderMap, Method, StatusCode};
use jiff::fmt::rfc2822::DateTimePrinter;

use super::{META, range};
use crate::body::Payload;
use crate::faults::{Faults, Missing};
use crate::reply::{AwsError, Failure, Reply, empty};
use crate::request::Call;
use crate::scene::Scene;
use crate::store::{Content, Object, Unread, Version, Versioning};

/// Answers both `GET` and `HEAD`; the server withholds the body of the latter.
pub(super) fn read(scene: &Scene, faults: &Faults, call: &Call) -> Result<Reply, Failure> {
    if faults.denies(&call.key) {
        return Err(denied());
    }
    let versioning = scene.store().versioning(&call.bucket)?;
    let (version, object) = found(scene, faults, call)?;
    readable(faults, call, &object)?;

    let length = length(&object)?;
    let (status, range) = match range::asked(call.header("range"), length) {
        range::Asked::Whole => (StatusCode::OK, 0..length),
        range::Asked::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        range::Asked::Unsatisfiable => {
            return Err(AwsError::new(
                StatusCode::RANGE_NOT_SATISFIABLE,
                "InvalidRange",
                "The requested range is not satisfiable",
            )
            .header("content-range", format!("bytes */{length}"))
            .into());
        }
    };
    let mut reply = empty(status);
    let headers = reply.headers_mut();
    describe(headers, call, faults, &version, &object)?;
    headers.insert(CONTENT_LENGTH, HeaderValue::from(range.len()));
    if status == StatusCode::PARTIAL_CONTENT {
        let told = format!(
            "bytes {}-{}/{length}",
            range.start,
            range.end.saturating_sub(1)
        );
        headers.insert(CONTENT_RANGE, value(told)?);
    }
    if versioning == Versioning::Enabled {
        headers.insert("x-amz-version-id", value(version.id)?);
    }
    if call.method == Method::GET {
        *reply.body_mut() = Payload::whole(bytes(&object, length)?.slice(range));
    }
    Ok(reply)
}

fn found(scene: &Scene, faults: &Faults, call: &Call) -> Result<(Version, Arc<Object>), Failure> {
    let asked = call.query.filled("versionId");
    let Some(version) = scene.store().version(&call.bucket, &call.key, asked)? else {
        return Err(missing(faults, asked).into());
    };
    match version.object.clone() {
        Some(object) => Ok((version, object)),
        None if asked.is_some() => Err(AwsError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            "The specified method is not allowed against this resource.",
        )
        .header("x-amz-delete-marker", "true")
        .header("x-amz-version-id", version.id)
        .into()),
        None => Err(missing(faults, asked)
            .header("x-amz-delete-marker", "true")
            .header("x-amz-version-id", version.id)
            .into()),
    }
}

fn missing(faults: &Faults, version: Option<&str>) -> AwsError {
    match (faults.missing, version) {
        (Missing::Forbidden, _) => {
            AwsError::new(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied")
        }
        (Missing::NotFound, None) => AwsError::new(
            StatusCode::NOT_FOUND,
            "NoSuchKey",
            "The specified key does not exist.",
        ),
        (Missing::NotFound, Some(_)) => AwsError::new(
            StatusCode::NOT_FOUND,
            "NoSuchVersion",
            "The specified version does not exist.",
        ),
    }
}

/// `HEAD` of an archived object succeeds: only its bytes are out of reach.
fn readable(faults: &Faults, call: &Call, object: &Object) -> Result<(), Failure> {
    let unread = if faults.archives(&call.key) {
        Some(Unread::Archived)
    } else {
        object.unread
    };
    match unread {
        None => Ok(()),
        Some(Unread::Denied) => Err(denied()),
        Some(Unread::Archived) if call.method == Method::HEAD => Ok(()),
        Some(Unread::Archived) => Err(AwsError::new(
            StatusCode::FORBIDDEN,
            "InvalidObjectState",
            "The operation is not valid for the object's storage class",
        )
        .into()),
        Some(Unread::Throttled) => Err(slow_down().into()),
        Some(Unread::Io) => Err(Failure::Reset),
    }
}

pub(crate) fn slow_down() -> AwsError {
    AwsError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "SlowDown",
        "Please reduce your request rate.",
    )
}

fn denied() -> Failure {
    AwsError::new(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied").into()
}

fn describe(
    headers: &mut HeaderMap,
    call: &Call,
    faults: &Faults,
    version: &Version,
    object: &Object,
) -> Result<(), Failure> {
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("binary/octet-stream"),
    );
    headers.insert(ETAG, value(format!("\"{}\"", object.etag))?);
    let at = DateTimePrinter::new().timestamp_to_rfc9110_string(&version.last_modified);
    headers.insert(LAST_MODIFIED, value(at.map_err(internal)?)?);
    let class = if faults.archives(&call.key) {
        "GLACIER"
    } else {
        object.told_class()
    };
    if class != "STANDARD" {
        headers.insert("x-amz-storage-class", value(class)?);
    }
    for (name, text) in &object.metadata {
        let name = HeaderName::try_from(format!("{META}{name}")).map_err(internal)?;
        headers.insert(name, value(text.as_str())?);
    }
    Ok(())
}

pub(super) fn value(text: impl Into<String>) -> Result<HeaderValue, Failure> {
    HeaderValue::try_from(text.into()).map_err(internal)
}

/// A file may have changed since its size was listed: its own length is told.
fn length(object: &Object) -> Result<usize, Failure> {
    let length = match &object.content {
        Content::Held(bytes) => return Ok(bytes.len()),
        Content::File(_) if object.unread.is_some() => object.size,
        Content::File(path) => fs::metadata(path)
            .map_err(|error| unreadable(path, &error))?
            .len(),
    };
    usize::try_from(length).map_err(internal)
}

fn bytes(object: &Object, length: usize) -> Result<Bytes, Failure> {
    let bytes = match &object.content {
        Content::Held(bytes) => return Ok(bytes.clone()),
        Content::File(path) => fs::read(path).map_err(|error| unreadable(path, &error))?,
    };
    if bytes.len() == length {
        Ok(bytes.into())
    } else {
        Err(internal("the file changed while it was read"))
    }
}

fn unreadable(path: &std::path::Path, error: &std::io::Error) -> Failure {
    internal(format_args!("{}: {error}", path.display()))
}

/// A fault of the scene, not one that was asked for: it must not pass for one.
fn internal(error: impl std::fmt::Display) -> Failure {
    AwsError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "InternalError",
        error.to_string(),
    )
    .into()
}
