//! What a mirror names and does not hold.
//!
//! A digest that is gone is missed by its neighbours. Nothing misses an account
//! that is gone with all its digests, or a bucket, except the mirror's own lines.
//! They are no proof: whoever removes folders may remove lines, and add some. So
//! such a folder is neither failed nor passed over: it is there, and cannot be
//! listed.
//!
//! What is compared is folders, not files: buckets, and the digests of an
//! account's Region, or its logs where there never were digests. Of a folder
//! that holds anything, its digests speak.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::super::{Extent, ReadError, ReadErrorKind};
use super::Manifest;
use super::files::{Kind, entries, safe_path};
use crate::id::BucketName;
use crate::layout::{DigestKey, Family, LogKey};
use crate::limits::MAX_ROOT_FOLDERS;

/// Folders without files: a bucket and a prefix, which is empty for the whole
/// bucket, or else ends with a slash.
#[derive(Debug, Default)]
pub(super) struct Lost(BTreeSet<(BucketName, String)>);

impl Lost {
    /// Looks for the folders that manifest and extent name.
    pub(super) fn of(root: &Path, manifest: &Manifest, extent: Option<&Extent>) -> Self {
        let named = manifest.folders();
        let copied = extent.into_iter().flat_map(Extent::parts);
        let buckets: BTreeSet<_> = copied
            .map(|(bucket, _)| (bucket.clone(), String::new()))
            .collect();
        // What does not lie at its key is found by its own line.
        let elsewhere: BTreeSet<_> = manifest.exceptions().keys().map(|at| &at.bucket).collect();
        let is_lost = |(bucket, prefix): &&(BucketName, String)| {
            let spoken_for = match prefix.as_str() {
                "" => elsewhere.contains(bucket),
                prefix => digests_beside(prefix)
                    .is_some_and(|digests| named.contains(&(bucket.clone(), digests))),
            };
            !spoken_for && holds_nothing(&root.join(bucket.as_str()), prefix)
        };
        Self(named.union(&buckets).filter(is_lost).cloned().collect())
    }

    /// The folders below a prefix.
    pub(super) fn below<'l>(
        &'l self,
        bucket: &'l BucketName,
        prefix: &'l str,
    ) -> impl Iterator<Item = &'l str> {
        let from = self.0.range((bucket.clone(), prefix.to_owned())..);
        from.take_while(move |(of, folder)| of == bucket && folder.starts_with(prefix))
            .map(|(_, folder)| folder.as_str())
    }

    /// An error if a prefix is such a folder or lies in one.
    pub(super) fn none_around(&self, bucket: &BucketName, prefix: &str) -> Result<(), ReadError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let ends = prefix.match_indices('/').map(|(at, _)| at + 1);
        let mut around = [0].into_iter().chain(ends).map(|end| &prefix[..end]);
        match around.find(|around| self.0.contains(&(bucket.clone(), (*around).to_owned()))) {
            Some(folder) => Err(lost(bucket, folder)),
            None => Ok(()),
        }
    }

    /// An error if such a folder lies below a prefix.
    pub(super) fn none_below(&self, bucket: &BucketName, prefix: &str) -> Result<(), ReadError> {
        self.below(bucket, prefix)
            .next()
            .map_or(Ok(()), |folder| Err(lost(bucket, folder)))
    }
}

fn lost(bucket: &BucketName, folder: &str) -> ReadError {
    let detail = format!(
        "manifest.jsonl or extent.jsonl names s3://{bucket}/{folder}, and the mirror holds \
         nothing of it; run trailseal mirror again"
    );
    ReadError::new(ReadErrorKind::Io, detail)
}

/// The folder of digests beside a folder of logs.
fn digests_beside(folder: &str) -> Option<String> {
    let (place, region) = folder.strip_suffix('/')?.rsplit_once('/')?;
    let (account, family) = place.rsplit_once('/')?;
    let digests = Family::Digest.as_str();
    (family != digests).then(|| format!("{account}/{digests}/{region}/"))
}

/// Whether a prefix has no file: in a folder of digests or logs one that is
/// named as such. Another one may have been left there to look like it.
fn holds_nothing(bucket: &Path, prefix: &str) -> bool {
    let Some(folder) = safe_path(bucket, prefix.strip_suffix('/').unwrap_or(prefix)) else {
        return true;
    };
    let counts = |key: &str| {
        prefix.is_empty() || DigestKey::parse(key).is_some() || LogKey::parse(key).is_some()
    };
    // What cannot be listed is told of by whoever lists it.
    !holds(folder, prefix, counts).unwrap_or(true)
}

fn holds(folder: PathBuf, prefix: &str, counts: impl Fn(&str) -> bool) -> io::Result<bool> {
    let mut open = vec![(folder, prefix.to_owned())];
    for _ in 0..MAX_ROOT_FOLDERS {
        let Some((folder, prefix)) = open.pop() else {
            return Ok(false);
        };
        for entry in entries(&folder)? {
            let key = format!("{prefix}{}", entry.name);
            match entry.kind {
                Kind::Folder => open.push((folder.join(&entry.name), key + "/")),
                Kind::FolderLink => return Ok(true),
                Kind::File | Kind::Other if counts(&key) => return Ok(true),
                Kind::File | Kind::Other => {}
            }
        }
    }
    Ok(false)
}
