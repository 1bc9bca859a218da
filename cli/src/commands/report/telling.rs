//! What is taken out of records for a report: in the pass that verifies their logs,
//! or out of a case.

use std::collections::HashMap;

use trailseal_forensics::actor::{Actor, CredentialId};
use trailseal_forensics::antiforensics::{Hit, MAX_HITS, classify};
use trailseal_forensics::lookup::{Filter, Fit};
use trailseal_forensics::merge::{Seen, Sighting};
use trailseal_forensics::report::sections::{Rosters, Section};
use trailseal_forensics::session::Graph;
use trailseal_forensics::timeline::Keep;
use trailseal_forensics::{Event, Provenance, Record};
use trailseal_verifier::verdict::Answer;

use super::super::lines::{Fitted, Fitting, Waiting};
use super::super::reading::Fold;
use super::super::sessions::Graphing;

/// What is wanted of records.
#[derive(Clone, Debug)]
pub(super) struct Wants {
    pub(super) sections: Vec<Section>,
    /// Whether events go into files of the bundle.
    pub(super) files: bool,
}

impl Wants {
    pub(super) fn has(&self, section: Section) -> bool {
        self.sections.contains(&section)
    }

    /// Whether every record has to be read. Acts alone are found in the bytes of
    /// verified logs, as fast as these are verified.
    pub(super) fn need_records(&self) -> bool {
        self.files || self.sections.iter().any(|it| *it != Section::AntiForensics)
    }

    fn lines(&self) -> bool {
        self.files || self.has(Section::Timeline)
    }
}

/// Takes what is wanted out of events.
pub(super) struct Telling<'f> {
    filter: &'f Filter,
    wants: &'f Wants,
    waiting: &'f Waiting,
    /// Whether the filter leaves out anything.
    filtered: bool,
    graphing: Graphing,
    asked: Graphing,
    /// Apart, so that it does not matter which copy of an event is read first.
    seen: [Seen; 2],
}

/// What was taken.
#[derive(Default)]
pub(super) struct Told {
    pub(super) fitted: Fitted,
    pub(super) rosters: Rosters,
    /// All acts against evidence, whatever narrows the events.
    pub(super) hits: Vec<(Hit, Provenance)>,
    /// Which keys these were done with, by their events' ids.
    pub(super) keys: HashMap<String, CredentialId>,
    /// All sessions: one may have begun before what is asked for.
    pub(super) graph: Graph<Provenance>,
    /// Those of events that fit, if not all do.
    pub(super) asked: Graph<Provenance>,
}

impl<'f> Telling<'f> {
    pub(super) fn new(
        filter: &'f Filter,
        filtered: bool,
        wants: &'f Wants,
        waiting: &'f Waiting,
    ) -> Self {
        Self {
            filter,
            wants,
            waiting,
            filtered,
            graphing: Graphing::default(),
            asked: Graphing::default(),
            seen: Default::default(),
        }
    }

    fn count(&self, rosters: &mut Rosters, event: &Event<'_>) {
        let answer = event.provenance().verdict().answer();
        let seen = &self.seen[usize::from(answer == Answer::Verified)];
        if seen.note(event.record()) != Sighting::Again {
            rosters.add(event.record(), answer);
        }
    }
}

impl Told {
    /// Adds what was taken elsewhere, but for lines, which go to a sorter.
    pub(super) fn merge(&mut self, other: Self) {
        self.rosters.merge(other.rosters);
        self.note_hits(other.hits);
        for (id, key) in other.keys {
            if self.keys.len() < MAX_HITS {
                self.keys.entry(id).or_insert(key);
            }
        }
        self.graph.merge(other.graph);
        self.asked.merge(other.asked);
    }

    /// Notes acts, as many as are kept.
    pub(super) fn note_hits(&mut self, hits: impl IntoIterator<Item = (Hit, Provenance)>) {
        let room = MAX_HITS.saturating_sub(self.hits.len());
        self.hits.extend(hits.into_iter().take(room));
    }
}

impl Fold for Telling<'_> {
    type Part = Told;

    fn begin(&self) -> Told {
        Told::default()
    }

    fn add(&self, part: &mut Told, event: &Event<'_>) {
        let record = event.record();
        if self.wants.has(Section::AntiForensics)
            && let Some(hit) = classify(record)
        {
            let key = Actor::of(record).credential.clone();
            part.keys.extend(hit.id.clone().zip(key));
            part.hits.push((hit, event.provenance().clone()));
        }
        if self.wants.has(Section::Sessions) {
            self.graphing.add(&mut part.graph, event);
        }
        let fit = self.filter.fits(record);
        if self.wants.lines() {
            let fitting = Fitting {
                fits: &|_: &Record<'_>| fit,
                keep: Keep::Row,
                waiting: self.waiting,
            };
            fitting.add(&mut part.fitted, event);
        }
        if fit != Fit::Yes {
            return;
        }
        if self.wants.has(Section::Actors) {
            self.count(&mut part.rosters, event);
        }
        if self.wants.has(Section::Sessions) && self.filtered {
            self.asked.add(&mut part.asked, event);
        }
    }
}
