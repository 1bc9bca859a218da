//! Events as a table: one line each, in 100 columns.

use super::super::page::{Colour, Page};
use super::super::text::{COLUMNS, time, width};
use super::{mark, shown};

use trailseal_forensics::timeline::{Access, Line};

/// The row of an event: when, proved or not, what, who, from where, and how it
/// ended.
pub(crate) fn table_row(line: &Line, colour: Colour) -> String {
    let mut page = Page::new(colour);
    let at = line.time().map_or_else(
        || "(no time)          ".to_owned(),
        |at| time(at)[..19].to_owned(),
    );
    let outcome = match (line.error_code(), line.access()) {
        (Some(code), _) => shown(code.strip_prefix("Client.").unwrap_or(code), 40),
        (None, Some(Access::Write)) => "write".to_owned(),
        (None, _) => String::new(),
    };
    let cells: [(String, usize); 3] = [
        (shown(line.name().unwrap_or("(no name)"), 24), 24),
        (shown(line.actor().unwrap_or_default(), 20), 20),
        (shown(line.address().unwrap_or_default(), 15), 15),
    ];
    let mut row = format!(
        "{at} {}",
        page.ink(line.answer().into(), mark(line.answer()))
    );
    let mut used = width(&at) + 2;
    for (text, columns) in cells {
        row.push(' ');
        row.push_str(&text);
        row.push_str(&" ".repeat(columns.saturating_sub(width(&text))));
        used += 1 + columns.max(width(&text));
    }
    let room = COLUMNS.saturating_sub(used + 1);
    row.push(' ');
    row.push_str(&shown(&outcome, room.max(1)));
    page.line(&row);
    page.into_text()
}
