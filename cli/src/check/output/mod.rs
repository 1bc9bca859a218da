//! `[[output]]` of the configuration: what a check tells to whom, and when.
//!
//! ```toml
//! [[output]]
//! kind = "sarif"                # or text, json, junit, ocsf, asff, emf, openmetrics
//! path = "trailseal.sarif"      # relative to the configuration's folder; - is stdout
//!
//! [[output]]
//! kind = "webhook"
//! url_env = "TRAILSEAL_WEBHOOK"       # or url_file, or url
//! body = "slack"                      # or json, the default: the report itself
//! secret_file = "webhook.secret"      # or secret_env: signs what is sent
//! when = "change"                     # or always, or failure
//!
//! [[output]]
//! kind = "command"
//! program = "/usr/local/bin/page"     # no shell; the report is on its standard input
//! arguments = ["--team", "security"]
//! ```

mod typed;

use std::path::PathBuf;

use serde::Deserialize;
use trailseal_keys::Region;
use trailseal_verifier::id::AccountId;

use super::report::{CheckReport, State};
#[cfg(feature = "aws")]
use crate::http::Endpoint;

/// One way in which a check is told.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "typed::Typed")]
pub(crate) struct Output {
    pub(crate) when: When,
    pub(crate) target: Target,
}

impl Output {
    /// Whether it is what the process prints.
    pub(crate) fn is_stdout(&self) -> bool {
        matches!(
            self.target,
            Target::File {
                place: Place::Stdout,
                ..
            }
        )
    }
}

/// When it is told. A source that cannot be read is told in any case: a check that
/// sees nothing must not be silent.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum When {
    /// After every run: the default of files.
    Always,
    /// If a finding is new or resolved: the default of webhooks and commands.
    Change,
    /// If the check fails.
    Failure,
}

impl When {
    /// Whether this run is told.
    pub(crate) fn is_due(self, report: &CheckReport) -> bool {
        let told = match self {
            Self::Always => true,
            Self::Change => report.changes.new > 0 || report.changes.resolved > 0,
            Self::Failure => report.state == State::Fail,
        };
        told || report.sources.iter().any(|source| source.error.is_some())
    }
}

/// To whom.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// Whoever reads a file.
    File { format: Format, place: Place },
    /// A web server.
    #[cfg(feature = "aws")]
    Webhook(Webhook),
    /// A program.
    Command(Command),
}

/// What a file looks like.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Format {
    /// What the command prints.
    Text,
    Json,
    Junit,
    Sarif,
    Ocsf,
    Asff(Product),
    Emf {
        namespace: String,
    },
    OpenMetrics,
}

/// Where it is written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    Stdout,
    File(PathBuf),
}

/// The Security Hub that findings are for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Product {
    pub(crate) account: AccountId,
    pub(crate) region: Region,
}

/// A web server that takes reports.
#[cfg(feature = "aws")]
#[derive(Clone, Debug)]
pub(crate) struct Webhook {
    pub(crate) body: Body,
    pub(crate) address: Address,
    /// What signs each request.
    pub(crate) secret: Option<Kept>,
}

/// What is sent.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Body {
    /// The report.
    #[default]
    Json,
    /// A message for people, in the form of Slack's incoming webhooks.
    Slack,
}

/// Where requests go. The address of a webhook is often its password.
#[cfg(feature = "aws")]
#[derive(Clone, Debug)]
pub(crate) enum Address {
    Stated(Endpoint),
    Kept(Kept),
}

/// Where something is kept that is not to stand in a configuration.
#[cfg(feature = "aws")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Kept {
    Environment(String),
    /// The first line of a file.
    File(PathBuf),
}

/// A program that is given the report.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Command {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    /// Seconds until it is ended.
    pub(crate) seconds: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::check::fixture::{clean, report};

    #[test]
    fn blindness_is_always_told() {
        let (mut calm, loud) = (clean(), report());
        assert!(When::Always.is_due(&calm));
        assert!(!When::Change.is_due(&calm) && !When::Failure.is_due(&calm));
        assert!(When::Change.is_due(&loud) && When::Failure.is_due(&loud));
        calm.sources[0].error = Some("denied".to_owned());
        assert!(When::Change.is_due(&calm) && When::Failure.is_due(&calm));
    }
}
