//! What a scheduled check tells to whom: each format a view of the
//! [`CheckReport`](crate::check::report::CheckReport).

mod asff;
mod emf;
mod figures;
mod json;
mod junit;
mod ocsf;
mod openmetrics;
mod plan;
mod resource;
mod sarif;
#[cfg(feature = "aws")]
mod slack;
mod text;
mod wording;
mod xml;

#[cfg(test)]
pub(crate) mod fixture;

pub(crate) use asff::asff;
pub(crate) use emf::emf;
pub(crate) use json::json;
pub(crate) use junit::junit;
pub(crate) use ocsf::ocsf;
pub(crate) use openmetrics::openmetrics;
pub(crate) use plan::{Planned, Plans, dry_run_text};
pub(crate) use sarif::sarif;
#[cfg(feature = "aws")]
pub(crate) use slack::slack;
pub(crate) use text::{finding_text, text};
