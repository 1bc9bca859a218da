//! `trailseal keys show`: what is in files of public keys.

use std::path::PathBuf;

use super::super::table_format::TableFormat;
use super::super::{ColourArg, Place};
use super::{fingerprint_policy, load};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::render::{keyring_json, keyring_table};

const EXAMPLES: &str = "\
Examples:
  trailseal keys show keys/eu-west-1.json
  trailseal keys show keys --format json

A file named by itself serves every Region unless it says which; of a folder,
each <region>.json serves that Region.";

/// Show the keys in files: Regions, fingerprints, sizes and validity.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in super::super) struct Args {
    /// Files of keys, or folders of REGION.json.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How to write them.
    #[arg(long, value_enum, default_value_t)]
    format: TableFormat,
    /// Take keys whose fingerprint is not the MD5 of their bytes, too.
    #[arg(long)]
    accept_wrong_fingerprints: bool,
    /// When to colour.
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: ColourArg,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let policy = fingerprint_policy(self.accept_wrong_fingerprints);
        let keyring = load(&self.files, policy)?;
        let text = match self.format {
            TableFormat::Human => keyring_table(&keyring, self.color.resolve(Place::stdout())),
            TableFormat::Json => keyring_json(&keyring).map_err(Failure::CouldNotRun)?,
        };
        output::print(&text).map_err(Failure::CouldNotRun)?;
        Ok(Exit::Success)
    }
}
