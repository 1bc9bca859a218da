//! Every vector gives exactly the findings it states, from a folder and from
//! memory alike.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use std::collections::BTreeSet;

use common::{Case, cases, directory, keyring, memory, named, run};
use trailseal_verifier::source::Source;
use trailseal_verifier::verdict::Code;

/// A key that climbs out of the tree has no path on disk, so nothing can be
/// said about it; in memory, as in S3, it is a name like any other, and absent.
const ONLY_ON_DISK: [&str; 1] = ["listed-key-climbs-in-a-plain-copy"];

fn check(source: &impl Source, folder: &std::path::Path, case: &Case, kind: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let keys = keyring(folder).unwrap();
    let (report, findings) = run(source, &keys, &case.verify.request());
    let expected: BTreeSet<_> = case
        .expect
        .finding
        .iter()
        .map(|f| (f.code.clone(), f.object.clone()))
        .collect();
    let found = named(&findings);
    for (code, object) in expected.difference(&found) {
        wrong.push(format!("missing {code} {object}"));
    }
    for (code, object) in found.difference(&expected) {
        let detail = findings
            .iter()
            .find(|f| f.object.to_string() == *object)
            .unwrap();
        wrong.push(format!("not expected {code} {object}: {}", detail.detail));
    }
    if findings.len() != found.len() {
        wrong.push(format!(
            "{} findings, {} of them distinct",
            findings.len(),
            found.len()
        ));
    }
    if report.outcome.to_string() != case.expect.outcome {
        wrong.push(format!(
            "outcome {}, expected {}",
            report.outcome, case.expect.outcome
        ));
    }
    if let Some(tally) = &case.expect.tally {
        let found = (report.tally.digests.verified, report.tally.logs.verified);
        let expected = (tally.digests_verified, tally.logs_verified);
        if found != expected {
            wrong.push(format!(
                "verified (digests, logs) {found:?}, expected {expected:?}"
            ));
        }
    }
    wrong
        .iter()
        .map(|what| format!("{} ({kind}): {what}", case.name))
        .collect()
}

#[test]
fn every_case_gives_what_it_states() {
    let cases = cases();
    assert!(cases.len() >= 50, "only {} cases", cases.len());
    let mut wrong = Vec::new();
    for (folder, case) in &cases {
        if case.expect.outcome == "refused" {
            if keyring(folder).is_ok() {
                wrong.push(format!("{}: the keyring was accepted", case.name));
            }
            continue;
        }
        let folder_source = directory(folder, case);
        wrong.extend(check(&folder_source, folder, case, "folder"));
        if !ONLY_ON_DISK.contains(&case.name.as_str()) {
            wrong.extend(check(&memory(&folder_source), folder, case, "memory"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differences:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_code_has_a_case() {
    let stated: BTreeSet<String> = cases()
        .into_iter()
        .flat_map(|(_, case)| case.expect.finding)
        .map(|f| f.code)
        .collect();
    let without: Vec<_> = Code::ALL
        .iter()
        .filter(|code| !stated.contains(code.as_str()))
        .collect();
    assert!(without.is_empty(), "codes without a case: {without:?}");
}
