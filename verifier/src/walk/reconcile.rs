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
    /// What a digest read later may still take back. Whoever plants a million logs
    /// has them here, those of one account and Region at a time.
    doubtful: BTreeMap<ObjectRef, Doubt>,
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

/// What is to be said of a log, unless it is taken back.
enum Doubt {
    Unvouched,
    Unreferenced,
    Other(Box<Finding>),
}

impl Doubt {
    fn finding(self, object: ObjectRef) -> Finding {
        match self {
            Self::Unvouched => {
                let detail = "delivered while digests are missing or not verified; none names it";
                Finding::on(Code::LogUnvouched, object, detail)
            }
            Self::Unreferenced => {
                let detail = "digests cover the time of its delivery, and none names it";
                Finding::on(Code::LogUnreferenced, object, detail)
            }
            Self::Other(finding) => *finding,
        }
    }

    fn code(&self) -> Code {
        match self {
            Self::Unvouched => Code::LogUnvouched,
            Self::Unreferenced => Code::LogUnreferenced,
            Self::Other(finding) => finding.code,
        }
    }
}

/// What lies in the folders of one day: for each location and family of its
/// place the keys, or why they could not be listed.
pub(super) struct DayListing(Vec<FolderListing>);

struct FolderListing {
    /// Which of the place's locations it belongs to.
    location: usize,
    family: Family,
    folder: String,
    names: Result<Names, ReadError>,
}

/// The names of a folder, one behind the other: many folders wait at one time.
struct Names {
    text: String,
    ends: Vec<usize>,
}

impl Names {
    /// What the keys go on with behind the folder.
    fn of(folder: &str, keys: &[String]) -> Self {
        let names = || {
            keys.iter()
                .map(|key| key.strip_prefix(folder).unwrap_or(key))
        };
        let mut text = String::with_capacity(names().map(str::len).sum());
        let ends = names().map(|name| {
            text.push_str(name);
            text.len()
        });
        let ends = ends.collect();
        Self { text, ends }
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let name = self.text.get(start..*end).unwrap_or_default();
            start = *end;
            name
        })
    }
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
                let names = keys.map(|keys| Names::of(&folder, &keys));
                folders.push(FolderListing {
                    location: index,
                    family,
                    folder,
                    names,
                });
            }
        }
        Self(folders)
    }
}

/// What the comparison of one place came to.
pub(super) struct Reconciled {
    doubtful: BTreeMap<ObjectRef, Doubt>,
    pub(super) families: Vec<FamilyReport>,
    pub(super) uncovered: Option<Interval>,
    pub(super) tally: Tally,
}

impl Reconciled {
    /// The findings that nothing took back, in the order of their keys.
    pub(super) fn findings(&mut self) -> impl Iterator<Item = Finding> + use<> {
        let doubtful = std::mem::take(&mut self.doubtful);
        doubtful
            .into_iter()
            .map(|(object, doubt)| doubt.finding(object))
    }
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
                let doubt = Doubt::Other(Box::new(finding));
                self.doubtful.insert(log.object.clone(), doubt);
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
            let names = match part.names {
                Ok(names) => names,
                Err(error) => {
                    let finding = unlisted(&location.bucket, &part.folder, &error);
                    let object = ObjectRef::new(location.bucket.clone(), part.folder);
                    self.doubtful
                        .insert(object, Doubt::Other(Box::new(finding)));
                    continue;
                }
            };
            for name in names.iter() {
                let key = format!("{}{name}", part.folder);
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
                        self.doubtful.insert(object, Doubt::Other(finding));
                    }
                    None => match self.doubt(&log, delivered, coverage) {
                        Some(doubt) => {
                            self.doubtful.insert(object, doubt);
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
                self.doubtful.insert(object, Doubt::Other(finding));
            }
        }
    }

    /// What is to be said of a log that nobody named; nothing if it lies in
    /// time that no digest covers, or digests list no files of its family.
    fn doubt(
        &mut self,
        log: &LogKey,
        delivered: Interval,
        coverage: &[&Coverage],
    ) -> Option<Doubt> {
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
            return Some(Doubt::Unvouched);
        }
        if states.contains(&State::Proved) && covered {
            return Some(Doubt::Unreferenced);
        }
        self.tally.logs_uncovered += 1;
        self.uncovered = Some(self.uncovered.map_or(delivered, |all| all.hull(delivered)));
        None
    }

    /// What it came to.
    pub(super) fn finish(mut self) -> Reconciled {
        // Days for which there is no folder.
        for named in std::mem::take(&mut self.named).into_values() {
            self.doubt_unverified(named);
        }
        for doubt in self.doubtful.values() {
            match doubt.code() {
                Code::LogUnreferenced => self.tally.logs_unreferenced += 1,
                Code::LogUnvouched => self.tally.logs_unvouched += 1,
                _ => {}
            }
        }
        Reconciled {
            doubtful: self.doubtful,
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
