//! What a case rests on.

use jiff::Timestamp;
use trailseal_verifier::verdict::Answer;

/// The verification that the logs of one building were read in, as the caller
/// states it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Verification {
    /// When it was made.
    pub at: Timestamp,
    /// The program and its version.
    pub tool: String,
    /// The command, as it was typed.
    pub command: String,
    /// What was verified: the folder or the bucket.
    pub input: String,
    /// The keys that were trusted.
    pub keyrings: Vec<KeyringUsed>,
    /// What it came to.
    pub outcome: Answer,
    /// Whether it was ended before it was complete.
    pub interrupted: bool,
    /// The report, as JSON.
    pub report: String,
}

/// A file of keys that were trusted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyringUsed {
    /// The file, and what keys it holds, in words.
    pub description: String,
    /// The SHA-256 of its bytes, in lower-case hex.
    pub sha256: String,
}
