//! `[[output]]` of the configuration: what a check tells to whom, and when.
//!
//! ```toml
//! [[output]]
//! kind = "sarif"                      # or json, junit, ocsf, asff, emf, openmetrics
//! path = "trailseal.sarif"            # relative to the configuration's folder; - is stdout
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

use std::num::NonZeroU64;
use std::path::PathBuf;

use serde::Deserialize;
use thiserror::Error;
use trailseal_keys::Region;
use trailseal_verifier::id::AccountId;

use super::report::{CheckReport, State};
#[cfg(feature = "aws")]
use crate::http::Endpoint;

/// How long a command may take, unless the configuration says otherwise: seconds.
const COMMAND_SECONDS: u64 = 60;

/// One way in which a check is told.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Typed")]
pub(crate) struct Output {
    pub(crate) when: When,
    pub(crate) target: Target,
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
    Json,
    Junit,
    Sarif,
    Ocsf,
    Asff(Product),
    Emf { namespace: String },
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

/// What is wrong with an `[[output]]`.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub(crate) enum OutputInvalid {
    /// A key that the kind needs is not there.
    #[error("kind = \"{kind}\" needs {key}")]
    Missing {
        kind: &'static str,
        key: &'static str,
    },
    /// A key that means nothing here.
    #[error("kind = \"{kind}\" has no {key}: leave it out")]
    Foreign {
        kind: &'static str,
        key: &'static str,
    },
    /// Two keys that say the same.
    #[error("{0} and {1} are both given: keep one of them")]
    Both(&'static str, &'static str),
    /// `account` is no account.
    #[error("account is no AWS account: expected 12 digits in quotes")]
    Account,
    /// `url` is no address.
    #[error("url is no web address: expected https://HOST/PATH")]
    Address,
    /// This build has no network.
    #[error(
        "kind = \"webhook\": this is the offline tool, which links no network code; use kind = \"command\""
    )]
    Offline,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Json,
    Junit,
    Sarif,
    Ocsf,
    Asff,
    Emf,
    OpenMetrics,
    Webhook,
    Command,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Sarif => "sarif",
            Self::Ocsf => "ocsf",
            Self::Asff => "asff",
            Self::Emf => "emf",
            Self::OpenMetrics => "openmetrics",
            Self::Webhook => "webhook",
            Self::Command => "command",
        }
    }
}

/// What is typed: flat, so that an unknown key is an error at its own place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    kind: Kind,
    when: Option<When>,
    path: Option<PathBuf>,
    account: Option<String>,
    region: Option<Region>,
    namespace: Option<String>,
    url: Option<String>,
    url_env: Option<String>,
    url_file: Option<PathBuf>,
    body: Option<Body>,
    secret_env: Option<String>,
    secret_file: Option<PathBuf>,
    program: Option<PathBuf>,
    arguments: Option<Vec<String>>,
    timeout_seconds: Option<NonZeroU64>,
}

impl TryFrom<Typed> for Output {
    type Error = OutputInvalid;

    fn try_from(mut typed: Typed) -> Result<Self, OutputInvalid> {
        let target = match typed.kind {
            Kind::Webhook => typed.webhook()?,
            Kind::Command => Target::Command(typed.command()?),
            kind => {
                let format = typed.format(kind)?;
                Target::File {
                    format,
                    place: typed.place()?,
                }
            }
        };
        typed.is_used_up()?;
        let when = typed.when.unwrap_or(match target {
            Target::File { .. } => When::Always,
            _ => When::Change,
        });
        Ok(Self { when, target })
    }
}

impl Typed {
    fn need<T>(&self, value: Option<T>, key: &'static str) -> Result<T, OutputInvalid> {
        let kind = self.kind.word();
        value.ok_or(OutputInvalid::Missing { kind, key })
    }

    fn format(&mut self, kind: Kind) -> Result<Format, OutputInvalid> {
        Ok(match kind {
            Kind::Junit => Format::Junit,
            Kind::Sarif => Format::Sarif,
            Kind::Ocsf => Format::Ocsf,
            Kind::Asff => {
                let (account, region) = (self.account.take(), self.region.take());
                let account = self.need(account, "account")?;
                Format::Asff(Product {
                    account: account.parse().map_err(|_| OutputInvalid::Account)?,
                    region: self.need(region, "region")?,
                })
            }
            Kind::Emf => Format::Emf {
                namespace: self.namespace.take().unwrap_or_else(|| "trailseal".into()),
            },
            Kind::OpenMetrics => Format::OpenMetrics,
            Kind::Json | Kind::Webhook | Kind::Command => Format::Json,
        })
    }

    fn place(&mut self) -> Result<Place, OutputInvalid> {
        let path = self.path.take();
        let path = self.need(path, "path")?;
        Ok(if path.as_os_str() == "-" {
            Place::Stdout
        } else {
            Place::File(path)
        })
    }

    #[cfg(not(feature = "aws"))]
    fn webhook(&mut self) -> Result<Target, OutputInvalid> {
        Err(OutputInvalid::Offline)
    }

