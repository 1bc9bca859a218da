//! Every code has a vector, every vector is well formed.

// A test ends by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use trailseal_test_vectors::{Case, Outcome, cases};

/// Codes that never come alone, each with the reason.
const NEVER_ALONE: &[(&str, &str)] = &[
    (
        "chain-gap",
        "the verified digest after a gap names an absent one; an unverified one has a finding of its own",
    ),
    (
        "log-unvouched",
        "its cause is always a digest that is rejected, unchecked or absent",
    ),
];

fn codes() -> BTreeSet<&'static str> {
    include_str!("../codes.txt").lines().collect()
}

fn codes_of(case: &Case) -> BTreeSet<&str> {
    case.expect
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}

#[test]
fn every_code_has_a_case_of_its_own() {
    let cases = cases::all();
    let mut alone: BTreeMap<&str, &str> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for case in &cases {
        let codes = codes_of(case);
        if let (1, Some(only)) = (codes.len(), codes.first()) {
            alone.insert(only, &case.name);
        }
        seen.extend(codes);
    }
    assert_eq!(seen, codes(), "codes in the cases, codes in codes.txt");
    for code in codes() {
        let excused = NEVER_ALONE.iter().any(|(name, _)| *name == code);
        assert!(
            excused != alone.contains_key(code),
            "{code}: {:?}",
            alone.get(code)
        );
    }
}

#[test]
fn cases_are_well_formed() {
    let cases = cases::all();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "names are unique");
    for case in &cases {
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(case.name.chars().all(kebab), "{}", case.name);
        assert!(
            case.about.len() > 60 && case.about.ends_with('.'),
            "{}: {}",
            case.name,
            case.about
        );
        let findings: BTreeSet<_> = case.expect.findings.iter().collect();
        assert_eq!(
            findings.len(),
            case.expect.findings.len(),
            "{}: a finding twice",
            case.name
        );
        assert!(case.expect.findings.is_sorted(), "{}", case.name);
        let quiet = matches!(case.expect.outcome, Outcome::Verified | Outcome::Refused);
        assert_eq!(quiet, case.expect.findings.is_empty(), "{}", case.name);
        for finding in &case.expect.findings {
            let object = &finding.object;
            assert!(
                object.starts_with("s3://") || object.contains('/') || object == "*",
                "{object}"
            );
        }
    }
}

/// Findings that say an object is there and faulty name objects that are there.
#[test]
fn findings_name_objects_as_they_are() {
    for case in cases::all() {
        for finding in &case.expect.findings {
            let Some((bucket, key)) = finding
                .object
                .strip_prefix("s3://")
                .and_then(|place| place.split_once('/'))
            else {
                continue;
            };
            let there = case.store.get(bucket, key).is_some();
            let absent = matches!(finding.code.as_str(), "digest-absent" | "log-absent");
            assert_eq!(there, !absent, "{}: {finding:?}", case.name);
        }
    }
}
