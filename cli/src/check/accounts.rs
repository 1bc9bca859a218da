//! Which accounts are expected.

use std::collections::BTreeMap;

use jiff::Timestamp;
use trailseal_verifier::id::AccountId;

/// The accounts that are expected, as far as is known.
#[derive(Clone, Debug)]
pub(crate) enum Accounts {
    /// Nobody says: none is missing, and none is one too many.
    Any,
    /// These, and no others.
    These(BTreeMap<AccountId, Expected>),
    /// The organization, which could not be asked, for this reason. That is not
    /// to expect nobody: nothing is said of accounts, and that is told.
    #[cfg_attr(not(feature = "aws"), allow(dead_code, reason = "nobody is asked"))]
    Unasked(String),
}

/// How an account is expected.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expected {
    /// What the organization calls it, if it does. Untrusted text.
    pub(crate) name: Option<String>,
    pub(crate) standing: Standing,
    /// Since when it is in the organization, if that is known.
    pub(crate) joined: Option<Timestamp>,
}

/// What an account has to deliver.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Standing {
    /// Digests, and no end of them.
    #[default]
    Active,
    /// Nothing: it is suspended, closed, or not yet opened. What is there of it is
    /// no surprise.
    #[cfg_attr(not(feature = "aws"), allow(dead_code, reason = "nobody is asked"))]
    Inactive,
}

impl Accounts {
    /// Those that a configuration lists.
    pub(crate) fn listed(accounts: &[AccountId]) -> Self {
        if accounts.is_empty() {
            return Self::Any;
        }
        let expected = |account: &AccountId| (account.clone(), Expected::default());
        Self::These(accounts.iter().map(expected).collect())
    }

    /// Whether an account is known to deliver no more, or not yet.
    pub(crate) fn may_be_silent(&self, account: &AccountId) -> bool {
        match self {
            Self::These(accounts) => accounts
                .get(account)
                .is_some_and(|expected| expected.standing == Standing::Inactive),
            Self::Any | Self::Unasked(_) => false,
        }
    }
}
