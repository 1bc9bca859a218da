//! Where to look for what something can have come from.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::issue::{Issue, IssueKind};
use super::usage::Use;
use crate::actor::CredentialId;

/// Between an issuing event and the creation date of what it issued.
pub(super) const SKEW: SignedDuration = SignedDuration::from_secs(5);

/// The longest session of a role or of the console (IAM User Guide, "Maximum
/// session duration").
pub(super) const LONGEST: SignedDuration = SignedDuration::from_hours(12);

/// How many candidates are looked at, nearest or first in time: no two sessions
/// of a name begin in one second but a forger's.
pub(super) const MAX_EXAMINED: usize = 256;

pub(super) struct Index<'s, 'g, R> {
    pub(super) uses: &'s [&'g Use<R>],
    pub(super) issues: &'s [&'g Issue<R>],
    pub(super) use_by_key: HashMap<(&'g str, &'g str, Option<Timestamp>), usize>,
    pub(super) uses_by_party: HashMap<&'g str, Vec<usize>>,
    pub(super) by_credential: HashMap<&'g str, Vec<usize>>,
    /// In time order, as `issues` are.
    pub(super) by_arn: HashMap<&'g str, Vec<usize>>,
    pub(super) by_sign_in: HashMap<&'g str, Vec<usize>>,
    pub(super) portal: HashMap<&'g str, Vec<usize>>,
}

impl<'s, 'g, R: Clone + Ord> Index<'s, 'g, R> {
    pub(super) fn new(uses: &'s [&'g Use<R>], issues: &'s [&'g Issue<R>]) -> Self {
        let mut index = Self {
            uses,
            issues,
            use_by_key: HashMap::new(),
            uses_by_party: HashMap::new(),
            by_credential: HashMap::new(),
            by_arn: HashMap::new(),
            by_sign_in: HashMap::new(),
            portal: HashMap::new(),
        };
        for (at, usage) in uses.iter().enumerate() {
            let credential = usage.actor.credential.as_ref().map(CredentialId::as_str);
            let name = credential.unwrap_or(&usage.party);
            index
                .use_by_key
                .insert((name, &usage.party, usage.created), at);
            for party in party_names(usage) {
                index.uses_by_party.entry(party).or_default().push(at);
            }
        }
        for (at, issue) in issues.iter().enumerate() {
            if let Some(credential) = &issue.credential {
                let own = index.by_credential.entry(credential.as_str());
                own.or_default().push(at);
            }
            if let Some(arn) = &issue.target.arn {
                index.by_arn.entry(arn).or_default().push(at);
            }
            if let Some(session) = &issue.sign_in_session
                && issue.kind == IssueKind::ConsoleLogin
            {
                index.by_sign_in.entry(session).or_default().push(at);
            }
            if let (IssueKind::IdentityCenter, Some(account)) = (issue.kind, &issue.target.account)
            {
                index.portal.entry(account).or_default().push(at);
            }
        }
        index
    }

    /// The use that asked, by what its record states.
    pub(super) fn exact_caller(&self, issue: &Issue<R>) -> Option<usize> {
        let caller = issue.caller.as_ref()?;
        let key = (&*caller.name, &*caller.party, caller.created);
        self.use_by_key.get(&key).copied()
    }
}

/// Under what a party is spoken of: its ARN, or its `principalId`.
fn party_names<R>(usage: &Use<R>) -> impl Iterator<Item = &str> {
    let arn = usage.actor.arn.as_deref();
    let party = Some(&*usage.party).filter(|party| Some(*party) != arn);
    arn.into_iter().chain(party)
}

pub(super) fn distance(a: Timestamp, b: Timestamp) -> SignedDuration {
    a.duration_since(b).abs()
}

pub(super) fn shift(time: Timestamp, by: SignedDuration) -> Timestamp {
    let end = if by.is_negative() {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    time.checked_add(by).unwrap_or(end)
}
