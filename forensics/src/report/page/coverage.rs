//! The calendar of coverage.
//!
//! The first sheet has the whole range at one glance, by the hour if it is short. A long
//! one is shown day by day, too, two months at a time. Of each stretch those chains are
//! shown that are not proved throughout; the others are counted.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use trailseal_verifier::coverage::{Coverage, Interval, State};
use trailseal_verifier::layout::ChainKind;
use trailseal_verifier::report::Report;

use super::super::rows::{Row, range, rows};
use super::super::scale::{Scale, percent_proved};
use super::super::text::{count, counted};
use super::{Block, Strip, Strips};

/// Columns of a strip: the days of two months.
const COLUMNS: usize = 62;
/// Rows of one stretch that are shown.
const ROWS: usize = 60;
/// Rows of the first sheet, if others show more.
const AT_A_GLANCE: usize = 14;
/// Stretches of an absurd range that are shown: fifty years.
const STRETCHES: usize = 300;

/// What is said of the shapes that states have.
pub(super) const LEGEND: &str = "Times are in UTC. Each column shows the worst that holds anywhere \
     in it; blank columns are outside the range.";

/// The whole range at one glance.
pub(super) fn overview(report: &Report) -> Vec<Block> {
    let Some(range) = range(report) else {
        let none = "Nothing is covered: no verified digest says what time it covers.";
        return vec![Block::Paragraph(none.to_owned())];
    };
    let scale = Scale::fit(range, COLUMNS);
    let most = if is_fine(&scale) { ROWS } else { AT_A_GLANCE };
    let strips = strips(&rows(report), range, &scale, most);
    vec![Block::Legend, Block::Strips(strips)]
}

/// The range day by day, if [`overview`] is coarser than that.
pub(super) fn by_day(report: &Report) -> Vec<Block> {
    let Some(range) = range(report) else {
        return Vec::new();
    };
    if is_fine(&Scale::fit(range, COLUMNS)) {
        return Vec::new();
    }
    let rows = rows(report);
    let stretch = |stretch: Interval| {
        let scale = Scale::fit(stretch, COLUMNS);
        let inside = stretch.intersection(range).unwrap_or(stretch);
        Block::Strips(strips(&rows, inside, &scale, ROWS))
    };
    [Block::Heading("Coverage by day"), Block::Legend]
        .into_iter()
        .chain(stretches(range).take(STRETCHES).map(stretch))
        .collect()
}

/// Whether hours or days can be told from each other.
fn is_fine(scale: &Scale) -> bool {
    scale.slice() <= Scale::DAY
}

/// Two calendar months each, from before the start of the range to after its end.
fn stretches(range: Interval) -> impl Iterator<Item = Interval> {
    let start = range.start.to_zoned(TimeZone::UTC).date().first_of_month();
    let instant = |date: Date| date.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp());
    let next = |date: &Date| date.checked_add(2.months()).ok();
    std::iter::successors(Some(start), next).map_while(move |date| {
        // The first month of all times begins before them.
        let start = instant(date).unwrap_or(Timestamp::MIN);
        let end = next(&date).and_then(instant).unwrap_or(Timestamp::MAX);
        (start < range.end).then(|| Interval::new(start, end))
    })
}

