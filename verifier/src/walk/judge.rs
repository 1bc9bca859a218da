//! What the range asks for, and what of it the chains cover.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::Request;
use super::discover::PlaceId;
use super::missing::without_digests;
use crate::chain::{Chain, ChainId, DIGEST_PERIOD, Head};
use crate::coverage::{Coverage, Interval, State};
use crate::id::{AccountId, OrganizationId, Region, TrailName};
use crate::layout::ChainKind;
use crate::object::ObjectRef;
use crate::report::{ChainReport, Counts, TrailScope};
use crate::source::Extent;
use crate::verdict::{Code, Finding, Subject};

/// How long after its window's end a digest may still be on its way. Copies
/// made at one moment hold chains that end this far apart.
pub(super) const DELIVERY_LAG: SignedDuration = SignedDuration::from_hours(2);

/// A chain after the fold.
pub(super) struct Folded {
    pub(super) id: ChainId,
    pub(super) chain: Chain,
    pub(super) locations: Vec<String>,
    pub(super) digests: Counts,
    pub(super) logs: Counts,
}

/// A place after all its chains were folded.
pub(super) struct FoldedPlace {
    pub(super) id: PlaceId,
    pub(super) chains: Vec<Folded>,
    pub(super) has_digest_folder: bool,
    pub(super) uncovered: Option<Interval>,
    /// Logs that digests name or that lie there.
    pub(super) has_logs: bool,
}

impl FoldedPlace {
    pub(super) fn has_hourly_digests(&self) -> bool {
        self.chains
            .iter()
            .any(|folded| folded.id.kind == ChainKind::Hourly)
    }
}

/// The conclusion about time.
pub(super) struct Judgement {
    pub(super) chains: Vec<ChainReport>,
    pub(super) trails: Vec<TrailScope>,
    pub(super) findings: Vec<Finding>,
}

/// An organization's trail is one over all accounts; others belong to their
/// account, whatever they are called.
type Trail = (Option<OrganizationId>, Option<AccountId>, TrailName, Region);

/// Judges every chain over the range of its trail.
pub(super) fn judge(
    request: &Request,
    extent: &Extent,
    places: &[FoldedPlace],
    accounts: &BTreeSet<AccountId>,
) -> Judgement {
    let spans = trail_spans(places);
    let tails: BTreeSet<&ObjectRef> = places
        .iter()
        .flat_map(|place| &place.chains)
        .filter_map(|folded| folded.chain.tail.as_ref().map(|tail| &tail.object))
        .collect();
    let mut chains = Vec::new();
    let mut findings = Vec::new();
    for place in places {
        let request = &*request.narrowed(&place.id.account, &place.id.region);
        for folded in &place.chains {
            let span = spans.get(&trail_of(&folded.id)).copied().flatten();
            let judge = Judge {
                request,
                extent,
                tails: &tails,
                place,
                folded,
            };
            let (coverage, found) = judge.judge(span);
            findings.extend(
                found
                    .into_iter()
                    .map(|finding| finding.in_chain(&folded.id)),
            );
            chains.push(folded.report(coverage));
        }
    }
    findings.extend(without_digests(request, places, accounts));
    Judgement {
        chains,
        trails: trail_scopes(request, spans),
        findings,
    }
}

impl Judgement {
    /// What is known when a run was stopped. Of time that was not reached
    /// nothing is said.
    pub(super) fn of_what_was_reached(request: &Request, places: &[FoldedPlace]) -> Self {
        let folded = places.iter().flat_map(|place| &place.chains);
        Self {
            chains: folded
                .map(|folded| folded.report(folded.chain.tracks.whole.clone()))
                .collect(),
            trails: trail_scopes(request, trail_spans(places)),
            findings: Vec::new(),
        }
    }
}

impl Folded {
    fn report(&self, coverage: Coverage) -> ChainReport {
        ChainReport {
            id: self.id.to_string(),
            chain: self.id.clone(),
            locations: self.locations.clone(),
            digests: self.digests,
            logs: self.logs,
            coverage,
            ends: self.chain.verified.map(|verified| verified.end),
        }
    }
}

fn trail_scopes(request: &Request, spans: BTreeMap<Trail, Option<Interval>>) -> Vec<TrailScope> {
    let scope = |((organization, account, trail, home), span): (Trail, Option<Interval>)| {
        let range = span.map(|span| asked(request, span));
        TrailScope {
            organization,
            account,
            trail,
            home,
            range,
        }
    };
    spans.into_iter().map(scope).collect()
}

