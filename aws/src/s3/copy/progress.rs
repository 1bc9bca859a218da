//! How far a copy has come, for a display that polls it; and the way to end it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use trailseal_verifier::source::ReadError;

use super::{Amount, CopyError};
use crate::s3::{Bucket, Cancel};

/// Counters that grow while a copy is made.
#[derive(Debug, Default)]
pub struct Copying {
    listed: AtomicU64,
    total_objects: AtomicU64,
    total_bytes: AtomicU64,
    done_objects: AtomicU64,
    done_bytes: AtomicU64,
    stopped: AtomicBool,
    cancel: Cancel,
}

/// The counters at one moment.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct CopySeen {
    /// Objects listed so far.
    pub listed: u64,
    /// What is to be fetched; nothing while the listing goes on.
    pub total: Amount,
    /// What was fetched.
    pub done: Amount,
}

impl Copying {
    /// Ends the copy: reads that wait end at once.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        self.cancel.cancel();
    }

    /// Whether [`stop`](Self::stop) was called.
    pub fn stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// The counters now.
    pub fn seen(&self) -> CopySeen {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        CopySeen {
            listed: read(&self.listed),
            total: Amount {
                objects: read(&self.total_objects),
                bytes: read(&self.total_bytes),
            },
            done: Amount {
                objects: read(&self.done_objects),
                bytes: read(&self.done_bytes),
            },
        }
    }

    pub(super) fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    pub(super) fn listed(&self, objects: usize) {
        self.listed.fetch_add(objects as u64, Ordering::Relaxed);
    }

    pub(super) fn begin(&self, total: Amount) {
        self.total_objects.store(total.objects, Ordering::Relaxed);
        self.total_bytes.store(total.bytes, Ordering::Relaxed);
    }

    pub(super) fn done(&self, bytes: u64) {
        self.done_objects.fetch_add(1, Ordering::Relaxed);
        self.done_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// What a listing that failed means.
    pub(super) fn unlisted(
        &self,
        bucket: &Bucket<'_>,
        prefix: &str,
        error: ReadError,
    ) -> CopyError {
        if self.stopped() {
            return CopyError::Interrupted;
        }
        let place = format!("s3://{}/{prefix}", bucket.name());
        CopyError::Unlisted { place, error }
    }
}
