//! The configuration of scheduled checks: one file of TOML.

mod error;
mod evidence;
mod example;
mod policy;
mod source;
mod words;

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::output::Output;

pub(crate) use error::ConfigError;
pub(crate) use evidence::EvidenceConfig;
pub(crate) use example::EXAMPLE;
pub(crate) use policy::{Accept, ExpectedAccounts, Policy};
pub(crate) use source::SourceConfig;

/// Where the configuration is looked for.
pub(crate) const DEFAULT: &str = "trailseal.toml";

/// Longest configuration that is read.
const MAX_BYTES: u64 = 1 << 20;

/// What is checked, where the ledger lies, and what the policy asks for. Paths
/// are relative to the folder of the configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The ledger's file.
    #[serde(default = "ledger")]
    pub(crate) ledger: PathBuf,
    /// The key that signs each row of the journal: a PEM file, `env:VAR` or
    /// `awskms:KEY`.
    pub(crate) signing_key: Option<String>,
    /// Public keys of those that signed before.
    #[serde(default)]
    pub(crate) former_keys: Vec<PathBuf>,
    /// In how many days everything is verified once more.
    #[serde(default = "recheck_days")]
    pub(crate) recheck_days: u32,
    /// What is checked.
    #[serde(rename = "source", default)]
    pub(crate) sources: Vec<SourceConfig>,
    /// What is asked of it.
    #[serde(default)]
    pub(crate) policy: Policy,
    /// The signed bundle of each period.
    pub(crate) evidence: Option<EvidenceConfig>,
    /// What is told to whom.
    #[serde(rename = "output", default)]
    pub(crate) outputs: Vec<Output>,
    /// The configuration's own folder, where paths of outputs start.
    #[serde(skip)]
    pub(crate) folder: PathBuf,
}

fn ledger() -> PathBuf {
    "trailseal-ledger.sqlite".into()
}

