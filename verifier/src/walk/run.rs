//! One run: units go out to all threads and come back in order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, mpsc};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use trailseal_keys::Keyring;

use super::budget::Budget;
use super::discover::{Discovery, discover};
use super::judge::{Folded, FoldedPlace, Judgement, judge};
use super::place::{ListedPlace, Unit};
use super::progress::add;
use super::reconcile::{Ledger, day};
use super::unit::{Bench, Done, Inflaters};
use super::{Progress, Reconcile, Request, Sink, Visitor};
use crate::chain::{Chain, ChainFold, DigestOutcome};
use crate::coverage::Coverage;
use crate::layout::{ChainKind, DigestKey};
use crate::report::{Counts, PlaceReport, Report, Scope, Strays, Tally};
use crate::source::{Extent, Source};
use crate::verdict::{Answer, Code, Finding, Subject};

/// Units in flight for each thread: enough to keep it busy while the oldest
/// unit, which everyone waits for, is still being worked on.
const UNITS_PER_THREAD: usize = 4;

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
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(request.jobs)
        .build()
        .map_err(|error| WalkError::Threads {
            jobs: request.jobs,
            error,
        })?;
    let bench = Bench {
        source,
        keyring,
        visitor,
        limits: request.limits,
        range: (request.from, request.to),
        budget: Budget::new(request.limits.in_flight),
        inflaters: Inflaters::default(),
        progress,
    };
    let mut discovery = discover(source, request);
    add(&progress.places, discovery.places.len() as u64);
    let mut run = Run {
        source,
        request,
        sink,
        progress,
        extent: Arc::new(source.extent()),
        tally: Tally::default(),
        strays: std::mem::take(&mut discovery.strays),
        folded: Vec::new(),
        places: Vec::new(),
    };
    for finding in std::mem::take(&mut discovery.findings) {
        run.report(finding);
    }
    let accounts = std::mem::take(&mut discovery.accounts);
    pool.in_place_scope(|scope| run.places(&bench, scope, &pool, discovery));
    Ok(run.finish(&accounts))
}

/// What is waited for, in order.
enum Awaited {
    /// The first unit of a place follows.
    Open(Arc<ListedPlace>, BTreeSet<Date>),
    /// The unit with this number.
    Unit(u64, Unit, Option<Timestamp>),
    /// All units of the place are done.
    Close,
}

struct Run<'r, S, E> {
    source: &'r S,
    request: &'r Request,
    sink: &'r mut dyn Sink<E>,
    progress: &'r Progress,
    extent: Arc<Extent>,
    tally: Tally,
    strays: Strays,
    folded: Vec<FoldedPlace>,
    places: Vec<PlaceReport>,
}

impl<'r, S: Source, E: Send> Run<'r, S, E> {
    fn report(&mut self, finding: Finding) {
        match finding.answer {
            Answer::Failed => self.tally.findings_failed += 1,
            Answer::Unchecked => self.tally.findings_unchecked += 1,
            Answer::Verified => {}
        }
        self.sink.finding(finding);
    }

