//! Builds a case, or adds to one.

use std::path::Path;

use serde::Serialize;
use trailseal_verifier::verdict::Finding;
use trailseal_verifier::walk::Progress;

use super::{CaseError, Feed, Known, LogRows, Verification};
use crate::extractor::Extracted;
use crate::merge::Seen;
use crate::provenance::Origin;
use crate::reader::{Limits, Tally};

/// Builds a case, or adds to one.
///
/// [`fed`](Self::fed) is the way to do it while logs are verified; what it
/// delivers can be given by hand, too: [`known`](Self::known) says which logs
/// need not be read, [`seen`](Self::seen) which events were seen before,
/// [`take`](Self::take) takes a log. All is dropped unless
/// [`finish`](Self::finish) is called.
#[derive(Debug)]
pub struct Builder;

/// What one building added.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Built {
    /// Logs.
    pub logs: u64,
    /// Logs that were in the case already.
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
    /// renames. What an ended building left there is removed.
    ///
    /// # Errors
    /// There is something at `path`, or it cannot be written.
    pub fn create(path: &Path) -> Result<Self, CaseError> {
        Err(CaseError::AlreadyThere { path: path.into() })
    }

    /// Adds to a case. Until [`finish`](Self::finish) it stays what it was,
    /// whatever happens to this process.
    ///
    /// # Errors
    /// It is no finished case, or cannot be written.
    pub fn extend(path: &Path) -> Result<Self, CaseError> {
        Err(CaseError::NotFinished { path: path.into() })
    }

    /// The logs that are in the case, for all threads that read.
    pub fn known(&self) -> &Known {
        unimplemented_known()
    }

    /// The events that are in the case, for all threads that read.
    pub fn seen(&self) -> &Seen {
        unimplemented_known()
    }

    /// Takes a log that [`Known::claim`] gave to the caller.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn take(&mut self, _log: Extracted<LogRows>) -> Result<(), CaseError> {
        Ok(())
    }

    /// Notes that a log that is in the case was verified again.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn again(&mut self, _origin: &Origin) -> Result<(), CaseError> {
        Ok(())
    }

    /// Takes a finding of the verification.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finding(&mut self, _finding: &Finding) -> Result<(), CaseError> {
        Ok(())
    }

    /// Takes what `work` feeds, on a thread of its own. If it cannot be
    /// written, `progress` is told to stop.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn fed<T>(
        &mut self,
        _limits: Limits,
        _progress: &Progress,
        _work: impl FnOnce(&Feed<'_>) -> T,
    ) -> Result<T, CaseError> {
        Err(CaseError::Sql {
            found: String::new(),
        })
    }

    /// Completes the case: copies, corrections, sessions, indexes. What it
    /// rests on is stated by the caller.
    ///
    /// # Errors
    /// It cannot be written. A new case is then not there, an older one as it
    /// was.
    pub fn finish(self, _verification: &Verification) -> Result<Built, CaseError> {
        Ok(Built::default())
    }
}

fn unimplemented_known<T>() -> &'static T {
    loop {
        std::thread::park();
    }
}
