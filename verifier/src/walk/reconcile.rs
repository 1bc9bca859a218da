//! Reconciliation: what lies in the logs' folders, less what digests name.
//!
//! A digest lists what must exist. What exists besides is looked for here, a
//! day at a time: names are kept only for days that were not compared yet.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::discover::{Location, unlisted};
use crate::coverage::{Coverage, State};
use crate::layout::{Family, LogKey};
use crate::log::LogOutcome;
use crate::object::ObjectRef;
use crate::report::{FamilyReport, Strays, Tally};
use crate::source::Source;
use crate::verdict::{Code, Finding};

/// How exactly a log's name tells when it was delivered: names have minutes
/// in steps of five, and windows end at any second.
pub(super) const SLACK: SignedDuration = SignedDuration::from_mins(15);

/// The comparison of one place.
#[derive(Default)]
pub(super) struct Ledger {
    /// Named logs of days not compared yet, and whether a verified digest
    /// names them.
    named: HashMap<Date, HashMap<ObjectRef, bool>>,
    compared_until: Option<Date>,
    /// Findings that a digest read later may still take back.
    doubtful: BTreeMap<ObjectRef, Finding>,
    families: BTreeMap<Family, FamilyReport>,
    /// First and last delivery in time that no digest covers, and how many.
    pub(super) uncovered: Option<Uncovered>,
    tally: Tally,
}

/// Logs in time that no digest covers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Uncovered {
    pub(super) earliest: Timestamp,
    pub(super) latest: Timestamp,
}

/// What the comparison of one place came to.
pub(super) struct Reconciled {
    pub(super) findings: Vec<Finding>,
    pub(super) families: Vec<FamilyReport>,
    pub(super) uncovered: Option<Uncovered>,
    pub(super) tally: Tally,
}

impl Ledger {
    /// Notes that a digest names this log.
    pub(super) fn name(&mut self, log: &LogOutcome, verified: bool) {
        let Some(key) = LogKey::parse(&log.object.key) else {
            return;
        };
        if verified {
            self.family(key.family).named += 1;
        }
        if self.compared_until.is_some_and(|until| key.day <= until) {
            self.doubtful.remove(&log.object);
            return;
        }
        let by_verified = self.named.entry(key.day).or_default();
        *by_verified.entry(log.object.clone()).or_default() |= verified;
    }

    fn family(&mut self, family: Family) -> &mut FamilyReport {
        self.families.entry(family).or_insert(FamilyReport {
            family,
            listed: 0,
            named: 0,
        })
    }

    /// Compares one day of delivery. Days come in order.
    pub(super) fn compare(
        &mut self,
        source: &impl Source,
        locations: &[Location],
        day: Date,
        range: (Option<Timestamp>, Option<Timestamp>),
        coverage: &[&Coverage],
        strays: &mut Strays,
    ) {
        let named = self.named.remove(&day).unwrap_or_default();
        self.compared_until = Some(day);
        for location in locations {
            for family in Family::LOGS
                .into_iter()
                .filter(|f| location.families.contains(f))
            {
                let folder = location.place.day_folder(family, day);
                let keys = match source.objects(&location.bucket, &folder) {
                    Ok(keys) => keys,
                    Err(error) => {
                        let finding = unlisted(&location.bucket, &folder, &error);
                        let object = ObjectRef::new(location.bucket.clone(), folder);
                        self.doubtful.insert(object, finding);
                        continue;
                    }
                };
                for key in keys {
                    let Some(log) = LogKey::parse(&key).filter(|l| l.place == location.place)
                    else {
                        strays.add(&location.bucket, &key);
                        continue;
                    };
                    let at = log.delivered();
                    let outside =
                        range.0.is_some_and(|from| at < from) || range.1.is_some_and(|to| at >= to);
                    if outside {
                        continue;
                    }
                    self.family(family).listed += 1;
                    let object = ObjectRef::new(location.bucket.clone(), key);
                    match named.get(&object) {
                        Some(true) => {}
                        // Reported with the digest that names it.
                        Some(false) => self.tally.logs_unvouched += 1,
                        None => self.doubt(object, &log, at, coverage),
                    }
                }
            }
        }
    }

    /// A log that nobody named.
    fn doubt(&mut self, object: ObjectRef, log: &LogKey, at: Timestamp, coverage: &[&Coverage]) {
        if log.family != Family::CloudTrail && self.family(log.family).named == 0 {
            return;
        }
        let states: BTreeSet<State> = coverage
            .iter()
            .flat_map(|coverage| coverage.states_around(at, SLACK))
            .collect();
        let finding = if states.contains(&State::Failed) || states.contains(&State::Unchecked) {
            let detail = "delivered while digests are missing or not verified; none names it";
            Finding::on(Code::LogUnvouched, object.clone(), detail)
        } else if states.contains(&State::Proved) && self.inside(at, coverage) {
            let detail = "digests cover the time of its delivery, and none names it";
            Finding::on(Code::LogUnreferenced, object.clone(), detail)
        } else {
            self.tally.logs_uncovered += 1;
            let (earliest, latest) = self.uncovered.map_or((at, at), |seen| {
                (seen.earliest.min(at), seen.latest.max(at))
            });
            self.uncovered = Some(Uncovered { earliest, latest });
            return;
        };
        self.doubtful.insert(object, finding);
    }

    /// Whether digests cover the whole neighbourhood of an instant.
    fn inside(&self, at: Timestamp, coverage: &[&Coverage]) -> bool {
        let from = at.saturating_sub(SLACK).unwrap_or(Timestamp::MIN);
        let to = at.saturating_add(SLACK).unwrap_or(Timestamp::MAX);
        let around = crate::coverage::Interval::new(from, to);
        coverage.iter().any(|coverage| {
            coverage.spans_over(around)
                && coverage
                    .states_around(at, SLACK)
                    .all(|state| state == State::Proved)
        })
    }

    /// The findings that nothing took back, in the order of their keys.
    pub(super) fn finish(mut self) -> Reconciled {
        for finding in self.doubtful.values() {
            match finding.code {
                Code::LogUnreferenced => self.tally.logs_unreferenced += 1,
                Code::LogUnvouched => self.tally.logs_unvouched += 1,
                _ => {}
            }
        }
        Reconciled {
            findings: self.doubtful.into_values().collect(),
            families: self.families.into_values().collect(),
            uncovered: self.uncovered,
            tally: self.tally,
        }
    }
}

/// The day of an instant, in UTC.
pub(super) fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}
