//! The chain of hourly digests.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Chain, ClaimedPredecessor, DIGEST_PERIOD, DigestOutcome, Head, Link, Tracks};
use crate::coverage::{Coverage, Interval, State};
use crate::object::ObjectRef;
use crate::source::Extent;
use crate::verdict::{Answer, Code, Finding};

/// Time without a digest that is long enough to say that one is missing.
const HALF: SignedDuration = SignedDuration::from_mins(30);

/// Folds the digests of one chain, in the order of their stamps.
///
/// Digests that are rejected or unread say nothing that can be trusted, so
/// they do not become part of the chain: they wait until the next digest that
/// was read tells whether they belong to it.
#[derive(Debug, Default)]
pub struct HourlyFold {
    /// What was copied. Digests may lie elsewhere too.
    extent: Arc<Extent>,
    /// Start of the time that was asked for.
    since: Option<Timestamp>,
    coverage: Tracks,
    verified_time: Option<Interval>,
    head: Option<Head>,
    /// The newest digest that was read, verified or not.
    anchor: Option<Link>,
    /// The newest verified digest, if that is not the anchor.
    verified: Option<Link>,
    /// Rejected and unread digests after the anchor.
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    object: ObjectRef,
    /// The hour before its stamp: what it says itself is not trusted.
    window: Interval,
    state: State,
}

impl HourlyFold {
    /// An empty fold, over a copy of this extent.
    pub fn new(extent: Arc<Extent>) -> Self {
        Self {
            extent,
            ..Self::default()
        }
    }

    /// The same, where the time from `since` on was asked for: digests that
    /// are named in it must be there.
    #[must_use]
    pub fn since(mut self, since: Option<Timestamp>) -> Self {
        self.since = since;
        self
    }

    /// Where the list of logs is proved, as far as it is known yet.
    pub fn listed(&self) -> &Coverage {
        &self.coverage.listed
    }

    /// Adds the next digest; returns what its neighbourhood reveals.
    pub fn push(&mut self, digest: &DigestOutcome) -> Vec<Finding> {
        let answer = digest.answer();
        let Some(link) = digest.link.as_ref().filter(|_| answer != Answer::Failed) else {
            let end = digest.key.stamp.instant();
            let start = end.saturating_sub(DIGEST_PERIOD).unwrap_or(Timestamp::MIN);
            let state = if answer == Answer::Failed {
                State::Failed
            } else {
                State::Unchecked
            };
            let window = Interval::new(start, end);
            self.waiting.push(Waiting {
                object: digest.object.clone(),
                window,
                state,
            });
            return Vec::new();
        };
        let findings = match self.anchor.take() {
            None => {
                self.begin(link);
                Vec::new()
            }
            Some(anchor) => {
                let findings = self.join(&anchor, link);
                if anchor.verified {
                    self.verified = Some(anchor);
                }
                findings
            }
        };
        if link.verified {
            // Time that only an unproved digest claims gives way.
            let proved = self
                .verified
                .as_ref()
                .map_or(Timestamp::MIN, |v| v.window.end);
            self.coverage.cut(proved.max(link.window.start));
        }
        self.coverage.push_digest(link.window, digest);
        self.waiting.clear();
        if link.verified {
            self.verified = None;
            let start = self
                .verified_time
                .map_or(link.window.start, |time| time.start);
            self.verified_time = Some(Interval::new(start, link.window.end));
        }
        self.anchor = Some(link.clone());
        findings
    }

    /// The chain as a whole.
    pub fn finish(mut self) -> Chain {
        // Stamps of rejected digests are an attacker's choice: only an
        // unbroken run of them counts as time of the chain.
        let run = std::mem::take(&mut self.waiting);
        for waiting in &run {
            let reached = self.coverage.end().unwrap_or(waiting.window.start);
            if waiting.window.start.duration_since(reached) > HALF {
                break;
            }
            self.coverage
                .push(Interval::new(reached, waiting.window.end), waiting.state);
        }
        Chain {
            tracks: self.coverage,
            head: self.head,
            tail: self.anchor,
            verified: self.verified_time,
        }
    }

