//! What the arguments mean. Nothing below this sees what was typed.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use anyhow::{Error, anyhow};
#[cfg(feature = "aws")]
use jiff::SignedDuration;
use jiff::Timestamp;
use trailseal_keys::FingerprintPolicy;
use trailseal_verifier::id::BucketName;
use trailseal_verifier::limits::Limits;
use trailseal_verifier::walk::{Reconcile, Request, Search};

use super::super::Place;
use super::super::evidence;
use super::super::keys::fingerprint_policy;
use super::args::{Args, FormatArg};
use crate::exit::Failure;
use crate::render::{Colour, Filters, Verbosity};
use crate::time_arg::{Range, TimeArg};

/// A run, decided.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) evidence: Evidence,
    pub(super) keys: Vec<PathBuf>,
    pub(super) fingerprints: FingerprintPolicy,
    pub(super) request: Request,
    pub(super) filters: Filters,
    pub(super) format: Format,
    pub(super) output: Option<PathBuf>,
    pub(super) waiting: Waiting,
}

/// What is verified.
#[derive(Clone, Debug)]
pub(super) enum Evidence {
    /// A folder, and the bucket it is a copy of, if that is known.
    Copy(PathBuf, Option<BucketName>),
    /// Buckets.
    #[cfg(feature = "aws")]
    Live(super::live::Live),
}

/// A format with what it needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Format {
    Human(Colour),
    Json,
    Ndjson,
    AwsCli(Verbosity),
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
    pub(super) fn of(mut args: Args, clock: impl FnMut() -> Timestamp) -> Result<Self, Failure> {
        let evidence = Evidence::of(&mut args)?;
        if args.keys.is_empty() && matches!(evidence, Evidence::Copy(..)) {
            return Err(Failure::Usage(anyhow!(
                "a copy is verified with public keys: give --keys FILE, as made by `trailseal keys \
                 fetch` or `aws cloudtrail list-public-keys`, and never one that came with the copy"
            )));
        }
        Self::over(evidence, args, clock)
    }

    /// What the other arguments mean for this evidence.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub(super) fn over(
        evidence: Evidence,
        args: Args,
        clock: impl FnMut() -> Timestamp,
    ) -> Result<Self, Failure> {
        let to = args.to.or_else(|| evidence.end());
        let range = Range::resolve(args.from, to, clock)
            .map_err(|inverted| Failure::Usage(Error::new(inverted)))?;
        let stdout = match args.output {
            Some(_) => Place::Elsewhere,
            None => Place::stdout(),
        };
        let format = match args.format {
            FormatArg::Human => Format::Human(args.color.resolve(stdout)),
            FormatArg::Json => Format::Json,
            FormatArg::Ndjson => Format::Ndjson,
            FormatArg::AwsCli if args.verbose => Format::AwsCli(Verbosity::Everything),
            FormatArg::AwsCli => Format::AwsCli(Verbosity::Problems),
        };
        if args.verbose && args.format != FormatArg::AwsCli {
            return Err(Failure::Usage(anyhow!(
                "--verbose belongs to --format aws-cli; the other formats always name everything \
                 that is not verified, and ndjson every digest and log"
            )));
        }
        // Lines that come while the run goes on would mix with its progress.
        let mixed = format == Format::Ndjson && stdout == Place::Terminal;
        let waiting = if std::io::stderr().is_terminal() && !mixed {
            Waiting::Watched
        } else {
            Waiting::Unwatched
        };
        let filters = args.scope.filters(args.trail);
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
            readers: evidence.readers(),
            search: match evidence {
                Evidence::Copy(..) => Search::Everywhere,
                #[cfg(feature = "aws")]
                Evidence::Live(_) => Search::Near,
            },
        };
        Ok(Self {
            evidence,
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

impl Evidence {
    #[cfg(feature = "aws")]
    fn of(args: &mut Args) -> Result<Self, Failure> {
        if let Some(arn) = args.live.trail_arn.take() {
            return Ok(Self::Live(super::live::Live::trail(arn, &args.live)));
        }
        if let Some(urls) = evidence::urls(&args.paths, args.bucket.as_ref())? {
            return Ok(Self::Live(super::live::Live::buckets(urls, &args.live)));
        }
        Self::copy(args)
    }

    #[cfg(not(feature = "aws"))]
    fn of(args: &mut Args) -> Result<Self, Failure> {
        match args.paths.iter().find(|path| evidence::is_url(path)) {
            None => Self::copy(args),
            Some(url) => Err(Failure::Usage(anyhow!(
                "{}: this trailseal was built without AWS; verify a copy, or use one built with \
                 the feature `aws`",
                url.display()
            ))),
        }
    }

    fn copy(args: &mut Args) -> Result<Self, Failure> {
        Ok(Self::Copy(
            evidence::folder(&args.paths)?,
            args.bucket.take(),
        ))
    }

    /// The end of the range, where it is not given: a bucket is expected to go
    /// on until now.
    fn end(&self) -> Option<TimeArg> {
        match self {
            Self::Copy(..) => None,
            #[cfg(feature = "aws")]
            Self::Live(_) => Some(TimeArg::Age(SignedDuration::ZERO)),
        }
    }

    fn readers(&self) -> usize {
        match self {
            Self::Copy(..) => 0,
            #[cfg(feature = "aws")]
            Self::Live(live) => live.concurrency.into(),
        }
    }
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

    #[cfg(feature = "aws")]
    #[test]
    fn a_bucket_goes_on_until_now_and_needs_no_keys() {
        let typed = Typed::try_parse_from(["verify", "s3://logs", "--from", "7d"]).unwrap();
        let request = Plan::of(typed.args, now).unwrap().request;
        assert_eq!((request.to, request.now), (Some(now()), Some(now())));
        assert_eq!((request.readers, request.search), (64, Search::Near));

        let typed = Typed::try_parse_from(["verify", "s3://logs", "./copy"]).unwrap();
        assert!(Plan::of(typed.args, now).is_err(), "one kind at a time");
    }

    #[test]
    fn a_copy_needs_keys_and_is_one() {
        let refused = |words: &[&str]| {
            let typed = Typed::try_parse_from(words).unwrap();
            format!("{:?}", Plan::of(typed.args, now).unwrap_err())
        };
        assert!(refused(&["verify", "copy"]).contains("--keys FILE"));
        assert!(refused(&["verify", "a", "b", "--keys", "k"]).contains("2 folders"));
    }
}
