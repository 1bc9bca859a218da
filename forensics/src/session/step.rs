//! One step of an answer: a session that was used, or an event that issued one.

use jiff::Timestamp;
use serde::Serialize;

use super::behind::Behind;
use super::evidence::{Basis, Confidence, EventRef};
use super::issue::{Caller, Issue, IssueKind, Subject, Target};
use super::resolve::{Link, Links};
use super::usage::Use;
use crate::actor::{Actor, CredentialId, Text};

/// One step of an answer: a session that was used, or an event that issued one.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Step<R> {
    /// Who.
    pub actor: Option<Actor>,
    /// Did what.
    pub deed: Deed,
    /// The records that say so: of a use the first and the last, of an issue
    /// one for each account.
    pub events: Vec<EventRef<R>>,
    /// What ties it to the step before. Nothing, if it is what was asked for.
    pub link: Option<StepLink>,
}

/// What ties a step to the one before.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StepLink {
    /// What it rests on.
    pub basis: Basis,
    /// How far it carries.
    pub confidence: Confidence,
    /// How many candidates there were. More than one is ambiguous, and this is
    /// the nearest in time.
    pub candidates: usize,
}

/// What was done.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Deed {
    /// A session or key was used.
    Used {
        /// What its events are known by: see [`Caller::of`].
        session: Caller,
        /// How often.
        events: u64,
        /// When the session began.
        created: Option<Timestamp>,
        /// Who stands behind it.
        behind: Box<Behind>,
    },
    /// Something was issued.
    Issued {
        /// By what kind of event.
        by: IssueKind,
        /// For whom.
        target: Box<Target>,
        /// The key.
        credential: Option<CredentialId>,
        /// Until when it works.
        expires: Option<Timestamp>,
        /// Who stands behind it, outside AWS or below it.
        subject: Option<Subject>,
        /// `sourceIdentity`, which stays with all that follows.
        source_identity: Option<Text>,
        /// Whether its records name different parties.
        contradictory: bool,
    },
}

impl<R: Clone + Ord> Step<R> {
    pub(super) fn of_use(usage: &Use<R>, link: Option<StepLink>) -> Self {
        let mut events = vec![usage.first.clone()];
        if usage.last != usage.first {
            events.push(usage.last.clone());
        }
        Self {
            actor: Some(usage.actor.clone()),
            deed: Deed::Used {
                session: usage.known_by(),
                events: usage.events,
                created: usage.created,
                behind: Box::new(usage.behind.clone()),
            },
            events,
            link,
        }
    }

    pub(super) fn of_issue(issue: &Issue<R>, link: Option<StepLink>) -> Self {
        Self {
            actor: issue.issuer().cloned(),
            deed: Deed::Issued {
                by: issue.kind,
                target: Box::new(issue.target.clone()),
                credential: issue.credential.clone(),
                expires: issue.expires,
                subject: issue.subject.clone(),
                source_identity: issue.source_identity.clone(),
                contradictory: issue.is_contradictory(),
            },
            events: issue.copies.clone(),
            link,
        }
    }
}

impl StepLink {
    pub(super) fn of(link: Link, links: &Links) -> Self {
        Self {
            basis: link.basis,
            confidence: link.confidence,
            candidates: links.candidates,
        }
    }
}
