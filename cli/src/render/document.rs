//! The machine formats as types: what they say, and their JSON Schemas.
//!
//! Everything but `run` depends on the evidence, the keys and the question
//! only, so two runs differ in `run` and nowhere else. The schemas in
//! `cli/schema` are generated from here by the tests.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use trailseal_keys::{KeySource, KeyringWarning};
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::log::LogOutcome;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::report::{ChainReport, PlaceReport, Report, Scope, Strays, Tally};
use trailseal_verifier::verdict::{Answer, Code, Finding};

use super::forensic::ExplainedFinding;
use super::{Conclusion, Filters, Input};

/// The name and version of the one-document form.
pub(super) const REPORT_SCHEMA: &str = "trailseal-report/1";
/// The name and version of the form with one line each.
pub(super) const LINES_SCHEMA: &str = "trailseal-report-lines/1";

/// A whole report: what `--format json` writes.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "trailseal report"))]
pub(super) struct Document<'a, F> {
    /// What this document is, and the head of what it says.
    #[serde(flatten)]
    pub(super) head: Head<'a>,
    /// The conclusion.
    #[serde(flatten)]
    pub(super) report: &'a Report,
    /// Every finding, in the order in which the run comes upon them.
    #[cfg_attr(test, schemars(with = "Vec<Finding>"))]
    pub(super) findings: F,
    /// The first findings of each code that events could explain, and the
    /// events that do.
    pub(super) explanations: Vec<ExplainedFinding<'a>>,
}

/// What both machine formats say about the run.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Head<'a> {
    /// The form of this document and its version.
    schema: &'static str,
    /// The program that made it.
    tool: Tool,
    /// The circumstances. The only member in which two runs over the same
    /// evidence, with the same keys and the same question, differ.
    run: Run<'a>,
    /// What was read.
    input: &'a Input,
    /// What the run was narrowed to.
    filters: &'a Filters,
    /// The keys that the verdicts rest on.
    keys: Keys<'a>,
    /// How many findings of each code there are.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, u64>"))]
    codes: &'a BTreeMap<Code, u64>,
}

impl<'a> Head<'a> {
    pub(super) fn of(conclusion: Conclusion<'a>, schema: &'static str) -> Self {
        let Conclusion {
            context,
            headline,
            finished,
            ..
        } = conclusion;
        Self {
            schema,
            tool: Tool::this(),
            run: Run {
                command: &context.command,
                started: context.started,
                finished,
            },
            input: &context.input,
            filters: &context.filters,
            keys: Keys {
                sources: context.keyring.sources(),
                warnings: context.keyring.warnings(),
            },
            codes: headline.codes(),
        }
    }
}

/// The program that made a report.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    pub(super) fn this() -> Self {
        Self {
            name: "trailseal",
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// The circumstances of a run.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Run<'a> {
    /// The command line, one argument each.
    pub(super) command: &'a [String],
    /// When it began.
    pub(super) started: Timestamp,
    /// When it ended.
    pub(super) finished: Timestamp,
}

/// The keys that the verdicts rest on.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Keys<'a> {
    /// The files they came from, in the order given.
    sources: &'a [KeySource],
    /// What is doubtful about them.
    warnings: &'a [KeyringWarning],
}

