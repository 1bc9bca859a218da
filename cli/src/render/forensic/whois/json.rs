//! An answer as one JSON document.

use anyhow::Result;
use serde::Serialize;
use trailseal_forensics::Provenance;
use trailseal_forensics::session::{Answer, Chain, Query};
use trailseal_verifier::verdict::Answer as Verdict;

use super::super::document::{About, document};
use super::sentence::{standing, whois_sentence};

/// The name and version of the document.
const SCHEMA: &str = "trailseal-whois/1";

/// Every chain with every step, and the proof of each record.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn whois_json(answer: &Answer<Provenance>, about: About<'_>) -> Result<String> {
    let chains = answer.chains.iter().map(|chain| Told {
        sentence: whois_sentence(&answer.query, chain),
        answer: standing(chain).0,
        chain,
    });
    let body = WhoisBody {
        query: &answer.query,
        chains: chains.collect(),
        more: answer.more,
    };
    document(SCHEMA, about, body)
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "whois"))]
pub(in crate::render) struct WhoisBody<'a> {
    /// What was asked about.
    query: &'a Query,
    /// One for each session found, in order of time. None: not found.
    chains: Vec<Told<'a>>,
    /// How many more sessions there are.
    more: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Told<'a> {
    /// The chain in one sentence.
    sentence: String,
    /// The worst answer of its records.
    answer: Verdict,
    #[serde(flatten)]
    chain: &'a Chain<Provenance>,
}
