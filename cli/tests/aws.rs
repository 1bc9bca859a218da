//! The commands that ask AWS, against a loopback one.

#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use trailseal_loopback::{Faults, Scene, Server, Trail};

fn server() -> Server {
    let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors/sample-keys.json");
    let trail = Trail::new(
        "management-events",
        "eu-west-1",
        "111122223333",
        "example-logs",
    )
    .status_member("LatestDigestDeliveryTime", "2026-03-12T08:30:00Z");
    let scene = Scene::new().keys(keys).unwrap().trails([trail]);
    Server::start(scene, Faults::default()).unwrap()
}

/// Runs in an empty home: no one's profiles, no one's credentials.
fn trailseal(home: &Path, endpoint: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trailseal"))
        .args(arguments)
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "hidden-secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", endpoint)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn fetched_keys_are_a_keyring() {
    let (server, home) = (server(), tempfile::tempdir().unwrap());
    let run = |arguments: &[&str]| trailseal(home.path(), &server.endpoint(), arguments);
    let fetched = run(&[
        "keys",
        "fetch",
        "--from",
        "2026-03-01",
        "--to",
        "2026-03-12",
        "--region",
        "us-east-1,eu-west-1",
        "-o",
        "keys.json",
    ]);
    let shown = text(&fetched.stdout);
    assert_eq!(fetched.status.code(), Some(0), "{fetched:?}");
    assert!(
        shown.starts_with("keys.json: 3 keys of eu-west-1, us-east-1\n"),
        "{shown}"
    );
    assert!(
        shown.contains("arn:aws:iam::111122223333:user/auditor"),
        "{shown}"
    );

    // What was shown is what is in the file, its hash included.
    let again = run(&["keys", "show", "keys.json"]);
    assert_eq!(text(&again.stdout), shown);
    let stored = std::fs::read_to_string(home.path().join("keys.json")).unwrap();
    assert!(!stored.contains("hidden") && !stored.contains("AKIA"));
}

#[test]
fn a_region_without_keys_leaves_no_file_and_keeps_an_older_one() {
    let (server, home) = (server(), tempfile::tempdir().unwrap());
    let arguments = [
        "keys",
        "fetch",
        "--from",
        "2026-03-01",
        "--to",
        "2026-03-12",
        "--region",
        "eu-west-1,sa-east-1",
        "-o",
        "keys.json",
    ];
    let file = home.path().join("keys.json");
    std::fs::write(&file, "older").unwrap();
    let run = trailseal(home.path(), &server.endpoint(), &arguments);
    assert_eq!(run.status.code(), Some(4), "{run:?}");
    assert!(
        text(&run.stderr).contains("sa-east-1: CloudTrail lists no key"),
        "{run:?}"
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "older");
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1);
}

#[test]
fn all_regions_are_asked_and_those_without_keys_said() {
    let (server, home) = (server(), tempfile::tempdir().unwrap());
    let run = trailseal(
        home.path(),
        &server.endpoint(),
        &[
            "keys",
            "fetch",
            "--from",
            "2026-03-01",
            "--to",
            "2026-04-01",
            "--all-regions",
            "-o",
            "k",
        ],
    );
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    let shown = text(&run.stdout);
    assert!(
        shown.starts_with("k: 6 keys of ap-southeast-2, eu-west-1, us-east-1\n"),
        "{shown}"
    );
    assert!(shown.contains("SKIPPED  af-south-1, "), "{shown}");
}

#[test]
fn trails_are_listed_with_warnings() {
    let (server, home) = (server(), tempfile::tempdir().unwrap());
    let run = |arguments: &[&str]| trailseal(home.path(), &server.endpoint(), arguments);
    let listed = run(&["trails", "--region", "us-east-1"]);
    assert_eq!(listed.status.code(), Some(0), "{listed:?}");
    let shown = text(&listed.stdout);
    assert!(
        shown.contains("management-events   eu-west-1       all      on       yes"),
        "{shown}"
    );
    assert!(
        shown.contains("WARNING  no digest has arrived for"),
        "{shown}"
    );

    let json = run(&["trails", "--all-regions", "--format", "json"]);
    let document: Value = serde_json::from_slice(&json.stdout).unwrap();
    let trails = document["trails"].as_array().unwrap();
    assert_eq!(trails.len(), 1, "{document}");
    assert_eq!(trails[0]["home_region"], "eu-west-1");
    assert_eq!(trails[0]["warnings"][0]["code"], "digest-delivery-stale");
}

#[test]
fn what_is_typed_wrong_is_usage() {
    let home = tempfile::tempdir().unwrap();
    for (arguments, expected) in [
        (&["trails"][..], "--all-regions"),
        (
            &["trails", "--region", "eu-west-1", "--endpoint-url", "x"],
            "--endpoint-url",
        ),
        (
            &[
                "keys",
                "fetch",
                "--from",
                "2026-03-02",
                "--to",
                "2026-03-01",
                "-o",
                "k",
            ],
            "--from",
        ),
        (
            &[
                "keys",
                "fetch",
                "--from",
                "2999-01-01",
                "--to",
                "2999-02-01",
                "-o",
                "k",
            ],
            "before now",
        ),
    ] {
        let run = trailseal(home.path(), "http://127.0.0.1:9", arguments);
        assert_eq!(run.status.code(), Some(2), "{run:?}");
        assert!(text(&run.stderr).contains(expected), "{run:?}");
    }
}
