//! A tree as one JSON document.

use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;
use trailseal_forensics::Provenance;
use trailseal_forensics::session::{Branch, Query, Tree};

use super::super::document::{About, document};
use super::entry::Totals;

/// The name and version of the document.
const SCHEMA: &str = "trailseal-trace/1";

/// The whole tree, with the proof of each record.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn trace_json(tree: &Tree<Provenance>, about: About<'_>) -> Result<String> {
    let totals = Totals::of(tree);
    let body = TraceBody {
        query: &tree.query,
        first: totals.span.map(|(first, _)| first),
        last: totals.span.map(|(_, last)| last),
        totals,
        roots: &tree.roots,
        more: tree.more,
    };
    document(SCHEMA, about, body)
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "trace"))]
pub(in crate::render) struct TraceBody<'a> {
    /// What was asked about.
    query: &'a Query,
    #[serde(flatten)]
    totals: Totals,
    /// The first event.
    first: Option<Timestamp>,
    /// The last event.
    last: Option<Timestamp>,
    /// The sessions found, each with what followed. None: not found.
    roots: &'a [Branch<Provenance>],
    /// How many more sessions were found.
    more: u64,
}
