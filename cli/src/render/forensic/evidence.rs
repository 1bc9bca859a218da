//! On what evidence an answer rests: the foot of every view.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use trailseal_verifier::verdict::{Answer, Code};

use super::finding;
use super::name::value;
use super::proof::LEGEND;
use crate::render::human::word;
use crate::render::page::{Ink, Page};
use crate::render::text::{count, counted, duration, time};

const LABEL: usize = 11;

/// What was read, what vouches for it, and what was not read.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct EvidenceSummary {
    /// The path or bucket, as it was given.
    pub(crate) source: String,
    /// What the verifier concluded.
    pub(crate) verification: Verification,
    /// Start of the time whose events were asked for.
    pub(crate) from: Option<Timestamp>,
    /// End of that time.
    pub(crate) to: Option<Timestamp>,
    /// The files that events were read from, or not.
    pub(crate) logs: Logs,
    /// What became of their records.
    pub(crate) records: Records,
    /// SHA-256 of each file of keys, in lowercase hex.
    pub(crate) keys_sha256: Vec<String>,
    /// Whether the run was ended before everything was read.
    pub(crate) interrupted: bool,
}

/// What the verifier concluded, if it was asked.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Verification {
    /// Digests and logs were verified.
    Made {
        /// The worst answer.
        answer: Answer,
        /// The same in a sentence.
        headline: String,
    },
    /// A case states what was verified when it was built.
    Stated {
        /// The worst answer.
        answer: Answer,
        /// When.
        at: Timestamp,
        /// With what.
        tool: String,
        /// Of what.
        input: String,
    },
    /// Nothing was verified, as was asked for.
    NotMade,
}

/// Files by what vouches for them.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Logs {
    /// Verified, and read.
    pub(crate) verified: u64,
    /// Not verified, and therefore not read, by reason.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, u64>"))]
    pub(crate) left_out: BTreeMap<Code, u64>,
    /// Not verified, and read all the same, by reason.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, u64>"))]
    pub(crate) admitted: BTreeMap<Code, u64>,
    /// In time that no digest covers, and therefore not read.
    pub(crate) uncovered: u64,
    /// Read without having been checked.
    pub(crate) unchecked: u64,
    /// To be read, and not readable.
    pub(crate) unreadable: u64,
    /// The first of those, each with the reason.
    pub(crate) unreadable_examples: Vec<String>,
}

/// What became of the records of the files that were read.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Records {
    /// Read as events.
    pub(crate) read: u64,
    /// Not readable as events.
    pub(crate) unread: u64,
    /// Copies of an event that was read already; they count once.
    pub(crate) duplicates: u64,
    /// Events that would fit, had they a time that can be read.
    pub(crate) undated: u64,
}

/// Writes the section.
pub(crate) fn evidence_text(page: &mut Page, evidence: &EvidenceSummary) {
    page.heading("EVIDENCE", "");
    if evidence.interrupted {
        let text = "ended before everything was read: what is above is of a part";
        page.beside(2, ("INTERRUPTED", Some(Ink::Bad)), LABEL + 2, text);
    }
    match &evidence.verification {
        Verification::Made { answer, headline } => {
            let label = (word(*answer), Some((*answer).into()));
            page.beside(2, label, LABEL, &value(headline));
        }
        Verification::Stated {
            answer,
            at,
            tool,
            input,
        } => {
            let text = format!(
                "as the case states: verified at {} with {}, of {}",
                time(*at),
                value(tool),
                value(input)
            );
            page.beside(2, (word(*answer), Some((*answer).into())), LABEL, &text);
        }
        Verification::NotMade => {
            let text = "nothing was verified (--allow-unverified): anyone may have written what is \
                        above";
            page.beside(2, ("UNVERIFIED", Some(Ink::Doubtful)), LABEL, text);
        }
    }
    let mut field = |label, text: &str| page.beside(2, (label, None), LABEL, text);
    field("source", &value(&evidence.source));
    if let Some(range) = range(evidence.from, evidence.to) {
        field("range", &range);
    }
    for (position, text) in logs(&evidence.logs).iter().enumerate() {
        field(if position == 0 { "logs" } else { "" }, text);
    }
    field("records", &records(evidence.records));
    for (position, hash) in evidence.keys_sha256.iter().enumerate() {
        let label = if position == 0 { "keys" } else { "" };
        field(label, &format!("sha256 {}", value(hash)));
    }
    field("marks", LEGEND);
}

