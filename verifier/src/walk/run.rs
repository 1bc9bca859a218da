//! One run: what is found, what comes back, and what it amounts to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::discover::PlaceId;
use super::judge::{Folded, FoldedPlace, Judgement, judge};
use super::place::{ListedChain, ListedPlace, Unit};
use super::progress::add;
use super::reconcile::{DayListing, Ledger, day};
use super::schedule::{End, Schedule, Step};
use super::unit::Done;
use super::{Progress, Reconcile, Request, Sink, Visitor};
use crate::chain::{Chain, ChainFold, DigestOutcome};
use crate::coverage::Coverage;
use crate::id::AccountId;
use crate::layout::{ChainKind, DigestKey, Family};
use crate::object::ObjectRef;
use crate::report::{Counts, PlaceReport, Report, Scope, Strays, Tally};
use crate::source::{Extent, Source};
use crate::verdict::{Answer, Code, Finding, Subject};

/// What was taken so far, and what it rests on.
pub(super) struct Run<'r, S, E> {
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
    /// Nothing taken yet.
    pub(super) fn new(
        source: &'r S,
        request: &'r Request,
        sink: &'r mut dyn Sink<E>,
        progress: &'r Progress,
        strays: Strays,
    ) -> Self {
        Self {
            source,
            request,
            sink,
            progress,
            extent: Arc::new(source.extent()),
            tally: Tally::default(),
            strays,
            folded: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Counts a finding and passes it on.
    pub(super) fn report(&mut self, finding: Finding) {
        match finding.answer {
            Answer::Failed => self.tally.findings_failed += 1,
            Answer::Unchecked => self.tally.findings_unchecked += 1,
            Answer::Verified => {}
        }
        self.sink.finding(finding);
    }

    /// Takes all results, in order.
    pub(super) fn take_all<'s, V>(&mut self, schedule: Schedule<'s, '_, 'r, S, V>) -> End
    where
        V: Visitor<Extract = E>,
        E: 's,
        'r: 's,
    {
        let mut open: Option<OpenPlace> = None;
        let end = schedule.run(|step| match (step, &mut open) {
            (Step::Open(place), open) => *open = Some(self.open(place)),
            (Step::Day(date, listing, next), Some(place)) => {
                place.days.insert(date, listing);
                self.reconcile(place, next);
            }
            (Step::Unit(unit, done, next), Some(place)) => self.take(place, &unit, done, next),
            (Step::Close, open) => open.take().into_iter().for_each(|place| self.close(place)),
            (Step::Day(..) | Step::Unit(..), None) => {}
        });
        if let Some(place) = open {
            self.abandon(place);
        }
        end
    }

    /// Whether files that no digest names are looked for.
    pub(super) fn reconciling(&self) -> bool {
        // Logs of trails that were not asked for would look planted.
        self.request.reconcile == Reconcile::Listed && self.request.trails.is_empty()
    }

    /// The time of delivery of all that is looked at in a place.
    fn delivered(&self, place: &PlaceId) -> (Option<Timestamp>, Option<Timestamp>) {
        let (_, end) = self.request.delivered();
        (self.request.start(&place.account, &place.region), end)
    }

    fn open(&mut self, place: Arc<ListedPlace>) -> OpenPlace {
        for finding in place.findings.clone() {
            self.report(finding);
        }
        self.strays.merge(place.strays.clone());
        let fold = |chain: &ListedChain| OpenChain {
            fold: Some(ChainFold::new(
                chain.id.kind,
                Arc::clone(&self.extent),
                self.request.start(&chain.id.account, &chain.id.region),
            )),
            finished: Chain::default(),
            digests: Counts::default(),
            logs: Counts::default(),
        };
        let chains = place.chains.iter().map(fold).collect();
        OpenPlace {
            place,
            days: BTreeMap::new(),
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
            let listed = self.delivered(&open.place.id);
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
            ..
        } = open;
        let settled_by = |next| day(next).saturating_sub(1.day());
        if next.is_some_and(|next| {
            days.keys()
                .next()
                .is_none_or(|first| *first >= settled_by(next))
        }) {
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
        while let Some(first) = days.first_entry() {
            if before.is_some_and(|before| *first.key() >= before) {
                break;
            }
            let (date, listing) = first.remove_entry();
            let range = self.delivered(&place.id);
            let mut unjudged = |object: &ObjectRef| self.sink.unjudged(object);
            ledger.compare(
                &place.locations,
                date,
                listing,
                range,
                &coverage,
                strays,
                &mut unjudged,
            );
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
        let mut reconciled = ledger.finish();
        for finding in reconciled.findings() {
            self.report(finding);
        }
        self.tally.logs_unreferenced += reconciled.tally.logs_unreferenced;
        self.tally.logs_unvouched += reconciled.tally.logs_unvouched;
        self.tally.logs_uncovered += reconciled.tally.logs_uncovered;
        self.strays.merge(strays);
        let has_logs = place
            .locations
            .iter()
            .any(|location| location.families.iter().any(|f| *f == Family::CloudTrail));
        let folded = |(listed, open): (&ListedChain, OpenChain)| open.folded(listed);
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

    /// Keeps what is known of a place in the midst of which the run was stopped.
    fn abandon(&mut self, open: OpenPlace) {
        let folded = |(listed, mut open): (&ListedChain, OpenChain)| {
            // What its end says of the chain is said of digests not taken yet.
            let _ = open.finish();
            open.folded(listed)
        };
        let place = &open.place;
        self.folded.push(FoldedPlace {
            id: place.id.clone(),
            chains: place.chains.iter().zip(open.chains).map(folded).collect(),
            has_digest_folder: place.has_digest_folder,
            uncovered: None,
            has_logs: false,
        });
    }

    /// Judges all of it.
    pub(super) fn finish(mut self, accounts: &BTreeSet<AccountId>, end: End) -> Report {
        let Judgement {
            chains,
            trails,
            findings,
        } = match end {
            End::Complete => judge(self.request, &self.extent, &self.folded, accounts),
            End::Stopped => Judgement::of_what_was_reached(self.request, &self.folded),
        };
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
            _ if end == End::Stopped => Answer::Unchecked,
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
            interrupted: end == End::Stopped,
        }
    }
}

/// A place whose units are being taken.
struct OpenPlace {
    place: Arc<ListedPlace>,
    /// Days that were listed and not compared yet.
    days: BTreeMap<Date, DayListing>,
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

    fn folded(self, listed: &ListedChain) -> Folded {
        Folded {
            id: listed.id.clone(),
            chain: self.finished,
            locations: listed.locations(),
            digests: self.digests,
            logs: self.logs,
        }
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
