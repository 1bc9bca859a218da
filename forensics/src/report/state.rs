//! Whether a report can be read as an answer at all.

use std::fmt;

use serde::{Deserialize, Serialize};
use trailseal_verifier::report::Report;

/// How much of what was asked has an answer. It says nothing of whether the
/// answer is a good one: a complete report may be one of failures.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Everything that was asked for was judged: it is verified or failed.
    Complete,
    /// Part of it was not judged: unchecked, uncovered or never reached.
    Incomplete,
    /// Nothing was judged. Nothing passes without evidence.
    NotEvaluated,
}

impl State {
    /// That of a verification.
    pub fn of(report: &Report) -> Self {
        let tally = &report.tally;
        let judged = tally.digests.verified + tally.digests.failed + tally.findings_failed;
        if judged == 0 {
            Self::NotEvaluated
        } else if report.interrupted
            || !report.scope.reconciled
            || tally.findings_unchecked > 0
            || tally.logs_uncovered > 0
        {
            Self::Incomplete
        } else {
            Self::Complete
        }
    }

    /// That of a verification which somebody states: what was not judged again is
    /// never complete.
    pub fn of_stated(report: &Report) -> Self {
        match Self::of(report) {
            Self::NotEvaluated => Self::NotEvaluated,
            Self::Complete | Self::Incomplete => Self::Incomplete,
        }
    }

    /// The spelling in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
            Self::NotEvaluated => "not_evaluated",
        }
    }

    /// What it means, in one sentence.
    pub fn description(self) -> &'static str {
        match self {
            Self::Complete => "Everything that was asked for was judged.",
            Self::Incomplete => {
                "Part of what was asked for was not judged: see what this report does not prove."
            }
            Self::NotEvaluated => "Nothing was judged: this report proves nothing.",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn nothing_is_complete_without_evidence() {
        let whole = fixture::report();
        assert_eq!(State::of(&whole), State::Complete);

        let mut empty = fixture::report();
        empty.tally = Default::default();
        assert_eq!(State::of(&empty), State::NotEvaluated);

        let mut failed = fixture::report();
        failed.tally.logs.failed = 3;
        failed.tally.findings_failed = 3;
        assert_eq!(State::of(&failed), State::Complete);

        let parts: [fn(&mut Report); 4] = [
            |report| report.interrupted = true,
            |report| report.scope.reconciled = false,
            |report| report.tally.findings_unchecked = 1,
            |report| report.tally.logs_uncovered = 1,
        ];
        for part in parts {
            let mut report = fixture::report();
            part(&mut report);
            assert_eq!(State::of(&report), State::Incomplete);
        }
    }

    #[test]
    fn what_is_stated_is_never_complete() {
        let mut report = fixture::report();
        assert_eq!(State::of_stated(&report), State::Incomplete);
        report.tally = Default::default();
        assert_eq!(State::of_stated(&report), State::NotEvaluated);
    }

    #[test]
    fn json_has_the_word_that_text_has() {
        for state in [State::Complete, State::Incomplete, State::NotEvaluated] {
            assert_eq!(
                serde_json::to_string(&state).unwrap(),
                format!("\"{state}\"")
            );
        }
    }
}
