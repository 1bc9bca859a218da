//! Which prefixes a copy needs.
//!
//! Without filters, everything below the prefix, files of no layout too. With
//! them, the folders of the accounts, Regions and days concerned: `AWSLogs` is
//! looked for as for a live verification, and a range is widened by a day on
//! either side, as the verifier widens it. The day behind the range also holds
//! the digests that supply signatures for its last ones.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use trailseal_keys::Region;
use trailseal_verifier::id::{AccountId, OrganizationId};
use trailseal_verifier::layout::Family;
use trailseal_verifier::limits::{MAX_ROOT_DEPTH, MAX_ROOT_FOLDERS};
use trailseal_verifier::source::{Level, ReadError, ReadErrorKind};

use super::parallel::in_order;
use super::{CopyError, Copying, LISTINGS};
use crate::s3::Bucket;

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

impl Scope {
    /// The prefixes to list, in order, none within another.
    pub(super) fn parts(
        &self,
        bucket: &Bucket<'_>,
        prefix: &str,
        copying: &Copying,
    ) -> Result<Vec<String>, CopyError> {
        let dated = self.from.is_some() || self.to.is_some();
        let narrow = dated
            || !self.accounts.is_empty()
            || !self.regions.is_empty()
            || self.organization.is_some()
            || self.families == Families::Digests;
        if !narrow {
            return Ok(vec![prefix.to_owned()]);
        }
        let explorer = Explorer { bucket, copying };
        let mut parts = Vec::new();
        for root in explorer.roots(prefix)? {
            parts.extend(self.accounts_of(&explorer, root)?);
        }
        parts = self.families_of(&explorer, &parts)?;
        if dated || !self.regions.is_empty() {
            parts = self.regions_of(&explorer, &parts)?;
        }
        if dated {
            parts = self.days_of(&explorer, &parts)?;
        }
        parts.sort();
        parts.dedup();
        Ok(parts)
    }

    /// The folders of accounts below a folder `AWSLogs`.
    fn accounts_of(
        &self,
        explorer: &Explorer<'_, '_>,
        root: String,
    ) -> Result<Vec<String>, CopyError> {
        let mut found = Vec::new();
        let mut open = vec![(root, None::<OrganizationId>, 0)];
        while let Some((folder, organization, depth)) = open.pop() {
            for name in explorer.level(&folder)?.folders {
                let below = format!("{folder}{name}/");
                if let Ok(account) = name.parse::<AccountId>() {
                    let wanted = self.accounts.is_empty() || self.accounts.contains(&account);
                    if wanted && (self.organization.is_none() || self.organization == organization)
                    {
                        found.push(below);
                    }
                } else if name == "AWSLogs" && organization.is_none() && depth < MAX_ROOT_DEPTH {
                    open.push((below, None, depth + 1));
                } else if organization.is_none()
                    && let Ok(organization) = name.parse()
                {
                    open.push((below, Some(organization), depth));
                }
            }
        }
        Ok(found)
    }

    fn families_of(
        &self,
        explorer: &Explorer<'_, '_>,
        accounts: &[String],
    ) -> Result<Vec<String>, CopyError> {
        let wanted = |name: &str| match self.families {
            Families::Digests => name == Family::Digest.as_str(),
            Families::All => {
                let mut all = Family::LOGS.into_iter().chain([Family::Digest]);
                all.any(|family| family.as_str() == name)
            }
        };
        explorer.below(accounts, wanted)
    }

    fn regions_of(
        &self,
        explorer: &Explorer<'_, '_>,
        families: &[String],
    ) -> Result<Vec<String>, CopyError> {
        explorer.below(families, |name| {
            name.parse::<Region>()
                .is_ok_and(|region| self.regions.is_empty() || self.regions.contains(&region))
        })
    }

    /// Years, months and days that lie in the range, the largest that fit.
    fn days_of(
        &self,
        explorer: &Explorer<'_, '_>,
        regions: &[String],
    ) -> Result<Vec<String>, CopyError> {
        let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
        let first = self.from.map_or(Date::MIN, day).saturating_sub(1.day());
        let last = self.to.map_or(Date::MAX, day).saturating_add(1.day());
        let mut parts = Vec::new();
        for (region, level) in regions.iter().zip(explorer.levels(regions)?) {
            for name in level.folders {
                let year = name.parse().ok().filter(|_| name.len() == 4);
                if let Some(year) = year {
                    parts.extend(within(region, year, first, last));
                }
            }
        }
        Ok(parts)
    }
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

    /// The folders directly below these whose name is wanted.
    fn below(
        &self,
        folders: &[String],
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>, CopyError> {
        let mut found = Vec::new();
        for (folder, level) in folders.iter().zip(self.levels(folders)?) {
            let names = level.folders.into_iter().filter(|name| wanted(name));
            found.extend(names.map(|name| format!("{folder}{name}/")));
        }
        Ok(found)
    }

    /// The nearest folders `AWSLogs`: not those beside or below another.
    fn roots(&self, prefix: &str) -> Result<Vec<String>, CopyError> {
        let mut roots = BTreeSet::new();
        let mut open = vec![prefix.to_owned()];
        for _ in 0..=MAX_ROOT_DEPTH {
            if open.len() > MAX_ROOT_FOLDERS {
                let detail = format!("more than {MAX_ROOT_FOLDERS} folders to look for AWSLogs in");
                let error = ReadError::new(ReadErrorKind::TooLarge, detail);
                return Err(self.copying.unlisted(self.bucket, prefix, error));
            }
            let mut next = Vec::new();
            for (folder, level) in open.iter().zip(self.levels(&open)?) {
                if level.folders.iter().any(|name| name == "AWSLogs") {
                    roots.insert(format!("{folder}AWSLogs/"));
                } else {
                    next.extend(level.folders.iter().map(|name| format!("{folder}{name}/")));
                }
            }
            open = next;
        }
        Ok(roots.into_iter().collect())
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
