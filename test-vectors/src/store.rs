//! What S3 would hold, and the two ways it is laid down on disk.
//!
//! A *mirror* keeps everything: `<root>/<bucket>/<key>` byte for byte and
//! `<root>/manifest.jsonl`, one JSON object a line. A *plain copy* is what
//! `aws s3 sync` leaves: `<root>/<key>`, metadata lost.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::gzip::sha256_hex;

/// Why an object that was listed could not be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unread {
    /// The store answered 403.
    Denied,
    /// In an archive class and not restored.
    Archived,
    /// Throttled until the reader gave up.
    Throttled,
    /// Broken connection or disk.
    Io,
}

/// One object of S3.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stored {
    /// The bytes as stored (compressed); ignored when `unread` is set.
    pub bytes: Vec<u8>,
    /// User metadata, names without `x-amz-meta-`.
    pub metadata: BTreeMap<String, String>,
    /// Set when whoever copied the bucket saw the object but could not read it.
    pub unread: Option<Unread>,
}

/// Buckets and their objects, in the order of (bucket, key).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Store {
    objects: BTreeMap<(String, String), Stored>,
}

impl Store {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stores `bytes` without metadata, in place of what was there.
    pub fn put(&mut self, bucket: &str, key: &str, bytes: Vec<u8>) {
        self.put_object(
            bucket,
            key,
            Stored {
                bytes,
                ..Stored::default()
            },
        );
    }

    /// Stores an object, in place of what was there.
    pub fn put_object(&mut self, bucket: &str, key: &str, object: Stored) {
        self.objects.insert((bucket.into(), key.into()), object);
    }

    /// The object, if it is there.
    #[must_use]
    pub fn get(&self, bucket: &str, key: &str) -> Option<&Stored> {
        self.objects.get(&(bucket.into(), key.into()))
    }

    /// The object, to alter it.
    ///
    /// # Panics
    /// If it is not there: vectors alter only what they made.
    pub fn object_mut(&mut self, bucket: &str, key: &str) -> &mut Stored {
        self.objects
            .get_mut(&(bucket.into(), key.into()))
            .unwrap_or_else(|| panic!("s3://{bucket}/{key} is not in the store"))
    }

    /// Takes the object out and returns it.
    ///
    /// # Panics
    /// If it is not there.
    pub fn remove(&mut self, bucket: &str, key: &str) -> Stored {
        self.objects
            .remove(&(bucket.into(), key.into()))
            .unwrap_or_else(|| panic!("s3://{bucket}/{key} is not in the store"))
    }

    /// Takes over every object of `other`.
    pub fn merge(&mut self, other: Self) {
        self.objects.extend(other.objects);
    }

    /// Keeps only the objects for which `keep(bucket, key)` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &str) -> bool) {
        self.objects.retain(|(bucket, key), _| keep(bucket, key));
    }

    /// All objects as (bucket, key, object), in the order of bucket and key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &Stored)> {
        self.objects
            .iter()
            .map(|((bucket, key), object)| (bucket.as_str(), key.as_str(), object))
    }

    /// All objects, to alter them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &str, &mut Stored)> {
        self.objects
            .iter_mut()
            .map(|((bucket, key), object)| (bucket.as_str(), key.as_str(), object))
    }

    /// How many objects it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Bytes of all objects together.
    #[must_use]
    pub fn total_bytes(&self) -> usize {
        self.objects.values().map(|object| object.bytes.len()).sum()
    }

    /// Lays the store down as a mirror under `root`, which is created.
    ///
    /// A key that cannot safely be a path is stored under
    /// `unsafe-keys/<number>` and its manifest line says so in `path`. An unread
    /// object has a manifest line and no file.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write_mirror(&self, root: &Path) -> io::Result<()> {
        std::fs::create_dir_all(root)?;
        let mut manifest = String::new();
        let mut unsafe_keys = 0;
        for (bucket, key, object) in self.iter() {
            let path = if is_safe(bucket) && !bucket.contains('/') && is_safe(key) {
                None
            } else {
                unsafe_keys += 1;
                Some(format!("unsafe-keys/{unsafe_keys:04}"))
            };
            let line = ManifestLine::new(bucket, key, object, path.as_deref());
            manifest.push_str(&serde_json::to_string(&line)?);
            manifest.push('\n');
            if object.unread.is_none() {
                let file: PathBuf =
                    path.map_or_else(|| [bucket, key].iter().collect(), PathBuf::from);
                write_file(&root.join(file), &object.bytes)?;
            }
        }
        std::fs::write(root.join("manifest.jsonl"), manifest)
    }

    /// Lays one bucket down as `aws s3 sync` does: keys as paths, nothing else.
    /// Keys that cannot safely be a path and unread objects are left out, as
    /// that command leaves them out.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write_plain_copy(&self, root: &Path, bucket: &str) -> io::Result<()> {
        std::fs::create_dir_all(root)?;
        for (_, key, object) in self.iter().filter(|(owner, key, object)| {
            *owner == bucket && is_safe(key) && object.unread.is_none()
        }) {
            write_file(&root.join(key), &object.bytes)?;
        }
        Ok(())
    }
}

