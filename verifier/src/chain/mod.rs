//! Chains: digests in order, each bound to the one before it.
//!
//! Checking a digest needs no other digest. What is left for the chain is to
//! compare neighbours, one after the other: who names whom, whose hash, and
//! whose time. That is a fold with a state of fixed size, plus one small
//! entry for each digest of an unbroken run of rejected ones.

mod backfill;
mod hourly;
mod link;

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

pub use backfill::BackfillFold;
pub use hourly::HourlyFold;
pub use link::{ClaimedPredecessor, Link};

use crate::coverage::{Coverage, Interval, State};
use crate::id::{AccountId, OrganizationId, Region, TrailName};
use crate::layout::{ChainKind, DigestKey};
use crate::log::LogOutcome;
use crate::object::ObjectRef;
use crate::source::Extent;
use crate::verdict::{Answer, Code, Finding};

/// The rhythm of hourly digests, and the usual length of their windows.
pub const DIGEST_PERIOD: SignedDuration = SignedDuration::from_hours(1);

/// Which chain a digest belongs to. The bucket and the prefix are not part of
/// it: a trail that moves to another bucket goes on with the same chain.
///
/// Printed as `[o-ID/]account/Region/trail@home/kind`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChainId {
    /// The organization, for an organization trail.
    pub organization: Option<OrganizationId>,
    /// The account whose logs the digests list.
    pub account: AccountId,
    /// The Region whose logs the digests list.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub region: Region,
    /// The trail.
    pub trail: TrailName,
    /// The trail's home Region.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub home: Region,
    /// Hourly or backfill.
    pub kind: ChainKind,
}

impl ChainId {
    /// The chain of this digest.
    pub fn of(key: &DigestKey) -> Self {
        Self {
            organization: key.place.root.organization().cloned(),
            account: key.place.account.clone(),
            region: key.place.region.clone(),
            trail: key.trail.clone(),
            home: key.home.clone(),
            kind: key.kind,
        }
    }
}

impl fmt::Display for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(organization) = &self.organization {
            write!(f, "{organization}/")?;
        }
        let Self {
            account,
            region,
            trail,
            home,
            kind,
            ..
        } = self;
        write!(f, "{account}/{region}/{trail}@{home}/{kind}")
    }
}

/// What was concluded of one digest and of the logs it names.
#[derive(Clone, Debug)]
pub struct DigestOutcome {
    /// Where it lies.
    pub object: ObjectRef,
    /// Its key, taken apart.
    pub key: DigestKey,
    /// Why it is not verified, if it is not.
    pub fault: Option<Fault>,
    /// What it says about its time and its predecessor, unless it could not
    /// be read at all. Only claims, unless the digest is verified.
    pub link: Option<Link>,
    /// The logs it names, in its order.
    pub logs: Vec<LogOutcome>,
}

/// Why an object is not verified.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// The reason.
    pub code: Code,
    /// Expected and found, in words.
    pub detail: String,
}

impl DigestOutcome {
    /// What was concluded of the digest itself.
    pub fn answer(&self) -> Answer {
        self.fault
            .as_ref()
            .map_or(Answer::Verified, |fault| fault.code.answer())
    }
}

/// Coverage twice: once as the digests alone prove it (which logs *should*
/// exist), once with the logs themselves.
#[derive(Clone, Debug, Default)]
pub struct Tracks {
    /// Where the list of logs is proved.
    pub listed: Coverage,
    /// Where the logs are proved too.
    pub whole: Coverage,
}

impl Tracks {
    fn push(&mut self, interval: Interval, state: State) {
        self.listed.push(interval, state);
        self.whole.push(interval, state);
    }

    fn push_digest(&mut self, window: Interval, digest: &DigestOutcome) {
        let own = digest.answer();
        let logs = digest.logs.iter().map(LogOutcome::answer).max();
        self.listed.push(window, state_of(own));
        self.whole
            .push(window, state_of(own.max(logs.unwrap_or(own))));
    }

    fn cut(&mut self, at: Timestamp) {
        self.listed.cut(at);
        self.whole.cut(at);
    }

    fn end(&self) -> Option<Timestamp> {
        self.whole.end()
    }
}

fn state_of(answer: Answer) -> State {
    match answer {
        Answer::Verified => State::Proved,
        Answer::Unchecked => State::Unchecked,
        Answer::Failed => State::Failed,
    }
}

/// The fold of either kind of chain.
#[allow(
    clippy::large_enum_variant,
    reason = "one for each chain, never moved in bulk"
)]
pub enum ChainFold {
    /// One digest an hour.
    Hourly(HourlyFold),
    /// No rhythm.
    Backfill(BackfillFold),
}

impl ChainFold {
    /// An empty fold for a chain of this kind, over a copy of this extent,
    /// where the time from `since` on was asked for.
    pub fn new(kind: ChainKind, extent: Arc<Extent>, since: Option<Timestamp>) -> Self {
        match kind {
            ChainKind::Hourly => Self::Hourly(HourlyFold::new(extent).since(since)),
            ChainKind::Backfill => Self::Backfill(BackfillFold::new(extent)),
        }
    }

    /// Adds the next digest in the order of stamps; returns what its
    /// neighbourhood reveals.
    pub fn push(&mut self, digest: &DigestOutcome) -> Vec<Finding> {
        match self {
            Self::Hourly(fold) => fold.push(digest),
            Self::Backfill(fold) => fold.push(digest),
        }
    }

    /// The chain as a whole, and the findings that only its end allows.
    pub fn finish(self) -> (Chain, Vec<Finding>) {
        match self {
            Self::Hourly(fold) => (fold.finish(), Vec::new()),
            Self::Backfill(fold) => fold.finish(),
        }
    }

    /// Where the list of logs is proved, as far as it is known yet.
    pub fn listed(&self) -> &Coverage {
        match self {
            Self::Hourly(fold) => fold.listed(),
            Self::Backfill(fold) => fold.listed(),
        }
    }
}

/// A folded chain: what it covers and where it begins and ends.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// The intervals its digests cover.
    pub tracks: Tracks,
    /// The oldest digest that could be read.
    pub head: Option<Head>,
    /// The newest digest that could be read.
    pub tail: Option<Link>,
    /// First and last instant that verified digests cover.
    pub verified: Option<Interval>,
}

/// Where a chain begins.
#[derive(Clone, Debug)]
pub struct Head {
    /// The oldest digest that could be read.
    pub link: Link,
    /// Whether the predecessor it names was seen, though rejected.
    pub predecessor_seen: bool,
}
