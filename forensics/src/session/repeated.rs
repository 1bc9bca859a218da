//! Records of which all but the number is known.

use jiff::Timestamp;

use super::issue::{Caller, IssueKind};
use crate::actor::from_console;
use crate::record::Record;

/// Of records that repeat an identity to the letter, most tell a
/// [`Graph`](super::Graph) nothing: they are neither the first nor the last of
/// their session, and issue nothing. These are counted here, until
/// [`Graph::add_repeated`](super::Graph::add_repeated).
#[derive(Debug)]
pub(crate) struct Repeated {
    /// The session, if the identity is one's.
    caller: Option<Caller>,
    /// The first and the last of the records that the graph took.
    taken: (Timestamp, Timestamp),
    from_console: bool,
    events: u64,
}

impl Repeated {
    /// Repetitions of a record that the graph took.
    pub(crate) fn of(record: &Record<'_>, time: Timestamp) -> Self {
        Self {
            caller: Caller::of(record),
            taken: (time, time),
            from_console: from_console(record),
            events: 0,
        }
    }

    /// Whether all that a record tells is its number, which is then noted.
    /// `issues` is whether its kind [issues something](issues).
    pub(crate) fn note(&mut self, record: &Record<'_>, time: Timestamp, issues: bool) -> bool {
        let within = self.taken.0 < time && time < self.taken.1;
        let tells_nothing = !issues
            && (self.caller.is_none() || within && from_console(record) == self.from_console);
        self.events += u64::from(tells_nothing);
        tells_nothing
    }

    /// Notes that the graph took another one.
    pub(crate) fn took(&mut self, time: Timestamp) {
        self.taken.0 = self.taken.0.min(time);
        self.taken.1 = self.taken.1.max(time);
    }

    /// The session and how many of its records were not counted before.
    pub(super) fn counted(&mut self) -> Option<(&Caller, u64)> {
        let events = std::mem::take(&mut self.events);
        self.caller.as_ref().map(|caller| (caller, events))
    }
}

/// Whether a kind of event issues credentials or opens sessions.
pub(crate) fn issues(record: &Record<'_>) -> bool {
    IssueKind::of(record).is_some()
}
