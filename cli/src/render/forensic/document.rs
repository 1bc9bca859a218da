//! The head of the JSON documents: of which run, and of which evidence.

use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;

use super::EvidenceSummary;
use crate::render::document::{Run, Tool};
use crate::render::visible_json;

/// What a document says of the run that made it.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    /// The command line, as it was typed.
    pub(crate) command: &'a [String],
    /// When the run began.
    pub(crate) started: Timestamp,
    /// When it ended.
    pub(crate) finished: Timestamp,
    /// What it rests on.
    pub(crate) evidence: &'a EvidenceSummary,
}

/// A whole document.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "trailseal {B}"))]
pub(in crate::render) struct Document<'a, B> {
    /// The form of this document and its version.
    schema: &'static str,
    /// The program that made it.
    tool: Tool,
    /// The circumstances. The only member in which two runs over the same
    /// evidence, with the same keys and the same question, differ.
    run: Run<'a>,
    /// What it rests on.
    evidence: &'a EvidenceSummary,
    #[serde(flatten)]
    body: B,
}

/// Head and body as one text.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(super) fn document(
    schema: &'static str,
    about: About<'_>,
    body: impl Serialize,
) -> Result<String> {
    visible_json::document(&Document {
        schema,
        tool: Tool::this(),
        run: Run {
            command: about.command,
            started: about.started,
            finished: about.finished,
        },
        evidence: about.evidence,
        body,
    })
}
