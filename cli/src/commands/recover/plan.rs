//! What the arguments mean.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use trailseal_aws::s3::S3Url;
use trailseal_keys::Keyring;
use trailseal_verifier::walk::{Reconcile, Request, Search};

use super::super::evidence::{folder, urls};
use super::super::keys::{fingerprint_policy, load};
use super::Args;
use super::restore::{self, State};
use crate::exit::Failure;
use crate::render::Filters;
use crate::time_arg::{Range, TimeArg};

/// A run, decided.
pub(super) struct Job {
    pub(super) args: Args,
    pub(super) evidence: Evidence,
    pub(super) request: Request,
    pub(super) filters: Filters,
    /// Keys of files; `None` if they are to be fetched.
    pub(super) keyring: Option<Keyring>,
    pub(super) restore: Option<(PathBuf, State)>,
    pub(super) started: Timestamp,
}

/// What is looked at.
pub(super) enum Evidence {
    Copy(PathBuf),
    Live(Vec<S3Url>),
}

impl Evidence {
    fn of(args: &Args) -> Result<Self, Failure> {
        match urls(&args.paths, args.bucket.as_ref())? {
            Some(urls) => Ok(Self::Live(urls)),
            None => folder(&args.paths).map(Self::Copy),
        }
    }
}

impl Job {
    /// What these arguments mean. Files are looked at, and AWS is not asked yet.
    ///
    /// # Errors
    /// [`Failure::Usage`] if they contradict each other, or the keys are no keys.
    pub(super) fn of(args: Args, started: Timestamp) -> Result<Self, Failure> {
        let evidence = Evidence::of(&args)?;
        let (to, readers, search) = match evidence {
            Evidence::Copy(_) => (args.to, 0, Search::Everywhere),
            Evidence::Live(_) => (
                args.to.or(Some(TimeArg::Age(SignedDuration::ZERO))),
                usize::from(args.concurrency),
                Search::Near,
            ),
        };
        let range = Range::resolve(args.from, to, || started)
            .map_err(|error| Failure::Usage(error.into()))?;
        let restore = match &args.restore {
            Some(folder) => Some((folder.clone(), restore::inspect(folder)?)),
            None => None,
        };
        let keyring = match args.keys.as_slice() {
            [] => None,
            files => {
                let policy = fingerprint_policy(args.accept_wrong_fingerprints);
                Some(load(files, policy)?)
            }
        };
        let filters = args.scope.clone().filters(args.trail.clone());
        let request = Request {
            from: range.from,
            to: range.to,
            now: range.now,
            accounts: filters.accounts.clone(),
            regions: filters.regions.clone(),
            trails: filters.trails.clone(),
            organization: filters.organization.clone(),
            // What no digest names has no older version that one does.
            reconcile: Reconcile::Skip,
            readers,
            search,
            ..Request::default()
        };
        Ok(Self {
            args,
            evidence,
            request,
            filters,
            keyring,
            restore,
            started,
        })
    }
}
