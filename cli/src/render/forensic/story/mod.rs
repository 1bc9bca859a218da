//! What blinded or destroyed evidence: `trailseal antiforensics`.

mod effects;
mod json;
mod text;
mod words;

use trailseal_forensics::Provenance;
use trailseal_forensics::antiforensics::{Hit, Story};
use trailseal_verifier::verdict::Finding;

pub(crate) use json::story_json;
pub(crate) use text::story_text;

/// A story, and what there is to say beside it.
#[derive(Clone, Copy)]
pub(crate) struct StoryView<'a> {
    /// What was done to evidence.
    pub(crate) story: &'a Story,
    /// What the verifier found.
    pub(crate) findings: &'a [Finding],
    /// What else is known of an event.
    pub(crate) background: &'a dyn Fn(&Hit) -> Background,
}

/// What a hit does not carry itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Background {
    /// Where its record lies, and what vouches for it.
    pub(crate) proof: Option<Provenance>,
    /// Who stands behind its session, in one sentence without a full stop
    /// (`whois_sentence`).
    pub(crate) origin: Option<String>,
}

#[cfg(test)]
mod tests;
