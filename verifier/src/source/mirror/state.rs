//! What the mirror holds: manifest and journal, by object.
//!
//! Lines stay in their files; what is kept of each object is a hash of its name, as
//! good as the name, and where its line begins: 24 bytes.

use std::cmp::Ordering;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::index::Index;
use super::layout::{JOURNAL, MANIFEST, SUPERSEDED_JOURNAL, WORK, is_in_store};
use super::lines::{Lines, Tail};
use super::place::Places;
use super::tree::is_inside;
use super::{MirrorError, Pick, Record, relative};
use crate::object::ObjectRef;
use crate::sort::{Budget, DamagedRun, Item, Scanner, SortError, Sorter, push_bytes};

#[derive(Debug)]
pub(super) struct State {
    manifest: Option<Lines>,
    journal: Option<Lines>,
    superseded: Option<Lines>,
    spots: Spots,
    places: Places,
}

/// Where the line of each object is, by a hash of 128 bits of its name.
#[derive(Debug, Default)]
struct Spots {
    hashers: [RandomState; 2],
    index: Index<[u64; 2], Spot>,
}

impl Spots {
    fn hash(&self, bucket: &str, key: &str) -> [u64; 2] {
        self.hashers
            .each_ref()
            .map(|hasher| hasher.hash_one((bucket, key)))
    }

    fn find(&self, bucket: &str, key: &str) -> Option<Spot> {
        self.index.find(self.hash(bucket, key))
    }

    fn put(&mut self, record: &Record, spot: Spot) {
        let hash = self.hash(&record.bucket, &record.key);
        self.index.put(hash, spot);
    }

    fn remove(&mut self, bucket: &str, key: &str) {
        self.index.remove(self.hash(bucket, key));
    }
}

/// A line: where it begins, in which file, and what it says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Spot(u64);

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
        let file = match file {
            SpotFile::Manifest => 0,
            SpotFile::Journal => 1,
        };
        let says = u64::from(record.unread.is_some());
        Self(offset << 2 | says << 1 | file)
    }

    fn offset(self) -> u64 {
        self.0 >> 2
    }

    fn file(self) -> SpotFile {
        match self.0 & 1 {
            0 => SpotFile::Manifest,
            _ => SpotFile::Journal,
        }
    }

    fn says(self) -> Says {
        match self.0 & 2 {
            0 => Says::Copied,
            _ => Says::Unread,
        }
    }
}

