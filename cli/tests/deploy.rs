//! What is in `deploy/`, judged by the tools of those who run it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy")
}

/// Runs a tool to its success, and returns what it said.
fn accepts(tool: &mut Command) -> String {
    let output = tool
        .output()
        .unwrap_or_else(|error| panic!("{tool:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tool:?}: {said}");
    said
}

/// A tool that `conformance/setup` installs.
fn reader(name: &str) -> Command {
    Command::new(deploy().join("../target/output-tools/bin").join(name))
}

#[test]
fn the_role_may_read_and_nothing_else() {
    let readme = fs::read_to_string(deploy().join("../README.md")).unwrap();
    let check = [
        "cloudtrail:ListPublicKeys",
        "s3:ListBucket",
        "s3:GetObject",
        "kms:Decrypt",
    ];
    for (file, start, allowed) in [
        ("check-policy.json", "| `verify s3://", &check[..]),
        (
            "organization-policy.json",
            "| `check` with `accounts",
            &["organizations:ListAccounts"],
        ),
    ] {
        let text = fs::read_to_string(deploy().join("iam").join(file)).unwrap();
        let policy: Value = serde_json::from_str(&text).unwrap();
        let row = readme.lines().find(|line| line.starts_with(start));
        let mut actions = Vec::new();
        for statement in policy["Statement"].as_array().unwrap() {
            assert_eq!(statement["Effect"], "Allow");
            let action = statement["Action"].as_str().unwrap();
            assert!(row.unwrap().contains(&format!("`{action}`")), "{action}");
            actions.push(action.to_owned());
        }
        assert_eq!(actions, allowed);
    }
}

/// Exposure as systemd counts it, times ten: 20 is the end of what it calls OK.
#[test]
#[ignore = "needs systemd"]
fn systemd_takes_the_units_and_finds_them_safe() {
    let folder = tempfile::tempdir().unwrap();
    let unit = |name: &str| folder.path().join(name);
    let program = env!("CARGO_BIN_EXE_trailseal");
    for name in ["trailseal-check.service", "trailseal-check.timer"] {
        let text = fs::read_to_string(deploy().join("systemd").join(name)).unwrap();
        // A unit is valid only where its program is.
        let text = text.replace("/usr/local/bin/trailseal", program);
        fs::write(unit(name), text).unwrap();
    }
    let analyze = |arguments: &[&str]| {
        accepts(
            Command::new("systemd-analyze")
                .args(arguments)
                .arg(unit("trailseal-check.service")),
        )
    };
    let said = analyze(&["verify"]);
    assert!(!said.contains("trailseal-check"), "{said}");
    accepts(
        Command::new("systemd-analyze")
            .arg("verify")
            .arg(unit("trailseal-check.timer")),
    );
    let said = analyze(&["security", "--offline=true", "--threshold=20", "--no-pager"]);
    print!("{}", said.lines().last().unwrap_or_default());
    accepts(Command::new("systemd-analyze").args(["calendar", "*-*-* *:20:00"]));
}

#[test]
#[ignore = "needs conformance/setup"]
fn kubernetes_takes_the_resources() {
    let file = deploy().join("kubernetes/cronjob.yaml");
    let said = accepts(reader("kubernetes-validate").arg("--strict").arg(file));
    assert_eq!(said.matches(" passed for resource ").count(), 4, "{said}");
    print!("{said}");
}

#[test]
#[ignore = "needs conformance/setup"]
fn github_takes_the_workflow() {
    let file = deploy().join("ci/github-actions.yml");
    let schema = ["--builtin-schema", "vendor.github-workflows"];
    accepts(reader("check-jsonschema").args(schema).arg(file));
}

#[test]
#[ignore = "needs conformance/setup"]
fn hadolint_has_nothing_to_say_of_the_dockerfile() {
    let said = accepts(reader("hadolint").arg(deploy().join("Dockerfile")));
    assert_eq!(said, "");
}
