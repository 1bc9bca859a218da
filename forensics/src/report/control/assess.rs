//! The findings of a report under the controls that they bear on.

use std::collections::BTreeMap;

use serde::Serialize;
use trailseal_verifier::verdict::{Answer, Code};

use super::{Concern, Framework};
use crate::report::State;

/// What a report shows of the controls of a framework.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Assessment {
    /// The framework's name on the command line.
    pub framework: String,
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// Who published it, and where.
    pub source: String,
    /// Its controls.
    pub controls: Vec<Assessed>,
}

/// What a report shows of one control.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Assessed {
    /// Its id in the framework.
    pub id: String,
    /// What it asks for.
    pub asks: String,
    /// How much of the evidence for it was judged.
    pub state: State,
    /// What was concluded of the evidence for it: never whether the control is met.
    pub evidence: Answer,
    /// The findings that bear on it, and how often each was made.
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, u64>"))]
    pub findings: BTreeMap<Code, u64>,
    /// What the report shows of it.
    pub shows: String,
    /// What it does not.
    pub lacks: String,
}

impl Framework {
    /// Groups the findings of a report under the controls.
    pub fn assess(self, codes: &BTreeMap<Code, u64>, outcome: Answer, state: State) -> Assessment {
        let assessed = |control: super::Control| {
            let concerns = |code: Code| control.concerns.contains(&Concern::of(code));
            let findings: BTreeMap<Code, u64> = codes
                .iter()
                .filter(|(code, _)| concerns(**code))
                .map(|(code, count)| (*code, *count))
                .collect();
            let worst = findings.keys().map(|code| code.answer()).max();
            let evidence = match state {
                State::NotEvaluated => Answer::Unchecked,
                // An interrupted run leaves no finding where it did not get to.
                State::Complete | State::Incomplete => match (worst, outcome) {
                    (Some(worst), _) => worst,
                    (None, Answer::Verified | Answer::Failed) if state == State::Complete => {
                        Answer::Verified
                    }
                    (None, _) => Answer::Unchecked,
                },
            };
            Assessed {
                id: control.id,
                asks: control.asks,
                state: match (state, evidence) {
                    (State::NotEvaluated, _) => State::NotEvaluated,
                    (_, Answer::Unchecked) => State::Incomplete,
                    (state, _) => state,
                },
                evidence,
                findings,
                shows: control.shows,
                lacks: control.lacks,
            }
        };
        Assessment {
            framework: self.name,
            title: self.title,
            version: self.version,
            source: self.source,
            controls: self.controls.into_iter().map(assessed).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assessed(codes: &[Code], outcome: Answer, state: State) -> Vec<(String, Answer, State)> {
        let codes = codes.iter().map(|code| (*code, 1)).collect();
        let assessment = Framework::named("nist")
            .unwrap()
            .assess(&codes, outcome, state);
        let controls = assessment.controls.into_iter();
        controls
            .map(|control| (control.id, control.evidence, control.state))
            .collect()
    }

    #[test]
    fn a_finding_bears_on_the_controls_of_its_kind_only() {
        let all = assessed(&[Code::LogHashMismatch], Answer::Failed, State::Complete);
        let of = |id: &str| all.iter().find(|(other, ..)| other == id).unwrap().1;
        assert_eq!(of("AU-9"), Answer::Failed);
        assert_eq!(of("AU-11"), Answer::Verified);
    }

    #[test]
    fn nothing_is_verified_without_evidence() {
        for (_, evidence, state) in assessed(&[], Answer::Unchecked, State::NotEvaluated) {
            assert_eq!((evidence, state), (Answer::Unchecked, State::NotEvaluated));
        }
        // Some of it was never reached.
        for (_, evidence, _) in assessed(&[], Answer::Unchecked, State::Incomplete) {
            assert_eq!(evidence, Answer::Unchecked);
        }
    }
}
