//! Accounts and Regions that the policy expects.

use std::collections::BTreeSet;

use trailseal_verifier::id::{AccountId, Region};
use trailseal_verifier::layout::ChainKind;
use trailseal_verifier::verdict::{Code, Finding, Subject};

use super::config::Policy;
use super::observed::Observed;
use crate::ledger::KnownSource;

/// Those of which no source has a verified digest.
pub(crate) fn expected(policy: &Policy, sources: &[&KnownSource]) -> Vec<Observed> {
    let chains = sources.iter().flat_map(|source| &source.chains);
    let found: BTreeSet<(&AccountId, &Region)> = chains
        .filter(|(id, chain)| id.kind == ChainKind::Hourly && chain.tip.is_some())
        .map(|(id, _)| (&id.account, &id.region))
        .collect();
    let accounts: BTreeSet<&AccountId> = match policy.accounts.as_slice() {
        [] => found.iter().map(|(account, _)| *account).collect(),
        listed => listed.iter().collect(),
    };
    let mut missing = Vec::new();
    for account in accounts {
        if policy.regions.is_empty() && !found.iter().any(|(other, _)| *other == account) {
            missing.push(Subject::Scope(Some(account.clone()), None));
        }
        for region in policy
            .regions
            .iter()
            .filter(|region| !found.contains(&(account, region)))
        {
            missing.push(Subject::Scope(Some(account.clone()), Some(region.clone())));
        }
    }
    let detail = "the policy expects it, and there is no verified digest of it in any source";
    missing
        .into_iter()
        .map(|subject| Observed::of(Finding::about(Code::NoDigests, subject, detail), None))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_expected_and_not_there_is_named() {
        let mut policy = Policy {
            accounts: vec!["111122223333".parse().unwrap()],
            ..Policy::default()
        };
        let subjects = |policy: &Policy| -> Vec<String> {
            expected(policy, &[])
                .into_iter()
                .map(|observed| observed.subject)
                .collect()
        };
        assert_eq!(subjects(&policy), ["111122223333/*"]);
        policy.regions = vec!["eu-west-1".parse().unwrap(), "us-east-1".parse().unwrap()];
        assert_eq!(
            subjects(&policy),
            ["111122223333/eu-west-1", "111122223333/us-east-1"]
        );
        policy.accounts.clear();
        assert!(subjects(&policy).is_empty(), "no account is known");
    }
}
