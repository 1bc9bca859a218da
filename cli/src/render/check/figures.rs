//! The numbers of a run or a source, for the formats that are made of numbers.

use crate::check::report::{CheckReport, Level, Life, LivingFinding, SourceReport};

#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Figures {
    /// Open findings, by what the policy makes of them.
    pub(super) failing: u64,
    pub(super) warned: u64,
    pub(super) accepted: u64,
    /// What came and went in this run.
    pub(super) new: u64,
    pub(super) resolved: u64,
    /// Sources of which nothing could be verified.
    pub(super) unread: u64,
    /// What was verified, for the first time or again.
    pub(super) digests: u64,
    pub(super) logs: u64,
    /// Seconds of time, over all chains.
    pub(super) proved: u64,
    pub(super) failed: u64,
    pub(super) unproved: u64,
    /// Seconds from the oldest of the chains' tips to the start of the run.
    pub(super) oldest_tip: Option<u64>,
}

impl Figures {
    pub(super) fn of_run(report: &CheckReport) -> Self {
        let mut figures = Self::default();
        report.findings.iter().for_each(|one| figures.finding(one));
        report.sources.iter().for_each(|one| figures.source(one));
        figures
    }

    pub(super) fn of_source(report: &CheckReport, source: &SourceReport) -> Self {
        let mut figures = Self::default();
        let own = report
            .findings
            .iter()
            .filter(|one| one.source == source.name);
        own.for_each(|one| figures.finding(one));
        figures.source(source);
        figures
    }

    fn finding(&mut self, finding: &LivingFinding) {
        match (finding.life, finding.level) {
            (Life::Resolved, _) => {
                self.resolved += 1;
                return;
            }
            (_, Level::Fail) => self.failing += 1,
            (_, Level::Warn) => self.warned += 1,
            (_, Level::Accepted) => self.accepted += 1,
        }
        if finding.life == Life::New {
            self.new += 1;
        }
    }

    fn source(&mut self, source: &SourceReport) {
        self.unread += u64::from(source.error.is_some());
        for tally in [&source.fresh, &source.again] {
            self.digests += tally.digests.verified;
            self.logs += tally.logs.verified;
        }
        for chain in &source.chains {
            self.proved += chain.proved_seconds;
            self.failed += chain.failed_seconds;
            self.unproved += chain.unproved_seconds;
            let age = chain.lag_seconds.and_then(|lag| u64::try_from(lag).ok());
            self.oldest_tip = self.oldest_tip.max(age);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::report;
    use super::*;

    #[test]
    fn a_run_is_the_sum_of_its_sources() {
        let report = report();
        let run = Figures::of_run(&report);
        assert_eq!((run.failing, run.warned, run.accepted), (2, 1, 1));
        assert_eq!((run.new, run.resolved, run.unread), (1, 1, 1));
        assert_eq!((run.digests, run.logs), (6, 120));
        assert_eq!(run.oldest_tip, Some(18_000));
        let sources = [&report.sources[0], &report.sources[1]];
        let [org, archive] = sources.map(|source| Figures::of_source(&report, source));
        assert_eq!(org.failing + archive.failing, run.failing);
        assert_eq!(archive.oldest_tip, None);
    }
}
