//! `[[output]]` as it is typed, and what is wrong with it.

use std::num::NonZeroU64;
use std::path::PathBuf;

use serde::Deserialize;
use thiserror::Error;
use trailseal_keys::Region;

#[cfg(feature = "aws")]
use super::{Address, Kept, Webhook};
use super::{Body, Command, Format, Output, Place, Product, Target, When};

/// How long a command may take, unless the configuration says otherwise: seconds.
const COMMAND_SECONDS: u64 = 60;

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
    #[cfg(feature = "aws")]
    #[error("{0} and {1} are both given: keep one of them")]
    Both(&'static str, &'static str),
    /// `account` is no account.
    #[error("account is no AWS account: expected 12 digits in quotes")]
    Account,
    /// `url` is no address.
    #[cfg(feature = "aws")]
    #[error("url is no web address: expected https://HOST/PATH")]
    Address,
    /// This build has no network.
    #[cfg(not(feature = "aws"))]
    #[error(
        "kind = \"webhook\": this is the offline tool, which links no network code; use kind = \"command\""
    )]
    Offline,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Text,
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
            Self::Text => "text",
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
pub(super) struct Typed {
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
            Kind::Text => typed.file(Format::Text)?,
            Kind::Json => typed.file(Format::Json)?,
            Kind::Junit => typed.file(Format::Junit)?,
            Kind::Sarif => typed.file(Format::Sarif)?,
            Kind::Ocsf => typed.file(Format::Ocsf)?,
            Kind::Asff => {
                let product = typed.product()?;
                typed.file(Format::Asff(product))?
            }
            Kind::Emf => {
                let namespace = typed.namespace.take();
                let namespace = namespace.unwrap_or_else(|| "trailseal".to_owned());
                typed.file(Format::Emf { namespace })?
            }
            Kind::OpenMetrics => typed.file(Format::OpenMetrics)?,
            Kind::Webhook => typed.webhook()?,
            Kind::Command => Target::Command(typed.command()?),
        };
        typed.is_used_up()?;
        let when = typed.when.unwrap_or(match target {
            Target::File { .. } => When::Always,
            #[cfg(feature = "aws")]
            Target::Webhook(_) => When::Change,
            Target::Command(_) => When::Change,
        });
        Ok(Self { when, target })
    }
}

impl Typed {
    fn need<T>(&self, value: Option<T>, key: &'static str) -> Result<T, OutputInvalid> {
        let kind = self.kind.word();
        value.ok_or(OutputInvalid::Missing { kind, key })
    }

    fn file(&mut self, format: Format) -> Result<Target, OutputInvalid> {
        let path = self.path.take();
        let path = self.need(path, "path")?;
        let place = if path.as_os_str() == "-" {
            Place::Stdout
        } else {
            Place::File(path)
        };
        Ok(Target::File { format, place })
    }

    fn product(&mut self) -> Result<Product, OutputInvalid> {
        let (account, region) = (self.account.take(), self.region.take());
        let account = self.need(account, "account")?;
        Ok(Product {
            account: account.parse().map_err(|_| OutputInvalid::Account)?,
            region: self.need(region, "region")?,
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
        let text = include_str!("../../../../deploy/trailseal.toml");
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
}
