//! What can be typed after `trailseal check`.

use std::path::PathBuf;

use jiff::Timestamp;

#[cfg(feature = "aws")]
use super::super::connect::ConnectionArgs;
use super::super::keys::PassphraseArgs;
use super::super::output_args::OutputArgs;
use super::super::table_format::TableFormat;
use crate::check::config::DEFAULT;

const EXAMPLES: &str = "\
Examples:
  A configuration to begin with, and what it would do:
    trailseal check --init
    trailseal check --dry-run

  From cron, a timer or a CI job, once an hour; the first verifies everything:
    trailseal check --config /etc/trailseal/trailseal.toml

  Everything once more:
    trailseal check --full

  What is open, and one finding acknowledged:
    trailseal ledger findings
    trailseal ledger acknowledge 3f9c0a11d2e4b576 --by ops --why \"change 4711\"

Exit codes:
  0  the policy is met: nothing is open, or what is open is accepted
  1  something failed the verification, and the policy does not accept it
  2  usage or configuration
  3  nothing failed, but something is open: unchecked, uncovered, or only warned of;
     or part of the sources could not be read
  4  could not run: no source could be read, no ledger, another check is running; or
     the policy is met, and somebody could not be told, or a bundle of evidence that
     is due could not be made
130  interrupted: nothing is recorded, the next check does it again";

/// Check the sources of a configuration: what is new, a share of what was verified
/// before, and what changed since the last check.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in super::super) struct Args {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = DEFAULT)]
    pub(super) config: PathBuf,

    /// Write a commented configuration to --config, and do nothing else.
    #[arg(long, conflicts_with_all = ["dry_run", "full"])]
    pub(super) init: bool,

    /// Say what a check would do, and do nothing.
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Verify everything again, not only what has its turn.
    #[arg(long)]
    pub(super) full: bool,

    /// Judge as at this time, in the place of the clock: for rehearsals, and for a copy
    /// that was made then.
    #[arg(long, value_name = "TIME")]
    pub(super) at: Option<Timestamp>,

    /// Go on with a ledger whose rows are not signed though the configuration names a key:
    /// once, where the key is new.
    #[arg(long)]
    pub(super) adopt_unsigned: bool,

    /// How many threads to use; one per processor if not given.
    #[arg(long, value_name = "N")]
    pub(super) jobs: Option<std::num::NonZeroUsize>,

    /// How many requests may wait for S3 at one time.
    #[cfg(feature = "aws")]
    #[arg(
        long,
        value_name = "N",
        default_value = "64",
        value_parser = clap::value_parser!(u16).range(1..=1024),
        help_heading = "AWS"
    )]
    pub(super) concurrency: u16,

    #[cfg(feature = "aws")]
    #[command(flatten)]
    pub(super) connection: ConnectionArgs,

    #[command(flatten)]
    pub(super) passphrase: PassphraseArgs,

    /// How to write the report.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(super) format: TableFormat,

    #[command(flatten)]
    pub(super) output: OutputArgs,
}
