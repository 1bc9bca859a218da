//! A recovery as one JSON document.

use std::path::Path;

use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;
use trailseal_verifier::recover::Recovered;

use super::{Outcome, Recovery};
use crate::render::document::Head;
use crate::render::visible_json;

/// The name and version of the document.
pub(super) const RECOVERY_SCHEMA: &str = "trailseal-recovery/1";

/// All that was concluded, with every version that was looked at.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn recovery_json(recovery: &Recovery<'_>) -> Result<String> {
    let scope = &recovery.conclusion.report.scope;
    let document = Document {
        head: Head::of(recovery.conclusion, RECOVERY_SCHEMA),
        from: scope.from,
        to: scope.to,
        outcome: recovery.outcome(),
        restored_to: recovery.restored_to.map(Path::to_string_lossy),
        recovered: recovery.recovered,
    };
    visible_json::document(&document)
}

/// What `trailseal recover --format json` writes.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "trailseal recovery"))]
pub(in crate::render) struct Document<'a> {
    /// What this document is, and what was found wrong: `codes`.
    #[serde(flatten)]
    head: Head<'a>,
    /// Start of the time that was looked at.
    from: Option<Timestamp>,
    /// End of that time.
    to: Option<Timestamp>,
    /// How it ended.
    outcome: Outcome,
    /// The folder into which what was found was put.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    restored_to: Option<std::borrow::Cow<'a, str>>,
    /// What became of each object.
    #[serde(flatten)]
    recovered: &'a Recovered,
}
