//! Writes mirrors: the twin of [`Directory`](super::Directory), which reads them.
//!
//! ```text
//! <root>/manifest.jsonl            one line an object, sorted by bucket and key
//! <root>/<bucket>/<key>            an object, byte for byte
//! <root>/_objects/<sha256>         an object whose key cannot be a path; the manifest says which
//! <root>/extent.jsonl              which prefixes were copied whole, and until which day
//! <root>/_superseded.jsonl         what was replaced, with the metadata it had
//! <root>/_superseded/…@<sha256>    its bytes
//! <root>/.trailseal/               only while someone writes, or was ended while writing
//! ```
//!
//! A file is written below `.trailseal/`, renamed into its place, and then noted
//! in a journal. So a process that is ended leaves whole files and a journal of
//! them, the next one goes on from there, and [`Mirror::finish`] turns manifest
//! and journal into the manifest that one run would have made. While there is a
//! journal, the mirror is not finished and the reader refuses it: what is not
//! yet there would look deleted.
//!
//! What was replaced is kept: that an object changed is evidence.
//!
//! Nothing is written outside the root or through a link. One process writes at
//! a time; many of its threads may.
//!
//! Absent on purpose: durability against a power cut beyond what the file
//! system gives to renamed files; the next run compares sizes.

#![allow(clippy::disallowed_methods, reason = "the module that writes files")]

mod error;
mod extent;
mod finish;
mod index;
pub(super) mod layout;
mod lines;
mod lock;
mod part;
mod place;
mod record;
mod space;
mod state;
mod superseded;
mod tree;

#[cfg(test)]
mod tests;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

pub use error::MirrorError;
pub(super) use extent::read as read_extent;
pub use finish::{Copied, Finished};
pub use part::Part;
pub use record::{About, Record};

use super::ReadErrorKind;
use crate::object::ObjectRef;
use layout::{JOURNAL, LOCK, MANIFEST, WORK};
use lock::Lock;
use state::State;
use tree::{Tree, about, expect_folder};

/// A mirror that is being written.
#[derive(Debug)]
pub struct Mirror {
    tree: Tree,
    state: Mutex<State>,
    parts: AtomicU64,
    finished: AtomicBool,
    /// Released last.
    _lock: Lock,
}

/// What became of an object that was stored.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stored {
    /// It was not there.
    New,
    /// Its bytes and metadata are those that were there.
    Same,
    /// Something else was there; it is kept among the superseded.
    Replaced {
        /// The bytes of what was there.
        size: u64,
    },
}

/// An object as a listing shows it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'l> {
    /// Its stored bytes.
    pub size: u64,
    /// Its entity tag, without quotes.
    pub etag: Option<&'l str>,
    /// When it was stored.
    pub last_modified: Option<Timestamp>,
}

impl Mirror {
    /// Opens a mirror to write to it: an empty folder, one that is not there
    /// yet, a finished mirror or an unfinished one.
    ///
    /// # Errors
    /// [`MirrorError`] if the folder holds something else, is in use, or its
    /// manifest cannot be read.
    pub fn open(root: &Path) -> Result<Self, MirrorError> {
        fs::create_dir_all(root).map_err(MirrorError::io(root))?;
        let work = root.join(WORK);
        let manifest = root.join(MANIFEST);
        if about(&manifest)?.is_none() && about(&work)?.is_none() {
            let mut entries = fs::read_dir(root).map_err(MirrorError::io(root))?;
            if entries.next().is_some() {
                return Err(MirrorError::NotAMirror(root.to_owned()));
            }
        }
        make_folder(&work)?;
        let lock = Lock::take(&work.join(LOCK), root)?;
        clear_parts(&work, Path::new(""))?;
        let state = State::open(root)?;
        Ok(Self {
            tree: Tree::new(root.to_owned()),
            state: Mutex::new(state),
            parts: AtomicU64::new(0),
            finished: AtomicBool::new(false),
            _lock: lock,
        })
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        self.tree.root()
    }

    /// The bytes that may still be written, where the system tells.
    pub fn free_space(&self) -> Option<u64> {
        space::free(self.tree.root())
    }

    /// What is known of an object.
    ///
    /// # Errors
    /// If manifest or journal cannot be read.
    pub fn record(&self, object: &ObjectRef) -> Result<Option<Record>, MirrorError> {
        self.state().record(object)
    }

    /// Whether the object is here as it is listed: size, entity tag and time are
    /// those of the copy, and the file is there.
    ///
    /// # Errors
    /// If manifest or journal cannot be read.
    pub fn holds(&self, object: &ObjectRef, shown: Shown<'_>) -> Result<bool, MirrorError> {
        let Some(record) = self.record(object)? else {
            return Ok(false);
        };
        let seconds = |at: Option<Timestamp>| at.map(Timestamp::as_second);
        let same_time = match (seconds(record.last_modified), seconds(shown.last_modified)) {
            (Some(then), Some(now)) => then == now,
            _ => true,
        };
        let same = record.unread.is_none()
            && record.size == shown.size
            && record.etag.is_some()
            && record.etag.as_deref() == shown.etag
            && same_time;
        Ok(same && self.tree.size(&relative(&record)) == Some(shown.size))
    }

