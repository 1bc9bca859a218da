//! `manifest.jsonl`: what a mirror knows of its objects besides their bytes.
//!
//! One JSON object a line:
//!
//! ```text
//! {"bucket","key","size","sha256","etag","version_id","last_modified","metadata":{…}}
//! ```
//!
//! Only `bucket` and `key` are required. Two more members say where the file
//! tree departs from the bucket: `path`, where an object lies whose key cannot
//! be a path, and `unread`, why an object that was listed could not be fetched
//! (`denied`, `archived`, `throttled`, `io`): without it, a copy would turn
//! "could not read" into "not there". A path leads into a folder that is kept
//! for such objects, never into the tree of a bucket.
//!
//! The manifest is not trusted. A false signature in it only makes a digest
//! fail; a false path leads to content that does not have the signed hash; a
//! false name makes a folder that is not there unchecked.
//!
//! Signatures are most of its bytes, so they stay in the file: what is kept in
//! memory is sixteen bytes a digest.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;

use super::ReadErrorKind;
use super::mirror::layout::{STORES, is_in_store};
use crate::id::BucketName;
use crate::layout::{DigestKey, Family, LogKey};
use crate::object::ObjectRef;

/// Longest line that is read. A key takes at most 6 KiB in JSON, S3 allows
/// 2 KiB of metadata.
pub(super) const MAX_LINE: u64 = 64 << 10;
/// Most objects whose place departs from the tree. A real bucket has a few.
const MAX_EXCEPTIONS: usize = 1_000_000;
/// Most folders of an account's Region. A large organization has ten thousands.
const MAX_FOLDERS: usize = 200_000;

/// An open manifest.
#[derive(Debug)]
pub(super) struct Manifest {
    file: Mutex<File>,
    hasher: RandomState,
    /// Hash of bucket and key, and where the line with metadata begins; sorted.
    metadata: Vec<(u64, u64)>,
    exceptions: BTreeMap<ObjectRef, Exception>,
    folders: BTreeSet<(BucketName, String)>,
    /// The one of them that was noted last: the next line is likely of it, too.
    last_folder: Option<(BucketName, String)>,
    faults: Vec<String>,
}

/// An object that does not lie where its key says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Exception {
    /// It lies at this path, relative to the mirror.
    At(PathBuf),
    /// It was listed, but not fetched.
    Unread(ReadErrorKind),
}

/// One line.
#[derive(Debug, Deserialize)]
pub(super) struct Entry {
    bucket: String,
    key: String,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    path: Option<String>,
    unread: Option<String>,
}

impl Entry {
    /// Reads one line.
    pub(super) fn parse(line: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(line).map_err(|error| error.to_string())
    }

    fn object(&self) -> Result<ObjectRef, String> {
        let bucket = self
            .bucket
            .parse()
            .map_err(|error| format!("bucket {error}"))?;
        Ok(ObjectRef::new(bucket, self.key.clone()))
    }

    fn exception(&self) -> Result<Option<Exception>, String> {
        if let Some(why) = &self.unread {
            let kind = match why.as_str() {
                "archived" => ReadErrorKind::Archived,
                "denied" => ReadErrorKind::Denied,
                "io" => ReadErrorKind::Io,
                "throttled" => ReadErrorKind::Throttled,
                other => {
                    return Err(format!(
                        "unread is {other:?}, expected denied, archived, throttled or io"
                    ));
                }
            };
            return Ok(Some(Exception::Unread(kind)));
        }
        let Some(path) = &self.path else {
            return Ok(None);
        };
        let inside = Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if path.is_empty() || !inside || path.contains('\\') {
            return Err(format!("path {path:?} leads out of the mirror"));
        }
        if !is_in_store(path) {
            return Err(format!(
                "path {path:?} leads into the tree of a bucket, expected one below {}",
                STORES.join(" or ")
            ));
        }
        Ok(Some(Exception::At(PathBuf::from(path))))
    }
}

