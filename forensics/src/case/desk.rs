//! What who reads logs remembers from one to the next.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use foldhash::fast::RandomState;
use memchr::memmem::Finder;
use serde_json::value::RawValue;

use super::keys::Keys;
use super::rows::{Conduct, CopyRow, Detail, EventRow, LogRows, Time};
use crate::actor::{Actor, Doing, Roster, Times, is_of_console, is_refusal, is_sign_in};
use crate::antiforensics::classify;
use crate::lookup::resource_name;
use crate::merge::{Amendment, Perspective, SharedKey, Sighting, omitted};
use crate::provenance::{Event, Provenance};
use crate::record::{Flag, Open, Record, SharedIdentity};
use crate::session::{Graph, Repeated, issues};

/// Bytes of keys that are remembered, about.
const MEMORY: usize = 32 << 20;

/// A member of what says that something was left out.
static OMITTED: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\"omitted\""));

/// Actors, sessions and issues that are kept back, about.
const KEPT_BACK: usize = 10_000;

/// Where logs become rows, one after the other. What many of them repeat is
/// given to the one who writes once, and what is counted is given to it when
/// there is enough, or at the end.
#[derive(Debug, Default)]
pub(super) struct Desk {
    number: usize,
    kinds: Keys,
    identities: Keys,
    clients: Keys,
    touched: Keys,
    conducts: HashMap<Conduct, usize, RandomState>,
    /// Of each conduct, the events that were not counted yet.
    done: Vec<Done>,
    /// How many conducts the one who writes knows.
    given: usize,
    /// Of each identity.
    known: Vec<KnownIdentity>,
    /// The numbers of identities by those that they have in the log at hand.
    here: Vec<Option<usize>>,
    roster: Roster,
    graph: Graph<Provenance>,
    rows: LogRows,
}

/// Events of a conduct.
#[derive(Debug)]
struct Done {
    conduct: Conduct,
    issues: bool,
    times: Times,
}

#[derive(Debug)]
struct KnownIdentity {
    actor: Arc<Actor>,
    /// Once the graph knows it.
    repeated: Option<Repeated>,
}

impl Desk {
    /// A desk of this number, which another one may have had before.
    pub(super) fn new(number: usize) -> Self {
        let mut desk = Self {
            number,
            ..Self::default()
        };
        desk.rows.fresh.anew = true;
        desk
    }

    /// Begins a log, of this id and of about so many bytes.
    pub(super) fn begin(&mut self, log: i64, bytes: usize) {
        self.rows.log = log;
        self.here.clear();
        self.rows.records.reserve(bytes);
        if self.size() > MEMORY {
            self.settle();
            *self = Self {
                number: self.number,
                roster: std::mem::take(&mut self.roster),
                graph: std::mem::take(&mut self.graph),
                rows: std::mem::take(&mut self.rows),
                ..Self::default()
            };
            self.rows.fresh.anew = true;
        }
    }

    /// Bytes of memory of what is remembered, about.
    fn size(&self) -> usize {
        // An actor has up to eight texts.
        const IDENTITY: usize = size_of::<KnownIdentity>() + size_of::<Actor>() + 400;
        const CONDUCT: usize = size_of::<Done>() + size_of::<Conduct>() + 32;
        let keys = [&self.kinds, &self.identities, &self.clients, &self.touched];
        let of_keys: usize = keys.iter().map(|keys| keys.size()).sum();
        of_keys + self.known.len() * IDENTITY + self.done.len() * CONDUCT
    }

    /// Ends a log.
    pub(super) fn end(&mut self) -> LogRows {
        let mut rows = std::mem::take(&mut self.rows);
        // Of copies nothing is there.
        if rows.records.len() < rows.records.capacity() / 2 {
            rows.records.shrink_to_fit();
        }
        rows.fresh.desk = self.number;
        for (fresh, keys) in [
            (&mut rows.fresh.kinds, &mut self.kinds),
            (&mut rows.fresh.identities, &mut self.identities),
            (&mut rows.fresh.clients, &mut self.clients),
            (&mut rows.fresh.touched, &mut self.touched),
        ] {
            *fresh = keys.take_fresh();
        }
        let conducts = self.done[self.given..].iter();
        rows.fresh.conducts = conducts.map(|done| done.conduct).collect();
        self.given = self.done.len();
        if self.roster.entries().len() + self.graph.len() > KEPT_BACK {
            (rows.roster, rows.graph) = self.counted();
        }
        rows
    }

    /// What was counted and not given away yet.
    pub(super) fn counted(&mut self) -> (Roster, Graph<Provenance>) {
        self.settle();
        for identity in &mut self.known {
            identity.repeated = None;
        }
        (
            std::mem::take(&mut self.roster),
            std::mem::take(&mut self.graph),
        )
    }

