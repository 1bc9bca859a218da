//! The walk over a whole source: discover, check in parallel, fold in order.
//!
//! ```text
//! discover   roots, accounts, Regions            -> places
//! list       the digests of one place            -> chains, cut into units
//! check      the digests of a unit and the logs
//!            they name                           -> outcomes   (parallel)
//! fold       links of each chain                 -> findings, coverage (in order)
//! reconcile  listed logs that nobody named, a day at a time
//! judge      what the range asks for, and what of it is covered
//! ```
//!
//! Units are worked on by all threads at once and consumed in the order in
//! which they were cut, so the result does not depend on the number of
//! threads, and only a bounded number of units is in flight.

mod budget;
mod delivered;
mod discover;
mod judge;
mod missing;
mod place;
mod progress;
mod reconcile;
mod request;
mod roots;
mod run;
mod schedule;
mod survey;
mod unit;

pub use progress::{Progress, Seen};
pub(crate) use reconcile::touches;
pub use request::{Delivery, Reconcile, Request, Search};
pub use roots::{AccountFolder, Accounts, accounts};
use survey::threads;
pub use survey::{Survey, WalkError, verify};

use crate::chain::{ChainId, DigestOutcome};
use crate::log::VerifiedLog;
use crate::object::ObjectRef;
use crate::verdict::Finding;

/// Called on each verified log, inside the job that verified it, so that the
/// bytes that were hashed are the bytes that are read.
///
/// It runs on many threads at once and must not itself wait for other jobs of
/// the same thread pool.
pub trait Visitor: Sync {
    /// What it takes out of a log.
    type Extract: Send;

    /// Reads one verified log.
    fn visit(&self, log: &VerifiedLog<'_>) -> Self::Extract;
}

/// Takes nothing.
impl Visitor for () {
    type Extract = ();

    fn visit(&self, _: &VerifiedLog<'_>) {}
}

/// Receives the results, in an order that depends on the input only.
pub trait Sink<E> {
    /// One digest with the logs it names. `extracts` holds what the visitor
    /// took from each of these logs, `None` for those that are not verified.
    fn digest(&mut self, chain: &ChainId, outcome: &DigestOutcome, extracts: Vec<Option<E>>) {
        let _ = (chain, outcome, extracts);
    }

    /// One finding.
    fn finding(&mut self, finding: Finding);

    /// A log that is there, and of which nothing is said: it lies in time that
    /// no digest covers, or digests list no files of its family.
    fn unjudged(&mut self, log: &ObjectRef) {
        let _ = log;
    }
}

/// Keeps the findings.
impl<E> Sink<E> for Vec<Finding> {
    fn finding(&mut self, finding: Finding) {
        self.push(finding);
    }
}
