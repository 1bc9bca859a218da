//! A message for people, in the form of Slack's [incoming webhooks], which others
//! take too: what changed first, then how much is open.
//!
//! [incoming webhooks]: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks

use std::fmt::Write as _;

use anyhow::Result;
use serde_json::json;

use super::wording::{self, cut};
use crate::check::report::{CheckReport, Life, LivingFinding, State};
use crate::render::visible_json;

/// How many findings of a kind are told; the others are counted.
const TOLD: usize = 10;
/// The longest line, in bytes.
const LINE: usize = 300;

/// The message as the body of a request.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn slack(report: &CheckReport) -> Result<String> {
    visible_json::document(&json!({
        "text": text(report),
        // Nothing that the evidence names is to be fetched.
        "unfurl_links": false,
        "unfurl_media": false,
    }))
}

fn text(report: &CheckReport) -> String {
    let state = match report.state {
        State::Pass => "passes",
        State::Warn => "passes with warnings",
        State::Fail => "FAILS",
    };
    let changes = report.changes;
    let mut text = format!(
        "*trailseal check {state}* (run {}, {})\n{} new, {} resolved, {} still open, {} accepted",
        report.run.number,
        report.run.ended.strftime("%Y-%m-%dT%H:%M:%SZ"),
        changes.new,
        changes.resolved,
        changes.still_open,
        changes.accepted
    );
    let unread: Vec<String> = report
        .sources
        .iter()
        .filter_map(|source| Some(format!("{}: {}", source.name, source.error.as_ref()?)))
        .collect();
    list(&mut text, "Could not be read", &unread);
    for (life, heading) in [(Life::New, "New"), (Life::Resolved, "Resolved")] {
        let findings = report.findings.iter();
        let lines: Vec<String> = findings
            .filter(|finding| finding.life == life)
            .map(line)
            .collect();
        list(&mut text, heading, &lines);
    }
    text
}

fn line(finding: &LivingFinding) -> String {
    let title = wording::title(finding);
    match wording::plain(&finding.detail) {
        detail if detail.is_empty() => title,
        detail => format!("{title}: {detail}"),
    }
}

fn list(text: &mut String, heading: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = write!(text, "\n*{heading}*");
    for line in lines.iter().take(TOLD) {
        let line = escaped(&cut(&wording::plain(line), LINE));
        let _ = write!(text, "\n• {line}");
    }
    if lines.len() > TOLD {
        let _ = write!(text, "\nand {} more", lines.len() - TOLD);
    }
}

/// Slack's three control characters, which begin links, mentions and entities.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{report, snapshot};
    use super::*;

    #[test]
    fn looks_as_committed() {
        snapshot("slack.json", &slack(&report()).unwrap());
    }

    #[test]
    fn the_evidence_mentions_nobody_and_floods_nothing() {
        let mut report = report();
        report.findings = vec![report.findings[0].clone(); 1_000];
        let text = text(&report);
        assert!(
            !text.contains('<') && text.contains("&lt;!channel&gt;"),
            "{text}"
        );
        assert!(
            text.ends_with("\nand 990 more") && text.len() < 8_000,
            "{text}"
        );
    }
}
