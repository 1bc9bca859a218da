//! What blinded or destroyed evidence: `trailseal antiforensics`.

mod effects;
mod evidence;
mod json;
mod remainder;
mod text;
mod words;

use trailseal_forensics::Provenance;
use trailseal_forensics::antiforensics::{Chapter, Hit, Story};
use trailseal_verifier::verdict::{Answer, Finding};

pub(crate) use evidence::acts;
#[cfg(test)]
pub(in crate::render) use json::StoryBody;
pub(crate) use json::story_json;
pub(crate) use text::story_text;

/// A story, and what there is to say beside it.
#[derive(Clone, Copy)]
pub(crate) struct StoryView<'a> {
    /// What was done to evidence.
    pub(crate) story: &'a Story,
    /// What the verifier found.
    pub(crate) findings: &'a [Finding],
    /// Where the record of an event lies, and what vouches for it.
    pub(crate) proof: &'a dyn Fn(&Hit) -> Option<Provenance>,
    /// Who stands behind the session of an event, in one sentence without a
    /// full stop: [`whois_sentence`](super::whois_sentence).
    pub(crate) origin: &'a dyn Fn(&Hit) -> Option<String>,
}

impl StoryView<'_> {
    /// What vouches for the event that a chapter begins with.
    fn standing(self, chapter: &Chapter) -> Answer {
        let proof = self.story.beginning(chapter).and_then(self.proof);
        proof.map_or(Answer::Unchecked, |at| at.verdict().answer())
    }
}

#[cfg(test)]
mod tests;
