//! What a scheduled check tells: each format a view of the
//! [`CheckReport`](crate::check::report::CheckReport).

mod json;
mod plan;
mod text;

pub(crate) use json::json;
pub(crate) use plan::{Planned, dry_run_text};
pub(crate) use text::{finding_text, text};
