//! Reconciliation: what lies in the logs' folders, less what digests name.
//!
//! A digest lists what must exist. What exists besides is looked for here, a
//! day at a time: names are kept only for days that were not compared yet.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::discover::{Location, unlisted};
use crate::coverage::{Coverage, Interval, State};
use crate::layout::{Family, LogKey, Place};
use crate::log::LogOutcome;
use crate::object::ObjectRef;
use crate::report::{FamilyReport, Strays, Tally};
use crate::source::{ReadError, Source};
use crate::verdict::{Code, Finding};

/// How exactly a log's name tells when it was delivered: names have minutes
/// in steps of five, and windows end at any second.
pub(super) const SLACK: SignedDuration = SignedDuration::from_mins(15);

/// The comparison of one place.
#[derive(Default)]
pub(super) struct Ledger {
    /// Named logs of days not compared yet.
    named: BTreeMap<Date, BTreeMap<ObjectRef, Naming>>,
    compared_until: Option<Date>,
    /// Findings that a digest read later may still take back.
    doubtful: BTreeMap<ObjectRef, Finding>,
    families: BTreeMap<Family, FamilyReport>,
    /// The time of deliveries that no digest covers.
    uncovered: Option<Interval>,
    tally: Tally,
}

/// Who names a log.
enum Naming {
    /// A verified digest.
    Verified,
    /// Only digests that are not verified; what is to be said of it.
    Unverified(Box<Finding>),
}

/// What lies in the folders of one day: for each location and family of its
/// place the keys, or why they could not be listed.
pub(super) struct DayListing(Vec<FolderListing>);

struct FolderListing {
    /// Which of the place's locations it belongs to.
    location: usize,
    family: Family,
    folder: String,
    keys: Result<Vec<String>, ReadError>,
}

impl DayListing {
    /// Lists the folders of one day of delivery.
    pub(super) fn list(source: &impl Source, locations: &[Location], day: Date) -> Self {
        let mut folders = Vec::new();
        for (index, location) in locations.iter().enumerate() {
            for family in Family::LOGS
                .into_iter()
                .filter(|f| location.families.contains(f))
            {
                let folder = location.place.day_folder(family, day);
                let keys = source.objects(&location.bucket, &folder);
                folders.push(FolderListing {
                    location: index,
                    family,
                    folder,
                    keys,
                });
            }
        }
        Self(folders)
    }
}

/// What the comparison of one place came to.
pub(super) struct Reconciled {
    pub(super) findings: Vec<Finding>,
    pub(super) families: Vec<FamilyReport>,
    pub(super) uncovered: Option<Interval>,
    pub(super) tally: Tally,
}

impl Ledger {
    /// Notes that a verified digest names this log.
    pub(super) fn name(&mut self, log: &LogOutcome) {
        let Some(key) = LogKey::parse(&log.object.key) else {
            return;
        };
        self.family(key.family).named += 1;
        if self.compared_until.is_some_and(|until| key.day <= until) {
            self.doubtful.remove(&log.object);
        } else {
            let named = self.named.entry(key.day).or_default();
            named.insert(log.object.clone(), Naming::Verified);
        }
    }

    /// Notes that a digest names this log which is not verified: `finding` is
    /// what to say if no verified one names it too.
    pub(super) fn name_unverified(&mut self, place: &Place, log: &LogOutcome, finding: Finding) {
        let key = LogKey::parse(&log.object.key);
        if key.as_ref().is_some_and(|key| key.place != *place) {
            // Compared with what lies there, where no word of this digest counts.
            return;
        }
        match key
            .map(|key| key.day)
            .filter(|day| self.compared_until.is_none_or(|until| *day > until))
        {
            Some(day) => {
                let named = self.named.entry(day).or_default();
                let naming = Naming::Unverified(Box::new(finding));
                named.entry(log.object.clone()).or_insert(naming);
            }
            None => {
                self.doubtful.insert(log.object.clone(), finding);
            }
        }
    }

    fn family(&mut self, family: Family) -> &mut FamilyReport {
        self.families.entry(family).or_insert(FamilyReport {
            family,
            listed: 0,
            named: 0,
        })
    }

