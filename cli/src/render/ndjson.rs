//! `--format ndjson`: one JSON object a line, written as the run goes on.
//!
//! The last line has the type `report`; output without it is incomplete.

use std::io::{self, Write as _};

use anyhow::Result;
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::verdict::Finding;
use trailseal_verifier::walk::Sink;

use super::document::{DigestLine, Line, LogLine, ReportLine};
use super::forensic::explained;
use super::visible_json::write_line;
use super::{Conclusion, Renderer};
use crate::output::{Output, tolerate_broken_pipe};

/// Writes lines as they come.
pub(crate) struct Ndjson {
    output: Output,
    /// The first error; after it nothing is written. The run goes on, because
    /// its exit code still says how it ended.
    broken: Option<io::Error>,
}

impl Ndjson {
    pub(crate) fn new(output: Output) -> Self {
        Self {
            output,
            broken: None,
        }
    }

    fn write(&mut self, line: &Line<'_>) {
        if self.broken.is_none() {
            let written =
                write_line(&mut self.output, line).and_then(|()| self.output.write_all(b"\n"));
            self.broken = written.err();
        }
    }
}

impl Sink<()> for Ndjson {
    fn digest(&mut self, chain: &ChainId, outcome: &DigestOutcome, _: Vec<Option<()>>) {
        self.write(&Line::Digest(DigestLine::of(chain, outcome)));
        for log in &outcome.logs {
            self.write(&Line::Log(LogLine::of(&outcome.object, log)));
        }
    }

    fn finding(&mut self, finding: Finding) {
        self.write(&Line::Finding(&finding));
    }
}

impl Renderer for Ndjson {
    fn finish(mut self: Box<Self>, conclusion: Conclusion<'_>) -> Result<()> {
        for explained in &explained(conclusion.explanations) {
            self.write(&Line::Explanation(explained));
        }
        for chain in &conclusion.report.chains {
            self.write(&Line::Chain(chain));
        }
        self.write(&Line::Report(Box::new(ReportLine::of(conclusion))));
        tolerate_broken_pipe(self.broken.map_or(Ok(()), Err))?;
        self.output.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Headline, fixture};
    use super::*;
    use trailseal_verifier::verdict::Code;

    #[test]
    fn every_line_is_an_object_with_a_type_and_the_last_is_the_report() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.ndjson");
        let mut lines = Box::new(Ndjson::new(Output::open(Some(&path)).unwrap()));
        lines.finding(fixture::finding(Code::LogAbsent));
        let (report, context) = (fixture::report(), fixture::context());
        let finished = fixture::at("2026-04-01T10:00:02Z");
        let headline = Headline::default();
        let conclusion = Conclusion {
            report: &report,
            headline: &headline,
            context: &context,
            explanations: &[],
            finished,
        };
        lines.finish(conclusion).unwrap();

        let text = std::fs::read_to_string(&path).unwrap();
        let types: Vec<String> = text
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .map(|line| line["type"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(types, ["finding", "chain", "report"]);
    }
}
