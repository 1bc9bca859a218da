//! What a run concluded, as plain data.

use jiff::Timestamp;
use serde::Serialize;

use crate::chain::ChainId;
use crate::coverage::{Coverage, Interval};
use crate::id::{AccountId, BucketName, OrganizationId, Region, TrailName};
use crate::layout::Family;
use crate::source::Level;
use crate::verdict::Answer;

/// The conclusion of one run. The findings are not in it: they go to the
/// [`Sink`](crate::walk::Sink) one by one, in order, so that a run over a
/// ruined archive of millions of objects needs no more memory than one over a
/// healthy one.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// The worst answer of all findings; never *verified* if nothing was proved.
    pub outcome: Answer,
    /// What was looked at.
    pub scope: Scope,
    /// How many of what.
    pub tally: Tally,
    /// Every chain, in order of account, Region and trail.
    pub chains: Vec<ChainReport>,
    /// Every account and Region that has files, in order.
    pub places: Vec<PlaceReport>,
    /// Keys that follow no layout of CloudTrail, so that nothing was concluded
    /// about them.
    pub strays: Strays,
    /// Whether the run was ended before it was complete. Accounts and Regions
    /// that it did not reach are then missing.
    pub interrupted: bool,
}

/// What a run looked at.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Scope {
    /// The buckets found.
    pub buckets: Vec<BucketName>,
    /// Start of the time that was asked for.
    pub from: Option<Timestamp>,
    /// End of the time that was asked for.
    pub to: Option<Timestamp>,
    /// The time that each trail was judged over.
    pub trails: Vec<TrailScope>,
    /// Whether files that no digest names were looked for.
    pub reconciled: bool,
}

/// One trail over all its accounts and Regions.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrailScope {
    /// The organization, for an organization trail.
    pub organization: Option<OrganizationId>,
    /// The account, for any other trail.
    pub account: Option<AccountId>,
    /// The trail.
    pub trail: TrailName,
    /// Its home Region.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub home: Region,
    /// The time it was judged over, if any of it has digests.
    pub range: Option<Interval>,
}

/// How many were verified, unchecked and failed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counts {
    /// Proved by a signature.
    pub verified: u64,
    /// Not checked, or vouched for by nothing.
    pub unchecked: u64,
    /// Contradicted by something signed.
    pub failed: u64,
}

impl Counts {
    /// Counts one more.
    pub fn add(&mut self, answer: Answer) {
        match answer {
            Answer::Verified => self.verified += 1,
            Answer::Unchecked => self.unchecked += 1,
            Answer::Failed => self.failed += 1,
        }
    }

    /// All of them.
    pub fn total(self) -> u64 {
        self.verified + self.unchecked + self.failed
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.verified += other.verified;
        self.unchecked += other.unchecked;
        self.failed += other.failed;
    }
}

/// Totals of a run.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tally {
    /// Digests that are there. Missing ones are findings.
    pub digests: Counts,
    /// Logs that verified digests name.
    pub logs: Counts,
    /// Inflated bytes of the verified logs.
    pub verified_bytes: u64,
    /// Logs that are there and that no digest names, in time that digests cover.
    pub logs_unreferenced: u64,
    /// Logs that are there, in time whose digests are missing or not verified.
    pub logs_unvouched: u64,
    /// Logs that are there, in time that no digest covers.
    pub logs_uncovered: u64,
    /// Findings whose answer is *failed*.
    pub findings_failed: u64,
    /// Findings whose answer is *unchecked*.
    pub findings_unchecked: u64,
}

/// One chain.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChainReport {
    /// The chain as findings name it.
    pub id: String,
    /// The chain, taken apart.
    #[serde(flatten)]
    pub chain: ChainId,
    /// The buckets and prefixes its digests lie in, as `s3://bucket/prefix`.
    pub locations: Vec<String>,
    /// Its digests.
    pub digests: Counts,
    /// The logs they name.
    pub logs: Counts,
    /// The intervals of the range, and what is known about each.
    pub coverage: Coverage,
    /// Where the newest verified digest ends. Nothing vouches for what follows,
    /// whatever the range.
    pub ends: Option<Timestamp>,
}

/// One account in one Region.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlaceReport {
    /// The organization in whose folder it lies.
    pub organization: Option<OrganizationId>,
    /// The account.
    pub account: AccountId,
    /// The Region.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub region: Region,
    /// How many files of each family lie there, and how many of them digests
    /// name. AWS does not document which families digests list, so it is measured.
    pub families: Vec<FamilyReport>,
}

/// Files of one family in one account and Region.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FamilyReport {
    /// The family.
    pub family: Family,
    /// Files that lie there, in the days that were looked at.
    pub listed: u64,
    /// How many files of the family verified digests name, missing ones included.
    pub named: u64,
}

/// Keys outside the layout.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Strays {
    /// How many keys or folders.
    pub count: u64,
    /// The first of them, as `s3://bucket/key`; folders end with a slash.
    pub examples: Vec<String>,
}

impl Strays {
    const EXAMPLES: usize = 100;

    /// Notes the objects of a level at which CloudTrail puts only folders.
    /// Keys that end with a slash are the markers that consoles make of folders.
    pub(crate) fn add_objects(&mut self, bucket: &BucketName, level: &Level) {
        for key in level.objects.iter().filter(|key| !key.ends_with('/')) {
            self.add(bucket, key);
        }
    }

    /// Notes those of another part of the run.
    pub(crate) fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.examples.extend(other.examples);
        self.examples.truncate(Self::EXAMPLES);
    }

    /// Notes one more.
    pub(crate) fn add(&mut self, bucket: &BucketName, key: &str) {
        self.count += 1;
        if self.examples.len() < Self::EXAMPLES {
            self.examples.push(format!("s3://{bucket}/{key}"));
        }
    }
}