impl State {
    pub(super) fn open(root: &Path) -> Result<Self, MirrorError> {
        let mut spots = Spots::default();
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
            spots.put(&record, spot);
            occupy(&mut places, &record);
            Ok(())
        })?;
        let mut journal = Lines::open(&journal_path(root), Tail::Torn, |offset, _, line| {
            // What is damaged is fetched again.
            if let Ok(record) = parse(line) {
                let spot = Spot::new(SpotFile::Journal, offset, &record);
                spots.put(&record, spot);
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
        let Some(spot) = self.spots.find(object.bucket.as_str(), &object.key) else {
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
            self.spots.put(record, spot);
        }
        Ok(())
    }

    /// Forgets those of the picked objects that were never read, and says how
    /// many objects were picked. Not noted: whoever goes on finds it out again.
    pub(super) fn vanish(
        &mut self,
        mut picks: impl FnMut(&str, &str) -> Pick,
    ) -> Result<u64, MirrorError> {
        let (mut picked, mut forgotten) = (0, Vec::new());
        self.each(|record, spot, _| {
            if picks(&record.bucket, &record.key) == Pick::Yes {
                picked += 1;
                if spot.says() == Says::Unread {
                    forgotten.push((record.bucket.clone(), record.key.clone()));
                }
            }
            Ok(())
        })?;
        for (bucket, key) in forgotten {
            self.spots.remove(&bucket, &key);
        }
        Ok(picked)
    }

    /// Forgets an object that was never read.
    pub(super) fn forget_unread(&mut self, object: &ObjectRef) {
        let (bucket, key) = (object.bucket.as_str(), &object.key);
        let spot = self.spots.find(bucket, key);
        if spot.is_some_and(|spot| spot.says() == Says::Unread) {
            self.spots.remove(bucket, key);
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

    /// Shows every line, in the order of bucket and key, which is made in files of
    /// this folder.
    pub(super) fn each_line(
        &mut self,
        work: &Path,
        mut see: impl FnMut(&[u8]) -> Result<(), MirrorError>,
    ) -> Result<u64, MirrorError> {
        let failed = |error: SortError| MirrorError::io(work)(io::Error::other(error));
        let mut sorter = Sorter::new(BUDGET, || tempfile(work));
        self.each(|record, _, line| {
            let name = format!("{}\0{}", record.bucket, record.key);
            let line = line.to_vec();
            sorter.push(Named { name, line }).map_err(failed)
        })?;
        let mut count = 0;
        for named in sorter.finish().map_err(failed)? {
            see(&named.map_err(failed)?.line)?;
            count += 1;
        }
        Ok(count)
    }

    /// Shows the line that counts of each object.
    fn each(
        &mut self,
        mut see: impl FnMut(&Record, Spot, &[u8]) -> Result<(), MirrorError>,
    ) -> Result<(), MirrorError> {
        let spots = &self.spots;
        let files = [
            (SpotFile::Manifest, &mut self.manifest),
            (SpotFile::Journal, &mut self.journal),
        ];
        for (file, lines) in files {
            let Some(lines) = lines else {
                continue;
            };
            lines.each(|offset, line| {
                // What is damaged is fetched again.
                let Ok(record) = parse(line) else {
                    return Ok(());
                };
                let spot = Spot::new(file, offset, &record);
                match spots.find(&record.bucket, &record.key) == Some(spot) {
                    true => see(&record, spot, line),
                    false => Ok(()),
                }
            })?;
        }
        Ok(())
    }

    /// Closes the files.
    pub(super) fn close(&mut self) {
        (self.manifest, self.journal, self.superseded) = (None, None, None);
    }

    fn line(&mut self, spot: Spot) -> Result<Vec<u8>, MirrorError> {
        let lines = match spot.file() {
            SpotFile::Manifest => &mut self.manifest,
            SpotFile::Journal => &mut self.journal,
        };
        lines
            .as_mut()
            .map_or(Ok(Vec::new()), |lines| lines.at(spot.offset()))
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

/// What lines that are sorted take of the memory.
const BUDGET: Budget = Budget {
    held_bytes: 8 << 20,
    runs: 64,
};

/// A line, and what it is sorted by.
struct Named {
    name: String,
    line: Vec<u8>,
}

impl Item for Named {
    fn compare(&self, other: &Self) -> Ordering {
        self.name.cmp(&other.name)
    }

    fn size(&self) -> usize {
        const ALLOCATIONS: usize = 32;
        size_of::<Self>() + self.name.len() + self.line.len() + ALLOCATIONS
    }

    fn encode(&self, buffer: &mut Vec<u8>) {
        push_bytes(buffer, self.name.as_bytes());
        buffer.extend(&self.line);
    }

    fn decode(bytes: &[u8]) -> Result<Self, DamagedRun> {
        let mut rest = Scanner::new(bytes);
        let name = rest.text()?.to_owned();
        let line = rest.rest().to_vec();
        Ok(Self { name, line })
    }
}

/// A file that is gone when it is closed, where the system can do that; elsewhere
/// whoever finishes the mirror removes it.
fn tempfile(work: &Path) -> io::Result<File> {
    for number in 0_u32.. {
        let path = work.join(format!("sort-{number}.part"));
        let made = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path);
        match made {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => {
                let file = made?;
                #[cfg(unix)]
                fs::remove_file(&path)?;
                return Ok(file);
            }
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}
