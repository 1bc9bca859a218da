//! What one actor did, counted.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, CredentialId, Mfa, Sample, count};
use crate::record::{EventType, Flag, Open, Record};

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
        self.events += 1;
        match record.time() {
            Some(Ok(time)) => self.span(Some(time.at), Some(time.at)),
            _ => self.undated += 1,
        }
        self.writes += u64::from(record.read_only.is_some_and(|flag| !flag.is_true()));
        let refused = is_refused(record);
        self.denials += u64::from(refused);
        self.errors += u64::from(refused || record.error_code.is_some());
        match actor.mfa {
            Mfa::Used => self.mfa.used += 1,
            Mfa::NotUsed => self.mfa.not_used += 1,
            Mfa::Unstated => self.mfa.unstated += 1,
        }
        if is_of_console(record) {
            self.console += 1;
        } else if actor.credential.is_some() {
            self.keys += 1;
        }
        let credential = actor.credential.as_ref().map(CredentialId::as_str);
        for (sample, value) in [
            (&mut self.accounts, record.account()),
            (&mut self.regions, record.aws_region.as_deref()),
            (&mut self.addresses, record.source_ip_address.as_deref()),
            (&mut self.agents, record.user_agent.as_deref()),
            (&mut self.credentials, credential),
        ] {
            if let Some(value) = value {
                sample.add(value);
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

/// Services spell refusal in many ways: `AccessDenied`,
/// `AccessDeniedException`, `Client.UnauthorizedOperation`, `VpceAccessDenied`.
fn is_refused(record: &Record<'_>) -> bool {
    const REFUSALS: [&str; 4] = ["AccessDenied", "Unauthorized", "NotAuthorized", "Forbidden"];
    match record.error_code.as_deref() {
        Some(code) => REFUSALS.iter().any(|word| code.contains(word)),
        // A sign-in that fails has a message only.
        None => {
            record.event_name.as_deref() == Some("ConsoleLogin") && record.error_message.is_some()
        }
    }
}

fn is_of_console(record: &Record<'_>) -> bool {
    let event_type = record.event_type.as_ref().and_then(Open::known);
    matches!(
        event_type,
        Some(EventType::ConsoleSignIn | EventType::ConsoleAction)
    ) || record
        .session_credential_from_console
        .is_some_and(Flag::is_true)
}
