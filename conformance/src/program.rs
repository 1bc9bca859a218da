//! `trailseal verify`, as a program.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use tempfile::TempDir;

use crate::Vector;

/// What a program wrote, and how it ended.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
pub struct Printed {
    /// Its exit code.
    pub exit: i32,
    /// The standard output.
    pub stdout: String,
    /// The standard error.
    pub stderr: String,
}

/// The program `trailseal`.
pub struct Program {
    program: PathBuf,
    /// Where it is kept, until it is dropped.
    _copy: Option<TempDir>,
}

impl Program {
    /// Builds it from this checkout, or takes the one that the environment
    /// variable `TRAILSEAL` names.
    ///
    /// # Errors
    /// If it cannot be built.
    pub fn build() -> Result<Self> {
        if let Some(path) = env::var_os("TRAILSEAL") {
            return Ok(Self {
                program: path.into(),
                _copy: None,
            });
        }
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        // As the tests of the workspace have it, so that its dependencies are not
        // built a second time with other features.
        let built = Command::new(cargo)
            .args([
                "test",
                "--quiet",
                "--workspace",
                "--no-run",
                "--test",
                "live",
            ])
            .status()?;
        if !built.success() {
            bail!("trailseal cannot be built; name one with the environment variable TRAILSEAL");
        }
        // This is target/debug/deps/vectors-….
        let own = env::current_exe()?;
        let target = own.ancestors().nth(2).context("a target folder")?;
        // Another build may replace the program while it is in use here.
        let copy = tempfile::tempdir()?;
        let program = copy.path().join("trailseal");
        fs::copy(target.join("trailseal"), &program)?;
        Ok(Self {
            program,
            _copy: Some(copy),
        })
    }

    /// Verifies a vector where it lies: its folder with its keys.
    ///
    /// # Errors
    /// If the program cannot be run.
    pub fn verify_folder(&self, vector: &Vector, more: &[&str]) -> Result<Printed> {
        let mut command = self.command();
        command.arg(&vector.objects).arg("--keys").arg(&vector.keys);
        if let Some(bucket) = vector.asked.bucket() {
            command.args(["--bucket", bucket]);
        }
        run(command, vector, more)
    }

    /// Verifies the buckets of a vector at an endpoint, with the keys that
    /// CloudTrail lists there.
    ///
    /// # Errors
    /// If the program cannot be run.
    pub fn verify_buckets(
        &self,
        vector: &Vector,
        endpoint: &str,
        more: &[&str],
    ) -> Result<Printed> {
        let mut command = self.command();
        match vector.trails.as_slice() {
            // What lies below an AWSLogs/ cannot be said with a URL.
            [trail] if trail.prefix.contains("AWSLogs") => {
                command.args(["--trail-arn", &trail.arn()]);
            }
            _ => {
                command.args(&vector.urls);
            }
        }
        command.args(["--endpoint-url", endpoint]);
        command.envs(credentials());
        run(command, vector, more)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("verify");
        command
    }
}

fn run(mut command: Command, vector: &Vector, more: &[&str]) -> Result<Printed> {
    let (from, to) = vector.range;
    command.args(["--from", &from.to_string(), "--to", &to.to_string()]);
    command.args(vector.asked.arguments());
    command.args(["--format", "aws-cli"]).args(more);
    let output = command.output()?;
    Ok(Printed {
        exit: output.status.code().context("ended by a signal")?,
        stdout: String::from_utf8(output.stdout)?,
        stderr: String::from_utf8(output.stderr)?,
    })
}

/// Credentials that nobody checks, and nobody's configuration.
pub(crate) fn credentials() -> [(&'static str, &'static str); 5] {
    [
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("AWS_ACCESS_KEY_ID", "example"),
        ("AWS_SECRET_ACCESS_KEY", "example"),
        ("AWS_REGION", "us-east-1"),
    ]
}
