//! Forward from a credential to everything that followed.

use std::collections::HashSet;

use serde::Serialize;

use super::issue::Caller;
use super::query::{Found, Query};
use super::resolve::Sessions;
use super::step::{Deed, Step, StepLink};

/// How many sessions a tree starts from.
const MAX_ROOTS: usize = 100;

/// How deep a tree is, sessions and issues counted.
const MAX_DEPTH: usize = 64;

/// How many branches a tree has in all.
const MAX_BRANCHES: usize = 10_000;

/// Everything that followed from what was asked about.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Tree<R> {
    /// What was asked about.
    pub query: Query,
    /// The sessions found, in time order, each with what followed. One that
    /// followed from another is found there.
    pub roots: Vec<Branch<R>>,
    /// How many more sessions were found.
    pub more: u64,
}

/// A session with what it asked for, or an issue with the sessions that used
/// it, in time order. Each appears once.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Branch<R> {
    /// What happened.
    pub step: Step<R>,
    /// What followed.
    pub followed: Vec<Branch<R>>,
    /// How many that followed were left out, because the tree is too large.
    pub left_out: u64,
}

impl<R> Tree<R> {
    /// The sessions and keys of the tree, as their events are known by.
    pub fn sessions(&self) -> HashSet<Caller> {
        let mut all = HashSet::new();
        let mut branches: Vec<&Branch<R>> = self.roots.iter().collect();
        while let Some(branch) = branches.pop() {
            if let Deed::Used { session, .. } = &branch.step.deed {
                all.insert(session.clone());
            }
            branches.extend(&branch.followed);
        }
        all
    }
}

impl<R: Clone + Ord> Sessions<'_, R> {
    /// Everything that followed from what is asked about, over all accounts.
    pub fn trace(&self, query: &Query) -> Tree<R> {
        let (found, more) = self.find(query, MAX_ROOTS);
        let mut seen = HashSet::new();
        // One that followed from another belongs there, even if its clock is
        // such that it comes first.
        let mut roots: Vec<Found> = Vec::new();
        for &it in &found {
            if !self.follows(it, &found) {
                roots.push(it);
            }
        }
        let mut branches: Vec<Branch<R>> = Vec::new();
        for it in roots.into_iter().chain(found) {
            if seen.insert(it) {
                branches.push(self.branch(it, None, 1, &mut seen));
            }
        }
        Tree {
            query: query.clone(),
            roots: branches,
            more,
        }
    }

    /// Whether something followed from another of a list.
    fn follows(&self, start: Found, list: &[Found]) -> bool {
        let mut at = start;
        for _ in 0..MAX_DEPTH {
            let (best, next): (_, fn(usize) -> Found) = match at {
                Found::Use(usage) => (self.origin(usage), Found::Issue),
                Found::Issue(issue) => (self.caller(issue), Found::Use),
            };
            let Some(link) = best.and_then(|links| links.best()) else {
                return false;
            };
            at = next(link.to);
            if at == start {
                return false;
            }
            if list.contains(&at) {
                return true;
            }
        }
        false
    }

    fn branch(
        &self,
        at: Found,
        link: Option<StepLink>,
        depth: usize,
        seen: &mut HashSet<Found>,
    ) -> Branch<R> {
        let (step, next): (_, Vec<Found>) = match at {
            Found::Use(usage) => {
                let next = self.issued[usage].iter().copied().map(Found::Issue);
                (Step::of_use(self.uses[usage], link), next.collect())
            }
            Found::Issue(issue) => {
                let next = self.used_as[issue].iter().copied().map(Found::Use);
                (Step::of_issue(self.issues[issue], link), next.collect())
            }
        };
        let mut followed = Vec::new();
        let mut left_out = 0;
        for next in next {
            if seen.contains(&next) {
                continue;
            }
            if depth >= MAX_DEPTH || seen.len() >= MAX_BRANCHES {
                left_out += 1;
                continue;
            }
            seen.insert(next);
            let links = match next {
                Found::Use(usage) => self.origin(usage),
                Found::Issue(issue) => self.caller(issue),
            };
            let link = links.and_then(|links| Some(StepLink::of(*links.best()?, links)));
            followed.push(self.branch(next, link, depth + 1, seen));
        }
        Branch {
            step,
            followed,
            left_out,
        }
    }
}
