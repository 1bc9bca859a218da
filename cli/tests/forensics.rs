//! The commands that say what happened, over the sample and over hostile
//! records.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn trailseal(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trailseal"))
        .args(words)
        .current_dir(root())
        .env_remove("NO_COLOR")
        .output()
        .unwrap()
}

/// A question about the sample.
fn ask(words: &[&str]) -> (i32, String) {
    let (head, rest) = words.split_at(words.len().min(1));
    let keys = ["--keys", "test-vectors/sample-keys.json"];
    let words = [head, rest, &["test-vectors/sample"], &keys].concat();
    let output = trailseal(&words);
    let text = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), text)
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_timeline_is_in_order_and_each_line_has_its_proof() {
    let (code, text) = ask(&["timeline", "--format", "ndjson"]);
    assert_eq!(code, 1, "the sample is tampered with");
    let lines = lines(&text);
    assert_eq!(lines.len(), 3001, "3,002 records, one of them twice");
    let times: Vec<&str> = lines
        .iter()
        .map(|line| line["time"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted());
    for line in &lines {
        assert_eq!(line["verdict"], "verified");
        assert_eq!(line["log_sha256"].as_str().unwrap().len(), 64);
        assert!(
            line["digest"]
                .as_str()
                .unwrap()
                .contains("CloudTrail-Digest")
        );
    }
}

#[test]
fn the_first_minutes_are_read_only_if_unverified_logs_are_and_say_so() {
    let question = [
        "timeline",
        "--format",
        "ndjson",
        "--from",
        "2026-03-11T02:14:00Z",
    ];
    let narrow = [&question[..], &["--to", "2026-03-11T02:20:00Z"]].concat();
    let (code, proved) = ask(&narrow);
    assert_eq!(code, 1);
    let (_, all) = ask(&[&narrow[..], &["--allow-unverified"]].concat());
    let (proved, all) = (lines(&proved), lines(&all));
    let altered: Vec<&Value> = all
        .iter()
        .filter(|line| line["reason"] == "log-hash-mismatch")
        .collect();
    assert!(!altered.is_empty() && all.len() == proved.len() + altered.len());
    assert!(altered.iter().all(|line| line["verdict"] == "failed"));
}

#[test]
fn the_planted_log_is_left_out_unless_asked_for() {
    let planted = [
        "events",
        "-a",
        "EventId=94d98fe8-f323-4e08-95aa-a2d757e814bf",
    ];
    let (code, text) = ask(&[&planted[..], &["--format", "ndjson"]].concat());
    assert_eq!((code, text.as_str()), (1, ""));
    let (_, text) = ask(&[&planted[..], &["--format", "ndjson", "--allow-unverified"]].concat());
    let found = lines(&text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["verdict"], "unchecked");
    assert_eq!(found[0]["reason"], "log-unreferenced");
}

#[test]
fn lookup_events_has_the_shape_of_the_api() {
    let (_, text) = ask(&[
        "events",
        "-a",
        "EventName=StopLogging",
        "--format",
        "lookup-events",
    ]);
    let document: Value = serde_json::from_str(&text).unwrap();
    let events = document["Events"].as_array().unwrap();
    assert_eq!(events.len(), 2, "one refused, one done");
    let record: Value =
        serde_json::from_str(events[1]["CloudTrailEvent"].as_str().unwrap()).unwrap();
    assert_eq!(record["eventID"], events[1]["EventId"]);
    assert_eq!(events[1]["ReadOnly"], "false");
}

#[test]
fn counts_come_to_the_number_of_events() {
    let (_, text) = ask(&["events", "--count-by", "EventName", "--format", "ndjson"]);
    let document: Value = serde_json::from_str(&text).unwrap();
    let counts = document["values"].as_array().unwrap();
    let all: u64 = counts
        .iter()
        .map(|count| count["events"].as_u64().unwrap())
        .sum();
    assert_eq!(all, 3001);
}

#[test]
fn the_chain_of_credentials_is_recovered() {
    let (code, text) = ask(&["trace", "AKIACIDEPLOY2EXAMPLE", "--format", "json"]);
    assert_eq!(code, 1);
    let document: Value = serde_json::from_str(&text).unwrap();
    let text = document.to_string();
    for step in [
        "ci-run-8841",
        "org-sync",
        "svc-metrics-sync",
        "AKIAR36EHLPNCEXAMPLE",
    ] {
        assert!(text.contains(step), "{step}");
    }
    let (_, events) = ask(&["trace", "AKIACIDEPLOY2EXAMPLE", "--format", "ndjson"]);
    assert_eq!(lines(&events).len(), 210);
}

#[test]
fn nobody_is_found_and_that_is_no_success() {
    let (code, text) = ask(&["whois", "ASIANOBODYEXAMPLE000"]);
    assert_eq!(code, 1, "the evidence failed, whatever was asked");
    assert!(text.contains("ASIANOBODYEXAMPLE000"), "{text}");
    let healthy = "test-vectors/cases/healthy-hourly";
    if root().join(healthy).is_dir() {
        let objects = format!("{healthy}/objects");
        let keys = format!("{healthy}/keys.json");
        let output = trailseal(&["whois", "ASIANOBODYEXAMPLE000", &objects, "--keys", &keys]);
        assert_eq!(output.status.code(), Some(3));
    }
}

#[test]
fn a_proof_is_checked_by_a_stranger_and_any_change_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("proof");
    let words = [
        "prove",
        "86ff9d69-2f2c-4f89-8f2c-2cba1b633260",
        "--out",
        out.to_str().unwrap(),
    ];
    let (code, text) = ask(&words);
    assert_eq!(
        code, 0,
        "what is wrong elsewhere takes nothing from it: {text}"
    );
    let verify = || {
        let run = Command::new("bash")
            .arg(out.join("verify.sh"))
            .output()
            .unwrap();
        run.status.code()
    };
    assert_eq!(verify(), Some(0));
    for name in [
        "event.json",
        "log.json.gz",
        "digest.json.gz",
        "digest-signature.hex",
    ] {
        let path = out.join(name);
        let whole = fs::read(&path).unwrap();
        let mut changed = whole.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        fs::write(&path, changed).unwrap();
        assert_eq!(verify(), Some(1), "{name}");
        fs::write(&path, whole).unwrap();
    }
    assert_eq!(ask(&words).0, 2, "it is there already");
    let planted = "94d98fe8-f323-4e08-95aa-a2d757e814bf";
    let other = folder.path().join("other");
    let (code, _) = ask(&["prove", planted, "--out", other.to_str().unwrap()]);
    assert_eq!(code, 3);
    assert!(!other.exists());
}

