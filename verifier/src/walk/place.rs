//! The digests and the days of one account in one Region.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::Request;
use super::discover::{Location, PlaceId, unlisted};
use super::judge::DELIVERY_LAG;
use crate::chain::ChainId;
use crate::id::BucketName;
use crate::layout::{ChainKind, DigestKey, Family, stamp};
use crate::object::ObjectRef;
use crate::report::Strays;
use crate::source::Source;
use crate::verdict::{Code, Finding, Subject};

/// Digests of one unit of work: a day of them.
const UNIT: usize = 24;

/// What lies in one place, listed but not read.
pub(super) struct ListedPlace {
    pub(super) id: PlaceId,
    pub(super) locations: Vec<Location>,
    pub(super) chains: Vec<ListedChain>,
    pub(super) strays: Strays,
    pub(super) findings: Vec<Finding>,
    /// Whether there is a folder of digests at all.
    pub(super) has_digest_folder: bool,
}

/// The digests of one chain, in the order of their stamps.
pub(super) struct ListedChain {
    pub(super) id: ChainId,
    digests: Vec<(BucketName, DigestKey)>,
    /// The first so many are asked for; those behind them only vouch.
    selected: usize,
}

impl ListedChain {
    /// One digest: where it lies, and its key taken apart.
    pub(super) fn digest(&self, index: usize) -> (ObjectRef, &DigestKey) {
        let (bucket, key) = &self.digests[index];
        (ObjectRef::new(bucket.clone(), key.to_string()), key)
    }

    /// How many there are, those that only vouch included.
    pub(super) fn len(&self) -> usize {
        self.digests.len()
    }

    /// How many are asked for.
    pub(super) fn selected(&self) -> usize {
        self.selected
    }

    fn stamp(&self, index: usize) -> Timestamp {
        self.digests[index].1.stamp.instant()
    }

    /// The buckets and prefixes it lies in.
    pub(super) fn locations(&self) -> Vec<String> {
        let mut locations: Vec<_> = self
            .digests
            .iter()
            .map(|(bucket, key)| (bucket, key.place.root.prefix()))
            .collect();
        locations.sort();
        locations.dedup();
        locations
            .into_iter()
            .map(|(bucket, prefix)| format!("s3://{bucket}/{prefix}"))
            .collect()
    }
}

/// A unit of work in a place: a chain and some of its digests.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) chain: usize,
    pub(super) digests: Range<usize>,
    /// The stamp of the first.
    pub(super) first: Timestamp,
    /// Whether the chain has no digest after these.
    pub(super) last: bool,
}

impl ListedPlace {
    /// Lists the digests that the request asks for.
    pub(super) fn list(
        source: &impl Source,
        request: &Request,
        id: PlaceId,
        locations: Vec<Location>,
    ) -> Self {
        let mut place = Self {
            id,
            locations,
            chains: Vec::new(),
            strays: Strays::default(),
            findings: Vec::new(),
            has_digest_folder: false,
        };
        let mut chains: BTreeMap<ChainId, Vec<(BucketName, DigestKey)>> = BTreeMap::new();
        for location in place.locations.clone() {
            if !location.families.contains(&Family::Digest) {
                continue;
            }
            place.has_digest_folder = true;
            for prefix in place.digest_prefixes(source, request, &location) {
                let keys = match source.objects(&location.bucket, &prefix) {
                    Ok(keys) => keys,
                    Err(error) => {
                        place
                            .findings
                            .push(unlisted(&location.bucket, &prefix, &error));
                        continue;
                    }
                };
                for key in keys {
                    match DigestKey::parse(&key).filter(|k| k.place == location.place) {
                        Some(digest) => {
                            let id = ChainId::of(&digest);
                            let digests = chains.entry(id).or_default();
                            let digest = digest.interned(digests.last().map(|(_, last)| last));
                            digests.push((location.bucket.clone(), digest));
                        }
                        None => place.strays.add(&location.bucket, &key),
                    }
                }
            }
        }
        for (id, mut digests) in chains {
            if !request.trails.is_empty() && !request.trails.contains(&id.trail) {
                continue;
            }
            digests.sort_by(|a, b| (a.1.stamp, &a.1, &a.0).cmp(&(b.1.stamp, &b.1, &b.0)));
            let stamp = |digest: &(BucketName, DigestKey)| digest.1.stamp.instant();
            let before = digests.partition_point(|d| request.from.is_some_and(|f| stamp(d) <= f));
            let alive = digests[..before].last().is_some_and(|last| {
                request
                    .from
                    .is_some_and(|from| from.duration_since(stamp(last)) <= DELIVERY_LAG)
            });
            let digests = digests.split_off(before);
            let goes_on = before > 0 && !digests.is_empty();
            let (_, until) = request.delivered();
            let selected = digests.partition_point(|(_, key)| key.touches((None, until)));
            if selected > 0 {
                place.chains.push(ListedChain {
                    id,
                    digests,
                    selected,
                });
            } else if id.kind == ChainKind::Hourly && (alive || goes_on) {
                let scope = Subject::Scope(Some(id.account.clone()), Some(id.region.clone()));
                let detail = "there are digests up to the range or around it, and none in it";
                place
                    .findings
                    .push(Finding::about(Code::NoDigests, scope, detail).in_chain(&id));
            }
        }
        place
    }

