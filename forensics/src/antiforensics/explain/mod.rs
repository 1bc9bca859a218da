//! Whether the story explains what the verifier found.
//!
//! Digests come each hour, and a chain breaks one hour after logging or
//! validation is turned off (CloudTrail User Guide, "Validating CloudTrail log
//! file integrity"). So the time that nothing vouches for may begin and end up
//! to an hour away from the events that caused it.

mod chain;
mod question;

use jiff::Timestamp;
use serde::Serialize;
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::verdict::Finding;

use crate::telling::Phrase;

use super::hit::Hit;
use super::story::Story;
use super::technique::Technique;

use question::Question;

/// What the story says of a finding.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "explanation")]
pub enum Explanation<'s> {
    /// Events on record did it.
    Explained {
        /// They, oldest first.
        causes: Vec<Cause<'s>>,
        /// Time of the finding that they leave unexplained.
        rest: Vec<Interval>,
    },
    /// Events on record may have done it; none of them names what is affected.
    Possible {
        /// They, oldest first.
        causes: Vec<Cause<'s>>,
    },
    /// No event on record explains it. It may have happened where nothing was
    /// recorded, or in a way that leaves no event.
    Unexplained,
    /// Not the kind of finding that an event could explain: what could not be
    /// read, or follows from another finding.
    NotAsked,
}

/// An event that explains a finding.
#[derive(Clone, Debug, Serialize)]
pub struct Cause<'s> {
    /// The event.
    pub hit: &'s Hit,
    /// What it did.
    pub technique: Technique,
    /// What undid it, if anything.
    pub until: Option<&'s Hit>,
    /// How it is tied to the finding.
    pub basis: Basis,
}

/// What ties an event to a finding, the firmest first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// It names the very object.
    SameObject,
    /// It was done to the trail whose chain it is, in that time.
    SameTrail,
    /// It was done to the account or Region whose chain it is, in that time.
    SamePlace,
    /// The trail of the chain began with it.
    Beginning,
    /// It was done to the bucket, or to a key, and does not say what became of
    /// the object.
    SameBucket,
    /// It may have kept CloudTrail from delivering; CloudTrail tries again
    /// later, and records none of this.
    MayStopDelivery,
}

impl Basis {
    fn is_firm(self) -> bool {
        self < Self::SameBucket
    }
}

/// Says whether the story explains a finding.
pub fn explain<'s>(finding: &Finding, story: &'s Story) -> Explanation<'s> {
    let Some(question) = Question::of(finding) else {
        return Explanation::NotAsked;
    };
    let mut causes = Vec::new();
    let mut covered = Vec::new();
    for chapter in question.candidates(story) {
        let Some((cause, interval)) = question.answer(chapter, story) else {
            continue;
        };
        if cause.basis.is_firm() {
            covered.extend(interval);
        }
        causes.push(cause);
    }
    causes.extend(question.beginnings(story));
    causes.sort_by_key(|cause| (cause.hit.at.is_none(), cause.hit.at));
    if causes.iter().any(|cause| cause.basis.is_firm()) {
        let rest = question.rest(&causes, covered);
        return Explanation::Explained { causes, rest };
    }
    if causes.is_empty() {
        return Explanation::Unexplained;
    }
    Explanation::Possible { causes }
}

impl Explanation<'_> {
    /// In words: `explained by StopLogging by ACTOR at TIME, undone by
    /// StartLogging at TIME`.
    pub fn phrase(&self) -> Phrase {
        let mut phrase = Phrase::default();
        let causes: &[Cause<'_>] = match self {
            Self::Explained { causes, .. } => {
                phrase.ours("explained by ");
                causes
            }
            Self::Possible { causes } => {
                phrase.ours("perhaps explained by ");
                causes
            }
            Self::Unexplained => {
                phrase.ours("unexplained: no event on record says why");
                &[]
            }
            Self::NotAsked => {
                phrase.ours("not a matter of events");
                &[]
            }
        };
        for (index, cause) in causes.iter().take(MAX_NAMED).enumerate() {
            if index > 0 {
                phrase.ours("; ");
            }
            cause.tell(&mut phrase);
        }
        if causes.len() > MAX_NAMED {
            phrase.ours(format!("; and {} more events", causes.len() - MAX_NAMED));
        }
        if let Self::Explained { rest, .. } = self {
            for (index, interval) in rest.iter().take(MAX_NAMED).enumerate() {
                phrase.ours(if index == 0 { "; unexplained: " } else { ", " });
                phrase.ours(interval.to_string());
            }
        }
        phrase
    }
}

/// Causes, and intervals, that a phrase names; the rest is counted.
const MAX_NAMED: usize = 5;

impl Cause<'_> {
    fn tell(&self, phrase: &mut Phrase) {
        let when =
            |at: Option<Timestamp>| at.map_or("an unknown time".to_owned(), |at| at.to_string());
        phrase.theirs(&self.hit.event.text);
        phrase.ours(" by ");
        if self.hit.actor.text.is_empty() {
            phrase.ours("an unknown actor");
        } else {
            phrase.theirs(&self.hit.actor.text);
        }
        phrase.ours(format!(" at {}", when(self.hit.at)));
        if let Some(until) = self.until {
            phrase.ours(", undone by ");
            phrase.theirs(&until.event.text);
            phrase.ours(format!(" at {}", when(until.at)));
        }
    }
}
