//! `verify` on a live bucket: a loopback one.

#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use trailseal_loopback::{Faults, Missing, Scene, Server};

const BUCKET: &str = "s3://example-org-cloudtrail-logs";
/// The end of the sample's newest digest.
const END: &str = "2026-03-12T00:31:06Z";

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors")
}

fn scene() -> Scene {
    Scene::mirror(vectors().join("sample"))
        .unwrap()
        .keys(vectors().join("sample-keys.json"))
        .unwrap()
        .trails_of_digests()
}

fn serve(faults: Faults) -> Server {
    Server::start(scene(), faults).unwrap()
}

fn command(endpoint: &str, arguments: &[&str]) -> Command {
    any_command(endpoint, &[&["verify"], arguments].concat())
}

fn any_command(endpoint: &str, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trailseal"));
    command
        .args(words)
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "hidden-secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL", endpoint);
    command
}

fn verify(server: &Server, arguments: &[&str]) -> Output {
    command(&server.endpoint(), arguments).output().unwrap()
}

fn document(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_bucket_is_verified_with_keys_of_its_regions() {
    let server = serve(Faults::default());
    let output = verify(&server, &[BUCKET, "--to", END, "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let report = document(&output);
    let codes = &report["codes"];
    for code in [
        "digest-absent",
        "log-absent",
        "log-hash-mismatch",
        "log-unreferenced",
    ] {
        assert_eq!(codes[code], 1, "{codes}");
    }
    assert_eq!(report["keys"]["sources"].as_array().unwrap().len(), 3);
    assert_eq!(report["input"]["path"], format!("{BUCKET}/"));
    assert_eq!(report["interrupted"], false);
    let asked = server.requests();
    assert_eq!(asked["ListPublicKeys"], 3, "one in each Region: {asked:?}");
}

#[test]
fn a_report_of_a_bucket_is_that_of_a_copy() {
    let server = serve(Faults::default());
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (copy, keys) = (vectors().join("sample"), vectors().join("sample-keys.json"));
    let (copy, keys) = (copy.to_str().unwrap(), keys.to_str().unwrap());
    let report = |source: &[&str], out: &str| {
        let question = [
            "--out",
            out,
            "--unsigned",
            "--to",
            END,
            "--include-objects",
            "failed",
            "--event",
            "StopLogging",
        ];
        let words = [&["report"], source, &question[..]].concat();
        any_command(&server.endpoint(), &words).output().unwrap()
    };
    let (live, offline) = (path("live.zip"), path("offline"));
    let made = report(&[BUCKET], &live);
    assert_eq!(made.status.code(), Some(1), "{}", stderr(&made));
    let made = report(&[copy, "--keys", keys], &offline);
    assert_eq!(made.status.code(), Some(1), "{}", stderr(&made));

    let mut zip = zip::ZipArchive::new(std::fs::File::open(&live).unwrap()).unwrap();
    let mut of_bucket = |name: &str| {
        let mut bytes = Vec::new();
        let mut entry = zip.by_name(&format!("evidence/{name}")).unwrap();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        bytes
    };
    for name in [
        "data/objects.jsonl",
        "data/events.csv",
        "data/events.jsonl",
        "data/evidence/example-org-cloudtrail-logs/AWSLogs/o-exampleorgid/111122223333/CloudTrail/\
         us-east-1/2026/03/11/111122223333_CloudTrail_us-east-1_20260311T0430Z_O0T5epZtK0Mcs0Gu.json.gz",
    ] {
        let of_copy = std::fs::read(Path::new(&offline).join(name)).unwrap();
        assert!(of_bucket(name) == of_copy, "{name}");
    }
    let (of_bucket, of_copy): (Value, Value) = (
        serde_json::from_slice(&of_bucket("data/report.json")).unwrap(),
        serde_json::from_slice(
            &std::fs::read(Path::new(&offline).join("data/report.json")).unwrap(),
        )
        .unwrap(),
    );
    for member in ["outcome", "codes", "tally", "chains", "sections"] {
        assert_eq!(of_bucket[member], of_copy[member], "{member}");
    }
    assert_eq!(of_bucket["keys"]["sources"].as_array().unwrap().len(), 3);

    let verified = any_command(
        &server.endpoint(),
        &["report", "verify", &live, "--deep", "--keys", keys],
    )
    .output()
    .unwrap();
    assert_eq!(
        verified.status.code(),
        Some(3),
        "nobody signed: {verified:?}"
    );
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(said.contains("verified again, each as reported"), "{said}");
}

#[test]
fn events_of_a_bucket_are_those_of_a_copy() {
    let server = serve(Faults::default());
    let copy = vectors().join("sample");
    let keys = vectors().join("sample-keys.json");
    let (copy, keys) = (copy.to_str().unwrap(), keys.to_str().unwrap());
    let question = [
        "--to",
        END,
        "--format",
        "ndjson",
        "--key",
        "AKIAR36EHLPNCEXAMPLE",
    ];
    let ask = |source: &[&str]| {
        let words = [&["timeline"], source, &question[..]].concat();
        any_command(&server.endpoint(), &words).output().unwrap()
    };
    let live = ask(&[BUCKET]);
    let offline = ask(&[copy, "--keys", keys]);
    assert_eq!(live.status.code(), Some(1), "{}", stderr(&live));
    assert_eq!(offline.stdout, live.stdout);
    assert_eq!(String::from_utf8(live.stdout).unwrap().lines().count(), 26);

    let all = ask(&[BUCKET, "--allow-unverified"]);
    assert_eq!(all.status.code(), Some(1), "{}", stderr(&all));
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case.sqlite");
    let words = [
        "case",
        "build",
        BUCKET,
        "--to",
        END,
        "-o",
        case.to_str().unwrap(),
    ];
    let built = any_command(&server.endpoint(), &words).output().unwrap();
    assert_eq!(built.status.code(), Some(1), "{}", stderr(&built));
    let text = String::from_utf8(built.stdout).unwrap();
    assert!(text.contains("3,001 events and 446 logs added"), "{text}");
}

#[test]
fn a_bucket_is_expected_to_go_on_until_now() {
    let server = serve(Faults::default());
    let arguments = [BUCKET, "--account", "111122223333", "--region", "eu-west-1"];
    let output = verify(&server, &[&arguments[..], &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert_eq!(document(&output)["codes"]["tail-uncovered"], 1);
}

#[test]
fn a_trail_leads_to_its_bucket() {
    let server = serve(Faults::default());
    let arn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/org-trail";
    let output = verify(
        &server,
        &["--trail-arn", arn, "--to", END, "--format", "json"],
    );
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let path = document(&output)["input"]["path"].to_string();
    assert!(path.contains(arn) && path.contains(BUCKET), "{path}");

    let nowhere = arn.replace("org-trail", "nowhere");
    let output = verify(&server, &["--trail-arn", &nowhere]);
    assert_eq!(output.status.code(), Some(4));
    assert!(stderr(&output).contains(&nowhere), "{}", stderr(&output));
}

#[test]
fn what_may_not_be_read_is_unchecked_or_could_not_run() {
    let (account, region) = ("111122223333", "eu-west-1");
    let prefix = format!("AWSLogs/o-exampleorgid/{account}/CloudTrail/{region}/");
    let arguments = [
        BUCKET,
        "--account",
        account,
        "--region",
        region,
        "--to",
        "2026-03-12T00:07:12Z",
        "--format",
        "json",
    ];
    let whole = verify(&serve(Faults::default()), &arguments);
    assert_eq!(whole.status.code(), Some(0), "{whole:?}");

    let denied = Faults {
        deny: vec![prefix],
        ..Faults::default()
    };
    let output = verify(&serve(denied), &arguments);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let report = document(&output);
    assert!(report["codes"]["log-unread"].as_u64().unwrap() > 10);
    let details = report["findings"].to_string();
    assert!(
        details.contains("needs the permission s3:GetObject"),
        "{details}"
    );

    let all = Faults {
        deny: vec![String::new()],
        deny_list: vec![String::new()],
        missing: Missing::Forbidden,
        ..Faults::default()
    };
    let output = verify(&serve(all), &arguments);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let report = document(&output);
    assert_eq!(report["tally"]["findings_failed"], 0);
    assert!(report["findings"].to_string().contains("s3:ListBucket"));
}

#[test]
fn misuse_is_told_with_the_way_out() {
    let server = serve(Faults::default());
    for (arguments, code, hint) in [
        (vec!["s3://nowhere"], 4, "s3://nowhere"),
        (vec!["s3://logs/AWSLogs/111122223333"], 2, "--account"),
        (vec!["s3://a b"], 2, "a b"),
        (vec![BUCKET, "--bucket", "x-y-z"], 2, "--bucket"),
        (vec![BUCKET, "--concurrency", "0"], 2, "1..=1024"),
        (vec![BUCKET, "--trail-arn", "x"], 2, "--trail-arn"),
        (vec![BUCKET, "./copy"], 2, "s3://"),
        (vec![], 2, "PATH"),
    ] {
        let output = verify(&server, &arguments);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {}",
            stderr(&output)
        );
        assert!(
            stderr(&output).contains(hint),
            "{arguments:?}: {}",
            stderr(&output)
        );
    }
}

fn interrupt(child: &Child) {
    let pid = child.id().to_string();
    let status = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(status.success());
}

#[test]
fn an_interrupted_run_says_what_it_proved_and_leaves_no_half_file() {
    let server = serve(Faults {
        latency: Duration::from_millis(25),
        ..Faults::default()
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    let file = file.to_str().unwrap();
    let arguments = [
        BUCKET,
        "--to",
        END,
        "--format",
        "json",
        "--output",
        file,
        "--concurrency",
        "4",
        "--jobs",
        "1",
    ];
    let child = command(&server.endpoint(), &arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // More than 96 digests and the logs they name are never in flight.
    while server.requests().get("GetObject").copied().unwrap_or(0) < 550 {
        std::thread::yield_now();
    }
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("interrupted before the"), "{said}");

    let report: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(report["interrupted"], true);
    assert_ne!(report["outcome"], "verified");
    assert!(report["tally"]["digests"]["verified"].as_u64().unwrap() > 0);
    let unread = &report["codes"]["log-unread"];
    assert!(
        unread.is_null(),
        "what was waited for is not reported: {unread}"
    );
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}
