//! What is told of a bucket as a whole.

use hyper::StatusCode;
use hyper::header::HeaderValue;

use crate::reply::{Failure, Reply, body, empty};
use crate::request::Call;
use crate::scene::Scene;
use crate::store::{OWNER, Versioning};
use crate::xml::{S3, Xml};

pub(super) fn list(scene: &Scene) -> Reply {
    let document = Xml::document("ListAllMyBucketsResult", S3, |xml| {
        xml.inside("Owner", |xml| xml.text("ID", OWNER));
        xml.inside("Buckets", |xml| {
            for name in scene.store().names() {
                xml.inside("Bucket", |xml| {
                    xml.text("Name", name);
                    xml.text("CreationDate", "2026-01-01T00:00:00.000Z");
                });
            }
        });
    });
    body(StatusCode::OK, "application/xml", document)
}

pub(super) fn head(scene: &Scene, call: &Call) -> Result<Reply, Failure> {
    scene.store().versioning(&call.bucket)?;
    let mut reply = empty(StatusCode::OK);
    if let Ok(region) = HeaderValue::from_str(&scene.region) {
        reply.headers_mut().insert("x-amz-bucket-region", region);
    }
    Ok(reply)
}

/// us-east-1 is told as nothing, for historical reasons of S3's own.
pub(super) fn location(scene: &Scene, call: &Call) -> Result<Reply, Failure> {
    scene.store().versioning(&call.bucket)?;
    let document = Xml::document("LocationConstraint", S3, |xml| {
        if scene.region != "us-east-1" {
            xml.bare(&scene.region);
        }
    });
    Ok(body(StatusCode::OK, "application/xml", document))
}

pub(super) fn versioning(scene: &Scene, call: &Call) -> Result<Reply, Failure> {
    let versioning = scene.store().versioning(&call.bucket)?;
    let document = Xml::document("VersioningConfiguration", S3, |xml| {
        if versioning == Versioning::Enabled {
            xml.text("Status", "Enabled");
        }
    });
    Ok(body(StatusCode::OK, "application/xml", document))
}
