//! The report for people: a verdict, then what it rests on.
//!
//! Of at most 100 columns, with words for everything that colour says, so that
//! it can be pasted into a report. Long lists are cut and say so; the machine
//! formats carry everything.

use std::io::Write as _;
use std::path::Path;

use anyhow::Result;
use trailseal_verifier::verdict::{Answer, Finding};
use trailseal_verifier::walk::Sink;

use super::findings::Groups;
use super::forensic::explanations_text;
use super::page::{Colour, Page};
use super::{Conclusion, Renderer, coverage_rows, scope, unproved};
use crate::escape::Printable;
use crate::output::{Output, tolerate_broken_pipe};

/// The column of the verdict, with the space behind it.
const VERDICT: usize = 11;

/// Keeps the first findings of each code, and writes all at the end.
pub(crate) struct Human {
    output: Output,
    colour: Colour,
    groups: Groups,
}

impl Human {
    pub(crate) fn new(output: Output, colour: Colour) -> Self {
        Self {
            output,
            colour,
            groups: Groups::default(),
        }
    }
}

impl Sink<()> for Human {
    fn finding(&mut self, finding: Finding) {
        self.groups.add(finding);
    }
}

impl Renderer for Human {
    fn finish(mut self: Box<Self>, conclusion: Conclusion<'_>) -> Result<()> {
        let text = page(&self.groups, conclusion, self.colour);
        tolerate_broken_pipe(self.output.write_all(text.as_bytes()))?;
        self.output.finish()
    }
}

/// The verdict as a word.
pub(crate) fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Verified => "VERIFIED",
        Answer::Unchecked => "UNCHECKED",
        Answer::Failed => "FAILED",
    }
}

/// What is said on the terminal when the report itself goes to a file.
pub(crate) fn verdict_line(conclusion: Conclusion<'_>, file: &Path) -> String {
    let Conclusion {
        report, headline, ..
    } = conclusion;
    let mut page = Page::new(Colour::Off);
    page.beside(
        0,
        (word(report.outcome), None),
        VERDICT,
        &headline.sentence(report),
    );
    let file = file.display().to_string();
    page.beside(0, ("report", None), VERDICT, &Printable(file).to_string());
    page.into_text()
}

fn page(groups: &Groups, conclusion: Conclusion<'_>, colour: Colour) -> String {
    let Conclusion {
        report, headline, ..
    } = conclusion;
    let mut page = Page::new(colour);
    let label = (word(report.outcome), Some(report.outcome.into()));
    page.beside(0, label, VERDICT, &headline.sentence(report));
    scope::write(&mut page, conclusion);
    coverage_rows::write(&mut page, report);
    groups.write(&mut page, report);
    explanations_text(&mut page, conclusion.explanations);
    unproved::write(&mut page, conclusion);
    groups.write_next_steps(&mut page);
    page.into_text()
}

#[cfg(test)]
mod tests {
    use super::super::{Headline, fixture};
    use super::*;
    use crate::render::text::{COLUMNS, width};
    use trailseal_verifier::verdict::Code;

    fn rendered(findings: Vec<Finding>, outcome: Answer) -> String {
        let (mut report, context) = (fixture::report(), fixture::context());
        report.outcome = outcome;
        let (mut groups, mut headline) = (Groups::default(), Headline::default());
        for finding in findings {
            headline.note(&finding);
            groups.add(finding);
        }
        let finished = fixture::at("2026-04-01T10:00:02Z");
        let conclusion = Conclusion {
            report: &report,
            headline: &headline,
            context: &context,
            explanations: &[],
            finished,
        };
        page(&groups, conclusion, Colour::Off)
    }

    #[test]
    fn the_verdict_comes_first_and_lines_stay_within_the_page() {
        let findings = Code::ALL
            .iter()
            .flat_map(|code| (0..9).map(|n| fixture::numbered(*code, n)))
            .collect();
        let text = rendered(findings, Answer::Failed);
        assert!(text.starts_with("FAILED     "), "{text}");
        for line in text.lines() {
            assert!(width(line) <= COLUMNS, "{line}");
            assert_eq!(line.trim_end(), line);
        }
        assert!(text.contains("and 4 more"));
    }

    #[test]
    fn hostile_keys_cannot_write_to_the_terminal() {
        let mut finding = fixture::finding(Code::LogAbsent);
        finding.detail = "\u{1b}[2J\u{202e}".to_owned();
        let text = rendered(vec![finding], Answer::Failed);
        assert!(text.contains(r"\u{1b}[2J\u{202e}"));
        assert!(
            text.chars()
                .all(|c| c == '\n' || crate::escape::is_visible(c))
        );
    }
}
