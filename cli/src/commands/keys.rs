//! `trailseal keys`: what is in files of public keys.

use std::path::PathBuf;

use anyhow::anyhow;
use clap::ValueEnum;
use trailseal_keys::{EntryProblem, FingerprintPolicy, Keyring, KeyringError};

use super::{ColourArg, Place};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::render::{keyring_json, keyring_table};

const EXAMPLES: &str = "\
Examples:
  trailseal keys show keys/eu-west-1.json
  trailseal keys show keys --format json

A file named by itself serves every Region unless it says which; of a folder,
each <region>.json serves that Region.";

/// Look at public keys.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    Show(ShowArgs),
}

impl Command {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::Show(args) => args.run(),
        }
    }
}

/// Show the keys in files: Regions, fingerprints, sizes and validity.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ShowArgs {
    /// Files of keys, or folders of REGION.json.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How to write them.
    #[arg(long, value_enum, default_value_t)]
    format: KeysFormat,
    /// Take keys whose fingerprint is not the MD5 of their bytes, too.
    #[arg(long)]
    accept_wrong_fingerprints: bool,
    /// When to colour.
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: ColourArg,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum KeysFormat {
    /// A table.
    #[default]
    Human,
    /// One JSON document.
    Json,
}

impl ShowArgs {
    fn run(self) -> Result<Exit, Failure> {
        let policy = fingerprint_policy(self.accept_wrong_fingerprints);
        let keyring = load(&self.files, policy)?;
        let text = match self.format {
            KeysFormat::Human => keyring_table(&keyring, self.color.resolve(Place::stdout())),
            KeysFormat::Json => keyring_json(&keyring).map_err(Failure::CouldNotRun)?,
        };
        output::print(&text).map_err(Failure::CouldNotRun)?;
        Ok(Exit::Success)
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
