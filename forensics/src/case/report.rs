//! The report of a verification, as a case states it: read again, with the care
//! that is due to a file that anyone may have changed.

use std::fmt::Display;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use trailseal_verifier::chain::ChainId;
use trailseal_verifier::coverage::{Coverage, Interval, State};
use trailseal_verifier::id::{AccountId, BucketName, OrganizationId, Region, TrailName};
use trailseal_verifier::layout::{ChainKind, Family};
use trailseal_verifier::report::{
    ChainReport, Counts, FamilyReport, PlaceReport, Report, Scope, Strays, Tally, TrailScope,
};
use trailseal_verifier::verdict::Answer;

use super::error::Failure;
use crate::actor::count;

/// Reads it; `None` if nothing was verified.
pub(super) fn read(text: &str) -> Result<Option<Report>, Failure> {
    let stored: Option<Stored> = serde_json::from_str(text)?;
    Ok(stored.map(Report::from))
}

/// More files than there are, and so few that no sum of them overflows.
const MOST: u64 = 1 << 36;

fn files<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let found = u64::deserialize(deserializer)?;
    if found > MOST {
        let error = format!("a number of files is {found}, expected at most {MOST}");
        return Err(serde::de::Error::custom(error));
    }
    Ok(found)
}

/// Text that is a value of a checked type.
struct Parsed<T>(T);

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Parsed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

#[derive(Deserialize)]
struct Stored {
    #[serde(with = "AnswerWord")]
    outcome: Answer,
    scope: StoredScope,
    tally: StoredTally,
    chains: Vec<StoredChain>,
    places: Vec<StoredPlace>,
    strays: StoredStrays,
    interrupted: bool,
}

#[derive(Deserialize)]
#[serde(remote = "Answer", rename_all = "lowercase")]
enum AnswerWord {
    Verified,
    Unchecked,
    Failed,
}

#[derive(Deserialize)]
struct StoredScope {
    buckets: Vec<Parsed<BucketName>>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    trails: Vec<StoredTrail>,
    reconciled: bool,
}

#[derive(Deserialize)]
struct StoredTrail {
    organization: Option<Parsed<OrganizationId>>,
    account: Option<Parsed<AccountId>>,
    trail: Parsed<TrailName>,
    home: Region,
    range: Option<StoredInterval>,
}

#[derive(Clone, Copy, Deserialize)]
struct StoredInterval {
    start: Timestamp,
    end: Timestamp,
}

#[derive(Deserialize)]
#[serde(remote = "Counts")]
struct StoredCounts {
    #[serde(deserialize_with = "files")]
    verified: u64,
    #[serde(deserialize_with = "files")]
    unchecked: u64,
    #[serde(deserialize_with = "files")]
    failed: u64,
}

#[derive(Deserialize)]
struct StoredTally {
    #[serde(with = "StoredCounts")]
    digests: Counts,
    #[serde(with = "StoredCounts")]
    logs: Counts,
    #[serde(deserialize_with = "count")]
    verified_bytes: u64,
    #[serde(deserialize_with = "files")]
    logs_unreferenced: u64,
    #[serde(deserialize_with = "files")]
    logs_unvouched: u64,
    #[serde(deserialize_with = "files")]
    logs_uncovered: u64,
    #[serde(deserialize_with = "files")]
    findings_failed: u64,
    #[serde(deserialize_with = "files")]
    findings_unchecked: u64,
}

#[derive(Deserialize)]
struct StoredChain {
    id: String,
    organization: Option<Parsed<OrganizationId>>,
    account: Parsed<AccountId>,
    region: Region,
    trail: Parsed<TrailName>,
    home: Region,
    #[serde(with = "KindWord")]
    kind: ChainKind,
    locations: Vec<String>,
    #[serde(with = "StoredCounts")]
    digests: Counts,
    #[serde(with = "StoredCounts")]
    logs: Counts,
    coverage: Vec<StoredSpan>,
    ends: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(remote = "ChainKind", rename_all = "lowercase")]
enum KindWord {
    Hourly,
    Backfill,
}

#[derive(Deserialize)]
struct StoredSpan {
    #[serde(flatten)]
    interval: StoredInterval,
    #[serde(with = "StateWord")]
    state: State,
}

#[derive(Deserialize)]
#[serde(remote = "State", rename_all = "kebab-case")]
enum StateWord {
    Proved,
    Failed,
    Unchecked,
    Uncovered,
    NotYetDue,
}

#[derive(Deserialize)]
struct StoredPlace {
    organization: Option<Parsed<OrganizationId>>,
    account: Parsed<AccountId>,
    region: Region,
    families: Vec<StoredFamily>,
}

