//! Reads a case.

use std::ops::ControlFlow;
use std::path::Path;

use serde::Serialize;
use trailseal_verifier::verdict::Finding;

use super::{CaseError, Statement, Verification};
use crate::actor::Roster;
use crate::antiforensics::Hit;
use crate::lookup::Filter;
use crate::provenance::{Event, Origin, Provenance};
use crate::reader::Tally;
use crate::session::Graph;

/// A case, to be read. Nothing in it is trusted but to be what someone who
/// could write to it wrote: see [the module](super).
#[derive(Debug)]
pub struct Case;

/// A log of a case.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Log {
    /// The log, and what vouched for it.
    pub origin: Origin,
    /// What became of its records.
    pub tally: Tally,
}

/// What was found.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Found {
    /// Events that were visited.
    pub events: u64,
    /// Events that would fit, but a time is asked for and they state none.
    pub undated: u64,
}

/// Stops what a [`Case`] does, from any thread.
#[derive(Clone, Debug)]
pub struct Cancel;

impl Cancel {
    /// Stops what is going on, and all that is asked afterwards.
    pub fn cancel(&self) {}
}

impl Case {
    /// Opens a case, only to read it.
    ///
    /// # Errors
    /// It is none, or none that this program can read.
    pub fn open(path: &Path) -> Result<Self, CaseError> {
        Err(CaseError::NotFinished { path: path.into() })
    }

    /// Stops what the case does, from any thread.
    pub fn cancel(&self) -> Cancel {
        Cancel
    }

    /// The verifications it rests on, oldest first.
    ///
    /// # Errors
    /// As for all that is read: it is damaged, was stopped, or cannot be read.
    pub fn verifications(&self) -> Result<Vec<Verification>, CaseError> {
        Ok(Vec::new())
    }

    /// The findings of the newest verification, in order.
    ///
    /// # Errors
    /// As [`verifications`](Self::verifications).
    pub fn findings(
        &self,
        _visit: impl FnMut(Finding) -> ControlFlow<()>,
    ) -> Result<(), CaseError> {
        Ok(())
    }

    /// The logs, in the order of their places.
    ///
    /// # Errors
    /// As [`verifications`](Self::verifications).
    pub fn logs(&self, _visit: impl FnMut(Log) -> ControlFlow<()>) -> Result<(), CaseError> {
        Ok(())
    }

    /// Everyone who did something: what reading the logs themselves gives.
    ///
    /// # Errors
    /// As [`verifications`](Self::verifications).
    pub fn actors(&self) -> Result<Roster, CaseError> {
        Ok(Roster::default())
    }

    /// Sessions, and what issued them: what reading the logs themselves gives.
    ///
    /// # Errors
    /// As [`verifications`](Self::verifications).
    pub fn graph(&self) -> Result<Graph<Provenance>, CaseError> {
        Ok(Graph::default())
    }

    /// What blinds or destroys evidence, in time order.
    ///
    /// # Errors
    /// As [`verifications`](Self::verifications).
    pub fn hits(
        &self,
        _visit: impl FnMut(Hit, &Provenance) -> ControlFlow<()>,
    ) -> Result<(), CaseError> {
        Ok(())
    }

    /// The events that fit, in the order of a timeline; those without a time
    /// come last. Of an event that was recorded more than once there is one.
    ///
    /// # Errors
    /// As [`verifications`](Self::verifications).
    pub fn events(
        &self,
        _filter: &Filter,
        _visit: impl FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<Found, CaseError> {
        Ok(Found::default())
    }

    /// A statement of SQL that only reads. The tables are described in
    /// `schema.sql`.
    ///
    /// # Errors
    /// It is wrong, more than one, or would do anything but read the case.
    pub fn sql(&self, _sql: &str) -> Result<Statement<'_>, CaseError> {
        Err(CaseError::Sql {
            found: String::new(),
        })
    }
}
