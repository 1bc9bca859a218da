//! Findings of the verifier in one line.

use std::collections::BTreeMap;

use trailseal_verifier::coverage::Interval;
use trailseal_verifier::verdict::{Code, Finding, Subject};

use super::name;
use crate::render::text::{count, duration, sentence_list, time};

/// How many of which code.
pub(super) fn codes(codes: &BTreeMap<Code, u64>) -> String {
    let parts: Vec<String> = codes
        .iter()
        .map(|(code, number)| format!("{} {code}", count(*number)))
        .collect();
    sentence_list(&parts)
}

/// Code, what it is about, and for which time.
pub(super) fn line(finding: &Finding) -> String {
    let mut text = format!("{} {}", finding.code, subject(finding));
    if let Some(interval) = finding.interval {
        text.push_str(&format!(", {}", span(interval)));
    }
    text
}

/// A stretch of time and its length.
pub(super) fn span(interval: Interval) -> String {
    format!(
        "{} to {} ({})",
        time(interval.start),
        time(interval.end),
        duration(interval.length())
    )
}

/// What it is about: of an object the name of its file, which says account,
/// Region and time; of a stretch of time the chain.
pub(super) fn subject(finding: &Finding) -> String {
    match (&finding.object, &finding.chain) {
        (Subject::Object(object), _) => {
            let key = object.key.as_str();
            name::name(key.rsplit('/').find(|part| !part.is_empty()).unwrap_or(key))
        }
        (Subject::Scope(..), Some(chain)) => name::name(chain),
        (Subject::Scope(None, None), None) => "any account and Region".to_owned(),
        (Subject::Scope(..), None) => finding.object.to_string(),
    }
}
