//! What lies in a bundle.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{Context, SHA256};
use trailseal_keys::Sha256;
use trailseal_verifier::sort::{Create, FileSorter, SortError, Sorter};

use super::deep::Included;
use super::lines::{Counted, Reader};
use super::listed::{BUDGET, Listed, Manifest, ManifestReader};
use super::named::Named;
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
    /// some hundred thousand findings.
    pub const TEXT: u64 = 256 << 20;
}

/// The files that are looked into as a whole.
const TEXTS: [&str; 8] = [
    BAGIT,
    BAG_INFO,
    TAG_MANIFEST,
    STATEMENT,
    UNSIGNED_STATEMENT,
    PUBLIC_KEY,
    REPORT_JSON,
    STAMP,
];

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
#[derive(Debug)]
pub struct Found {
    kept: Kept,
    create: Create,
    pub(super) files: FileSorter<Listed>,
    count: usize,
    pub(super) manifest: Option<Manifest>,
    pub(super) odd: Named,
    texts: BTreeMap<&'static str, Text>,
    inventory: Option<Counted>,
}

/// A file that is looked into as a whole.
#[derive(Debug)]
struct Text {
    sha256: Sha256,
    /// Its bytes, unless they are too many.
    bytes: Option<Vec<u8>>,
}

impl Found {
    /// Nothing yet. `create` makes files for what is too much for memory.
    pub fn keeping(kept: Kept, create: Create) -> Self {
        Self {
            kept,
            create,
            files: Sorter::new(BUDGET, create),
            count: 0,
            manifest: None,
            odd: Named::default(),
            texts: BTreeMap::new(),
            inventory: None,
        }
    }

    /// Reads a file in parts: give its bytes to the reader, then the reader to
    /// [`note`](Self::note).
    pub fn reader(&self, name: impl Into<String>) -> FileReader {
        let name = name.into();
        let manifest = || ManifestReader::new(self.create);
        let lines = || Reader::keeping(self.kept, self.create);
        FileReader {
            text: TEXTS.contains(&name.as_str()).then(Vec::new),
            manifest: (name == MANIFEST).then(manifest),
            lines: (name == OBJECTS).then(lines),
            name,
            context: Context::new(&SHA256),
            size: 0,
        }
    }

    /// Takes a file that was read, in any order.
    ///
    /// # Errors
    /// If it cannot be put aside.
    pub fn note(&mut self, reader: FileReader) -> Result<(), SortError> {
        let FileReader {
            name,
            context,
            size,
            text,
            manifest,
            lines,
        } = reader;
        let sha256 = Sha256::finish(context);
        if let Some(known) = TEXTS.into_iter().find(|known| *known == name) {
            let bytes = text;
            self.texts.entry(known).or_insert(Text { sha256, bytes });
        }
        if let (Some(manifest), None) = (manifest, &self.manifest) {
            self.manifest = Some(manifest.finish()?);
        }
        if let (Some(lines), None) = (lines, &self.inventory) {
            self.inventory = Some(lines.finish()?);
        }
        self.count += 1;
        self.files.push(Listed { name, sha256, size })
    }

    /// Takes what is no regular file, or has a name that no file of a bundle has.
    pub fn note_odd(&mut self, name: impl Into<String>) {
        self.count += 1;
        self.odd.push(format!("{}: no regular file", name.into()));
    }

    /// Whether it holds as much as a bundle may.
    pub fn is_full(&self) -> bool {
        self.count >= Limits::FILES
    }

    /// The inventory, if there is one.
    pub(super) fn inventory(&self) -> Option<&Counted> {
        self.inventory.as_ref()
    }

    /// What the inventory says of the objects that are in the bundle, if that is
    /// [kept](Kept::Objects). It is handed out once.
    pub fn included(&mut self) -> Option<Included> {
        let inventory = self.inventory.as_mut()?;
        inventory.included.take().map(Included)
    }

    /// The bytes of a file that is looked into as a whole.
    pub(super) fn text(&self, name: &str) -> Option<&[u8]> {
        self.texts.get(name)?.bytes.as_deref()
    }

    /// The hash of such a file.
    pub(super) fn sha256(&self, name: &str) -> Option<Sha256> {
        self.texts.get(name).map(|text| text.sha256)
    }

    pub(super) fn is_signed(&self) -> bool {
        self.texts.contains_key(STATEMENT)
    }
}

/// Reads one file, whatever its size, in bounded memory.
pub struct FileReader {
    name: String,
    context: Context,
    size: u64,
    text: Option<Vec<u8>>,
    manifest: Option<ManifestReader>,
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
        if let Some(manifest) = &mut self.manifest {
            manifest.update(bytes);
        }
        if let Some(lines) = &mut self.lines {
            lines.update(bytes);
        }
    }
}