/// Records that want to be more than text.
fn hostile() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let evil = "=cmd|' /C calc'!A0 </script>\u{1b}[2J\u{202e}\r\n\u{0}";
    let long = "x".repeat(1 << 20);
    let record = |id: u32, name: &str| {
        serde_json::json!({
            "eventVersion": "1.11", "eventID": format!("{id}"), "eventTime": "2026-03-10T10:00:00Z",
            "eventSource": "iam.amazonaws.com", "eventName": name, "awsRegion": evil,
            "sourceIPAddress": evil, "userAgent": evil, "errorCode": evil, "recipientAccountId": evil,
            "userIdentity": {"type": "IAMUser", "principalId": evil, "userName": name, "accountId": evil,
                "accessKeyId": "AKIAHOSTILE0EXAMPLE0"},
            "requestParameters": {"userName": evil}, "resources": [{"ARN": evil}],
        })
    };
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let text = format!(
        "[{},{},{{\"eventID\":7,\"eventTime\":[],\"userIdentity\":\"x\",\"eventName\":{{}}}},{{\"eventID\":\"d\",\"requestParameters\":{deep}}},7]",
        record(1, evil),
        record(2, &long)
    );
    fs::write(folder.path().join("events.json"), text).unwrap();
    fs::write(
        folder.path().join("broken.json"),
        b"{\"Records\":[{\"eventID\":\"\xff\"}]}",
    )
    .unwrap();
    fs::write(folder.path().join("bomb.json.gz"), [0x1f, 0x8b, 8, 0, 0, 0]).unwrap();
    folder
}

