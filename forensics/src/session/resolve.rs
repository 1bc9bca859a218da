//! Ties uses to the issues of their credentials, and issues to the sessions
//! that asked.
//!
//! A key id decides where it is stated and the principal does not contradict
//! it. The console gives its sessions new keys all the time; there the session
//! of the sign-in decides, or the ARN together with the creation date. What is
//! left is tied by ARN only if nothing states when the session began: a date
//! that fits no issue means that the issue is not on record.

use jiff::SignedDuration;
use serde::Serialize;

use super::evidence::{Basis, Confidence};
use super::graph::Graph;
use super::index::Index;
use super::issue::Issue;
use super::usage::Use;

/// What something can have come from.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Links {
    /// The best candidates, at most [`Links::MAX`], best and then nearest in
    /// time first.
    pub found: Vec<Link>,
    /// How many there are, of those near enough to be looked at (256); more
    /// than one is ambiguous.
    pub candidates: usize,
}

/// One thing that something can have come from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Link {
    /// Its index in [`Sessions::uses`] or [`Sessions::issues`].
    pub to: usize,
    /// What the link rests on.
    pub basis: Basis,
    /// How far it carries.
    pub confidence: Confidence,
    /// The event in between, an index in [`Sessions::issues`].
    pub via: Option<usize>,
}

/// A graph whose parts are tied together.
#[derive(Debug)]
pub struct Sessions<'g, R> {
    pub(super) uses: Vec<&'g Use<R>>,
    pub(super) issues: Vec<&'g Issue<R>>,
    origins: Vec<Links>,
    callers: Vec<Links>,
    /// Of each issue, the uses that have it as their best origin.
    pub(super) used_as: Vec<Vec<usize>>,
    /// Of each use, the issues that have it as their best caller.
    pub(super) issued: Vec<Vec<usize>>,
}

impl<R: Clone + Ord> Graph<R> {
    /// Ties the parts together.
    pub fn resolve(&self) -> Sessions<'_, R> {
        let mut uses: Vec<&Use<R>> = self.uses().collect();
        uses.sort_by(|a, b| (&a.first, a.rank()).cmp(&(&b.first, b.rank())));
        let mut issues: Vec<&Issue<R>> = self.issues().collect();
        issues.sort_by_key(|it| (it.time, &it.copies, it.kind, &it.credential));
        let index = Index::new(&uses, &issues);
        let origins: Vec<Links> = (0..uses.len()).map(|at| index.origins(at)).collect();
        let callers: Vec<Links> = (0..issues.len()).map(|at| index.callers(at)).collect();
        let mut used_as = vec![Vec::new(); issues.len()];
        for (at, links) in origins.iter().enumerate() {
            if let Some(link) = links.best() {
                used_as[link.to].push(at);
            }
        }
        let mut issued = vec![Vec::new(); uses.len()];
        for (at, links) in callers.iter().enumerate() {
            if let Some(link) = links.best() {
                issued[link.to].push(at);
            }
        }
        Sessions {
            uses,
            issues,
            origins,
            callers,
            used_as,
            issued,
        }
    }
}

impl<'g, R: Clone + Ord> Sessions<'g, R> {
    /// All sessions and long-term keys that were used, by their first event.
    pub fn uses(&self) -> &[&'g Use<R>] {
        &self.uses
    }

    /// All issues in time order.
    pub fn issues(&self) -> &[&'g Issue<R>] {
        &self.issues
    }

    /// What issued the credential of a use. Empty if that is not on record.
    pub fn origin(&self, usage: usize) -> Option<&Links> {
        self.origins.get(usage)
    }

    /// Which use asked for an issue. Empty if that is not on record.
    pub fn caller(&self, issue: usize) -> Option<&Links> {
        self.callers.get(issue)
    }
}

impl Links {
    /// How many candidates are kept.
    pub const MAX: usize = 8;

    /// The best candidate.
    pub fn best(&self) -> Option<&Link> {
        self.found.first()
    }

    /// Of one kind: the nearest in time first. Two at the same distance make
    /// both of them weak.
    pub(super) fn of(mut candidates: Vec<(SignedDuration, Link)>) -> Self {
        candidates.sort_by_key(|(distance, link)| (link.confidence, *distance, link.to));
        let ambiguous = candidates.len() > 1;
        let found = candidates.iter().take(Self::MAX).map(|(_, link)| Link {
            confidence: if ambiguous {
                Confidence::Weak
            } else {
                link.confidence
            },
            ..*link
        });
        Self {
            found: found.collect(),
            candidates: candidates.len(),
        }
    }
}
