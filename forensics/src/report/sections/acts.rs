//! Acts against evidence.

use jiff::Timestamp;
use serde::Serialize;
use trailseal_verifier::verdict::Answer;

use crate::antiforensics::{Chapter, End, Hit, Story, Technique};
use crate::provenance::Provenance;
use crate::telling::{Outcome, Untrusted};

/// What blinded, destroyed or discredited evidence, refused attempts included.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Acts {
    /// The first of them, in order of time.
    pub shown: Vec<Act>,
    /// Acts beyond those.
    pub more: u64,
    /// All acts that nothing undoes, or nothing undid.
    pub lasting: u64,
    /// All acts that were undone.
    pub undone: u64,
    /// All attempts that were refused, failed or were trials.
    pub not_done: u64,
    /// Events beyond what can be kept: there are more acts than are counted here.
    pub left_out: u64,
    /// Findings that an event could explain and none on record does.
    pub unexplained: u64,
}

impl Acts {
    /// Acts that are shown.
    pub const SHOWN: usize = 200;

    /// The acts of a story, as far as they are shown.
    pub fn of(story: &Story, unexplained: u64, mut act: impl FnMut(&Chapter, &Hit) -> Act) -> Self {
        let chapters = story.chapters();
        let mut acts = Self {
            left_out: story.dropped() as u64,
            more: chapters.len().saturating_sub(Self::SHOWN) as u64,
            unexplained,
            ..Self::default()
        };
        for chapter in chapters {
            *match chapter.end {
                End::Lasting | End::Open => &mut acts.lasting,
                End::Undone(_) => &mut acts.undone,
                End::NotDone => &mut acts.not_done,
            } += 1;
        }
        let shown = chapters.iter().take(Self::SHOWN);
        let begun = shown.filter_map(|chapter| Some((chapter, story.beginning(chapter)?)));
        acts.shown = begun.map(|(chapter, hit)| act(chapter, hit)).collect();
        acts
    }
}

/// One act. Texts in words quote names that others chose, with what does not show
/// written out.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Act {
    /// How.
    pub technique: Technique,
    /// What became of it.
    pub ended: Ended,
    /// When; absent if its record states no time.
    pub at: Option<Timestamp>,
    /// The event, as CloudTrail names it.
    pub event: Untrusted,
    /// `eventID`
    pub event_id: Option<String>,
    /// The account whose record it is.
    pub account: Untrusted,
    /// The Region.
    pub region: Untrusted,
    /// Who: ARN, or else the service, the name or the id.
    pub actor: Untrusted,
    /// From where.
    pub address: Untrusted,
    /// Who stands behind the session, in a sentence; absent if it was not asked, or
    /// several answers fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind: Option<String>,
    /// What it was done to, in words: the first of them.
    pub targets: Vec<String>,
    /// Targets beyond those.
    pub more_targets: u64,
    /// What it did to which evidence, in words.
    pub harm: String,
    /// How it ended, in words.
    pub end: String,
    /// Findings that it explains, and how it is tied to each: the first of them.
    pub explains: Vec<String>,
    /// Findings beyond those.
    pub more_explained: u64,
    /// What vouches for the record; absent if the record has no id to find it by.
    pub proof: Option<Provenance>,
}

impl Act {
    /// Targets, and findings, that are named of one act.
    pub const NAMED: usize = 5;

    /// What vouches for its record.
    pub fn answer(&self) -> Answer {
        let proof = self.proof.as_ref();
        proof.map_or(Answer::Unchecked, |at| at.verdict().answer())
    }
}

/// What became of an act.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// The attempt failed.
    Failed,
    /// Nothing undoes it.
    Lasting,
    /// It could be undone, and no event on record does.
    Open,
    /// The attempt was refused.
    Refused,
    /// It was a trial run.
    TriedOut,
    /// Another event undid it.
    Undone,
}

impl Ended {
    /// What became of the act that begins with a hit.
    pub fn of(end: End, outcome: &Outcome) -> Self {
        match (end, outcome) {
            (End::NotDone, Outcome::Refused(_)) => Self::Refused,
            (End::NotDone, Outcome::Rehearsed) => Self::TriedOut,
            (End::NotDone, Outcome::Done | Outcome::Failed(_)) => Self::Failed,
            (End::Lasting, _) => Self::Lasting,
            (End::Open, _) => Self::Open,
            (End::Undone(_), _) => Self::Undone,
        }
    }

    /// The same as a label.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "FAILED",
            Self::Lasting => "LASTING",
            Self::Open => "OPEN",
            Self::Refused => "REFUSED",
            Self::TriedOut => "TRIED OUT",
            Self::Undone => "UNDONE",
        }
    }
}
