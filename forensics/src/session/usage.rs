//! Events that use a credential.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::behind::Behind;
use super::evidence::EventRef;
use super::issue::Caller;
use crate::actor::{Actor, CredentialId, Text, count, credential_text, from_console};
use crate::event_time::EventTime;
use crate::record::{Record, UserIdentity};

/// All events of one session or long-term key: of one key id, principal and
/// creation date.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Use<R> {
    /// Who, as the first event says.
    pub actor: Actor,
    /// `principalId`, or the ARN where it is missing.
    pub party: Text,
    /// When the session began; a long-term key has no such time.
    pub created: Option<Timestamp>,
    /// The first event.
    pub first: EventRef<R>,
    /// The last event.
    pub last: EventRef<R>,
    /// How many events.
    #[serde(deserialize_with = "count")]
    pub events: u64,
    /// Whether the records speak of a session.
    pub is_session: bool,
    /// Who stands behind it.
    pub behind: Behind,
}

/// Whether the identity of a record was looked at before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Identity {
    New,
    Taken,
}

/// What tells one session from another, borrowed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key<'r> {
    /// The key id, or the principal where none is stated.
    pub(super) name: &'r str,
    pub(super) party: &'r str,
    pub(super) created: Option<Timestamp>,
}

impl<'r> Key<'r> {
    /// The session of a record, if it speaks of one or of a key.
    pub(super) fn of(record: &'r Record<'_>) -> Option<Self> {
        let identity = record.user_identity.as_deref()?;
        let party = [identity.principal_id.as_deref(), identity.arn.as_deref()];
        let party = party.into_iter().flatten().find(|text| !text.is_empty());
        let created = created(identity);
        let name = credential_text(identity).filter(|text| CredentialId::check(text).is_ok());
        let name = match (name, created) {
            (Some(name), _) => name,
            // A session all the same: services often leave the key out.
            (None, Some(_)) => party?,
            (None, None) => return None,
        };
        // Longer than any, and compared with text that was cut.
        let fits = |text: &str| text.len() <= Text::MAX_BYTES;
        let party = party.unwrap_or_default();
        (fits(name) && fits(party)).then_some(Self {
            name,
            party,
            created,
        })
    }

    pub(super) fn to_caller(self) -> Caller {
        Caller {
            name: Text::new(self.name),
            party: Text::new(self.party),
            created: self.created,
        }
    }
}

impl Caller {
    /// The session or key whose event a record is, if it speaks of one.
    pub fn of(record: &Record<'_>) -> Option<Self> {
        Key::of(record).map(Key::to_caller)
    }

    pub(super) fn key(&self) -> Key<'_> {
        Key {
            name: &self.name,
            party: &self.party,
            created: self.created,
        }
    }
}

impl<R: Clone + Ord> Use<R> {
    pub(super) fn new(record: &Record<'_>, key: Key<'_>, event: EventRef<R>, events: u64) -> Self {
        let identity = record.user_identity.as_deref();
        Self {
            actor: Actor {
                invoked_by: None,
                ..Arc::unwrap_or_clone(Actor::of(record))
            },
            party: Text::new(key.party),
            created: key.created,
            first: event.clone(),
            last: event,
            events,
            is_session: identity.is_some_and(|it| it.session_context.is_some()),
            behind: Behind::of(record),
        }
    }

    /// What its events are known by.
    pub(super) fn known_by(&self) -> Caller {
        let credential = self.actor.credential.as_ref().map(CredentialId::as_str);
        Caller {
            name: credential.map_or_else(|| self.party.clone(), Text::new),
            party: self.party.clone(),
            created: self.created,
        }
    }

    /// Adds a record of the session, which counts as so many events.
    pub(super) fn add(
        &mut self,
        record: &Record<'_>,
        event: EventRef<R>,
        events: u64,
        who: Identity,
    ) {
        self.events += events;
        if event < self.first {
            self.actor = Actor {
                invoked_by: None,
                ..Arc::unwrap_or_clone(Actor::of(record))
            };
            self.first = event;
        } else if event > self.last {
            self.last = event;
        }
        match who {
            Identity::New => {
                let identity = record.user_identity.as_deref();
                self.is_session |= identity.is_some_and(|it| it.session_context.is_some());
                self.behind.merge(Behind::of(record));
            }
            // The one thing that is not part of it.
            Identity::Taken => self.behind.from_console |= from_console(record),
        }
    }

    /// Adds events of the same session.
    pub(super) fn merge(&mut self, other: Self) {
        self.events += other.events;
        if (&other.first, &other.actor) < (&self.first, &self.actor) {
            self.first = other.first;
            self.actor = other.actor;
        }
        self.last = self.last.clone().max(other.last);
        self.is_session |= other.is_session;
        self.behind.merge(other.behind);
    }

    /// The key, or the principal where none is stated: what it is kept under.
    pub(crate) fn name(&self) -> &str {
        let credential = self.actor.credential.as_ref().map(CredentialId::as_str);
        credential.unwrap_or(&self.party)
    }

    /// The same with other references.
    pub(crate) fn refer<S, E>(
        self,
        refer: &mut impl FnMut(R) -> Result<S, E>,
    ) -> Result<Use<S>, E> {
        Ok(Use {
            actor: self.actor,
            party: self.party,
            created: self.created,
            first: self.first.refer(refer)?,
            last: self.last.refer(refer)?,
            events: self.events,
            is_session: self.is_session,
            behind: self.behind,
        })
    }

    pub(super) fn is_of(&self, key: Key<'_>) -> bool {
        &*self.party == key.party && self.created == key.created
    }

    /// In which order sessions of one name are kept.
    pub(super) fn rank(&self) -> (&Text, Option<Timestamp>) {
        (&self.party, self.created)
    }

    /// Whether it is temporary. A long-term key has no issuing session.
    pub(super) fn is_temporary(&self) -> bool {
        let long_term = self
            .actor
            .credential
            .as_ref()
            .is_some_and(CredentialId::is_long_term);
        self.is_session && !long_term
    }
}

fn created(identity: &UserIdentity<'_>) -> Option<Timestamp> {
    let attributes = identity.session_context.as_ref()?.attributes.as_ref()?;
    let text = attributes.creation_date.as_deref()?;
    EventTime::parse(text).ok().map(|time| time.at)
}
