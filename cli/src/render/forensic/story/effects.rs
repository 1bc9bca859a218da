//! What the verifier found, by the act that explains it.

use std::collections::HashMap;

use serde::Serialize;
use trailseal_forensics::antiforensics::{
    Basis, Cause, Chapter, Explanation, Hit, Story, Technique, explain,
};
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::verdict::Finding;

/// A finding, and how an act is tied to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    pub(super) finding: &'a Finding,
    pub(super) basis: Basis,
}

/// A finding for which no event on record accounts.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::render) struct Unexplained<'a> {
    #[serde(flatten)]
    pub(super) finding: &'a Finding,
    /// The time that is left, if events account for the rest.
    pub(super) left: Vec<Interval>,
}

/// Findings by what the story says of them.
#[derive(Default)]
pub(super) struct Effects<'a> {
    by_act: HashMap<(*const Hit, Technique), Vec<Found<'a>>>,
    /// Events on record did not do it, or not all of it.
    pub(super) unexplained: Vec<Unexplained<'a>>,
    /// Not the kind of finding that an event could explain.
    pub(super) not_asked: Vec<&'a Finding>,
}

impl<'a> Effects<'a> {
    pub(super) fn of(story: &'a Story, findings: &'a [Finding]) -> Self {
        let mut effects = Self::default();
        for finding in findings {
            match explain(finding, story) {
                Explanation::Explained { causes, rest } => {
                    effects.tie(finding, &causes);
                    if !rest.is_empty() {
                        effects.unexplained.push(Unexplained {
                            finding,
                            left: rest,
                        });
                    }
                }
                Explanation::Possible { causes } => effects.tie(finding, &causes),
                Explanation::Unexplained => effects.unexplained.push(Unexplained {
                    finding,
                    left: Vec::new(),
                }),
                Explanation::NotAsked => effects.not_asked.push(finding),
            }
        }
        effects
    }

    fn tie(&mut self, finding: &'a Finding, causes: &[Cause<'_>]) {
        for cause in causes {
            // Hits have no other identity: an id may be missing.
            let act = (std::ptr::from_ref(cause.hit), cause.technique);
            let basis = cause.basis;
            let own = self.by_act.entry(act).or_default();
            own.push(Found { finding, basis });
        }
    }

    /// What the harm of a chapter explains.
    pub(super) fn of_chapter(&self, story: &Story, chapter: &Chapter) -> &[Found<'a>] {
        match story.beginning(chapter) {
            Some(hit) => self.of_act(hit, chapter.technique),
            None => &[],
        }
    }

    /// What an act explains.
    pub(super) fn of_act(&self, hit: &Hit, technique: Technique) -> &[Found<'a>] {
        let found = self.by_act.get(&(std::ptr::from_ref(hit), technique));
        found.map_or(&[], Vec::as_slice)
    }
}
