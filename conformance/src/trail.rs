//! The trails of a vector, and the time that its digests span.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use trailseal_verifier::chain::ChainId;
use trailseal_verifier::layout::{ChainKind, DigestKey};

use crate::vector::{Asked, BUCKET};

/// The account, the Region and the trail of the vectors that have no digest.
const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-west-1";
const TRAIL: &str = "management-events";
/// When the vectors begin: 2026-03-02T08:07:13Z.
const BEGIN: i64 = 1_772_438_833;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// One trail in one account and Region.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Trail {
    /// The organization, for an organization trail.
    pub organization: Option<String>,
    /// The account whose logs are validated.
    pub account: String,
    /// The account that the trail belongs to.
    pub owner: String,
    /// The Region whose logs are validated.
    pub region: String,
    /// The Region that the trail was created in.
    pub home: String,
    /// Its name.
    pub name: String,
    /// The bucket of its newest digest.
    pub bucket: String,
    /// The key prefix, without the slash at its end.
    pub prefix: String,
}

/// The digests of a vector by the trail, account and Region they belong to.
pub(crate) struct Digests(BTreeMap<ChainId, Vec<(DigestKey, String)>>);

impl Digests {
    pub(crate) fn of(listed: &[(String, String)]) -> Self {
        let mut digests: BTreeMap<ChainId, Vec<(DigestKey, String)>> = BTreeMap::new();
        for (bucket, key) in listed {
            let Some(key) = DigestKey::parse(key) else {
                continue;
            };
            // Both of a trail's chains are validated by one run.
            let id = ChainId {
                kind: ChainKind::Hourly,
                ..ChainId::of(&key)
            };
            digests.entry(id).or_default().push((key, bucket.clone()));
        }
        for digests in digests.values_mut() {
            digests.sort_by_key(|(key, _)| key.stamp);
        }
        Self(digests)
    }

    pub(crate) fn trails(&self, asked: &Asked) -> Vec<Trail> {
        // Digests do not say which account an organization trail belongs to.
        let owner = self.0.keys().map(|id| id.account.to_string()).min();
        let mut trails: Vec<Trail> = Vec::new();
        for (id, digests) in &self.0 {
            let Some((newest, bucket)) = digests.last() else {
                continue;
            };
            let account = id.account.to_string();
            let root = &newest.place.root;
            let organization = root.organization().map(ToString::to_string);
            trails.push(Trail {
                owner: owner
                    .clone()
                    .filter(|_| organization.is_some())
                    .unwrap_or_else(|| account.clone()),
                organization,
                account,
                region: id.region.to_string(),
                home: id.home.to_string(),
                name: id.trail.to_string(),
                bucket: bucket.clone(),
                prefix: root.prefix().trim_end_matches('/').to_owned(),
            });
        }
        trails.retain(|trail| asked.names(trail));
        if trails.is_empty() {
            trails.push(Trail::without_digests(asked));
        }
        trails
    }

    /// The time asked for, or that of the hourly digests. It begins a second
    /// after the first one does: what lies before them is not asked about.
    pub(crate) fn range(&self, asked: &Asked) -> (Timestamp, Timestamp) {
        let hourly = self
            .0
            .values()
            .flatten()
            .filter(|(key, _)| key.kind == ChainKind::Hourly);
        let stamps: Vec<Timestamp> = hourly.map(|(key, _)| key.stamp.instant()).collect();
        let begin = Timestamp::from_second(BEGIN).unwrap_or_default();
        let (first, last) = match (stamps.iter().min(), stamps.iter().max()) {
            (Some(first), Some(last)) => (*first, *last),
            _ => (begin, begin + HOUR),
        };
        let after_start = first - HOUR + SignedDuration::from_secs(1);
        let from = asked.from.unwrap_or(after_start);
        (from, asked.to.unwrap_or(last).max(from))
    }
}

impl Trail {
    fn without_digests(asked: &Asked) -> Self {
        let first = |names: &[String], otherwise: &str| {
            names.first().map_or(otherwise.to_owned(), Clone::clone)
        };
        let account = first(&asked.accounts, ACCOUNT);
        let region = first(&asked.regions, REGION);
        Self {
            organization: None,
            owner: account.clone(),
            account,
            home: region.clone(),
            region,
            name: asked.trail.clone().unwrap_or_else(|| TRAIL.to_owned()),
            bucket: BUCKET.to_owned(),
            prefix: String::new(),
        }
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        let partition = match self.home.split('-').collect::<Vec<_>>().as_slice() {
            ["cn", ..] => "aws-cn",
            ["us", "gov", ..] => "aws-us-gov",
            ["eusc", ..] => "aws-eusc",
            _ => "aws",
        };
        let Self {
            home, owner, name, ..
        } = self;
        format!("arn:{partition}:cloudtrail:{home}:{owner}:trail/{name}")
    }
}
