//! CloudWatch's [embedded metric format]: a line for the whole run, without a
//! dimension, and one for each source.
//!
//! CloudWatch takes metrics out of log events, so this goes to a log group: by the
//! agent, by `put-log-events`, or from the standard output of a Lambda or ECS task.
//!
//! [embedded metric format]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::figures::Figures;
use super::wording::cut;
use crate::check::report::CheckReport;
use crate::render::visible_json;

/// A line for the run and one a source.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn emf(report: &CheckReport, namespace: &str) -> Result<String> {
    let mut lines = Vec::new();
    let mut write = |source: Option<&str>, figures: &Figures| -> Result<()> {
        let event = event(report, namespace, source, figures);
        visible_json::write_line(&mut lines, &event)?;
        lines.push(b'\n');
        Ok(())
    };
    write(None, &Figures::of_run(report))?;
    for source in &report.sources {
        write(Some(&source.name), &Figures::of_source(report, source))?;
    }
    Ok(String::from_utf8(lines)?)
}

fn event(report: &CheckReport, namespace: &str, source: Option<&str>, figures: &Figures) -> Value {
    let metrics = metrics(figures);
    let definitions: Vec<Value> = metrics
        .iter()
        .map(|(name, unit, _)| json!({"Name": name, "Unit": unit}))
        .collect();
    let dimensions: &[&str] = if source.is_some() { &["Source"] } else { &[] };
    let mut event = Map::new();
    event.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": report.run.ended.as_millisecond(),
            "CloudWatchMetrics": [{
                "Namespace": namespace,
                "Dimensions": [dimensions],
                "Metrics": definitions,
            }],
        }),
    );
    if let Some(source) = source {
        event.insert("Source".to_owned(), json!(dimension(source)));
    }
    event.insert("Run".to_owned(), json!(report.run.number));
    for (name, _, value) in metrics {
        event.insert(name.to_owned(), json!(value));
    }
    Value::Object(event)
}

/// Names, units and values.
fn metrics(figures: &Figures) -> Vec<(&'static str, &'static str, u64)> {
    let count = |name, value| (name, "Count", value);
    let seconds = |name, value| (name, "Seconds", value);
    let mut metrics = vec![
        count("FindingsFailing", figures.failing),
        count("FindingsWarned", figures.warned),
        count("FindingsAccepted", figures.accepted),
        count("FindingsNew", figures.new),
        count("FindingsResolved", figures.resolved),
        count("SourcesUnread", figures.unread),
        count("VerifiedDigests", figures.digests),
        count("VerifiedLogs", figures.logs),
        seconds("ProvedTime", figures.proved),
        seconds("FailedTime", figures.failed),
        seconds("UnprovedTime", figures.unproved),
    ];
    // Without a chain there is no age, and zero would look healthy.
    if let Some(oldest) = figures.oldest_tip {
        metrics.push(seconds("OldestTip", oldest));
    }
    metrics
}

/// The value of a dimension: ASCII without controls, not empty, at most 1,024
/// characters.
fn dimension(value: &str) -> String {
    let mut ascii = String::new();
    for c in value.chars() {
        match c {
            ' '..='~' => ascii.push(c),
            c => ascii.extend(c.escape_unicode()),
        }
    }
    if ascii.trim().is_empty() {
        return "-".to_owned();
    }
    // The ellipsis is no ASCII.
    cut(&ascii, 1_024).replace('…', "...")
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{HOSTILE, clean, report, snapshot};
    use super::*;

    #[test]
    fn looks_as_committed() {
        snapshot("emf.jsonl", &emf(&report(), "trailseal").unwrap());
    }

    #[test]
    fn a_dimension_is_what_cloudwatch_takes() {
        assert_eq!(dimension("org"), "org");
        assert_eq!(dimension("日\n"), r"\u{65e5}\u{a}");
        assert_eq!(dimension(" "), "-");
        let long = dimension(&HOSTILE.repeat(100));
        assert!(long.len() <= 1_024 && long.is_ascii(), "{long}");
    }

    #[test]
    fn no_chain_is_no_age() {
        let mut report = clean();
        report.sources[0].chains.clear();
        assert!(!emf(&report, "trailseal").unwrap().contains("OldestTip"));
    }
}
