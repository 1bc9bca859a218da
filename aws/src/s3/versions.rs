//! What a bucket that keeps versions knows of one key.

use std::cmp::Reverse;

use aws_sdk_s3::operation::list_object_versions::ListObjectVersionsOutput;
use aws_sdk_s3::types::{EncodingType, Owner};
use trailseal_verifier::recover::{Version, VersionKind};
use trailseal_verifier::source::{ReadError, ReadErrorKind};

use super::bucket::{Bucket, Call, read_error};
use super::list::{MAX_PAGES, bounded, decoded};
use crate::call_error::{CallError, CallErrorKind};
use crate::operation::Operation;
use crate::time::from_sdk;

static LIST_VERSIONS: Operation = Operation {
    name: "s3:ListObjectVersions",
    permission: "s3:ListBucketVersions",
    without: "older versions cannot be found",
};

impl<'c> Bucket<'c> {
    /// All versions of one key, the newest first.
    pub fn versions(
        &self,
        key: &str,
    ) -> Call<'c, impl Future<Output = Result<Vec<Version>, ReadError>> + Send + use<'c>> {
        let (this, key) = (self.clone(), key.to_owned());
        self.call(async move {
            let mut versions = Vec::new();
            let mut after: Option<(Option<String>, Option<String>)> = None;
            for page in 0.. {
                if page == MAX_PAGES {
                    let detail = format!("its versions take more than {MAX_PAGES} pages");
                    return Err(ReadError::new(ReadErrorKind::TooLarge, detail));
                }
                let page = this.versions_page(&key, after.clone()).await?;
                // Keys that merely begin with this one come after it.
                let passed = take(&page, &key, &mut versions)?;
                bounded(versions.len(), &key)?;
                if passed || !page.is_truncated().unwrap_or(false) {
                    break;
                }
                let marker = page.next_key_marker().map(decoded).transpose()?;
                let next = Some((marker, page.next_version_id_marker().map(str::to_owned)));
                if next == after || matches!(next, Some((None, _))) {
                    let detail = "the listing says that it goes on, and not where";
                    return Err(ReadError::new(ReadErrorKind::Io, detail));
                }
                after = next;
            }
            // A marker and a version of the same second keep S3's order.
            versions.sort_by_key(|version| Reverse((version.latest, version.last_modified)));
            Ok(versions)
        })
    }

    async fn versions_page(
        &self,
        key: &str,
        after: Option<(Option<String>, Option<String>)>,
    ) -> Result<ListObjectVersionsOutput, ReadError> {
        let (key_marker, version_marker) = after.unwrap_or_default();
        let request = self
            .client
            .list_object_versions()
            .bucket(self.name().as_str())
            .prefix(key)
            .encoding_type(EncodingType::Url)
            .set_key_marker(key_marker)
            .set_version_id_marker(version_marker);
        request.send().await.map_err(|error| {
            let error = CallError::of(&LIST_VERSIONS, &error);
            let mut read = read_error(&error);
            if error.kind == CallErrorKind::NoSuch {
                read.kind = ReadErrorKind::Io;
            }
            read
        })
    }
}

/// Takes the versions of this key from a page; says whether later keys begin.
fn take(
    page: &ListObjectVersionsOutput,
    key: &str,
    versions: &mut Vec<Version>,
) -> Result<bool, ReadError> {
    let mut passed = false;
    for version in page.versions() {
        if decoded(version.key().unwrap_or_default())? != key {
            passed = true;
            continue;
        }
        versions.push(Version {
            kind: VersionKind::Object {
                size: u64::try_from(version.size().unwrap_or(0)).unwrap_or(0),
                storage_class: version
                    .storage_class()
                    .map(|class| class.as_str().to_owned())
                    .filter(|class| class != "STANDARD"),
            },
            id: version.version_id().unwrap_or("null").to_owned(),
            latest: version.is_latest().unwrap_or(false),
            last_modified: version.last_modified().and_then(from_sdk),
            owner: version.owner().and_then(owner),
        });
    }
    for marker in page.delete_markers() {
        if decoded(marker.key().unwrap_or_default())? != key {
            passed = true;
            continue;
        }
        versions.push(Version {
            kind: VersionKind::DeleteMarker,
            id: marker.version_id().unwrap_or("null").to_owned(),
            latest: marker.is_latest().unwrap_or(false),
            last_modified: marker.last_modified().and_then(from_sdk),
            owner: marker.owner().and_then(owner),
        });
    }
    Ok(passed)
}

fn owner(owner: &Owner) -> Option<String> {
    owner
        .display_name()
        .filter(|name| !name.is_empty())
        .or(owner.id())
        .map(str::to_owned)
}
