//! From an issue to the session that asked for it.

use jiff::{SignedDuration, Timestamp};

use super::evidence::{Basis, Confidence};
use super::index::{Index, LONGEST, MAX_EXAMINED, SKEW, distance, shift};
use super::issue::{Issue, IssueKind};
use super::resolve::{Link, Links};
use crate::actor::ActorKind;

/// Between taking a permission set in the portal and the role's session.
const PORTAL: SignedDuration = SignedDuration::from_secs(10);

impl<R: Clone + Ord> Index<'_, '_, R> {
    pub(super) fn callers(&self, at: usize) -> Links {
        let issue = self.issues[at];
        if let Some(to) = self.exact_caller(issue) {
            let link = Link {
                to,
                basis: Basis::Credential,
                confidence: Confidence::Strong,
                via: None,
            };
            return Links::of(vec![(SignedDuration::ZERO, link)]);
        }
        if issue.kind == IssueKind::AssumeRoleWithSaml {
            return Links::of(self.portal_sessions(issue));
        }
        // A person who signs in uses no key.
        if issue.kind == IssueKind::ConsoleLogin {
            return Links::default();
        }
        Links::of(self.by_party(issue))
    }

    /// Who took the permission set of an Identity Center role just before.
    fn portal_sessions(&self, issue: &Issue<R>) -> Vec<(SignedDuration, Link)> {
        let target = &issue.target;
        let role = target.role.as_deref().and_then(permission_set);
        let issues = target.account.as_deref().and_then(|it| self.portal.get(it));
        let (Some(role), Some(issues)) = (role, issues) else {
            return Vec::new();
        };
        let start = issues.partition_point(|&it| self.issues[it].time < shift(issue.time, -PORTAL));
        let mut links = Vec::new();
        for &via in issues[start..].iter().take(MAX_EXAMINED) {
            let taken = self.issues[via];
            if taken.time > issue.time {
                break;
            }
            if taken.target.role.as_deref() != Some(role) {
                continue;
            }
            if let Some(to) = self.exact_caller(taken) {
                let link = Link {
                    to,
                    basis: Basis::PermissionSetAndTime,
                    confidence: Confidence::Likely,
                    via: Some(via),
                };
                links.push((distance(taken.time, issue.time), link));
            }
        }
        links
    }

    /// Where only the party is known: the sessions it had at the time.
    fn by_party(&self, issue: &Issue<R>) -> Vec<(SignedDuration, Link)> {
        let Some(issuer) = issue.issuer() else {
            return Vec::new();
        };
        let full;
        let name = match (&issuer.arn, &issuer.session) {
            (Some(arn), _) => &**arn,
            (None, Some(session)) => {
                full = format!("{}:{session}", issuer.id);
                &full
            }
            (None, None) if issuer.kind == ActorKind::OtherAccount => issuer.id.as_str(),
            (None, None) => return Vec::new(),
        };
        let uses = self.uses_by_party.get(name).map_or(&[][..], Vec::as_slice);
        let latest = shift(issue.time, LONGEST);
        let end = uses.partition_point(|&to| self.uses[to].first.time <= latest);
        let mut links = Vec::new();
        for &to in uses[..end].iter().rev().take(MAX_EXAMINED) {
            let usage = self.uses[to];
            let began = usage.created.unwrap_or(usage.first.time);
            let until = match usage.created {
                Some(created) => shift(created, LONGEST),
                None => Timestamp::MAX,
            };
            // The console switches roles; a long-term key cannot.
            let able = issue.kind != IssueKind::SwitchRole || usage.is_temporary();
            if able && began <= shift(issue.time, SKEW) && issue.time <= until {
                let link = Link {
                    to,
                    basis: Basis::PrincipalAndTime,
                    confidence: Confidence::Likely,
                    via: None,
                };
                links.push((distance(usage.first.time, issue.time), link));
            }
        }
        links
    }
}

/// The permission set of `AWSReservedSSO_NAME_0123456789abcdef`.
fn permission_set(role: &str) -> Option<&str> {
    let name = role.rsplit('/').next()?;
    let (set, _) = name.strip_prefix("AWSReservedSSO_")?.rsplit_once('_')?;
    Some(set)
}