#[derive(Deserialize)]
struct StoredFamily {
    #[serde(with = "FamilyWord")]
    family: Family,
    #[serde(deserialize_with = "files")]
    listed: u64,
    #[serde(deserialize_with = "files")]
    named: u64,
}

#[derive(Deserialize)]
#[serde(remote = "Family")]
enum FamilyWord {
    CloudTrail,
    #[serde(rename = "CloudTrail-Digest")]
    Digest,
    #[serde(rename = "CloudTrail-Insight")]
    Insight,
    #[serde(rename = "CloudTrail-NetworkActivity")]
    NetworkActivity,
    #[serde(rename = "CloudTrail-Aggregated")]
    Aggregated,
}

#[derive(Deserialize)]
struct StoredStrays {
    #[serde(deserialize_with = "files")]
    count: u64,
    examples: Vec<String>,
}

fn value<T>(parsed: Option<Parsed<T>>) -> Option<T> {
    parsed.map(|Parsed(value)| value)
}

impl From<StoredInterval> for Interval {
    fn from(stored: StoredInterval) -> Self {
        Self::new(stored.start, stored.end)
    }
}

impl From<Stored> for Report {
    fn from(stored: Stored) -> Self {
        let scope = stored.scope;
        let buckets = scope.buckets.into_iter();
        let tally = stored.tally;
        Self {
            outcome: stored.outcome,
            scope: Scope {
                buckets: buckets.map(|Parsed(bucket)| bucket).collect(),
                from: scope.from,
                to: scope.to,
                trails: scope.trails.into_iter().map(TrailScope::from).collect(),
                reconciled: scope.reconciled,
            },
            tally: Tally {
                digests: tally.digests,
                logs: tally.logs,
                verified_bytes: tally.verified_bytes,
                logs_unreferenced: tally.logs_unreferenced,
                logs_unvouched: tally.logs_unvouched,
                logs_uncovered: tally.logs_uncovered,
                findings_failed: tally.findings_failed,
                findings_unchecked: tally.findings_unchecked,
            },
            chains: stored.chains.into_iter().map(ChainReport::from).collect(),
            places: stored.places.into_iter().map(PlaceReport::from).collect(),
            strays: Strays {
                count: stored.strays.count,
                examples: stored.strays.examples,
            },
            interrupted: stored.interrupted,
        }
    }
}

impl From<StoredTrail> for TrailScope {
    fn from(stored: StoredTrail) -> Self {
        Self {
            organization: value(stored.organization),
            account: value(stored.account),
            trail: stored.trail.0,
            home: stored.home,
            range: stored.range.map(Interval::from),
        }
    }
}

impl From<StoredChain> for ChainReport {
    fn from(stored: StoredChain) -> Self {
        let mut coverage = Coverage::default();
        for span in stored.coverage {
            coverage.push(span.interval.into(), span.state);
        }
        Self {
            id: stored.id,
            chain: ChainId {
                organization: value(stored.organization),
                account: stored.account.0,
                region: stored.region,
                trail: stored.trail.0,
                home: stored.home,
                kind: stored.kind,
            },
            locations: stored.locations,
            digests: stored.digests,
            logs: stored.logs,
            coverage,
            ends: stored.ends,
        }
    }
}

impl From<StoredPlace> for PlaceReport {
    fn from(stored: StoredPlace) -> Self {
        let family = |family: StoredFamily| FamilyReport {
            family: family.family,
            listed: family.listed,
            named: family.named,
        };
        Self {
            organization: value(stored.organization),
            account: stored.account.0,
            region: stored.region,
            families: stored.families.into_iter().map(family).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn what_was_stored_is_read_again() {
        let report = fixture::report();
        let text = serde_json::to_string(&report).unwrap();
        let again = read(&text).unwrap().unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), text);
        assert!(read("null").unwrap().is_none());
    }

    #[test]
    fn what_nobody_stored_is_refused() {
        let text = serde_json::to_string(&fixture::report()).unwrap();
        for (from, to) in [
            ("\"verified\":48", "\"verified\":68719476737"),
            ("111122223333", "1111"),
            ("\"outcome\":\"verified\"", "\"outcome\":\"proved\""),
            ("2026-03-10T00:00:00Z", "yesterday"),
            ("\"region\":\"eu-west-1\"", "\"region\":\"../..\""),
        ] {
            let forged = text.replacen(from, to, 1);
            assert_ne!(forged, text, "{from}");
            assert!(read(&forged).is_err(), "{to}");
        }
    }
}
