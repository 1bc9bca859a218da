//! What happened, in order.

use serde::Serialize;

use crate::timeline::Line;

/// The first events.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Timeline {
    /// Those that are shown, as lines of `events.jsonl`.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Vec<serde_json::Map<String, serde_json::Value>>")
    )]
    pub shown: Vec<Line>,
    /// Events beyond those.
    pub more: u64,
}

impl Timeline {
    /// Events that are shown.
    pub const SHOWN: usize = 500;

    /// Takes the next event.
    pub fn add(&mut self, line: &Line) {
        if self.shown.len() < Self::SHOWN {
            self.shown.push(line.clone());
        } else {
            self.more += 1;
        }
    }
}
