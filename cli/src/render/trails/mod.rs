//! Trails as a table and as JSON: facts first, then what they mean for whoever
//! wants to verify.

mod json;
mod table;
mod warning;

use jiff::Timestamp;
use trailseal_aws::trails::TrailState;
use trailseal_keys::Region;

pub(crate) use json::trails_json;
pub(crate) use table::trails_table;

/// What the Regions said, and when.
pub(crate) struct TrailsAnswer {
    pub(crate) asked_at: Timestamp,
    pub(crate) regions: Vec<Region>,
    pub(crate) trails: Vec<TrailState>,
    /// Regions that are off, with what was said.
    pub(crate) skipped: Vec<(Region, String)>,
    /// Regions that should have answered, and why they did not.
    pub(crate) failed: Vec<(Region, String)>,
}

#[cfg(test)]
mod tests;
