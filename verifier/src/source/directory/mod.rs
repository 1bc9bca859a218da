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

mod files;
mod lost;
mod open;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use files::{Kind, entries, list_below, not_followed, read_file, safe_path, unlisted};

use lost::Lost;

use super::manifest::{Exception, Manifest};
use super::mirror::{MirrorError, Unfinished, is_unfinished, read_extent};
use super::{Extent, Level, Object, ReadError, ReadErrorKind, Source};
use crate::id::BucketName;
use crate::object::ObjectRef;

/// Folders that are remembered to be no links.
const PLAIN_KEPT: usize = 10_000;

/// A folder on disk that holds a copy of one bucket or of several.
#[derive(Debug)]
pub struct Directory {
    root: PathBuf,
    mounts: Vec<Mount>,
    manifest: Option<Manifest>,
    /// What a mirror says that it holds, if it says so.
    extent: Option<Extent>,
    /// What a mirror says that it holds, and does not.
    lost: Lost,
    assumed: bool,
    /// Folders that were seen to be no links, nor behind any.
    plain: Mutex<BTreeSet<PathBuf>>,
}

/// A folder, and the bucket and key prefix it stands for.
#[derive(Debug)]
struct Mount {
    bucket: BucketName,
    prefix: String,
    folder: PathBuf,
}

impl Mount {
    /// The folder of a prefix below the mount's own.
    fn folder_of(&self, rest: &str) -> Option<PathBuf> {
        if rest.is_empty() {
            return Some(self.folder.clone());
        }
        let key = rest.strip_suffix('/').filter(|key| !key.is_empty())?;
        safe_path(&self.folder, key)
    }
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
    /// A mirror does not hold the bucket that was asked for.
    #[error("the mirror holds {}, not {asked}", names(found))]
    OtherBuckets {
        /// The bucket that was asked for.
        asked: BucketName,
        /// Those that are there.
        found: Vec<BucketName>,
    },
    /// Too many folders, or too deep, to look into all of them.
    #[error(
        "{}: too many folders to look for AWSLogs in; give the folder that holds AWSLogs/ itself",
        .0.display()
    )]
    TooWide(PathBuf),
    /// It is not a folder.
    #[error("{}: not a folder; give the folder that holds AWSLogs/ or manifest.jsonl", .0.display())]
    NotAFolder(PathBuf),
    /// What a mirror says that it holds cannot be read.
    #[error(transparent)]
    Extent(#[from] MirrorError),
    /// A mirror that is still being made, or whose making was ended: what it
    /// lacks would look deleted.
    #[error("{}: this mirror is not finished; run trailseal mirror again to finish it", .0.display())]
    Unfinished(PathBuf),
    /// There is nothing of CloudTrail in it.
    #[error(
        "{}: neither manifest.jsonl nor a folder AWSLogs was found in it; give the folder that \
         holds AWSLogs/, not one inside it",
        .0.display()
    )]
    NoLayout(PathBuf),
}

impl OpenError {
    fn io(path: &Path, error: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            error,
        }
    }
}