    #[cfg(feature = "aws")]
    fn webhook(&mut self) -> Result<Target, OutputInvalid> {
        let stated = self.url.take();
        let elsewhere = kept(
            (self.url_env.take(), "url_env"),
            (self.url_file.take(), "url_file"),
        )?;
        let address = match (stated, elsewhere) {
            (Some(_), Some(Kept::Environment(_))) => {
                return Err(OutputInvalid::Both("url", "url_env"));
            }
            (Some(_), Some(Kept::File(_))) => return Err(OutputInvalid::Both("url", "url_file")),
            (Some(url), None) => Address::Stated(url.parse().map_err(|_| OutputInvalid::Address)?),
            (None, elsewhere) => Address::Kept(self.need(elsewhere, "url_env, url_file or url")?),
        };
        Ok(Target::Webhook(Webhook {
            body: self.body.take().unwrap_or_default(),
            address,
            secret: kept(
                (self.secret_env.take(), "secret_env"),
                (self.secret_file.take(), "secret_file"),
            )?,
        }))
    }

    fn command(&mut self) -> Result<Command, OutputInvalid> {
        let program = self.program.take();
        Ok(Command {
            program: self.need(program, "program")?,
            arguments: self.arguments.take().unwrap_or_default(),
            seconds: self
                .timeout_seconds
                .take()
                .map_or(COMMAND_SECONDS, NonZeroU64::get),
        })
    }

    /// Whether every key that was given meant something.
    fn is_used_up(&self) -> Result<(), OutputInvalid> {
        let left = [
            ("path", self.path.is_some()),
            ("account", self.account.is_some()),
            ("region", self.region.is_some()),
            ("namespace", self.namespace.is_some()),
            ("url", self.url.is_some()),
            ("url_env", self.url_env.is_some()),
            ("url_file", self.url_file.is_some()),
            ("body", self.body.is_some()),
            ("secret_env", self.secret_env.is_some()),
            ("secret_file", self.secret_file.is_some()),
            ("program", self.program.is_some()),
            ("arguments", self.arguments.is_some()),
            ("timeout_seconds", self.timeout_seconds.is_some()),
        ];
        let kind = self.kind.word();
        match left.into_iter().find(|(_, is_left)| *is_left) {
            Some((key, _)) => Err(OutputInvalid::Foreign { kind, key }),
            None => Ok(()),
        }
    }
}

#[cfg(feature = "aws")]
fn kept(
    variable: (Option<String>, &'static str),
    file: (Option<PathBuf>, &'static str),
) -> Result<Option<Kept>, OutputInvalid> {
    match (variable, file) {
        ((Some(_), one), (Some(_), other)) => Err(OutputInvalid::Both(one, other)),
        ((Some(variable), _), _) => Ok(Some(Kept::Environment(variable))),
        (_, (Some(path), _)) => Ok(Some(Kept::File(path))),
        ((None, _), (None, _)) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::check::fixture::{clean, report};

    fn parse(text: &str) -> Result<Output, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_is_written_always_and_a_hook_is_called_on_change() {
        let file = parse("kind = \"junit\"\npath = \"a.xml\"").unwrap();
        assert_eq!(file.when, When::Always);
        let stdout = parse("kind = \"emf\"\npath = \"-\"\nwhen = \"failure\"").unwrap();
        assert_eq!(stdout.when, When::Failure);
        let Target::File { format, place } = stdout.target else {
            panic!("a file")
        };
        assert_eq!(
            (format, place),
            (
                Format::Emf {
                    namespace: "trailseal".into()
                },
                Place::Stdout
            )
        );
        let hook = parse("kind = \"command\"\nprogram = \"page\"").unwrap();
        assert_eq!(hook.when, When::Change);
    }

    #[test]
    fn what_is_missing_foreign_or_unknown_is_named() {
        for (text, expected) in [
            ("kind = \"sarif\"", "kind = \"sarif\" needs path"),
            (
                "kind = \"asff\"\npath = \"a\"\nregion = \"us-east-1\"",
                "needs account",
            ),
            (
                "kind = \"sarif\"\npath = \"a\"\nprogram = \"b\"",
                "kind = \"sarif\" has no program",
            ),
            ("kind = \"sarif\"\npaht = \"a\"", "unknown field `paht`"),
            ("kind = \"xml\"", "unknown variant `xml`"),
            (
                "kind = \"command\"\nprogram = \"a\"\ntimeout_seconds = 0",
                "nonzero",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[cfg(feature = "aws")]
    #[test]
    fn the_example_of_deploy_is_one() {
        let text = include_str!("../../../deploy/trailseal.toml");
        let mut table: toml::Table = toml::from_str(text).unwrap();
        let outputs: Vec<Output> = table.remove("output").unwrap().try_into().unwrap();
        assert_eq!(outputs.len(), 5);
    }

    #[cfg(feature = "aws")]
    #[test]
    fn a_webhook_has_one_address_and_at_most_one_secret() {
        let webhook = "kind = \"webhook\"\n";
        for (text, expected) in [
            ("", "needs url_env, url_file or url"),
            (
                "url = \"https://example.com/\"\nurl_env = \"A\"",
                "url and url_env are both given",
            ),
            ("url = \"example.com\"", "url is no web address"),
            (
                "url_env = \"A\"\nsecret_env = \"B\"\nsecret_file = \"c\"",
                "secret_env and secret_file are both given",
            ),
        ] {
            let error = parse(&format!("{webhook}{text}")).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
        let output = parse(&format!("{webhook}url = \"https://example.com/T0/word\"")).unwrap();
        assert!(!format!("{output:?}").contains("word"), "{output:?}");
    }

    #[cfg(not(feature = "aws"))]
    #[test]
    fn the_offline_tool_has_no_webhooks() {
        let error = parse("kind = \"webhook\"\nurl_env = \"A\"").unwrap_err();
        assert!(error.contains("the offline tool"), "{error}");
    }

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