#[test]
fn hostile_records_reach_neither_terminal_nor_spreadsheet() {
    let folder = hostile();
    let path = folder.path().to_str().unwrap();
    let mut questions: Vec<Vec<&str>> = Vec::new();
    for format in ["human", "csv", "ndjson", "timesketch"] {
        questions.push(vec!["timeline", path, "--format", format]);
    }
    for format in ["human", "csv", "ndjson", "timesketch", "lookup-events"] {
        questions.push(vec!["events", path, "--format", format]);
    }
    for format in ["human", "json"] {
        questions.push(vec!["actors", path, "--format", format]);
        questions.push(vec![
            "whois",
            "AKIAHOSTILE0EXAMPLE0",
            path,
            "--format",
            format,
        ]);
        questions.push(vec![
            "trace",
            "AKIAHOSTILE0EXAMPLE0",
            path,
            "--format",
            format,
        ]);
    }
    questions.push(vec!["events", path, "--count-by", "Address"]);
    for question in questions {
        let output = trailseal(&[&question[..], &["--allow-unverified"]].concat());
        assert_eq!(output.status.code(), Some(3), "{question:?}");
        for text in [&output.stdout, &output.stderr] {
            let text = String::from_utf8(text.clone()).unwrap();
            for c in text.chars() {
                let plain = !c.is_control() || c == '\n' || c == '\r' && question.contains(&"csv");
                assert!(plain && c != '\u{202e}', "{question:?}: {c:?}");
            }
        }
        let text = String::from_utf8(output.stdout).unwrap();
        if question.contains(&"csv") {
            assert!(!text.contains("\"=cmd"), "{question:?}");
        }
        if question.contains(&"human") {
            let widest = text.lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(100), "{question:?}: {widest:?}");
        }
    }
}

#[test]
fn without_keys_nothing_is_read_unless_that_is_said() {
    let folder = hostile();
    let path = folder.path().to_str().unwrap();
    let output = trailseal(&["timeline", path]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("--allow-unverified"), "{text}");
    let output = trailseal(&["timeline", "no-such-folder", "--allow-unverified"]);
    assert_eq!(output.status.code(), Some(4));
}

#[test]
fn a_case_answers_as_the_evidence_does() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case.sqlite");
    let case = case.to_str().unwrap();
    let (code, text) = ask(&["case", "build", "--output", case]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("3,001 events and 446 logs added"), "{text}");
    let questions: &[&[&str]] = &[
        &["timeline", "--format", "ndjson"],
        &[
            "timeline",
            "--format",
            "csv",
            "--key",
            "AKIAA3BY5HLGCEXAMPLE",
        ],
        &[
            "events",
            "--format",
            "lookup-events",
            "-a",
            "EventName=Delete*",
        ],
        &["events", "--count-by", "Username"],
        &["actors"],
        &["actors", "--ip", "203.0.113.0/24", "--sort", "last"],
        &["whois", "AKIAR36EHLPNCEXAMPLE"],
        &["trace", "ci-run-8841"],
        &["trace", "ci-run-8841", "--format", "timeline"],
        &["antiforensics"],
    ];
    for question in questions {
        let (code, direct) = ask(question);
        let output = trailseal(&[question, &[case][..]].concat());
        assert_eq!(output.status.code(), Some(code), "{question:?}");
        let stored = String::from_utf8(output.stdout).unwrap();
        let answer = |text: &str| text.split("\nEVIDENCE").next().unwrap().to_owned();
        assert_eq!(answer(&stored), answer(&direct), "{question:?}");
    }
    let (_, text) = ask(&["case", "build", "--output", case]);
    assert!(text.contains("0 events and 0 logs added"), "{text}");

    let count = "SELECT count(*) AS n FROM events";
    let output = trailseal(&["sql", case, count, "--format", "ndjson"]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "{\"n\":3001}\n");
    for refused in [
        "DELETE FROM event",
        "ATTACH 'x' AS y",
        "SELECT 1; SELECT 2",
        "SELEC",
    ] {
        let output = trailseal(&["sql", case, refused]);
        assert_eq!(output.status.code(), Some(2), "{refused}");
    }
    let output = trailseal(&["timeline", case, "--keys", "test-vectors/sample-keys.json"]);
    assert_eq!(output.status.code(), Some(2), "a case takes no keys");
}

#[test]
fn what_is_no_case_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.sqlite");
    fs::write(&path, b"SQLite format 3\0 but nothing else").unwrap();
    let output = trailseal(&["timeline", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(4));
    let output = trailseal(&[
        "case",
        "build",
        "no-such-copy",
        "--keys",
        "no-such-keys",
        "-o",
        "x",
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!root().join("x").exists() && !root().join("x.part").exists());
}
