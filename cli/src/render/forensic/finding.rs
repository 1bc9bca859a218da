//! A finding of the verifier in one line.

use trailseal_verifier::verdict::{Finding, Subject};

use super::name;
use crate::render::text::{duration, time};

/// Code, what it is about, and for which time.
pub(super) fn line(finding: &Finding) -> String {
    let mut text = format!("{} {}", finding.code, subject(finding));
    if let Some(interval) = finding.interval {
        text.push_str(&format!(
            ", {} to {} ({})",
            time(interval.start),
            time(interval.end),
            duration(interval.length())
        ));
    }
    text
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
