//! Coverage as a strip: one row a chain, one column a slice of time.
//!
//! Each cell shows the worst state that holds anywhere in its slice, so a
//! strip may look worse than the time it stands for, and never better.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use trailseal_verifier::coverage::{Coverage, Interval, State};

const HOUR: i64 = 3600;
const DAY: i64 = Scale::DAY;
const WEEK: i64 = 7 * DAY;
/// 1 January 1970 was a Thursday; weeks begin on Mondays.
const MONDAY: i64 = 4 * DAY;

/// The slices to choose from, with their names.
const SLICES: [(i64, &str); 11] = [
    (HOUR, "1 hour"),
    (2 * HOUR, "2 hours"),
    (3 * HOUR, "3 hours"),
    (6 * HOUR, "6 hours"),
    (12 * HOUR, "12 hours"),
    (DAY, "1 day"),
    (2 * DAY, "2 days"),
    (WEEK, "1 week"),
    (2 * WEEK, "2 weeks"),
    (4 * WEEK, "4 weeks"),
    (12 * WEEK, "12 weeks"),
];

/// The states, worst first, with their signs and their names.
pub const SIGNS: [(State, char, &str); 5] = [
    (State::Failed, 'X', "failed"),
    (State::Unchecked, '?', "unchecked"),
    (State::Uncovered, '.', "uncovered"),
    (State::NotYetDue, '~', "not yet due"),
    (State::Proved, '#', "proved"),
];

/// Equal slices of a range, aligned to hours, days or Mondays in UTC.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Scale {
    start: i64,
    slice: i64,
    cells: usize,
    name: String,
}

impl Scale {
    /// A day, in seconds.
    pub const DAY: i64 = 24 * HOUR;

    /// The length of a slice, in seconds.
    pub fn slice(&self) -> i64 {
        self.slice
    }

    /// The finest scale that shows the range in at most `columns` cells.
    pub fn fit(range: Interval, columns: usize) -> Self {
        let from = range.start.as_second();
        // An end within a second belongs to that second.
        let end = range.end.as_second() + i64::from(range.end.subsec_nanosecond() > 0);
        let most = i64::try_from(columns).unwrap_or(i64::MAX).max(1);
        let years = (1..).map(|power| ((52 * WEEK) << power, format!("{} years", 1 << power)));
        let slices = SLICES
            .iter()
            .map(|(slice, name)| (*slice, (*name).to_owned()))
            .chain([(52 * WEEK, "1 year".to_owned())])
            // All of time as jiff knows it is 20,000 years.
            .chain(years.take(14));
        let mut fitted = Self {
            start: from,
            slice: 1,
            cells: 0,
            name: String::new(),
        };
        for (slice, name) in slices {
            let offset = if slice % WEEK == 0 { MONDAY } else { 0 };
            let start = (from - offset).div_euclid(slice) * slice + offset;
            let cells = ((end - start).max(1) + slice - 1) / slice;
            fitted = Self {
                start,
                slice,
                cells: usize::try_from(cells).unwrap_or(0),
                name,
            };
            if cells <= most {
                break;
            }
        }
        fitted.cells = fitted.cells.min(columns.max(1));
        fitted
    }

    /// The length of a slice, in words.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The worst state of each slice; `None` where nothing is said.
    pub fn states(&self, coverage: &Coverage) -> Vec<Option<State>> {
        let mut cells = vec![None; self.cells];
        for span in coverage.spans() {
            let from = (span.interval.start.as_second() - self.start).div_euclid(self.slice);
            let last = span.interval.end.as_second()
                + i64::from(span.interval.end.subsec_nanosecond() > 0)
                - 1;
            let to = (last - self.start).div_euclid(self.slice);
            let (Ok(from), Ok(to)) = (usize::try_from(from.max(0)), usize::try_from(to)) else {
                continue;
            };
            for cell in cells.iter_mut().take(to.saturating_add(1)).skip(from) {
                *cell = worse(*cell, span.state);
            }
        }
        cells
    }

