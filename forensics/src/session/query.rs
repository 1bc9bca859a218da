//! What is asked about.

use std::collections::HashSet;
use std::fmt;

use serde::Serialize;

use super::evidence::EventRef;
use super::issue::{Issue, IssueKind};
use super::resolve::Sessions;
use super::usage::Use;
use crate::actor::{Actor, ActorKind, CredentialId, IdError, Text, is_unique_id, split_principal};

/// What is asked about.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", content = "text", rename_all = "kebab-case")]
pub enum Query {
    /// A key: `AKIA…`, `ASIA…`.
    Credential(CredentialId),
    /// An ARN of a session, a user, or a role, which stands for all its sessions.
    Arn(Text),
    /// `AIDA…`, `AROA…`, or `AROA…:SESSION`.
    Principal(Text),
    /// The name of a session, user or role.
    Name(Text),
}

/// Text that asks about nothing.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}; ask for a key (AKIA…, ASIA…), an ARN, an id (AIDA…, AROA…) or the name of a session")]
pub struct QueryError(#[from] IdError);

impl Query {
    /// Tells by its form what is asked about.
    ///
    /// # Errors
    /// The text is empty, too long, or holds control characters.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let text = text.trim();
        let text = crate::actor::ActorId::parse(text)?;
        let text = text.as_str();
        let is_key = ["AKIA", "ASIA"].iter().any(|kind| text.starts_with(kind)) && text.len() >= 16;
        if is_key && let Ok(credential) = CredentialId::parse(text) {
            return Ok(Self::Credential(credential));
        }
        if text.starts_with("arn:") {
            return Ok(Self::Arn(Text::new(text)));
        }
        if is_unique_id(split_principal(text).0) {
            return Ok(Self::Principal(Text::new(text)));
        }
        Ok(Self::Name(Text::new(text)))
    }

    fn is_use<R>(&self, usage: &Use<R>) -> bool {
        match self {
            Self::Credential(asked) => usage.actor.credential.as_ref() == Some(asked),
            _ => self.is_actor(&usage.actor),
        }
    }

    fn is_actor(&self, actor: &Actor) -> bool {
        match self {
            Self::Credential(_) => false,
            Self::Arn(asked) => actor.arn.as_ref() == Some(asked) || is_session_of(actor, asked),
            Self::Principal(asked) => {
                let (id, session) = split_principal(asked);
                let all = session.is_none();
                actor.id.as_str() == id && (all || actor.session.as_deref() == session)
            }
            Self::Name(asked) => {
                let names = [&actor.name, &actor.session];
                names.into_iter().flatten().any(|name| name == asked)
            }
        }
    }

    fn is_issue<R>(&self, issue: &Issue<R>) -> bool {
        let target = &issue.target;
        match self {
            Self::Credential(asked) => issue.credential.as_ref() == Some(asked),
            Self::Arn(asked) => [&target.arn, &target.role].contains(&&Some(asked.clone())),
            Self::Principal(asked) => {
                let (id, session) = split_principal(asked);
                let all = session.is_none();
                target.id.as_ref().is_some_and(|own| own.as_str() == id)
                    && (all || target.session.as_deref() == session)
            }
            Self::Name(asked) => {
                let names = [&target.name, &target.session];
                names.into_iter().flatten().any(|name| name == asked)
            }
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credential(id) => id.fmt(f),
            Self::Arn(text) | Self::Principal(text) | Self::Name(text) => text.fmt(f),
        }
    }
}

/// Whether an actor is a session of a role, whose ARN has a path that those of
/// its sessions lack.
fn is_session_of(actor: &Actor, role: &str) -> bool {
    if actor.kind != ActorKind::RoleSession {
        return false;
    }
    let name = role
        .split_once(":role/")
        .and_then(|(_, path)| path.rsplit('/').next());
    let account = role.split(':').nth(4);
    name.is_some() && actor.name.as_deref() == name && actor.account.as_deref() == account
}

/// A session that is asked about: its use, or its issue if it was never used.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) enum Found {
    Use(usize),
    Issue(usize),
}

impl<R: Clone + Ord> Sessions<'_, R> {
    /// What is asked about, in time order, and how much more there is.
    pub(super) fn find(&self, query: &Query, limit: usize) -> (Vec<Found>, u64) {
        let uses = self.uses.iter().enumerate();
        let uses = uses.filter(|(_, it)| query.is_use(it));
        let mut found: Vec<Found> = uses.map(|(at, _)| Found::Use(at)).collect();
        let known: HashSet<&Text> = found
            .iter()
            .filter_map(|it| match it {
                Found::Use(at) => self.uses[*at].actor.arn.as_ref(),
                Found::Issue(_) => None,
            })
            .collect();
        // What was issued and never used is known by its issue only. A sign-in
        // of someone with a session belongs to that session.
        let stands_alone = |at: usize, issue: &Issue<R>| {
            let arn = issue.target.arn.as_ref();
            let unseen = !arn.is_some_and(|arn| known.contains(arn));
            let asked = self.caller(at).is_some_and(|links| links.candidates > 0);
            match issue.kind {
                IssueKind::ConsoleLogin => !asked,
                _ => issue.credential.is_some() || (unseen && issue.target.session.is_some()),
            }
        };
        let issues = self.issues.iter().enumerate();
        let unused = issues.filter(|(at, it)| self.used_as[*at].is_empty() && query.is_issue(it));
        let unused = unused.filter(|(at, it)| stands_alone(*at, it));
        let unused: Vec<Found> = unused.map(|(at, _)| Found::Issue(at)).collect();
        found.extend(unused);
        found.sort_by_key(|it| self.start(*it));
        let more = found.len().saturating_sub(limit);
        found.truncate(limit);
        (found, more as u64)
    }

    fn start(&self, found: Found) -> Option<&EventRef<R>> {
        match found {
            Found::Use(at) => Some(&self.uses[at].first),
            Found::Issue(at) => self.issues[at].copies.first(),
        }
    }
}
