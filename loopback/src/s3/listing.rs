//! The three listings: ListObjects, ListObjectsV2, ListObjectVersions.

use data_encoding::BASE64URL_NOPAD;
use hyper::StatusCode;
use jiff::Timestamp;

use crate::faults::Faults;
use crate::reply::{AwsError, Failure, Reply, body};
use crate::request::Call;
use crate::scene::Scene;
use crate::store::{Item, Listing, Page, Version, VersionItem, VersionListing};
use crate::xml::{Names, S3, Xml};

/// S3 lists no more than this at once.
const MOST: usize = 1000;

/// What the three have in common.
struct Asked<'c> {
    bucket: &'c str,
    prefix: &'c str,
    delimiter: Option<&'c str>,
    /// As asked, which is what is told.
    max_keys: usize,
    limit: usize,
    names: Names,
}

impl<'c> Asked<'c> {
    fn of(scene: &Scene, faults: &Faults, call: &'c Call) -> Result<Self, Failure> {
        let max_keys = match call.query.filled("max-keys") {
            None => MOST,
            Some(text) => text.parse::<u32>().map_err(|_| {
                invalid(format!("max-keys: expected a whole number, found {text:?}"))
            })? as usize,
        };
        let names = match call.query.filled("encoding-type") {
            None => Names::Text,
            Some("url") => Names::Url,
            Some(other) => {
                return Err(invalid(format!(
                    "encoding-type: expected url, found {other:?}"
                )));
            }
        };
        let prefix = call.query.value("prefix").unwrap_or_default();
        if faults.denies_listing(prefix) {
            return Err(
                AwsError::new(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied").into(),
            );
        }
        Ok(Self {
            bucket: &call.bucket,
            prefix,
            delimiter: call.query.filled("delimiter"),
            max_keys,
            limit: max_keys.min(MOST).min(scene.page_size),
            names,
        })
    }

    fn head(&self, xml: &mut Xml, truncated: bool) {
        xml.text("Name", self.bucket);
        xml.name("Prefix", self.prefix, self.names);
        if let Some(delimiter) = self.delimiter {
            xml.name("Delimiter", delimiter, self.names);
        }
        xml.text("MaxKeys", self.max_keys.min(MOST));
        if self.names == Names::Url {
            xml.text("EncodingType", "url");
        }
        xml.text("IsTruncated", truncated);
    }

    fn page(&self, scene: &Scene, after: Option<&str>) -> Result<Page, Failure> {
        let Self {
            prefix,
            delimiter,
            limit,
            ..
        } = *self;
        Ok(scene.store().list(
            self.bucket,
            &Listing {
                prefix,
                delimiter,
                after,
                limit,
            },
        )?)
    }

    fn items(&self, xml: &mut Xml, page: &Page, faults: &Faults, owners: Owners) {
        for item in &page.items {
            let Item::Object {
                key,
                object,
                last_modified,
                owner,
            } = item
            else {
                continue;
            };
            xml.inside("Contents", |xml| {
                xml.name("Key", key, self.names);
                xml.text("LastModified", time(*last_modified));
                xml.text("ETag", format_args!("\"{}\"", object.etag));
                xml.text("Size", object.size);
                xml.text("StorageClass", class(key, object.told_class(), faults));
                if owners == Owners::Told {
                    xml.inside("Owner", |xml| xml.text("ID", owner));
                }
            });
        }
        for item in &page.items {
            if let Item::Prefix(prefix) = item {
                self.common_prefix(xml, prefix);
            }
        }
    }

    fn common_prefix(&self, xml: &mut Xml, prefix: &str) {
        xml.inside("CommonPrefixes", |xml| {
            xml.name("Prefix", prefix, self.names);
        });
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Owners {
    Told,
    Untold,
}

pub(super) fn objects(scene: &Scene, faults: &Faults, call: &Call) -> Result<Reply, Failure> {
    let asked = Asked::of(scene, faults, call)?;
    let marker = call.query.filled("marker");
    let page = asked.page(scene, marker)?;
    Ok(xml(Xml::document("ListBucketResult", S3, |xml| {
        asked.head(xml, page.truncated);
        xml.name("Marker", marker.unwrap_or_default(), asked.names);
        // Without a delimiter the client goes on after the last key.
        if let (true, Some(_), Some(last)) = (page.truncated, asked.delimiter, page.items.last()) {
            xml.name("NextMarker", last.name(), asked.names);
        }
        asked.items(xml, &page, faults, Owners::Told);
    })))
}

pub(super) fn objects_v2(scene: &Scene, faults: &Faults, call: &Call) -> Result<Reply, Failure> {
    let asked = Asked::of(scene, faults, call)?;
    let token = call.query.value("continuation-token");
    let resumed = token.map(resumed).transpose()?;
    let start_after = call.query.filled("start-after");
    let page = asked.page(scene, resumed.as_deref().or(start_after))?;
    let owners = match call.query.value("fetch-owner") {
        Some("true") => Owners::Told,
        _ => Owners::Untold,
    };
    Ok(xml(Xml::document("ListBucketResult", S3, |xml| {
        asked.head(xml, page.truncated);
        xml.text("KeyCount", page.items.len());
        if let Some(token) = token {
            xml.text("ContinuationToken", token);
        }
        if let Some(start_after) = start_after {
            xml.name("StartAfter", start_after, asked.names);
        }
        if let (true, Some(last)) = (page.truncated, page.items.last()) {
            xml.text(
                "NextContinuationToken",
                BASE64URL_NOPAD.encode(last.name().as_bytes()),
            );
        }
        asked.items(xml, &page, faults, owners);
    })))
}

pub(super) fn versions(scene: &Scene, faults: &Faults, call: &Call) -> Result<Reply, Failure> {
    let asked = Asked::of(scene, faults, call)?;
    let key_marker = call.query.filled("key-marker");
    let version_marker = call.query.filled("version-id-marker");
    if key_marker.is_none() && version_marker.is_some() {
        return Err(invalid(
            "A version-id marker cannot be specified without a key marker.",
        ));
    }
    let Asked {
        prefix,
        delimiter,
        limit,
        names,
        ..
    } = asked;
    let listing = VersionListing {
        prefix,
        delimiter,
        key_marker,
        version_marker,
        limit,
    };
    let page = scene.store().list_versions(&call.bucket, &listing)?;
    Ok(xml(Xml::document("ListVersionsResult", S3, |xml| {
        asked.head(xml, page.truncated);
        xml.name("KeyMarker", key_marker.unwrap_or_default(), names);
        xml.text("VersionIdMarker", version_marker.unwrap_or_default());
        match page.items.last().filter(|_| page.truncated) {
            Some(VersionItem::Version { key, version, .. }) => {
                xml.name("NextKeyMarker", key, names);
                xml.text("NextVersionIdMarker", &version.id);
            }
            Some(VersionItem::Prefix(prefix)) => xml.name("NextKeyMarker", prefix, names),
            None => {}
        }
        for item in &page.items {
            match item {
                VersionItem::Prefix(prefix) => asked.common_prefix(xml, prefix),
                VersionItem::Version {
                    key,
                    version,
                    is_latest,
                } => {
                    one_version(xml, names, faults, key, version, *is_latest);
                }
            }
        }
    })))
}

fn one_version(
    xml: &mut Xml,
    names: Names,
    faults: &Faults,
    key: &str,
    version: &Version,
    is_latest: bool,
) {
    let element = if version.object.is_some() {
        "Version"
    } else {
        "DeleteMarker"
    };
    xml.inside(element, |xml| {
        xml.name("Key", key, names);
        xml.text("VersionId", &version.id);
        xml.text("IsLatest", is_latest);
        xml.text("LastModified", time(version.last_modified));
        if let Some(object) = &version.object {
            xml.text("ETag", format_args!("\"{}\"", object.etag));
            xml.text("Size", object.size);
            xml.text("StorageClass", class(key, object.told_class(), faults));
        }
        xml.inside("Owner", |xml| xml.text("ID", &version.owner));
    });
}

fn class<'c>(key: &str, class: &'c str, faults: &Faults) -> &'c str {
    if faults.archives(key) {
        "GLACIER"
    } else {
        class
    }
}

/// The key or common prefix that a continuation token stands for.
fn resumed(token: &str) -> Result<String, Failure> {
    let name = BASE64URL_NOPAD.decode(token.as_bytes()).ok();
    name.and_then(|name| String::from_utf8(name).ok())
        .ok_or_else(|| invalid("The continuation token provided is incorrect"))
}

fn time(at: Timestamp) -> impl std::fmt::Display {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ")
}

fn invalid(message: impl Into<String>) -> Failure {
    AwsError::new(StatusCode::BAD_REQUEST, "InvalidArgument", message).into()
}

fn xml(document: Vec<u8>) -> Reply {
    body(StatusCode::OK, "application/xml", document)
}
