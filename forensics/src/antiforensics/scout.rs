//! Hits in verified logs, at the speed at which logs are verified.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};
use trailseal_verifier::log::VerifiedLog;
use trailseal_verifier::walk::Visitor;

use super::catalogue::{Reach, reach};
use super::hit::{Hit, classify};
use crate::provenance::{self, Outcome, Provenance};
use crate::reader::Limits;
use crate::telling::unversioned;

/// A [`Visitor`] that takes the hits out of each verified log, each with its proof. Logs that name
/// no event of the catalogue are not read: that is told from their bytes.
///
/// CloudTrail writes names of events without escapes, and a verified log is
/// what CloudTrail wrote.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scout;

static EVENT_NAME: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"eventName\""));

/// Longest name that is looked at; the longest of CloudTrail has 60 bytes.
const LONGEST: usize = 128;

impl Visitor for Scout {
    type Extract = Vec<(Hit, Provenance)>;

    fn visit(&self, log: &VerifiedLog<'_>) -> Self::Extract {
        let mut hits = Vec::new();
        if may_hold_hits(log.content()) {
            provenance::events(log, &Limits::default(), |outcome| {
                if let Outcome::Event(event) = outcome {
                    let hit = classify(event.record());
                    hits.extend(hit.map(|hit| (hit, event.provenance().clone())));
                }
            });
        }
        hits
    }
}

fn may_hold_hits(content: &[u8]) -> bool {
    let mut on_objects = false;
    for at in EVENT_NAME.find_iter(content) {
        let Some(name) = name(&content[at + EVENT_NAME.needle().len()..]) else {
            // Not as CloudTrail writes it: let the reader see.
            return true;
        };
        match reach(unversioned(name)) {
            Some(Reach::Anything) => return true,
            Some(Reach::CloudTrailsObjects) => on_objects = true,
            None => {}
        }
    }
    // Of the objects that are written and deleted, few are CloudTrail's.
    on_objects && memmem::find(content, b"CloudTrail").is_some()
}

/// The string that follows a colon.
fn name(rest: &[u8]) -> Option<&str> {
    let rest = rest.trim_ascii_start().strip_prefix(b":")?;
    let rest = rest.trim_ascii_start().strip_prefix(b"\"")?;
    let end = memchr::memchr2(b'"', b'\\', &rest[..rest.len().min(LONGEST)])?;
    (rest[end] == b'"').then(|| str::from_utf8(&rest[..end]).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::antiforensics::examples;
    use crate::record::Record;

    #[test]
    fn no_record_of_the_catalogue_is_passed_over() {
        let mut hits = 0;
        for text in examples::records() {
            if classify(&Record::parse(&text).unwrap()).is_some() {
                hits += 1;
                assert!(may_hold_hits(text.as_bytes()), "{text}");
            }
        }
        assert!(hits > 100, "{hits}");
    }

    #[test]
    fn what_names_nothing_of_the_catalogue_is() {
        for text in [
            r#"{"Records":[]}"#,
            r#"{"eventName":"GetObject","requestParameters":{"key":"AWSLogs/1/CloudTrail/x"}}"#,
            r#"{"eventName":"PutObject","requestParameters":{"key":"holiday.jpg"}}"#,
        ] {
            assert!(!may_hold_hits(text.as_bytes()), "{text}");
        }
        for text in [
            r#"{"eventName" : "StopLogging"}"#,
            r#"{"eventName":"\u0053topLogging"}"#,
            r#"{"eventName":7}"#,
            r#"{"eventName":"PutObject","requestParameters":{"key":"AWSLogs/1/CloudTrail/x"}}"#,
        ] {
            assert!(may_hold_hits(text.as_bytes()), "{text}");
        }
    }
}
