//! A folder on disk: a mirror with its manifest, or a plain copy.
//!
//! * Mirror: objects at `<root>/<bucket>/<key>`, and `<root>/manifest.jsonl`.
//! * Plain copy (`aws s3 sync`): `AWSLogs/…` somewhere below `<root>`. The
//!   bucket and the prefix left of `AWSLogs/` are taken from what the digests
//!   themselves say, unless the caller knows the bucket. A wrong guess can only
//!   make digests fail, because each signature covers bucket and key.
//!
//! Symbolic links below the root are not followed and only regular files are
//! read: a copy comes from elsewhere and may hold anything.

#![allow(clippy::disallowed_methods, reason = "the module that reads files")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::manifest::{Exception, Manifest};
use super::{Object, ReadError, ReadErrorKind, Source};
use crate::digest::DigestClaims;
use crate::gzip::Inflater;
use crate::id::BucketName;
use crate::layout::DigestKey;
use crate::limits::MAX_KEY_BYTES;
use crate::object::ObjectRef;

/// Most files that one listing may return: more than CloudTrail delivers to
/// one account and Region in a day, by a factor of a hundred.
const MAX_LISTED: usize = 10_000_000;
/// How deep below the root `AWSLogs` is looked for.
const MAX_DEPTH: usize = 12;
/// Most folders looked into for `AWSLogs`.
const MAX_LOOKED: usize = 100_000;
/// Digests asked for their bucket, and how many of one folder.
const WITNESSES: (usize, usize) = (64, 2);
/// Largest digest that is asked for its bucket.
const WITNESS_BYTES: u64 = 4 << 20;

/// A folder on disk that holds a copy of one bucket or of several.
#[derive(Debug)]
pub struct Directory {
    root: PathBuf,
    mounts: Vec<Mount>,
    manifest: Option<Manifest>,
    assumed: bool,
}

/// A folder, and the bucket and key prefix it stands for.
#[derive(Debug)]
struct Mount {
    bucket: BucketName,
    prefix: String,
    folder: PathBuf,
}

/// Why a folder is no copy of a bucket.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It could not be read.
    #[error("{}: {error}", path.display())]
    Io {
        /// What was to be read.
        path: PathBuf,
        /// What happened.
        error: io::Error,
    },
    /// It is not a folder.
    #[error("{}: not a folder; give the folder that holds AWSLogs/ or manifest.jsonl", .0.display())]
    NotAFolder(PathBuf),
    /// There is nothing of CloudTrail in it.
    #[error(
        "{}: neither manifest.jsonl nor a folder AWSLogs was found in it; give the folder that \
         holds AWSLogs/, not one inside it",
        .0.display()
    )]
    NoLayout(PathBuf),
}

impl Directory {
    /// Opens a mirror or a plain copy. `bucket` is the name of a plain copy's
    /// bucket, where the caller knows it.
    ///
    /// # Errors
    /// [`OpenError`] if there is no such folder or nothing of CloudTrail in it.
    pub fn open(root: &Path, bucket: Option<&BucketName>) -> Result<Self, OpenError> {
        let failed = |error| OpenError::Io {
            path: root.to_owned(),
            error,
        };
        if !fs::metadata(root).map_err(failed)?.is_dir() {
            return Err(OpenError::NotAFolder(root.to_owned()));
        }
        let path = root.join("manifest.jsonl");
        if path.is_file() {
            let failed = |error| OpenError::Io {
                path: path.clone(),
                error,
            };
            let manifest = Manifest::open(&path).map_err(failed)?;
            let mounts = mirror_mounts(root, &manifest).map_err(failed)?;
            let root = root.to_owned();
            return Ok(Self {
                root,
                mounts,
                manifest: Some(manifest),
                assumed: false,
            });
        }
        let parents = parents_of_aws_logs(root).map_err(failed)?;
        if parents.is_empty() {
            return Err(OpenError::NoLayout(root.to_owned()));
        }
        let mut mounts = Vec::new();
        let mut assumed = false;
        for folder in parents {
            let (mount, guessed) = plain_mount(root, folder, bucket);
            assumed |= guessed;
            mounts.push(mount);
        }
        Ok(Self {
            root: root.to_owned(),
            mounts,
            manifest: None,
            assumed,
        })
    }

