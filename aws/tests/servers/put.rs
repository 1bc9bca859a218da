//! What tests store.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// An object, before it is one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Put {
    pub(crate) key: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) metadata: BTreeMap<String, String>,
}

impl Put {
    pub(crate) fn new(key: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            key: key.to_owned(),
            bytes: bytes.into(),
            ..Self::default()
        }
    }

    pub(crate) fn signed(mut self, signature: &str) -> Self {
        let signature = ("signature".to_owned(), signature.to_owned());
        self.metadata.extend([signature]);
        self
    }
}

/// A line of a mirror's manifest.
#[derive(Debug, Deserialize)]
struct Entry {
    bucket: String,
    key: String,
    metadata: BTreeMap<String, String>,
}

/// The bucket and the objects of a mirror, in the order of their keys.
pub(crate) fn mirrored(folder: &Path) -> (String, Vec<Put>) {
    let manifest = fs::read_to_string(folder.join("manifest.jsonl")).unwrap();
    let mut bucket = String::new();
    let mut put = |line| {
        let entry: Entry = serde_json::from_str(line).unwrap();
        let bytes = fs::read(folder.join(&entry.bucket).join(&entry.key)).unwrap();
        bucket = entry.bucket;
        Put {
            key: entry.key,
            bytes,
            metadata: entry.metadata,
        }
    };
    let puts = manifest.lines().map(&mut put).collect();
    (bucket, puts)
}

/// Keys that break whoever joins, splits or encodes carelessly.
pub(crate) const HOSTILE: [&str; 16] = [
    " lead and trail ",
    "a b",
    "a%20b",
    "a+b",
    "a//b",
    "a/../b",
    "a\\b",
    "ctl\u{1}\u{7f}x",
    "it's&<x>\"'",
    "new\nline",
    "q?r#s=t&versionId=u",
    "./dot",
    "~/$(x)`y`*",
    "é/Ж \u{202e}…",
    "😀",
    "%",
];
