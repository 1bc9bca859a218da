//! Files and their hashes, more than memory holds: those that are there, and those that
//! a manifest names.

use std::cmp::Ordering;

use trailseal_keys::Sha256;
use trailseal_verifier::sort::{
    Budget, Create, DamagedRun, FileSorter, Item, Scanner, SortError, Sorter, push_bytes,
    push_number,
};

use super::split::{LONGEST, Splitter};
use crate::report::bundle::bag::{self, ManifestInvalid};

/// What each list holds in memory.
pub(super) const BUDGET: Budget = Budget {
    held_bytes: 8 << 20,
    runs: 64,
};

/// A file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) sha256: Sha256,
    /// Its bytes; a manifest does not tell.
    pub(super) size: u64,
}

impl Item for Listed {
    fn compare(&self, other: &Self) -> Ordering {
        self.name.cmp(&other.name)
    }

    fn size(&self) -> usize {
        const ALLOCATION: usize = 16;
        size_of::<Self>() + self.name.len() + ALLOCATION
    }

    fn encode(&self, buffer: &mut Vec<u8>) {
        push_bytes(buffer, self.name.as_bytes());
        buffer.extend(self.sha256.as_bytes());
        push_number(buffer, self.size);
    }

    fn decode(bytes: &[u8]) -> Result<Self, DamagedRun> {
        let mut rest = Scanner::new(bytes);
        Ok(Self {
            name: rest.text()?.to_owned(),
            sha256: (*rest.take::<32>()?).into(),
            size: rest.number()?,
        })
    }
}

/// A manifest, read in parts.
#[derive(Debug)]
pub(super) struct ManifestReader {
    lines: Splitter,
    manifest: Manifest,
    number: u64,
    broken: Option<SortError>,
}

/// What a manifest names, in order, as far as it is one.
#[derive(Debug)]
pub(super) struct Manifest {
    pub(super) listed: FileSorter<Listed>,
    /// The last of them.
    pub(super) last: String,
    /// Why the rest is none.
    pub(super) fault: Option<ManifestInvalid>,
}

impl ManifestReader {
    pub(super) fn new(create: Create) -> Self {
        Self {
            lines: Splitter::default(),
            manifest: Manifest {
                listed: Sorter::new(BUDGET, create),
                last: String::new(),
                fault: None,
            },
            number: 0,
            broken: None,
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        let Self {
            lines,
            manifest,
            number,
            broken,
        } = self;
        lines.update(bytes, |line| {
            *number += 1;
            if manifest.fault.is_none() && broken.is_none() {
                *broken = manifest.note(line, *number).err();
            }
        });
    }

    /// What was read.
    ///
    /// # Errors
    /// It cannot be put aside.
    pub(super) fn finish(mut self) -> Result<Manifest, SortError> {
        if self.lines.is_cut() {
            self.manifest.fault.get_or_insert(ManifestInvalid::Cut);
        }
        match self.broken {
            Some(error) => Err(error),
            None => Ok(self.manifest),
        }
    }
}

impl Manifest {
    fn note(&mut self, line: &[u8], number: u64) -> Result<(), SortError> {
        let entry = match line.len() {
            0..=LONGEST => bag::entry(line, number),
            _ => Err(ManifestInvalid::Line { number }),
        };
        let (name, sha256) = match entry {
            Ok((name, _)) if *name <= *self.last => {
                self.fault = Some(ManifestInvalid::Order { number });
                return Ok(());
            }
            Ok(entry) => entry,
            Err(fault) => {
                self.fault = Some(fault);
                return Ok(());
            }
        };
        self.last.clear();
        self.last.push_str(&name);
        let name = name.into_owned();
        let size = 0;
        self.listed.push(Listed { name, sha256, size })
    }
}
