//! Accounts, Regions and trails of which there is not one digest.

use std::collections::{BTreeMap, BTreeSet};

use super::Request;
use super::judge::FoldedPlace;
use crate::id::{AccountId, Region, TrailName};
use crate::verdict::{Code, Finding, Subject};

/// Accounts and Regions that were asked for, or that have files, and for
/// which there is no digest to check.
pub(super) fn without_digests(
    request: &Request,
    places: &[FoldedPlace],
    accounts: &BTreeSet<AccountId>,
) -> Vec<Finding> {
    let mut missing: BTreeMap<Subject, &str> = BTreeMap::new();
    let covered: BTreeSet<(&AccountId, &Region)> = places
        .iter()
        .filter(|place| place.has_hourly_digests())
        .map(|place| (&place.id.account, &place.id.region))
        .collect();
    for place in places.iter().filter(|place| !place.has_hourly_digests()) {
        let id = &place.id;
        let scope = Subject::Scope(Some(id.account.clone()), Some(id.region.clone()));
        if !request.trails.is_empty() {
            // A trail need not deliver everywhere; that it exists is asked below.
        } else if place.has_digest_folder {
            missing.insert(scope, "there is no hourly digest in the range asked for");
        } else if place.has_logs {
            missing.insert(scope, "there are logs, but no digest at all");
        }
    }
    let found: BTreeSet<&TrailName> = places
        .iter()
        .flat_map(|place| &place.chains)
        .map(|folded| &folded.id.trail)
        .collect();
    if request.trails.iter().any(|trail| !found.contains(trail)) {
        missing.insert(
            Subject::Scope(None, None),
            "a trail asked for by name has no digest",
        );
    }
    let mut expected: BTreeSet<(Option<&AccountId>, Option<&Region>)> = BTreeSet::new();
    if request.regions.is_empty() {
        expected.extend(request.accounts.iter().map(|account| (Some(account), None)));
    } else {
        let asked: Vec<&AccountId> = match request.accounts.as_slice() {
            [] => accounts.iter().collect(),
            asked => asked.iter().collect(),
        };
        for region in &request.regions {
            expected.extend(asked.iter().map(|account| (Some(*account), Some(region))));
            if asked.is_empty() {
                expected.insert((None, Some(region)));
            }
        }
    }
    for (account, region) in expected {
        let found = covered.iter().any(|(a, r)| {
            account.is_none_or(|account| account == *a) && region.is_none_or(|region| region == *r)
        });
        let scope = Subject::Scope(account.cloned(), region.cloned());
        if !found {
            missing
                .entry(scope)
                .or_insert("asked for by name, and there is no digest");
        }
    }
    if missing.is_empty() && covered.is_empty() {
        missing.insert(Subject::Scope(None, None), "there is no digest to check");
    }
    missing
        .into_iter()
        .map(|(scope, detail)| Finding::about(Code::NoDigests, scope, detail))
        .collect()
}
