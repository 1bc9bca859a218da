//! Lines and records as files for other programs.
//!
//! | Writer | For |
//! |---|---|
//! | [`Csv`] | spreadsheets; cells that are no formulas |
//! | [`JsonLines`] | pipelines; loses nothing of a [`Line`](crate::timeline::Line) |
//! | [`Timesketch`] | Timesketch, as JSON lines |
//! | [`LookupEvents`] | whatever reads the output of `aws cloudtrail lookup-events` |
//!
//! All text is untrusted. In JSON, characters that are not plainly visible are
//! written as escapes, which readers undo; in CSV, where there are none, they
//! are replaced by what shows them.

mod csv;
mod json;
mod lookup_events;
mod timesketch;

pub use csv::{Csv, csv_row};
pub use json::JsonLines;
pub use lookup_events::LookupEvents;
pub use timesketch::Timesketch;
