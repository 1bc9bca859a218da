//! What can be typed after `trailseal recover`.

use std::path::PathBuf;

use trailseal_verifier::id::{BucketName, TrailName};

use super::super::ColourArg;
use super::super::connect::ConnectionArgs;
use super::super::scope::ScopeArgs;
use super::super::table_format::TableFormat;
use crate::time_arg::{ACCEPTED, TimeArg};

const HELP: &str = "\
Examples:
  What was overwritten or deleted in the last week, and whether the bucket still has it:
    trailseal recover s3://BUCKET --from 7d

  The same, with what is found put into a folder that can be verified:
    trailseal recover s3://BUCKET --from 7d --restore ./found
    trailseal verify ./found --keys keys.json

  What is wrong with a mirror, looked for in its bucket and put into a copy of the mirror:
    cp -r ./mirror ./mended
    trailseal recover ./mended --keys keys.json --restore ./mended

A digest is recovered only if its signature verifies, a log only if a verified digest
states its hash. A recovered digest names the one before it and its logs, which are looked
at in turn. What no digest names any more, such as the newest digests of all, is not
looked for.

Nothing is ever written to a bucket. It takes the permissions of verify, and
s3:ListBucketVersions and s3:GetObjectVersion; with s3:GetBucketVersioning, a bucket that
keeps no versions is told from one whose versions were removed.

S3 tells who owns a version, which is the bucket's owner where ACLs are disabled. Who wrote
or deleted it is told by S3 data events or server access logs of that time.

Exit codes:
  0  nothing was wrong, or everything that was wrong was found
  1  something that was signed for was not found in any version
  2  usage or configuration: an argument, or the keys
  3  something could not be looked at, or no digest says what belongs there
  4  could not run: no access, network, disk
130  interrupted: what was found so far is reported, and restored
Finding no digest is never 0.";

/// Look for what was altered or deleted among the versions of a bucket.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(in super::super) struct Args {
    /// s3://BUCKET[/PREFIX], once or several times; or a copy, whose bucket is then asked.
    #[arg(value_name = "PATH", required = true)]
    pub(super) paths: Vec<PathBuf>,

    /// Put what is found into this folder: a new one, or a mirror, whose wrong files are
    /// set aside.
    #[arg(long, value_name = "DIR")]
    pub(super) restore: Option<PathBuf>,

    /// Public keys: files, or folders of REGION.json. Fetched from CloudTrail if not given.
    #[arg(long, value_name = "FILE", value_delimiter = ',')]
    pub(super) keys: Vec<PathBuf>,

    /// Take keys whose fingerprint is not the MD5 of their bytes, too.
    #[arg(long)]
    pub(super) accept_wrong_fingerprints: bool,

    /// Start of the time to look at.
    #[arg(long, value_name = "TIME", help_heading = "Range and scope")]
    #[arg(long_help = format!("Start of the time to look at: {ACCEPTED}"))]
    pub(super) from: Option<TimeArg>,

    /// End of that time, not itself included; forms as for --from.
    #[arg(long, value_name = "TIME", help_heading = "Range and scope")]
    pub(super) to: Option<TimeArg>,

    #[command(flatten)]
    pub(super) scope: ScopeArgs,

    /// Only the trails of these names.
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        help_heading = "Range and scope"
    )]
    pub(super) trail: Vec<TrailName>,

    /// The bucket that a plain copy was made from.
    #[arg(long, value_name = "NAME", help_heading = "Range and scope")]
    pub(super) bucket: Option<BucketName>,

    /// How many requests may wait for S3 at one time.
    #[arg(
        long,
        value_name = "N",
        default_value = "16",
        value_parser = clap::value_parser!(u16).range(1..=1024),
        help_heading = "AWS"
    )]
    pub(super) concurrency: u16,

    #[command(flatten)]
    pub(super) connection: ConnectionArgs,

    /// How to write the report.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(super) format: TableFormat,

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
