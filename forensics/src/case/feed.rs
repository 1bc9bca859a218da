//! From the threads that read logs to the one that writes.

use std::ops::ControlFlow;

use trailseal_verifier::log::VerifiedLog;
use trailseal_verifier::verdict::Finding;
use trailseal_verifier::walk::Visitor;

use crate::provenance::Unverified;

/// Takes logs from all threads that read, as the visitor of a walk: each is
/// parsed where it was verified, and written by a thread of its own.
/// [`Builder::fed`](super::Builder::fed) makes one. A log that is in the case
/// already is not parsed.
///
/// Whoever delivers waits while the writer is behind: what is on its way is
/// bounded.
#[derive(Debug)]
pub struct Feed<'b>(std::marker::PhantomData<&'b ()>);

impl Feed<'_> {
    /// Takes a log that nothing vouches for. Breaks when the case can no
    /// longer be written.
    pub fn unverified(&self, _log: &Unverified<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// Takes a finding of the verification. Breaks when the case can no longer
    /// be written.
    pub fn finding(&self, _finding: Finding) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl Visitor for Feed<'_> {
    type Extract = ();

    fn visit(&self, _log: &VerifiedLog<'_>) {}
}
