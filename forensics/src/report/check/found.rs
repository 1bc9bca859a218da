//! What lies in a bundle.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{Context, SHA256};
use trailseal_keys::Sha256;

use super::lines::{Counted, Reader};
use crate::report::bundle::{
    BAG_INFO, BAGIT, MANIFEST, OBJECTS, PUBLIC_KEY, REPORT_JSON, STAMP, STATEMENT, TAG_MANIFEST,
    UNSIGNED_STATEMENT,
};

/// What a bundle may hold.
#[derive(Debug)]
pub struct Limits;

impl Limits {
    /// Files, and names that are none. A bundle of millions of objects is cut
    /// into bundles of months.
    pub const FILES: usize = 2_000_000;
    /// Bytes of a name.
    pub const NAME: usize = 4096;
    /// Bytes of a file that is looked into as a whole. A report names at most
    /// some hundred thousand findings; manifests name each file in 300 bytes.
    pub const TEXT: u64 = 512 << 20;
}

/// The files that are looked into as a whole.
const TEXTS: [&str; 9] = [
    BAGIT,
    BAG_INFO,
    MANIFEST,
    TAG_MANIFEST,
    STATEMENT,
    UNSIGNED_STATEMENT,
    PUBLIC_KEY,
    REPORT_JSON,
    STAMP,
];

/// A file and its hash.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Hashed {
    pub(super) sha256: Sha256,
    pub(super) size: u64,
}

/// What of the inventory is kept.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Kept {
    /// Its counts and its root: of any number of lines as much.
    #[default]
    Counts,
    /// What it says of each object that is in the bundle, too: for
    /// [`Deep`](super::Deep).
    Objects,
}

/// What lies in a bundle.
#[derive(Debug, Default)]
pub struct Found {
    kept: Kept,
    files: BTreeMap<String, Hashed>,
    odd: Vec<String>,
    texts: BTreeMap<String, Vec<u8>>,
    inventory: Option<Counted>,
}

impl Found {
    /// Nothing yet.
    pub fn keeping(kept: Kept) -> Self {
        Self {
            kept,
            ..Self::default()
        }
    }

    /// Reads a file in parts: give its bytes to the reader, then the reader to
    /// [`note`](Self::note).
    pub fn reader(&self, name: impl Into<String>) -> FileReader {
        let name = name.into();
        FileReader {
            text: TEXTS.contains(&name.as_str()).then(Vec::new),
            lines: (name == OBJECTS).then(|| Reader::keeping(self.kept)),
            name,
            context: Context::new(&SHA256),
            size: 0,
        }
    }

    /// Takes a file that was read. One name can be taken once only.
    pub fn note(&mut self, reader: FileReader) {
        let FileReader {
            name,
            context,
            size,
            text,
            lines,
        } = reader;
        if self.files.contains_key(&name) {
            self.note_odd(format!("{name} (a second time)"));
            return;
        }
        if let Some(text) = text {
            self.texts.insert(name.clone(), text);
        }
        if let Some(lines) = lines {
            self.inventory = Some(lines.finish());
        }
        let sha256 = Sha256::finish(context);
        self.files.insert(name, Hashed { sha256, size });
    }

    /// Takes what is no regular file, or has a name that no file of a bundle has.
    pub fn note_odd(&mut self, name: impl Into<String>) {
        self.odd.push(name.into());
    }

    /// Whether it holds as much as a bundle may.
    pub fn is_full(&self) -> bool {
        self.files.len() + self.odd.len() >= Limits::FILES
    }

    /// The inventory, if there is one.
    pub fn inventory(&self) -> Option<&Counted> {
        self.inventory.as_ref()
    }

    /// The bytes of a file that is looked into as a whole.
    pub fn text(&self, name: &str) -> Option<&[u8]> {
        self.texts.get(name).map(Vec::as_slice)
    }

    pub(super) fn files(&self) -> &BTreeMap<String, Hashed> {
        &self.files
    }

    pub(super) fn odd(&self) -> &[String] {
        &self.odd
    }

    /// The hash of a file.
    pub fn sha256(&self, name: &str) -> Option<Sha256> {
        self.files.get(name).map(|file| file.sha256)
    }

    pub(super) fn is_signed(&self) -> bool {
        self.files.contains_key(STATEMENT)
    }
}

/// Reads one file, whatever its size, in bounded memory.
pub struct FileReader {
    name: String,
    context: Context,
    size: u64,
    text: Option<Vec<u8>>,
    lines: Option<Reader>,
}

impl FileReader {
    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.context.update(bytes);
        self.size = self.size.saturating_add(bytes.len() as u64);
        if self.size > Limits::TEXT {
            // What is that large is no text of a bundle; its hash is enough.
            self.text = None;
        }
        if let Some(text) = &mut self.text {
            text.extend_from_slice(bytes);
        }
        if let Some(lines) = &mut self.lines {
            lines.update(bytes);
        }
    }
}