    /// The first digest that was read.
    fn begin(&mut self, link: &Link) {
        let mut start = link.window.start;
        let mut first = self.waiting.len();
        for (index, waiting) in self.waiting.iter().enumerate().rev() {
            if start.duration_since(waiting.window.end) > HALF {
                break;
            }
            (start, first) = (waiting.window.start.min(start), index);
        }
        self.fill(
            Interval::new(start, link.window.start),
            State::Failed,
            first,
        );
        let predecessor_seen = link
            .predecessor
            .as_ref()
            .is_some_and(|named| self.waits(named));
        self.head = Some(Head {
            link: link.clone(),
            predecessor_seen,
        });
    }

    /// Joins a digest to the chain.
    fn join(&mut self, anchor: &Link, link: &Link) -> Vec<Finding> {
        let between = Interval::new(anchor.window.end, link.window.start);
        let Some(named) = &link.predecessor else {
            self.fill(between, State::Uncovered, 0);
            return vec![restart(link, between)];
        };
        if named.is(&anchor.object) {
            return self.join_linked(named, anchor, link);
        }
        let older = self
            .verified
            .clone()
            .filter(|older| link.verified && named.is(&older.object));
        if let Some(older) = older {
            // Signed neighbours on both sides of an unproved digest name each
            // other: it has no place between them.
            self.coverage.cut(older.window.end);
            let mut findings = vec![Finding::on(
                Code::LinkOverlap,
                anchor.object.clone(),
                format!(
                    "{} and {} follow each other directly",
                    older.object, link.object
                ),
            )];
            findings.extend(self.join_linked(named, &older, link));
            return findings;
        }
        if self.waits(named) {
            let gap = self.gap(between, link, 1);
            let rejected = self
                .waiting
                .iter()
                .any(|waiting| waiting.state == State::Failed);
            let failed = rejected || gap.is_some();
            self.fill(
                between,
                if failed {
                    State::Failed
                } else {
                    State::Unchecked
                },
                0,
            );
            return gap.into_iter().collect();
        }
        self.join_missing(named, anchor, link, between)
    }

    /// The digest names the one that was found before it.
    fn join_linked(
        &mut self,
        named: &ClaimedPredecessor,
        earlier: &Link,
        link: &Link,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        findings.extend(named.compare(earlier, &link.object));
        let (end, start) = (earlier.window.end, link.window.start);
        if start > end {
            let hole = Interval::new(end, start);
            self.coverage.push(hole, State::Uncovered);
            let detail = format!("starts at {start}, the digest before it ends at {end}");
            let finding = Finding::on(Code::WindowHole, link.object.clone(), detail);
            findings.push(finding.during(hole));
        } else if start < end {
            let overlap = Interval::new(start, end);
            let detail = format!("starts at {start}, before its predecessor ends at {end}");
            let finding = Finding::on(Code::LinkOverlap, link.object.clone(), detail);
            findings.push(finding.during(overlap));
        }
        findings
    }

