//! What there is to verify, and the verification of it.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use jiff::Timestamp;
use rayon::prelude::*;
use trailseal_keys::Keyring;

use super::budget::Budget;
use super::delivered::Expected;
use super::discover::{Discovery, discover};
use super::progress::add;
use super::run::Run;
use super::schedule::{Days, End, Schedule};
use super::unit::{Bench, Inflaters};
use super::{Delivery, Progress, Request, Sink, Visitor};
use crate::id::Region;
use crate::layout::Family;
use crate::report::Report;
use crate::source::Source;

/// Stack of each thread, in bytes; only what is used of it takes memory.
const STACK: usize = 16 << 20;

/// Why a run could not be made at all.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// The threads could not be started.
    #[error("cannot start {jobs} threads: {error}; ask for fewer with --jobs")]
    Threads {
        /// How many were asked for.
        jobs: usize,
        /// What happened.
        error: rayon::ThreadPoolBuildError,
    },
}

/// Verifies everything a request asks for. Digests and findings go to `sink`
/// as they become known, always in the same order.
///
/// # Errors
/// Only if the threads cannot be started: whatever is wrong with the source
/// is a finding.
pub fn verify<S: Source, V: Visitor>(
    source: &S,
    keyring: &Keyring,
    request: &Request,
    visitor: &V,
    sink: &mut dyn Sink<V::Extract>,
    progress: &Progress,
) -> Result<Report, WalkError> {
    Ok(Survey::of(source, request)?.verify(keyring, visitor, sink, progress))
}

/// How many threads compute at one time.
fn jobs(request: &Request) -> usize {
    match request.jobs {
        0 => available_parallelism().map_or(1, NonZeroUsize::get),
        jobs => jobs,
    }
}

/// The threads that a request asks for: those that compute, or those that read
/// if they are more.
pub(super) fn threads(request: &Request) -> Result<rayon::ThreadPool, WalkError> {
    let jobs = jobs(request).max(request.readers);
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        // A thread that waits for parts of its work takes other work, which may
        // do the same: as deep as there are tasks in flight.
        .stack_size(STACK)
        .build()
        .map_err(|error| WalkError::Threads { jobs, error })
}

/// What lies in a source, before anything of it was checked: what tells which
/// keys are needed.
pub struct Survey<'r, S> {
    source: &'r S,
    request: &'r Request,
    pool: rayon::ThreadPool,
    jobs: usize,
    discovery: Discovery,
    deliveries: Vec<Delivery>,
}

impl<'r, S: Source> Survey<'r, S> {
    /// Starts the threads, and looks for accounts and Regions.
    ///
    /// # Errors
    /// If the threads cannot be started.
    pub fn of(source: &'r S, request: &'r Request) -> Result<Self, WalkError> {
        let pool = threads(request)?;
        let discovery = pool.install(|| discover(source, request));
        Ok(Self {
            source,
            request,
            pool,
            jobs: jobs(request),
            discovery,
            deliveries: Vec::new(),
        })
    }

    /// States when, by the trail's own account, digests were last delivered: if
    /// none that is there was stored since, they were removed.
    #[must_use]
    pub fn delivered(mut self, deliveries: Vec<Delivery>) -> Self {
        self.deliveries = deliveries;
        self
    }

    /// What is asked for.
    pub fn request(&self) -> &Request {
        self.request
    }

    /// The Regions whose digests are asked for and there: those whose keys are
    /// needed.
    pub fn regions(&self) -> BTreeSet<Region> {
        let with_digests = self.discovery.places.iter().filter(|(_, locations)| {
            locations
                .iter()
                .any(|location| location.families.contains(&Family::Digest))
        });
        with_digests.map(|(id, _)| id.region.clone()).collect()
    }

    /// Where the earliest time begins that is asked for of what is there; `None`
    /// if some of it has no start.
    pub fn start(&self) -> Option<Timestamp> {
        let places = self.discovery.places.keys();
        let starts = places.map(|id| self.request.start(&id.account, &id.region));
        // `None` is the least of all.
        starts.min().unwrap_or(self.request.from)
    }

    /// Verifies all of it; see [`verify`].
    pub fn verify<V: Visitor>(
        mut self,
        keyring: &Keyring,
        visitor: &V,
        sink: &mut dyn Sink<V::Extract>,
        progress: &Progress,
    ) -> Report {
        let Self {
            source, request, ..
        } = self;
        let bench = Bench {
            source,
            keyring,
            visitor,
            limits: request.limits,
            request,
            jobs: self.jobs,
            turns: Budget::new(self.jobs as u64),
            budget: Budget::new(request.limits.in_flight),
            inflaters: Inflaters::default(),
            progress,
        };
        add(&progress.places, self.discovery.places.len() as u64);
        let expected = self.expected();
        let strays = std::mem::take(&mut self.discovery.strays);
        let mut run = Run::new(source, request, sink, progress, strays);
        if !progress.stopped() {
            for finding in std::mem::take(&mut self.discovery.findings) {
                run.report(finding);
            }
        }
        let Discovery {
            places, accounts, ..
        } = self.discovery;
        let threads = self.pool.current_num_threads();
        let end = self.pool.in_place_scope(|scope| {
            let days = match run.reconciling() {
                true => Days::Listed,
                false => Days::Skipped,
            };
            let schedule = Schedule::new(&bench, request, scope, threads, places, days);
            run.take_all(schedule)
        });
        if end == End::Complete {
            let judge = |expected: &Expected| expected.judge(source);
            let gone: Vec<_> = self
                .pool
                .install(|| expected.par_iter().map(judge).collect());
            gone.into_iter()
                .flatten()
                .for_each(|finding| run.report(finding));
        }
        run.finish(&accounts, end)
    }

    /// The deliveries that must be there, and where. What could not be listed
    /// may hold what was delivered.
    fn expected(&self) -> Vec<Expected> {
        if !self.discovery.findings.is_empty() {
            return Vec::new();
        }
        let expected = |delivery: &Delivery| {
            let here =
                self.discovery.places.iter().filter(|(id, _)| {
                    id.account == delivery.account && id.region == delivery.region
                });
            Expected {
                delivery: delivery.clone(),
                locations: here.flat_map(|(_, locations)| locations.clone()).collect(),
            }
        };
        let all = self.deliveries.iter().map(expected);
        all.filter(|expected| expected.concerns(self.request))
            .collect()
    }
}