    /// Dates above the cells, each starting over the cell that holds its
    /// beginning, as many as have room.
    pub fn ticks(&self) -> String {
        let mut line = String::new();
        for (cell, label) in self.dates() {
            // Not over the label before, which needs a space behind it.
            if cell > 0 && line.len() >= cell {
                continue;
            }
            while line.len() < cell {
                line.push(' ');
            }
            line.push('|');
            line.push_str(&label);
        }
        line
    }

    /// The cells in which a day, a month or a year begins, with its date; the first
    /// cell has one, too.
    pub fn dates(&self) -> Vec<(usize, String)> {
        let mut last_year = None;
        (0..self.cells)
            .filter_map(|cell| Some((cell, self.date(cell, &mut last_year)?)))
            .collect()
    }

    /// How many slices there are.
    pub fn cells(&self) -> usize {
        self.cells
    }

    fn date(&self, cell: usize, last_year: &mut Option<i16>) -> Option<String> {
        let from = self.start + self.slice.checked_mul(i64::try_from(cell).ok()?)?;
        let at = Timestamp::from_second(from).ok()?.to_zoned(TimeZone::UTC);
        let (year, month, day) = (at.year(), at.month(), at.day());
        // What begins somewhere inside the slice before the next one starts.
        let before = Timestamp::from_second(from - self.slice)
            .ok()?
            .to_zoned(TimeZone::UTC);
        let due = cell == 0
            || match self.slice {
                ..DAY => at.hour() == 0,
                DAY..WEEK => at.month() != before.month(),
                WEEK..=4_838_400 => at.month() != before.month(),
                _ => at.year() != before.year(),
            };
        if !due {
            return None;
        }
        let new_year = last_year.replace(year) != Some(year);
        Some(match self.slice {
            ..WEEK if new_year => format!("{year:04}-{month:02}-{day:02}"),
            ..WEEK => format!("{month:02}-{day:02}"),
            WEEK..=4_838_400 if new_year => format!("{year:04}-{month:02}"),
            WEEK..=4_838_400 => format!("{month:02}"),
            _ => format!("{year:04}"),
        })
    }
}

fn worse(known: Option<State>, state: State) -> Option<State> {
    let rank = |state| SIGNS.iter().position(|(known, ..)| *known == state);
    match known {
        Some(known) if rank(known) <= rank(state) => Some(known),
        _ => Some(state),
    }
}

/// The sign of a cell.
pub fn sign(state: Option<State>) -> char {
    SIGNS
        .iter()
        .find(|(known, ..)| Some(*known) == state)
        .map_or(' ', |(_, sign, _)| *sign)
}

/// How much of the time that something is said about is proved, in words;
/// 100 % only if all of it is. Time that is not yet due does not count.
pub fn percent_proved(coverage: &Coverage) -> Option<String> {
    let seconds = |state| coverage.total(state).as_secs();
    let proved = seconds(State::Proved);
    let all: i64 = [
        State::Proved,
        State::Failed,
        State::Unchecked,
        State::Uncovered,
    ]
    .into_iter()
    .map(seconds)
    .fold(0, i64::saturating_add);
    percent(proved, all)
}

