//! What the arguments mean. Nothing below this sees what was typed.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use anyhow::{Error, anyhow};
use jiff::Timestamp;
use trailseal_keys::FingerprintPolicy;
use trailseal_verifier::id::BucketName;
use trailseal_verifier::limits::Limits;
use trailseal_verifier::walk::{Reconcile, Request};

use super::super::Place;
use super::super::keys::fingerprint_policy;
use super::args::{Args, FormatArg};
use crate::exit::Failure;
use crate::render::{Colour, Filters};
use crate::time_arg::Range;

/// A run, decided.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) path: PathBuf,
    pub(super) bucket: Option<BucketName>,
    pub(super) keys: Vec<PathBuf>,
    pub(super) fingerprints: FingerprintPolicy,
    pub(super) request: Request,
    pub(super) filters: Filters,
    pub(super) format: Format,
    pub(super) output: Option<PathBuf>,
    pub(super) waiting: Waiting,
}

/// A format with what it needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Format {
    Human(Colour),
    Json,
    Ndjson,
}

/// Whether someone waits at a terminal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Waiting {
    Unwatched,
    Watched,
}

impl Plan {
    /// What these arguments mean.
    ///
    /// # Errors
    /// [`Failure::Usage`] if they contradict each other.
    pub(super) fn of(args: Args, clock: impl FnMut() -> Timestamp) -> Result<Self, Failure> {
        refuse_url(&args.path)?;
        let range = Range::resolve(args.from, args.to, clock)
            .map_err(|inverted| Failure::Usage(Error::new(inverted)))?;
        let stdout = match args.output {
            Some(_) => Place::Elsewhere,
            None => Place::stdout(),
        };
        let format = match args.format {
            FormatArg::Human => Format::Human(args.color.resolve(stdout)),
            FormatArg::Json => Format::Json,
            FormatArg::Ndjson => Format::Ndjson,
        };
        // Lines that come while the run goes on would mix with its progress.
        let mixed = format == Format::Ndjson && stdout == Place::Terminal;
        let waiting = if std::io::stderr().is_terminal() && !mixed {
            Waiting::Watched
        } else {
            Waiting::Unwatched
        };
        let filters = Filters {
            accounts: args.account,
            regions: args.region,
            trails: args.trail,
            organization: args.organization,
        };
        let request = Request {
            from: range.from,
            to: range.to,
            now: range.now,
            accounts: filters.accounts.clone(),
            regions: filters.regions.clone(),
            trails: filters.trails.clone(),
            organization: filters.organization.clone(),
            reconcile: if args.no_reconcile {
                Reconcile::Skip
            } else {
                Reconcile::Listed
            },
            limits: Limits::default(),
            jobs: args.jobs.map_or(0, Into::into),
        };
        Ok(Self {
            path: args.path,
            bucket: args.bucket,
            keys: args.keys,
            fingerprints: fingerprint_policy(args.accept_wrong_fingerprints),
            request,
            filters,
            format,
            output: args.output,
            waiting,
        })
    }
}

/// A bucket is not read directly.
fn refuse_url(path: &Path) -> Result<(), Failure> {
    let text = path.to_string_lossy();
    let Some(rest) = text.strip_prefix("s3://") else {
        return Ok(());
    };
    let bucket = rest
        .split('/')
        .next()
        .filter(|name| !name.is_empty())
        .unwrap_or("BUCKET");
    Err(Failure::Usage(anyhow!(
        "{text}: buckets are not read directly yet, only copies of them; make one with `aws s3 sync \
         s3://{bucket}/AWSLogs ./copy/AWSLogs` and verify ./copy"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;
    use jiff::SignedDuration;

    #[derive(clap::Parser)]
    struct Typed {
        #[command(flatten)]
        args: Args,
    }

    fn now() -> Timestamp {
        "2026-04-01T00:00:00Z".parse().unwrap()
    }

    fn plan(words: &[&str]) -> Result<Plan, String> {
        let words = [&["verify", "copy", "--keys", "k.json"], words].concat();
        let typed = Typed::try_parse_from(words).map_err(|error| error.to_string())?;
        Plan::of(typed.args, now).map_err(|failure| format!("{failure:?}"))
    }

    #[test]
    fn lists_are_given_by_comma_or_again() {
        let plan = plan(&[
            "--account",
            "111122223333,444455556666",
            "--account",
            "777788889999",
            "--region",
            "eu-west-1,us-east-1",
            "--keys",
            "a.json,b.json",
        ])
        .unwrap();
        assert_eq!(plan.request.accounts.len(), 3);
        assert_eq!(plan.request.regions.len(), 2);
        assert_eq!(plan.keys.len(), 3);
    }

    #[test]
    fn what_is_no_identifier_is_refused_with_what_is() {
        let error = plan(&["--account", "1234"]).unwrap_err();
        assert!(error.contains("12 digits"), "{error}");
        let error = plan(&["--from", "yesterday"]).unwrap_err();
        assert!(error.contains("90d"), "{error}");
        assert!(plan(&["--jobs", "0"]).is_err());
    }

    #[test]
    fn the_default_asks_for_everything_and_no_clock() {
        let request = plan(&[]).unwrap().request;
        assert_eq!(
            (request.from, request.to, request.now, request.jobs),
            (None, None, None, 0)
        );
        assert_eq!(request.reconcile, Reconcile::Listed);
    }

    #[test]
    fn ages_are_counted_from_the_start_of_the_run() {
        let request = plan(&["--from", "90d"]).unwrap().request;
        let expected = now()
            .checked_sub(SignedDuration::from_hours(90 * 24))
            .unwrap();
        assert_eq!(
            (request.from, request.to, request.now),
            (Some(expected), None, None)
        );
    }

    #[test]
    fn a_bucket_is_refused_with_the_way_out() {
        let typed =
            Typed::try_parse_from(["verify", "s3://logs/AWSLogs", "--keys", "k.json"]).unwrap();
        let failure = Plan::of(typed.args, now).unwrap_err();
        assert!(matches!(&failure, Failure::Usage(error)
            if error.to_string().contains("aws s3 sync s3://logs/AWSLogs ./copy/AWSLogs")));
    }
}
