//! `trailseal keys`: the public keys that verdicts rest on.

#[cfg(feature = "aws")]
mod fetch;
mod show;

use std::path::PathBuf;

use anyhow::anyhow;
use trailseal_keys::{EntryProblem, FingerprintPolicy, Keyring, KeyringError};

use crate::exit::{Exit, Failure};

/// Fetch public keys, and look at them.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    #[cfg(feature = "aws")]
    Fetch(fetch::Args),
    Show(show::Args),
}

impl Command {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        match self {
            #[cfg(feature = "aws")]
            Self::Fetch(args) => args.run(),
            Self::Show(args) => args.run(),
        }
    }
}

/// What the switch means.
pub(super) fn fingerprint_policy(accept: bool) -> FingerprintPolicy {
    if accept {
        FingerprintPolicy::Accept
    } else {
        FingerprintPolicy::Refuse
    }
}

/// Reads keys; whatever is wrong with them is a matter of configuration.
pub(super) fn load(files: &[PathBuf], policy: FingerprintPolicy) -> Result<Keyring, Failure> {
    Keyring::load(files, policy).map_err(|error| {
        let mismatch = matches!(
            error,
            KeyringError::Entry {
                problem: EntryProblem::FingerprintMismatch { .. },
                ..
            }
        );
        Failure::Usage(if mismatch {
            anyhow!("{error} (--accept-wrong-fingerprints)")
        } else {
            error.into()
        })
    })
}
