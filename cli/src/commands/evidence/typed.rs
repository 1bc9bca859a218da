//! What is looked at, as it is typed: folders, or buckets.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
#[cfg(feature = "aws")]
use trailseal_aws::s3::S3Url;
#[cfg(feature = "aws")]
use trailseal_verifier::id::BucketName;

use crate::exit::Failure;

/// Whether a path is the URL of a bucket.
pub(in super::super) fn is_url(path: &Path) -> bool {
    path.to_str().is_some_and(|text| text.starts_with("s3://"))
}

/// The buckets, if it is buckets that were named; `stated` is `--bucket`.
///
/// # Errors
/// If one of the paths is no URL, or a bucket is named twice over.
#[cfg(feature = "aws")]
pub(in super::super) fn urls(
    paths: &[PathBuf],
    stated: Option<&BucketName>,
) -> Result<Option<Vec<S3Url>>, Failure> {
    if !paths.iter().any(|path| is_url(path)) {
        return Ok(None);
    }
    if stated.is_some() {
        return Err(Failure::Usage(anyhow!(
            "--bucket names the bucket of a plain copy; a bucket has its name in s3://"
        )));
    }
    let url = |path: &PathBuf| {
        let text = path.to_string_lossy();
        text.parse::<S3Url>()
            .map_err(|error| Failure::Usage(error.into()))
    };
    paths.iter().map(url).collect::<Result<_, _>>().map(Some)
}

/// The one folder that was named.
///
/// # Errors
/// If there are several.
pub(in super::super) fn folder(paths: &[PathBuf]) -> Result<PathBuf, Failure> {
    match paths {
        [one] => Ok(one.clone()),
        many => Err(Failure::Usage(anyhow!(
            "{} folders; give each copy by itself, or put a mirror of all buckets into one",
            many.len()
        ))),
    }
}