impl Directory {
    /// Opens a mirror or a plain copy. `bucket` is the name of a plain copy's
    /// bucket, where the caller knows it, or the one bucket of a mirror to look at.
    ///
    /// # Errors
    /// [`OpenError`] if there is no such folder or nothing of CloudTrail in it.
    pub fn open(root: &Path, bucket: Option<&BucketName>) -> Result<Self, OpenError> {
        let about = fs::metadata(root).map_err(|error| OpenError::io(root, error))?;
        if !about.is_dir() {
            return Err(OpenError::NotAFolder(root.to_owned()));
        }
        if is_unfinished(root) == Unfinished::Yes {
            return Err(OpenError::Unfinished(root.to_owned()));
        }
        let path = root.join("manifest.jsonl");
        let mut extent = None;
        let mut lost = Lost::default();
        let (mounts, manifest, assumed) = if path.is_file() {
            let manifest = Manifest::open(&path).map_err(|error| OpenError::io(&path, error))?;
            extent = read_extent(root)?;
            lost = Lost::of(root, &manifest, extent.as_ref());
            (
                open::mirror(root, &manifest, extent.as_ref(), bucket)?,
                Some(manifest),
                false,
            )
        } else {
            let (mounts, assumed) = open::plain_copy(root, bucket)?;
            (mounts, None, assumed)
        };
        let root = root.to_owned();
        Ok(Self {
            root,
            mounts,
            manifest,
            extent,
            lost,
            assumed,
            plain: Mutex::default(),
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

    /// Where an object's bytes may be: in parts of a copy that stand for the
    /// same prefix, in each of them.
    fn locate(&self, object: &ObjectRef) -> Result<Vec<PathBuf>, ReadError> {
        let exceptions = self.manifest.as_ref().map(Manifest::exceptions);
        match exceptions.and_then(|exceptions| exceptions.get(object)) {
            Some(Exception::At(path)) => return Ok(vec![self.root.join(path)]),
            Some(Exception::Unread(kind)) => {
                let detail = "the mirror could not read it when the copy was made";
                return Err(ReadError::new(*kind, detail));
            }
            None => {}
        }
        let of_bucket = || {
            self.mounts
                .iter()
                .filter(|mount| mount.bucket == object.bucket)
        };
        let mut paths = Vec::new();
        for mount in of_bucket() {
            if let Some(rest) = object.key.strip_prefix(&mount.prefix) {
                let unsafe_key = || {
                    let detail = "its key cannot be the path of a file";
                    ReadError::new(ReadErrorKind::Unaddressable, detail)
                };
                paths.push(safe_path(&mount.folder, rest).ok_or_else(unsafe_key)?);
            }
        }
        if paths.is_empty() {
            let detail = match of_bucket().next() {
                Some(_) => "outside the copied prefix",
                None => "its bucket is not in this copy",
            };
            return Err(ReadError::new(ReadErrorKind::Elsewhere, detail));
        }
        Ok(paths)
    }

    fn read_bytes(&self, object: &ObjectRef, limit: u64) -> Result<Vec<u8>, ReadError> {
        let mut absent = None;
        for path in self.locate(object)? {
            let folder = path.parent().unwrap_or(&self.root);
            match self
                .without_links(folder)
                .and_then(|()| read_file(&path, limit))
            {
                Err(error) if error.kind == ReadErrorKind::Absent => absent = Some(error),
                read => return read,
            }
        }
        // A damaged manifest may have said that it could not be read.
        if let Some(fault) = self.warnings().first() {
            return Err(ReadError::new(
                ReadErrorKind::Io,
                format!("not there, but {fault}"),
            ));
        }
        if self
            .extent
            .as_ref()
            .is_some_and(|extent| !extent.holds(object))
        {
            let detail = "outside what was copied";
            return Err(ReadError::new(ReadErrorKind::Elsewhere, detail));
        }
        Err(absent.unwrap_or_else(|| ReadError::new(ReadErrorKind::Absent, "no such file")))
    }

    /// An error if a link stands in the way from the root to a folder.
    fn without_links(&self, folder: &Path) -> Result<(), ReadError> {
        let known = |plain: &BTreeSet<PathBuf>| plain.contains(folder);
        if known(&self.plain.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(());
        }
        let below = folder.strip_prefix(&self.root).unwrap_or(Path::new(""));
        let mut path = self.root.clone();
        for part in below.components() {
            path.push(part);
            match fs::symlink_metadata(&path) {
                Ok(about) if about.is_symlink() => {
                    return Err(not_followed(&path));
                }
                Ok(_) => {}
                // Whoever reads finds out what is wrong with it.
                Err(_) => return Ok(()),
            }
        }
        let mut plain = self.plain.lock().unwrap_or_else(PoisonError::into_inner);
        if plain.len() >= PLAIN_KEPT {
            plain.clear();
        }
        plain.insert(folder.to_owned());
        Ok(())
    }
}

fn names(buckets: &[BucketName]) -> String {
    let names: Vec<&str> = buckets.iter().map(BucketName::as_str).collect();
    if names.is_empty() {
        "no bucket".to_owned()
    } else {
        names.join(", ")
    }
}

impl Source for Directory {
    fn extent(&self) -> Extent {
        if !self.warnings().is_empty() {
            // What is not listed may have stood in the damaged lines as unread.
            return Extent::default();
        }
        if let Some(extent) = &self.extent {
            // A mirror of several buckets may be asked for one of them.
            return extent.of_buckets(&self.buckets());
        }
        Extent::new(
            self.mounts
                .iter()
                .map(|mount| (mount.bucket.clone(), mount.prefix.clone())),
        )
    }

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

    fn level(&self, bucket: &BucketName, prefix: &str) -> Result<Level, ReadError> {
        self.lost.none_around(bucket, prefix)?;
        let exceptions = self
            .exceptions(bucket, prefix)
            .map(|(at, _)| at.key.as_str());
        let lost = self.lost.below(bucket, prefix);
        let mut level = Level::of(prefix, exceptions.chain(lost));
        for mount in self.mounts.iter().filter(|mount| mount.bucket == *bucket) {
            if let Some(below) = mount.prefix.strip_prefix(prefix)
                && let Some((name, _)) = below.split_once('/')
            {
                level.folders.push(name.to_owned());
                continue;
            }
            let Some(folder) = prefix
                .strip_prefix(&mount.prefix)
                .and_then(|r| mount.folder_of(r))
            else {
                continue;
            };
            self.without_links(&folder)?;
            for entry in entries(&folder).map_err(|error| unlisted(&folder, &error))? {
                match entry.kind {
                    // Behind a link nothing is looked at: who descends is told so.
                    Kind::Folder | Kind::FolderLink => level.folders.push(entry.name),
                    Kind::File | Kind::Other => {
                        level.objects.push(format!("{prefix}{}", entry.name));
                    }
                }
            }
        }
        Ok(level.sorted())
    }

    fn objects(&self, bucket: &BucketName, prefix: &str) -> Result<Vec<String>, ReadError> {
        self.lost.none_around(bucket, prefix)?;
        self.lost.none_below(bucket, prefix)?;
        let mut keys = Vec::new();
        for mount in self.mounts.iter().filter(|mount| mount.bucket == *bucket) {
            if mount.prefix.starts_with(prefix) {
                self.without_links(&mount.folder)?;
                list_below(&mount.folder, mount.prefix.clone(), &mut keys)?;
                continue;
            }
            let Some(rest) = prefix.strip_prefix(&mount.prefix) else {
                continue;
            };
            let Some(folder) = mount.folder_of(rest) else {
                continue;
            };
            self.without_links(&folder)?;
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
        let bytes = self.read_bytes(object, limit)?;
        let metadata = match &self.manifest {
            None => BTreeMap::new(),
            Some(manifest) => manifest.metadata(object).map_err(|error| {
                ReadError::new(ReadErrorKind::Io, format!("manifest.jsonl: {error}"))
            })?,
        };
        Ok(Object {
            bytes,
            metadata,
            ..Object::default()
        })
    }
}
