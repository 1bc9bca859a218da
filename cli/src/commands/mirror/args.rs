//! What can be typed after `trailseal mirror`.

use std::path::PathBuf;

use trailseal_aws::s3::S3Url;

use super::super::ColourArg;
use super::super::connect::ConnectionArgs;
use super::super::scope::ScopeArgs;
use super::super::verify::FormatArg;
use crate::time_arg::{ACCEPTED, TimeArg};

const EXAMPLES: &str = "\
Examples:
  Everything below a prefix, then the verdict over what lies on the disk:
    trailseal mirror s3://BUCKET/PREFIX ./copy

  A quarter of two accounts, with a record for the custody log:
    trailseal mirror s3://BUCKET ./copy --from 2026-01-01 --to 2026-04-01 \\
      --account 111122223333,444455556666 --summary custody.json

  Bring a copy up to date, and verify it later, offline:
    trailseal mirror s3://BUCKET ./copy --no-verify
    trailseal verify ./copy --keys keys.json

Files are byte for byte those of the bucket; their metadata, which holds the
signatures, is in manifest.jsonl. A run that was ended, by Ctrl-C or otherwise,
goes on where it was; until then the copy is refused by trailseal verify. Files
that have changed in the bucket are fetched again, and the older ones kept in
_superseded. What has vanished from the bucket stays in the copy; digests and
logs that have, by a lifecycle rule or by deletion, are told of at every run.

It takes the permissions s3:ListBucket and s3:GetObject, and for the verdict
cloudtrail:ListPublicKeys, unless keys are given. Nothing is written to AWS.

Exit codes:
  0  the copy is complete, and verified
  1  the copy is complete, and something in it failed
  2  usage or configuration
  3  an object could not be read, digests or logs have vanished from the bucket,
     there is nothing to copy, or part of the range is unchecked or uncovered
  4  could not run: no access, network, disk; run it again to go on
130  interrupted; run it again to go on";

/// Copy a bucket so that it can be verified offline, and verify the copy.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in super::super) struct Args {
    /// The bucket, and what stands left of AWSLogs/ in its keys.
    #[arg(value_name = "S3URL")]
    pub(super) url: S3Url,

    /// The folder: a new one, or a mirror to bring up to date.
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,

    /// Copy no day that ends before this time, but one.
    #[arg(long, value_name = "TIME", help_heading = "Range and scope")]
    #[arg(long_help = format!("Start of the time that must be covered: {ACCEPTED}.\n\n\
        The days of delivery of the range are copied, and one more on either side. Without \
        --from and --to, everything below the prefix is."))]
    pub(super) from: Option<TimeArg>,

    /// Copy no day that begins after this time, but one; forms as for --from.
    #[arg(long, value_name = "TIME", help_heading = "Range and scope")]
    pub(super) to: Option<TimeArg>,

    #[command(flatten)]
    pub(super) scope: ScopeArgs,

    /// Copy digests, and no logs.
    #[arg(long, help_heading = "Range and scope")]
    pub(super) digests_only: bool,

    /// Do not verify the copy.
    #[arg(long)]
    pub(super) no_verify: bool,

    /// Public keys: files, or folders of REGION.json; fetched from CloudTrail if not given.
    #[arg(
        long,
        value_name = "FILE",
        value_delimiter = ',',
        conflicts_with = "no_verify"
    )]
    pub(super) keys: Vec<PathBuf>,

    /// Take keys whose fingerprint is not the MD5 of their bytes, too.
    #[arg(long)]
    pub(super) accept_wrong_fingerprints: bool,

    /// How many objects to fetch at one time.
    #[arg(
        long,
        value_name = "N",
        default_value = "64",
        value_parser = clap::value_parser!(u16).range(1..=1024),
        help_heading = "AWS"
    )]
    pub(super) concurrency: u16,

    #[command(flatten)]
    pub(super) connection: ConnectionArgs,

    /// Write what was copied, by whom and when, as JSON to a file that appears when it is complete.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) summary: Option<PathBuf>,

    /// How to write the report of the verification.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(super) format: FormatArg,

    /// Write the report to a file, which appears when it is complete.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "no_verify",
        help_heading = "Output"
    )]
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