/// One line of `--format ndjson`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "trailseal report line"))]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Line<'a> {
    /// A digest that is there; the logs it names follow.
    Digest(DigestLine<'a>),
    /// A log that a digest names.
    Log(LogLine<'a>),
    /// A finding.
    Finding(&'a Finding),
    /// A finding that events could explain, and the events that do, when all is
    /// done.
    Explanation(&'a ExplainedFinding<'a>),
    /// A chain, when all is done.
    Chain(&'a ChainReport),
    /// The last line: without it the output is incomplete.
    Report(Box<ReportLine<'a>>),
}

/// A digest that is there.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct DigestLine<'a> {
    /// The chain it belongs to.
    chain: String,
    /// Where it lies.
    object: &'a ObjectRef,
    /// What was concluded.
    answer: Answer,
    /// Why it is not verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
    /// Expected and found, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    /// The time it covers, as it states it.
    window: Option<Interval>,
    /// The hash of its inflated bytes.
    hash: Option<Sha256>,
    /// How many logs it names.
    logs: usize,
}

impl<'a> DigestLine<'a> {
    pub(super) fn of(chain: &ChainId, outcome: &'a DigestOutcome) -> Self {
        Self {
            chain: chain.to_string(),
            object: &outcome.object,
            answer: outcome.answer(),
            code: outcome.fault.as_ref().map(|fault| fault.code),
            detail: outcome.fault.as_ref().map(|fault| fault.detail.as_str()),
            window: outcome.link.as_ref().map(|link| link.window),
            hash: outcome.link.as_ref().map(|link| link.hash),
            logs: outcome.logs.len(),
        }
    }
}

/// A log that a digest names.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct LogLine<'a> {
    /// Where it lies.
    object: &'a ObjectRef,
    /// The digest that names it.
    digest: &'a ObjectRef,
    /// What was concluded.
    answer: Answer,
    /// Why it is not verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
    /// Expected and found, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    /// The hash of its inflated content, where it could be inflated.
    hash: Option<Sha256>,
    /// Its inflated bytes, if it is verified.
    verified_bytes: u64,
}

impl<'a> LogLine<'a> {
    pub(super) fn of(digest: &'a ObjectRef, outcome: &'a LogOutcome) -> Self {
        Self {
            object: &outcome.object,
            digest,
            answer: outcome.answer(),
            code: outcome.fault.as_ref().map(|fault| fault.code),
            detail: outcome.fault.as_ref().map(|fault| fault.detail.as_str()),
            hash: outcome.hash,
            verified_bytes: outcome.verified_bytes,
        }
    }
}

/// The last line: a report without its chains and findings, which have lines of
/// their own.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ReportLine<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    /// The worst answer of all findings; never *verified* if nothing was proved.
    outcome: Answer,
    /// What was looked at.
    scope: &'a Scope,
    /// How many of what.
    tally: &'a Tally,
    /// Every account and Region that has files.
    places: &'a [PlaceReport],
    /// Keys that follow no layout of CloudTrail.
    strays: &'a Strays,
    /// Whether the run was ended before it was complete.
    interrupted: bool,
}

impl<'a> ReportLine<'a> {
    pub(super) fn of(conclusion: Conclusion<'a>) -> Self {
        let Report {
            outcome,
            scope,
            tally,
            places,
            strays,
            interrupted,
            ..
        } = conclusion.report;
        Self {
            head: Head::of(conclusion, LINES_SCHEMA),
            outcome: *outcome,
            scope,
            tally,
            places,
            strays,
            interrupted: *interrupted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares the committed schema with that of the types; rewrites it if
    /// `TRAILSEAL_BLESS` is 1.
    fn is_committed<T: schemars::JsonSchema>(name: &str) {
        let path = format!("{}/schema/{name}", env!("CARGO_MANIFEST_DIR"));
        // Of what is written, not of what would be accepted.
        let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
        let schema = settings.into_generator().into_root_schema_for::<T>();
        let generated = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var("TRAILSEAL_BLESS").is_ok_and(|bless| bless == "1") {
            std::fs::write(&path, &generated).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == generated,
            "{path} is not the schema of the types; run the tests with TRAILSEAL_BLESS=1 and look \
             at the difference"
        );
    }

    #[test]
    fn the_schema_of_the_report_is_committed() {
        is_committed::<Document<'static, Vec<Finding>>>("report.schema.json");
    }

    #[test]
    fn the_schema_of_the_lines_is_committed() {
        is_committed::<Line<'static>>("report-line.schema.json");
    }

    #[test]
    fn the_schema_of_an_evidence_report_is_committed() {
        is_committed::<trailseal_forensics::report::Evidence>("evidence.schema.json");
    }

    #[test]
    fn the_schema_of_a_check_is_committed() {
        is_committed::<crate::check::report::CheckReport>("check.schema.json");
    }

    #[test]
    fn the_schemas_of_forensics_are_committed() {
        use crate::render::forensic::{Document, RosterBody, StoryBody, TraceBody, WhoisBody};

        is_committed::<Document<'static, RosterBody<'static>>>("actors.schema.json");
        is_committed::<Document<'static, WhoisBody<'static>>>("whois.schema.json");
        is_committed::<Document<'static, TraceBody<'static>>>("trace.schema.json");
        is_committed::<Document<'static, StoryBody<'static>>>("antiforensics.schema.json");
    }

    #[cfg(feature = "aws")]
    #[test]
    fn the_schema_of_a_recovery_is_committed() {
        is_committed::<crate::render::recover::Document<'static>>("recovery.schema.json");
    }

    #[cfg(feature = "aws")]
    #[test]
    fn the_schema_of_a_copy_is_committed() {
        is_committed::<crate::render::mirror::CopySummary>("mirror.schema.json");
    }
}
