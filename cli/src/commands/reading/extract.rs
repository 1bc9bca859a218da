//! Files that no verified digest vouches for: many at one time, and their
//! results in order.

use std::cell::RefCell;

use rayon::prelude::*;
use trailseal_forensics::provenance::{Location, Outcome, Unverified};
use trailseal_forensics::{Extracted, reader};
use trailseal_verifier::gzip::Inflater;
use trailseal_verifier::verdict::Code;

use super::Fold;

/// Files whose results wait for each other at one time.
pub(super) const AT_ONCE: usize = 256;

/// A file to read, and why it is not verified, if it was checked.
#[derive(Clone, Debug)]
pub(super) struct Waiting<T> {
    pub(super) place: T,
    pub(super) reason: Option<Code>,
}

/// Why nothing of a file was read, and where it lies.
pub(in super::super) struct Unreadable {
    pub(super) location: Location,
    pub(super) detail: String,
}

thread_local! {
    static INFLATER: RefCell<Inflater> = RefCell::new(Inflater::new());
}

/// Reads files on all processors. `fetch` brings a file's stored bytes, `read`
/// its events.
pub(super) fn extract<T: Sync, R: Send>(
    files: &[Waiting<T>],
    inflated_limit: u64,
    locate: impl Fn(&T) -> Location + Sync,
    fetch: impl Fn(&T) -> Result<Vec<u8>, String> + Sync,
    read: impl Fn(&Unverified<'_>) -> R + Sync,
) -> Vec<Result<R, Unreadable>> {
    let one = |file: &Waiting<T>| {
        let failed = |detail: String| Unreadable {
            location: locate(&file.place),
            detail,
        };
        let stored = fetch(&file.place).map_err(failed)?;
        INFLATER.with_borrow_mut(|inflater| {
            let content = reader::content(&stored, inflater, inflated_limit)
                .map_err(|fault| failed(fault.to_string()))?;
            let location = locate(&file.place);
            Ok(read(&Unverified::new(location, content, file.reason)))
        })
    };
    files.par_iter().map(one).collect()
}

/// Folds the events of a file.
pub(super) fn fold<F: Fold>(file: &Unverified<'_>, fold: &F) -> Extracted<F::Part> {
    let mut value = fold.begin();
    let mut unread = Vec::new();
    let limits = reader::Limits::default();
    let tally = file.events(&limits, |outcome| match outcome {
        Outcome::Event(event) => fold.add(&mut value, &event),
        Outcome::Unread(fault) => unread.push(fault),
    });
    Extracted {
        origin: file.origin().clone(),
        value,
        unread,
        tally,
    }
}