fn recheck_days() -> u32 {
    30
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// [`ConfigError`] names the file, the line and the key.
    pub(crate) fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = error::read(path, MAX_BYTES)?;
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut config = Self::parse(&text).map_err(|fault| fault.of(path))?;
        folder.clone_into(&mut config.folder);
        config.ledger = folder.join(&config.ledger);
        for key in &mut config.former_keys {
            *key = folder.join(&*key);
        }
        if let Some(key) = &mut config.signing_key
            && !key.starts_with("env:")
            && !key.starts_with("awskms:")
        {
            *key = folder.join(&*key).to_string_lossy().into_owned();
        }
        for source in &mut config.sources {
            source.resolve(folder);
        }
        if let Some(evidence) = &mut config.evidence {
            evidence.resolve(folder);
        }
        Ok(config)
    }

    /// Reads the text of a configuration.
    fn parse(text: &str) -> Result<Self, error::Fault> {
        let config: Self = toml::from_str(text).map_err(|it| error::Fault::of_toml(&it, text))?;
        config
            .check()
            .map_err(|(key, problem)| error::Fault::at(text, &key, &problem))?;
        Ok(config)
    }

    /// What is wrong with values that are well-formed: the key, and why.
    fn check(&self) -> Result<(), (String, String)> {
        if !(1..=3650).contains(&self.recheck_days) {
            let problem = format!("expected 1 to 3650 days, found {}", self.recheck_days);
            return Err(("recheck_days".to_owned(), problem));
        }
        if self.sources.is_empty() {
            let problem = "expected at least one [[source]]".to_owned();
            return Err(("source".to_owned(), problem));
        }
        for (index, source) in self.sources.iter().enumerate() {
            if self.sources[..index]
                .iter()
                .any(|other| other.name == source.name)
            {
                let problem = format!("two sources have the name {:?}", source.name);
                return Err(("name".to_owned(), problem));
            }
            source.check()?;
        }
        if self.evidence.is_some() && self.signing_key.is_none() {
            let problem = "bundles of evidence are signed: add signing_key above".to_owned();
            return Err(("folder".to_owned(), problem));
        }
        self.policy.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "[[source]]\nname = \"org\"\nlocation = \"s3://logs\"\n";

    fn refused(text: &str) -> String {
        let fault = Config::parse(text).unwrap_err();
        fault.of(Path::new("trailseal.toml")).to_string()
    }

    #[test]
    fn the_example_is_a_configuration_that_says_what_the_defaults_are() {
        let example = Config::parse(EXAMPLE).unwrap();
        assert_eq!(example.sources.len(), 1);
        let small = Config::parse(SMALL).unwrap();
        assert_eq!(small.recheck_days, 30);
        assert_eq!(small.ledger, example.ledger);
        assert_eq!(small.policy.max_tail_lag, example.policy.max_tail_lag);
    }

    #[test]
    fn every_comment_of_the_example_that_looks_like_a_key_is_one() {
        // What is commented out is turned on.
        let all: String = EXAMPLE
            .lines()
            .map(|line| match line.strip_prefix("#") {
                Some(rest) if !rest.starts_with(' ') => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let config = Config::parse(&all).unwrap();
        assert_eq!(config.sources.len(), 2);
        assert_eq!(config.policy.accept.len(), 1);
        assert_eq!(config.outputs.len(), 3);
        assert!(config.evidence.is_some());
    }

    #[cfg(feature = "aws")]
    #[test]
    fn the_example_of_deploy_is_a_configuration() {
        let example = include_str!("../../../../deploy/trailseal.toml");
        let config = Config::parse(example).unwrap();
        assert_eq!(config.sources.len(), 1);
        assert_eq!(config.outputs.len(), 5);
        let error = refused(&example.replace("url_env", "url_evn"));
        assert!(error.contains("did you mean url_env?"), "{error}");
    }

    #[cfg(not(feature = "aws"))]
    #[test]
    fn the_offline_tool_asks_no_organization() {
        let error = refused(&format!("{SMALL}[policy]\naccounts = \"organization\"\n"));
        assert!(error.starts_with("trailseal.toml:5: "), "{error}");
        assert!(error.contains("this is the offline tool"), "{error}");
    }

    #[test]
    fn a_key_that_is_none_is_refused_with_its_line_and_the_nearest() {
        let error = refused(&format!("recheck_day = 3\n{SMALL}"));
        assert!(
            error.contains("trailseal.toml:1: ") && error.contains("did you mean recheck_days?"),
            "{error}"
        );
        let error = refused(&format!("{SMALL}keyz = 1\n"));
        assert!(
            error.contains("trailseal.toml:4: ") && error.contains("keys"),
            "{error}"
        );
        let error = refused(&format!("{SMALL}[policy]\nmax_tail = \"3h\"\n"));
        assert!(
            error.contains(":5: ") && error.contains("max_tail_lag"),
            "{error}"
        );
        let error = refused(&format!("{SMALL}[polcy]\n"));
        assert!(error.contains("did you mean policy?"), "{error}");
    }

    #[test]
    fn values_that_make_no_sense_are_refused_with_their_line() {
        for (text, line, hint) in [
            ("recheck_days = 0\n", 1, "1 to 3650"),
            ("", 1, "at least one [[source]]"),
            ("[[source]]\nname = \"a\"\nlocation = \"\"\n", 3, "location"),
            (
                "[[source]]\nname = \"a b\\n\"\nlocation = \"x\"\n",
                2,
                "name",
            ),
            ("[[source]]\nname = \"a\"\nlocation = \"copy\"\n", 3, "keys"),
            (
                &format!("{SMALL}[policy]\nwarn = [\"log-abesnt\"]\n"),
                5,
                "log-absent",
            ),
            (&format!("{SMALL}[policy]\nmax_tail_lag = \"3\"\n"), 5, "3h"),
            (
                &format!("{SMALL}[policy]\ncontrols = [\"pcii\"]\n"),
                5,
                "pci",
            ),
            (
                &format!("{SMALL}[policy]\naccounts = [\"12\"]\n"),
                5,
                "12 digits",
            ),
            (
                &format!("{SMALL}[policy]\naccounts = \"111122223333\"\n"),
                5,
                "a list of accounts or \"organization\"",
            ),
            (&format!("{SMALL}{SMALL}"), 2, "two sources"),
            (
                &format!("{SMALL}[evidence]\nfolder = \"evidence\"\n"),
                5,
                "signing_key",
            ),
        ] {
            let error = refused(text);
            let place = format!("trailseal.toml:{line}: ");
            assert!(
                error.starts_with(&place) && error.contains(hint),
                "{text}: {error}"
            );
        }
    }
}
