//! What a reading rests on, and what it left out.

use std::collections::BTreeMap;

use jiff::Timestamp;
use trailseal_forensics::provenance::Verdict;
use trailseal_forensics::reader::Tally;
use trailseal_forensics::{Extracted, Unread};
use trailseal_verifier::id::BucketName;
use trailseal_verifier::report::Report;
use trailseal_verifier::verdict::{Answer, Code, Finding};

use super::super::evidence::Findings;
use super::extract::Unreadable;
use crate::exit::Exit;
use crate::render::forensic::evidence::{self, EvidenceSummary, Logs, Records};
use crate::render::{Context, Headline};

/// Faults and files that are kept one by one; the rest is counted.
const KEPT: usize = 1_000;

/// Files that could not be read and are named.
const SHOWN: usize = 5;

/// What a reading rests on, and what it left out.
#[derive(Default)]
pub(in super::super) struct Gathered {
    /// What was read, as it was named.
    pub(in super::super) source: String,
    /// The time of the events that were asked for.
    pub(super) range: (Option<Timestamp>, Option<Timestamp>),
    /// The verification, if there was one.
    pub(in super::super) verification: Option<Verification>,
    /// Logs that are verified.
    pub(in super::super) verified: u64,
    /// Files that are not verified and were read all the same, by the reason.
    pub(in super::super) admitted: BTreeMap<Option<Code>, u64>,
    /// Logs that are not verified and were left out, by the reason. `None`:
    /// no digest covers the time of their delivery.
    pub(in super::super) left_out: BTreeMap<Option<Code>, u64>,
    /// Files that were to be read and could not be: the first of them.
    pub(super) unreadable: Vec<Unreadable>,
    /// How many there are.
    pub(super) unreadable_count: u64,
    /// What became of the records of all files.
    pub(in super::super) records: Tally,
    /// The first of the records that could not be read.
    pub(in super::super) unread: Vec<Unread>,
    /// Whether the user ended it.
    pub(in super::super) interrupted: bool,
}

/// The verification that came with a reading.
pub(in super::super) struct Verification {
    /// The conclusion.
    pub(in super::super) report: Report,
    /// How often each code was found.
    pub(super) headline: Headline,
    /// What is said of the run.
    pub(in super::super) context: Context,
    /// The first findings of each code.
    pub(super) findings: Findings,
}

impl Gathered {
    /// Notes a file that was read.
    pub(super) fn note<T>(&mut self, extracted: &Extracted<T>) {
        self.records.merge(&extracted.tally);
        let room = KEPT.saturating_sub(self.unread.len());
        self.unread
            .extend(extracted.unread.iter().take(room).cloned());
        match extracted.origin.verdict() {
            Verdict::Verified { .. } => self.verified += 1,
            Verdict::Unverified { reason } => *self.admitted.entry(reason).or_default() += 1,
        }
    }

    /// Notes a file that could not be read.
    pub(super) fn note_unreadable(&mut self, file: Unreadable) {
        self.unreadable_count += 1;
        if self.unreadable.len() < KEPT {
            self.unreadable.push(file);
        }
    }

    /// The first findings of each code; none if nothing was verified.
    pub(in super::super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        let verification = self.verification.iter();
        verification.flat_map(|made| made.findings.iter())
    }

    /// The buckets that were verified.
    pub(in super::super) fn buckets(&self) -> &[BucketName] {
        let verification = self.verification.as_ref();
        verification.map_or(&[], |made| &made.report.scope.buckets)
    }

    /// What the evidence as a whole is worth: the worst of what was verified,
    /// and never *verified* if something was not read.
    pub(in super::super) fn answer(&self) -> Answer {
        let verified = match &self.verification {
            Some(verification) => verification.report.outcome,
            None => Answer::Unchecked,
        };
        let is_whole = self.unreadable_count == 0 && self.records.is_complete();
        if is_whole {
            verified
        } else {
            verified.max(Answer::Unchecked)
        }
    }

    /// The same for a reader. `duplicates` were merged, `undated` left out.
    pub(in super::super) fn summary(&self, duplicates: u64, undated: u64) -> EvidenceSummary {
        let with_code = |counts: &BTreeMap<Option<Code>, u64>| {
            let coded = counts
                .iter()
                .filter_map(|(code, count)| Some(((*code)?, *count)));
            coded.collect()
        };
        let uncoded = |counts: &BTreeMap<Option<Code>, u64>| counts.get(&None).copied();
        let verification = self.verification.as_ref();
        EvidenceSummary {
            source: self.source.clone(),
            verification: match verification {
                Some(made) => evidence::Verification::Made {
                    answer: made.report.outcome,
                    headline: made.headline.sentence(&made.report),
                },
                None => evidence::Verification::NotMade,
            },
            from: self.range.0,
            to: self.range.1,
            logs: Logs {
                verified: self.verified,
                left_out: with_code(&self.left_out),
                admitted: with_code(&self.admitted),
                uncovered: uncoded(&self.left_out).unwrap_or(0),
                unchecked: uncoded(&self.admitted).unwrap_or(0),
                unreadable: self.unreadable_count,
                unreadable_examples: self.examples(),
            },
            records: Records {
                read: self.records.kept,
                unread: self.records.unread,
                duplicates,
                undated,
            },
            keys_sha256: verification
                .map(|made| made.context.keyring.sources())
                .unwrap_or_default()
                .iter()
                .map(|source| source.sha256.to_string())
                .collect(),
            interrupted: self.interrupted,
        }
    }

    fn examples(&self) -> Vec<String> {
        let files = self.unreadable.iter().take(SHOWN);
        let texts = files.map(|file| format!("{}: {}", file.location, file.detail));
        texts.collect()
    }

    /// How the process ends, if an answer was found or not.
    pub(in super::super) fn exit(&self, found: bool) -> Exit {
        match self.answer() {
            _ if self.interrupted => Exit::Interrupted,
            Answer::Verified if !found => Exit::Unchecked,
            answer => answer.into(),
        }
    }
}
