//! `trailseal keys`: the public keys that verdicts rest on, and the keys that sign
//! evidence.

#[cfg(feature = "aws")]
mod fetch;
mod generate;
mod passphrase;
mod public;
mod show;
mod signer;

use std::path::PathBuf;

use anyhow::anyhow;
use trailseal_keys::{EntryProblem, FingerprintPolicy, Keyring, KeyringError};

pub(super) use passphrase::PassphraseArgs;
pub(super) use signer::{KeyArgs, KeyPlace};

use crate::exit::{Exit, Failure};

/// CloudTrail's public keys, and keys that sign evidence.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    #[cfg(feature = "aws")]
    Fetch(fetch::Args),
    Show(show::Args),
    Generate(generate::Args),
    Public(public::Args),
}

impl Command {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        match self {
            #[cfg(feature = "aws")]
            Self::Fetch(args) => args.run(),
            Self::Show(args) => args.run(),
            Self::Generate(args) => args.run(),
            Self::Public(args) => args.run(),
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
