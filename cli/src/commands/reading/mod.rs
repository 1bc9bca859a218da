//! Events of evidence, for the commands that say what happened: from verified
//! logs in the pass that verifies them, and, where it was asked for, from files
//! that nothing vouches for.
//!
//! A command says what it takes out of each file ([`Fold`], on many threads)
//! and what it does with that ([`Take`], on one, in an order that depends on
//! the evidence only).

mod args;
mod bare;
mod doubtful;
mod extract;
mod gathered;
mod stored;
mod walked;

use anyhow::Result;
use jiff::Timestamp;
use trailseal_forensics::Event;
use trailseal_forensics::case::Case;
use trailseal_forensics::lookup::Filter;
use trailseal_verifier::chain::DigestOutcome;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::verdict::Finding;

pub(super) use args::{Asked, ReadingArgs};
pub(super) use bare::Files;
pub(super) use doubtful::Doubtful;
pub(super) use gathered::{Gathered, Verification};

use super::evidence::Plan;
use crate::exit::Failure;
pub(super) use walked::Walk;

/// What is read.
pub(super) enum Reading {
    /// Logs with their digests.
    Walked(Box<Plan>, Admission),
    /// Files that nothing vouches for.
    Bare(Files),
    /// A case, which states what was verified when it was built.
    Case(Box<Case>),
}

/// What is done with logs that are not verified.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Admission {
    /// They are left out, and counted.
    Verified,
    /// Their events are read, and say so.
    All,
}

/// Takes something out of the events of a file, on many threads at once.
pub(super) trait Fold: Sync {
    /// What is taken out of one file.
    type Part: Send;

    /// Begins a file.
    fn begin(&self) -> Self::Part;

    /// Takes one event. Events come in their order in the file.
    fn add(&self, part: &mut Self::Part, event: &Event<'_>);
}

/// Receives what was taken out of events, in order.
pub(super) trait Take<T> {
    /// What was taken out of a file, or of some events of a case.
    ///
    /// # Errors
    /// It cannot be put where it belongs; reading ends.
    fn part(&mut self, part: T) -> Result<()>;

    /// What was concluded of a digest. Those of one chain come in order, each
    /// after the parts of the logs of those before it.
    fn digest(&mut self, outcome: &DigestOutcome) {
        let _ = outcome;
    }

    /// What the verification found.
    fn finding(&mut self, finding: &Finding) {
        let _ = finding;
    }

    /// A log that is there, and of which nothing is said.
    fn unjudged(&mut self, log: &ObjectRef) {
        let _ = log;
    }
}

/// For those who want nothing but what was taken out.
impl<T, F: FnMut(T) -> Result<()>> Take<T> for F {
    fn part(&mut self, part: T) -> Result<()> {
        self(part)
    }
}

impl Reading {
    /// Reads everything; of a case, what fits the filter.
    ///
    /// # Errors
    /// If the evidence cannot be opened, or what was taken out of it cannot be
    /// put away.
    fn read<F: Fold>(
        &self,
        started: Timestamp,
        filter: &Filter,
        fold: &F,
        take: &mut dyn Take<F::Part>,
    ) -> Result<Gathered, Failure> {
        match self {
            Self::Walked(plan, admission) => plan.open(
                started,
                Walk {
                    fold,
                    take,
                    admission: *admission,
                    limits: plan.request.limits,
                },
            ),
            Self::Bare(files) => files.read(fold, take),
            Self::Case(case) => stored::read(case, filter, fold, take),
        }
    }
}
