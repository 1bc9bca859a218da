//! What the verifier found, by the act that explains it.

use std::collections::HashMap;

use trailseal_forensics::antiforensics::{
    Basis, Chapter, Explanation, Hit, Story, Technique, explain,
};
use trailseal_verifier::verdict::Finding;

/// A finding, and how an act is tied to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effect<'a> {
    pub(super) finding: &'a Finding,
    pub(super) basis: Basis,
}

/// Findings by what the story says of them.
#[derive(Default)]
pub(super) struct Effects<'a> {
    by_act: HashMap<(*const Hit, Technique), Vec<Effect<'a>>>,
    /// Events on record did not do it.
    pub(super) unexplained: Vec<&'a Finding>,
    /// Not the kind of finding that an event could explain.
    pub(super) not_asked: Vec<&'a Finding>,
}

impl<'a> Effects<'a> {
    pub(super) fn of(story: &'a Story, findings: &'a [Finding]) -> Self {
        let mut effects = Self::default();
        for finding in findings {
            match explain(finding, story) {
                Explanation::Explained { causes, .. } | Explanation::Possible { causes } => {
                    for cause in causes {
                        // Hits have no other identity: an id may be missing.
                        let act = (std::ptr::from_ref(cause.hit), cause.technique);
                        let basis = cause.basis;
                        let own = effects.by_act.entry(act).or_default();
                        own.push(Effect { finding, basis });
                    }
                }
                Explanation::Unexplained => effects.unexplained.push(finding),
                Explanation::NotAsked => effects.not_asked.push(finding),
            }
        }
        effects
    }

    /// What the harm of a chapter explains.
    pub(super) fn of_chapter(&self, story: &Story, chapter: &Chapter) -> &[Effect<'a>] {
        match story.beginning(chapter) {
            Some(hit) => self.of_act(hit, chapter.technique),
            None => &[],
        }
    }

    /// What an act explains.
    pub(super) fn of_act(&self, hit: &Hit, technique: Technique) -> &[Effect<'a>] {
        let found = self.by_act.get(&(std::ptr::from_ref(hit), technique));
        found.map_or(&[], Vec::as_slice)
    }
}
