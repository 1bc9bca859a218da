//! Everyone who did something.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::stored::{MAX_COUNT, sum};
use super::{Actor, ActorId, ActorKind, ActorSummary, Doing, Sample, Text, Times};
use crate::record::Record;

/// All actors of some records, each with what was counted of it. Records of
/// one [`Actor::id`] are one actor's: a user that was renamed is one, two of
/// the same name that follow each other are two.
///
/// Merging is associative and commutative.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Roster {
    entries: BTreeMap<ActorId, Entry>,
    events: u64,
}

/// One actor.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Entry {
    /// What kind of identity. Of several that records state, the most telling.
    pub kind: ActorKind,
    /// Its account.
    pub account: Option<Text>,
    /// What it was called; of a role, the role's name.
    pub names: Sample,
    /// Its ARNs, those of a role's sessions among them.
    pub arns: Sample,
    /// The names of a role's sessions.
    pub sessions: Sample,
    /// What it did.
    #[serde(flatten)]
    pub summary: ActorSummary,
}

impl Roster {
    /// Actors that are kept at most: whoever wrote the records chooses how many
    /// there are. Those whose ids come first are kept.
    pub const MAX: usize = 1_000_000;

    /// Counts one record.
    pub fn add(&mut self, record: &Record<'_>) {
        self.add_doing(&Doing::of(record), &Actor::of(record), Times::of(record));
    }

    /// Counts events of an actor that did the same.
    pub(crate) fn add_doing(&mut self, doing: &Doing<'_>, actor: &Actor, times: Times) {
        self.events += times.events;
        if !self.entries.contains_key(&actor.id) {
            let entry = Entry::new(actor.kind);
            self.entries.insert(actor.id.clone(), entry);
            self.cut();
        }
        let Some(entry) = self.entries.get_mut(&actor.id) else {
            return;
        };
        entry.kind = entry.kind.min(actor.kind);
        settle(&mut entry.account, actor.account.as_ref());
        for (sample, value) in [
            (&mut entry.names, &actor.name),
            (&mut entry.arns, &actor.arn),
            (&mut entry.sessions, &actor.session),
        ] {
            if let Some(value) = value {
                sample.add(value, times.events);
            }
        }
        entry.summary.add_doing(doing, actor, times);
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.events += other.events;
        for (id, theirs) in other.entries {
            match self.entries.get_mut(&id) {
                Some(own) => own.merge(&theirs),
                None => {
                    self.entries.insert(id, theirs);
                }
            }
        }
        self.cut();
    }

    /// The actors, by their ids.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (&ActorId, &Entry)> {
        self.entries.iter()
    }

    /// Events of actors that were not kept.
    pub fn left_out(&self) -> u64 {
        let kept: u64 = self.entries.values().map(|it| it.summary.events).sum();
        self.events - kept
    }

    /// All events that were counted, those of actors that were not kept too.
    pub(crate) fn events(&self) -> u64 {
        self.events
    }

    /// A roster that was stored; `None` if it is none.
    pub(crate) fn restore(entries: BTreeMap<ActorId, Entry>, events: u64) -> Option<Self> {
        let most = Some(events).filter(|events| *events <= MAX_COUNT)?;
        sum(entries.values().map(|it| it.summary.events), most)?;
        let mut roster = Self { entries, events };
        roster.cut();
        Some(roster)
    }

    // What is dropped never comes back: as many smaller ids are kept as there
    // is room for, and their number does not shrink.
    fn cut(&mut self) {
        while self.entries.len() > Self::MAX {
            self.entries.pop_last();
        }
    }
}

impl Entry {
    fn new(kind: ActorKind) -> Self {
        Self {
            kind,
            account: None,
            names: Sample::default(),
            arns: Sample::default(),
            sessions: Sample::default(),
            summary: ActorSummary::default(),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.kind = self.kind.min(other.kind);
        settle(&mut self.account, other.account.as_ref());
        self.names.merge(&other.names);
        self.arns.merge(&other.arns);
        self.sessions.merge(&other.sessions);
        self.summary.merge(&other.summary);
    }
}

/// The one that is stated, and of two the smaller, whatever their order.
fn settle(own: &mut Option<Text>, other: Option<&Text>) {
    if let Some(other) = other
        && own.as_ref().is_none_or(|own| other < own)
    {
        *own = Some(other.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDS: [&str; 3] = [
        r#"{"eventTime":"2026-03-10T10:00:00Z","userIdentity":{"type":"IAMUser","principalId":"AIDACKCEVSQ6C2EXAMPLE","accountId":"111122223333","userName":"before"}}"#,
        r#"{"eventTime":"2026-03-10T11:00:00Z","userIdentity":{"type":"IAMUser","principalId":"AIDACKCEVSQ6C2EXAMPLE","accountId":"111122223333","userName":"after"}}"#,
        r#"{"eventTime":"2026-03-10T12:00:00Z","userIdentity":{"type":"AWSAccount","principalId":"AIDACKCEVSQ6C2EXAMPLE","accountId":"111122223333"}}"#,
    ];

    fn of(texts: &[&str]) -> Roster {
        let mut roster = Roster::default();
        for text in texts {
            roster.add(&Record::parse(text).unwrap());
        }
        roster
    }

    #[test]
    fn a_renamed_user_is_one_actor_in_every_account() {
        let roster = of(&RECORDS);
        let (id, entry) = roster.entries().next().unwrap();
        assert_eq!(roster.entries().len(), 1);
        assert_eq!(id.as_str(), "AIDACKCEVSQ6C2EXAMPLE");
        assert_eq!((entry.kind, entry.summary.events), (ActorKind::User, 3));
        let names: Vec<&str> = entry.names.values().map(|(name, _)| name).collect();
        assert_eq!(names, ["after", "before"]);
        assert_eq!(roster.left_out(), 0);
    }

    #[test]
    fn parts_merge_in_any_order() {
        let whole = of(&RECORDS);
        for at in 0..=RECORDS.len() {
            let (left, right) = RECORDS.split_at(at);
            let mut merged = of(right);
            merged.merge(of(left));
            assert_eq!(merged, whole);
        }
    }
}
