//! What one actor did, counted.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, CredentialId, Doing, Mfa, Sample, Times, count};
use crate::record::Record;

/// What one actor did. Which records are one actor's is the caller's choice:
/// usually those of one [`Actor::id`], or of one id and session.
///
/// Merging is associative and commutative.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ActorSummary {
    /// The time of the first event.
    pub first: Option<Timestamp>,
    /// The time of the last event.
    pub last: Option<Timestamp>,
    /// Events.
    #[serde(deserialize_with = "count")]
    pub events: u64,
    /// Of these, the ones without a time that can be read.
    #[serde(deserialize_with = "count")]
    pub undated: u64,
    /// Events that say they change something (`readOnly` is false).
    #[serde(deserialize_with = "count")]
    pub writes: u64,
    /// Events that failed, refused ones among them.
    #[serde(deserialize_with = "count")]
    pub errors: u64,
    /// Events that were refused.
    #[serde(deserialize_with = "count")]
    pub denials: u64,
    /// Second factors.
    pub mfa: MfaCounts,
    /// Events of the console, or with credentials that came from it.
    #[serde(deserialize_with = "count")]
    pub console: u64,
    /// Other events that were signed with a key.
    #[serde(deserialize_with = "count")]
    pub keys: u64,
    /// Accounts that recorded the events.
    pub accounts: Sample,
    /// Regions.
    pub regions: Sample,
    /// Source addresses.
    pub addresses: Sample,
    /// User agents.
    pub agents: Sample,
    /// Keys and portal sessions.
    pub credentials: Sample,
}

/// How many events state what of a second factor.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MfaCounts {
    /// With one.
    #[serde(deserialize_with = "count")]
    pub used: u64,
    /// Without.
    #[serde(deserialize_with = "count")]
    pub not_used: u64,
    /// Nothing.
    #[serde(deserialize_with = "count")]
    pub unstated: u64,
}

impl ActorSummary {
    /// Counts one record, whose actor is at hand.
    pub fn add(&mut self, record: &Record<'_>, actor: &Actor) {
        self.add_doing(&Doing::of(record), actor, Times::of(record));
    }

    /// Counts events that did the same.
    pub(super) fn add_doing(&mut self, doing: &Doing<'_>, actor: &Actor, times: Times) {
        let Times {
            events,
            undated,
            first,
            last,
        } = times;
        self.events += events;
        self.undated += undated;
        self.span(first, last);
        self.writes += if doing.writes { events } else { 0 };
        self.denials += if doing.refused { events } else { 0 };
        self.errors += if doing.failed { events } else { 0 };
        match actor.mfa {
            Mfa::Used => self.mfa.used += events,
            Mfa::NotUsed => self.mfa.not_used += events,
            Mfa::Unstated => self.mfa.unstated += events,
        }
        if doing.console {
            self.console += events;
        } else if actor.credential.is_some() {
            self.keys += events;
        }
        let credential = actor.credential.as_ref().map(CredentialId::as_str);
        for (sample, value) in [
            (&mut self.accounts, doing.account),
            (&mut self.regions, doing.region),
            (&mut self.addresses, doing.address),
            (&mut self.agents, doing.agent),
            (&mut self.credentials, credential),
        ] {
            if let Some(value) = value {
                sample.add(value, events);
            }
        }
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.span(other.first, other.last);
        self.events += other.events;
        self.undated += other.undated;
        self.writes += other.writes;
        self.errors += other.errors;
        self.denials += other.denials;
        self.mfa.used += other.mfa.used;
        self.mfa.not_used += other.mfa.not_used;
        self.mfa.unstated += other.mfa.unstated;
        self.console += other.console;
        self.keys += other.keys;
        self.accounts.merge(&other.accounts);
        self.regions.merge(&other.regions);
        self.addresses.merge(&other.addresses);
        self.agents.merge(&other.agents);
        self.credentials.merge(&other.credentials);
    }

    fn span(&mut self, first: Option<Timestamp>, last: Option<Timestamp>) {
        self.first = self.first.into_iter().chain(first).min();
        self.last = self.last.max(last);
    }
}