    /// The units of all chains, in the order of their first stamps.
    pub(super) fn units(&self) -> Vec<Unit> {
        let mut units = Vec::new();
        for (index, chain) in self.chains.iter().enumerate() {
            for start in (0..chain.selected()).step_by(UNIT) {
                let end = (start + UNIT).min(chain.selected());
                let (first, last) = (chain.stamp(start), end == chain.selected());
                units.push(Unit {
                    chain: index,
                    digests: start..end,
                    first,
                    last,
                });
            }
        }
        units.sort_by_key(|unit| (unit.first, unit.chain));
        units
    }

    /// Where to list digests: everything, or the months that the range touches.
    fn digest_prefixes(
        &mut self,
        source: &impl Source,
        request: &Request,
        location: &Location,
    ) -> Vec<String> {
        let folder = location.place.folder(Family::Digest);
        if request.from.is_none() && request.to.is_none() {
            return vec![folder];
        }
        let days = days_of(request);
        if let Some(days) = few(&days) {
            let mut months: Vec<_> = days.map(|day| (day.year(), day.month())).collect();
            months.dedup();
            let prefix = |(year, month)| format!("{folder}{year:04}/{month:02}/");
            return months.into_iter().map(prefix).collect();
        }
        let in_range = |year: i16, month: i8| {
            let first = Date::new(year, month, 1).unwrap_or(Date::MIN);
            first <= days.end && first.last_of_month() >= days.start
        };
        let mut prefixes = Vec::new();
        for year in self.numbered(source, &location.bucket, &folder, 4) {
            let folder = format!("{folder}{year:04}/");
            for month in self.numbered(source, &location.bucket, &folder, 2) {
                if in_range(year, i8::try_from(month).unwrap_or(0)) {
                    prefixes.push(format!("{folder}{month:02}/"));
                }
            }
        }
        prefixes
    }

    /// The days of delivery for which there are folders of logs, in order.
    pub(super) fn log_days(&mut self, source: &impl Source, request: &Request) -> BTreeSet<Date> {
        let range = days_of(request);
        if let Some(days) = few(&range) {
            return days.collect();
        }
        let mut days = BTreeSet::new();
        for location in self.locations.clone() {
            for family in Family::LOGS
                .into_iter()
                .filter(|f| location.families.contains(f))
            {
                let folder = location.place.folder(family);
                for year in self.numbered(source, &location.bucket, &folder, 4) {
                    let folder = format!("{folder}{year:04}/");
                    for month in self.numbered(source, &location.bucket, &folder, 2) {
                        let folder = format!("{folder}{month:02}/");
                        for day in self.numbered(source, &location.bucket, &folder, 2) {
                            let text = (format!("{month:02}"), format!("{day:02}"));
                            match stamp::date(&format!("{year:04}"), &text.0, &text.1) {
                                Some(date) if range.contains(&date) || date == range.end => {
                                    days.insert(date);
                                }
                                Some(_) => {}
                                None => {
                                    let folder = format!("{folder}{day:02}/");
                                    self.strays.add(&location.bucket, &folder);
                                }
                            }
                        }
                    }
                }
            }
        }
        days
    }

    /// Sub-folders whose names are numbers of so many digits; the rest are strays.
    fn numbered(
        &mut self,
        source: &impl Source,
        bucket: &BucketName,
        folder: &str,
        digits: usize,
    ) -> Vec<i16> {
        let level = match source.level(bucket, folder) {
            Ok(level) => level,
            Err(error) => {
                self.findings.push(unlisted(bucket, folder, &error));
                return Vec::new();
            }
        };
        self.strays.add_objects(bucket, &level);
        let mut numbers = Vec::new();
        for name in level.folders {
            let all_digits = name.len() == digits && name.bytes().all(|b| b.is_ascii_digit());
            match name.parse().ok().filter(|_| all_digits) {
                Some(number) => numbers.push(number),
                None => self.strays.add(bucket, &format!("{folder}{name}/")),
            }
        }
        numbers
    }
}

/// The days of a short range, the last included: it costs less to list what is
/// not there than to ask what is.
fn few(days: &Range<Date>) -> Option<impl Iterator<Item = Date>> {
    const FEW: i32 = 31;
    let span = days.start.until(days.end).ok()?.get_days();
    let end = days.end;
    (span <= FEW).then(|| {
        days.start
            .series(1.day())
            .take_while(move |day| *day <= end)
    })
}

/// The days of the range, one more on either side: folders are named for the
/// day of delivery.
fn days_of(request: &Request) -> Range<Date> {
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    let (from, to) = request.delivered();
    let start = from.map_or(Date::MIN, day).saturating_sub(1.day());
    let end = to.map_or(Date::MAX, day).saturating_add(1.day());
    start..end
}