    /// Takes an event. `sighting` is what [`Seen::note`](crate::merge::Seen::note)
    /// said of its record: what was seen before is kept as a copy.
    pub(super) fn add(&mut self, event: &Event<'_>, sighting: Sighting) {
        let (record, at) = (event.record(), event.provenance().clone());
        match sighting {
            Sighting::Again => {
                self.add_copy(event);
                self.graph.add_copy(record, at);
            }
            Sighting::First => {
                let conduct = self.add_event(event);
                self.count(record, at, conduct);
            }
            // The one who writes looks for it.
            Sighting::Unremembered => {
                self.add_copy(event);
                self.roster.add(record);
                self.graph.add(record, at);
            }
        }
    }

    /// Counts an event of a conduct.
    fn count(&mut self, record: &Record<'_>, at: Provenance, conduct: usize) {
        let done = &mut self.done[conduct];
        let repeated = &mut self.known[done.conduct.identity].repeated;
        let time = record.time().and_then(Result::ok);
        if is_sign_in(record) {
            self.roster.add(record);
        } else {
            done.times.add(time);
        }
        match (repeated, time) {
            (Some(repeated), Some(time)) => {
                if !repeated.note(record, time.at, done.issues) {
                    self.graph.add_alike(record, at);
                    repeated.took(time.at);
                }
            }
            (repeated, time) => {
                self.graph.add(record, at);
                if let Some(time) = time {
                    repeated.get_or_insert_with(|| Repeated::of(record, time.at));
                }
            }
        }
    }

    /// Adds what was done to the roster, and what was repeated to the graph.
    fn settle(&mut self) {
        for done in &mut self.done {
            let times = std::mem::take(&mut done.times);
            if times.events == 0 {
                continue;
            }
            let [kind, client] = [
                self.kinds.texts(done.conduct.kind),
                self.clients.texts(done.conduct.client),
            ];
            let doing = doing(&kind, &client, done.conduct.console);
            let actor = &self.known[done.conduct.identity].actor;
            self.roster.add_doing(&doing, actor, times);
        }
        for repeated in self.known.iter_mut().filter_map(|it| it.repeated.as_mut()) {
            self.graph.add_repeated(repeated);
        }
    }

    /// Takes an event without counting it, and says its conduct.
    pub(super) fn add_event(&mut self, event: &Event<'_>) -> usize {
        let (record, place) = (event.record(), event.provenance().place());
        let conduct = self.conduct(record);
        let row = EventRow {
            time: record.time().and_then(Result::ok).map(|it| Time::of(it.at)),
            event_id: record.id().map(|id| push(&mut self.rows.text, id)),
            conduct,
            touched: self.touched(record),
            place,
            json: push(&mut self.rows.records, record.text()),
        };
        self.rows.events.push(row);
        self.rows.mentioned.add(record);
        self.add_details(record);
        conduct
    }

    fn conduct(&mut self, record: &Record<'_>) -> usize {
        let conduct = Conduct {
            kind: self.kinds.add(&kind(record)),
            identity: self.identity(record),
            client: self.clients.add(&[
                record.source_ip_address.as_deref(),
                record.user_agent.as_deref(),
            ]),
            console: is_of_console(record),
        };
        *self.conducts.entry(conduct).or_insert_with(|| {
            self.done.push(Done {
                conduct,
                issues: issues(record),
                times: Times::default(),
            });
            self.done.len() - 1
        })
    }

    fn identity(&mut self, record: &Record<'_>) -> usize {
        let identity = record.user_identity.as_ref();
        let here = identity.and_then(SharedIdentity::number);
        if let Some(Some(number)) = here.and_then(|here| self.here.get(here)) {
            return *number;
        }
        // Verbatim, if it is one.
        let json = identity.and_then(|it| it.verbatim).map(RawValue::get);
        let number = self.identities.add(&[json]);
        if self.known.len() == number {
            self.known.push(KnownIdentity {
                actor: Actor::by_identity(record),
                repeated: None,
            });
        }
        if let Some(here) = here {
            self.here.resize(self.here.len().max(here + 1), None);
            self.here[here] = Some(number);
        }
        number
    }

    fn add_copy(&mut self, event: &Event<'_>) {
        let record = event.record();
        let text = &mut self.rows.text;
        self.rows.copies.push(CopyRow {
            event_id: record.id().map(|id| push(text, id)),
            place: event.provenance().place(),
            json: push(text, record.text()),
        });
    }

    fn touched(&mut self, record: &Record<'_>) -> Option<usize> {
        let resources = record.resources.as_deref().unwrap_or_default();
        resources.iter().find_map(resource_name)?;
        let texts = |it| [resource_name(it), it.resource_type.as_deref()];
        let texts: Vec<Option<&str>> = resources.iter().flat_map(texts).collect();
        Some(self.touched.add(&texts))
    }

