//! Builds a case, or adds to one.

mod amendments;
mod copies;
mod file;
mod finish;
mod flush;
mod names;
mod writer;

use std::path::Path;

use serde::Serialize;
use trailseal_verifier::walk::Progress;

use self::file::File;
pub(super) use self::file::open;
pub(super) use self::names::record_of;
use self::writer::Writer;
use super::error::Failure;
use super::feed::{self, Delivery};
use super::{CaseError, Feed, Known, Verification};
use crate::merge::Seen;
use crate::reader::{Limits, Tally};

/// Builds a case, or adds to one.
///
/// [`fed`](Self::fed) takes logs while they are verified. All is dropped unless
/// [`finish`](Self::finish) is called: a case is as it was, or complete.
#[derive(Debug)]
pub struct Builder {
    known: Known,
    seen: Seen,
    writer: Writer,
    file: File,
}

/// What one building added.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Built {
    /// Logs.
    pub logs: u64,
    /// Times that a log was met that was in the case already.
    pub known: u64,
    /// What became of their records: `kept = events + copies + contradictions`.
    pub tally: Tally,
    /// Events that were not in the case before.
    pub events: u64,
    /// Records that say what another record of the same event says.
    pub copies: u64,
    /// Records that contradict another record of the same event.
    pub contradictions: u64,
}

impl Builder {
    /// Begins a new case, in `PATH.part`, which [`finish`](Self::finish)
    /// renames. What a building that was ended left there is removed.
    ///
    /// # Errors
    /// There is something at `path`, or it cannot be written.
    pub fn create(path: &Path) -> Result<Self, CaseError> {
        let (file, db) = File::create(path)?;
        let writer = Writer::of_new(db).map_err(|it| it.of(path))?;
        Ok(Self {
            known: Known::default(),
            seen: Seen::default(),
            writer,
            file,
        })
    }

    /// Adds to a case. Until [`finish`](Self::finish) it stays what it was,
    /// whatever happens to this process: all is one transaction.
    ///
    /// # Errors
    /// It is no finished case, or cannot be written.
    pub fn extend(path: &Path) -> Result<Self, CaseError> {
        let (file, db) = File::extend(path)?;
        let (known, seen) = (Known::default(), Seen::default());
        let writer = Writer::of_old(db, &known, &seen).map_err(|it| it.of(path))?;
        Ok(Self {
            known,
            seen,
            writer,
            file,
        })
    }

    /// Takes what `work` feeds, on a thread of its own. If it cannot be
    /// written, `progress` is told to stop.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn fed<T>(
        &mut self,
        limits: Limits,
        progress: &Progress,
        work: impl FnOnce(&Feed<'_>) -> T,
    ) -> Result<T, CaseError> {
        let Self {
            known,
            seen,
            writer,
            file,
        } = self;
        let mut write = |delivery| -> Result<(), Failure> {
            match delivery {
                Delivery::Log(log) => writer.take(*log),
                Delivery::Again(origin) => writer.again(&origin),
                Delivery::Finding(finding) => writer.finding(&finding),
                Delivery::Counted(roster, graph) => {
                    writer.roster.merge(roster);
                    writer.graph.merge(graph);
                    Ok(())
                }
            }
        };
        let write = |delivery| write(delivery).map_err(|it| file.error(it));
        feed::run((known, seen, limits), progress, write, work)
    }

    /// Completes the case: copies, corrections, sessions, indexes. What it
    /// rests on is stated by the caller.
    ///
    /// # Errors
    /// It cannot be written. A new case is then not there, an older one as it
    /// was.
    pub fn finish(self, verification: &Verification) -> Result<Built, CaseError> {
        let Self {
            known,
            writer,
            file,
            ..
        } = self;
        let finished = writer.finish(&known, verification);
        let (db, built) = finished.map_err(|it| file.error(it))?;
        file.finish(db)?;
        Ok(built)
    }
}
