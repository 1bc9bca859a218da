//! What the mirror holds: manifest and journal, by object.
//!
//! Lines stay in their files; what is kept of each object is its name and where
//! its line begins.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::layout::{JOURNAL, MANIFEST, SUPERSEDED_JOURNAL, WORK, is_in_store};
use super::lines::{Lines, Tail};
use super::place::Places;
use super::tree::is_inside;
use super::{MirrorError, Pick, Record, relative};
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

/// A line.
#[derive(Clone, Copy, Debug)]
struct Spot {
    file: SpotFile,
    /// Where it begins.
    offset: u64,
    says: Says,
}

#[derive(Clone, Copy, Debug)]
enum SpotFile {
    Manifest,
    Journal,
}

/// What a line says of its object.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Says {
    Copied,
    Unread,
}

impl Spot {
    fn new(file: SpotFile, offset: u64, record: &Record) -> Self {
        let says = match record.unread {
            None => Says::Copied,
            Some(_) => Says::Unread,
        };
        Self { file, offset, says }
    }
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
            let spot = Spot::new(SpotFile::Manifest, offset, &record);
            spots.insert(name_of(&record), spot);
            occupy(&mut places, &record);
            Ok(())
        })?;
        let mut journal = Lines::open(&journal_path(root), Tail::Torn, |offset, _, line| {
            // What is damaged is fetched again.
            if let Ok(record) = parse(line) {
                let spot = Spot::new(SpotFile::Journal, offset, &record);
                spots.insert(name_of(&record), spot);
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
    pub(super) fn note(&mut self, record: &Record) -> Result<(), MirrorError> {
        let line = record.line()?;
        if let Some(journal) = &mut self.journal {
            let offset = journal.append(&line)?;
            let spot = Spot::new(SpotFile::Journal, offset, record);
            self.spots.insert(name_of(record), spot);
        }
        Ok(())
    }

    /// Forgets those of the picked objects that were never read, and says how
    /// many objects were picked. Not noted: whoever goes on finds it out again.
    pub(super) fn vanish(&mut self, mut picks: impl FnMut(&str, &str) -> Pick) -> u64 {
        let mut picked = 0;
        self.spots.retain(|name, spot| {
            let (bucket, key) = name.split_once('\0').unwrap_or((name, ""));
            let is_picked = picks(bucket, key) == Pick::Yes;
            picked += u64::from(is_picked);
            !is_picked || spot.says == Says::Copied
        });
        picked
    }

    /// Forgets an object that was never read.
    pub(super) fn forget_unread(&mut self, object: &ObjectRef) {
        let name = name(&object.bucket, &object.key);
        if self
            .spots
            .get(&name)
            .is_some_and(|spot| spot.says == Says::Unread)
        {
            self.spots.remove(&name);
        }
    }

    /// Notes that something is about to be replaced.
    pub(super) fn note_superseded(&mut self, root: &Path, line: &[u8]) -> Result<(), MirrorError> {
        let superseded = match &mut self.superseded {
            Some(superseded) => superseded,
            none => none.insert(Lines::create(&root.join(WORK).join(SUPERSEDED_JOURNAL))?),
        };
        superseded.append(line).map(|_| ())
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
        let lines = match spot.file {
            SpotFile::Manifest => &mut self.manifest,
            SpotFile::Journal => &mut self.journal,
        };
        lines
            .as_mut()
            .map_or(Ok(Vec::new()), |lines| lines.at(spot.offset))
    }
}

fn journal_path(root: &Path) -> PathBuf {
    root.join(WORK).join(JOURNAL)
}

fn parse(line: &[u8]) -> Result<Record, String> {
    let mut record: Record = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    // A path that leads into the tree of a bucket is not one that was written.
    record.path = record.path.filter(|path| is_in_store(path));
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

fn name(bucket: impl std::fmt::Display, key: &str) -> Box<str> {
    format!("{bucket}\0{key}").into()
}

fn name_of(record: &Record) -> Box<str> {
    name(&record.bucket, &record.key)
}
