//! Codes of what the policy finds, besides those of the verifier.

use trailseal_verifier::verdict::Answer;

use super::report::Level;

/// What a policy finds. A released code keeps its spelling and its meaning.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum PolicyCode {
    /// A source has files of an account that is not expected.
    AccountUnexpected,
    /// The organization could not be asked which accounts are expected.
    OrganizationUnasked,
    /// A source has files of an expected account in a Region that is not.
    RegionUnexpected,
    /// The newest verified digest is too old.
    TailLag,
}

impl PolicyCode {
    /// Every code.
    pub(crate) const ALL: [Self; 4] = [
        Self::AccountUnexpected,
        Self::OrganizationUnasked,
        Self::RegionUnexpected,
        Self::TailLag,
    ];

    /// The code of this spelling.
    pub(crate) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == word)
    }

    /// The spelling in every output.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::AccountUnexpected => "policy-account-unexpected",
            Self::OrganizationUnasked => "policy-organization-unasked",
            Self::RegionUnexpected => "policy-region-unexpected",
            Self::TailLag => "policy-tail-lag",
        }
    }

    /// The answer it gives: a policy contradicts nothing that is signed.
    pub(crate) fn answer(self) -> Answer {
        match self {
            Self::AccountUnexpected
            | Self::OrganizationUnasked
            | Self::RegionUnexpected
            | Self::TailLag => Answer::Unchecked,
        }
    }

    /// What becomes of it, unless the configuration says otherwise.
    pub(crate) fn level(self) -> Level {
        match self {
            Self::AccountUnexpected | Self::OrganizationUnasked | Self::RegionUnexpected => {
                Level::Warn
            }
            Self::TailLag => Level::Fail,
        }
    }

    /// What it means, in one sentence.
    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::AccountUnexpected => {
                "CloudTrail files of this account are in the source, and the policy of `trailseal \
                 check` does not expect the account: it joined or left, or these are somebody \
                 else's logs in this bucket."
            }
            Self::OrganizationUnasked => {
                "AWS Organizations did not say which accounts there are, so nothing is known of \
                 accounts that are missing or not expected; the check does not pass."
            }
            Self::RegionUnexpected => {
                "CloudTrail files of this account are in the source for a Region that the policy of \
                 `trailseal check` does not expect: the account began to use the Region, or somebody \
                 did in its name."
            }
            Self::TailLag => {
                "The newest verified digest of the account and Region is older than the policy of \
                 `trailseal check` tolerates."
            }
        }
    }

    /// What the reader can do next.
    pub(crate) fn next_step(self) -> &'static str {
        match self {
            Self::AccountUnexpected => {
                "Find out whose account it is. If it joined, add it to `accounts`; if it left, accept \
                 what stays of it. If nobody knows it, look at who may write to the bucket (its \
                 policy, PutObject in S3 data events)."
            }
            Self::OrganizationUnasked => {
                "Run the check as the management account or a delegated administrator, allowed \
                 organizations:ListAccounts; or list the accounts in the configuration."
            }
            Self::RegionUnexpected => {
                "Ask the owner of the account whether the Region is used, and look at its events \
                 there and for EnableRegion. If it was meant, add the Region to `regions`, or accept \
                 it for this account."
            }
            Self::TailLag => {
                "Ask the live trail whether it is logging and delivers (trailseal trails); look for \
                 StopLogging, DeleteTrail and changes of the bucket's policy; if it was meant, \
                 acknowledge it."
            }
        }
    }
}
