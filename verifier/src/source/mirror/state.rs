//! What the mirror holds: manifest and journal, by object.
//!
//! Lines stay in their files; what is kept of each object is its name and where
//! its line begins.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::layout::{JOURNAL, MANIFEST, SUPERSEDED_JOURNAL, WORK};
use super::lines::{Lines, Tail};
use super::place::Places;
use super::{MirrorError, Record, relative};
use crate::object::ObjectRef;

#[derive(Debug)]
pub(super) struct State {
    manifest: Option<Lines>,
    journal: Option<Lines>,
    superseded: Option<Lines>,
    /// By bucket and key, with a zero byte between.
    spots: BTreeMap<Box<str>, Spot>,
    places: Places,
}

/// Where a line begins.
#[derive(Clone, Copy, Debug)]
enum Spot {
    Manifest(u64),
    Journal(u64),
}

impl State {
    pub(super) fn open(root: &Path) -> Result<Self, MirrorError> {
        let mut spots = BTreeMap::new();
        let mut places = Places::default();
        let path = root.join(MANIFEST);
        let manifest = Lines::open(&path, Tail::Whole, |offset, number, line| {
            let damaged = |fault: String| MirrorError::Damaged {
                path: path.clone(),
                line: number,
                fault,
            };
            let record = parse(line).map_err(damaged)?;
            spots.insert(name_of(&record), Spot::Manifest(offset));
            occupy(&mut places, &record);
            Ok(())
        })?;
        let mut journal = Lines::open(&journal_path(root), Tail::Torn, |offset, _, line| {
            // What is damaged is fetched again.
            if let Ok(record) = parse(line) {
                spots.insert(name_of(&record), Spot::Journal(offset));
                occupy(&mut places, &record);
            }
            Ok(())
        })?;
        let path = root.join(WORK).join(SUPERSEDED_JOURNAL);
        let mut superseded = Lines::open(&path, Tail::Torn, |_, _, _| Ok(()))?;
        for lines in [&mut journal, &mut superseded].into_iter().flatten() {
            lines.cut()?;
        }
        Ok(Self {
            manifest,
            journal,
            superseded,
            spots,
            places,
        })
    }

    /// Makes the journal: from now on the mirror is not finished.
    pub(super) fn begin(&mut self, root: &Path) -> Result<(), MirrorError> {
        if self.journal.is_none() {
            self.journal = Some(Lines::create(&journal_path(root))?);
        }
        Ok(())
    }

    pub(super) fn expect<'o>(&mut self, objects: impl Iterator<Item = &'o ObjectRef> + Clone) {
        self.places.expect(objects);
    }

    /// Where an object lies or will lie.
    pub(super) fn path(&mut self, object: &ObjectRef) -> Result<String, MirrorError> {
        let known = self.record(object)?.filter(|known| known.unread.is_none());
        Ok(match known {
            Some(known) if is_inside(&relative(&known)) => relative(&known),
            _ => self.places.of(object),
        })
    }

    pub(super) fn record(&mut self, object: &ObjectRef) -> Result<Option<Record>, MirrorError> {
        let spot = self.spots.get(name(&object.bucket, &object.key).as_ref());
        let Some(spot) = spot.copied() else {
            return Ok(None);
        };
        Ok(parse(&self.line(spot)?).ok())
    }

    /// Notes a line in the journal.
    pub(super) fn note(&mut self, object: &ObjectRef, line: &[u8]) -> Result<(), MirrorError> {
        if let Some(journal) = &mut self.journal {
            let offset = journal.append(line)?;
            let name = name(&object.bucket, &object.key);
            self.spots.insert(name, Spot::Journal(offset));
        }
        Ok(())
    }

    /// Notes that something is about to be replaced.
    pub(super) fn note_superseded(&mut self, root: &Path, line: &[u8]) -> Result<(), MirrorError> {
        let superseded = match &mut self.superseded {
            Some(superseded) => superseded,
            none => none.insert(Lines::create(&root.join(WORK).join(SUPERSEDED_JOURNAL))?),
        };
        superseded.append(line).map(|_| ())
    }

    /// The objects, in the order of bucket and key.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.spots.keys().filter_map(|name| name.split_once('\0'))
    }

    /// Shows every line, in the order of bucket and key.
    pub(super) fn each_line(
        &mut self,
        mut see: impl FnMut(&[u8]) -> Result<(), MirrorError>,
    ) -> Result<u64, MirrorError> {
        let spots = std::mem::take(&mut self.spots);
        for spot in spots.values() {
            see(&self.line(*spot)?)?;
        }
        let count = spots.len() as u64;
        self.spots = spots;
        Ok(count)
    }

    /// Closes the files.
    pub(super) fn close(&mut self) {
        (self.manifest, self.journal, self.superseded) = (None, None, None);
    }

    fn line(&mut self, spot: Spot) -> Result<Vec<u8>, MirrorError> {
        let (lines, offset) = match spot {
            Spot::Manifest(offset) => (&mut self.manifest, offset),
            Spot::Journal(offset) => (&mut self.journal, offset),
        };
        lines
            .as_mut()
            .map_or(Ok(Vec::new()), |lines| lines.at(offset))
    }
}

fn journal_path(root: &Path) -> PathBuf {
    root.join(WORK).join(JOURNAL)
}

fn parse(line: &[u8]) -> Result<Record, String> {
    let record: Record = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    match record.object() {
        Some(_) => Ok(record),
        None => Err(format!("{:?} is no bucket", record.bucket)),
    }
}

fn occupy(places: &mut Places, record: &Record) {
    if record.path.is_none()
        && record.unread.is_none()
        && let Some(object) = record.object()
    {
        places.occupied(&object);
    }
}

/// The manifest is not trusted: a path in it may lead anywhere.
fn is_inside(relative: &str) -> bool {
    relative.split('/').all(|part| {
        !matches!(part, "" | "." | "..")
            && !part
                .chars()
                .any(|c| c == '\\' || c == ':' || c.is_control())
    })
}

fn name(bucket: impl std::fmt::Display, key: &str) -> Box<str> {
    format!("{bucket}\0{key}").into()
}

fn name_of(record: &Record) -> Box<str> {
    name(&record.bucket, &record.key)
}
