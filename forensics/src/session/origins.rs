//! From a use to what issued its credential.

use jiff::SignedDuration;

use super::evidence::{Basis, Confidence};
use super::index::{Index, LONGEST, MAX_EXAMINED, SKEW, distance, shift};
use super::issue::{Agreement, IssueKind};
use super::resolve::{Link, Links};
use super::usage::Use;
use crate::actor::ActorKind;

impl<R: Clone + Ord> Index<'_, '_, R> {
    pub(super) fn origins(&self, at: usize) -> Links {
        let usage = self.uses[at];
        let ways = [Self::by_credential, Self::by_sign_in, Self::by_arn];
        let found = ways.iter().map(|way| way(self, usage));
        let found = found.map(|links| self.without_own(at, links));
        let found = found.map(Links::of).find(|links| links.candidates > 0);
        found.unwrap_or_default()
    }

    /// What a session itself asked for is not where it came from.
    fn without_own(
        &self,
        at: usize,
        mut links: Vec<(SignedDuration, Link)>,
    ) -> Vec<(SignedDuration, Link)> {
        links.retain(|(_, link)| self.exact_caller(self.issues[link.to]) != Some(at));
        links
    }

    fn by_credential(&self, usage: &Use<R>) -> Vec<(SignedDuration, Link)> {
        let Some(credential) = &usage.actor.credential else {
            return Vec::new();
        };
        let began = usage.created.unwrap_or(usage.first.time);
        let issues = self.by_credential.get(credential.as_str());
        let mut links: Vec<(SignedDuration, Link)> = Vec::new();
        for &to in issues.into_iter().flatten().take(MAX_EXAMINED) {
            let issue = self.issues[to];
            let confidence = match issue.target.agreement(&usage.actor) {
                Agreement::No => continue,
                // Used before it was issued: one of the two is not true.
                _ if issue.time > shift(usage.first.time, SKEW) => Confidence::Weak,
                Agreement::Yes => Confidence::Strong,
                Agreement::Unstated => Confidence::Likely,
            };
            let link = Link {
                to,
                basis: Basis::Credential,
                confidence,
                via: None,
            };
            links.push((distance(issue.time, began), link));
        }
        // A temporary key can come again: only the nearest are meant.
        if usage.created.is_some()
            && let Some(nearest) = links.iter().map(|(distance, _)| *distance).min()
        {
            links.retain(|(distance, _)| *distance == nearest);
        }
        links
    }

    fn by_sign_in(&self, usage: &Use<R>) -> Vec<(SignedDuration, Link)> {
        let Some(session) = &usage.behind.sign_in_session else {
            return Vec::new();
        };
        let issues = self.by_sign_in.get(&**session);
        let fits = |to: &usize| {
            let target = &self.issues[*to].target;
            target.agreement(&usage.actor) == Agreement::Yes
        };
        let issues = issues.into_iter().flatten().take(MAX_EXAMINED);
        let issues = issues.copied().filter(fits);
        let link = |to| Link {
            to,
            basis: Basis::SignInSession,
            confidence: Confidence::Strong,
            via: None,
        };
        issues
            .map(|to| {
                let began = usage.created.unwrap_or(usage.first.time);
                (distance(self.issues[to].time, began), link(to))
            })
            .collect()
    }

    fn by_arn(&self, usage: &Use<R>) -> Vec<(SignedDuration, Link)> {
        let Some(issues) = usage
            .actor
            .arn
            .as_deref()
            .and_then(|arn| self.by_arn.get(arn))
        else {
            return Vec::new();
        };
        if !usage.is_temporary() {
            return Vec::new();
        }
        let (basis, from, until) = match usage.created {
            Some(created) => (
                Basis::ArnAndTime,
                shift(created, -SKEW),
                shift(created, SKEW),
            ),
            None => {
                let first = usage.first.time;
                (Basis::Arn, shift(first, -LONGEST), shift(first, SKEW))
            }
        };
        let start = issues.partition_point(|&to| self.issues[to].time < from);
        let within = issues[start..].iter().copied().take(MAX_EXAMINED);
        let within = within.take_while(|&to| self.issues[to].time <= until);
        let fits = |to: &usize| {
            let issue = self.issues[*to];
            issue.target.agreement(&usage.actor) != Agreement::No
                && issue.kind != IssueKind::CreateAccessKey
        };
        let link = |to: usize| {
            let issue = self.issues[to];
            let distance = distance(issue.time, usage.created.unwrap_or(usage.first.time));
            // Only the console exchanges the key that was issued for others.
            let other_key = issue.credential.is_some() && usage.actor.credential.is_some();
            // One that a service makes for a caller with a long-term key begins
            // with its first event; one made for a session keeps the date of
            // that.
            let at_once = usage.first.time <= shift(issue.time, SKEW);
            let has_keys = matches!(usage.actor.kind, ActorKind::User | ActorKind::Root);
            let may_be_forwarded = has_keys && at_once && !usage.behind.direct;
            let confidence = match basis {
                Basis::Arn => Confidence::Weak,
                _ if usage.behind.from_console => Confidence::Likely,
                _ if other_key || may_be_forwarded => Confidence::Weak,
                _ => Confidence::Likely,
            };
            let link = Link {
                to,
                basis,
                confidence,
                via: None,
            };
            (distance, link)
        };
        within.filter(fits).map(link).collect()
    }
}
