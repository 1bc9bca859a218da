//! SARIF 2.1.0, for code scanning and its viewers: a rule a code, a result a
//! finding, with what became of it since the run before.
//!
//! Locations are relative: GitHub refuses a whole file over one `s3://`. They name
//! no file of the repository, so each has the first line as its place. What GitHub
//! does not read (`baselineState`, `suppressions`) is taken out in
//! `deploy/ci/github-actions.yml` before it is sent there.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Value, json};
use trailseal_verifier::verdict::Answer;

use super::wording::{self, Severity};
use crate::check::report::{CheckReport, Level, Life, LivingFinding};
use crate::render::visible_json;

/// How many results GitHub takes in one run; what is beyond is said to be left out.
const RESULTS: usize = 25_000;

/// The report as one document.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn sarif(report: &CheckReport) -> Result<String> {
    let findings = &report.findings[..report.findings.len().min(RESULTS)];
    // The first finding of each code tells what to do about it.
    let mut rules: BTreeMap<&str, &LivingFinding> = BTreeMap::new();
    for finding in findings {
        rules.entry(&finding.code).or_insert(finding);
    }
    let codes: Vec<&str> = rules.keys().copied().collect();
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| result(finding, codes.binary_search(&&*finding.code).ok()))
        .collect();
    visible_json::document(&json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": report.tool.name,
                "version": report.tool.version,
                "semanticVersion": report.tool.version,
                "rules": rules.values().map(|finding| rule(finding)).collect::<Vec<_>>(),
            }},
            "automationDetails": {"id": format!("trailseal-check/{}", report.run.number)},
            "invocations": [{
                "executionSuccessful": report.sources.iter().all(|source| source.error.is_none()),
                "startTimeUtc": report.run.began,
                "endTimeUtc": report.run.ended,
                "toolExecutionNotifications": notifications(report),
            }],
            "columnKind": "utf16CodeUnits",
            "results": results,
        }],
    }))
}

fn rule(finding: &LivingFinding) -> Value {
    json!({
        "id": finding.code,
        "shortDescription": {"text": wording::meaning(&finding.code)},
        "fullDescription": {"text": wording::meaning(&finding.code)},
        "help": {"text": wording::plain(&finding.next_step)},
        "defaultConfiguration": {"level": level_of(finding.answer)},
        "properties": {
            "tags": ["security", "cloudtrail"],
            // What GitHub sorts by, on the scale of CVSS.
            "security-severity": match finding.answer {
                Answer::Failed => "9.0",
                Answer::Unchecked | Answer::Verified => "6.0",
            },
        },
    })
}

fn result(finding: &LivingFinding, rule: Option<usize>) -> Value {
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding),
        "message": {"text": wording::description(finding)},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": relative(&wording::subject(finding))},
                "region": {"startLine": 1},
            },
        }],
        "partialFingerprints": {
            "trailsealFinding/v1": finding.id,
            "primaryLocationLineHash": format!("{}:1", finding.id),
        },
        "baselineState": match finding.life {
            Life::New => "new",
            Life::Open => "unchanged",
            Life::Resolved => "absent",
        },
        "suppressions": wording::acceptance(finding).map_or(json!([]), |reason| json!([
            {"kind": "external", "status": "accepted", "justification": reason}
        ])),
        "properties": {
            "source": finding.source,
            "account": finding.account,
            "region": finding.region,
            "answer": finding.answer,
            "severity": Severity::of(finding).word(),
            "firstSeen": finding.first_seen,
            "lastSeen": finding.last_seen,
        },
    });
    if let Some(rule) = rule {
        result["ruleIndex"] = json!(rule);
    }
    if let Some(chain) = &finding.chain {
        result["locations"][0]["logicalLocations"] =
            json!([{"fullyQualifiedName": wording::plain(chain), "kind": "resource"}]);
    }
    result
}

fn level(finding: &LivingFinding) -> &'static str {
    match finding.level {
        Level::Fail => "error",
        Level::Warn => "warning",
        Level::Accepted => level_of(finding.answer),
    }
}

fn level_of(answer: Answer) -> &'static str {
    match answer {
        Answer::Failed => "error",
        Answer::Unchecked | Answer::Verified => "warning",
    }
}

fn notifications(report: &CheckReport) -> Vec<Value> {
    let unread = report.sources.iter().filter_map(|source| {
        let error = source.error.as_ref()?;
        let text = format!("{}: {error}", source.name);
        Some(json!({"level": "error", "message": {"text": wording::plain(&text)}}))
    });
    let left_out = report.findings.len().saturating_sub(RESULTS);
    let left_out = (left_out > 0).then(|| {
        let text = format!("{left_out} findings are left out; the JSON report has all of them");
        json!({"level": "warning", "message": {"text": text}})
    });
    unread.chain(left_out).collect()
}

/// A reference that is a URI whatever is in the text, and has no scheme.
fn relative(subject: &str) -> String {
    let path = subject.strip_prefix("s3://").unwrap_or(subject);
    let mut uri = String::with_capacity(path.len());
    for byte in path.trim_start_matches('/').bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{report, snapshot};
    use super::*;

    #[test]
    fn looks_as_committed() {
        snapshot("sarif.json", &sarif(&report()).unwrap());
    }

    #[test]
    fn a_location_is_a_relative_uri() {
        assert_eq!(relative("s3://bucket/a b/é"), "bucket/a%20b/%C3%A9");
        assert_eq!(relative("file:///etc"), "file%3A///etc");
        assert_eq!(relative("//host/x?y#z"), "host/x%3Fy%23z");
    }

    #[test]
    fn more_than_github_takes_is_said_to_be_left_out() {
        let mut report = report();
        let finding = report.findings.swap_remove(1);
        report.findings = vec![finding; RESULTS + 7];
        let document: Value = serde_json::from_str(&sarif(&report).unwrap()).unwrap();
        let run = &document["runs"][0];
        assert_eq!(run["results"].as_array().unwrap().len(), RESULTS);
        let said = run["invocations"][0]["toolExecutionNotifications"].to_string();
        assert!(said.contains("7 findings are left out"), "{said}");
    }
}
