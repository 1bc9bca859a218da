//! What the verdicts of a report rest on.

use jiff::Timestamp;
use serde::Serialize;
use trailseal_verifier::verdict::Answer;

use crate::case::Verification;

/// What the verdicts of a report rest on.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Basis {
    /// The evidence itself, which was verified when the report was made.
    Evidence,
    /// What a case states: nothing was checked again.
    Case(StatedCase),
}

/// What a case states of its verifications.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StatedCase {
    /// The verifications, oldest first. Chains, coverage, tally and findings of the
    /// report are those of the newest.
    pub verifications: Vec<StatedVerification>,
    /// Older verifications that are not listed.
    pub more: u64,
}

/// A verification, as a case states it. All of it is untrusted text.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StatedVerification {
    /// When it was made.
    pub at: Timestamp,
    /// The program and its version.
    pub tool: String,
    /// The command, as it was typed.
    pub command: String,
    /// What was verified.
    pub input: String,
    /// What it came to.
    pub outcome: Answer,
    /// Whether it was ended before it was complete.
    pub interrupted: bool,
    /// The files of keys that it trusted, with their hashes, in words.
    pub keyrings: Vec<String>,
}

/// Bytes of a text that are repeated.
const LONGEST: usize = 2048;

impl StatedCase {
    /// Verifications that are listed.
    const LISTED: usize = 20;

    /// What is repeated of these, which come oldest first.
    pub fn of(verifications: &[Verification]) -> Self {
        let more = verifications.len().saturating_sub(Self::LISTED);
        Self {
            verifications: verifications[more..]
                .iter()
                .map(StatedVerification::of)
                .collect(),
            more: more as u64,
        }
    }

    /// What the newest came to.
    pub fn outcome(&self) -> Answer {
        let newest = self.verifications.last();
        newest.map_or(Answer::Unchecked, |newest| newest.outcome)
    }
}

impl StatedVerification {
    fn of(stated: &Verification) -> Self {
        let cut = |text: &str| text[..text.floor_char_boundary(LONGEST)].to_owned();
        let keyrings = stated.keyrings.iter().take(StatedCase::LISTED);
        Self {
            at: stated.at,
            tool: cut(&stated.tool),
            command: cut(&stated.command),
            input: cut(&stated.input),
            outcome: stated.outcome,
            interrupted: stated.interrupted,
            keyrings: keyrings.map(|keyring| cut(&keyring.description)).collect(),
        }
    }
}
