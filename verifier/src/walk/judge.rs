//! What the range asks for, and what of it the chains cover.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::Request;
use super::discover::PlaceId;
use super::reconcile::Uncovered;
use crate::chain::{Chain, ChainId, Head};
use crate::coverage::{Coverage, Interval, State};
use crate::id::{AccountId, BucketName, OrganizationId, Region, TrailName};
use crate::layout::ChainKind;
use crate::object::ObjectRef;
use crate::report::{ChainReport, Counts, TrailScope};
use crate::verdict::{Code, Finding, Subject};

/// How long after its window's end a digest may still be on its way. Copies
/// made at one moment hold chains that end this far apart.
const DELIVERY_LAG: SignedDuration = SignedDuration::from_hours(2);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

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
    pub(super) uncovered: Option<Uncovered>,
    /// Logs that digests name or that lie there.
    pub(super) has_logs: bool,
}

/// The conclusion about time.
pub(super) struct Judgement {
    pub(super) chains: Vec<ChainReport>,
    pub(super) trails: Vec<TrailScope>,
    pub(super) findings: Vec<Finding>,
}

type Trail = (Option<OrganizationId>, TrailName, Region);

/// Judges every chain over the range of its trail.
pub(super) fn judge(
    request: &Request,
    buckets: &BTreeSet<BucketName>,
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
        for folded in &place.chains {
            let span = spans.get(&trail_of(&folded.id)).copied().flatten();
            let judge = Judge {
                request,
                buckets,
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
            chains.push(ChainReport {
                id: folded.id.to_string(),
                chain: folded.id.clone(),
                locations: folded.locations.clone(),
                digests: folded.digests,
                logs: folded.logs,
                coverage,
                ends: folded.chain.tail.as_ref().map(|tail| tail.window.end),
            });
        }
    }
    findings.extend(without_digests(request, places, accounts));
    let trails = spans
        .into_iter()
        .map(|((organization, trail, home), span)| {
            let range = span.map(|span| asked(request, span));
            TrailScope {
                organization,
                trail,
                home,
                range,
            }
        })
        .collect();
    Judgement {
        chains,
        trails,
        findings,
    }
}

fn trail_of(id: &ChainId) -> Trail {
    (id.organization.clone(), id.trail.clone(), id.home.clone())
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
    let mut spans: BTreeMap<Trail, Option<Interval>> = BTreeMap::new();
    for folded in places.iter().flat_map(|place| &place.chains) {
        let span = spans.entry(trail_of(&folded.id)).or_default();
        if folded.id.kind != ChainKind::Hourly {
            continue;
        }
        let chain = &folded.chain;
        let own = match (chain.verified, &chain.tail, &chain.head) {
            (Some(verified), Some(tail), _)
                if tail.window.start.duration_since(verified.end) <= HOUR =>
            {
                Some(Interval::new(
                    verified.start,
                    verified.end.max(tail.window.end),
                ))
            }
            (Some(verified), ..) => Some(verified),
            (None, Some(tail), Some(head)) => {
                Some(Interval::new(head.link.window.start, tail.window.end))
            }
            _ => chain
                .tracks
                .whole
                .start()
                .zip(chain.tracks.whole.end())
                .map(|(s, e)| Interval::new(s, e)),
        };
        if let Some(own) = own {
            *span = Some(span.map_or(own, |span| {
                Interval::new(span.start.min(own.start), span.end.max(own.end))
            }));
        }
    }
    spans
}

struct Judge<'j> {
    request: &'j Request,
    buckets: &'j BTreeSet<BucketName>,
    tails: &'j BTreeSet<&'j ObjectRef>,
    place: &'j FoldedPlace,
    folded: &'j Folded,
}

