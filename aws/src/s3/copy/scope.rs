//! Which prefixes a copy needs.
//!
//! Without filters, everything below the prefix, files of no layout too. With
//! them, the folders of the accounts, Regions and days concerned: `AWSLogs` is
//! looked for as for a live verification, and a range is widened by a day on
//! either side, as the verifier widens it. The day behind the range also holds
//! the digests that supply signatures for its last ones.
//!
//! A folder that would have been copied, and is not there, was copied too: its
//! files are absent, not unknown. Whoever deletes all logs of a Region deletes
//! its folder.

use std::collections::BTreeSet;
use std::io;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use trailseal_keys::Region;
use trailseal_verifier::id::{AccountId, OrganizationId};
use trailseal_verifier::layout::Family;
use trailseal_verifier::source::Level;
use trailseal_verifier::walk::{Request, Search, accounts};

use super::parallel::in_order;
use super::{CopyError, Copying, LISTINGS};
use crate::s3::{Bucket, S3};

/// What to copy. The default is everything.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Start of the time whose digests and logs are copied.
    pub from: Option<Timestamp>,
    /// Its end.
    pub to: Option<Timestamp>,
    /// Only these accounts. Empty: all.
    pub accounts: Vec<AccountId>,
    /// Only these Regions. Empty: all.
    pub regions: Vec<Region>,
    /// Only this organization's folders.
    pub organization: Option<OrganizationId>,
    /// Digests, or digests and logs.
    pub families: Families,
}

/// Which files.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Families {
    /// Digests and logs.
    #[default]
    All,
    /// Digests only.
    Digests,
}

/// The prefixes of a copy, in order, none within another.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Those in which something was seen.
    pub(super) listed: Vec<String>,
    /// All that are copied whole: these, and those that are seen to be empty.
    pub(super) copied: Vec<String>,
}

impl Parts {
    fn list(&mut self, prefix: String) {
        self.copied.push(prefix.clone());
        self.listed.push(prefix);
    }

    fn empty(&mut self, prefix: String) {
        self.copied.push(prefix);
    }

    fn sorted(mut self) -> Self {
        for prefixes in [&mut self.listed, &mut self.copied] {
            prefixes.sort();
            prefixes.dedup();
        }
        self
    }
}

impl Scope {
    /// The prefixes that are asked for.
    pub(super) fn parts(
        &self,
        bucket: &Bucket<'_>,
        prefix: &str,
        copying: &Copying,
    ) -> Result<Parts, CopyError> {
        let mut parts = Parts::default();
        let narrow = self.is_dated()
            || !self.accounts.is_empty()
            || !self.regions.is_empty()
            || self.organization.is_some()
            || self.families == Families::Digests;
        if !narrow {
            parts.list(prefix.to_owned());
            return Ok(parts);
        }
        let explorer = Explorer { bucket, copying };
        let accounts = self.accounts_of(&explorer, prefix)?;
        let mut places = Vec::new();
        for (account, level) in accounts.iter().zip(explorer.levels(&accounts)?) {
            let (there, lacking): (Vec<_>, Vec<_>) = self
                .families()
                .partition(|family| level.folders.iter().any(|name| name == family.as_str()));
            let folder = |family: Family| format!("{account}{family}/");
            lacking
                .into_iter()
                .for_each(|family| parts.empty(folder(family)));
            let families: Vec<String> = there.into_iter().map(folder).collect();
            if self.is_dated() || !self.regions.is_empty() {
                places.extend(self.regions_of(&explorer, &families, &mut parts)?);
            } else {
                families.into_iter().for_each(|family| parts.list(family));
            }
        }
        if self.is_dated() {
            self.days_of(&explorer, &places, &mut parts)?;
        } else {
            places.into_iter().for_each(|place| parts.list(place));
        }
        Ok(parts.sorted())
    }

