//! `JUnit` XML, which every CI system shows: a suite a source, a case a chain.
//!
//! There is no one specification; the elements are those that [Jenkins' schema]
//! allows. Of several failures in a case many readers show only the first, so a
//! case has one, which lists them all.
//!
//! [Jenkins' schema]: https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::wording;
use super::xml::Xml;
use crate::check::report::{CheckReport, Level, Life, LivingFinding, SourceReport};

/// How many findings of one kind a case lists; the others are counted.
const LISTED: usize = 100;

/// The report as one document.
pub(crate) fn junit(report: &CheckReport) -> String {
    let suites: Vec<Suite<'_>> = suites(report);
    let all = || suites.iter().flat_map(|suite| &suite.cases);
    let seconds = report.run.ended.duration_since(report.run.began);
    let seconds = format!("{:.3}", seconds.as_secs_f64());
    let mut xml = Xml::default();
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    xml.attribute("name", "trailseal check");
    xml.counts(all(), &["tests", "failures", "errors"]);
    xml.attribute("time", &seconds);
    xml.raw(">\n");
    let began = report.run.began.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    for suite in &suites {
        xml.raw("<testsuite");
        xml.attribute("name", suite.name);
        xml.counts(&suite.cases, &["tests", "failures", "errors", "skipped"]);
        xml.attribute("time", &seconds);
        xml.attribute("timestamp", &began);
        xml.raw(">\n<properties>\n");
        xml.property("run", &report.run.number.to_string());
        xml.property("run hash", &report.run.hash);
        if let Some(source) = suite.source {
            xml.property("location", &source.location);
            xml.property("outcome", &source.outcome.to_string());
        }
        xml.raw("</properties>\n");
        for case in &suite.cases {
            xml.case(suite.name, case);
        }
        xml.raw("</testsuite>\n");
    }
    xml.raw("</testsuites>\n");
    xml.into_text()
}

struct Suite<'a> {
    name: &'a str,
    source: Option<&'a SourceReport>,
    cases: Vec<Case<'a>>,
    /// Where the case of a name stands.
    index: BTreeMap<String, usize>,
}

impl<'a> Suite<'a> {
    fn new(name: &'a str, source: Option<&'a SourceReport>) -> Self {
        Self {
            name,
            source,
            cases: Vec::new(),
            index: BTreeMap::new(),
        }
    }

    fn case(&mut self, name: &str) -> &mut Case<'a> {
        let position = *self.index.entry(name.to_owned()).or_insert_with(|| {
            self.cases.push(Case::named(name));
            self.cases.len() - 1
        });
        &mut self.cases[position]
    }
}

struct Case<'a> {
    name: String,
    error: Option<&'a str>,
    failing: Vec<&'a LivingFinding>,
    warned: Vec<&'a LivingFinding>,
    accepted: Vec<&'a LivingFinding>,
}

impl<'a> Case<'a> {
    fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            error: None,
            failing: Vec::new(),
            warned: Vec::new(),
            accepted: Vec::new(),
        }
    }

    fn add(&mut self, finding: &'a LivingFinding) {
        match finding.level {
            Level::Fail => &mut self.failing,
            Level::Warn => &mut self.warned,
            Level::Accepted => &mut self.accepted,
        }
        .push(finding);
    }

    fn is_skipped(&self) -> bool {
        self.error.is_none() && self.failing.is_empty() && !self.accepted.is_empty()
    }
}

/// Every source, each with a case of its own, so that one without chains does not
/// look like an empty success; and every name that only findings bear.
fn suites(report: &CheckReport) -> Vec<Suite<'_>> {
    let mut suites: Vec<Suite<'_>> = Vec::new();
    for source in &report.sources {
        let mut suite = Suite::new(&source.name, Some(source));
        suite.case("the source can be read").error = source.error.as_deref();
        for chain in &source.chains {
            suite.case(&chain.id);
        }
        suites.push(suite);
    }
    let open = report.findings.iter();
    for finding in open.filter(|finding| finding.life != Life::Resolved) {
        let named = suites.iter().position(|suite| suite.name == finding.source);
        let position = named.unwrap_or_else(|| {
            suites.push(Suite::new(&finding.source, None));
            suites.len() - 1
        });
        let case = match &finding.chain {
            Some(chain) => suites[position].case(chain),
            None => suites[position].case(&wording::place(finding)),
        };
        case.add(finding);
    }
    suites
}

