//! A story as one JSON document.

use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;
use trailseal_forensics::Provenance;
use trailseal_forensics::antiforensics::{
    Attack, Basis, Chapter, Effect, End, Evidence, Hit, Relevance, Target, Technique, Witness,
};
use trailseal_verifier::verdict::Finding;

use super::super::document::{About, document};
use super::StoryView;
use super::effects::{Effects, Found, Unexplained};

/// The name and version of the document.
const SCHEMA: &str = "trailseal-antiforensics/1";

/// Every act with what it explains, and every finding that nothing explains.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn story_json(view: StoryView<'_>, about: About<'_>) -> Result<String> {
    let effects = Effects::of(view.story, view.findings);
    let acts = view.story.chapters().iter();
    let body = StoryBody {
        acts: acts
            .filter_map(|chapter| Act::of(view, &effects, chapter))
            .collect(),
        remedies_without_harm: view.story.loose_ends(),
        unexplained: &effects.unexplained,
        not_asked: &effects.not_asked,
        hits_left_out: view.story.dropped(),
    };
    document(SCHEMA, about, body)
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "antiforensics"))]
pub(in crate::render) struct StoryBody<'a> {
    /// What was done to evidence, refused attempts included, oldest first.
    acts: Vec<Act<'a>>,
    /// Events that would undo a harm, of which none is on record.
    remedies_without_harm: &'a [Hit],
    /// Findings for which no event on record accounts, or not for all of it.
    unexplained: &'a [Unexplained<'a>],
    /// Findings that are not a matter of events.
    not_asked: &'a [&'a Finding],
    /// Events beyond the number that is kept.
    hits_left_out: usize,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Act<'a> {
    technique: Technique,
    description: &'static str,
    effect: Effect,
    evidence: Evidence,
    attack: Attack,
    /// Whether it concerns evidence.
    relevance: Relevance,
    /// The event it begins with.
    event: &'a Hit,
    /// Where the record of that event lies, and what vouches for it.
    proof: Option<Provenance>,
    /// Who stands behind the session of that event.
    origin: Option<String>,
    targets: &'a [Target],
    #[serde(flatten)]
    end: Ending<'a>,
    /// The time in which evidence was harmed.
    harmed: Option<Harmed>,
    /// What the verifier found that it explains.
    findings: Vec<Explained<'a>>,
    /// What still tells of the same events.
    witnesses: &'static [Witness],
}

/// How it ended.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "end", rename_all = "kebab-case")]
enum Ending<'a> {
    NotDone,
    Lasting,
    Open,
    Undone {
        /// The event that undid it.
        undone_by: Option<&'a Hit>,
    },
}

/// A stretch of time that may have no end on record.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Harmed {
    start: Timestamp,
    end: Option<Timestamp>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Explained<'a> {
    /// How the act is tied to it.
    basis: Basis,
    #[serde(flatten)]
    finding: &'a Finding,
}

impl<'a> Act<'a> {
    fn of(view: StoryView<'a>, effects: &Effects<'a>, chapter: &'a Chapter) -> Option<Self> {
        let story = view.story;
        let event = story.beginning(chapter)?;
        let technique = chapter.technique;
        let found = effects.of_chapter(story, chapter).iter();
        Some(Self {
            technique,
            description: technique.description(),
            effect: technique.effect(),
            evidence: technique.evidence(),
            attack: technique.attack(),
            relevance: chapter.relevance,
            event,
            proof: (view.proof)(event),
            origin: (view.origin)(event),
            targets: &chapter.targets,
            end: match chapter.end {
                End::NotDone => Ending::NotDone,
                End::Lasting => Ending::Lasting,
                End::Open => Ending::Open,
                End::Undone(_) => Ending::Undone {
                    undone_by: story.ending(chapter),
                },
            },
            harmed: story.harmed(chapter).map(|harmed| Harmed {
                start: harmed.start,
                end: Some(harmed.end).filter(|end| *end != Timestamp::MAX),
            }),
            findings: found
                .map(|Found { finding, basis }| Explained {
                    basis: *basis,
                    finding,
                })
                .collect(),
            witnesses: technique.witnesses(),
        })
    }
}