/// One line of `manifest.jsonl`.
#[derive(Serialize)]
struct ManifestLine<'a> {
    bucket: &'a str,
    key: &'a str,
    size: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    metadata: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unread: Option<Unread>,
}

impl<'a> ManifestLine<'a> {
    fn new(bucket: &'a str, key: &'a str, object: &'a Stored, path: Option<&'a str>) -> Self {
        let read = object.unread.is_none();
        Self {
            bucket,
            key,
            size: object.bytes.len(),
            sha256: read.then(|| sha256_hex(&object.bytes)),
            metadata: &object.metadata,
            path: path.filter(|_| read),
            unread: object.unread,
        }
    }
}

/// Whether a key may be a path below a root on every system: normal components
/// only, none over 255 bytes, no `\`, no control character.
fn is_safe(key: &str) -> bool {
    !key.chars().any(|c| c == '\\' || c.is_control())
        && key
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != ".." && part.len() <= 255)
}

fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(path, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirror_keeps_what_a_plain_copy_loses() {
        let mut store = Store::new();
        store.put("b", "AWSLogs/x", b"one".to_vec());
        store.put("b", "AWSLogs/../y", b"two".to_vec());
        let denied = Stored {
            unread: Some(Unread::Denied),
            ..Stored::default()
        };
        store.put_object("b", "AWSLogs/z", denied);
        let root = tempfile::tempdir().unwrap();
        store.write_mirror(&root.path().join("mirror")).unwrap();
        let manifest = std::fs::read_to_string(root.path().join("mirror/manifest.jsonl")).unwrap();
        let lines: Vec<&str> = manifest.lines().collect();
        assert!(
            lines[0].contains(r#""path":"unsafe-keys/0001""#),
            "{manifest}"
        );
        assert!(lines[2].contains(r#""unread":"denied""#), "{manifest}");
        let read = |path: &str| std::fs::read(root.path().join(path));
        assert_eq!(read("mirror/unsafe-keys/0001").unwrap(), b"two");
        assert_eq!(read("mirror/b/AWSLogs/x").unwrap(), b"one");
        assert!(read("mirror/b/AWSLogs/z").is_err());

        store
            .write_plain_copy(&root.path().join("plain"), "b")
            .unwrap();
        assert_eq!(read("plain/AWSLogs/x").unwrap(), b"one");
        assert!(read("plain/y").is_err() && read("plain/AWSLogs/z").is_err());
    }

    #[test]
    fn unsafe_keys() {
        for key in [
            "a//b",
            "/a",
            "a/",
            "a/./b",
            "..",
            "a\\b",
            "a\u{7}",
            &"n".repeat(256),
        ] {
            assert!(!is_safe(key), "{key:?}");
        }
        assert!(is_safe("AWSLogs/Ж\u{202e}/…/a b"));
    }
}
