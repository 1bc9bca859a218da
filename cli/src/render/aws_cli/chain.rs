//! What is kept in memory of chains and places while their lines are in the
//! spool.

use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::id::{AccountId, OrganizationId, Region};
use trailseal_verifier::layout::LogKey;
use trailseal_verifier::verdict::{Finding, Subject};

use super::sentence::Line;
use super::spool::Thread;
use super::tally::Tally;

/// What is kept of a chain while its lines are in the spool.
pub(super) struct Chain {
    pub(super) id: ChainId,
    pub(super) thread: Thread,
    pub(super) digests: Tally,
    pub(super) logs: Tally,
    /// Lines about what lies before the first digest: a finding or two.
    pub(super) before: String,
    /// The time that its valid digests span.
    pub(super) found: Option<Interval>,
    /// The time that all of them span, by the stamps of those that are not valid.
    pub(super) span: Option<Interval>,
}

impl Chain {
    pub(super) fn new(id: ChainId) -> Self {
        Self {
            id,
            thread: Thread::default(),
            digests: Tally::default(),
            logs: Tally::default(),
            before: String::new(),
            found: None,
            span: None,
        }
    }

    /// Counts a digest and its time.
    pub(super) fn note(&mut self, outcome: &DigestOutcome, line: &Line) {
        self.digests.count(line);
        let verified = outcome.link.as_ref().filter(|link| link.verified);
        if let Some(link) = verified {
            self.found = hull(self.found, Some(link.window));
        }
        let stamp = outcome.key.stamp.instant();
        let window = verified.map_or(Interval::new(stamp, stamp), |link| link.window);
        self.span = hull(self.span, Some(window));
    }

    /// Whether its first digest lies after this.
    pub(super) fn begins_after(&self, interval: Interval) -> bool {
        self.span.is_some_and(|span| interval.end <= span.start)
    }
}

/// The time that both span.
pub(super) fn hull(one: Option<Interval>, other: Option<Interval>) -> Option<Interval> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.hull(other)),
        (one, other) => one.or(other),
    }
}

/// An account in a Region, where more than one trail may deliver.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Place {
    organization: Option<OrganizationId>,
    account: AccountId,
    region: Region,
}

/// Lines about logs that no chain names.
#[derive(Debug, Default)]
pub(super) struct Loose {
    pub(super) thread: Thread,
    pub(super) logs: Tally,
}

impl Place {
    /// Where the log of a finding lies.
    pub(super) fn of(finding: &Finding) -> Option<Self> {
        let Subject::Object(object) = &finding.object else {
            return None;
        };
        let place = LogKey::parse(&object.key)?.place;
        Some(Self {
            organization: place.root.organization().cloned(),
            account: place.account,
            region: place.region,
        })
    }

    /// Where the logs of a chain lie.
    pub(super) fn of_chain(id: &ChainId) -> Self {
        Self {
            organization: id.organization.clone(),
            account: id.account.clone(),
            region: id.region.clone(),
        }
    }
}
