//! Hits in order of time, each harm paired with what undid it.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde::Serialize;
use trailseal_verifier::coverage::Interval;

use super::hit::{Hit, Side};
use super::holdings::{Holdings, Relevance};
use super::target::{Target, TargetKind};
use super::technique::{Effect, Technique};

/// Most hits of a story: an intruder may cause any number. Those given first
/// are kept, the rest is counted.
pub const MAX_HITS: usize = 100_000;

/// Most targets of all hits together: one bulk deletion has a thousand.
const MAX_ALL_TARGETS: usize = 1_000_000;

/// What was done to evidence, in order of time.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Story {
    hits: Vec<Hit>,
    chapters: Vec<Chapter>,
    loose: Vec<Hit>,
    dropped: usize,
    #[serde(skip)]
    of_object: HashMap<Target, Vec<usize>>,
    #[serde(skip)]
    of_no_object: Vec<usize>,
}

/// One harm to evidence, and its end.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Chapter {
    /// The hit it begins with: an index into [`Story::hits`].
    pub hit: usize,
    /// How.
    pub technique: Technique,
    /// To what. One target, if the harm can be undone; otherwise all that the
    /// event names.
    pub targets: Vec<Target>,
    /// Whether it concerns evidence.
    pub relevance: Relevance,
    /// How it ended.
    pub end: End,
}

/// How a harm ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// It never began: the attempt was refused, failed or was a trial.
    NotDone,
    /// Nothing undoes it.
    Lasting,
    /// It could be undone, and no event of the story does.
    Open,
    /// This hit undoes it: an index into [`Story::hits`].
    Undone(usize),
}

impl Story {
    /// Puts hits in order and pairs them. An event that is given more than
    /// once, or in the copies of several accounts, counts once.
    pub fn of(hits: impl IntoIterator<Item = Hit>, holdings: &Holdings) -> Self {
        let mut seen = HashSet::new();
        let mut all: Vec<Hit> = Vec::new();
        let mut dropped = 0;
        let mut room = MAX_ALL_TARGETS;
        for hit in hits {
            let targets: usize = hit.acts.iter().map(|act| act.targets.len()).sum();
            if all.len() == MAX_HITS || targets > room {
                dropped += 1;
                continue;
            }
            room -= targets;
            let same = hit.shared_id.clone().or_else(|| hit.id.clone());
            if same.is_none_or(|id| seen.insert(id)) {
                all.push(hit);
            }
        }
        all.sort_by(|a, b| {
            let key = |hit: &Hit| (hit.at.is_none(), hit.at);
            key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
        });
        let mut pairing = Pairing::default();
        for (index, hit) in all.iter().enumerate() {
            pairing.take(index, hit, holdings);
        }
        pairing.into_story(all, dropped)
    }

    /// The hits that chapters begin or end with, oldest first.
    pub fn hits(&self) -> &[Hit] {
        &self.hits
    }

    /// The harms, in the order of the hits they begin with.
    pub fn chapters(&self) -> &[Chapter] {
        &self.chapters
    }

    /// Remedies that undo no harm of the story: logging that starts without
    /// having been stopped is the beginning of a trail, or the end of a harm
    /// that is not on record.
    pub fn loose_ends(&self) -> &[Hit] {
        &self.loose
    }

    /// Hits beyond [`MAX_HITS`], or with more targets than can be kept: they
    /// are not part of it.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    fn index(&mut self) {
        for (index, chapter) in self.chapters.iter().enumerate() {
            let objects = chapter
                .targets
                .iter()
                .filter(|one| one.kind == TargetKind::Object);
            let mut has_objects = false;
            for object in objects {
                has_objects = true;
                let chapters = self.of_object.entry(object.clone()).or_default();
                if chapters.last() != Some(&index) {
                    chapters.push(index);
                }
            }
            if !has_objects {
                self.of_no_object.push(index);
            }
        }
    }

    /// Chapters about this very object.
    pub(super) fn of_object(&self, object: Option<&Target>) -> impl Iterator<Item = &Chapter> {
        let found = object.and_then(|object| self.of_object.get(object));
        found
            .into_iter()
            .flatten()
            .filter_map(|index| self.chapters.get(*index))
    }

    /// Chapters about anything but objects.
    pub(super) fn of_no_object(&self) -> impl Iterator<Item = &Chapter> {
        self.of_no_object
            .iter()
            .filter_map(|index| self.chapters.get(*index))
    }

    /// The hit that a chapter begins with.
    pub fn beginning(&self, chapter: &Chapter) -> Option<&Hit> {
        self.hits.get(chapter.hit)
    }

    /// The hit that ended it.
    pub fn ending(&self, chapter: &Chapter) -> Option<&Hit> {
        match chapter.end {
            End::Undone(index) => self.hits.get(index),
            End::NotDone | End::Lasting | End::Open => None,
        }
    }

    /// The time in which evidence was harmed. What is open has no end: the
    /// interval reaches to the end of time. `None` if nothing was done, the
    /// time is not known, or the harm is to what was stored before.
    pub fn harmed(&self, chapter: &Chapter) -> Option<Interval> {
        let past = matches!(
            chapter.technique.effect(),
            Effect::Destroys | Effect::Alters
        );
        if chapter.end == End::NotDone || past {
            return None;
        }
        let start = self.beginning(chapter)?.at?;
        let end = self.ending(chapter).and_then(|hit| hit.at);
        Some(Interval::new(start, end.unwrap_or(Timestamp::MAX)))
    }
}

