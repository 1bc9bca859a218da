//! The actors that are asked for, in the order that is asked for.

use std::cmp::Reverse;

use clap::ValueEnum;
use jiff::Timestamp;
use serde::Serialize;
use trailseal_forensics::actor::{ActorId, ActorKind, Entry, IdForm, Roster, Sample};

use super::super::name::name;
use super::super::who;

/// In which order actors are listed. Equal ones are listed by their ids.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, ValueEnum)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Order {
    /// Most events first.
    #[default]
    Events,
    /// Most events that change something first.
    Writes,
    /// Most failed events first.
    Errors,
    /// Most refused events first.
    Denials,
    /// Who came first, first.
    First,
    /// Who was there last, first.
    Last,
    /// By name.
    Name,
}

/// One actor: its id, and what was counted of it.
pub(super) type One<'r> = (&'r ActorId, &'r Entry);

/// Actors in order, and what they come to.
pub(crate) struct Actors<'r> {
    pub(super) order: Order,
    list: Vec<One<'r>>,
    /// Events of actors that were not kept; they may be of anyone.
    pub(super) left_out: u64,
}

impl<'r> Actors<'r> {
    /// Those with this text in their id, names, ARNs, sessions or account, in
    /// either case; all of them if nothing is asked for.
    pub(crate) fn of(roster: &'r Roster, asked: Option<&str>, order: Order) -> Self {
        let asked = asked.map(str::to_lowercase);
        let mut list: Vec<One<'r>> = roster
            .entries()
            .filter(|one| asked.as_deref().is_none_or(|asked| has_text(*one, asked)))
            .collect();
        sort(&mut list, order);
        Self {
            order,
            list,
            left_out: roster.left_out(),
        }
    }

    /// The actors, in order.
    pub(super) fn list(&self) -> &[One<'r>] {
        &self.list
    }

    pub(super) fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for (_, entry) in &self.list {
            totals.add(entry);
        }
        totals
    }
}

fn has_text((id, entry): One<'_>, asked: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(asked);
    let any = |sample: &Sample| sample.values().any(|(value, _)| has(value));
    has(id.as_str())
        || entry.account.as_deref().is_some_and(has)
        || [&entry.names, &entry.arns, &entry.sessions]
            .into_iter()
            .any(any)
}

fn sort(list: &mut [One<'_>], order: Order) {
    // Stable: what is equal stays in the order of the ids.
    let by = |list: &mut [One<'_>], number: fn(&Entry) -> u64| {
        list.sort_by_key(|(_, entry)| Reverse(number(entry)));
    };
    match order {
        Order::Events => by(list, |entry| entry.summary.events),
        Order::Writes => by(list, |entry| entry.summary.writes),
        Order::Errors => by(list, |entry| entry.summary.errors),
        Order::Denials => by(list, |entry| entry.summary.denials),
        Order::First => {
            list.sort_by_key(|(_, entry)| (entry.summary.first.is_none(), entry.summary.first));
        }
        Order::Last => list.sort_by_key(|(_, entry)| Reverse(entry.summary.last)),
        Order::Name => list.sort_by_cached_key(|one| called(*one).to_lowercase()),
    }
}

/// What an actor was called most often, or the end of its id.
pub(super) fn called<'r>((id, entry): One<'r>) -> &'r str {
    let most = entry.names.values().max_by_key(|(_, events)| *events);
    most.map_or_else(
        || match id.form() {
            IdForm::Arn => id.as_str().rsplit(['/', ':']).next().unwrap_or_default(),
            _ => id.as_str(),
        },
        |(name, _)| name,
    )
}

/// What an actor is, and what it was called.
pub(super) fn title(one: One<'_>) -> String {
    let kind = one.1.kind;
    match kind {
        ActorKind::Root => who::kind(kind).to_owned(),
        _ => format!("{} {}", who::kind(kind), name(called(one))),
    }
}

/// What several actors come to.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Totals {
    /// How many.
    pub(super) actors: u64,
    /// The first event.
    pub(super) first: Option<Timestamp>,
    /// The last event.
    pub(super) last: Option<Timestamp>,
    /// Events.
    pub(super) events: u64,
    /// Events that change something.
    pub(super) writes: u64,
    /// Events that failed, refused ones among them.
    pub(super) errors: u64,
    /// Events that were refused.
    pub(super) denials: u64,
}

impl Totals {
    fn add(&mut self, entry: &Entry) {
        let summary = &entry.summary;
        self.actors += 1;
        self.first = self.first.into_iter().chain(summary.first).min();
        self.last = self.last.max(summary.last);
        self.events += summary.events;
        self.writes += summary.writes;
        self.errors += summary.errors;
        self.denials += summary.denials;
    }
}
