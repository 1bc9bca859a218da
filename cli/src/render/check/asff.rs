//! ASFF, the [AWS Security Finding Format], for `aws securityhub
//! batch-import-findings`.
//!
//! A line is a batch: a JSON array of at most a hundred findings, which is what the
//! call takes. Where there are no more, the file is one array. Findings are found
//! again by their `Id`; what is resolved is archived. Security Hub takes `Workflow`
//! and `Note` from the first import of a finding only.
//!
//! [AWS Security Finding Format]: https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html

use anyhow::Result;
use jiff::Timestamp;
use serde_json::{Value, json};
use trailseal_verifier::verdict::Answer;

use super::resource::{self, Kind, Resource};
use super::wording::{self, Compliance, Severity, cut};
use crate::check::output::Product;
use crate::check::report::{CheckReport, Level, Life, LivingFinding};
use crate::render::visible_json;

/// How many findings a call takes.
const BATCH: usize = 100;

/// A line a batch; no line if there is no finding.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn asff(report: &CheckReport, product: &Product) -> Result<String> {
    let mut lines = Vec::new();
    for batch in report.findings.chunks(BATCH) {
        let batch: Vec<Value> = batch
            .iter()
            .map(|finding| entry(report, product, finding))
            .collect();
        visible_json::write_line(&mut lines, &batch)?;
        lines.push(b'\n');
    }
    Ok(String::from_utf8(lines)?)
}

fn entry(report: &CheckReport, product: &Product, finding: &LivingFinding) -> Value {
    let Product { account, region } = product;
    let partition = resource::partition(Some(region.as_str()));
    let severity = json!({
        "Label": Severity::of(finding).word().to_uppercase(),
        "Original": format!("{:?}", finding.level).to_lowercase(),
    });
    let types = [match finding.answer {
        Answer::Failed => "TTPs/Defense Evasion",
        Answer::Unchecked | Answer::Verified => {
            "Software and Configuration Checks/Industry and Regulatory Standards"
        }
    }];
    let mut entry = json!({
        "SchemaVersion": "2018-10-08",
        "Id": finding.id,
        "ProductArn": format!(
            "arn:{partition}:securityhub:{region}:{account}:product/{account}/default"
        ),
        "ProductName": "trailseal",
        "GeneratorId": cut(&format!("trailseal/{}", finding.code), 512),
        // Whose finding it is: only that account may import it. The account of the
        // trail is among the resources.
        "AwsAccountId": account,
        "Types": types,
        "FirstObservedAt": time(finding.first_seen),
        "LastObservedAt": time(finding.last_seen),
        "CreatedAt": time(finding.first_seen),
        "UpdatedAt": time(report.run.ended),
        "Severity": severity,
        "FindingProviderFields": {"Severity": severity, "Types": types},
        "Title": cut(&wording::title(finding), 256),
        "Description": cut(&wording::description(finding), 1024),
        "Remediation": {"Recommendation": {"Text": cut(&wording::plain(&finding.next_step), 512)}},
        "Resources": [about(finding)],
        "Compliance": compliance(report, finding),
        "Workflow": {"Status": match (finding.life, finding.level) {
            (Life::Resolved, _) => "RESOLVED",
            (_, Level::Accepted) => "SUPPRESSED",
            (_, Level::Fail | Level::Warn) => "NEW",
        }},
        "RecordState": match finding.life {
            Life::Resolved => "ARCHIVED",
            Life::New | Life::Open => "ACTIVE",
        },
        "ProductFields": fields(report, finding),
    });
    if let Some(word) = &finding.acknowledged {
        entry["Note"] = json!({
            "Text": cut(&wording::plain(&word.why), 512),
            "UpdatedBy": cut(&wording::plain(&word.by), 512),
            "UpdatedAt": time(word.at),
        });
    }
    entry
}

fn about(finding: &LivingFinding) -> Value {
    let Resource { kind, id } = Resource::of(finding);
    let mut about = json!({
        "Type": match kind {
            Kind::Object => "AwsS3Object",
            Kind::Account => "AwsAccount",
            Kind::Other => "Other",
        },
        "Id": cut(&id, 512),
        "Partition": resource::partition(finding.region.as_deref()),
    });
    if let Some(region) = &finding.region {
        about["Region"] = json!(cut(&wording::plain(region), 16));
    }
    about
}

fn compliance(report: &CheckReport, finding: &LivingFinding) -> Value {
    let requirements: Vec<String> = wording::controls(&report.controls, finding)
        .take(32)
        .map(|control| cut(&format!("{} {}", control.framework, control.id), 64))
        .collect();
    let status = match Compliance::of(finding) {
        Compliance::Pass => "PASSED",
        Compliance::Warning => "WARNING",
        Compliance::Fail => "FAILED",
    };
    if requirements.is_empty() {
        json!({"Status": status})
    } else {
        json!({"Status": status, "RelatedRequirements": requirements})
    }
}

fn fields(report: &CheckReport, finding: &LivingFinding) -> Value {
    let mut fields = json!({
        "trailseal/source": cut(&wording::plain(&finding.source), 1024),
        "trailseal/answer": finding.answer,
        "trailseal/run": report.run.number.to_string(),
        "trailseal/run-hash": report.run.hash,
    });
    let optional = [("account", &finding.account), ("chain", &finding.chain)];
    for (name, value) in optional {
        if let Some(value) = value {
            fields[format!("trailseal/{name}")] = json!(cut(&wording::plain(value), 1024));
        }
    }
    fields
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{HOSTILE, clean, product, report, snapshot};
    use super::*;

    fn batches(report: &CheckReport) -> Vec<Vec<Value>> {
        let text = asff(report, &product()).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn looks_as_committed() {
        snapshot("asff.jsonl", &asff(&report(), &product()).unwrap());
        assert_eq!(asff(&clean(), &product()).unwrap(), "");
    }

    #[test]
    fn a_batch_holds_no_more_than_a_call_takes() {
        let mut report = report();
        let finding = report.findings.swap_remove(0);
        report.findings = vec![finding; 2 * BATCH + 1];
        let sizes: Vec<usize> = batches(&report).iter().map(Vec::len).collect();
        assert_eq!(sizes, [BATCH, BATCH, 1]);
    }

    #[test]
    fn long_and_hostile_texts_fit() {
        let mut report = report();
        let finding = &mut report.findings[0];
        finding.detail = HOSTILE.repeat(1_000);
        finding.object = Some(format!("s3://bucket/{}", "日".repeat(1_000)));
        finding.next_step = "日".repeat(1_000);
        finding.chain = Some(HOSTILE.repeat(1_000));
        let entry = batches(&report).remove(0).remove(0);
        let length = |pointer: &str| entry.pointer(pointer).unwrap().as_str().unwrap().len();
        for (pointer, limit) in [
            ("/Title", 256),
            ("/Description", 1_024),
            ("/Remediation/Recommendation/Text", 512),
            ("/Resources/0/Id", 512),
            ("/ProductFields/trailseal~1chain", 1_024),
        ] {
            let length = length(pointer);
            assert!((limit - 6..=limit).contains(&length), "{pointer}: {length}");
        }
    }
}