impl Xml {
    fn property(&mut self, name: &str, value: &str) {
        self.raw("<property");
        self.attribute("name", name);
        self.attribute("value", value);
        self.raw("/>\n");
    }

    fn counts<'a>(&mut self, cases: impl IntoIterator<Item = &'a Case<'a>>, names: &[&str]) {
        let mut counted = [0_usize; 4];
        for case in cases {
            counted[0] += 1;
            counted[1] += usize::from(case.error.is_none() && !case.failing.is_empty());
            counted[2] += usize::from(case.error.is_some());
            counted[3] += usize::from(case.is_skipped());
        }
        for (name, count) in names.iter().zip(counted) {
            self.attribute(name, &count.to_string());
        }
    }

    fn case(&mut self, suite: &str, case: &Case<'_>) {
        self.raw("<testcase");
        self.attribute("classname", suite);
        self.attribute("name", &case.name);
        self.raw(">\n");
        if let Some(error) = case.error {
            self.open("error", "source-unread", error);
            self.raw("</error>\n");
        } else if let Some(first) = case.failing.first() {
            let more = match case.failing.len() - 1 {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            let message = format!("{}{more}", wording::title(first));
            self.open("failure", &first.code, &message);
            self.list(&case.failing);
            self.raw("</failure>\n");
        } else if let Some(first) = case.accepted.first() {
            let reason = wording::acceptance(first).unwrap_or_default();
            self.open("skipped", "accepted", &reason);
            self.list(&case.accepted);
            self.raw("</skipped>\n");
        }
        let accepted: &[_] = if case.is_skipped() {
            &[]
        } else {
            &case.accepted
        };
        if !case.warned.is_empty() || !accepted.is_empty() {
            self.raw("<system-out>");
            self.list(&case.warned);
            self.list(accepted);
            self.raw("</system-out>\n");
        }
        self.raw("</testcase>\n");
    }

    fn open(&mut self, element: &str, kind: &str, message: &str) {
        self.raw("<");
        self.raw(element);
        self.attribute("type", kind);
        self.attribute("message", message);
        self.raw(">");
    }

    fn list(&mut self, findings: &[&LivingFinding]) {
        for finding in findings.iter().take(LISTED) {
            let mut text = format!("{} {}: ", finding.id, finding.code);
            text.push_str(&wording::description(finding));
            if let Some(reason) = wording::acceptance(finding) {
                let _ = write!(text, " Accepted: {reason}");
            }
            self.text(&text);
            self.raw("\n  next: ");
            self.text(&finding.next_step);
            self.raw("\n");
        }
        if let Some(more) = findings.len().checked_sub(LISTED).filter(|more| *more > 0) {
            self.raw(&format!("and {more} more\n"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{clean, report, snapshot};
    use super::*;
    use crate::escape::is_visible;

    #[test]
    fn looks_as_committed() {
        snapshot("junit.xml", &junit(&report()));
    }

    #[test]
    fn no_text_becomes_markup_and_no_character_is_one_that_xml_forbids() {
        let text = junit(&report());
        assert!(
            !text.contains("<script") && !text.contains("<!channel"),
            "{text}"
        );
        assert!(text.chars().all(|c| c == '\n' || is_visible(c)), "{text}");
        assert!(text.contains(r"\u{0}\u{1b}[2K\u{202e}\u{fffe}"), "{text}");
    }

    #[test]
    fn a_case_with_a_thousand_findings_stays_small() {
        let mut report = report();
        let finding = report.findings[0].clone();
        report.findings = vec![finding; 1_000];
        let text = junit(&report);
        assert_eq!(text.matches("log-hash-mismatch: content").count(), LISTED);
        assert!(text.contains("and 900 more\n") && text.contains("and 999 more\""));
    }

    #[test]
    fn a_source_without_chains_is_no_empty_success() {
        let mut report = clean();
        report.sources[0].chains.clear();
        let text = junit(&report);
        assert!(text.contains("tests=\"1\" failures=\"0\""), "{text}");
        report.sources[0].error = Some("denied".to_owned());
        let text = junit(&report);
        assert!(text.contains("errors=\"1\""), "{text}");
    }
}
