//! Tells a report to whom the configuration names: files, webhooks, commands.
//!
//! The run is in the ledger by then, so nothing here can lose it. Each output is
//! tried, whatever became of the others, in the order of the configuration.

mod command;
#[cfg(feature = "aws")]
mod kept;
#[cfg(test)]
#[cfg(feature = "aws")]
mod receivers;
#[cfg(feature = "aws")]
mod webhook;

use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::output::{Format, Output, Place, Target};
use super::report::CheckReport;
use crate::escape::Printable;
use crate::exit::Exit;
use crate::output;
use crate::render::{Colour, check as view};

/// What became of one output.
#[derive(Debug)]
pub(crate) struct Delivery {
    /// The output, without anything secret.
    pub(crate) to: String,
    pub(crate) outcome: Outcome,
}

/// How telling ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    Delivered,
    /// The configuration wants such a run not to be told.
    NotDue,
    /// Why it failed, without anything secret.
    Failed(anyhow::Error),
}

impl Delivery {
    /// Whether somebody was not told who should have been.
    pub(crate) fn is_failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed(_))
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = Printable(&self.to);
        match &self.outcome {
            Outcome::Delivered => write!(f, "{to}: delivered"),
            Outcome::NotDue => write!(f, "{to}: not due"),
            Outcome::Failed(error) => {
                write!(
                    f,
                    "{to}: NOT DELIVERED: {}",
                    Printable(format!("{error:#}"))
                )
            }
        }
    }
}

/// Tells it. Relative paths start at `folder`, the configuration's own.
pub(crate) fn deliver(report: &CheckReport, outputs: &[Output], folder: &Path) -> Vec<Delivery> {
    let one = |output: &Output| {
        let outcome = if output.when.is_due(report) {
            match tell(report, &output.target, folder) {
                Ok(()) => Outcome::Delivered,
                Err(error) => Outcome::Failed(error),
            }
        } else {
            Outcome::NotDue
        };
        let to = output.target.to_string();
        Delivery { to, outcome }
    };
    outputs.iter().map(one).collect()
}

/// The process's code after telling: a failed delivery is never 0, and hides no
/// verdict.
pub(crate) fn exit(verdict: Exit, deliveries: &[Delivery]) -> Exit {
    match verdict {
        Exit::Success if deliveries.iter().any(Delivery::is_failed) => Exit::CouldNotRun,
        verdict => verdict,
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { place, .. } => match place {
                Place::Stdout => f.write_str("the standard output"),
                Place::File(path) => write!(f, "{}", path.display()),
            },
            #[cfg(feature = "aws")]
            Self::Webhook(webhook) => write!(f, "webhook {}", webhook.address),
            Self::Command(command) => write!(f, "command {}", command.program.display()),
        }
    }
}

fn tell(report: &CheckReport, target: &Target, folder: &Path) -> Result<()> {
    match target {
        Target::File { format, place } => write(&written(report, format)?, place, folder),
        #[cfg(feature = "aws")]
        Target::Webhook(hook) => webhook::send(report, hook, folder, &webhook::Patience::USUAL),
        Target::Command(command) => command::run(report, command, folder),
    }
}

fn written(report: &CheckReport, format: &Format) -> Result<String> {
    match format {
        Format::Text => Ok(view::text(report, Colour::Off)),
        Format::Json => view::json(report),
        Format::Junit => Ok(view::junit(report)),
        Format::Sarif => view::sarif(report),
        Format::Ocsf => view::ocsf(report),
        Format::Asff(product) => view::asff(report, product),
        Format::Emf { namespace } => view::emf(report, namespace),
        Format::OpenMetrics => Ok(view::openmetrics(report)),
    }
}

fn write(text: &str, place: &Place, folder: &Path) -> Result<()> {
    let path = match place {
        Place::Stdout => return output::print(text),
        Place::File(path) => below(folder, path),
    };
    let mut file = output::Output::open(Some(&path))?;
    file.write_all(text.as_bytes())?;
    file.finish()
}

/// A path of the configuration.
fn below(folder: &Path, path: &Path) -> PathBuf {
    folder.join(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::render::check::fixture::{clean, report};

    fn outputs(text: &str) -> Vec<Output> {
        #[derive(serde::Deserialize)]
        struct Configuration {
            output: Vec<Output>,
        }
        toml::from_str::<Configuration>(text).unwrap().output
    }

    #[test]
    fn every_file_is_written_and_one_that_fails_keeps_none_from_being_written() {
        let folder = tempfile::tempdir().unwrap();
        let outputs = outputs(
            "[[output]]\nkind = \"json\"\npath = \"none/report.json\"\n\
             [[output]]\nkind = \"junit\"\npath = \"report.xml\"\n\
             [[output]]\nkind = \"sarif\"\npath = \"report.sarif\"\nwhen = \"change\"\n\
             [[output]]\nkind = \"openmetrics\"\npath = \"trailseal.prom\"\n",
        );
        let told = deliver(&clean(), &outputs, folder.path());
        assert!(told[0].is_failed() && !told[1].is_failed());
        assert!(told[0].to_string().contains("NOT DELIVERED"), "{}", told[0]);
        assert_eq!(told[2].to_string(), "report.sarif: not due");
        assert_eq!(told[3].to_string(), "trailseal.prom: delivered");
        let written: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(written.len(), 2);

        assert_eq!(exit(Exit::Success, &told), Exit::CouldNotRun);
        assert_eq!(exit(Exit::Success, &told[1..]), Exit::Success);
        for verdict in [Exit::Failed, Exit::Unchecked, Exit::Interrupted] {
            assert_eq!(exit(verdict, &told), verdict);
        }
    }

    #[test]
    fn an_older_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let outputs = outputs("[[output]]\nkind = \"json\"\npath = \"report.json\"");
        fs::write(folder.path().join("report.json"), "x".repeat(1 << 20)).unwrap();
        deliver(&report(), &outputs, folder.path());
        let json = fs::read(folder.path().join("report.json")).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(json["schema"], "urn:trailseal:check:v1");
        assert_eq!(json["state"], "fail");
    }
}