    fn is_dated(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    fn families(&self) -> impl Iterator<Item = Family> {
        let logs = match self.families {
            Families::All => Family::LOGS.as_slice(),
            Families::Digests => &[],
        };
        logs.iter().copied().chain([Family::Digest])
    }

    /// The folders of the accounts, found as a live verification finds them.
    fn accounts_of(
        &self,
        explorer: &Explorer<'_, '_>,
        prefix: &str,
    ) -> Result<Vec<String>, CopyError> {
        let source = S3::part(explorer.bucket, prefix, explorer.copying.cancel());
        let request = Request {
            accounts: self.accounts.clone(),
            organization: self.organization.clone(),
            readers: LISTINGS,
            search: Search::Near,
            ..Request::default()
        };
        let found = accounts(&source, &request).map_err(io::Error::other)?;
        if let Some((at, error)) = found.unlisted.into_iter().next() {
            return Err(explorer.copying.unlisted(explorer.bucket, &at.key, error));
        }
        Ok(found.folders.into_iter().map(|of| of.folder).collect())
    }

    /// The folders of Regions below those of an account's families. A Region
    /// that one family has, every family may have.
    fn regions_of(
        &self,
        explorer: &Explorer<'_, '_>,
        families: &[String],
        parts: &mut Parts,
    ) -> Result<Vec<String>, CopyError> {
        let levels = explorer.levels(families)?;
        let found = levels.iter().flat_map(|level| &level.folders);
        let found = found.filter_map(|name| name.parse::<Region>().ok());
        let wanted: BTreeSet<Region> = match self.regions.is_empty() {
            true => found.collect(),
            false => self.regions.iter().cloned().collect(),
        };
        let mut places = Vec::new();
        for (family, level) in families.iter().zip(&levels) {
            for region in &wanted {
                let place = format!("{family}{region}/");
                match level.folders.iter().any(|name| name == region.as_str()) {
                    true => places.push(place),
                    false => parts.empty(place),
                }
            }
        }
        Ok(places)
    }

    /// Years, months and days that lie in the range, the largest that fit. A
    /// year that one place has, every place may have.
    fn days_of(
        &self,
        explorer: &Explorer<'_, '_>,
        places: &[String],
        parts: &mut Parts,
    ) -> Result<(), CopyError> {
        let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
        let first = self.from.map_or(Date::MIN, day).saturating_sub(1.day());
        let last = self.to.map_or(Date::MAX, day).saturating_add(1.day());
        let levels = explorer.levels(places)?;
        let found = levels.iter().flat_map(|level| &level.folders);
        let mut years: BTreeSet<i16> = found.filter_map(|name| year(name)).collect();
        years.extend(self.from.map(|from| day(from).year()));
        years.extend(self.to.map(|to| day(to).year()));
        years.retain(|year| (first.year()..=last.year()).contains(year));
        for (place, level) in places.iter().zip(&levels) {
            let there = |wanted: &i16| level.folders.iter().any(|name| year(name) == Some(*wanted));
            for wanted in &years {
                for prefix in within(place, *wanted, first, last) {
                    match there(wanted) {
                        true => parts.list(prefix),
                        false => parts.empty(prefix),
                    }
                }
            }
        }
        Ok(())
    }
}

fn year(name: &str) -> Option<i16> {
    let digits = name.len() == 4 && name.bytes().all(|b| b.is_ascii_digit());
    name.parse().ok().filter(|_| digits)
}

/// The folders of a year that lie between two days, both included.
fn within(region: &str, year: i16, first: Date, last: Date) -> Vec<String> {
    let whole = |start: Date, end: Date| first <= start && end <= last;
    let none = |start: Date, end: Date| end < first || last < start;
    let Ok(new_year) = Date::new(year, 1, 1) else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    if whole(new_year, new_year.last_of_year()) {
        return vec![format!("{region}{year:04}/")];
    }
    for month in 1..=12_i8 {
        let Ok(start) = Date::new(year, month, 1) else {
            continue;
        };
        let folder = format!("{region}{year:04}/{month:02}/");
        if whole(start, start.last_of_month()) {
            parts.push(folder);
        } else if !none(start, start.last_of_month()) {
            let days = start.series(1.day()).take_while(|day| day.month() == month);
            let days = days.filter(|day| !none(*day, *day));
            parts.extend(days.map(|day| format!("{folder}{:02}/", day.day())));
        }
    }
    parts
}

struct Explorer<'a, 'c> {
    bucket: &'a Bucket<'c>,
    copying: &'a Copying,
}

impl Explorer<'_, '_> {
    fn level(&self, prefix: &str) -> Result<Level, CopyError> {
        let level = self.copying.cancel().unless(self.bucket.level(prefix));
        level.map_err(|error| self.copying.unlisted(self.bucket, prefix, error))
    }

    fn levels(&self, prefixes: &[String]) -> Result<Vec<Level>, CopyError> {
        in_order(prefixes, LISTINGS, |prefix| self.level(prefix))?
            .into_iter()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(first: &str, last: &str) -> Vec<String> {
        within("R/", 2026, first.parse().unwrap(), last.parse().unwrap())
    }

    #[test]
    fn a_range_is_the_largest_folders_that_fit() {
        assert_eq!(parts("2025-06-01", "2027-01-01"), ["R/2026/"]);
        assert_eq!(
            parts("2026-01-31", "2026-03-02"),
            [
                "R/2026/01/31/",
                "R/2026/02/",
                "R/2026/03/01/",
                "R/2026/03/02/"
            ]
        );
        assert_eq!(parts("2026-12-31", "2027-01-05"), ["R/2026/12/31/"]);
        assert!(parts("2027-01-01", "2027-02-01").is_empty());
        assert_eq!(parts("-009999-01-01", "2026-01-01"), ["R/2026/01/01/"]);
    }
}
