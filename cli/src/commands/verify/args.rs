//! What can be typed after `trailseal verify`.

use std::path::PathBuf;

use clap::ValueEnum;

use super::super::ColourArg;
use super::super::evidence::EvidenceArgs;
use crate::exit::EXIT_CODES;
use crate::time_arg::{ACCEPTED, TimeArg};

#[cfg(feature = "aws")]
const LIVE: &str = "  A live bucket, the last week; the keys are fetched from CloudTrail:
    trailseal verify s3://BUCKET --from 7d

  The bucket of a trail, and whether its newest digests are still there:
    trailseal verify --trail-arn arn:aws:cloudtrail:us-east-1:111122223333:trail/main

  A copy that can be verified offline, with every object's metadata:
    trailseal mirror s3://BUCKET ./copy
    trailseal keys fetch --from 2026-01-01 --region eu-west-1 -o keys.json

";
#[cfg(not(feature = "aws"))]
const LIVE: &str = "";

const EXAMPLES: &str = "  A whole copy, over the time that its own digests span:
    trailseal verify ./copy --keys keys.json

  A promise: two accounts, the first quarter, nothing left out:
    trailseal verify ./copy --keys keys.json --from 2026-01-01 --to 2026-04-01 \\
      --account 111122223333,444455556666

  For another program, written whole or not at all:
    trailseal verify ./copy --keys keys.json --format json --output report.json

Copies that were made with `aws s3 sync` will do, but have lost the signatures
kept in the objects' metadata: each digest but the newest of a chain is then
checked with its successor's copy of it. Trust in the keys is trust in where you
got them: never use keys that came with the logs.";

/// Verify a CloudTrail bucket or a copy of one.
///
/// Checks the signature of every digest, the links between digests, the hash of
/// every log they name, looks for logs that no digest names, and says what time
/// is covered.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("Examples:\n{LIVE}{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(in super::super) struct Args {
    /// Start of the time that must be covered.
    #[arg(long, value_name = "TIME", help_heading = "Range and scope")]
    #[arg(long_help = format!("Start of the time that must be covered: {ACCEPTED}.\n\n\
        Without --from and --to, a copy is judged over the time that its own digests span."))]
    pub(super) from: Option<TimeArg>,

    /// End of the time that must be covered, not itself included; forms as for --from.
    #[arg(long, value_name = "TIME", help_heading = "Range and scope")]
    pub(super) to: Option<TimeArg>,

    #[command(flatten)]
    pub(super) evidence: EvidenceArgs,

    /// How to write the report.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(super) format: FormatArg,

    /// With --format aws-cli, name every digest and log, not only those that are not valid.
    #[arg(long, help_heading = "Output")]
    pub(super) verbose: bool,

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
pub(in super::super) enum FormatArg {
    /// For people: a verdict, coverage, findings. Long lists are cut.
    #[default]
    Human,
    /// One JSON document with everything.
    Json,
    /// One JSON object a line, as the run goes on.
    Ndjson,
    /// The text of `aws cloudtrail validate-logs`, and like it exit code 0 or 1:
    /// 0 only if everything is verified.
    AwsCli,
}
