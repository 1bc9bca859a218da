//! Codes of what the policy finds, besides those of the verifier.

use trailseal_verifier::verdict::Answer;

/// What a policy finds. A released code keeps its spelling and its meaning.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum PolicyCode {
    /// The newest verified digest is too old.
    TailLag,
}

impl PolicyCode {
    /// Every code.
    pub(crate) const ALL: [Self; 1] = [Self::TailLag];

    /// The spelling in every output.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::TailLag => "policy-tail-lag",
        }
    }

    /// The answer it gives.
    pub(crate) fn answer(self) -> Answer {
        match self {
            Self::TailLag => Answer::Unchecked,
        }
    }

    /// What it means, in one sentence.
    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::TailLag => {
                "The newest verified digest of the account and Region is older than the policy of \
                 `trailseal check` tolerates."
            }
        }
    }

    /// What the reader can do next.
    pub(crate) fn next_step(self) -> &'static str {
        match self {
            Self::TailLag => {
                "Ask the live trail whether it is logging and delivers (trailseal trails); look for \
                 StopLogging, DeleteTrail and changes of the bucket's policy; if it was meant, \
                 acknowledge it."
            }
        }
    }
}
