//! The accounts of an organization: [`ListAccounts`].
//!
//! It answers the management account, and members that it named delegated
//! administrators. Which Region is configured does not matter: each partition has one
//! endpoint.
//!
//! [`ListAccounts`]: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html

use aws_config::SdkConfig;
use aws_sdk_organizations::Client;
use aws_sdk_organizations::types::{Account as Listed, AccountState, AccountStatus};
use jiff::Timestamp;
use trailseal_verifier::id::AccountId;

use crate::call_error::CallError;
use crate::connection::Connection;
use crate::operation::Operation;
use crate::time;

static LIST_ACCOUNTS: Operation = Operation {
    name: "organizations:ListAccounts",
    permission: "organizations:ListAccounts",
    without: "it is not known which accounts there are; only the management account and \
              delegated administrators may ask",
};

/// Accounts that are read: the largest organizations have some ten thousand.
const ACCOUNTS: usize = 100_000;

/// Answers without an account that are read: one may be empty and not be the last.
const EMPTY: usize = 100;

/// Longest name that is kept, in characters: Organizations allows 50.
const NAME: usize = 50;

/// An account of the organization.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// What its owner calls it, if anything. Untrusted text.
    pub name: Option<String>,
    /// Whether it is in use.
    pub standing: Standing,
    /// Since when it is in the organization.
    pub joined: Option<Timestamp>,
}

/// Whether an account is in use, by its [state].
///
/// [state]: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing {
    /// It is, as far as is known: a state that is not known counts.
    Active,
    /// Not yet, or no more: `PENDING_ACTIVATION`, `SUSPENDED`, `PENDING_CLOSURE`,
    /// `CLOSED`. It may deliver logs for a while, and what it delivered stays.
    Inactive,
}

/// Every account of the organization, in the order in which they are told. One that
/// left, or was closed more than 90 days ago, is not among them.
///
/// # Errors
/// [`CallError`]; also if the answer names nobody: there is always the management
/// account.
pub fn accounts(connection: &Connection) -> Result<Vec<Account>, CallError> {
    connection.block_on(list(anywhere(connection)))
}

/// The configuration with some Region: the SDK asks for one, and finds the partition's
/// endpoint by it.
fn anywhere(connection: &Connection) -> SdkConfig {
    let config = connection.config().to_builder();
    match connection.config().region() {
        Some(_) => config.build(),
        None => config
            .region(aws_config::Region::from_static("us-east-1"))
            .build(),
    }
}

async fn list(config: SdkConfig) -> Result<Vec<Account>, CallError> {
    let mut pages = Client::new(&config).list_accounts().into_paginator().send();
    let mut accounts = Vec::new();
    let mut empty = 0;
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| CallError::of(&LIST_ACCOUNTS, &error))?;
        let listed = page.accounts.unwrap_or_default();
        empty += usize::from(listed.is_empty());
        for listed in listed {
            accounts.push(read(listed)?);
        }
        if accounts.len() > ACCOUNTS || empty > EMPTY {
            let detail = format!(
                "expected at most {ACCOUNTS} accounts and {EMPTY} empty answers, found more"
            );
            return Err(CallError::malformed(&LIST_ACCOUNTS, &detail));
        }
    }
    if accounts.is_empty() {
        let detail = "expected at least the management account, found none";
        return Err(CallError::malformed(&LIST_ACCOUNTS, detail));
    }
    Ok(accounts)
}

fn read(listed: Listed) -> Result<Account, CallError> {
    let id = listed.id.as_deref().unwrap_or_default();
    let id = id
        .parse()
        .map_err(|_| CallError::malformed(&LIST_ACCOUNTS, "expected an account id, found none"))?;
    let name = listed.name.unwrap_or_default();
    let name: String = name.trim().chars().take(NAME).collect();
    Ok(Account {
        id,
        name: Some(name).filter(|name| !name.is_empty()),
        standing: Standing::of(listed.state.as_ref(), listed.status.as_ref()),
        joined: listed.joined_timestamp.as_ref().and_then(time::from_sdk),
    })
}

impl Standing {
    /// `Status` is what servers told before there was `State`.
    fn of(state: Option<&AccountState>, status: Option<&AccountStatus>) -> Self {
        let inactive = match state {
            Some(state) => matches!(
                state,
                AccountState::Closed
                    | AccountState::PendingActivation
                    | AccountState::PendingClosure
                    | AccountState::Suspended
            ),
            None => matches!(
                status,
                Some(AccountStatus::PendingClosure | AccountStatus::Suspended)
            ),
        };
        match inactive {
            true => Self::Inactive,
            false => Self::Active,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_goes_before_the_status_and_what_is_not_known_is_in_use() {
        let of = |state: Option<&str>, status: Option<&str>| {
            let (state, status) = (
                state.map(AccountState::from),
                status.map(AccountStatus::from),
            );
            Standing::of(state.as_ref(), status.as_ref())
        };
        for state in [
            "PENDING_ACTIVATION",
            "SUSPENDED",
            "PENDING_CLOSURE",
            "CLOSED",
        ] {
            assert_eq!(
                of(Some(state), Some("ACTIVE")),
                Standing::Inactive,
                "{state}"
            );
        }
        assert_eq!(of(Some("ACTIVE"), Some("SUSPENDED")), Standing::Active);
        assert_eq!(of(None, Some("SUSPENDED")), Standing::Inactive);
        assert_eq!(of(None, Some("PENDING_CLOSURE")), Standing::Inactive);
        assert_eq!(of(Some("NEW_AND_UNHEARD_OF"), None), Standing::Active);
        assert_eq!(of(None, None), Standing::Active);
    }
}
