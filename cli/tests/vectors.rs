//! Every test vector through the command line: the exit code, each finding, and
//! a report that fits its page and keeps the terminal as it was.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test code"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{fs, thread};

use serde_json::Value;

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors")
}

fn trailseal(arguments: &[String]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trailseal"))
        .args(arguments)
        .env_remove("NO_COLOR")
        .output()
        .unwrap()
}

/// The arguments that ask what a case asks.
fn arguments(folder: &Path, case: &toml::Table) -> Vec<String> {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let keys = if folder.join("keys").is_dir() {
        path("keys")
    } else {
        path("keys.json")
    };
    let mut arguments = vec![
        "verify".to_owned(),
        path("objects"),
        "--keys".to_owned(),
        keys,
    ];
    for (member, value) in case
        .get("verify")
        .and_then(toml::Value::as_table)
        .into_iter()
        .flatten()
    {
        let name = match member.as_str() {
            "accounts" => "account",
            "regions" => "region",
            other => other,
        };
        let text = match value {
            toml::Value::Array(list) => list
                .iter()
                .map(|word| word.as_str().unwrap())
                .collect::<Vec<_>>()
                .join(","),
            other => other.as_str().unwrap().to_owned(),
        };
        arguments.extend([format!("--{name}"), text]);
    }
    arguments
}

fn pairs<'v>(findings: impl IntoIterator<Item = (&'v str, &'v str)>) -> BTreeSet<(String, String)> {
    findings
        .into_iter()
        .map(|(code, object)| (code.to_owned(), object.to_owned()))
        .collect()
}

fn differences(folder: &Path) -> Vec<String> {
    let case: toml::Table = fs::read_to_string(folder.join("case.toml"))
        .unwrap()
        .parse()
        .unwrap();
    // The command line has the clock of the machine.
    if case
        .get("verify")
        .is_some_and(|verify| verify.get("now").is_some())
    {
        return Vec::new();
    }
    let expect = &case["expect"];
    let mut wrong = Vec::new();
    let arguments = arguments(folder, &case);

    let human = trailseal(&arguments);
    let exit = human.status.code().map(i64::from);
    if exit != expect["exit"].as_integer() {
        let stderr = String::from_utf8_lossy(&human.stderr).into_owned();
        wrong.push(format!(
            "exit {exit:?}, expected {:?}: {stderr}",
            expect["exit"]
        ));
    }
    for line in String::from_utf8(human.stdout).unwrap().lines() {
        if line.chars().count() > 100 || line.chars().any(char::is_control) {
            wrong.push(format!("not fit for a page: {line:?}"));
        }
    }
    if expect["outcome"].as_str() == Some("refused") {
        return wrong;
    }

    let format = ["--format".to_owned(), "json".to_owned()];
    let json = trailseal(&[arguments.as_slice(), format.as_slice()].concat());
    let report: Value = serde_json::from_slice(&json.stdout).unwrap();
    let found = report["findings"].as_array().unwrap().iter();
    let found = pairs(found.map(|f| (f["code"].as_str().unwrap(), f["object"].as_str().unwrap())));
    let expected = expect
        .get("finding")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten();
    let expected =
        pairs(expected.map(|f| (f["code"].as_str().unwrap(), f["object"].as_str().unwrap())));
    if found != expected {
        wrong.push(format!("found {found:#?}, expected {expected:#?}"));
    }
    if report["outcome"].as_str() != expect["outcome"].as_str() {
        wrong.push(format!(
            "outcome {}, expected {:?}",
            report["outcome"], expect["outcome"]
        ));
    }
    wrong
}

#[test]
fn every_case_is_told_by_exit_code_and_findings() {
    let mut folders: Vec<PathBuf> = fs::read_dir(vectors().join("cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("case.toml").is_file())
        .collect();
    folders.sort();
    assert!(folders.len() >= 50, "only {} cases", folders.len());
    let wrong: Vec<String> = thread::scope(|scope| {
        let halves: Vec<_> = folders
            .chunks(folders.len().div_ceil(4))
            .map(|folders| {
                scope.spawn(move || {
                    let named = |folder: &PathBuf| {
                        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
                        differences(folder)
                            .into_iter()
                            .map(move |what| format!("{name}: {what}"))
                    };
                    folders.iter().flat_map(named).collect::<Vec<_>>()
                })
            })
            .collect();
        halves
            .into_iter()
            .flat_map(|half| half.join().unwrap())
            .collect()
    });
    assert!(
        wrong.is_empty(),
        "{} differences:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn sample(more: &[&str]) -> Output {
    let path = |name: &str| vectors().join(name).to_str().unwrap().to_owned();
    let mut arguments = vec![
        "verify".to_owned(),
        path("sample"),
        "--keys".to_owned(),
        path("sample-keys.json"),
    ];
    arguments.extend(more.iter().map(ToString::to_string));
    trailseal(&arguments)
}

#[test]
fn the_number_of_threads_changes_nothing_but_the_run() {
    let report = |jobs| {
        let output = sample(&["--format", "json", "--jobs", jobs]);
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8(output.stdout).unwrap();
        let start = text.find("  \"run\": {").unwrap();
        let end = start + text[start..].find("\n  },\n").unwrap();
        text[..start].to_owned() + &text[end..]
    };
    assert_eq!(report("1"), report("4"));
}

#[test]
fn lines_carry_every_digest_log_finding_and_chain() {
    let output = sample(&["--format", "ndjson"]);
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let count = |kind: &str| lines.iter().filter(|line| line["type"] == kind).count() as u64;
    let report = lines.last().unwrap();
    assert_eq!(report["type"], "report");
    let total = |of: &str| {
        let counts = &report["tally"][of];
        ["verified", "unchecked", "failed"]
            .iter()
            .map(|a| counts[a].as_u64().unwrap())
            .sum::<u64>()
    };
    assert_eq!(count("digest"), total("digests"));
    assert_eq!(count("log"), total("logs"));
    assert_eq!(count("chain"), 6);
    let findings = report["codes"].as_object().unwrap().values();
    assert_eq!(
        count("finding"),
        findings.map(|count| count.as_u64().unwrap()).sum::<u64>()
    );
}

#[test]
fn colour_only_repeats_what_the_words_say() {
    let plain = sample(&["--color", "never"]).stdout;
    let coloured = String::from_utf8(sample(&["--color", "always"]).stdout).unwrap();
    assert!(coloured.starts_with("\u{1b}[1;31mFAILED\u{1b}[0m  "));
    let mut stripped = String::new();
    let mut parts = coloured.split('\u{1b}');
    stripped.push_str(parts.next().unwrap());
    for part in parts {
        stripped.push_str(&part[part.find('m').unwrap() + 1..]);
    }
    // The command line stands above, and is not the same.
    let below = |text: &str| text[text.find("COVERAGE").unwrap()..].to_owned();
    assert_eq!(below(&stripped), below(&String::from_utf8(plain).unwrap()));
}

#[test]
fn a_report_in_a_file_leaves_the_verdict_on_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let output = sample(&["--format", "json", "--output", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .starts_with("FAILED     2 of 4")
    );
    let report: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(report["outcome"], "failed");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
