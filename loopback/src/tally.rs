//! What was asked: requests by operation, and how many at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    requests: BTreeMap<&'static str, u64>,
    now: u64,
    most: u64,
}

/// A request from its arrival until its answer is sent or given up.
#[derive(Debug)]
pub(crate) struct InFlight(Tally);

impl Tally {
    pub(crate) fn begin(&self, operation: &'static str) -> InFlight {
        self.with(|counts| {
            *counts.requests.entry(operation).or_default() += 1;
            counts.now += 1;
            counts.most = counts.most.max(counts.now);
        });
        InFlight(self.clone())
    }

    pub(crate) fn requests(&self) -> BTreeMap<String, u64> {
        self.with(|counts| {
            let requests = counts.requests.iter();
            requests
                .map(|(operation, count)| ((*operation).to_owned(), *count))
                .collect()
        })
    }

    pub(crate) fn most_at_once(&self) -> u64 {
        self.with(|counts| counts.most)
    }

    pub(crate) fn forget(&self) {
        self.with(|counts| {
            counts.requests.clear();
            counts.most = counts.now;
        });
    }

    fn with<T>(&self, use_counts: impl FnOnce(&mut Counts) -> T) -> T {
        use_counts(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.with(|counts| counts.now -= 1);
    }
}
