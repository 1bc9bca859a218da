//! The report of a check as one JSON document.

use anyhow::Result;

use super::super::visible_json;
use crate::check::report::CheckReport;

/// The report.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn json(report: &CheckReport) -> Result<String> {
    visible_json::document(report)
}
