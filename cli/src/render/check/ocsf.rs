//! OCSF Compliance Findings (class 2003), one a line, for Security Lake and SIEMs.
//!
//! The schema is [1.5.0], with the profile `cloud`. A finding keeps its `uid` over
//! its whole life: it is created, updated by every run that sees it, and closed.
//!
//! [1.5.0]: https://schema.ocsf.io/1.5.0/classes/compliance_finding

use anyhow::Result;
use serde_json::{Value, json};

use super::resource::{self, Kind, Resource};
use super::wording::{self, Compliance, Severity};
use crate::check::report::{CheckReport, Level, Life, LivingFinding};
use crate::render::visible_json;

/// The version of the schema.
const VERSION: &str = "1.5.0";
const CATEGORY: u32 = 2;
const CLASS: u32 = 2003;

/// A line a finding.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn ocsf(report: &CheckReport) -> Result<String> {
    let mut lines = Vec::new();
    for finding in &report.findings {
        visible_json::write_line(&mut lines, &event(report, finding))?;
        lines.push(b'\n');
    }
    Ok(String::from_utf8(lines)?)
}

fn event(report: &CheckReport, finding: &LivingFinding) -> Value {
    let (activity, activity_name) = match finding.life {
        Life::New => (1, "Create"),
        Life::Open => (2, "Update"),
        Life::Resolved => (3, "Close"),
    };
    let (status, status_name) = match (finding.life, finding.level) {
        (Life::Resolved, _) => (4, "Resolved"),
        (_, Level::Accepted) => (3, "Suppressed"),
        (Life::New, _) => (1, "New"),
        (Life::Open, _) => (2, "In Progress"),
    };
    let severity = Severity::of(finding);
    let ended = report.run.ended.as_millisecond();
    let mut cloud = json!({"provider": "AWS"});
    if let Some(account) = &finding.account {
        cloud["account"] = json!({"uid": account});
    }
    if let Some(region) = &finding.region {
        cloud["region"] = json!(region);
    }
    let mut event = json!({
        "activity_id": activity,
        "activity_name": activity_name,
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Compliance Finding",
        "type_uid": CLASS * 100 + activity,
        "type_name": format!("Compliance Finding: {activity_name}"),
        "time": ended,
        "severity_id": severity.number(),
        "severity": severity.word(),
        "status_id": status,
        "status": status_name,
        "status_code": finding.code,
        "message": wording::title(finding),
        "metadata": {
            "version": VERSION,
            "profiles": ["cloud"],
            "event_code": finding.code,
            "correlation_uid": report.run.hash,
            "product": {
                "name": report.tool.name,
                "vendor_name": report.tool.name,
                "version": report.tool.version,
            },
        },
        "cloud": cloud,
        "compliance": compliance(report, finding),
        "finding_info": {
            "uid": finding.id,
            "title": wording::title(finding),
            "desc": wording::description(finding),
            "types": [finding.code],
            "data_sources": [finding.source],
            "first_seen_time": finding.first_seen.as_millisecond(),
            "last_seen_time": finding.last_seen.as_millisecond(),
            "created_time": finding.first_seen.as_millisecond(),
            "modified_time": ended,
        },
        "remediation": {"desc": wording::plain(&finding.next_step)},
        "resources": [about(finding)],
    });
    if let Some(reason) = wording::acceptance(finding) {
        event["comment"] = json!(reason);
    }
    if let Some(window) = finding.window {
        event["start_time"] = json!(window.start.as_millisecond());
        event["end_time"] = json!(window.end.as_millisecond());
    }
    event
}

fn compliance(report: &CheckReport, finding: &LivingFinding) -> Value {
    let (status, status_name) = match Compliance::of(finding) {
        Compliance::Pass => (1, "Pass"),
        Compliance::Warning => (2, "Warning"),
        Compliance::Fail => (3, "Fail"),
    };
    let controls: Vec<_> = wording::controls(&report.controls, finding).collect();
    let mut standards: Vec<&str> = controls.iter().map(|c| c.framework.as_str()).collect();
    standards.dedup();
    let requirements: Vec<String> = controls
        .iter()
        .map(|c| format!("{} {}: {}", c.framework, c.id, c.title))
        .collect();
    json!({
        "control": "CloudTrail log file integrity",
        "standards": standards,
        "requirements": requirements,
        "status_id": status,
        "status": status_name,
        "status_code": finding.code,
        "status_details": [wording::meaning(&finding.code)],
    })
}

fn about(finding: &LivingFinding) -> Value {
    let Resource { kind, id } = Resource::of(finding);
    let mut about = json!({
        "type": match kind {
            Kind::Object => "AWS::S3::Object",
            Kind::Account => "AWS::Organizations::Account",
            Kind::Other => "Other",
        },
        "uid": id,
        "cloud_partition": resource::partition(finding.region.as_deref()),
    });
    if let Some(region) = &finding.region {
        about["region"] = json!(region);
    }
    about
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{clean, report, snapshot};
    use super::*;

    #[test]
    fn looks_as_committed() {
        snapshot("ocsf.jsonl", &ocsf(&report()).unwrap());
        assert_eq!(ocsf(&clean()).unwrap(), "");
    }

    #[test]
    fn a_finding_is_created_updated_and_closed() {
        let text = ocsf(&report()).unwrap();
        let types: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["type_uid"].clone())
            .collect();
        assert_eq!(types, [200_301, 200_302, 200_302, 200_302, 200_303]);
    }
}
