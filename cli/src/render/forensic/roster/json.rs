//! Actors as one JSON document.

use anyhow::Result;
use serde::Serialize;
use trailseal_forensics::actor::{ActorId, Entry};

use super::super::document::{About, document};
use super::actors::{Actors, Order, Totals};

/// The name and version of the document.
const SCHEMA: &str = "trailseal-actors/1";

/// All actors that were asked for, with all that was counted.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn roster_json(actors: &Actors<'_>, about: About<'_>) -> Result<String> {
    let list = actors.list().iter().map(|(id, entry)| One { id, entry });
    let body = RosterBody {
        order: actors.order,
        totals: actors.totals(),
        events_left_out: actors.left_out,
        actors: list.collect(),
    };
    document(SCHEMA, about, body)
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "actors"))]
pub(in crate::render) struct RosterBody<'r> {
    /// By what they are sorted.
    order: Order,
    /// What they come to.
    totals: Totals,
    /// Events of actors beyond the number that is kept.
    events_left_out: u64,
    /// The actors.
    actors: Vec<One<'r>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct One<'r> {
    /// The most stable identifier that is stated.
    id: &'r ActorId,
    #[serde(flatten)]
    entry: &'r Entry,
}
