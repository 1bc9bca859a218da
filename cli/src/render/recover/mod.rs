//! What a search for older versions concluded.

mod json;
mod text;

use std::path::Path;

use serde::Serialize;
use trailseal_verifier::recover::{Recovered, is_searched};

use super::Conclusion;

#[cfg(test)]
pub(super) use json::Document;
pub(crate) use json::recovery_json;
pub(crate) use text::{recovery_line, recovery_text};

/// What the walk found wrong, and what the search found in its place.
#[derive(Clone, Copy)]
pub(crate) struct Recovery<'a> {
    pub(crate) conclusion: Conclusion<'a>,
    pub(crate) recovered: &'a Recovered,
    /// The folder into which what was found was put.
    pub(crate) restored_to: Option<&'a Path>,
}

/// How it ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// Nothing was wrong, or everything that was wrong was found.
    Found,
    /// Something could not be looked at, or no digest says what belongs there.
    Incomplete,
    /// Something that was signed for is in no version.
    Lost,
}

impl Recovery<'_> {
    pub(crate) fn is_interrupted(&self) -> bool {
        self.recovered.interrupted || self.conclusion.report.interrupted
    }

    pub(crate) fn outcome(&self) -> Outcome {
        let codes = self.conclusion.headline.codes();
        let unsearched = codes.keys().any(|code| !is_searched(*code));
        let nothing = self.conclusion.report.tally.digests.total() == 0;
        if self.recovered.is_lost() {
            Outcome::Lost
        } else if self.is_interrupted() || !self.recovered.is_whole() || unsearched || nothing {
            Outcome::Incomplete
        } else {
            Outcome::Found
        }
    }
}

#[cfg(test)]
mod tests;
