//! What a reading rests on, and what it left out.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use jiff::Timestamp;
use trailseal_forensics::case::{self, Case, CaseError};
use trailseal_forensics::provenance::{Location, Verdict};
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
    /// What a case states of its newest verification.
    pub(super) stated: Option<case::Verification>,
    /// The first findings that a case states.
    pub(super) stated_findings: Vec<Finding>,
    /// The buckets that were read.
    pub(super) buckets: BTreeSet<BucketName>,
    /// Events of a case that may fit, and state no time.
    pub(in super::super) undated: u64,
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
    /// What a case states of itself.
    ///
    /// # Errors
    /// It is damaged.
    pub(super) fn of_case(case: &Case) -> Result<Self, CaseError> {
        let mut gathered = Self {
            source: case.path().display().to_string(),
            stated: case.verifications()?.pop(),
            ..Self::default()
        };
        case.logs(|log| {
            gathered.records.merge(&log.tally);
            gathered.count(log.origin.verdict());
            if let Location::Object(object) = log.origin.log()
                && !gathered.buckets.contains(&object.bucket)
            {
                gathered.buckets.insert(object.bucket.clone());
            }
            ControlFlow::Continue(())
        })?;
        let mut findings = Findings::default();
        case.findings(|finding| {
            if finding.code.is_of_log() {
                *gathered.left_out.entry(Some(finding.code)).or_default() += 1;
            }
            findings.note(finding);
            ControlFlow::Continue(())
        })?;
        for (reason, admitted) in &gathered.admitted {
            if let Some(left_out) = gathered.left_out.get_mut(reason) {
                *left_out = left_out.saturating_sub(*admitted);
            }
        }
        gathered.left_out.retain(|_, left_out| *left_out > 0);
        gathered.stated_findings = findings.iter().cloned().collect();
        Ok(gathered)
    }

    fn count(&mut self, verdict: Verdict<'_>) {
        match verdict {
            Verdict::Verified { .. } => self.verified += 1,
            Verdict::Unverified { reason } => *self.admitted.entry(reason).or_default() += 1,
        }
    }

    /// Notes a file that was read.
    pub(super) fn note<T>(&mut self, extracted: &Extracted<T>) {
        self.records.merge(&extracted.tally);
        let room = KEPT.saturating_sub(self.unread.len());
        self.unread
            .extend(extracted.unread.iter().take(room).cloned());
        self.count(extracted.origin.verdict());
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
        let made = verification.flat_map(|made| made.findings.iter());
        made.chain(&self.stated_findings)
    }

    /// The buckets that were read; none if it is not known.
    pub(in super::super) fn buckets(&self) -> &BTreeSet<BucketName> {
        &self.buckets
    }

    /// What the evidence as a whole is worth: the worst of what was verified,
    /// and never *verified* if something was not read.
    pub(in super::super) fn answer(&self) -> Answer {
        let verified = match (&self.verification, &self.stated) {
            (Some(made), _) => made.report.outcome,
            (None, Some(stated)) => stated.outcome,
            (None, None) => Answer::Unchecked,
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
            verification: match (verification, &self.stated) {
                (Some(made), _) => evidence::Verification::Made {
                    answer: made.report.outcome,
                    headline: made.headline.sentence(&made.report),
                },
                (None, Some(stated)) => evidence::Verification::Stated {
                    answer: stated.outcome,
                    at: stated.at,
                    tool: stated.tool.clone(),
                    input: stated.input.clone(),
                },
                (None, None) => evidence::Verification::NotMade,
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
                undated: undated + self.undated,
            },
            keys_sha256: self.keys_sha256(),
            interrupted: self.interrupted,
        }
    }

    fn keys_sha256(&self) -> Vec<String> {
        let made = self.verification.iter();
        let made = made.flat_map(|made| made.context.keyring.sources());
        let stated = self.stated.iter().flat_map(|stated| &stated.keyrings);
        made.map(|source| source.sha256.clone())
            .chain(stated.map(|keyring| keyring.sha256.clone()))
            .collect()
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
