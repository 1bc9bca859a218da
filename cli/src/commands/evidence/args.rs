//! What can be typed about evidence, the same for every command that looks at
//! logs.

use std::fs::File;
use std::io::Read as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

#[cfg(feature = "aws")]
use trailseal_aws::trails::TrailArn;
use trailseal_forensics::case::Case;
use trailseal_verifier::id::{BucketName, TrailName};

#[cfg(feature = "aws")]
use super::super::connect::ConnectionArgs;
use super::super::scope::ScopeArgs;
use super::typed::is_url;
use crate::exit::Failure;

/// What is read, and with which keys.
#[derive(Debug, clap::Args)]
pub(in super::super) struct EvidenceArgs {
    /// A copy: a folder that holds manifest.jsonl, or AWSLogs/ as in the bucket; or
    /// s3://BUCKET[/PREFIX], once or several times.
    #[cfg_attr(feature = "aws", arg(required_unless_present = "trail_arn"))]
    #[cfg_attr(not(feature = "aws"), arg(required = true))]
    #[arg(value_name = "PATH")]
    pub(in super::super) paths: Vec<PathBuf>,

    /// Public keys: files, or folders of REGION.json. For a bucket they are fetched from
    /// CloudTrail if not given.
    #[arg(long, value_name = "FILE", value_delimiter = ',')]
    pub(in super::super) keys: Vec<PathBuf>,

    #[command(flatten)]
    pub(in super::super) scope: ScopeArgs,

    /// Only the trails of these names.
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        help_heading = "Range and scope"
    )]
    pub(in super::super) trail: Vec<TrailName>,

    /// The bucket that a plain copy was made from; else it is taken from the digests.
    #[arg(long, value_name = "NAME", help_heading = "Range and scope")]
    pub(in super::super) bucket: Option<BucketName>,

    /// Do not look for log files that no digest names.
    #[arg(long)]
    pub(in super::super) no_reconcile: bool,

    /// Take keys whose fingerprint is not the MD5 of their bytes, too.
    #[arg(long)]
    pub(in super::super) accept_wrong_fingerprints: bool,

    /// How many threads to use; one per processor if not given.
    #[arg(long, value_name = "N")]
    pub(in super::super) jobs: Option<NonZeroUsize>,

    #[cfg(feature = "aws")]
    #[command(flatten)]
    pub(in super::super) live: LiveArgs,
}

impl EvidenceArgs {
    /// Whether it is files that were named, and no bucket.
    pub(in super::super) fn is_copy(&self) -> bool {
        #[cfg(feature = "aws")]
        if self.live.trail_arn.is_some() {
            return false;
        }
        !self.paths.iter().any(|path| is_url(path))
    }
}

impl EvidenceArgs {
    /// The case, if it is one that was named.
    ///
    /// # Errors
    /// It cannot be opened, or is given with what a case does not need.
    pub(in super::super) fn case(&self) -> Result<Option<Case>, Failure> {
        let [path] = self.paths.as_slice() else {
            return Ok(None);
        };
        if is_url(path) || !is_database(path) {
            return Ok(None);
        }
        let narrowed = !self.scope.is_everything() || !self.trail.is_empty();
        if !self.keys.is_empty() || narrowed {
            return Err(Failure::Usage(anyhow!(
                "{}: a case states what was verified when it was built, so it takes no keys, and \
                 no accounts, Regions or trails; narrow it with --attribute Account=… and the like",
                path.display()
            )));
        }
        Case::open(path)
            .map(Some)
            .map_err(|error| Failure::CouldNotRun(error.into()))
    }
}

/// Whether a file begins as SQLite's do.
fn is_database(path: &Path) -> bool {
    let mut head = [0; 16];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && &head == b"SQLite format 3\0"
}

/// What only a live bucket needs.
#[cfg(feature = "aws")]
#[derive(Debug, clap::Args)]
pub(in super::super) struct LiveArgs {
    /// Look at the bucket that this trail delivers to.
    #[arg(
        long,
        value_name = "ARN",
        conflicts_with = "paths",
        help_heading = "AWS"
    )]
    pub(in super::super) trail_arn: Option<TrailArn>,

    /// How many requests may wait for S3 at one time.
    #[arg(
        long,
        value_name = "N",
        default_value = "64",
        value_parser = clap::value_parser!(u16).range(1..=1024),
        help_heading = "AWS"
    )]
    pub(in super::super) concurrency: u16,

    #[command(flatten)]
    pub(in super::super) connection: ConnectionArgs,
}
