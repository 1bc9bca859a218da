//! What a case keeps of one log.

use std::ops::Range;

use jiff::Timestamp;

use super::keys::Key;
use super::mentioned::Mentioned;
use crate::actor::Roster;
use crate::antiforensics::Hit;
use crate::merge::{Amendment, Omitted, Perspective, SharedKey};
use crate::provenance::Provenance;
use crate::reader::Place;
use crate::session::Graph;

/// What a case keeps of the events of one log, taken out by whoever reads it,
/// so that the one thread that writes only has to write.
#[derive(Debug, Default)]
pub(super) struct LogRows {
    /// The id of the log.
    pub(super) log: i64,
    pub(super) events: Vec<EventRow>,
    pub(super) copies: Vec<CopyRow>,
    pub(super) details: Vec<(usize, Detail)>,
    pub(super) mentioned: Mentioned,
    /// The records of `events`, one after the other.
    pub(super) records: String,
    /// Records of `copies`, and ids of events.
    pub(super) text: String,
    pub(super) fresh: Fresh,
    /// Who did something, and sessions: of this log and of others before it.
    pub(super) roster: Roster,
    pub(super) graph: Graph<Provenance>,
}

/// Keys that are named for the first time at a desk. In rows they are numbers,
/// counted from the first one that came from it.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    /// Which desk.
    pub(super) desk: usize,
    /// Whether its numbers begin anew.
    pub(super) anew: bool,
    pub(super) kinds: Vec<Key>,
    pub(super) identities: Vec<Key>,
    pub(super) clients: Vec<Key>,
    pub(super) conducts: Vec<Conduct>,
    /// Of each resource its ARN, and its type.
    pub(super) touched: Vec<Key>,
}

/// A row of table `conduct`, by the numbers of its keys.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Conduct {
    pub(super) kind: usize,
    pub(super) identity: usize,
    pub(super) client: usize,
    pub(super) console: bool,
}

/// A row of table `event`, and its record, in `records`.
#[derive(Debug)]
pub(super) struct EventRow {
    pub(super) time: Option<Time>,
    pub(super) event_id: Option<Range<usize>>,
    pub(super) conduct: usize,
    pub(super) touched: Option<usize>,
    pub(super) place: Place,
    pub(super) json: Range<usize>,
}

/// A record of an event that was seen before, in `text`.
#[derive(Debug)]
pub(super) struct CopyRow {
    pub(super) event_id: Option<Range<usize>>,
    pub(super) place: Place,
    pub(super) json: Range<usize>,
}

/// What only few events have.
#[derive(Debug)]
pub(super) enum Detail {
    Amendment(Amendment, Option<String>),
    Hit(Box<Hit>),
    Omitted(Omitted),
    Shared(SharedKey, Perspective),
}

/// A time as two numbers that sort like it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Time {
    /// Whole seconds since 1970, rounded down.
    pub(super) seconds: i64,
    pub(super) nanos: i64,
}

impl Time {
    pub(super) fn of(at: Timestamp) -> Self {
        const SECOND: i128 = 1_000_000_000;
        let nanos = at.as_nanosecond();
        let number = |value: i128| i64::try_from(value).unwrap_or_default();
        Self {
            seconds: number(nanos.div_euclid(SECOND)),
            nanos: number(nanos.rem_euclid(SECOND)),
        }
    }
}

impl LogRows {
    /// Bytes of memory, about.
    pub(super) fn size(&self) -> usize {
        let rows = self.events.len() + self.copies.len();
        let texts = self.records.capacity() + self.text.capacity();
        size_of::<Self>() + texts + rows * size_of::<EventRow>()
    }
}
