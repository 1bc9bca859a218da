//! What counts of what an actor did.

use jiff::Timestamp;

use crate::event_time::EventTime;
use crate::record::{EventType, Flag, Open, Record};

/// What an event tells of its actor, beside who that is and when it was: the same
/// for many events.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Doing<'d> {
    pub(crate) account: Option<&'d str>,
    pub(crate) region: Option<&'d str>,
    pub(crate) address: Option<&'d str>,
    pub(crate) agent: Option<&'d str>,
    /// It says that it changes something.
    pub(crate) writes: bool,
    /// It failed.
    pub(crate) failed: bool,
    /// It failed because it was refused.
    pub(crate) refused: bool,
    /// It is of the console, or with credentials that came from it.
    pub(crate) console: bool,
}

/// How many events, and when the first and the last of them was.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    pub(crate) events: u64,
    pub(crate) undated: u64,
    pub(crate) first: Option<Timestamp>,
    pub(crate) last: Option<Timestamp>,
}

impl<'d> Doing<'d> {
    pub(crate) fn of(record: &'d Record<'_>) -> Self {
        let error = record.error_code.as_deref();
        // A sign-in that fails has a message only.
        let refused_at_the_door = || is_sign_in(record) && record.error_message.is_some();
        let refused = error.map_or_else(refused_at_the_door, is_refusal);
        Self {
            account: record.account(),
            region: record.aws_region.as_deref(),
            address: record.source_ip_address.as_deref(),
            agent: record.user_agent.as_deref(),
            writes: record.read_only.is_some_and(|flag| !flag.is_true()),
            failed: refused || error.is_some(),
            refused,
            console: is_of_console(record),
        }
    }
}

impl Times {
    /// Of one record.
    pub(super) fn of(record: &Record<'_>) -> Self {
        let mut times = Self::default();
        times.add(record.time().and_then(Result::ok));
        times
    }

    /// Counts one event, whose time is known or not.
    pub(crate) fn add(&mut self, time: Option<EventTime>) {
        self.events += 1;
        match time {
            Some(time) => {
                self.first = Some(self.first.map_or(time.at, |first| first.min(time.at)));
                self.last = self.last.max(Some(time.at));
            }
            None => self.undated += 1,
        }
    }
}

/// Services spell refusal in many ways: `AccessDenied`,
/// `AccessDeniedException`, `Client.UnauthorizedOperation`, `VpceAccessDenied`.
pub(crate) fn is_refusal(error: &str) -> bool {
    const REFUSALS: [&str; 4] = ["AccessDenied", "Unauthorized", "NotAuthorized", "Forbidden"];
    REFUSALS.iter().any(|word| error.contains(word))
}

/// A sign-in says more of its actor than its identity, and of its failure than
/// its error code.
pub(crate) fn is_sign_in(record: &Record<'_>) -> bool {
    record.event_name.as_deref() == Some("ConsoleLogin")
}

/// Whether an event is of the console, or with credentials that came from it.
pub(crate) fn is_of_console(record: &Record<'_>) -> bool {
    let event_type = record.event_type.as_ref().and_then(Open::known);
    matches!(
        event_type,
        Some(EventType::ConsoleSignIn | EventType::ConsoleAction)
    ) || from_console(record)
}

/// Whether the credentials came from the console.
pub(crate) fn from_console(record: &Record<'_>) -> bool {
    record
        .session_credential_from_console
        .is_some_and(Flag::is_true)
}
