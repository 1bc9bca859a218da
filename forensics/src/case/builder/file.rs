//! The file that is written, and its place.

#![allow(clippy::disallowed_methods, reason = "the module that writes files")]

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::super::error::Failure;
use super::super::schema::{self, APPLICATION_ID, PAGE, TABLES};
use super::super::stored::number;
use super::CaseError;
use super::flush::Flush;

/// Memory for pages that were not written yet, in KiB.
pub(super) const CACHE: i64 = 64 << 10;

/// Threads that help to sort.
const SORTERS: i64 = 2;

/// Where the case is to be, and where it is written.
#[derive(Debug)]
pub(super) struct File {
    path: PathBuf,
    part: Option<Part>,
}

/// A file that is removed, unless it becomes a case.
#[derive(Debug)]
struct Part {
    path: PathBuf,
    state: State,
    flush: Flush,
}

#[derive(Debug, Eq, PartialEq)]
enum State {
    Unfinished,
    Finished,
}

impl File {
    /// A new file beside the place of a case, with all tables, in a
    /// transaction.
    pub(super) fn create(path: &Path) -> Result<(Self, Connection), CaseError> {
        if fs::symlink_metadata(path).is_ok() {
            return Err(CaseError::AlreadyThere { path: path.into() });
        }
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        remove_abandoned(&part)?;
        let opened = fs::File::create_new(&part).map_err(|error| io(&part, error))?;
        let part = Part {
            path: part,
            state: State::Unfinished,
            flush: Flush::of(opened),
        };
        let db = begin_new(&part.path).map_err(|it| Failure::from(it).of(&part.path))?;
        let file = Self {
            path: path.to_owned(),
            part: Some(part),
        };
        Ok((file, db))
    }

    /// A finished case, in a transaction.
    pub(super) fn extend(path: &Path) -> Result<(Self, Connection), CaseError> {
        let db = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        schema::check(&db, path)?;
        begin_old(&db).map_err(|it| Failure::from(it).of(path))?;
        let file = Self {
            path: path.to_owned(),
            part: None,
        };
        Ok((file, db))
    }

    pub(super) fn error(&self, failure: Failure) -> CaseError {
        failure.of(&self.path)
    }

    /// Ends the transaction, and puts a new case into its place.
    pub(super) fn finish(mut self, db: Connection) -> Result<(), CaseError> {
        let path = &self.path;
        let committed = db.execute_batch("COMMIT");
        committed.map_err(|it| Failure::from(it).of(path))?;
        let closed = db.close().map_err(|(_, error)| error);
        closed.map_err(|it| Failure::from(it).of(path))?;
        let Some(part) = &mut self.part else {
            return Ok(());
        };
        let flushed = part.flush.finish();
        flushed.map_err(|error| io(&part.path, error))?;
        fs::rename(&part.path, path).map_err(|error| io(path, error))?;
        part.state = State::Finished;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.state == State::Unfinished {
            // If not now, the next building does.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Opens a file of SQLite, trusting nothing in it.
pub(in super::super) fn open(path: &Path, access: OpenFlags) -> Result<Connection, CaseError> {
    fs::metadata(path).map_err(|error| io(path, error))?;
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |it: rusqlite::Error| Failure::from(it).of(path);
    let db = Connection::open_with_flags(path, flags).map_err(failed)?;
    schema::harden(&db).map_err(failed)?;
    Ok(db)
}

/// What an ended building left. One that goes on holds a lock.
fn remove_abandoned(part: &Path) -> Result<(), CaseError> {
    if fs::symlink_metadata(part).is_err() {
        return Ok(());
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if let Ok(db) = Connection::open_with_flags(part, flags)
        && let Err(error) = db.execute_batch("PRAGMA busy_timeout = 0; BEGIN IMMEDIATE")
        && let failure @ CaseError::Busy { .. } = Failure::from(error).of(part)
    {
        return Err(failure);
    }
    match fs::remove_file(part) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(io(part, error)),
        _ => Ok(()),
    }
}

/// Nothing is kept of a new case that is not finished: neither a journal nor
/// the disk need to keep up.
fn begin_new(part: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(part, flags)?;
    db.pragma_update(None, "page_size", number(PAGE as u64))?;
    schema::harden(&db)?;
    db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    db.pragma_update(None, "synchronous", "OFF")?;
    db.query_row("PRAGMA journal_mode = OFF", [], |_| Ok(()))?;
    prepare(&db)?;
    db.execute_batch("BEGIN EXCLUSIVE")?;
    db.pragma_update(None, "application_id", APPLICATION_ID)?;
    db.execute_batch(TABLES)?;
    Ok(db)
}

fn begin_old(db: &Connection) -> rusqlite::Result<()> {
    prepare(db)?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.execute_batch("PRAGMA busy_timeout = 0; BEGIN IMMEDIATE")
}

fn prepare(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update(None, "cache_size", -CACHE)?;
    db.pragma_update(None, "threads", SORTERS)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn io(path: &Path, error: std::io::Error) -> CaseError {
    CaseError::Io {
        path: path.to_owned(),
        error,
    }
}
