//! What a case keeps of one log.

use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;

use super::keys::Keys;
use super::mentioned::Mentioned;
use crate::actor::{Actor, Roster};
use crate::antiforensics::{Hit, classify};
use crate::lookup::resource_name;
use crate::merge::{Amendment, Omitted, Perspective, SharedKey, Sighting, omitted};
use crate::provenance::{Event, Provenance};
use crate::reader::Place;
use crate::record::{Flag, Open, Record};
use crate::session::Graph;

/// What a case keeps of the events of one log, taken out by whoever reads it,
/// so that the one thread that writes only has to write.
#[derive(Debug, Default)]
pub struct LogRows {
    pub(super) events: Vec<EventRow>,
    pub(super) copies: Vec<CopyRow>,
    pub(super) resources: Vec<ResourceRow>,
    pub(super) details: Vec<(usize, Detail)>,
    pub(super) kinds: Keys,
    pub(super) identities: Keys,
    pub(super) clients: Keys,
    pub(super) arns: Keys,
    pub(super) types: Keys,
    pub(super) mentioned: Mentioned,
    /// Records and event ids, one after the other.
    pub(super) text: String,
    pub(super) roster: Roster,
    pub(super) graph: Graph<Provenance>,
    /// The actor of each identity, and whether the graph knows it.
    actors: Vec<(Arc<Actor>, Taken)>,
}

/// Whether a record of an identity was taken by the graph.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Taken {
    No,
    Yes,
}

/// A row of table `event`, and its record. Numbers are those of [`Keys`].
#[derive(Debug)]
pub(super) struct EventRow {
    pub(super) time: Option<Time>,
    pub(super) event_id: Option<Range<usize>>,
    pub(super) kind: usize,
    pub(super) identity: usize,
    pub(super) client: usize,
    pub(super) place: Place,
    pub(super) json: Range<usize>,
}

/// A record of an event that was seen before.
#[derive(Debug)]
pub(super) struct CopyRow {
    pub(super) event_id: Option<Range<usize>>,
    pub(super) place: Place,
    pub(super) json: Range<usize>,
}

/// A row of table `resource`.
#[derive(Debug)]
pub(super) struct ResourceRow {
    /// The index of its event.
    pub(super) event: usize,
    pub(super) position: usize,
    pub(super) arn: usize,
    pub(super) kind: Option<usize>,
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
    pub(super) fn of(at: jiff::Timestamp) -> Self {
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
    /// Rows of a log of about so many bytes.
    pub fn of_log(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            ..Self::default()
        }
    }

    /// Takes an event. `sighting` is what [`Seen::note`](crate::merge::Seen::note)
    /// said of its record: what was seen before is kept as a copy.
    pub fn add(&mut self, event: &Event<'_>, sighting: Sighting) {
        let (record, at) = (event.record(), event.provenance().clone());
        match sighting {
            Sighting::Again => {
                self.add_copy(event);
                self.graph.add_copy(record, at);
            }
            Sighting::First => {
                self.add_event(event);
                self.count(record, at);
            }
            // The one who writes looks for it.
            Sighting::Unremembered => {
                self.add_copy(event);
                self.roster.add(record);
                self.graph.add(record, at);
            }
        }
    }

    /// Counts the event that was added last. What its identity says is read
    /// once for all records that repeat it.
    fn count(&mut self, record: &Record<'_>, at: Provenance) {
        let row = self.events.last();
        let (identity, dated) = row.map_or((0, false), |row| (row.identity, row.time.is_some()));
        if self.actors.len() == identity {
            self.actors.push((Actor::by_identity(record), Taken::No));
        }
        match self.actors.get_mut(identity) {
            // A sign-in says more of its actor.
            Some((actor, taken)) if record.event_name.as_deref() != Some("ConsoleLogin") => {
                self.roster.add_of(record, actor);
                match taken {
                    Taken::No => self.graph.add(record, at),
                    Taken::Yes => self.graph.add_alike(record, at),
                }
                if dated {
                    *taken = Taken::Yes;
                }
            }
            _ => {
                self.roster.add(record);
                self.graph.add(record, at);
            }
        }
    }

    /// Takes an event without counting it.
    pub(super) fn add_event(&mut self, event: &Event<'_>) {
        let (record, place) = (event.record(), event.provenance().place());
        let row = EventRow {
            time: record.time().and_then(Result::ok).map(|it| Time::of(it.at)),
            event_id: record.id().map(|id| push(&mut self.text, id)),
            kind: self.kinds.add(&kind(record)),
            identity: self.identities.add(&[identity(record)]),
            client: self.clients.add(&[
                record.source_ip_address.as_deref(),
                record.user_agent.as_deref(),
            ]),
            place,
            json: push(&mut self.text, record.text()),
        };
        self.events.push(row);
        self.mentioned.add(record);
        self.add_resources(record);
        self.add_details(record);
    }

    fn add_copy(&mut self, event: &Event<'_>) {
        let record = event.record();
        self.copies.push(CopyRow {
            event_id: record.id().map(|id| push(&mut self.text, id)),
            place: event.provenance().place(),
            json: push(&mut self.text, record.text()),
        });
    }

    fn add_resources(&mut self, record: &Record<'_>) {
        let event = self.events.len() - 1;
        let resources = record.resources.as_deref().unwrap_or_default();
        for (position, resource) in resources.iter().enumerate() {
            let Some(arn) = resource_name(resource) else {
                continue;
            };
            let kind = resource.resource_type.as_deref();
            self.resources.push(ResourceRow {
                event,
                position,
                arn: self.arns.add(&[Some(arn)]),
                kind: kind.map(|kind| self.types.add(&[Some(kind)])),
            });
        }
    }

    fn add_details(&mut self, record: &Record<'_>) {
        let event = self.events.len() - 1;
        let mut add = |detail| self.details.push((event, detail));
        if let Some(hit) = classify(record) {
            add(Detail::Hit(Box::new(hit)));
        }
        if let Some(key) = SharedKey::of(record) {
            add(Detail::Shared(key, Perspective::of(record)));
        }
        if let Some(amendment) = record.addendum.as_ref().and_then(|_| Amendment::of(record)) {
            let account = record.account().map(str::to_owned);
            add(Detail::Amendment(amendment, account));
        }
        // Most records hold no such word.
        if memmem::find(record.text().as_bytes(), b"\"omitted\"").is_some() {
            omitted(record)
                .into_iter()
                .for_each(|it| add(Detail::Omitted(it)));
        }
    }

    /// Bytes of memory, about.
    pub(super) fn size(&self) -> usize {
        let rows = self.events.len() + self.copies.len() + self.resources.len();
        self.text.len() + rows * size_of::<EventRow>()
    }
}

/// The columns of table `kind`.
fn kind<'r>(record: &'r Record<'_>) -> [Option<&'r str>; 8] {
    let read_only = record.read_only.map(|flag: Flag| match flag.is_true() {
        true => "true",
        false => "false",
    });
    [
        record.account(),
        record.aws_region.as_deref(),
        record.event_source.as_deref(),
        record.event_name.as_deref(),
        record.event_category.as_ref().map(Open::text),
        record.event_type.as_ref().map(Open::text),
        read_only,
        record.error_code.as_deref(),
    ]
}

/// `userIdentity`, verbatim, if it is one.
fn identity<'r>(record: &'r Record<'_>) -> Option<&'r str> {
    let identity = record.user_identity.as_deref()?;
    identity.verbatim.map(serde_json::value::RawValue::get)
}

fn push(text: &mut String, more: &str) -> Range<usize> {
    let start = text.len();
    text.push_str(more);
    start..text.len()
}
