//! What is said of one digest, one log, one finding.
//!
//! Where `aws cloudtrail validate-logs` would say something, its sentence is
//! used. Where it would say nothing, the line has the same shape, an object
//! between tabs, and the reason is `CODE: detail`. `UNCHECKED` instead of
//! `INVALID` stands for what could not be checked or what nothing vouches for.

use std::fmt::{self, Write as _};

use jiff::Timestamp;
use trailseal_verifier::chain::{ChainId, DigestOutcome, Fault};
use trailseal_verifier::layout::ChainKind;
use trailseal_verifier::log::LogOutcome;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::verdict::{Answer, Code, Finding};

use crate::escape::Printable;
use crate::render::partition;

/// The place of errors in an encoded line.
const PROBLEM: char = '!';
const STATUS: char = ' ';

/// One line, and how its object is counted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Line {
    pub(super) verdict: Verdict,
    text: String,
}

/// How an object is counted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    Valid,
    Invalid,
    Unchecked,
}

impl Line {
    fn about(noun: &str, object: &impl fmt::Display, verdict: Verdict, reason: &str) -> Self {
        let word = match verdict {
            Verdict::Valid => "valid",
            Verdict::Invalid => "INVALID: ",
            Verdict::Unchecked => "UNCHECKED: ",
        };
        let text = format!("{noun}\t{}\t{word}{}", Printable(object), Printable(reason));
        Self { verdict, text }
    }

    /// Whether it goes to where errors go.
    pub(super) fn is_problem(&self) -> bool {
        self.verdict != Verdict::Valid
    }

    /// Adds the line to encoded lines. Its own text holds no line break.
    pub(super) fn encode(&self, lines: &mut String) {
        lines.push(if self.is_problem() { PROBLEM } else { STATUS });
        lines.push_str(&self.text);
        lines.push('\n');
    }

    /// Whether an encoded line is a problem, and its text.
    pub(super) fn decode(encoded: &str) -> (bool, &str) {
        let text = encoded.get(1..).unwrap_or_default();
        (encoded.starts_with(PROBLEM), text)
    }
}

/// What is said of a digest.
pub(super) fn digest(id: &ChainId, outcome: &DigestOutcome) -> Line {
    let noun = digest_noun(id.kind);
    let Some(fault) = &outcome.fault else {
        return Line::about(noun, &outcome.object, Verdict::Valid, "");
    };
    let invalid = |reason: &str| Line::about(noun, &outcome.object, Verdict::Invalid, reason);
    match fault.code {
        Code::DigestMalformed | Code::DigestTruncated | Code::DigestTooLarge => {
            invalid("invalid format")
        }
        Code::DigestTrailingData => invalid("unexpected data after end of compressed stream"),
        Code::DigestMoved => invalid("has been moved from its original location"),
        Code::DigestSignatureInvalid | Code::DigestSignatureAbsent => {
            invalid("signature verification failed")
        }
        Code::DigestKeyUnknown => {
            let (home, fingerprint) = (&id.home, fingerprint(&fault.detail));
            invalid(&format!(
                "public key not found in region {home} for fingerprint {fingerprint}"
            ))
        }
        _ => by_code(noun, &outcome.object, fault),
    }
}

/// The key that a digest names, which nothing but the detail of its fault keeps.
fn fingerprint(detail: &str) -> &str {
    let named = detail.split_once("with key ").map(|(_, named)| named);
    named
        .and_then(|named| named.rsplit_once(", "))
        .map_or("", |(fingerprint, _)| fingerprint)
}

/// What is said of a log that a valid digest names.
pub(super) fn log(outcome: &LogOutcome) -> Line {
    let noun = "Log file";
    let Some(fault) = &outcome.fault else {
        return Line::about(noun, &outcome.object, Verdict::Valid, "");
    };
    let invalid = |reason: &str| Line::about(noun, &outcome.object, Verdict::Invalid, reason);
    match fault.code {
        Code::LogAbsent => invalid("not found"),
        // A stream that ends early is hashed as far as it goes there.
        Code::LogHashMismatch | Code::LogTruncated => invalid("hash value doesn't match"),
        Code::LogNotGzip => invalid("invalid format"),
        Code::LogTrailingData => invalid("unexpected data after end of compressed stream"),
        _ => by_code(noun, &outcome.object, fault),
    }
}

