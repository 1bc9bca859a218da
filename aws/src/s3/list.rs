//! Listings, page by page.

use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::types::{EncodingType, Object as SdkObject};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use trailseal_verifier::limits::MAX_LISTED;
use trailseal_verifier::source::{Level, ReadError, ReadErrorKind};

use super::bucket::{Bucket, Call, read_error};
use crate::call_error::{CallError, CallErrorKind};
use crate::operation::Operation;
use crate::time::from_sdk;

static LIST_OBJECTS: Operation = Operation {
    name: "s3:ListObjectsV2",
    permission: "s3:ListBucket",
    without: "digests and planted logs cannot be found, and a missing object cannot be told from \
              a forbidden one",
};

/// Most pages of one listing: those of [`MAX_LISTED`] objects, twice.
pub(super) const MAX_PAGES: usize = MAX_LISTED / 500;

/// An object as a listing shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// Its stored bytes.
    pub size: u64,
    /// Its entity tag, without quotes.
    pub etag: Option<String>,
    /// When it was stored.
    pub last_modified: Option<Timestamp>,
    /// Its storage class, where it is not the standard one.
    pub storage_class: Option<String>,
}

impl<'c> Bucket<'c> {
    /// Every object whose key begins with the prefix, in the order of the keys.
    pub fn list(
        &self,
        prefix: &str,
    ) -> Call<'c, impl Future<Output = Result<Vec<Listed>, ReadError>> + Send + use<'c>> {
        let (this, prefix) = (self.clone(), prefix.to_owned());
        self.call(async move {
            let mut listed = Vec::new();
            this.pages(&prefix, None, |page| {
                for object in page.contents() {
                    listed.extend(of(object)?);
                }
                bounded(listed.len(), &prefix)
            })
            .await?;
            // S3 lists in this order; other servers need not.
            listed.sort_by(|a, b| a.key.cmp(&b.key));
            listed.dedup_by(|a, b| a.key == b.key);
            Ok(listed)
        })
    }

    /// What lies directly below the prefix.
    pub(super) fn level(
        &self,
        prefix: &str,
    ) -> Call<'c, impl Future<Output = Result<Level, ReadError>> + Send + use<'c>> {
        let (this, prefix) = (self.clone(), prefix.to_owned());
        self.call(async move {
            let mut level = Level::default();
            this.pages(&prefix, Some("/"), |page| {
                for folder in page.common_prefixes() {
                    let key = decoded(folder.prefix().unwrap_or_default())?;
                    let name = key
                        .strip_prefix(prefix.as_str())
                        .and_then(|name| name.strip_suffix('/'));
                    level.folders.extend(name.map(str::to_owned));
                }
                for object in page.contents() {
                    level.objects.extend(of(object)?.map(|object| object.key));
                }
                bounded(level.folders.len() + level.objects.len(), &prefix)
            })
            .await?;
            Ok(level)
        })
    }

    async fn pages(
        &self,
        prefix: &str,
        delimiter: Option<&str>,
        mut take: impl FnMut(&ListObjectsV2Output) -> Result<(), ReadError> + Send,
    ) -> Result<(), ReadError> {
        let mut token: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let request = self
                .client
                .list_objects_v2()
                .bucket(self.name().as_str())
                .prefix(prefix)
                // Otherwise a key with a control character breaks the page.
                .encoding_type(EncodingType::Url)
                .set_delimiter(delimiter.map(str::to_owned))
                .set_continuation_token(token.clone());
            let page = request.send().await.map_err(|error| {
                let error = CallError::of(&LIST_OBJECTS, &error);
                let mut read = read_error(&error);
                if error.kind == CallErrorKind::NoSuch {
                    // Not the object but the bucket is not there.
                    read.kind = ReadErrorKind::Io;
                }
                read
            })?;
            take(&page)?;
            let next = page.next_continuation_token().map(str::to_owned);
            if !page.is_truncated().unwrap_or(false) {
                return Ok(());
            }
            if next.is_none() || next == token {
                let detail = "the listing says that it goes on, and not where";
                return Err(ReadError::new(ReadErrorKind::Io, detail));
            }
            token = next;
        }
        let detail = format!("the listing of {prefix:?} has more than {MAX_PAGES} pages");
        Err(ReadError::new(ReadErrorKind::TooLarge, detail))
    }
}

fn of(object: &SdkObject) -> Result<Option<Listed>, ReadError> {
    let Some(key) = object.key() else {
        return Ok(None);
    };
    Ok(Some(Listed {
        key: decoded(key)?,
        size: u64::try_from(object.size().unwrap_or(0)).unwrap_or(0),
        etag: object.e_tag().map(|etag| etag.trim_matches('"').to_owned()),
        last_modified: object.last_modified().and_then(from_sdk),
        storage_class: object
            .storage_class()
            .map(|class| class.as_str().to_owned())
            .filter(|class| class != "STANDARD"),
    }))
}

/// S3 encodes keys as in a form: a space is a plus sign.
pub(super) fn decoded(key: &str) -> Result<String, ReadError> {
    let spaced = key.replace('+', " ");
    let text = percent_decode_str(&spaced).decode_utf8().map_err(|_| {
        let detail = format!("a listed key is not UTF-8: {key:?}");
        ReadError::new(ReadErrorKind::Io, detail)
    })?;
    Ok(text.into_owned())
}

pub(super) fn bounded(listed: usize, prefix: &str) -> Result<(), ReadError> {
    if listed <= MAX_LISTED {
        return Ok(());
    }
    let detail = format!("more than {MAX_LISTED} objects below {prefix:?}");
    Err(ReadError::new(ReadErrorKind::TooLarge, detail))
}
