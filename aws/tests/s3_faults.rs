//! Verification over a network that fails: the verdicts stay the same, and
//! what could not be read is never called tampered with.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

mod common;
#[path = "../../verifier/tests/common/mod.rs"]
mod vectors;

use std::path::PathBuf;

use trailseal_aws::s3::{S3, S3Url};
use trailseal_aws::{Connection, Credentials, Patience, Settings};
use trailseal_keys::{FingerprintPolicy, Keyring};
use trailseal_loopback::{Faults, Missing, Often, Scene, Server};
use trailseal_verifier::report::Report;
use trailseal_verifier::source::{Directory, Source};
use trailseal_verifier::verdict::{Answer, Code, Finding};
use trailseal_verifier::walk::{Request, Search};
use vectors::{named, run};

fn sample() -> PathBuf {
    vectors::vectors().join("sample")
}

fn keys() -> Keyring {
    let file = vectors::vectors().join("sample-keys.json");
    Keyring::load(&[file], FingerprintPolicy::Refuse).unwrap()
}

/// With as many attempts as a user has, and short pauses.
fn connect(server: &Server) -> Connection {
    Connection::open(Settings {
        credentials: Credentials::Fixed {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
            secret_access_key: "hidden-secret".into(),
        },
        endpoint_url: Some(server.endpoint()),
        patience: Patience {
            first_pause: std::time::Duration::from_millis(2),
            longest_pause: std::time::Duration::from_millis(50),
            ..Patience::default()
        },
        region: Some(common::region("us-east-1")),
        ..Settings::default()
    })
    .unwrap()
}

fn over_s3(faults: Faults) -> (Report, Vec<Finding>) {
    let server = Server::start(Scene::mirror(sample()).unwrap(), faults).unwrap();
    let connection = connect(&server);
    let url = S3Url::new("example-org-cloudtrail-logs".parse().unwrap(), "");
    let source = S3::open(&connection, &[url]).unwrap();
    let request = Request {
        readers: 32,
        search: Search::Near,
        ..Request::default()
    };
    run(&source, &keys(), &request)
}

fn from_the_folder() -> (Report, Vec<Finding>) {
    let source = Directory::open(&sample(), None).unwrap();
    run(&source, &keys(), &Request::default())
}

#[test]
fn a_network_that_fails_now_and_then_changes_no_verdict() {
    let faults = Faults {
        slow_down: Often::Percent(10),
        reset: Often::Percent(10),
        cut: Often::Percent(10),
        seed: 7,
        ..Faults::default()
    };
    let (report, findings) = over_s3(faults);
    let (expected, expected_findings) = from_the_folder();
    assert_eq!(findings, expected_findings);
    assert_eq!(
        serde_json::to_value(&report).unwrap(),
        serde_json::to_value(&expected).unwrap()
    );
}

/// Findings that say *failed*, and that the whole bucket would not give.
fn false_failures(findings: &[Finding]) -> Vec<String> {
    let genuine = named(&from_the_folder().1);
    let failed: Vec<Finding> = findings
        .iter()
        .filter(|finding| finding.answer == Answer::Failed)
        .cloned()
        .collect();
    let failed = named(&failed);
    failed
        .difference(&genuine)
        .map(|(code, object)| format!("{code} {object}"))
        .collect()
}

/// An account of the sample that nobody touched in one Region.
const QUIET: &str = "AWSLogs/o-exampleorgid/111122223333/CloudTrail/eu-west-1/";
const QUIET_DIGESTS: &str = "AWSLogs/o-exampleorgid/111122223333/CloudTrail-Digest/eu-west-1/";

#[test]
fn a_prefix_that_may_not_be_read_is_unchecked() {
    for (prefix, code) in [
        (QUIET, Code::LogUnread),
        (QUIET_DIGESTS, Code::DigestUnread),
    ] {
        let reads = Faults {
            deny: vec![prefix.to_owned()],
            ..Faults::default()
        };
        let listings = Faults {
            deny_list: vec![prefix.to_owned()],
            missing: Missing::Forbidden,
            ..reads.clone()
        };
        for faults in [reads, listings] {
            let (_, findings) = over_s3(faults);
            assert_eq!(false_failures(&findings), Vec::<String>::new());
            assert!(findings.iter().any(|finding| finding.code == code));
        }
    }
}

#[test]
fn a_bucket_that_may_not_be_read_at_all_proves_and_blames_nothing() {
    let nothing = Faults {
        deny: vec![String::new()],
        ..Faults::default()
    };
    let (report, findings) = over_s3(nothing);
    assert_eq!(report.outcome, Answer::Unchecked);
    assert!(
        findings
            .iter()
            .all(|finding| finding.answer == Answer::Unchecked)
    );
    assert_eq!(report.tally.digests.verified, 0);

    let not_even_listed = Faults {
        deny_list: vec![String::new()],
        missing: Missing::Forbidden,
        ..Faults::default()
    };
    let (report, findings) = over_s3(not_even_listed);
    assert_eq!(report.outcome, Answer::Unchecked);
    let codes: Vec<Code> = findings.iter().map(|finding| finding.code).collect();
    assert!(codes.contains(&Code::DigestUnread), "{codes:?}");
}

#[test]
fn archived_logs_are_unchecked() {
    let (_, findings) = over_s3(Faults {
        archive: vec![QUIET.to_owned()],
        ..Faults::default()
    });
    assert_eq!(false_failures(&findings), Vec::<String>::new());
    let unread = findings.iter().filter(|f| f.code == Code::LogUnread);
    assert!(unread.clone().count() > 10);
    assert!(unread.clone().all(|f| f.detail.contains("restore")));
}

#[test]
fn no_more_is_asked_than_the_range_needs() {
    let scene = Scene::mirror(sample()).unwrap();
    let server = Server::start(scene, Faults::default()).unwrap();
    let connection = connect(&server);
    let url = S3Url::new("example-org-cloudtrail-logs".parse().unwrap(), "");
    let source = S3::open(&connection, &[url]).unwrap();
    let request = Request {
        from: Some("2026-03-10T10:00:00Z".parse().unwrap()),
        to: Some("2026-03-10T14:00:00Z".parse().unwrap()),
        accounts: vec!["111122223333".parse().unwrap()],
        regions: vec!["eu-west-1".parse().unwrap()],
        readers: 16,
        search: Search::Near,
        ..Request::default()
    };
    let (report, _) = run(&source, &keys(), &request);
    let asked = server.requests();
    let named = report.tally.digests.total() + report.tally.logs.total();
    assert!(report.tally.digests.total() >= 4, "{:?}", report.tally);
    assert_eq!(asked["GetObject"], named, "{asked:?}");
    assert!(asked["ListObjectsV2"] <= 16, "{asked:?}");
    assert_eq!(source.buckets().len(), 1);
}
