//! Which logs are in a case.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use trailseal_verifier::hash::Sha256;

use crate::provenance::{Location, Origin};

/// The logs that are in a case, or about to be: what is in it is not read
/// again. Shared by all threads that read.
#[derive(Debug, Default)]
pub struct Known(Mutex<HashSet<(Location, Sha256)>>);

impl Known {
    /// Claims a log: whether it is new, and the caller's to read. It is to
    /// nobody else afterwards.
    pub fn claim(&self, origin: &Origin) -> bool {
        let key = (origin.log().clone(), origin.sha256());
        let mut logs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        logs.insert(key)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        let logs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        logs.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn insert(&self, log: Location, sha256: Sha256) {
        let mut logs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        logs.insert((log, sha256));
    }
}