/// Harms that wait for their remedy, while hits are taken in order.
#[derive(Default)]
struct Pairing {
    chapters: Vec<Chapter>,
    open: HashMap<(Technique, Target), Vec<usize>>,
    used: Vec<usize>,
    loose: Vec<usize>,
}

impl Pairing {
    fn take(&mut self, index: usize, hit: &Hit, holdings: &Holdings) {
        let mut remedies = 0;
        let mut undoes = 0;
        let chapters_before = self.chapters.len();
        for act in &hit.acts {
            let relevance = |target: &Target| holdings.relevance(act.technique.holding(), target);
            match act.side {
                Side::Remedy if hit.is_done() => {
                    remedies += 1;
                    for target in &act.targets {
                        let key = (act.technique, target.clone());
                        for chapter in self.open.remove(&key).unwrap_or_default() {
                            self.chapters[chapter].end = End::Undone(index);
                            undoes += 1;
                        }
                    }
                }
                Side::Remedy => {}
                Side::Harm => {
                    let relevant: Vec<(Target, Relevance)> = act
                        .targets
                        .iter()
                        .map(|target| (target.clone(), relevance(target)))
                        .filter(|(_, relevance)| *relevance != Relevance::None)
                        .collect();
                    self.begin(index, hit, act.technique, relevant);
                }
            }
        }
        if undoes > 0 || self.chapters.len() > chapters_before {
            self.used.push(index);
        } else if remedies > 0 {
            self.loose.push(index);
        }
    }

    fn begin(
        &mut self,
        index: usize,
        hit: &Hit,
        technique: Technique,
        targets: Vec<(Target, Relevance)>,
    ) {
        let Some(relevance) = targets.iter().map(|(_, relevance)| *relevance).max() else {
            return;
        };
        let undoable = technique.undone_by().next().is_some();
        if hit.is_done() && undoable {
            for (target, relevance) in targets {
                let waiting = self.open.entry((technique, target.clone())).or_default();
                waiting.push(self.chapters.len());
                self.chapters.push(Chapter {
                    hit: index,
                    technique,
                    targets: vec![target],
                    relevance,
                    end: End::Open,
                });
            }
            return;
        }
        self.chapters.push(Chapter {
            hit: index,
            technique,
            targets: targets.into_iter().map(|(target, _)| target).collect(),
            relevance,
            end: if hit.is_done() {
                End::Lasting
            } else {
                End::NotDone
            },
        });
    }

    /// Keeps the hits that are part of the story, and points to them.
    fn into_story(mut self, all: Vec<Hit>, dropped: usize) -> Story {
        let place: HashMap<usize, usize> = self.used.iter().copied().zip(0..).collect();
        let moved = |old: usize| place.get(&old).copied().unwrap_or_default();
        for chapter in &mut self.chapters {
            chapter.hit = moved(chapter.hit);
            if let End::Undone(by) = &mut chapter.end {
                *by = moved(*by);
            }
        }
        let loose_places: HashSet<usize> = self.loose.iter().copied().collect();
        let mut hits = Vec::with_capacity(place.len());
        let mut loose = Vec::with_capacity(loose_places.len());
        for (index, hit) in all.into_iter().enumerate() {
            if place.contains_key(&index) {
                hits.push(hit);
            } else if loose_places.contains(&index) {
                loose.push(hit);
            }
        }
        let mut story = Story {
            hits,
            chapters: self.chapters,
            loose,
            dropped,
            ..Story::default()
        };
        story.index();
        story
    }
}
