//! The AWS CLI, in a process that takes one run after the other.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use crate::program::credentials;
use crate::{Printed, Trail, Vector};

/// A Python process that holds the AWS CLI. Ends when dropped.
pub struct AwsCli {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

#[derive(Serialize)]
struct Question<'q> {
    arguments: &'q [String],
    environment: BTreeMap<&'q str, &'q str>,
}

impl AwsCli {
    /// Starts the one that `conformance/setup` installed.
    ///
    /// # Errors
    /// If it was not.
    pub fn start(checkout: &Path) -> Result<Self> {
        let python = checkout.join("target/conformance-tools/bin/python");
        if !python.exists() {
            bail!(
                "{}: not there; run conformance/setup first",
                python.display()
            );
        }
        let mut child = Command::new(python)
            .arg(checkout.join("conformance/driver.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .envs(credentials())
            .env("AWS_MAX_ATTEMPTS", "1")
            .env_remove("AWS_PROFILE")
            .env_remove("AWS_SESSION_TOKEN")
            .spawn()?;
        let questions = child.stdin.take();
        let answers = child.stdout.take().context("a pipe")?;
        Ok(Self {
            child,
            questions,
            answers: BufReader::new(answers),
        })
    }

    /// Validates every trail of a vector; what is printed is put together as
    /// trailseal puts it together.
    ///
    /// # Errors
    /// If the process does not answer.
    pub fn validate(&mut self, vector: &Vector, endpoint: &str, more: &[&str]) -> Result<Printed> {
        let mut all = Printed::default();
        for (index, trail) in vector.trails.iter().enumerate() {
            if index > 0 {
                all.stdout.push('\n');
            }
            let printed = self.ask(&arguments(vector, trail, more), endpoint)?;
            all.exit = all.exit.max(printed.exit);
            all.stdout.push_str(&printed.stdout);
            all.stderr.push_str(&printed.stderr);
        }
        Ok(all)
    }

    fn ask(&mut self, arguments: &[String], endpoint: &str) -> Result<Printed> {
        let question = serde_json::to_string(&Question {
            arguments,
            environment: BTreeMap::from([("AWS_ENDPOINT_URL", endpoint)]),
        })?;
        let questions = self.questions.as_mut().context("a pipe")?;
        writeln!(questions, "{question}")?;
        questions.flush()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        serde_json::from_str(&answer).with_context(|| format!("the AWS CLI answers {answer:?}"))
    }
}

impl Drop for AwsCli {
    fn drop(&mut self) {
        // It ends with its input.
        self.questions = None;
        let _ = self.child.wait();
    }
}

/// The arguments of `aws` for one trail.
pub fn arguments(vector: &Vector, trail: &Trail, more: &[&str]) -> Vec<String> {
    let (from, to) = vector.range;
    let mut arguments: Vec<String> = ["cloudtrail", "validate-logs"].map(str::to_owned).into();
    let options = [
        ("--region", trail.region.clone()),
        ("--trail-arn", trail.arn()),
        ("--account-id", trail.account.clone()),
        ("--start-time", from.to_string()),
        ("--end-time", to.to_string()),
    ];
    arguments.extend(
        options
            .into_iter()
            .flat_map(|(option, value)| [option.to_owned(), value]),
    );
    arguments.extend(more.iter().map(ToString::to_string));
    arguments
}
