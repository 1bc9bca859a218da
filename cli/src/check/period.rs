//! Calendar periods in UTC, each of which gets a bundle of evidence.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, ToSpan as _};
use serde::Deserialize;

use super::day::{day_of, start_of};

/// How many bundles one check makes up for, at most, of a source.
const MOST: usize = 12;

/// How long a period is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Every {
    #[default]
    Month,
    Quarter,
}

/// One period, shown as `2026-03` or `2026-Q1`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Period {
    every: Every,
    /// Its first day.
    first: Date,
}

impl Every {
    /// The period that holds a day.
    fn period(self, day: Date) -> Period {
        let month = match self {
            Self::Month => day.month(),
            Self::Quarter => (day.month() - 1) / 3 * 3 + 1,
        };
        let first = Date::new(day.year(), month, 1).unwrap_or(day);
        Period { every: self, first }
    }

    fn length(self) -> Span {
        match self {
            Self::Month => 1.month(),
            Self::Quarter => 3.months(),
        }
    }

    /// The periods that are over since so long, from the one in which `since` lies;
    /// the newest ones, oldest first.
    pub(crate) fn over(
        self,
        since: Timestamp,
        wait: SignedDuration,
        now: Timestamp,
    ) -> Vec<Period> {
        let mut over = Vec::new();
        let mut period = self.period(day_of(now.saturating_sub(wait).unwrap_or(now)));
        let first = self.period(day_of(since));
        while let Some(before) = period.before()
            && before.first >= first.first
            && over.len() < MOST
        {
            over.push(before);
            period = before;
        }
        over.reverse();
        over
    }
}

impl Period {
    fn before(self) -> Option<Self> {
        let first = self.first.checked_sub(self.every.length()).ok()?;
        Some(Self { first, ..self })
    }

    /// When it begins.
    pub(crate) fn start(self) -> Timestamp {
        start_of(self.first)
    }

    /// When it is over.
    pub(crate) fn end(self) -> Timestamp {
        let next = self.first.checked_add(self.every.length());
        let next = next.ok().and_then(|day| day.to_zoned(TimeZone::UTC).ok());
        next.map_or(Timestamp::MAX, |next| next.timestamp())
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.first.year(), self.first.month());
        match self.every {
            Every::Month => write!(f, "{year:04}-{month:02}"),
            Every::Quarter => write!(f, "{year:04}-Q{}", (month - 1) / 3 + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(every: Every, since: &str, now: &str) -> String {
        let wait = SignedDuration::from_hours(72);
        let periods = every.over(since.parse().unwrap(), wait, now.parse().unwrap());
        let names: Vec<String> = periods.iter().map(Period::to_string).collect();
        names.join(" ")
    }

    #[test]
    fn a_period_is_over_when_late_digests_came() {
        let since = "2025-12-31T23:59:59Z";
        for (now, expected) in [
            ("2026-01-03T23:59:59Z", ""),
            ("2026-01-04T00:00:00Z", "2025-12"),
            ("2026-03-03T00:00:00Z", "2025-12 2026-01"),
            ("2026-03-04T00:00:00Z", "2025-12 2026-01 2026-02"),
        ] {
            assert_eq!(over(Every::Month, since, now), expected, "{now}");
        }
        assert_eq!(
            over(Every::Quarter, since, "2026-07-04T00:00:00Z"),
            "2025-Q4 2026-Q1 2026-Q2"
        );
        assert_eq!(
            over(Every::Month, "2026-05-01T00:00:00Z", "2026-01-01T00:00:00Z"),
            ""
        );
    }

    #[test]
    fn what_is_made_up_for_is_bounded() {
        let all = over(Every::Month, "2020-01-01T00:00:00Z", "2026-03-10T00:00:00Z");
        assert!(
            all.starts_with("2025-03 ") && all.ends_with(" 2026-02"),
            "{all}"
        );
        assert_eq!(all.split(' ').count(), MOST);
    }

    #[test]
    fn periods_touch() {
        let every = Every::Quarter;
        let period = every.period("2026-11-29".parse().unwrap());
        assert_eq!(period.to_string(), "2026-Q4");
        assert_eq!(period.start().to_string(), "2026-10-01T00:00:00Z");
        assert_eq!(period.end().to_string(), "2027-01-01T00:00:00Z");
        assert_eq!(period.before().unwrap().end(), period.start());
    }
}
