//! Everyone who did something: `trailseal actors`.

mod actors;
mod detail;
mod json;
mod table;

use crate::render::page::Page;

pub(crate) use actors::{Actors, Order};
#[cfg(test)]
pub(in crate::render) use json::RosterBody;
pub(crate) use json::roster_json;

/// Writes the actors as a table of at most so many rows, or all that is known
/// of one if there is one only.
pub(crate) fn roster_text(page: &mut Page, actors: &Actors<'_>, rows: usize) {
    match actors.list() {
        [only] => detail::write(page, *only),
        _ => table::write(page, actors, rows),
    }
}

#[cfg(test)]
mod tests;
