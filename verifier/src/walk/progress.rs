//! How far a walk has come, for a display that polls it; and the way to end it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Counters that grow while a walk runs. Reading them costs the walk nothing.
#[derive(Debug, Default)]
pub struct Progress {
    pub(super) places: AtomicU64,
    pub(super) places_done: AtomicU64,
    pub(super) digests: AtomicU64,
    pub(super) digests_done: AtomicU64,
    pub(super) logs_done: AtomicU64,
    pub(super) bytes: AtomicU64,
    stopped: AtomicBool,
}

/// The counters at one moment.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Seen {
    /// Accounts × Regions found.
    pub places: u64,
    /// Those of them that are finished.
    pub places_done: u64,
    /// Digests listed so far; more may follow while places are not finished.
    pub digests: u64,
    /// Digests checked.
    pub digests_done: u64,
    /// Logs checked.
    pub logs_done: u64,
    /// Inflated bytes of the logs checked.
    pub bytes: u64,
}

impl Progress {
    /// Ends the walk early: what was checked so far is reported, as incomplete.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether [`stop`](Self::stop) was called.
    pub fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// The counters now.
    pub fn seen(&self) -> Seen {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Seen {
            places: read(&self.places),
            places_done: read(&self.places_done),
            digests: read(&self.digests),
            digests_done: read(&self.digests_done),
            logs_done: read(&self.logs_done),
            bytes: read(&self.bytes),
        }
    }
}

pub(super) fn add(counter: &AtomicU64, amount: u64) {
    counter.fetch_add(amount, Ordering::Relaxed);
}
