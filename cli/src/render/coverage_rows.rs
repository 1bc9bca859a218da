//! Coverage of each account and Region, as rows of a [`Scale`].
//!
//! An organization has thousands of rows, nearly all of them proved from end
//! to end. Those melt into one line; the others are shown, up to a bound.

use trailseal_forensics::report::rows::{Row, hours_proved, range, rows};
use trailseal_forensics::report::scale::{SIGNS, Scale, percent_proved, sign};
use trailseal_verifier::coverage::State;
use trailseal_verifier::layout::ChainKind;
use trailseal_verifier::report::Report;

use super::page::{Ink, Page};
use super::text::{COLUMNS, count, counted};

/// Rows that are shown before they are grouped and cut.
const ROWS: usize = 24;
/// Columns of the share, with the space before it.
const SHARE: usize = 8;

/// Writes the section.
pub(super) fn write(page: &mut Page, report: &Report) {
    let rows = rows(report);
    let Some(range) = range(report) else {
        page.heading(
            "COVERAGE",
            "nothing: no verified digest says what time it covers",
        );
        return;
    };
    let (whole, partial): (Vec<&Row<'_>>, Vec<&Row<'_>>) =
        rows.iter().partition(|row| row.is_whole());
    let grouped = rows.len() > ROWS;
    let shown: Vec<&Row<'_>> = if grouped {
        partial.iter().take(ROWS).copied().collect()
    } else {
        rows.iter().collect()
    };

    let column = shown.iter().map(|row| row.label.len()).max().unwrap_or(0) + 2;
    let scale = Scale::fit(range, COLUMNS.saturating_sub(2 + column + SHARE));
    if shown.is_empty() {
        page.heading("COVERAGE", "");
    } else {
        let one = format!(
            "one column is {} in UTC and shows the worst in it",
            scale.name()
        );
        page.heading("COVERAGE", &one);
        page.line(&format!("  {:column$}{}", "", scale.ticks()));
    }
    for row in &shown {
        write_row(page, row, column, &scale);
    }
    if grouped {
        let pairs = |number: usize, more: &str| {
            let number = u64::try_from(number).unwrap_or(u64::MAX);
            let plural = if number == 1 { "" } else { "s" };
            format!("{}{more} account x Region pair{plural}", count(number))
        };
        if partial.len() > shown.len() {
            let rest = pairs(partial.len() - shown.len(), " more");
            page.line(&format!("  and {rest} not proved over the whole range"));
        }
        let more = if shown.is_empty() { "" } else { " more" };
        page.line(&format!(
            "  {} proved over the whole range",
            pairs(whole.len(), more)
        ));
    }
    write_legend(page, report, &shown);
}

fn write_row(page: &mut Page, row: &Row<'_>, column: usize, scale: &Scale) {
    let Some(chain) = row.chain else {
        let note = page.ink(Ink::Doubtful, "log files, but no digest");
        page.line(&format!("  {:column$}{note}", row.label));
        return;
    };
    let states = scale.states(&chain.coverage);
    let strip: String = runs(&states)
        .into_iter()
        .map(|(state, cells)| {
            let signs = sign(state).to_string().repeat(cells);
            match state {
                Some(State::Proved) => page.ink(Ink::Good, &signs),
                Some(State::Failed) => page.ink(Ink::Bad, &signs),
                Some(_) => page.ink(Ink::Doubtful, &signs),
                None => signs,
            }
        })
        .collect();
    // A backfill chain covers only what was late, so a share means nothing.
    let share = match chain.chain.kind {
        ChainKind::Hourly => percent_proved(&chain.coverage).unwrap_or_else(|| "0.0 %".to_owned()),
        ChainKind::Backfill => String::new(),
    };
    page.line(&format!("  {:column$}{strip}{share:>SHARE$}", row.label));
}

fn runs(states: &[Option<State>]) -> Vec<(Option<State>, usize)> {
    let mut runs: Vec<(Option<State>, usize)> = Vec::new();
    for state in states {
        match runs.last_mut() {
            Some((last, cells)) if last == state => *cells += 1,
            _ => runs.push((*state, 1)),
        }
    }
    runs
}

fn write_legend(page: &mut Page, report: &Report, shown: &[&Row<'_>]) {
    if shown.iter().any(|row| row.chain.is_some()) {
        let signs: Vec<String> = SIGNS
            .iter()
            .rev()
            .map(|(_, sign, name)| format!("{sign} {name}"))
            .collect();
        page.line(&format!(
            "  {}   blank: outside the range",
            signs.join("   ")
        ));
    }
    if let Some(proved) = hours_proved(report) {
        page.line(&format!(
            "  {} of {} proved, over {}",
            proved.share,
            counted(proved.hours, "hour"),
            counted(proved.chains, "hourly chain")
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::super::page::Colour;
    use super::*;
    use trailseal_verifier::coverage::{Coverage, Interval};

    fn written(report: &Report) -> String {
        let mut page = Page::new(Colour::Off);
        write(&mut page, report);
        page.into_text()
    }

    fn with_hole() -> Coverage {
        let mut coverage = Coverage::default();
        let cut = fixture::at("2026-03-11T03:00:00Z");
        let end = fixture::at("2026-03-11T05:00:00Z");
        coverage.push(Interval::new(fixture::two_days().start, cut), State::Proved);
        coverage.push(Interval::new(cut, end), State::Failed);
        coverage.push(Interval::new(end, fixture::two_days().end), State::Proved);
        coverage
    }

    #[test]
    fn a_row_shows_where_it_failed() {
        let mut report = fixture::report();
        report
            .chains
            .push(fixture::chain("444455556666", "us-east-1", with_hole()));
        let text = written(&report);
        let row = format!("{}XX{}  95.8 %", "#".repeat(27), "#".repeat(19));
        assert!(
            text.contains(&format!("444455556666 us-east-1  {row}")),
            "{text}"
        );
        assert!(
            text.contains("97.9 % of 96 hours proved, over 2 hourly chains"),
            "{text}"
        );
    }

    #[test]
    fn many_proved_rows_are_one_line() {
        let mut report = fixture::report();
        report.places.clear();
        report.chains = (0..1000)
            .map(|n| {
                let coverage = if n % 20 == 7 {
                    with_hole()
                } else {
                    fixture::proved(fixture::two_days())
                };
                fixture::chain(&format!("{n:012}"), "us-east-1", coverage)
            })
            .collect();
        let text = written(&report);
        assert!(
            text.contains("  and 26 more account x Region pairs not proved over"),
            "{text}"
        );
        assert!(
            text.contains("  950 more account x Region pairs proved over the whole range"),
            "{text}"
        );
        assert!(text.lines().count() < 40);
    }

    #[test]
    fn logs_without_any_digest_have_a_row() {
        let mut report = fixture::report();
        report
            .places
            .push(fixture::place("444455556666", "us-east-1"));
        assert!(written(&report).contains("444455556666 us-east-1  log files, but no digest"));
    }
}
