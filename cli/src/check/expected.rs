//! Accounts and Regions that are expected and not there.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use trailseal_verifier::id::{AccountId, Region};
use trailseal_verifier::layout::ChainKind;
use trailseal_verifier::verdict::{Code, Finding, Subject};

use super::accounts::{Accounts, Expected, Standing};
use super::config::Policy;
use super::observed::Observed;
use crate::ledger::KnownSource;

/// Those of which no source has a verified digest.
pub(crate) fn expected(
    accounts: &Accounts,
    policy: &Policy,
    sources: &[&KnownSource],
    now: Timestamp,
) -> Vec<Observed> {
    let chains = sources.iter().flat_map(|source| &source.chains);
    let found: BTreeSet<(&AccountId, &Region)> = chains
        .filter(|(id, chain)| id.kind == ChainKind::Hourly && chain.tip.is_some())
        .map(|(id, _)| (&id.account, &id.region))
        .collect();
    let usual = Expected::default();
    let accounts: BTreeMap<&AccountId, &Expected> = match accounts {
        Accounts::Any => found
            .iter()
            .map(|(account, _)| (*account, &usual))
            .collect(),
        Accounts::These(listed) => listed.iter().collect(),
        Accounts::Unasked(_) => return Vec::new(),
    };
    let mut missing = Vec::new();
    for (account, how) in accounts {
        if how.standing == Standing::Inactive {
            continue;
        }
        let mut miss = |region: Option<&Region>| {
            let scope = Subject::Scope(Some(account.clone()), region.cloned());
            let finding = Finding::about(Code::NoDigests, scope, how.missing());
            let mut observed = Observed::of(finding, None);
            observed.due = how.due(policy).filter(|due| *due > now);
            missing.push(observed);
        };
        if policy.regions.is_empty() && !found.iter().any(|(other, _)| *other == account) {
            miss(None);
        }
        let regions = policy.regions.iter();
        regions
            .filter(|region| !found.contains(&(account, *region)))
            .for_each(|region| miss(Some(region)));
    }
    missing
}

impl Expected {
    fn missing(&self) -> String {
        let name = self.name.as_ref();
        let name = name.map_or_else(String::new, |name| {
            format!(" (the organization's {name:?})")
        });
        format!("the policy expects it{name}, and there is no verified digest of it in any source")
    }

    /// When a new account's first digest may be missed.
    fn due(&self, policy: &Policy) -> Option<Timestamp> {
        self.joined?.saturating_add(policy.max_tail_lag).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subjects(accounts: &Accounts, policy: &Policy) -> Vec<String> {
        let now = "2026-03-02T12:00:00Z".parse().unwrap();
        expected(accounts, policy, &[], now)
            .into_iter()
            .filter(|observed| observed.due.is_none())
            .map(|observed| observed.subject)
            .collect()
    }

    #[test]
    fn what_is_expected_and_not_there_is_named() {
        let mut policy = Policy::default();
        let accounts = Accounts::listed(&["111122223333".parse().unwrap()]);
        assert_eq!(subjects(&accounts, &policy), ["111122223333/*"]);
        policy.regions = vec!["eu-west-1".parse().unwrap(), "us-east-1".parse().unwrap()];
        assert_eq!(
            subjects(&accounts, &policy),
            ["111122223333/eu-west-1", "111122223333/us-east-1"]
        );
        let any = Accounts::listed(&[]);
        assert!(subjects(&any, &policy).is_empty(), "no account is known");
        let unasked = Accounts::Unasked("denied".to_owned());
        assert!(subjects(&unasked, &policy).is_empty());
    }

    #[test]
    fn who_is_suspended_or_has_just_joined_is_not_missed() {
        let account = |standing, joined: Option<&str>| Expected {
            name: Some("sandbox".to_owned()),
            standing,
            joined: joined.map(|at| at.parse().unwrap()),
        };
        let accounts = [
            ("111122223333", account(Standing::Active, None)),
            ("444455556666", account(Standing::Inactive, None)),
            (
                "777788889999",
                account(Standing::Active, Some("2026-03-02T09:30:00Z")),
            ),
            (
                "999988887777",
                account(Standing::Active, Some("2026-03-02T08:30:00Z")),
            ),
        ];
        let accounts = accounts.map(|(id, expected)| (id.parse().unwrap(), expected));
        let accounts = Accounts::These(accounts.into());
        let missing = subjects(&accounts, &Policy::default());
        assert_eq!(missing, ["111122223333/*", "999988887777/*"]);
    }
}
