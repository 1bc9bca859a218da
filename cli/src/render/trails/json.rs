//! Trails as one JSON document.

use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;
use trailseal_aws::trails::{Status, Trail, TrailState};
use trailseal_keys::Region;

use super::TrailsAnswer;
use super::warning::Warning;
use crate::render::visible_json;

/// Everything that the table says, and times to the second.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn trails_json(answer: &TrailsAnswer) -> Result<String> {
    let document = Document {
        schema: "trailseal-trails/1",
        asked_at: answer.asked_at,
        regions: &answer.regions,
        trails: answer
            .trails
            .iter()
            .map(|state| Entry::of(state, answer.asked_at))
            .collect(),
        skipped: answer.skipped.iter().map(Unanswered::of).collect(),
        failed: answer.failed.iter().map(Unanswered::of).collect(),
    };
    visible_json::document(&document)
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    asked_at: Timestamp,
    regions: &'a [Region],
    trails: Vec<Entry<'a>>,
    skipped: Vec<Unanswered<'a>>,
    failed: Vec<Unanswered<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    trail: &'a Trail,
    /// Null if it could not be asked for.
    status: Option<&'a Status>,
    status_error: Option<String>,
    warnings: Vec<Said>,
}

impl<'a> Entry<'a> {
    fn of(state: &'a TrailState, now: Timestamp) -> Self {
        Self {
            trail: &state.trail,
            status: state.status.as_ref().ok(),
            status_error: state.status.as_ref().err().map(ToString::to_string),
            warnings: Warning::of(state, now).iter().map(Said::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct Said {
    code: &'static str,
    text: String,
}

impl Said {
    fn of(warning: &Warning) -> Self {
        Self {
            code: warning.code(),
            text: warning.to_string(),
        }
    }
}

#[derive(Serialize)]
struct Unanswered<'a> {
    region: &'a Region,
    reason: &'a str,
}

impl<'a> Unanswered<'a> {
    fn of((region, reason): &'a (Region, String)) -> Self {
        Self { region, reason }
    }
}