    /// Whether the bucket's name was taken from the digests themselves.
    pub fn bucket_is_assumed(&self) -> bool {
        self.assumed
    }

    /// What could not be read of the manifest, if there is one.
    pub fn warnings(&self) -> &[String] {
        self.manifest.as_ref().map_or(&[], Manifest::faults)
    }

    fn exceptions(
        &self,
        bucket: &BucketName,
        prefix: &str,
    ) -> impl Iterator<Item = (&ObjectRef, &Exception)> {
        let first = ObjectRef::new(bucket.clone(), prefix);
        let entries = self
            .manifest
            .iter()
            .flat_map(move |m| m.exceptions().range(first.clone()..));
        entries.take_while(move |(at, _)| at.bucket == *bucket && at.key.starts_with(prefix))
    }

    /// Where an object's bytes are.
    fn locate(&self, object: &ObjectRef) -> Result<PathBuf, ReadError> {
        let exceptions = self.manifest.as_ref().map(Manifest::exceptions);
        match exceptions.and_then(|exceptions| exceptions.get(object)) {
            Some(Exception::At(path)) => return Ok(self.root.join(path)),
            Some(Exception::Unread(kind)) => {
                let detail = "the mirror could not read it when the copy was made";
                return Err(ReadError::new(*kind, detail));
            }
            None => {}
        }
        let mounts = self
            .mounts
            .iter()
            .filter(|mount| mount.bucket == object.bucket);
        for mount in mounts {
            if let Some(rest) = object.key.strip_prefix(&mount.prefix) {
                let detail = "its key cannot be the path of a file";
                return match safe_path(&mount.folder, rest) {
                    Some(path) => Ok(path),
                    None => Err(ReadError::new(ReadErrorKind::Unaddressable, detail)),
                };
            }
        }
        let holds = self
            .mounts
            .iter()
            .any(|mount| mount.bucket == object.bucket);
        let detail = if holds {
            "outside the copied prefix"
        } else {
            "its bucket is not in this copy"
        };
        Err(ReadError::new(ReadErrorKind::Elsewhere, detail))
    }
}

impl Source for Directory {
    fn buckets(&self) -> Vec<BucketName> {
        let mut buckets: Vec<_> = self
            .mounts
            .iter()
            .map(|mount| mount.bucket.clone())
            .collect();
        buckets.sort();
        buckets.dedup();
        buckets
    }

    fn folders(&self, bucket: &BucketName, prefix: &str) -> Result<Vec<String>, ReadError> {
        let mut folders = Vec::new();
        for mount in self.mounts.iter().filter(|mount| mount.bucket == *bucket) {
            if let Some(below) = mount.prefix.strip_prefix(prefix)
                && let Some((name, _)) = below.split_once('/')
            {
                folders.push(name.to_owned());
                continue;
            }
            let Some(rest) = prefix.strip_prefix(&mount.prefix) else {
                continue;
            };
            let Some(folder) = safe_path(&mount.folder, rest.trim_end_matches('/')) else {
                continue;
            };
            for entry in entries(&folder).map_err(|error| unlisted(&folder, &error))? {
                if entry.kind == Kind::Folder {
                    folders.push(entry.name);
                }
            }
        }
        let rests = self
            .exceptions(bucket, prefix)
            .filter_map(|(at, _)| at.key.get(prefix.len()..));
        folders.extend(rests.filter_map(|rest| Some(rest.split_once('/')?.0.to_owned())));
        folders.sort();
        folders.dedup();
        Ok(folders)
    }

    fn objects(&self, bucket: &BucketName, prefix: &str) -> Result<Vec<String>, ReadError> {
        let mut keys = Vec::new();
        for mount in self.mounts.iter().filter(|mount| mount.bucket == *bucket) {
            if mount.prefix.starts_with(prefix) {
                list_below(&mount.folder, mount.prefix.clone(), &mut keys)?;
                continue;
            }
            let Some(rest) = prefix.strip_prefix(&mount.prefix) else {
                continue;
            };
            let Some(folder) = safe_path(&mount.folder, rest.trim_end_matches('/')) else {
                continue;
            };
            list_below(&folder, prefix.to_owned(), &mut keys)?;
        }
        keys.extend(
            self.exceptions(bucket, prefix)
                .map(|(at, _)| at.key.clone()),
        );
        keys.sort();
        keys.dedup();
        Ok(keys)
    }

