//! What a folder is a copy of.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::Extent;
use super::super::mirror::layout::{RESERVED, STORES};
use super::files::{Kind, entries, read_file};
use super::{Manifest, Mount, OpenError};
use crate::digest::DigestClaims;
use crate::gzip::Inflater;
use crate::id::BucketName;
use crate::layout::{DigestKey, Family};
use crate::limits::{MAX_ROOT_DEPTH, MAX_ROOT_FOLDERS};

/// Digests whose word for their bucket is heard, and how many of one folder.
const WITNESSES: usize = 64;
const OF_ONE_FOLDER: usize = 2;
/// Files that are tried for it.
const TRIED: usize = 10_000;
/// Largest digest that is asked for its bucket.
const WITNESS_BYTES: u64 = 4 << 20;

/// Every folder of a mirror's root that can be a bucket, and every bucket that
/// the manifest or the extent names; or the one that is asked for.
pub(super) fn mirror(
    root: &Path,
    manifest: &Manifest,
    extent: Option<&Extent>,
    asked: Option<&BucketName>,
) -> Result<Vec<Mount>, OpenError> {
    let listed = entries(root).map_err(|error| OpenError::io(root, error))?;
    let folders = listed.into_iter().filter(|entry| {
        let name = entry.name.as_str();
        entry.kind == Kind::Folder && !STORES.contains(&name) && !RESERVED.contains(&name)
    });
    let mut buckets: Vec<BucketName> = folders
        .filter_map(|entry| entry.name.parse().ok())
        .collect();
    let of_objects = manifest.exceptions().keys().map(|at| &at.bucket);
    let of_folders = manifest.folders().iter().map(|(bucket, _)| bucket);
    let of_extent = extent.into_iter().flat_map(Extent::parts);
    let of_extent = of_extent.map(|(bucket, _)| bucket);
    buckets.extend(of_objects.chain(of_folders).chain(of_extent).cloned());
    buckets.sort();
    buckets.dedup();
    if let Some(asked) = asked {
        if !buckets.contains(asked) {
            return Err(OpenError::OtherBuckets {
                asked: asked.clone(),
                found: buckets,
            });
        }
        buckets.retain(|bucket| bucket == asked);
    }
    let mount = |bucket: BucketName| {
        let folder = root.join(bucket.as_str());
        Mount {
            bucket,
            prefix: String::new(),
            folder,
        }
    };
    Ok(buckets.into_iter().map(mount).collect())
}

/// The mounts of a plain copy, and whether their bucket is only what their
/// digests say.
pub(super) fn plain_copy(
    root: &Path,
    asked: Option<&BucketName>,
) -> Result<(Vec<Mount>, bool), OpenError> {
    let parents = parents_of_aws_logs(root)?;
    if parents.is_empty() {
        return Err(OpenError::NoLayout(root.to_owned()));
    }
    let origins: Vec<_> = parents.iter().map(|folder| origin(folder, asked)).collect();
    // A folder without digests belongs to the others, if they agree.
    let mut agreed = origins.iter().flatten().collect::<Vec<_>>();
    agreed.dedup();
    let shared = match agreed.as_slice() {
        [one] => Some((*one).clone()),
        _ => None,
    };
    let mount = |(folder, origin): (PathBuf, Option<(BucketName, String)>)| {
        let (bucket, prefix) = origin.or_else(|| shared.clone()).unwrap_or_else(|| {
            let bucket = asked.cloned().unwrap_or_else(BucketName::unknown);
            (bucket, prefix_of(root, &folder))
        });
        Mount {
            bucket,
            prefix,
            folder,
        }
    };
    let mounts = parents
        .into_iter()
        .zip(origins.clone())
        .map(mount)
        .collect();
    Ok((mounts, asked.is_none()))
}

/// The folders below the root that hold a folder `AWSLogs`, in order. One that
/// cannot be looked into may hold anything, so it is an error.
fn parents_of_aws_logs(root: &Path) -> Result<Vec<PathBuf>, OpenError> {
    let mut parents = Vec::new();
    let mut open = vec![(root.to_owned(), 0)];
    let mut looked = 0;
    while let Some((folder, depth)) = open.pop() {
        looked += 1;
        if depth > MAX_ROOT_DEPTH || looked > MAX_ROOT_FOLDERS {
            return Err(OpenError::TooWide(folder));
        }
        let listed = entries(&folder).map_err(|error| OpenError::io(&folder, error))?;
        let folders: Vec<_> = listed
            .into_iter()
            .filter(|e| e.kind == Kind::Folder)
            .collect();
        if folders.iter().any(|entry| entry.name == "AWSLogs") {
            parents.push(folder);
        } else {
            let below = folders
                .into_iter()
                .rev()
                .map(|e| (folder.join(e.name), depth + 1));
            open.extend(below);
        }
    }
    Ok(parents)
}

/// The bucket and prefix that most of some digests of a copy state. Files that
/// are no digests have no say.
fn origin(folder: &Path, asked: Option<&BucketName>) -> Option<(BucketName, String)> {
    let mut votes: BTreeMap<(BucketName, String), usize> = BTreeMap::new();
    let mut open = vec!["AWSLogs".to_owned()];
    let (mut looked, mut tried, mut heard) = (0, 0, 0);
    while let Some(relative) = open.pop() {
        looked += 1;
        if heard >= WITNESSES || tried >= TRIED || looked > MAX_ROOT_FOLDERS {
            break;
        }
        let mut of_this_folder = 0;
        for entry in entries(&folder.join(&relative))
            .unwrap_or_default()
            .into_iter()
            .rev()
        {
            let below = format!("{relative}/{}", entry.name);
            let of_logs = Family::LOGS
                .iter()
                .any(|family| family.as_str() == entry.name);
            if entry.kind == Kind::Folder && !of_logs {
                open.push(below);
            } else if entry.kind == Kind::File
                && of_this_folder < OF_ONE_FOLDER
                && DigestKey::parse(&below).is_some()
            {
                tried += 1;
                let origin = stated_origin(folder, &below);
                let origin = origin.filter(|(name, _)| asked.is_none_or(|asked| asked == name));
                if let Some(origin) = origin {
                    *votes.entry(origin).or_default() += 1;
                    of_this_folder += 1;
                    heard += 1;
                }
            }
        }
    }
    let most = votes
        .into_iter()
        .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)))?;
    Some(most.0)
}

fn stated_origin(folder: &Path, relative: &str) -> Option<(BucketName, String)> {
    let bytes = read_file(&folder.join(relative), WITNESS_BYTES).ok()?;
    let mut inflater = Inflater::new();
    let claims = DigestClaims::parse(inflater.inflate(&bytes, WITNESS_BYTES).ok()?).ok()?;
    let prefix = claims.object.strip_suffix(relative)?;
    (prefix.is_empty() || prefix.ends_with('/')).then_some(())?;
    Some((claims.bucket.parse().ok()?, prefix.to_owned()))
}

/// The prefix as far as the folders tell it.
fn prefix_of(root: &Path, folder: &Path) -> String {
    let below = folder.strip_prefix(root).unwrap_or(Path::new(""));
    below
        .components()
        .map(|part| part.as_os_str().to_string_lossy() + "/")
        .collect()
}
