//! Which logs are in a case.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use trailseal_verifier::hash::Sha256;

use super::stored::At;
use crate::provenance::{Location, Origin, Provenance};

/// The logs that are in a case, or about to be, and their ids: what is in it is
/// not read again. Shared by all threads that read.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<Logs>);

#[derive(Debug, Default)]
struct Logs {
    by_location: HashMap<Location, Vec<(Sha256, i64)>>,
    newest: i64,
}

impl Known {
    /// Claims a log: if it is new, it gets an id, and is the caller's to read,
    /// and nobody else's afterwards.
    pub(super) fn claim(&self, origin: &Origin) -> Option<i64> {
        let mut logs = self.lock();
        if logs.id(origin).is_some() {
            return None;
        }
        let id = logs.newest + 1;
        logs.insert(origin.log().clone(), origin.sha256(), id);
        Some(id)
    }

    /// Refers to a place as the case does, if its log is known.
    pub(super) fn at(&self, place: &Provenance) -> Option<At> {
        let log = self.lock().id(place.origin())?;
        Some(At::of(log, place.place()))
    }

    pub(super) fn insert(&self, log: Location, sha256: Sha256, id: i64) {
        self.lock().insert(log, sha256, id);
    }

    fn lock(&self) -> MutexGuard<'_, Logs> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Logs {
    fn id(&self, origin: &Origin) -> Option<i64> {
        let same = self.by_location.get(origin.log())?;
        let found = same.iter().find(|(sha256, _)| *sha256 == origin.sha256());
        found.map(|(_, id)| *id)
    }

    fn insert(&mut self, log: Location, sha256: Sha256, id: i64) {
        self.by_location.entry(log).or_default().push((sha256, id));
        self.newest = self.newest.max(id);
    }
}