    /// Sends out units, place by place, and takes their results in order.
    fn places<'s, V: Visitor<Extract = E>>(
        &mut self,
        bench: &'s Bench<'r, S, V>,
        scope: &rayon::Scope<'s>,
        pool: &rayon::ThreadPool,
        discovery: Discovery,
    ) where
        E: 's,
        'r: 's,
    {
        let window = pool.current_num_threads() * UNITS_PER_THREAD;
        let (send, receive) = mpsc::channel::<(u64, std::thread::Result<Vec<Done<E>>>)>();
        let mut places = discovery.places.into_iter();
        let mut awaited: VecDeque<Awaited> = VecDeque::new();
        let mut to_send: VecDeque<(Arc<ListedPlace>, u64, Unit)> = VecDeque::new();
        let mut arrived: BTreeMap<u64, Vec<Done<E>>> = BTreeMap::new();
        let mut open: Option<OpenPlace> = None;
        let (mut numbered, mut in_flight) = (0, 0);
        loop {
            while in_flight < window {
                let Some((place, number, unit)) = to_send.pop_front() else {
                    let Some((id, locations)) = places.next() else {
                        break;
                    };
                    let mut place = ListedPlace::list(self.source, self.request, id, locations);
                    let days = match self.reconciling() {
                        true => place.log_days(self.source, self.request),
                        false => BTreeSet::new(),
                    };
                    let place = Arc::new(place);
                    let units = place.units();
                    awaited.push_back(Awaited::Open(Arc::clone(&place), days));
                    for (index, unit) in units.iter().enumerate() {
                        let next = units.get(index + 1).map(|next| next.first);
                        awaited.push_back(Awaited::Unit(numbered, unit.clone(), next));
                        to_send.push_back((Arc::clone(&place), numbered, unit.clone()));
                        numbered += 1;
                        add(&self.progress.digests, unit.digests.len() as u64);
                    }
                    awaited.push_back(Awaited::Close);
                    continue;
                };
                let send = send.clone();
                scope.spawn(move |_| {
                    let check = || bench.check(&place.chains[unit.chain], unit.digests);
                    let done = catch_unwind(AssertUnwindSafe(check));
                    // The receiver lives as long as the scope.
                    let _ = send.send((number, done));
                });
                in_flight += 1;
            }
            match awaited.pop_front() {
                None => break,
                Some(Awaited::Open(place, days)) => open = Some(self.open(place, days)),
                Some(Awaited::Unit(number, unit, next)) => {
                    let done = loop {
                        if let Some(done) = arrived.remove(&number) {
                            break done;
                        }
                        match receive.recv() {
                            Ok((number, Ok(done))) => arrived.insert(number, done),
                            // Without this, everyone would wait for a unit that
                            // never comes.
                            Ok((_, Err(panic))) => resume_unwind(panic),
                            Err(_) => break Vec::new(),
                        };
                    };
                    in_flight -= 1;
                    if let Some(place) = &mut open {
                        self.take(place, &unit, done, next);
                    }
                }
                Some(Awaited::Close) => {
                    if let Some(place) = open.take() {
                        self.close(place);
                    }
                }
            }
        }
    }

    fn reconciling(&self) -> bool {
        // Logs of trails that were not asked for would look planted.
        self.request.reconcile == Reconcile::Listed && self.request.trails.is_empty()
    }

    fn open(&mut self, place: Arc<ListedPlace>, days: BTreeSet<Date>) -> OpenPlace {
        for finding in place.findings.clone() {
            self.report(finding);
        }
        self.strays.count += place.strays.count;
        self.strays
            .examples
            .extend(place.strays.examples.iter().cloned());
        self.strays.examples.truncate(100);
        let fold = |chain: &super::place::ListedChain| OpenChain {
            fold: Some(ChainFold::new(
                chain.id.kind,
                Arc::clone(&self.extent),
                self.request.from,
            )),
            finished: Chain::default(),
            digests: Counts::default(),
            logs: Counts::default(),
        };
        let chains = place.chains.iter().map(fold).collect();
        OpenPlace {
            place,
            days,
            chains,
            ledger: Ledger::default(),
            strays: Strays::default(),
        }
    }

    /// Takes the results of one unit: counts, folds, reports, reconciles.
    fn take(
        &mut self,
        open: &mut OpenPlace,
        unit: &Unit,
        done: Vec<Done<E>>,
        next: Option<Timestamp>,
    ) {
        let id = open.place.chains[unit.chain].id.clone();
        let reconciling = self.reconciling();
        for (outcome, extracts) in done {
            let chain = &mut open.chains[unit.chain];
            chain.digests.add(outcome.answer());
            self.tally.digests.add(outcome.answer());
            let verified = outcome.answer() == Answer::Verified;
            let mut of_logs = Vec::new();
            for log in &outcome.logs {
                chain.logs.add(log.answer());
                if verified {
                    self.tally.logs.add(log.answer());
                    self.tally.verified_bytes += log.verified_bytes;
                }
                let finding = log.fault.as_ref().map(|fault| {
                    Finding::on(fault.code, log.object.clone(), fault.detail.clone()).in_chain(&id)
                });
                match finding {
                    // Another digest may vouch for it: that shows when its day is compared.
                    Some(finding) if !verified && reconciling => {
                        open.ledger
                            .name_unverified(&outcome.key.place, log, finding);
                    }
                    finding => {
                        self.tally.logs_unvouched += u64::from(!verified);
                        of_logs.extend(finding);
                    }
                }
                if verified && reconciling {
                    open.ledger.name(log);
                }
            }
            let links = chain
                .fold
                .as_mut()
                .map(|fold| fold.push(&outcome))
                .unwrap_or_default();
            self.sink.digest(&id, &outcome, extracts);
            for finding in own_finding(&outcome).into_iter().chain(links) {
                self.report(finding.in_chain(&id));
            }
            for finding in of_logs {
                self.report(finding);
            }
        }
        if unit.last {
            let listed = (self.request.from, self.request.to);
            for finding in open.chains[unit.chain].finish() {
                // Backfills name each other in any order: what lies outside
                // the range was not looked at.
                let outside = matches!(&finding.object, Subject::Object(object)
                    if DigestKey::parse(&object.key).is_some_and(|key| !key.touches(listed)));
                if finding.code != Code::DigestAbsent || !outside {
                    self.report(finding.in_chain(&id));
                }
            }
        }
        if let Some(next) = next {
            self.reconcile(open, Some(next));
        }
    }

    /// Compares the days about which no later digest can say anything new:
    /// all, or those well before the stamp of the next digest.
    fn reconcile(&mut self, open: &mut OpenPlace, next: Option<Timestamp>) {
        let OpenPlace {
            place,
            days,
            chains,
            ledger,
            strays,
        } = open;
        let settled_by = |next| day(next).saturating_sub(1.day());
        if next.is_some_and(|next| days.first().is_none_or(|first| *first >= settled_by(next))) {
            return;
        }
        let mut coverage: Vec<&Coverage> = Vec::new();
        let mut settled = next.map(day);
        for (listed, chain) in place.chains.iter().zip(chains.iter()) {
            if listed.id.kind == ChainKind::Hourly {
                coverage.push(chain.listed());
                // A chain that has not begun yet says nothing about days before `next`.
                if chain.fold.is_some() && chain.digests.total() > 0 {
                    let end = chain.listed().end().map_or(Date::MIN, day);
                    settled = settled.map(|settled| settled.min(end));
                }
            }
        }
        let before = settled.map(|settled| settled.saturating_sub(1.day()));
        while let Some(day) = days.first().copied() {
            if before.is_some_and(|before| day >= before) {
                break;
            }
            days.remove(&day);
            let range = (self.request.from, self.request.to);
            ledger.compare(self.source, &place.locations, day, range, &coverage, strays);
        }
    }

    fn close(&mut self, mut open: OpenPlace) {
        self.reconcile(&mut open, None);
        let OpenPlace {
            place,
            chains,
            ledger,
            strays,
            ..
        } = open;
        let reconciled = ledger.finish();
        for finding in reconciled.findings {
            self.report(finding);
        }
        self.tally.logs_unreferenced += reconciled.tally.logs_unreferenced;
        self.tally.logs_unvouched += reconciled.tally.logs_unvouched;
        self.tally.logs_uncovered += reconciled.tally.logs_uncovered;
        self.strays.count += strays.count;
        self.strays.examples.extend(strays.examples);
        self.strays.examples.truncate(100);
        let has_logs = place.locations.iter().any(|location| {
            location
                .families
                .iter()
                .any(|f| *f == crate::layout::Family::CloudTrail)
        });
        let folded = |(listed, open): (&super::place::ListedChain, OpenChain)| Folded {
            id: listed.id.clone(),
            chain: open.finished,
            locations: listed.locations(),
            digests: open.digests,
            logs: open.logs,
        };
        self.folded.push(FoldedPlace {
            id: place.id.clone(),
            chains: place.chains.iter().zip(chains).map(folded).collect(),
            has_digest_folder: place.has_digest_folder,
            uncovered: reconciled.uncovered,
            has_logs,
        });
        self.places.push(PlaceReport {
            organization: place.id.organization.clone(),
            account: place.id.account.clone(),
            region: place.id.region.clone(),
            families: reconciled.families,
        });
        add(&self.progress.places_done, 1);
    }

    fn finish(mut self, accounts: &BTreeSet<crate::id::AccountId>) -> Report {
        let Judgement {
            chains,
            trails,
            findings,
        } = judge(self.request, &self.extent, &self.folded, accounts);
        for finding in findings {
            self.report(finding);
        }
        let outcome = match self.tally {
            Tally {
                findings_failed: 1..,
                ..
            } => Answer::Failed,
            Tally {
                findings_unchecked: 1..,
                ..
            } => Answer::Unchecked,
            Tally {
                digests: Counts { verified: 0, .. },
                ..
            } => Answer::Unchecked,
            _ => Answer::Verified,
        };
        Report {
            outcome,
            scope: Scope {
                buckets: self.source.buckets(),
                from: self.request.from,
                to: self.request.to,
                trails,
                reconciled: self.reconciling(),
            },
            tally: self.tally,
            chains,
            places: self.places,
            strays: self.strays,
        }
    }
}

/// A place whose units are being taken.
struct OpenPlace {
    place: Arc<ListedPlace>,
    /// Days not compared yet.
    days: BTreeSet<Date>,
    chains: Vec<OpenChain>,
    ledger: Ledger,
    strays: Strays,
}

struct OpenChain {
    /// `None` once the last digest was folded.
    fold: Option<ChainFold>,
    finished: Chain,
    digests: Counts,
    logs: Counts,
}

impl OpenChain {
    fn finish(&mut self) -> Vec<Finding> {
        let Some(fold) = self.fold.take() else {
            return Vec::new();
        };
        let (chain, findings) = fold.finish();
        self.finished = chain;
        findings
    }

    fn listed(&self) -> &Coverage {
        match &self.fold {
            Some(fold) => fold.listed(),
            None => &self.finished.tracks.listed,
        }
    }
}

fn own_finding(outcome: &DigestOutcome) -> Option<Finding> {
    let fault = outcome.fault.as_ref()?;
    Some(Finding::on(
        fault.code,
        outcome.object.clone(),
        fault.detail.clone(),
    ))
}
