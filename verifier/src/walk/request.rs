//! What a run is asked for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::id::{AccountId, OrganizationId, Region, TrailName};
use crate::limits::Limits;

/// What to verify. The default is everything, over the time that the digests
/// themselves span.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Start of the time that must be covered.
    pub from: Option<Timestamp>,
    /// The same for single accounts in Regions, in the place of `from`: what
    /// lies before it is known already.
    pub since: BTreeMap<(AccountId, Region), Timestamp>,
    /// End of the time that must be covered.
    pub to: Option<Timestamp>,
    /// How long after `to` logs may have been delivered that are of interest all
    /// the same, for the events of the range that are in them. Nothing is
    /// promised of that time.
    pub late: SignedDuration,
    /// The present time, where the copy is compared with it: digests of the
    /// last hours need not have been delivered yet.
    pub now: Option<Timestamp>,
    /// Only these accounts, each of which must have digests. Empty: all.
    pub accounts: Vec<AccountId>,
    /// Only these Regions, each of which must have digests. Empty: all.
    pub regions: Vec<Region>,
    /// Only these trails. Empty: all.
    pub trails: Vec<TrailName>,
    /// Only this organization's folders.
    pub organization: Option<OrganizationId>,
    /// Whether to look for files that no digest names.
    pub reconcile: Reconcile,
    /// Bounds on what an attacker sizes.
    pub limits: Limits,
    /// Threads that compute at one time; 0 for one per processor.
    pub jobs: usize,
    /// Reads that may wait at one time, where that is more than `jobs`: a
    /// source behind a network wants many, a disk none.
    pub readers: usize,
    /// Where to look for `AWSLogs`.
    pub search: Search,
}

impl Request {
    /// The same for one account in one Region.
    pub(super) fn narrowed(&self, account: &AccountId, region: &Region) -> Cow<'_, Self> {
        if self.since.is_empty() {
            return Cow::Borrowed(self);
        }
        let known = self.since.get(&(account.clone(), region.clone()));
        Cow::Owned(Self {
            from: known.copied().or(self.from),
            since: BTreeMap::new(),
            accounts: self.accounts.clone(),
            regions: self.regions.clone(),
            trails: self.trails.clone(),
            organization: self.organization.clone(),
            limits: self.limits,
            ..*self
        })
    }

    /// Where the time begins that is looked at in one account and Region.
    pub(super) fn start(&self, account: &AccountId, region: &Region) -> Option<Timestamp> {
        let known = (!self.since.is_empty())
            .then(|| self.since.get(&(account.clone(), region.clone())))
            .flatten();
        known.copied().or(self.from)
    }

    /// The time of delivery of all that is looked at.
    pub(super) fn delivered(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let late = |to: Timestamp| to.saturating_add(self.late).unwrap_or(Timestamp::MAX);
        (self.from, self.to.map(late))
    }
}

/// Where to look for `AWSLogs`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Search {
    /// In every folder.
    #[default]
    Everywhere,
    /// In the nearest folders: a bucket may hold millions of other things. What
    /// is not looked into counts among the strays.
    Near,
}

/// What a live trail's status says of one Region: `LatestDigestDeliveryTime`
/// (AWS CloudTrail API Reference, `GetTrailStatus`).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Delivery {
    /// The account whose status it is.
    pub account: AccountId,
    /// The Region.
    pub region: Region,
    /// The trail.
    pub trail: TrailName,
    /// Its home Region.
    pub home: Region,
    /// When its newest digest there was delivered.
    pub at: Timestamp,
}

/// Whether to look for files that no digest names.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Reconcile {
    /// List the logs' folders too and report what nobody named.
    #[default]
    Listed,
    /// Do not. Planted files go unnoticed.
    Skip,
}