    fn add_details(&mut self, record: &Record<'_>) {
        let event = self.rows.events.len() - 1;
        let mut add = |detail| self.rows.details.push((event, detail));
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
        if OMITTED.find(record.text().as_bytes()).is_some() {
            omitted(record)
                .into_iter()
                .for_each(|it| add(Detail::Omitted(it)));
        }
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

/// What rows of `kind` and `client` say of what was done.
fn doing<'k>(kind: &[Option<&'k str>], client: &[Option<&'k str>], console: bool) -> Doing<'k> {
    let &[account, region, _, _, _, _, read_only, error] = kind else {
        return Doing::default();
    };
    let &[address, agent] = client else {
        return Doing::default();
    };
    Doing {
        account,
        region,
        address,
        agent,
        writes: read_only == Some("false"),
        failed: error.is_some(),
        refused: error.is_some_and(is_refusal),
        console,
    }
}

fn push(text: &mut String, more: &str) -> Range<usize> {
    let start = text.len();
    text.push_str(more);
    start..text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use trailseal_verifier::hash::Sha256;

    use super::*;
    use crate::provenance::{Location, Origin, Verdict};
    use crate::reader::{Place, Wrapper};

    /// A record of one of a few sessions, which begins where `second` says, if it
    /// states a time at all.
    fn record((who, what, second, console): (u8, u8, Option<u8>, bool), id: usize) -> String {
        let (name, source) = [
            ("GetObject", "s3"),
            ("AssumeRole", "sts"),
            ("ConsoleLogin", "signin"),
        ][usize::from(what)];
        let identity = match who {
            0 => json!({ "type": "AWSService", "invokedBy": "x.amazonaws.com" }),
            _ => json!({
                "type": "AssumedRole", "principalId": format!("AROACKCEVSQ6C2EXAMPLE:{}", who / 2),
                "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
                "sessionContext": { "attributes": { "mfaAuthenticated": (who % 2 == 0).to_string() } },
            }),
        };
        let mut record = json!({
            "eventID": id.to_string(), "eventName": name,
            "eventSource": format!("{source}.amazonaws.com"), "userIdentity": identity,
            "errorCode": id.is_multiple_of(5).then_some("AccessDenied"), "readOnly": id.is_multiple_of(2),
            "sessionCredentialFromConsole": console.then_some("true"),
            "responseElements": { "credentials": { "accessKeyId": "ASIAIOSFODNN8EXAMPLE" } },
        });
        if let Some(second) = second {
            record["eventTime"] = format!("2026-03-11T02:00:{second:02}Z").into();
        }
        record.to_string()
    }

    proptest! {
        #[test]
        fn what_is_counted_together_is_what_is_counted_one_by_one(
            records in prop::collection::vec(
                (0..6_u8, 0..3_u8, prop::option::weighted(0.9, 0..9_u8), any::<bool>()),
                0..60,
            ),
            handed_over in any::<prop::sample::Index>(),
        ) {
            let verdict = Verdict::Unverified { reason: None };
            let log = Origin::recorded(Location::File("f".into()), Sha256::of(b""), verdict);
            let (mut roster, mut graph) = (Roster::default(), Graph::default());
            let (mut desk, mut together) = (Desk::default(), (Roster::default(), Graph::default()));
            let middle = handed_over.index(records.len() + 1);
            for (id, one) in records.into_iter().enumerate() {
                let text = record(one, id);
                let place = Place { index: id as u64, offset: 0, length: 0, wrapper: Wrapper::Nothing };
                let at = Provenance::recorded(log.clone(), place);
                let record = Record::parse(&text).unwrap();
                roster.add(&record);
                graph.add(&record, at.clone());
                if id == middle {
                    together = desk.counted();
                }
                desk.add(&Event::recorded(record, at), Sighting::First);
            }
            let (of_roster, of_graph) = desk.counted();
            together.0.merge(of_roster);
            together.1.merge(of_graph);
            prop_assert_eq!(together.0, roster);
            prop_assert!(together.1.uses().eq(graph.uses()));
            prop_assert!(together.1.issues().eq(graph.issues()));
            prop_assert_eq!(together.1.cut(), graph.cut());
        }
    }

    #[test]
    fn a_conduct_says_of_its_events_what_their_records_say() {
        for text in [
            r#"{"recipientAccountId":"111122223333","awsRegion":"eu-west-1","readOnly":false,
                "sourceIPAddress":"192.0.2.1","userAgent":"aws-cli","errorCode":"AccessDenied"}"#,
            r#"{"readOnly":"true","errorCode":"NoSuchKey","sourceIPAddress":"",
                "sessionCredentialFromConsole":"true"}"#,
            r#"{"eventType":"AwsConsoleAction","eventName":"x","errorMessage":"y"}"#,
            "{}",
        ] {
            let record = Record::parse(text).unwrap();
            let mut desk = Desk::default();
            let number = desk.conduct(&record);
            let Conduct {
                kind,
                client,
                console,
                ..
            } = desk.done[number].conduct;
            let (kind, client) = (desk.kinds.texts(kind), desk.clients.texts(client));
            assert_eq!(doing(&kind, &client, console), Doing::of(&record), "{text}");
        }
    }
}