fn trail_of(id: &ChainId) -> Trail {
    let account = id.organization.is_none().then(|| id.account.clone());
    (
        id.organization.clone(),
        account,
        id.trail.clone(),
        id.home.clone(),
    )
}

/// The range asked for, with a trail's own span where it is not given.
fn asked(request: &Request, span: Interval) -> Interval {
    Interval::new(
        request.from.unwrap_or(span.start),
        request.to.unwrap_or(span.end),
    )
}

/// The time that the verified hourly digests of each trail span. A digest that
/// is not verified may claim any time, so it counts only where it continues.
fn trail_spans(places: &[FoldedPlace]) -> BTreeMap<Trail, Option<Interval>> {
    let mut proved: BTreeMap<Trail, Option<Interval>> = BTreeMap::new();
    let mut claimed: BTreeMap<Trail, Interval> = BTreeMap::new();
    for folded in places.iter().flat_map(|place| &place.chains) {
        let trail = trail_of(&folded.id);
        let span = proved.entry(trail.clone()).or_default();
        if folded.id.kind != ChainKind::Hourly {
            continue;
        }
        let chain = &folded.chain;
        if let Some(verified) = chain.verified {
            let tail = chain.tail.as_ref().map(|tail| tail.window);
            let next = tail.filter(|t| t.start.duration_since(verified.end) <= DIGEST_PERIOD);
            let end = next.map_or(verified.end, |tail| tail.end.max(verified.end));
            let own = Interval::new(verified.start, end);
            *span = Some(span.map_or(own, |span| span.hull(own)));
        } else if let Some(own) = chain.tracks.whole.hull() {
            claimed
                .entry(trail)
                .and_modify(|span| *span = span.hull(own))
                .or_insert(own);
        }
    }
    for (trail, span) in &mut proved {
        *span = span.or_else(|| claimed.get(trail).copied());
    }
    proved
}

struct Judge<'j> {
    request: &'j Request,
    extent: &'j Extent,
    tails: &'j BTreeSet<&'j ObjectRef>,
    place: &'j FoldedPlace,
    folded: &'j Folded,
}

