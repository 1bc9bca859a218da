//! What can be typed after `trailseal verify`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::ValueEnum;
use trailseal_verifier::id::{AccountId, BucketName, OrganizationId, Region, TrailName};

use super::super::ColourArg;
use crate::exit::EXIT_CODES;
use crate::time_arg::{ACCEPTED, TimeArg};

const EXAMPLES: &str = "\
Examples:
  A whole copy, over the time that its own digests span:
    trailseal verify ./copy --keys keys

  A promise: two accounts, the first quarter, nothing left out:
    trailseal verify ./copy --keys keys --from 2026-01-01 --to 2026-04-01 \\
      --account 111122223333,444455556666

  For another program, written whole or not at all:
    trailseal verify ./copy --keys keys --format json --output report.json

Making a copy and fetching the keys:
    aws s3 sync s3://BUCKET/AWSLogs ./copy/AWSLogs
    aws cloudtrail list-public-keys --region eu-west-1 \\
      --start-time 2026-01-01 --end-time 2026-04-02 > keys/eu-west-1.json

Such a copy has lost the signatures kept in the objects' metadata. Each digest
but the newest of a chain is then checked with its successor's copy of it.
Trust in the keys is trust in where you got them: never use keys that came with
the logs.";

/// Verify a copy of a CloudTrail bucket.
///
/// Checks the signature of every digest, the links between digests, the hash of
/// every log they name, looks for logs that no digest names, and says what time
/// is covered.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(in super::super) struct Args {
    /// The copy: a folder that holds manifest.jsonl, or AWSLogs/ as in the bucket.
    #[arg(value_name = "PATH")]
    pub(super) path: PathBuf,

    /// Public keys: files, or folders of REGION.json.
    #[arg(long, required = true, value_name = "FILE", value_delimiter = ',')]
    pub(super) keys: Vec<PathBuf>,

    /// Start of the time that must be covered.
    #[arg(long, value_name = "TIME", help_heading = "Range and scope")]
    #[arg(long_help = format!("Start of the time that must be covered: {ACCEPTED}.\n\n\
        Without --from and --to, a copy is judged over the time that its own digests span."))]
    pub(super) from: Option<TimeArg>,

    /// End of the time that must be covered, not itself included; forms as for --from.
    #[arg(long, value_name = "TIME", help_heading = "Range and scope")]
    pub(super) to: Option<TimeArg>,

    /// Only these accounts; each must have digests.
    #[arg(
        long,
        value_name = "ID",
        value_delimiter = ',',
        help_heading = "Range and scope"
    )]
    pub(super) account: Vec<AccountId>,

    /// Only these Regions; each must have digests.
    #[arg(
        long,
        value_name = "REGION",
        value_delimiter = ',',
        help_heading = "Range and scope"
    )]
    pub(super) region: Vec<Region>,

    /// Only the trails of these names.
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        help_heading = "Range and scope"
    )]
    pub(super) trail: Vec<TrailName>,

    /// Only the folders of this organization.
    #[arg(long, value_name = "O-ID", help_heading = "Range and scope")]
    pub(super) organization: Option<OrganizationId>,

    /// The bucket that a plain copy was made from; else it is taken from the digests.
    #[arg(long, value_name = "NAME", help_heading = "Range and scope")]
    pub(super) bucket: Option<BucketName>,

    /// Do not look for log files that no digest names.
    #[arg(long)]
    pub(super) no_reconcile: bool,

    /// Take keys whose fingerprint is not the MD5 of their bytes, too.
    #[arg(long)]
    pub(super) accept_wrong_fingerprints: bool,

    /// How many threads to use; one per processor if not given.
    #[arg(long, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,

    /// How to write the report.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(super) format: FormatArg,

    /// Write the report to a file, which appears when it is complete.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,

    /// When to colour.
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        help_heading = "Output"
    )]
    pub(super) color: ColourArg,
}

/// The formats by name.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub(super) enum FormatArg {
    /// For people: a verdict, coverage, findings. Long lists are cut.
    #[default]
    Human,
    /// One JSON document with everything.
    Json,
    /// One JSON object a line, as the run goes on.
    Ndjson,
}