    /// The digest names one that is not there.
    fn join_missing(
        &mut self,
        named: &ClaimedPredecessor,
        anchor: &Link,
        link: &Link,
        between: Interval,
    ) -> Vec<Finding> {
        let name = format!("s3://{}/{}", named.bucket, named.key);
        let stamp = named.digest_key().map(|key| key.stamp.instant());
        if link.verified && !anchor.verified && self.verified.is_none() && self.since.is_none() {
            // Nothing proved lies before it, so the copy may begin here: an
            // unproved digest with an older stamp does not show otherwise.
            self.fill(between, State::Uncovered, 0);
            let detail = format!("the first verified digest; {name}, which it names, is not there");
            let finding = Finding::on(Code::HeadUncovered, link.object.clone(), detail);
            return vec![finding.during(between)];
        }
        let older = stamp.is_some_and(|stamp| stamp < anchor.window.end);
        if link.verified && anchor.verified && older {
            let detail = format!(
                "names {name} as its predecessor, older than {}",
                anchor.object
            );
            return vec![Finding::on(Code::LinkOverlap, link.object.clone(), detail)];
        }
        let mut findings = Vec::new();
        match named.object() {
            Some(object) if link.verified && !self.extent.holds(&object) => {
                let detail = format!("{} names it; it is not part of this copy", link.object);
                let finding = Finding::on(Code::DigestUnread, object, detail);
                self.fill(between, State::Unchecked, 0);
                return vec![finding.during(between)];
            }
            Some(object) if link.verified => {
                let last = stamp.unwrap_or(between.end);
                let start = last
                    .saturating_sub(DIGEST_PERIOD)
                    .unwrap_or(Timestamp::MIN)
                    .max(between.start);
                let detail = format!("{} names it as its predecessor", link.object);
                let finding = Finding::on(Code::DigestAbsent, object, detail);
                findings.push(finding.during(Interval::new(start, last)));
                findings.extend(self.gap(between, link, 2));
            }
            _ => {
                let gap = self.gap(between, link, 1);
                findings.push(gap.unwrap_or_else(|| {
                    // No time is missing, yet it names another predecessor:
                    // one of the two neighbours is not what CloudTrail wrote.
                    let detail =
                        format!("names {name} as its predecessor, found {}", anchor.object);
                    Finding::on(Code::LinkHashMismatch, link.object.clone(), detail)
                }));
            }
        }
        self.fill(between, State::Failed, 0);
        findings
    }

    /// A finding if at least this many hourly digests must be missing from
    /// the stretch, those that wait in it set aside.
    fn gap(&self, between: Interval, link: &Link, at_least: i64) -> Option<Finding> {
        let mut missing = 0;
        let mut gap: Option<Interval> = None;
        let mut after = &link.object;
        let mut reached = between.start;
        let waiting = self
            .waiting
            .iter()
            .map(|waiting| (waiting.window, &waiting.object, waiting.state));
        let end = Interval::new(between.end, between.end);
        for (window, object, state) in waiting.chain([(end, &link.object, State::Proved)]) {
            let stretch = Interval::new(reached, window.start.min(between.end));
            let hours = rounded_hours(stretch.length());
            // What could not be read may be a restart, before which nothing is missing.
            if hours > 0 && state != State::Unchecked {
                missing += hours;
                gap = Some(Interval::new(
                    gap.map_or(stretch.start, |gap| gap.start),
                    stretch.end,
                ));
                after = object;
            }
            reached = reached.max(window.end);
        }
        let gap = gap.filter(|_| missing >= at_least)?;
        let digests = if missing == 1 {
            "1 digest"
        } else {
            &format!("{missing} digests")
        };
        let detail = format!("about {digests} missing before it, {gap}, unless logging was off");
        Some(Finding::on(Code::ChainGap, after.clone(), detail).during(gap))
    }

    fn waits(&self, named: &ClaimedPredecessor) -> bool {
        self.waiting.iter().any(|waiting| named.is(&waiting.object))
    }

    /// Covers a stretch: where a digest waits with its state, else with `state`.
    fn fill(&mut self, stretch: Interval, state: State, first: usize) {
        for waiting in &self.waiting[first..] {
            if let Some(window) = waiting.window.intersection(stretch) {
                let reached = self
                    .coverage
                    .end()
                    .unwrap_or(stretch.start)
                    .max(stretch.start);
                self.coverage
                    .push(Interval::new(reached, window.start), state);
                self.coverage.push(window, waiting.state);
            }
        }
        let reached = self
            .coverage
            .end()
            .unwrap_or(stretch.start)
            .max(stretch.start);
        self.coverage
            .push(Interval::new(reached, stretch.end), state);
    }
}

fn restart(link: &Link, between: Interval) -> Finding {
    let detail = if between.is_empty() {
        "starts a new chain although earlier digests exist".to_owned()
    } else {
        format!("starts a new chain; nothing vouches for {between}")
    };
    Finding::on(Code::ChainRestart, link.object.clone(), detail).during(between)
}

fn rounded_hours(length: SignedDuration) -> i64 {
    length.as_secs().saturating_add(HALF.as_secs()) / DIGEST_PERIOD.as_secs()
}
