//! Actors as a table, one row each.

use jiff::Timestamp;
use trailseal_forensics::actor::Sample;

use super::super::name::name;
use super::actors::{Actors, One, Order, Totals, title};
use crate::render::page::{Ink, Page};
use crate::render::text::{count, counted, duration, time, width};

/// Columns of an actor; longer ones get a line of their own.
const ACTOR: usize = 22;
const ACCOUNT: usize = 12;

/// Writes totals, and a row for each of the first actors.
pub(super) fn write(page: &mut Page, actors: &Actors<'_>, rows: usize) {
    let totals = actors.totals();
    page.hanging(0, 2, &headline(&totals, actors.order));
    if actors.left_out > 0 {
        let text = format!(
            "{} are of actors beyond the number that is kept: they are not counted here",
            counted(actors.left_out, "event")
        );
        page.beside(0, ("LEFT OUT", Some(Ink::Doubtful)), 10, &text);
    }
    if actors.list().is_empty() {
        return;
    }
    let times = Times::of(&totals);
    page.line("");
    page.line(&row([
        "ACTOR",
        "ACCOUNT",
        "EVENTS",
        "WRITES",
        "ERRORS",
        "DENIED",
        "FROM",
        "FIRST UTC",
        "LAST UTC",
    ]));
    for one in actors.list().iter().take(rows) {
        actor(page, *one, times);
    }
    if let Some(rest) = actors.list().get(rows..).filter(|rest| !rest.is_empty()) {
        let events = rest.iter().map(|(_, entry)| entry.summary.events).sum();
        page.line("");
        page.line(&format!(
            "and {} with {}",
            counted(rest.len() as u64, "more actor"),
            counted(events, "event")
        ));
    }
    page.line("");
    page.paragraph(
        0,
        "ERRORS counts DENIED ones, too. FROM is the number of source addresses. Name one actor to \
         see everything that is known of it.",
    );
}

fn headline(totals: &Totals, order: Order) -> String {
    let actors = counted(totals.actors, "actor");
    let (Some(first), Some(last)) = (totals.first, totals.last) else {
        return format!("{actors}, {}", counted(totals.events, "event"));
    };
    let order = match order {
        Order::Events => "most events first",
        Order::Writes => "most writes first",
        Order::Errors => "most errors first",
        Order::Denials => "most denied first",
        Order::First => "the earliest first",
        Order::Last => "the latest first",
        Order::Name => "by name",
    };
    format!(
        "{actors}, {}: {}, {} of which {} denied; {} to {} ({}); {order}",
        counted(totals.events, "event"),
        counted(totals.writes, "write"),
        counted(totals.errors, "error"),
        count(totals.denials),
        time(first),
        time(last),
        duration(last.duration_since(first))
    )
}

fn actor(page: &mut Page, one: One<'_>, times: Times) {
    let (_, entry) = one;
    let summary = &entry.summary;
    let mut shown = title(one);
    if width(&shown) > ACTOR {
        page.hanging(0, 2, &shown);
        shown.clear();
    }
    let account = entry.account.as_deref().map_or("-".to_owned(), name);
    page.line(&row([
        &shown,
        fitting(&account, ACCOUNT),
        &short(summary.events),
        &short(summary.writes),
        &short(summary.errors),
        &short(summary.denials),
        &different(&summary.addresses),
        &times.show(summary.first),
        &times.show(summary.last),
    ]));
}

fn row(cells: [&str; 9]) -> String {
    let [
        actor,
        account,
        events,
        writes,
        errors,
        denied,
        from,
        first,
        last,
    ] = cells;
    let padding = ACTOR.saturating_sub(width(actor));
    format!(
        "{actor}{:padding$}  {account:ACCOUNT$}  {events:>6}  {writes:>6}  {errors:>6}  \
         {denied:>6}  {from:>4}  {first:11}  {last:11}",
        ""
    )
}

/// No account is longer: what is, is no account.
fn fitting(text: &str, columns: usize) -> &str {
    if width(text) <= columns { text } else { "?" }
}

/// A number in six columns.
pub(super) fn short(number: u64) -> String {
    const UNITS: [&str; 6] = ["k", "M", "G", "T", "P", "E"];
    if number < 100_000 {
        return count(number);
    }
    let (mut whole, mut unit) = (number / 1000, 0);
    while whole >= 10_000 {
        (whole, unit) = (whole / 1000, unit + 1);
    }
    format!("{whole}{}", UNITS[unit])
}

/// How many different values there are, with `+` if more than are kept.
fn different(sample: &Sample) -> String {
    let more = if sample.others() > 0 { "+" } else { "" };
    format!("{}{more}", sample.values().count())
}

/// How times are shown in eleven columns: to the minute if all are of one
/// year, which the headline states, else the day.
#[derive(Clone, Copy)]
enum Times {
    Minutes,
    Days,
}

impl Times {
    fn of(totals: &Totals) -> Self {
        let year = |at: Option<Timestamp>| at.map(|at| at.strftime("%Y").to_string());
        if year(totals.first) == year(totals.last) {
            Self::Minutes
        } else {
            Self::Days
        }
    }

    fn show(self, at: Option<Timestamp>) -> String {
        let format = match self {
            Self::Minutes => "%m-%d %H:%M",
            Self::Days => "%Y-%m-%d",
        };
        at.map_or("-".to_owned(), |at| at.strftime(format).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fit_six_columns() {
        for (number, text) in [
            (0, "0"),
            (99_999, "99,999"),
            (123_456, "123k"),
            (9_999_999, "9999k"),
            (12_345_678, "12M"),
            (u64::MAX, "18E"),
        ] {
            assert_eq!(short(number), text);
        }
        for power in 0..20 {
            assert!(short(10_u64.pow(power)).len() <= 6);
        }
    }

    #[test]
    fn the_widest_row_fits_the_page() {
        let wide = [
            "x",
            "111122223333",
            "18,446",
            "18,446",
            "18,446",
            "18,446",
            "32+",
            "03-10 00:00",
            "03-10 00:00",
        ];
        assert!(width(&row(wide)) <= crate::render::text::COLUMNS);
    }
}
