//! A program that is given the report: no shell, the report as JSON on its standard
//! input, the head of it in `TRAILSEAL_*` variables.
//!
//! Everything else of the environment is passed on, credentials included: the program
//! is as trusted as the configuration that names it.

use std::io::Write as _;
use std::path::{self, Path, PathBuf};
use std::process::{Child, Command as Process, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::super::output::Command;
use super::super::report::{CheckReport, State};
use super::below;
use crate::render::visible_json;

/// How often it is looked whether the program ended.
const LOOK: Duration = Duration::from_millis(20);

/// Runs it to its end, or to its time limit.
///
/// # Errors
/// If it cannot be started, takes too long, or says that it failed.
pub(super) fn run(report: &CheckReport, command: &Command, folder: &Path) -> Result<()> {
    let json = visible_json::document(report)?;
    let mut process = Process::new(program(command, folder));
    process
        .args(&command.arguments)
        .current_dir(working(folder))
        .envs(variables(report))
        .stdin(Stdio::piped())
        // The standard output is the check's own.
        .stdout(Stdio::null());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        // A group of its own, so that what it started ends with it.
        process.process_group(0);
    }
    let mut child = process.spawn().context("cannot be started")?;
    if let Some(mut input) = child.stdin.take() {
        // On a thread of its own: a program that does not read must not keep us, and
        // one that stops reading is no error.
        thread::spawn(move || {
            let _ = input.write_all(json.as_bytes());
        });
    }
    match ended(&mut child, Duration::from_secs(command.seconds))? {
        Some(status) if status.success() => Ok(()),
        Some(status) => bail!("{status}"),
        None => bail!(
            "took longer than {} s and was ended; see timeout_seconds",
            command.seconds
        ),
    }
}

/// A name without a slash is looked for in `PATH`; any other is a path of the
/// configuration.
fn program(command: &Command, folder: &Path) -> PathBuf {
    if command.program.components().count() < 2 {
        return command.program.clone();
    }
    let relative = below(folder, &command.program);
    path::absolute(&relative).unwrap_or(relative)
}

/// The empty path is the present folder, and no folder to change to.
fn working(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    }
}

fn variables(report: &CheckReport) -> [(&'static str, String); 6] {
    let state = match report.state {
        State::Pass => "pass",
        State::Warn => "warn",
        State::Fail => "fail",
    };
    [
        ("TRAILSEAL_STATE", state.to_owned()),
        ("TRAILSEAL_OUTCOME", report.outcome.to_string()),
        ("TRAILSEAL_RUN", report.run.number.to_string()),
        ("TRAILSEAL_NEW", report.changes.new.to_string()),
        ("TRAILSEAL_RESOLVED", report.changes.resolved.to_string()),
        (
            "TRAILSEAL_STILL_OPEN",
            report.changes.still_open.to_string(),
        ),
    ]
}

/// Its status, or none if it had to be ended.
fn ended(child: &mut Child, limit: Duration) -> Result<Option<ExitStatus>> {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if began.elapsed() >= limit {
            end(child);
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(LOOK);
    }
}

fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw)
    {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    // It may have ended by itself.
    let _ = child.kill();
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use tempfile::TempDir;

    use super::*;
    use crate::render::check::fixture::report;

    /// A folder with a script in it.
    fn hook(script: &str, seconds: u64) -> (TempDir, Command) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hook");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let command = Command {
            program: "./hook".into(),
            arguments: vec!["a b".to_owned(), "$HOME; id".to_owned()],
            seconds,
        };
        (folder, command)
    }

    fn message(script: &str, seconds: u64) -> String {
        let (folder, command) = hook(script, seconds);
        format!("{:#}", run(&report(), &command, folder.path()).unwrap_err())
    }

    #[test]
    fn it_is_given_the_report_its_head_and_its_arguments() {
        let script = "cat > report.json\n\
                      printf '%s|' \"$@\" \"$TRAILSEAL_STATE\" \"$TRAILSEAL_OUTCOME\" \
                      \"$TRAILSEAL_RUN\" \"$TRAILSEAL_NEW\" > said";
        let (folder, command) = hook(script, 10);
        run(&report(), &command, folder.path()).unwrap();
        let said = fs::read_to_string(folder.path().join("said")).unwrap();
        assert_eq!(said, "a b|$HOME; id|fail|failed|7|1|");
        let json = fs::read(folder.path().join("report.json")).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(json["findings"].as_array().unwrap().len(), 5);
    }

    #[test]
    fn its_status_is_told() {
        assert_eq!(message("exit 3", 10), "exit status: 3");
        let (folder, command) = hook("exit 0", 10);
        // More than a pipe holds, and nobody reads.
        let mut report = report();
        report.findings = vec![report.findings[0].clone(); 1_000];
        run(&report, &command, folder.path()).unwrap();
        let missing = Command {
            program: "./none".into(),
            ..command
        };
        let error = run(&report, &missing, folder.path()).unwrap_err();
        assert!(
            format!("{error:#}").starts_with("cannot be started"),
            "{error:#}"
        );
    }

    #[test]
    fn it_ends_in_time_and_takes_with_it_what_it_started() {
        let (folder, command) = hook("sleep 600 & echo $! > pid; wait", 1);
        let error = run(&report(), &command, folder.path()).unwrap_err();
        assert!(error.to_string().contains("longer than 1 s"), "{error}");
        let pid = fs::read_to_string(folder.path().join("pid")).unwrap();
        let path = format!("/proc/{}/stat", pid.trim());
        // Ended, or not yet taken notice of by its new parent.
        let is_gone = || {
            let stat = fs::read_to_string(&path).unwrap_or_default();
            stat.is_empty() || stat.contains(") Z ")
        };
        let began = Instant::now();
        while !is_gone() {
            assert!(began.elapsed() < Duration::from_secs(30), "{path}");
            thread::sleep(LOOK);
        }
    }
}
