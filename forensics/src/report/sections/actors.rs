//! Who did something.

use std::collections::BTreeMap;

use serde::Serialize;
use trailseal_verifier::verdict::Answer;

use crate::actor::{ActorId, Entry, Roster};
use crate::record::Record;

/// Actors of some records, apart by what vouches for the records.
#[derive(Clone, Debug, Default)]
pub struct Rosters(BTreeMap<Answer, Roster>);

impl Rosters {
    /// Counts one record.
    pub fn add(&mut self, record: &Record<'_>, answer: Answer) {
        self.0.entry(answer).or_default().add(record);
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: Self) {
        for (answer, theirs) in other.0 {
            self.0.entry(answer).or_default().merge(theirs);
        }
    }
}

/// Everyone who did something: those with the most events.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Actors {
    /// Those that are shown, the most events first.
    pub shown: Vec<ActorRow>,
    /// Actors beyond those.
    pub more: u64,
    /// And their events.
    pub more_events: u64,
    /// Events of actors beyond what can be kept: they may be of anyone.
    pub left_out: u64,
}

/// One actor.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ActorRow {
    /// The most lasting identifier.
    pub id: ActorId,
    /// The worst that is said of a log that one of its events was read from.
    pub answer: Answer,
    /// Its events in logs that are not verified.
    pub unverified: u64,
    /// What was counted.
    #[serde(flatten)]
    pub entry: Entry,
}

impl Actors {
    /// Actors that are shown.
    pub const SHOWN: usize = 50;

    /// Those with the most events.
    pub fn of(rosters: Rosters) -> Self {
        let doubtful: Vec<(Answer, BTreeMap<ActorId, u64>)> = rosters
            .0
            .iter()
            .filter(|(answer, _)| **answer != Answer::Verified)
            .map(|(answer, roster)| {
                let events = roster.entries();
                let events = events.map(|(id, entry)| (id.clone(), entry.summary.events));
                (*answer, events.collect())
            })
            .collect();
        let mut all = Roster::default();
        for roster in rosters.0.into_values() {
            all.merge(roster);
        }
        let mut list: Vec<(&ActorId, &Entry)> = all.entries().collect();
        // Stable: of as many events, by the ids.
        list.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.summary.events));
        let rest = list.get(Self::SHOWN..).unwrap_or_default();
        let row = |(id, entry): &(&ActorId, &Entry)| {
            let found = || {
                let all = doubtful.iter();
                all.filter_map(|(answer, events)| Some((*answer, *events.get(*id)?)))
            };
            ActorRow {
                id: (*id).clone(),
                answer: found()
                    .map(|(answer, _)| answer)
                    .max()
                    .unwrap_or(Answer::Verified),
                unverified: found().map(|(_, events)| events).sum(),
                entry: (*entry).clone(),
            }
        };
        Self {
            more: rest.len() as u64,
            more_events: rest.iter().map(|(_, entry)| entry.summary.events).sum(),
            left_out: all.left_out(),
            shown: list.iter().take(Self::SHOWN).map(row).collect(),
        }
    }
}

impl ActorRow {
    /// What it was called most often, if it was called anything.
    pub fn called(&self) -> Option<&str> {
        let most = self.entry.names.values().max_by_key(|(_, events)| *events);
        most.map(|(name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(user: usize) -> String {
        format!(
            r#"{{"userIdentity":{{"type":"IAMUser","principalId":"AIDA{user:017}","userName":"u{user}"}}}}"#
        )
    }

    #[test]
    fn the_busiest_are_shown_and_what_is_doubtful_says_so() {
        let mut rosters = Rosters::default();
        for user in 0..60 {
            let text = record(user);
            let record = Record::parse(&text).unwrap();
            for _ in 0..=user {
                rosters.add(&record, Answer::Verified);
            }
        }
        let text = record(59);
        rosters.add(&Record::parse(&text).unwrap(), Answer::Failed);
        let mut other = Rosters::default();
        other.add(&Record::parse(&text).unwrap(), Answer::Unchecked);
        rosters.merge(other);
        let actors = Actors::of(rosters);
        assert_eq!((actors.shown.len(), actors.more), (50, 10));
        assert_eq!(actors.more_events, (1..=10).sum::<u64>());
        let first = &actors.shown[0];
        assert_eq!(
            (first.called(), first.entry.summary.events),
            (Some("u59"), 62)
        );
        assert_eq!((first.answer, first.unverified), (Answer::Failed, 2));
        assert_eq!(actors.shown[1].answer, Answer::Verified);
    }
}