    /// Decides where objects will lie that are about to be stored, in the order
    /// of bucket and key. Objects that come one by one are given what is left.
    pub fn expect<'o>(&self, objects: impl Iterator<Item = &'o ObjectRef> + Clone) {
        self.state().expect(objects);
    }

    /// A place for the bytes of an object that arrive.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn part(&self) -> Result<Part, MirrorError> {
        self.state().begin(self.tree.root())?;
        let number = self.parts.fetch_add(1, Ordering::Relaxed);
        Part::create(self.tree.root().join(WORK).join(format!("{number}.part")))
    }

    /// Puts an object in its place and notes it.
    ///
    /// # Errors
    /// If that fails; then it counts as not stored.
    pub fn store(
        &self,
        part: Part,
        object: &ObjectRef,
        about: About,
    ) -> Result<Stored, MirrorError> {
        let (old, path) = {
            let mut state = self.state();
            (state.record(object)?, state.path(object)?)
        };
        let mut record = Record::of(object, part.size(), about);
        let sha256 = part.sha256();
        record.sha256 = Some(sha256.to_string());
        if path != format!("{}/{}", object.bucket, object.key) {
            record.path = Some(path.clone());
        }
        // What does not fit into a line is refused before anything is moved.
        record.line()?;
        let target = self.tree.path(&path);
        self.tree.make_parents(&target)?;
        let stored = self.set_aside(&target, &path, old.as_ref(), &record)?;
        part.move_to(&target)?;
        self.state().note(&record)?;
        Ok(stored)
    }

    /// Notes that an object was listed and could not be read. What is here of it
    /// from before stays.
    ///
    /// # Errors
    /// If it cannot be noted.
    pub fn unread(
        &self,
        object: &ObjectRef,
        shown: Shown<'_>,
        why: ReadErrorKind,
    ) -> Result<(), MirrorError> {
        let mut state = self.state();
        let old = state.record(object)?;
        if old.is_some_and(|old| old.unread.is_none() && self.is_there(&old)) {
            return Ok(());
        }
        let mut record = Record::of(object, shown.size, About::default());
        record.etag = shown.etag.map(str::to_owned);
        record.last_modified = shown.last_modified;
        record.unread = Some(record::word(why).to_owned());
        state.begin(self.tree.root())?;
        state.note(&record)
    }

    /// Takes objects for vanished from their bucket, by bucket and key, and says
    /// how many they are. What was copied of them stays. Of those that never
    /// could be read there is nothing to keep: they are forgotten, for to call
    /// them unread would hide from now on that they are gone.
    ///
    /// # Errors
    /// If manifest or journal cannot be read.
    pub fn vanish(&self, picks: impl FnMut(&str, &str) -> Pick) -> Result<u64, MirrorError> {
        self.state().vanish(picks)
    }

    /// As [`vanish`](Self::vanish), for one object.
    pub fn vanished(&self, object: &ObjectRef) {
        self.state().forget_unread(object);
    }

    fn is_there(&self, record: &Record) -> bool {
        self.tree.size(&relative(record)) == Some(record.size)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Mirror {
    /// A mirror that was not changed is left without a trace.
    fn drop(&mut self) {
        let work = self.tree.root().join(WORK);
        if !work.join(JOURNAL).exists() && !self.finished.load(Ordering::Relaxed) {
            // What stays behind is taken over by the next run.
            let _ = fs::remove_file(work.join(LOCK)).and_then(|()| fs::remove_dir(&work));
        }
    }
}

/// Whether [`Mirror::vanish`] takes an object for vanished.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pick {
    /// It does not.
    No,
    /// It does.
    Yes,
}

fn relative(record: &Record) -> String {
    match &record.path {
        Some(path) => path.clone(),
        None => format!("{}/{}", record.bucket, record.key),
    }
}

fn make_folder(path: &Path) -> Result<(), MirrorError> {
    match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => match about(path)? {
            Some(about) => expect_folder(path, &about),
            None => Ok(()),
        },
        made => made.map_err(MirrorError::io(path)),
    }
}

/// Removes what was half-written when a process was ended, and what only that needed;
/// all but one.
fn clear_parts(work: &Path, but: &Path) -> Result<(), MirrorError> {
    for entry in fs::read_dir(work).map_err(MirrorError::io(work))? {
        let path: PathBuf = entry.map_err(MirrorError::io(work))?.path();
        let is_part = path
            .extension()
            .is_some_and(|extension| extension == "part");
        if is_part && path != but {
            fs::remove_file(&path).map_err(MirrorError::io(&path))?;
        }
    }
    Ok(())
}

/// Whether a folder is a mirror that is not finished.
pub(super) fn is_unfinished(root: &Path) -> Unfinished {
    match fs::symlink_metadata(root.join(WORK).join(JOURNAL)) {
        Ok(_) => Unfinished::Yes,
        Err(_) => Unfinished::No,
    }
}

/// Whether a mirror is unfinished.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Unfinished {
    No,
    Yes,
}