fn range(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<String> {
    match (from, to) {
        (None, None) => None,
        (Some(from), None) => Some(format!("from {}", time(from))),
        (None, Some(to)) => Some(format!("until {}", time(to))),
        (Some(from), Some(to)) => Some(format!(
            "{} to {} ({})",
            time(from),
            time(to),
            duration(to.duration_since(from))
        )),
    }
}

fn logs(logs: &Logs) -> Vec<String> {
    let total = |codes: &BTreeMap<Code, u64>| codes.values().sum::<u64>();
    let mut lines = vec![format!("{} verified and read", count(logs.verified))];
    if !logs.left_out.is_empty() {
        lines.push(format!(
            "{} not verified and left out: {} (--allow-unverified reads those that are there)",
            count(total(&logs.left_out)),
            finding::codes(&logs.left_out)
        ));
    }
    if !logs.admitted.is_empty() {
        lines.push(format!(
            "{} not verified and read all the same: {}",
            count(total(&logs.admitted)),
            finding::codes(&logs.admitted)
        ));
    }
    if logs.uncovered > 0 {
        lines.push(format!(
            "{} in time that no digest covers, and left out (--allow-unverified reads them)",
            count(logs.uncovered)
        ));
    }
    if logs.unchecked > 0 {
        lines.push(format!("{} read without a check", count(logs.unchecked)));
    }
    if logs.unreadable > 0 {
        lines.push(format!("{} could not be read", count(logs.unreadable)));
        lines.extend(logs.unreadable_examples.iter().map(|text| value(text)));
    }
    lines
}

fn records(records: Records) -> String {
    let mut text = format!("{} read", count(records.read));
    if records.duplicates > 0 {
        text.push_str(&format!(
            "; {} merged",
            counted(records.duplicates, "duplicate")
        ));
    }
    if records.undated > 0 {
        text.push_str(&format!(
            "; {} without a time left out",
            count(records.undated)
        ));
    }
    match records.unread {
        0 => {}
        unread => text.push_str(&format!("; {} could not be read", count(unread))),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::forensic::sample;
    use crate::render::page::Colour;
    use crate::render::text::{COLUMNS, width};

    fn written(evidence: &EvidenceSummary) -> String {
        let mut page = Page::new(Colour::Off);
        evidence_text(&mut page, evidence);
        page.into_text()
    }

    #[test]
    fn what_was_left_out_is_said_with_its_reasons() {
        let text = written(&sample::evidence());
        assert!(text.contains("FAILED     2 of 448 log files"), "{text}");
        assert!(text.contains("446 verified and read"), "{text}");
        assert!(
            text.contains("6 not verified and left out: 1 log-absent, 1 log-hash-mismatch"),
            "{text}"
        );
        assert!(text.contains("3 log-unvouched"), "{text}");
        assert!(text.contains("keys       sha256 cdcc2fb4"), "{text}");
        assert!(text.lines().all(|line| width(line) <= COLUMNS), "{text}");
    }

    #[test]
    fn without_verification_nothing_is_claimed() {
        let evidence = EvidenceSummary {
            source: "my\u{1b}[2J logs".to_owned(),
            verification: Verification::NotMade,
            interrupted: true,
            logs: Logs {
                unchecked: 7,
                ..Logs::default()
            },
            keys_sha256: Vec::new(),
            ..sample::evidence()
        };
        let text = written(&evidence);
        assert!(text.contains("UNVERIFIED nothing was verified"), "{text}");
        assert!(text.contains("INTERRUPTED"), "{text}");
        assert!(text.contains("7 read without a check"), "{text}");
        assert!(!text.contains('\u{1b}'));
    }
}
