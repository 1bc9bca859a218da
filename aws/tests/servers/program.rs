//! The program `trailseal`, as a user of the gateway runs it.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

use super::told;

/// Runs it, and expects this exit code.
pub(crate) fn trailseal(arguments: &[&str], exit: i32) -> Output {
    let output = Command::new(built())
        .args(arguments)
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", told("RGW_ACCESS_KEY"))
        .env("AWS_SECRET_ACCESS_KEY", told("RGW_SECRET_KEY"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL", told("RGW_ENDPOINT"))
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(exit),
        "{arguments:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// The program of this checkout: cargo builds it for no other package's tests.
fn built() -> &'static PathBuf {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        // As the tests of the workspace have it, so that its dependencies are not
        // built a second time with other features.
        let status = Command::new(cargo)
            .args([
                "test",
                "--quiet",
                "--workspace",
                "--no-run",
                "--test",
                "live",
            ])
            .status();
        assert!(status.unwrap().success(), "trailseal cannot be built");
        // This is target/debug/deps/rgw_….
        let own = std::env::current_exe().unwrap();
        own.ancestors().nth(2).unwrap().join("trailseal")
    })
}

/// Key and verdict of each object in what `recover --format json` prints.
pub(crate) fn verdicts(output: &Output) -> Vec<(String, String)> {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of = |object: &Value| {
        let name = text(&object["object"]);
        let key = name.splitn(4, '/').last().unwrap();
        (key.to_owned(), text(&object["verdict"]))
    };
    let objects = report["objects"].as_array().unwrap();
    objects.iter().map(of).collect()
}
