//! The one line that says how it ended.

use std::collections::BTreeMap;

use trailseal_verifier::report::{Counts, Report};
use trailseal_verifier::verdict::{Answer, Code, Finding};

use super::text::{count, counted, sentence_list};

/// How often each code was found.
#[derive(Clone, Debug, Default)]
pub struct Headline {
    codes: BTreeMap<Code, u64>,
}

impl Headline {
    /// Counts one finding.
    pub fn note(&mut self, finding: &Finding) {
        *self.codes.entry(finding.code).or_default() += 1;
    }

    /// The codes that were found, with their numbers.
    pub fn codes(&self) -> &BTreeMap<Code, u64> {
        &self.codes
    }

    fn of(&self, codes: &[Code]) -> u64 {
        codes.iter().filter_map(|code| self.codes.get(code)).sum()
    }

    /// The sentence beside the verdict.
    pub fn sentence(&self, report: &Report) -> String {
        let tally = &report.tally;
        match report.outcome {
            Answer::Failed if report.interrupted => {
                format!("{}; interrupted before the end", self.failed(report))
            }
            _ if report.interrupted => format!(
                "interrupted before the end; {} and {} proved so far, nothing failed",
                counted(tally.logs.verified, "log file"),
                counted(tally.digests.verified, "digest")
            ),
            Answer::Verified => verified(report),
            Answer::Unchecked => self.unchecked(report),
            Answer::Failed => self.failed(report),
        }
    }

    fn failed(&self, report: &Report) -> String {
        let tally = &report.tally;
        let absent = self.of(&[Code::DigestAbsent]);
        let digests = Counts {
            failed: tally.digests.failed + absent,
            ..tally.digests
        };
        let mut parts = Vec::new();
        let objects = [(tally.logs, "log file"), (digests, "digest")];
        let bad: Vec<String> = objects
            .iter()
            .filter(|(counts, _)| counts.failed > 0)
            .map(|(counts, noun)| share(counts.failed, counts.total(), noun))
            .collect();
        if !bad.is_empty() {
            let one = tally.logs.failed + digests.failed == 1;
            let verb = if one { "is" } else { "are" };
            parts.push(format!("{} {verb} missing or altered", sentence_list(&bad)));
        }
        match self.of(&[Code::ChainGap]) {
            0 => {}
            1 => parts.push("a chain lacks several digests in a row".to_owned()),
            gaps => parts.push(format!(
                "chains lack several digests in a row, {} times",
                count(gaps)
            )),
        }
        let links = self.of(&[
            Code::LinkHashMismatch,
            Code::LinkSignatureMismatch,
            Code::LinkOverlap,
        ]);
        if links > 0 {
            parts.push(format!(
                "{} between digests contradictory",
                counted(links, "link")
            ));
        }
        if parts.is_empty() {
            parts.push(format!(
                "{} contradict what was signed",
                counted(tally.findings_failed, "finding")
            ));
        }
        parts.join("; ")
    }

    fn unchecked(&self, report: &Report) -> String {
        let tally = &report.tally;
        if tally.digests.total() == 0 {
            return "no digest was found, so nothing is proved".to_owned();
        }
        let mut parts = Vec::new();
        let objects = [(tally.logs, "log file"), (tally.digests, "digest")];
        let unchecked: Vec<String> = objects
            .iter()
            .filter(|(counts, _)| counts.unchecked > 0)
            .map(|(counts, noun)| share(counts.unchecked, counts.total(), noun))
            .collect();
        if !unchecked.is_empty() {
            let one = tally.logs.unchecked + tally.digests.unchecked == 1;
            let verb = if one { "is" } else { "are" };
            parts.push(format!("{} {verb} unchecked", sentence_list(&unchecked)));
        }
        let loose = self.of(&[Code::LogUnreferenced, Code::LogUnvouched]);
        if loose > 0 {
            parts.push(format!(
                "nothing vouches for {}",
                counted(loose, "other log file")
            ));
        }
        let uncovered = [
            Code::ChainRestart,
            Code::HeadUncovered,
            Code::NoDigests,
            Code::TailUncovered,
            Code::WindowHole,
        ];
        if self.of(&uncovered) > 0 {
            parts.push("part of what was asked for is not covered".to_owned());
        }
        if parts.is_empty() {
            parts.push(format!(
                "{} not checked",
                counted(tally.findings_unchecked, "thing")
            ));
        }
        format!("nothing failed, but {}", sentence_list(&parts))
    }
}

fn verified(report: &Report) -> String {
    let (logs, digests) = (report.tally.logs.total(), report.tally.digests.total());
    let digests = counted(digests, "digest");
    match logs {
        0 => format!("all {digests} proved; they name no log file"),
        logs => format!(
            "all {} and {digests} proved, the range covered",
            counted(logs, "log file")
        ),
    }
}

fn share(part: u64, all: u64, noun: &str) -> String {
    format!("{} of {}", count(part), counted(all, noun))
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn sentence(outcome: Answer, logs: Counts, digests: Counts, codes: &[Code]) -> String {
        let mut report = fixture::report();
        report.outcome = outcome;
        report.tally.logs = logs;
        report.tally.digests = digests;
        let mut headline = Headline::default();
        for code in codes {
            headline.note(&fixture::finding(*code));
        }
        headline.sentence(&report)
    }

    fn counts(verified: u64, unchecked: u64, failed: u64) -> Counts {
        Counts {
            verified,
            unchecked,
            failed,
        }
    }

    #[test]
    fn failures_are_counted_and_missing_digests_among_them() {
        assert_eq!(
            sentence(
                Answer::Failed,
                counts(1201, 0, 3),
                counts(287, 0, 0),
                &[Code::LogAbsent, Code::DigestAbsent]
            ),
            "3 of 1,204 log files and 1 of 288 digests are missing or altered"
        );
        assert_eq!(
            sentence(
                Answer::Failed,
                counts(9, 0, 1),
                counts(5, 0, 0),
                &[Code::ChainGap]
            ),
            "1 of 10 log files is missing or altered; a chain lacks several digests in a row"
        );
    }

    #[test]
    fn what_is_not_proved_is_said() {
        assert_eq!(
            sentence(
                Answer::Unchecked,
                counts(9, 1, 0),
                counts(5, 2, 0),
                &[Code::TailUncovered]
            ),
            "nothing failed, but 1 of 10 log files and 2 of 7 digests are unchecked and part of \
             what was asked for is not covered"
        );
        assert_eq!(
            sentence(
                Answer::Unchecked,
                counts(0, 0, 0),
                counts(0, 0, 0),
                &[Code::NoDigests]
            ),
            "no digest was found, so nothing is proved"
        );
    }

    #[test]
    fn an_interruption_is_said_first_unless_something_failed() {
        let mut report = fixture::report();
        report.interrupted = true;
        report.outcome = Answer::Unchecked;
        assert_eq!(
            Headline::default().sentence(&report),
            "interrupted before the end; 100 log files and 48 digests proved so far, nothing failed"
        );
        report.outcome = Answer::Failed;
        report.tally.logs = counts(9, 0, 1);
        assert_eq!(
            Headline::default().sentence(&report),
            "1 of 10 log files is missing or altered; interrupted before the end"
        );
    }

    #[test]
    fn success_says_of_how_much() {
        assert_eq!(
            sentence(Answer::Verified, counts(4510, 0, 0), counts(288, 0, 0), &[]),
            "all 4,510 log files and 288 digests proved, the range covered"
        );
    }
}
