//! The keys and sessions of a tree, and what they come to.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use trailseal_forensics::Provenance;
use trailseal_forensics::actor::{CredentialId, Text};
use trailseal_forensics::session::{Branch, Deed, Step, Tree};
use trailseal_verifier::verdict::Answer;

use super::super::proof;

/// One credential of the tree: the event that issued it with the session that
/// used it, if there is one session and it used this very credential.
#[derive(Clone, Copy)]
pub(super) struct Entry<'t> {
    pub(super) head: &'t Branch<Provenance>,
    pub(super) used: Option<&'t Branch<Provenance>>,
}

impl<'t> Entry<'t> {
    pub(super) fn of(branch: &'t Branch<Provenance>) -> Self {
        let used = match (&branch.step.deed, branch.followed.as_slice()) {
            (Deed::Issued { credential, .. }, [only]) if branch.left_out == 0 => {
                Some(only).filter(|only| is_use_of(&only.step, credential.as_ref()))
            }
            _ => None,
        };
        Self { head: branch, used }
    }

    /// The branch whose followers come next.
    pub(super) fn last(&self) -> &'t Branch<Provenance> {
        self.used.unwrap_or(self.head)
    }

    pub(super) fn answer(&self) -> Answer {
        let used = self.used.map(|used| proof::of_step(&used.step));
        used.into_iter()
            .fold(proof::of_step(&self.head.step), Ord::max)
    }
}

fn is_use_of(step: &Step<Provenance>, credential: Option<&CredentialId>) -> bool {
    let own = step
        .actor
        .as_ref()
        .and_then(|actor| actor.credential.as_ref());
    matches!(step.deed, Deed::Used { .. }) && (credential.is_none() || own == credential)
}

/// What a whole tree comes to.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Totals {
    /// The worst answer of the records that are named.
    pub(super) answer: Answer,
    /// Keys and sessions.
    pub(super) entries: u64,
    /// Their events.
    pub(super) events: u64,
    /// Branches that were left out.
    pub(super) left_out: u64,
    /// The accounts of those who acted.
    pub(super) accounts: BTreeSet<Text>,
    /// The first and the last event.
    #[serde(skip)]
    pub(super) span: Option<(Timestamp, Timestamp)>,
}

impl Totals {
    pub(super) fn of(tree: &Tree<Provenance>) -> Self {
        let mut totals = Self {
            answer: Answer::Verified,
            entries: 0,
            events: 0,
            left_out: 0,
            accounts: BTreeSet::new(),
            span: None,
        };
        for root in &tree.roots {
            totals.add(root);
        }
        totals
    }

    fn add(&mut self, branch: &Branch<Provenance>) {
        self.entries += 1;
        let entry = Entry::of(branch);
        for one in [Some(entry.head), entry.used].into_iter().flatten() {
            self.answer = self.answer.max(proof::of_step(&one.step));
            self.left_out += one.left_out;
            if let Deed::Used { events, .. } = one.step.deed {
                self.events += events;
                let account = one.step.actor.as_ref().and_then(|it| it.account.clone());
                self.accounts.extend(account);
            }
            for event in &one.step.events {
                let (first, last) = self.span.unwrap_or((event.time, event.time));
                self.span = Some((first.min(event.time), last.max(event.time)));
            }
        }
        for next in &entry.last().followed {
            self.add(next);
        }
    }
}
