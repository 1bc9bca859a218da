//! What the arguments mean. Nothing below this sees what was typed.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use anyhow::{Error, anyhow};
#[cfg(feature = "aws")]
use jiff::SignedDuration;
use jiff::Timestamp;
use trailseal_keys::FingerprintPolicy;
use trailseal_verifier::id::BucketName;
use trailseal_verifier::walk::{Reconcile, Request, Search};

use super::super::keys::fingerprint_policy;
use super::EvidenceArgs;
use super::typed;
use crate::exit::Failure;
use crate::render::Filters;
use crate::time_arg::{Range, TimeArg};

/// A run, decided.
#[derive(Clone, Debug)]
pub(in super::super) struct Plan {
    pub(super) place: Place,
    pub(in super::super) keys: Vec<PathBuf>,
    pub(in super::super) fingerprints: FingerprintPolicy,
    pub(in super::super) request: Request,
    pub(in super::super) filters: Filters,
    pub(in super::super) waiting: Waiting,
    /// Since when keys are asked for, where that is before all that is looked at.
    pub(in super::super) keys_from: Option<Timestamp>,
}

/// Where the evidence is.
#[derive(Clone, Debug)]
pub(in super::super) enum Place {
    /// A folder, and the bucket it is a copy of, if that is known.
    Copy(PathBuf, Option<BucketName>),
    /// Buckets.
    #[cfg(feature = "aws")]
    Live(super::live::Live),
}

/// Whether someone waits at a terminal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in super::super) enum Waiting {
    Unwatched,
    Watched,
}

/// The time that was typed.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct Between {
    pub(in super::super) from: Option<TimeArg>,
    pub(in super::super) to: Option<TimeArg>,
}

impl Plan {
    /// What these arguments mean.
    ///
    /// # Errors
    /// [`Failure::Usage`] if they contradict each other.
    pub(in super::super) fn of(
        mut args: EvidenceArgs,
        between: Between,
        clock: impl FnMut() -> Timestamp,
    ) -> Result<Self, Failure> {
        let place = Place::of(&mut args)?;
        if args.keys.is_empty() && matches!(place, Place::Copy(..)) {
            return Err(Failure::Usage(anyhow!(
                "a copy is verified with public keys: give --keys FILE, as made by `trailseal keys \
                 fetch` or `aws cloudtrail list-public-keys`, and never one that came with the copy"
            )));
        }
        Self::over(place, args, between, clock)
    }

    /// What the other arguments mean for evidence that is here.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub(in super::super) fn over(
        place: Place,
        args: EvidenceArgs,
        between: Between,
        clock: impl FnMut() -> Timestamp,
    ) -> Result<Self, Failure> {
        let to = between.to.or_else(|| place.end());
        let range = Range::resolve(between.from, to, clock)
            .map_err(|inverted| Failure::Usage(Error::new(inverted)))?;
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
            jobs: args.jobs.map_or(0, Into::into),
            readers: place.readers(),
            search: match place {
                Place::Copy(..) => Search::Everywhere,
                #[cfg(feature = "aws")]
                Place::Live(_) => Search::Near,
            },
            ..Request::default()
        };
        Ok(Self {
            place,
            keys: args.keys,
            fingerprints: fingerprint_policy(args.accept_wrong_fingerprints),
            request,
            filters,
            waiting: if std::io::stderr().is_terminal() {
                Waiting::Watched
            } else {
                Waiting::Unwatched
            },
            keys_from: None,
        })
    }
}

impl Plan {
    /// The folder, if it is a copy.
    pub(in super::super) fn copy(&self) -> Option<&Path> {
        match &self.place {
            Place::Copy(path, _) => Some(path),
            #[cfg(feature = "aws")]
            Place::Live(_) => None,
        }
    }
}

impl Place {
    #[cfg(feature = "aws")]
    fn of(args: &mut EvidenceArgs) -> Result<Self, Failure> {
        if let Some(arn) = args.live.trail_arn.take() {
            return Ok(Self::Live(super::live::Live::trail(arn, &args.live)));
        }
        if let Some(urls) = typed::urls(&args.paths, args.bucket.as_ref())? {
            return Ok(Self::Live(super::live::Live::buckets(urls, &args.live)));
        }
        Self::copy(args)
    }

    #[cfg(not(feature = "aws"))]
    fn of(args: &mut EvidenceArgs) -> Result<Self, Failure> {
        match args.paths.iter().find(|path| typed::is_url(path)) {
            None => Self::copy(args),
            Some(url) => Err(Failure::Usage(anyhow!(
                "{}: this trailseal was built without AWS; verify a copy, or use one built with \
                 the feature `aws`",
                url.display()
            ))),
        }
    }

    fn copy(args: &mut EvidenceArgs) -> Result<Self, Failure> {
        Ok(Self::Copy(typed::folder(&args.paths)?, args.bucket.take()))
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
        args: EvidenceArgs,
        #[arg(long)]
        from: Option<TimeArg>,
        #[arg(long)]
        to: Option<TimeArg>,
    }

    impl Typed {
        fn plan(self) -> Result<Plan, Failure> {
            let (from, to) = (self.from, self.to);
            Plan::of(self.args, Between { from, to }, now)
        }
    }

    fn now() -> Timestamp {
        "2026-04-01T00:00:00Z".parse().unwrap()
    }

    fn plan(words: &[&str]) -> Result<Plan, String> {
        let words = [&["verify", "copy", "--keys", "k.json"], words].concat();
        let typed = Typed::try_parse_from(words).map_err(|error| error.to_string())?;
        typed.plan().map_err(|failure| format!("{failure:?}"))
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
        let request = typed.plan().unwrap().request;
        assert_eq!((request.to, request.now), (Some(now()), Some(now())));
        assert_eq!((request.readers, request.search), (64, Search::Near));

        let typed = Typed::try_parse_from(["verify", "s3://logs", "./copy"]).unwrap();
        assert!(typed.plan().is_err(), "one kind at a time");
    }

    #[test]
    fn a_copy_needs_keys_and_is_one() {
        let refused = |words: &[&str]| {
            let typed = Typed::try_parse_from(words).unwrap();
            format!("{:?}", typed.plan().unwrap_err())
        };
        assert!(refused(&["verify", "copy"]).contains("--keys FILE"));
        assert!(refused(&["verify", "a", "b", "--keys", "k"]).contains("2 folders"));
    }
}