    /// Compares one day of delivery. Days come in order. Logs of which nothing is
    /// to be said go to `unjudged`.
    #[expect(clippy::too_many_arguments, reason = "what one day is compared with")]
    pub(super) fn compare(
        &mut self,
        locations: &[Location],
        day: Date,
        listing: DayListing,
        range: (Option<Timestamp>, Option<Timestamp>),
        coverage: &[&Coverage],
        strays: &mut Strays,
        unjudged: &mut dyn FnMut(&ObjectRef),
    ) {
        let mut named = self.named.remove(&day).unwrap_or_default();
        self.compared_until = Some(day);
        for part in listing.0 {
            let location = &locations[part.location];
            let keys = match part.keys {
                Ok(keys) => keys,
                Err(error) => {
                    let finding = unlisted(&location.bucket, &part.folder, &error);
                    let object = ObjectRef::new(location.bucket.clone(), part.folder);
                    self.doubtful.insert(object, finding);
                    continue;
                }
            };
            for key in keys {
                let Some(log) = LogKey::parse(&key).filter(|l| l.place == location.place) else {
                    strays.add(&location.bucket, &key);
                    continue;
                };
                let delivered = log.delivered();
                if !touches(delivered, range) {
                    continue;
                }
                self.family(part.family).listed += 1;
                let object = ObjectRef::new(location.bucket.clone(), key);
                match named.remove(&object) {
                    Some(Naming::Verified) => {}
                    Some(Naming::Unverified(finding)) => {
                        self.doubtful.insert(object, *finding);
                    }
                    None => match self.doubt(&object, &log, delivered, coverage) {
                        Some(finding) => {
                            self.doubtful.insert(object, finding);
                        }
                        None => unjudged(&object),
                    },
                }
            }
        }
        self.doubt_unverified(named);
    }

    /// Logs that only digests name which are not verified themselves.
    fn doubt_unverified(&mut self, named: BTreeMap<ObjectRef, Naming>) {
        for (object, naming) in named {
            if let Naming::Unverified(finding) = naming {
                self.doubtful.insert(object, *finding);
            }
        }
    }

    /// What is to be said of a log that nobody named; nothing if it lies in
    /// time that no digest covers, or digests list no files of its family.
    fn doubt(
        &mut self,
        object: &ObjectRef,
        log: &LogKey,
        delivered: Interval,
        coverage: &[&Coverage],
    ) -> Option<Finding> {
        if log.family != Family::CloudTrail && self.family(log.family).named == 0 {
            return None;
        }
        let around = delivered.widened(SLACK);
        let states: BTreeSet<State> = coverage
            .iter()
            .flat_map(|coverage| coverage.states_in(around))
            .collect();
        // A log that is known to the day only lies in covered time if any of it is.
        let whole = coverage.iter().any(|coverage| coverage.spans_over(around));
        let covered = log.stamp.is_none() || whole && !states.contains(&State::Uncovered);
        if states.contains(&State::Failed) || states.contains(&State::Unchecked) {
            let detail = "delivered while digests are missing or not verified; none names it";
            return Some(Finding::on(Code::LogUnvouched, object.clone(), detail));
        }
        if states.contains(&State::Proved) && covered {
            let detail = "digests cover the time of its delivery, and none names it";
            return Some(Finding::on(Code::LogUnreferenced, object.clone(), detail));
        }
        self.tally.logs_uncovered += 1;
        self.uncovered = Some(self.uncovered.map_or(delivered, |all| all.hull(delivered)));
        None
    }

    /// The findings that nothing took back, in the order of their keys.
    pub(super) fn finish(mut self) -> Reconciled {
        // Days for which there is no folder.
        for named in std::mem::take(&mut self.named).into_values() {
            self.doubt_unverified(named);
        }
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

/// Whether something delivered in this interval concerns the range.
pub(crate) fn touches(
    delivered: Interval,
    (from, to): (Option<Timestamp>, Option<Timestamp>),
) -> bool {
    from.is_none_or(|from| delivered.end > from) && to.is_none_or(|to| delivered.start < to)
}

/// The day of an instant, in UTC.
pub(super) fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}