impl Judge<'_> {
    fn judge(&self, span: Option<Interval>) -> (Coverage, Vec<Finding>) {
        let known = &self.folded.chain.tracks.whole;
        let (Some(start), Some(end)) = (known.start(), known.end()) else {
            return (Coverage::default(), Vec::new());
        };
        if self.folded.id.kind == ChainKind::Backfill {
            let range = asked(self.request, Interval::new(start, end));
            return (known.clipped(range), self.backfill_head(span));
        }
        let mut range = asked(self.request, span.unwrap_or(Interval::new(start, end)));
        if self.request.from.is_none() {
            range.start = self.first_expected(range.start, start);
        }
        if self.request.to.is_none() {
            range.end = self.last_expected(range.end, end);
        }
        let due = self.due(range.end);
        let mut coverage = Coverage::default();
        let mut findings = Vec::new();
        if start > range.start {
            self.head(
                Interval::new(range.start, start),
                &mut coverage,
                &mut findings,
            );
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

    /// The start of the range for this chain. A copy is cut at one moment for
    /// all Regions, whose windows begin at different minutes.
    fn first_expected(&self, range: Timestamp, start: Timestamp) -> Timestamp {
        let mut first = if start.duration_since(range) > DELIVERY_LAG {
            range
        } else {
            start
        };
        if let Some(logs) = self.place.uncovered {
            let oldest = self
                .place
                .chains
                .iter()
                .filter_map(|c| c.chain.tracks.whole.start())
                .min();
            if oldest == Some(start) && start.duration_since(logs.earliest) > HOUR {
                first = first.min(logs.earliest);
            }
        }
        first
    }

    /// The end of the range for this chain, likewise.
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
            if newest == Some(end) && logs.latest.duration_since(end) > DELIVERY_LAG + HOUR {
                last = last.max(logs.latest);
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
    fn head(&self, before: Interval, coverage: &mut Coverage, findings: &mut Vec<Finding>) {
        let chain = &self.folded.chain;
        let mut unknown = before;
        if let Some(head) = &chain.head
            && let Some(finding) = self.absent_predecessor(head, before.start)
        {
            let hour = before.end.saturating_sub(HOUR).unwrap_or(Timestamp::MIN);
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
                    "validation was turned on only at {}",
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
        if !in_range || !self.buckets.contains(&object.bucket) || self.tails.contains(&object) {
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
        let logs = self.place.uncovered.filter(|logs| logs.latest > rest.start);
        let detail = match logs {
            Some(logs) => format!(
                "no digest for {rest}, though logs were delivered up to {}",
                logs.latest
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

/// Accounts and Regions that were asked for, or that have files, and for
/// which there is no digest to check.
fn without_digests(
    request: &Request,
    places: &[FoldedPlace],
    accounts: &BTreeSet<AccountId>,
) -> Vec<Finding> {
    let mut missing: BTreeMap<Subject, &str> = BTreeMap::new();
    let covered: BTreeSet<(&AccountId, &Region)> = places
        .iter()
        .filter(|place| !place.chains.is_empty())
        .map(|place| (&place.id.account, &place.id.region))
        .collect();
    for place in places.iter().filter(|place| place.chains.is_empty()) {
        let scope = Subject::Scope(
            Some(place.id.account.clone()),
            Some(place.id.region.clone()),
        );
        if place.has_digest_folder {
            missing.insert(
                scope,
                "there are digests, but none in the range and trails asked for",
            );
        } else if place.has_logs && !covered.contains(&(&place.id.account, &place.id.region)) {
            missing.insert(scope, "there are logs, but no digest at all");
        }
    }
    let mut expected: BTreeSet<(Option<&AccountId>, Option<&Region>)> = BTreeSet::new();
    if request.regions.is_empty() {
        expected.extend(request.accounts.iter().map(|account| (Some(account), None)));
    } else {
        let asked: Vec<&AccountId> = match request.accounts.as_slice() {
            [] => accounts.iter().collect(),
            asked => asked.iter().collect(),
        };
        for region in &request.regions {
            expected.extend(asked.iter().map(|account| (Some(*account), Some(region))));
            if asked.is_empty() {
                expected.insert((None, Some(region)));
            }
        }
    }
    for (account, region) in expected {
        let found = covered.iter().any(|(a, r)| {
            account.is_none_or(|account| account == *a) && region.is_none_or(|region| region == *r)
        });
        let scope = Subject::Scope(account.cloned(), region.cloned());
        if !found {
            missing
                .entry(scope)
                .or_insert("asked for by name, and there is no digest");
        }
    }
    if missing.is_empty() && covered.is_empty() {
        missing.insert(Subject::Scope(None, None), "there is no digest to check");
    }
    missing
        .into_iter()
        .map(|(scope, detail)| Finding::about(Code::NoDigests, scope, detail))
        .collect()
}
