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
pub(crate) mod evidence;
mod explanations;
mod finding;
mod proof;
mod roster;
mod story;
mod trace;
mod who;
mod whois;

#[cfg(test)]
mod sample;

use trailseal_forensics::visible::name;

#[cfg(test)]
pub(super) use {
    document::Document, roster::RosterBody, story::StoryBody, trace::TraceBody, whois::WhoisBody,
};

pub(crate) use document::About;
pub(crate) use evidence::{EvidenceSummary, evidence_text};
pub(crate) use explanations::{ExplainedFinding, explained, explanations_text};
pub(crate) use roster::{Actors, Order, roster_json, roster_text};
pub(crate) use story::{StoryView, acts, story_json, story_text};
pub(crate) use trace::{trace_json, trace_text};
pub(crate) use whois::{whois_json, whois_sentence, whois_text};
