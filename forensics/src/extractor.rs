//! Events in the same pass that verifies the logs.

use trailseal_verifier::log::VerifiedLog;
use trailseal_verifier::walk::Visitor;

use crate::provenance::{self, Event, Origin, Outcome, Unread};
use crate::reader::{Limits, Tally};

/// A [`Visitor`] that folds the events of each verified log into a value,
/// inside the job that verified it.
///
/// Events borrow from the log, which is gone afterwards: the fold takes what it
/// needs.
pub struct Extractor<B, F> {
    begin: B,
    fold: F,
    limits: Limits,
}

impl<B, F, T> Extractor<B, F>
where
    B: Fn() -> T + Sync,
    F: Fn(&mut T, Event<'_>) + Sync,
    T: Send,
{
    /// An extractor that begins each log with `begin` and folds its events in
    /// their order in the file.
    pub fn new(limits: Limits, begin: B, fold: F) -> Self {
        Self {
            begin,
            fold,
            limits,
        }
    }
}

/// What was taken out of one log.
#[derive(Debug)]
pub struct Extracted<T> {
    /// The log.
    pub origin: Origin,
    /// What its events were folded into.
    pub value: T,
    /// What could not be read, up to [`Limits::reported`].
    pub unread: Vec<Unread>,
    /// What became of its records.
    pub tally: Tally,
}

impl<B, F, T> Visitor for Extractor<B, F>
where
    B: Fn() -> T + Sync,
    F: Fn(&mut T, Event<'_>) + Sync,
    T: Send,
{
    type Extract = Extracted<T>;

    fn visit(&self, log: &VerifiedLog<'_>) -> Extracted<T> {
        let mut value = (self.begin)();
        let mut unread = Vec::new();
        let tally = provenance::events(log, &self.limits, |outcome| match outcome {
            Outcome::Event(event) => (self.fold)(&mut value, event),
            Outcome::Unread(fault) => unread.push(fault),
        });
        Extracted {
            origin: provenance::origin(log),
            value,
            unread,
            tally,
        }
    }
}