/// What is said of what a chain as a whole reveals.
pub(super) fn finding(finding: &Finding, kind: ChainKind) -> Line {
    let prefix = prefix(kind);
    match (finding.code, finding.interval) {
        (Code::DigestAbsent, _) => Line::about(
            digest_noun(kind),
            &finding.object,
            Verdict::Invalid,
            "not found",
        ),
        (Code::ChainRestart, Some(gap)) => Line {
            verdict: verdict(finding.answer),
            text: format!(
                "{prefix}No log files were delivered by CloudTrail between {} and {}",
                time(gap.start),
                time(gap.end)
            ),
        },
        _ => {
            let noun = if finding.code.as_str().starts_with("digest-") {
                digest_noun(kind).to_owned()
            } else {
                format!("{prefix}Digest chain")
            };
            with_code(&noun, finding)
        }
    }
}

/// What is said of what belongs to no chain of which there are digests.
pub(super) fn loose(finding: &Finding) -> Line {
    let code = finding.code.as_str();
    let noun = if code.starts_with("log-") {
        "Log file"
    } else if code.starts_with("digest-") {
        "Digest file"
    } else {
        "Digest chain"
    };
    with_code(noun, finding)
}

/// What is said of a run that was ended early.
pub(super) fn interrupted() -> Line {
    Line {
        verdict: Verdict::Unchecked,
        text: "The run was ended before everything was checked".to_owned(),
    }
}

fn with_code(noun: &str, finding: &Finding) -> Line {
    let reason = format!("{}: {}", finding.code, finding.detail);
    Line::about(noun, &finding.object, verdict(finding.answer), &reason)
}

fn by_code(noun: &str, object: &ObjectRef, fault: &Fault) -> Line {
    let reason = format!("{}: {}", fault.code, fault.detail);
    Line::about(noun, object, verdict(fault.code.answer()), &reason)
}

fn verdict(answer: Answer) -> Verdict {
    match answer {
        Answer::Verified => Verdict::Valid,
        Answer::Unchecked => Verdict::Unchecked,
        Answer::Failed => Verdict::Invalid,
    }
}

fn digest_noun(kind: ChainKind) -> &'static str {
    match kind {
        ChainKind::Hourly => "Digest file",
        ChainKind::Backfill => "(backfill) Digest file",
    }
}

fn prefix(kind: ChainKind) -> &'static str {
    match kind {
        ChainKind::Hourly => "",
        ChainKind::Backfill => "(backfill) ",
    }
}

/// A time in its form.
pub(super) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The trail of a chain. An organization's trail is one of its management
/// account, which its files do not name: the account of the chain stands for it.
pub(super) fn trail_arn(id: &ChainId) -> String {
    let (partition, home) = (partition::partition(id.home.as_str()), &id.home);
    let (account, trail) = (&id.account, &id.trail);
    let mut arn = String::new();
    // Writing to a string does not fail.
    let _ = write!(
        arn,
        "arn:{partition}:cloudtrail:{home}:{account}:trail/{trail}"
    );
    arn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_what_the_verifier_puts_into_details() {
        let unknown = "signed with key b45a2d, which the keyring does not hold for eu-west-1";
        assert_eq!(fingerprint(unknown), "b45a2d");
        assert_eq!(fingerprint("something else"), "");
    }

    #[test]
    fn lines_survive_the_spool_and_hostile_names_stay_one_line() {
        let bucket = "example-trail-logs".parse().unwrap();
        let object = ObjectRef::new(bucket, "a\n!b\tc");
        let line = Line::about("Log file", &object, Verdict::Invalid, "not found");
        let mut lines = String::new();
        line.encode(&mut lines);
        assert_eq!(lines.lines().count(), 1);
        assert_eq!(
            Line::decode(lines.trim_end()),
            (
                true,
                r"Log file	s3://example-trail-logs/a\u{a}!b\u{9}c	INVALID: not found"
            )
        );
    }
}