    fn read(&self, object: &ObjectRef, limit: u64) -> Result<Object, ReadError> {
        let path = self.locate(object)?;
        let bytes = read_file(&path, limit)?;
        let metadata = match &self.manifest {
            None => BTreeMap::new(),
            Some(manifest) => manifest.metadata(object).map_err(|error| {
                ReadError::new(ReadErrorKind::Io, format!("manifest.jsonl: {error}"))
            })?,
        };
        Ok(Object { bytes, metadata })
    }
}

/// Every folder of a mirror's root that can be a bucket, and every bucket the
/// manifest has objects of that are elsewhere.
fn mirror_mounts(root: &Path, manifest: &Manifest) -> io::Result<Vec<Mount>> {
    let folders = entries(root)?
        .into_iter()
        .filter(|entry| entry.kind == Kind::Folder);
    let mut buckets: Vec<BucketName> = folders
        .filter_map(|entry| entry.name.parse().ok())
        .collect();
    buckets.extend(manifest.exceptions().keys().map(|at| at.bucket.clone()));
    buckets.sort();
    buckets.dedup();
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

/// The folders below the root that hold a folder `AWSLogs`, in order.
fn parents_of_aws_logs(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut parents = Vec::new();
    let mut open = vec![(root.to_owned(), 0)];
    let mut looked = 0;
    while let Some((folder, depth)) = open.pop() {
        looked += 1;
        let listed = match entries(&folder) {
            Err(error) if depth == 0 => return Err(error),
            listed => listed.unwrap_or_default(),
        };
        let folders: Vec<_> = listed
            .into_iter()
            .filter(|e| e.kind == Kind::Folder)
            .collect();
        if folders.iter().any(|entry| entry.name == "AWSLogs") {
            parents.push(folder);
        } else if depth < MAX_DEPTH && looked < MAX_LOOKED {
            let below = folders
                .into_iter()
                .rev()
                .map(|e| (folder.join(e.name), depth + 1));
            open.extend(below);
        }
    }
    Ok(parents)
}

/// Finds out which bucket and prefix a plain copy comes from, by asking some
/// of its digests. The most frequent answer counts.
fn plain_mount(root: &Path, folder: PathBuf, bucket: Option<&BucketName>) -> (Mount, bool) {
    let mut votes: BTreeMap<(BucketName, String), usize> = BTreeMap::new();
    for relative in witnesses(&folder) {
        if let Some(origin) = origin_of(&folder, &relative)
            && bucket.is_none_or(|bucket| *bucket == origin.0)
        {
            *votes.entry(origin).or_default() += 1;
        }
    }
    let most = votes
        .into_iter()
        .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
    let by_path = || {
        let below = folder.strip_prefix(root).unwrap_or(Path::new(""));
        let names = below
            .components()
            .map(|part| part.as_os_str().to_string_lossy() + "/");
        names.collect::<String>()
    };
    match (most, bucket) {
        (Some(((name, prefix), _)), _) => (
            Mount {
                bucket: name,
                prefix,
                folder,
            },
            bucket.is_none(),
        ),
        (None, Some(bucket)) => {
            let prefix = by_path();
            (
                Mount {
                    bucket: bucket.clone(),
                    prefix,
                    folder,
                },
                false,
            )
        }
        (None, None) => {
            let prefix = by_path();
            (
                Mount {
                    bucket: BucketName::unknown(),
                    prefix,
                    folder,
                },
                true,
            )
        }
    }
}

/// Some digests below a folder, as paths relative to it, at most a few of each day.
fn witnesses(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec!["AWSLogs".to_owned()];
    let mut looked = 0;
    while let Some(relative) = open.pop() {
        looked += 1;
        if found.len() >= WITNESSES.0 || looked > MAX_LOOKED {
            break;
        }
        let mut of_this_folder = 0;
        for entry in entries(&folder.join(&relative))
            .unwrap_or_default()
            .into_iter()
            .rev()
        {
            let below = format!("{relative}/{}", entry.name);
            match entry.kind {
                Kind::Folder => open.push(below),
                Kind::File
                    if of_this_folder < WITNESSES.1 && DigestKey::parse(&below).is_some() =>
                {
                    of_this_folder += 1;
                    found.push(below);
                }
                Kind::File | Kind::Other => {}
            }
        }
    }
    found
}

fn origin_of(folder: &Path, relative: &str) -> Option<(BucketName, String)> {
    let bytes = read_file(&folder.join(relative), WITNESS_BYTES).ok()?;
    let mut inflater = Inflater::new();
    let claims = DigestClaims::parse(inflater.inflate(&bytes, WITNESS_BYTES).ok()?).ok()?;
    let prefix = claims.object.strip_suffix(relative)?;
    (prefix.is_empty() || prefix.ends_with('/')).then_some(())?;
    Some((claims.bucket.parse().ok()?, prefix.to_owned()))
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    File,
    Folder,
    /// Links, devices, pipes.
    Other,
}

struct FolderEntry {
    name: String,
    kind: Kind,
}

/// The entries of a folder, by name. A folder that is not there is empty.
fn entries(folder: &Path) -> io::Result<Vec<FolderEntry>> {
    let listing = match fs::read_dir(folder) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        listing => listing?,
    };
    let mut entries = Vec::new();
    for entry in listing {
        let entry = entry?;
        let kind = match entry.file_type()? {
            kind if kind.is_dir() => Kind::Folder,
            kind if kind.is_file() => Kind::File,
            _ => Kind::Other,
        };
        entries.push(FolderEntry {
            name: entry.file_name().to_string_lossy().into_owned(),
            kind,
        });
        if entries.len() > MAX_LISTED {
            return Err(io::Error::other(format!("more than {MAX_LISTED} entries")));
        }
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

fn list_below(folder: &Path, prefix: String, keys: &mut Vec<String>) -> Result<(), ReadError> {
    let mut open = vec![(folder.to_owned(), prefix)];
    while let Some((folder, prefix)) = open.pop() {
        for entry in entries(&folder).map_err(|error| unlisted(&folder, &error))? {
            let key = format!("{prefix}{}", entry.name);
            match entry.kind {
                Kind::Folder if key.len() < MAX_KEY_BYTES => {
                    open.push((folder.join(&entry.name), key + "/"));
                }
                Kind::Folder => {}
                Kind::File | Kind::Other => keys.push(key),
            }
            if keys.len() > MAX_LISTED {
                let detail = format!("more than {MAX_LISTED} files below {}", folder.display());
                return Err(ReadError::new(ReadErrorKind::TooLarge, detail));
            }
        }
    }
    Ok(())
}

/// The path of a key below a folder, if every part of it is a plain name.
fn safe_path(folder: &Path, key: &str) -> Option<PathBuf> {
    let mut path = folder.to_owned();
    if key.is_empty() {
        return Some(path);
    }
    for part in key.split('/') {
        let plain = !matches!(part, "" | "." | "..")
            && part.len() <= 255
            && !part.chars().any(|c| c == '\\' || c.is_control());
        if !plain {
            return None;
        }
        path.push(part);
    }
    Some(path)
}

fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let failed = |error: io::Error| {
        let kind = match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => ReadErrorKind::Absent,
            ErrorKind::PermissionDenied => ReadErrorKind::Denied,
            ErrorKind::InvalidFilename | ErrorKind::InvalidInput => ReadErrorKind::Unaddressable,
            _ => ReadErrorKind::Io,
        };
        ReadError::new(kind, error.to_string())
    };
    let about = fs::symlink_metadata(path).map_err(failed)?;
    if !about.is_file() {
        let detail = "not a regular file (links are not followed)";
        return Err(ReadError::new(ReadErrorKind::Unaddressable, detail));
    }
    let too_large = |size: u64| {
        ReadError::new(
            ReadErrorKind::TooLarge,
            format!("{size} bytes, the limit is {limit}"),
        )
    };
    if about.len() > limit {
        return Err(too_large(about.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or(0) + 1);
    let file = File::open(path).map_err(failed)?;
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(bytes)
}

fn unlisted(folder: &Path, error: &io::Error) -> ReadError {
    let kind = match error.kind() {
        ErrorKind::PermissionDenied => ReadErrorKind::Denied,
        _ => ReadErrorKind::Io,
    };
    ReadError::new(kind, format!("{}: {error}", folder.display()))
}
