//! Which accounts are expected: the configuration lists them, or AWS Organizations
//! is asked.

use super::args::Args;
use crate::check::accounts::Accounts;
use crate::check::config::{Config, ExpectedAccounts};
use crate::exit::Failure;

/// The accounts that are expected. That the organization could not be asked is one of
/// the answers: it hides nothing of what the sources hold.
///
/// # Errors
/// If the options of the connection are wrong.
pub(super) fn accounts(args: &Args, config: &Config) -> Result<Accounts, Failure> {
    #[cfg(not(feature = "aws"))]
    let _ = args;
    match &config.policy.accounts {
        ExpectedAccounts::Listed(accounts) => Ok(Accounts::listed(accounts)),
        #[cfg(feature = "aws")]
        ExpectedAccounts::Organization => ask(args),
    }
}

#[cfg(feature = "aws")]
fn ask(args: &Args) -> Result<Accounts, Failure> {
    use trailseal_aws::organizations::{self, Account};

    use crate::check::accounts::{Expected, Standing};

    let connection = args.connection.clone().open(None)?;
    let expected = |account: Account| {
        let expected = Expected {
            name: account.name,
            standing: match account.standing {
                organizations::Standing::Active => Standing::Active,
                organizations::Standing::Inactive => Standing::Inactive,
            },
            joined: account.joined,
        };
        (account.id, expected)
    };
    Ok(match organizations::accounts(&connection) {
        Ok(told) => Accounts::These(told.into_iter().map(expected).collect()),
        Err(error) => Accounts::Unasked(error.to_string()),
    })
}
