//! Accounts and Regions that a source has and that the policy does not expect.

use std::collections::{BTreeMap, BTreeSet};

use trailseal_verifier::id::{AccountId, Region};

use super::accounts::Accounts;
use super::config::Policy;
use super::observed::Observed;
use super::policy_code::PolicyCode;
use super::settle::Settled;
use crate::ledger::KnownFinding;

/// Regions that a finding names.
const NAMED: usize = 4;

/// What the policy does not expect of what a source has. `open` is what was open of
/// that source.
pub(crate) fn unexpected<'f>(
    accounts: &Accounts,
    policy: &Policy,
    settled: &Settled,
    open: impl IntoIterator<Item = &'f KnownFinding>,
) -> Vec<Observed> {
    let expected = match accounts {
        Accounts::Any => None,
        Accounts::These(expected) => Some(expected),
        Accounts::Unasked(_) => return Vec::new(),
    };
    let mut all = Vec::new();
    for (account, regions) in found(settled, open) {
        if expected.is_some_and(|expected| !expected.contains_key(&account)) {
            all.push(of_account(&account, &regions));
        } else if !policy.regions.is_empty() {
            let unexpected = regions
                .iter()
                .filter(|region| !policy.regions.contains(region));
            all.extend(unexpected.map(|region| of_region(&account, region)));
        }
    }
    all
}

/// What is there. What was there, and could not be listed this time, is not gone.
fn found<'f>(
    settled: &Settled,
    open: impl IntoIterator<Item = &'f KnownFinding>,
) -> BTreeMap<AccountId, BTreeSet<Region>> {
    let looked = &settled.looked;
    let known = settled.known.chains.keys();
    let known = known.map(|id| (id.account.clone(), Some(id.region.clone())));
    let told = open.into_iter().filter_map(|finding| {
        let code = PolicyCode::named(&finding.code)?;
        matches!(
            code,
            PolicyCode::AccountUnexpected | PolicyCode::RegionUnexpected
        )
        .then_some(())?;
        let region = finding.region.as_ref();
        Some((
            finding.account.as_ref()?.parse().ok()?,
            region.and_then(|region| region.parse().ok()),
        ))
    });
    let unseen = known
        .chain(told)
        .filter(|(account, _): &(AccountId, _)| looked.unlisted.of(account));
    let seen = looked.found.iter().cloned();
    let seen = seen.map(|(account, region)| (account, Some(region)));
    let mut found: BTreeMap<AccountId, BTreeSet<Region>> = BTreeMap::new();
    for (account, region) in seen.chain(unseen) {
        found.entry(account).or_default().extend(region);
    }
    found
}

fn of_account(account: &AccountId, regions: &BTreeSet<Region>) -> Observed {
    let named: Vec<&str> = regions.iter().take(NAMED).map(Region::as_str).collect();
    let place = match (named.as_slice(), regions.len().saturating_sub(NAMED)) {
        ([], _) => ", which could not be listed this time".to_owned(),
        (named, 0) => format!(" in {}", named.join(", ")),
        (named, more) => format!(" in {} and {more} more Regions", named.join(", ")),
    };
    let detail =
        format!("the policy does not expect the account; this source has files of it{place}");
    Observed::unexpected(PolicyCode::AccountUnexpected, account, None, detail)
}

fn of_region(account: &AccountId, region: &Region) -> Observed {
    let detail =
        "the policy does not expect the Region; this source has files of the account in it";
    Observed::unexpected(
        PolicyCode::RegionUnexpected,
        account,
        Some(region),
        detail.to_owned(),
    )
}