/// A share in percent, cut off to one decimal.
pub fn percent(part: i64, all: i64) -> Option<String> {
    let thousandths = i128::from(part) * 1000 / i128::from((all > 0).then_some(all)?);
    Some(match (part == all, thousandths) {
        (true, _) => "100 %".to_owned(),
        (false, thousandths) => format!("{}.{} %", thousandths / 10, thousandths % 10),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn interval(from: &str, to: &str) -> Interval {
        Interval::new(at(from), at(to))
    }

    fn strip(scale: &Scale, coverage: &Coverage) -> String {
        scale.states(coverage).into_iter().map(sign).collect()
    }

    #[test]
    fn the_finest_slice_that_fits_is_chosen_and_aligned() {
        let name = |from, to, columns| Scale::fit(interval(from, to), columns).name;
        assert_eq!(
            name("2026-03-10T00:01:31Z", "2026-03-12T00:01:31Z", 60),
            "1 hour"
        );
        assert_eq!(
            name("2026-03-10T00:01:31Z", "2026-03-12T00:01:31Z", 48),
            "2 hours"
        );
        assert_eq!(
            name("2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z", 60),
            "12 hours"
        );
        assert_eq!(
            name("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", 60),
            "1 week"
        );
        assert_eq!(
            name("2013-11-13T00:00:00Z", "2026-01-01T00:00:00Z", 60),
            "12 weeks"
        );
        let monday = Scale::fit(interval("2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z"), 60);
        assert_eq!(monday.start, at("2025-12-29T00:00:00Z").as_second());
    }

    #[test]
    fn all_of_time_fits_and_so_does_none() {
        let all = Scale::fit(Interval::new(Timestamp::MIN, Timestamp::MAX), 60);
        assert!(all.cells <= 60);
        assert!(all.ticks().len() < 80);
        let none = Scale::fit(interval("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), 60);
        assert_eq!(none.cells, 1);
    }

    #[test]
    fn a_cell_shows_the_worst_of_its_slice() {
        let scale = Scale::fit(interval("2026-03-10T00:00:00Z", "2026-03-10T10:00:00Z"), 5);
        let mut coverage = Coverage::default();
        coverage.push(
            interval("2026-03-10T02:00:00Z", "2026-03-10T05:10:00Z"),
            State::Proved,
        );
        coverage.push(
            interval("2026-03-10T05:10:00Z", "2026-03-10T05:20:00Z"),
            State::Failed,
        );
        coverage.push(
            interval("2026-03-10T05:20:00Z", "2026-03-10T06:00:00Z"),
            State::Unchecked,
        );
        coverage.push(
            interval("2026-03-10T06:00:00Z", "2026-03-10T08:00:00Z"),
            State::Uncovered,
        );
        coverage.push(
            interval("2026-03-10T09:59:59Z", "2026-03-10T12:00:00Z"),
            State::NotYetDue,
        );
        assert_eq!(strip(&scale, &coverage), " #X.~");
    }

    #[test]
    fn time_outside_the_range_is_left_out() {
        let scale = Scale::fit(interval("2026-03-10T00:00:00Z", "2026-03-10T04:00:00Z"), 5);
        let mut coverage = Coverage::default();
        coverage.push(
            interval("2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"),
            State::Failed,
        );
        coverage.push(
            interval("2026-03-09T00:00:00Z", "2026-03-10T01:00:00Z"),
            State::Proved,
        );
        coverage.push(
            interval("2030-01-01T00:00:00Z", "2030-01-02T00:00:00Z"),
            State::Failed,
        );
        assert_eq!(strip(&scale, &coverage), "#   ");
    }

    #[test]
    fn ticks_stand_where_days_months_and_years_begin() {
        let ticks = |from, to| Scale::fit(interval(from, to), 60).ticks();
        assert_eq!(
            ticks("2026-03-10T22:01:31Z", "2026-03-12T02:01:31Z"),
            "|2026-03-10               |03-12"
        );
        assert_eq!(
            ticks("2025-12-20T00:00:00Z", "2026-02-10T00:00:00Z"),
            "|2025-12-20 |2026-01-01                    |02-01"
        );
        let years = ticks("2019-06-01T00:00:00Z", "2026-01-01T00:00:00Z");
        assert!(
            years.starts_with("|2019") && years.ends_with("|2025"),
            "{years}"
        );
    }

    #[test]
    fn a_hundred_percent_is_all_of_it() {
        assert_eq!(percent(99_999, 100_000).as_deref(), Some("99.9 %"));
        assert_eq!(percent(5, 5).as_deref(), Some("100 %"));
        assert_eq!(percent(0, 5).as_deref(), Some("0.0 %"));
        assert_eq!(percent(0, 0), None);
    }
}
