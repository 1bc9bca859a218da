//! README shows what the tool prints.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::path::Path;
use std::process::Command;

/// Every block of a command and its output. A line of three dots stands for any
/// lines.
#[test]
fn the_worked_runs_are_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let blocks = readme.split("```console\n").skip(1);
    let mut runs = 0;
    for block in blocks.map(|block| block.split("```").next().unwrap()) {
        let (command, shown) = block.split_once('\n').unwrap();
        let words = command.strip_prefix("$ trailseal ").unwrap().split(' ');
        let run = Command::new(env!("CARGO_BIN_EXE_trailseal"))
            .args(words)
            .current_dir(&root)
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(1), "{command}: the sample fails");
        let printed = String::from_utf8(run.stdout).unwrap();
        is_shown(command, &steady(shown), &steady(&printed));
        runs += 1;
    }
    assert!(runs >= 4, "{runs}");
}

fn steady(text: &str) -> Vec<&str> {
    let lines = text.lines();
    lines.filter(|line| !line.starts_with("  run  ")).collect()
}

fn is_shown(command: &str, shown: &[&str], printed: &[&str]) {
    let mut rest = printed;
    let mut skip = false;
    for line in shown {
        if *line == "..." {
            skip = true;
            continue;
        }
        let at = rest.iter().position(|printed| printed == line);
        let at = at.unwrap_or_else(|| panic!("{command} does not print {line:?} there"));
        assert!(
            skip || at == 0,
            "{command} prints {:?} before {line:?}",
            rest[0]
        );
        rest = &rest[at + 1..];
        skip = false;
    }
    assert!(skip || rest.is_empty(), "{command} goes on: {rest:?}");
}