impl Judge<'_> {
    fn judge(&self, span: Option<Interval>) -> (Coverage, Vec<Finding>) {
        let known = &self.folded.chain.tracks.whole;
        let Some(Interval { start, end }) = known.hull() else {
            return self.nothing(span);
        };
        if self.folded.id.kind == ChainKind::Backfill {
            let range = asked(self.request, Interval::new(start, end));
            return (known.clipped(range), self.backfill_head(span));
        }
        let mut range = asked(self.request, span.unwrap_or(Interval::new(start, end)));
        // Signed digests may show that one is missing; logs that nobody vouches
        // for only that time is not covered.
        let mut signed_start = range.start;
        if self.request.from.is_none() {
            if start.duration_since(range.start) <= DELIVERY_LAG {
                signed_start = start;
            }
            range.start = self.first_delivered(signed_start, start);
        }
        if self.request.to.is_none() {
            range.end = self.last_expected(range.end, end);
        }
        let due = self.due(range.end);
        let mut coverage = Coverage::default();
        let mut findings = Vec::new();
        if start > range.start {
            let before = Interval::new(range.start, start);
            self.head(before, signed_start, &mut coverage, &mut findings);
        }
        for span in known.clipped(range).spans() {
            coverage.push(
                Interval::new(
                    coverage.end().unwrap_or(span.interval.start),
                    span.interval.start,
                ),
                State::Uncovered,
            );
            coverage.push(span.interval, span.state);
        }
        if end < due {
            let rest = Interval::new(end.max(range.start), due);
            findings.extend(self.tail(rest));
            coverage.push(rest, State::Uncovered);
        }
        coverage.push(Interval::new(due.max(end), range.end), State::NotYetDue);
        (coverage, findings)
    }

    /// A chain whose digests cover no time at all.
    fn nothing(&self, span: Option<Interval>) -> (Coverage, Vec<Finding>) {
        let mut coverage = Coverage::default();
        let Request { from, to, .. } = self.request;
        let range = span.map(|span| asked(self.request, span));
        let range = range.or_else(|| Some(Interval::new((*from)?, (*to)?)));
        let hourly = self.folded.id.kind == ChainKind::Hourly;
        let Some(range) = range.filter(|range| hourly && !range.is_empty()) else {
            return (coverage, Vec::new());
        };
        coverage.push(range, State::Uncovered);
        (coverage, self.tail(range).into_iter().collect())
    }

    /// The start of the range for this chain, or the first delivery before it
    /// that no digest covers.
    fn first_delivered(&self, range: Timestamp, start: Timestamp) -> Timestamp {
        let mut first = range;
        if let Some(logs) = self.place.uncovered {
            let oldest = self
                .place
                .chains
                .iter()
                .filter_map(|c| c.chain.tracks.whole.start())
                .min();
            if oldest == Some(start) && start.duration_since(logs.start) > DIGEST_PERIOD {
                first = first.min(logs.start);
            }
        }
        first
    }

    /// The end of the range for this chain. A copy is made at one moment for all
    /// Regions, whose windows end at different minutes.
    fn last_expected(&self, range: Timestamp, end: Timestamp) -> Timestamp {
        let mut last = if range.duration_since(end) > DELIVERY_LAG {
            range
        } else {
            end
        };
        if let Some(logs) = self.place.uncovered {
            let newest = self
                .place
                .chains
                .iter()
                .filter_map(|c| c.chain.tracks.whole.end())
                .max();
            if newest == Some(end) && logs.end.duration_since(end) > DELIVERY_LAG + DIGEST_PERIOD {
                last = last.max(logs.end);
            }
        }
        last
    }

    /// Up to when digests must have been delivered.
    fn due(&self, end: Timestamp) -> Timestamp {
        let delivered = self
            .request
            .now
            .map(|now| now.saturating_sub(DELIVERY_LAG).unwrap_or(now));
        delivered.map_or(end, |delivered| delivered.min(end))
    }

    /// Time before the first digest.
    fn head(
        &self,
        before: Interval,
        signed_start: Timestamp,
        coverage: &mut Coverage,
        findings: &mut Vec<Finding>,
    ) {
        let chain = &self.folded.chain;
        let mut unknown = before;
        if let Some(head) = &chain.head
            && let Some(finding) = self.absent_predecessor(head, signed_start)
        {
            let hour = before
                .end
                .saturating_sub(DIGEST_PERIOD)
                .unwrap_or(Timestamp::MIN);
            let missing = Interval::new(hour.max(before.start), before.end);
            unknown.end = missing.start;
            coverage.push(unknown, State::Uncovered);
            coverage.push(missing, State::Failed);
            findings.push(finding.during(missing));
        }
        if unknown.is_empty() {
            return;
        }
        coverage.push(unknown, State::Uncovered);
        let detail = match &chain.head {
            Some(head) if head.link.verified && head.link.predecessor.is_none() => {
                format!(
                    "the oldest digest begins a chain at {}; whether there was an earlier one is \
                     not known",
                    head.link.window.start
                )
            }
            _ => format!("no digest for {unknown}"),
        };
        let subject = self.subject(chain.head.as_ref().map(|head| &head.link.object));
        findings.push(Finding::about(Code::HeadUncovered, subject, detail).during(unknown));
    }

    /// The predecessor that the oldest digest names, if it must be there.
    fn absent_predecessor(&self, head: &Head, from: Timestamp) -> Option<Finding> {
        if !head.link.verified || head.predecessor_seen {
            return None;
        }
        let named = head.link.predecessor.as_ref()?;
        let object = named.object()?;
        let ends = named.digest_key().map(|key| key.stamp.instant());
        let in_range = ends.is_none_or(|ends| ends > from);
        if !in_range || !self.extent.holds(&object) || self.tails.contains(&object) {
            return None;
        }
        let detail = format!("{} names it as its predecessor", head.link.object);
        Some(Finding::on(Code::DigestAbsent, object, detail))
    }

    /// A backfill chain covers nothing by itself; only what its oldest digest
    /// names can be missing.
    fn backfill_head(&self, span: Option<Interval>) -> Vec<Finding> {
        let from = self.request.from.or(span.map(|span| span.start));
        let absent = self.folded.chain.head.as_ref().zip(from);
        absent
            .and_then(|(head, from)| self.absent_predecessor(head, from))
            .into_iter()
            .collect()
    }

    fn tail(&self, rest: Interval) -> Option<Finding> {
        let subject = self.subject(self.folded.chain.tail.as_ref().map(|tail| &tail.object));
        let logs = self.place.uncovered.filter(|logs| logs.end > rest.start);
        let detail = match logs {
            Some(logs) => format!(
                "no digest for {rest}, though logs were delivered up to {}",
                logs.end
            ),
            None => format!("no digest for {rest}"),
        };
        (!rest.is_empty())
            .then(|| Finding::about(Code::TailUncovered, subject, detail).during(rest))
    }

    fn subject(&self, object: Option<&ObjectRef>) -> Subject {
        let id = &self.folded.id;
        object.map_or_else(
            || Subject::Scope(Some(id.account.clone()), Some(id.region.clone())),
            |object| Subject::Object(object.clone()),
        )
    }
}
