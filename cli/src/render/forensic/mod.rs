//! Actors, sessions and harm to evidence, for the eye and for programs.
//!
//! Each view is a function of values: text is written to a [`Page`], so that a
//! command can join several and end with [`evidence_text`]; JSON is one
//! document, whose head says of which run and of which evidence it is.
//!
//! What records say is untrusted and may be made to look like a report: names
//! are cut, escaped and, where they are no plain word, quoted ([`name`]). Each
//! record that is shown has a mark of its proof ([`proof`]).
//!
//! [`Page`]: super::page::Page
//! [`name`]: name::name

mod deed;
mod document;
mod evidence;
mod explanations;
mod finding;
mod name;
mod proof;
mod roster;
mod story;
mod trace;
mod who;
mod whois;

#[cfg(test)]
mod sample;

#[cfg(test)]
pub(super) use {
    document::Document, roster::RosterBody, story::StoryBody, trace::TraceBody, whois::WhoisBody,
};

#[allow(unused_imports, reason = "views without a command of their own yet")]
pub(crate) use {
    document::About,
    evidence::{EvidenceSummary, Logs, Records, Verification, evidence_text},
    explanations::{ExplainedFinding, explained, explanations_text},
    roster::{Actors, Order, roster_json, roster_text},
    story::{StoryView, story_json, story_text},
    trace::{trace_json, trace_text},
    whois::{whois_json, whois_sentence, whois_text},
};