fn strips(rows: &[Row<'_>], inside: Interval, scale: &Scale, most: usize) -> Strips {
    let (mut shown, mut proved, mut left_out) = (Vec::new(), 0_u64, 0_u64);
    for row in rows {
        let coverage = row.chain.map(|chain| chain.coverage.clipped(inside));
        let Some(coverage) = coverage else {
            shown.push(without_digests(row));
            continue;
        };
        if is_whole(&coverage) {
            proved += 1;
        } else if shown.len() < most {
            shown.push(strip(row, &coverage, scale));
        } else {
            left_out += 1;
        }
    }
    left_out += shown.len().saturating_sub(most) as u64;
    shown.truncate(most);
    let mut rest = Vec::new();
    if left_out > 0 {
        rest.push(format!("{} more not proved throughout", count(left_out)));
    }
    if proved > 0 {
        rest.push(format!("{} proved throughout", counted(proved, "chain")));
    }
    Strips {
        title: format!(
            "{} to {}, one column is {}",
            inside.start.strftime("%Y-%m-%d"),
            inside.end.strftime("%Y-%m-%d"),
            scale.name()
        ),
        cells: scale.cells(),
        slice: scale.name().to_owned(),
        dates: scale.dates(),
        rows: shown,
        rest: (!rest.is_empty()).then(|| rest.join("; ")),
    }
}

fn is_whole(coverage: &Coverage) -> bool {
    let spans = coverage.spans();
    let fine = |state| matches!(state, State::Proved | State::NotYetDue);
    !spans.is_empty() && spans.iter().all(|span| fine(span.state))
}

fn strip(row: &Row<'_>, coverage: &Coverage, scale: &Scale) -> Strip {
    let mut runs: Vec<(Option<State>, usize)> = Vec::new();
    for state in scale.states(coverage) {
        match runs.last_mut() {
            Some((last, cells)) if *last == state => *cells += 1,
            _ => runs.push((state, 1)),
        }
    }
    // A backfill chain covers only what was late, so a share means nothing.
    let is_hourly = row
        .chain
        .is_some_and(|chain| chain.chain.kind == ChainKind::Hourly);
    let share = percent_proved(coverage).filter(|_| is_hourly);
    Strip {
        label: row.label.clone(),
        runs,
        share: share.unwrap_or_default(),
    }
}

fn without_digests(row: &Row<'_>) -> Strip {
    Strip {
        label: format!("{}  log files, but no digest", row.label),
        runs: Vec::new(),
        share: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture;
    use super::*;

    fn strips_of(blocks: Vec<Block>) -> Vec<Strips> {
        blocks
            .into_iter()
            .filter_map(|block| match block {
                Block::Strips(strips) => Some(strips),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn two_days_are_shown_by_the_hour() {
        let strips = strips_of(overview(&fixture::report()));
        assert_eq!(strips.len(), 1);
        assert!(by_day(&fixture::report()).is_empty());
        assert_eq!(
            strips[0].title,
            "2026-03-10 to 2026-03-12, one column is 1 hour"
        );
        assert_eq!(strips[0].rest.as_deref(), Some("1 chain proved throughout"));
    }

    #[test]
    fn two_years_are_shown_by_the_day_where_they_are_not_whole() {
        let mut report = fixture::report();
        let range = Interval::new(
            fixture::at("2024-03-15T00:00:00Z"),
            fixture::at("2026-03-12T00:00:00Z"),
        );
        report.scope.trails[0].range = Some(range);
        let hole = fixture::at("2025-01-31T05:00:00Z");
        report.chains = (0..40)
            .map(|number| {
                let mut coverage = Coverage::default();
                coverage.push(Interval::new(range.start, hole), State::Proved);
                if number == 7 {
                    let end = fixture::at("2025-01-31T06:00:00Z");
                    coverage.push(Interval::new(hole, end), State::Failed);
                }
                coverage.push(Interval::new(hole, range.end), State::Proved);
                fixture::chain(&format!("{number:012}"), "us-east-1", coverage)
            })
            .collect();
        report.places.clear();
        let whole = strips_of(overview(&report));
        assert_eq!(
            whole[0].title,
            "2024-03-15 to 2026-03-12, one column is 2 weeks"
        );
        let strips = strips_of(by_day(&report));
        assert_eq!(strips.len(), 13);
        let shown: Vec<_> = strips
            .iter()
            .filter(|strips| !strips.rows.is_empty())
            .collect();
        assert_eq!(shown.len(), 1);
        assert_eq!(
            shown[0].title,
            "2025-01-01 to 2025-03-01, one column is 1 day"
        );
        let runs = &shown[0].rows[0].runs;
        assert_eq!(
            runs[..2],
            [(Some(State::Proved), 30), (Some(State::Failed), 1)]
        );
        assert_eq!(
            shown[0].rest.as_deref(),
            Some("39 chains proved throughout")
        );
    }

    #[test]
    fn an_absurd_range_ends() {
        let mut report = fixture::report();
        report.scope.trails[0].range = Some(Interval::new(Timestamp::MIN, Timestamp::MAX));
        assert_eq!(strips_of(by_day(&report)).len(), STRETCHES);
    }
}
