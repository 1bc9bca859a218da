//! From what a run concluded to text. Each format is a [`Renderer`].
//!
//! Findings arrive one by one while the run goes on, so that an archive with
//! a million of them needs no more memory than a healthy one. What the
//! renderers say besides the conclusion is in the [`Context`].

mod aws_cli;
mod bundle;
mod case;
pub(crate) mod check;
mod coverage_rows;
mod document;
mod evidence_key;
mod findings;
pub(crate) mod forensic;
mod human;
mod json;
mod keys;
pub(crate) mod ledger;
pub(crate) mod lines;
#[cfg(feature = "aws")]
mod mirror;
mod ndjson;
pub(crate) mod page;
mod partition;
#[cfg(feature = "aws")]
mod recover;
mod scope;
pub(crate) mod sql;
pub(crate) mod text;
#[cfg(feature = "aws")]
mod trails;
#[cfg(feature = "aws")]
mod unanswered;
mod unproved;
pub(crate) mod visible_json;

#[cfg(test)]
mod fixture;

use anyhow::Result;
use jiff::Timestamp;
use trailseal_forensics::antiforensics::Explanation;
pub(crate) use trailseal_forensics::report::{BucketOrigin, Filters, Headline, Input};
use trailseal_keys::Keyring;
use trailseal_verifier::report::Report;
use trailseal_verifier::verdict::Finding;
use trailseal_verifier::walk::Sink;

pub(crate) use aws_cli::{AwsCli, Requested, Verbosity};
pub(crate) use bundle::{bundle_line, bundle_verdict_json, bundle_verdict_text};
pub(crate) use case::case_built_text;
pub(crate) use evidence_key::{evidence_key_json, evidence_key_pem};
pub(crate) use human::{Human, verdict_line};
pub(crate) use json::Json;
pub(crate) use keys::{keyring_json, keyring_table};
#[cfg(feature = "aws")]
pub(crate) use mirror::{
    CopySource, CopySummary, Verification, copy_summary_json, copy_summary_text,
};
pub(crate) use ndjson::Ndjson;
pub(crate) use page::Colour;
#[cfg(feature = "aws")]
pub(crate) use recover::{Outcome, Recovery, recovery_json, recovery_line, recovery_text};
#[cfg(feature = "aws")]
pub(crate) use trails::{TrailsAnswer, trails_json, trails_table};
#[cfg(feature = "aws")]
pub(crate) use unanswered::{disabled, unanswered};

/// One format of a report.
pub(crate) trait Renderer: Sink<()> {
    /// Writes what is left, and closes the output.
    ///
    /// # Errors
    /// If anything of the report could not be written.
    fn finish(self: Box<Self>, conclusion: Conclusion<'_>) -> Result<()>;
}

/// All that a report is made of, but for its findings.
#[derive(Clone, Copy)]
pub(crate) struct Conclusion<'a> {
    pub(crate) report: &'a Report,
    pub(crate) headline: &'a Headline,
    pub(crate) context: &'a Context,
    /// The first findings of each code, each with the events that explain it.
    pub(crate) explanations: &'a [(Finding, Explanation<'a>)],
    pub(crate) finished: Timestamp,
}

/// What a report says about the run itself.
pub(crate) struct Context {
    /// The command line, as it was typed.
    pub(crate) command: Vec<String>,
    /// When the run began.
    pub(crate) started: Timestamp,
    /// What was read.
    pub(crate) input: Input,
    /// What the run was narrowed to.
    pub(crate) filters: Filters,
    /// The keys that the verdicts rest on.
    pub(crate) keyring: Keyring,
}
