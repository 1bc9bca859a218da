//! PutObject and DeleteObject.

use std::collections::BTreeMap;

use hyper::body::Bytes;
use hyper::header::{ETAG, HeaderValue};
use hyper::{HeaderMap, StatusCode};

use super::object::value;
use super::{META, chunked};
use crate::reply::{AwsError, Failure, Reply, empty};
use crate::request::Call;
use crate::scene::Scene;
use crate::store::Object;

pub(super) fn put(scene: &Scene, call: &Call, body: &Bytes) -> Result<Reply, Failure> {
    let streamed = call
        .header("x-amz-content-sha256")
        .is_some_and(|hash| hash.starts_with("STREAMING-"));
    let body = if streamed {
        chunked::decoded(body).ok_or_else(|| {
            AwsError::new(
                StatusCode::BAD_REQUEST,
                "IncompleteBody",
                "The request body is not in aws-chunked coding",
            )
        })?
    } else {
        body.clone()
    };
    let mut object = Object::new(body).metadata(metadata(&call.headers));
    if let Some(class) = call.header("x-amz-storage-class") {
        object = object.storage_class(class);
    }
    let etag = value(format!("\"{}\"", object.etag))?;
    let id = scene.store().insert(&call.bucket, &call.key, object)?;
    let mut reply = empty(StatusCode::OK);
    reply.headers_mut().insert(ETAG, etag);
    if let Some(id) = id {
        reply.headers_mut().insert("x-amz-version-id", value(id)?);
    }
    Ok(reply)
}

fn metadata(headers: &HeaderMap) -> BTreeMap<String, String> {
    let stated = headers.iter().filter_map(|(name, value)| {
        let name = name.as_str().strip_prefix(META)?;
        Some((
            name.to_owned(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        ))
    });
    stated.collect()
}

pub(super) fn delete(scene: &Scene, call: &Call) -> Result<Reply, Failure> {
    let mut reply = empty(StatusCode::NO_CONTENT);
    let (id, marker) = match call.query.filled("versionId") {
        Some(id) => {
            let deleted = scene.store().remove_version(&call.bucket, &call.key, id)?;
            (deleted.version_id, deleted.marker)
        }
        None => {
            let id = scene.store().delete(&call.bucket, &call.key)?;
            let marker = id.is_some();
            (id, marker)
        }
    };
    if let Some(id) = id {
        reply.headers_mut().insert("x-amz-version-id", value(id)?);
    }
    if marker {
        reply
            .headers_mut()
            .insert("x-amz-delete-marker", HeaderValue::from_static("true"));
    }
    Ok(reply)
}