impl Manifest {
    /// Reads through the file once. Lines that cannot be read are noted and
    /// passed over: their objects are then found without metadata.
    #[allow(
        clippy::disallowed_methods,
        reason = "the manifest is read here and nowhere else"
    )]
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut reader = BufReader::with_capacity(256 << 10, File::open(path)?);
        let hasher = RandomState::new();
        let mut manifest = Self {
            file: Mutex::new(File::open(path)?),
            metadata: Vec::new(),
            exceptions: BTreeMap::new(),
            folders: BTreeSet::new(),
            last_folder: None,
            faults: Vec::new(),
            hasher,
        };
        let mut line = Vec::new();
        let mut offset: u64 = 0;
        for number in 1_u64.. {
            line.clear();
            let length = reader
                .by_ref()
                .take(MAX_LINE)
                .read_until(b'\n', &mut line)? as u64;
            if length == 0 {
                break;
            }
            let noted = if length == MAX_LINE {
                Err(format!("longer than {MAX_LINE} bytes"))
            } else {
                Entry::parse(&line).and_then(|entry| manifest.note(&entry, offset))
            };
            if let Err(fault) = noted {
                manifest
                    .faults
                    .push(format!("manifest.jsonl, line {number}: {fault}"));
                if length == MAX_LINE || manifest.faults.len() > 100 {
                    manifest
                        .faults
                        .push("the rest of manifest.jsonl was not read".to_owned());
                    break;
                }
            }
            offset += length;
        }
        manifest.metadata.sort_unstable();
        Ok(manifest)
    }

    fn note(&mut self, entry: &Entry, offset: u64) -> Result<(), String> {
        let object = entry.object()?;
        if !entry.metadata.is_empty() {
            self.metadata.push((self.hasher.hash_one(&object), offset));
        }
        // Of several lines about one object, the last one counts.
        match entry.exception()? {
            None => {
                self.exceptions.remove(&object);
                self.note_folder(&object)?;
            }
            Some(_) if self.exceptions.len() >= MAX_EXCEPTIONS => {
                return Err(format!(
                    "more than {MAX_EXCEPTIONS} objects with a path of their own"
                ));
            }
            Some(exception) => {
                self.exceptions.insert(object, exception);
            }
        }
        Ok(())
    }

    fn note_folder(&mut self, object: &ObjectRef) -> Result<(), String> {
        let is_below = |(bucket, folder): &(BucketName, String)| {
            *bucket == object.bucket && object.key.starts_with(folder.as_str())
        };
        if self.last_folder.as_ref().is_some_and(is_below) {
            return Ok(());
        }
        let digest = DigestKey::parse(&object.key).map(|key| key.place.folder(Family::Digest));
        let log = || LogKey::parse(&object.key).map(|key| key.place.folder(key.family));
        let folder = digest.or_else(log);
        if self.folders.len() >= MAX_FOLDERS {
            return Err(format!(
                "more than {MAX_FOLDERS} folders of logs and digests"
            ));
        }
        let bucket = || object.bucket.clone();
        self.folders.insert((bucket(), String::new()));
        if let Some(folder) = folder {
            self.folders.insert((bucket(), folder.clone()));
            self.last_folder = Some((bucket(), folder));
        }
        Ok(())
    }

    /// The folders in which objects lie, by their lines: each bucket (an empty
    /// prefix), and each folder of digests or logs of an account's Region.
    pub(super) fn folders(&self) -> &BTreeSet<(BucketName, String)> {
        &self.folders
    }

    /// What could not be read of it.
    pub(super) fn faults(&self) -> &[String] {
        &self.faults
    }

    /// Objects that do not lie where their key says.
    pub(super) fn exceptions(&self) -> &BTreeMap<ObjectRef, Exception> {
        &self.exceptions
    }

    /// The metadata of an object; empty if the manifest has none.
    pub(super) fn metadata(&self, object: &ObjectRef) -> io::Result<BTreeMap<String, String>> {
        let hash = self.hasher.hash_one(object);
        let first = self.metadata.partition_point(|(other, _)| *other < hash);
        let last = self.metadata.partition_point(|(other, _)| *other <= hash);
        for (_, offset) in self.metadata[first..last].iter().rev() {
            let line = self.line(*offset)?;
            if let Ok(entry) = Entry::parse(&line)
                && entry.key == object.key
                && entry.bucket == object.bucket.as_str()
            {
                return Ok(entry.metadata);
            }
        }
        Ok(BTreeMap::new())
    }

    fn line(&self, offset: u64) -> io::Result<Vec<u8>> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))?;
        let mut line = Vec::new();
        BufReader::with_capacity(2048, file.by_ref().take(MAX_LINE))
            .read_until(b'\n', &mut line)?;
        Ok(line)
    }
}
