//! README shows what the tool prints.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::path::Path;
use std::process::Command;

#[test]
fn the_worked_run_is_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let block = readme
        .split("```console\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let (command, shown) = block.split_once('\n').unwrap();
    let words: Vec<&str> = command
        .strip_prefix("$ trailseal ")
        .unwrap()
        .split(' ')
        .collect();

    let run = Command::new(env!("CARGO_BIN_EXE_trailseal"))
        .args(words)
        .current_dir(&root)
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1));
    let printed = String::from_utf8(run.stdout).unwrap();
    let steady = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with("  run  "));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(steady(shown), steady(&printed));
}
