//! What of a control of a compliance framework a report shows, and what not.
//!
//! A mapping is a data file ([`Framework::NAMES`]) that states its source and
//! version. Each control says which kinds of findings bear on it, what a report
//! of trailseal shows of it, and what it does not: no control is ever met by the
//! integrity of logs alone.

mod assess;

use serde::Deserialize;
use thiserror::Error;
use trailseal_verifier::verdict::Code;

pub use assess::{Assessed, Assessment};

/// One version of a framework, as far as logs bear on it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Its name on the command line.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// Who published it, and where.
    pub source: String,
    /// Its controls.
    #[serde(rename = "control")]
    pub controls: Vec<Control>,
}

/// One control.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Its id in the framework.
    pub id: String,
    /// What it asks for, in our words.
    pub asks: String,
    /// What a report shows of it.
    pub shows: String,
    /// What it does not.
    pub lacks: String,
    /// The kinds of findings that bear on it.
    pub concerns: Vec<Concern>,
}

/// Kinds of findings.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Concern {
    /// Something was altered.
    Altered,
    /// Something signed for is gone.
    Missing,
    /// Time that nothing covers.
    Uncovered,
    /// Files that nothing vouches for.
    Unnamed,
    /// Something could not be read or checked.
    Unread,
}

impl Concern {
    /// The kind of a finding.
    pub fn of(code: Code) -> Self {
        match code {
            Code::DigestAbsent | Code::LogAbsent | Code::ChainGap => Self::Missing,
            Code::ChainRestart
            | Code::HeadUncovered
            | Code::NoDigests
            | Code::TailUncovered
            | Code::WindowHole => Self::Uncovered,
            Code::LogUnreferenced | Code::LogUnvouched => Self::Unnamed,
            code if code.answer() == trailseal_verifier::verdict::Answer::Unchecked => Self::Unread,
            _ => Self::Altered,
        }
    }
}

/// A name that is none of a framework.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{found:?} is no framework; expected one of {}", Framework::NAMES.join(", "))]
pub struct UnknownFramework {
    found: String,
}

impl Framework {
    /// The frameworks there are mappings of.
    pub const NAMES: [&'static str; 6] = ["cis", "hipaa", "iso27001", "nist", "pci", "soc2"];

    /// The mapping of a framework.
    ///
    /// # Errors
    /// [`UnknownFramework`]
    pub fn named(name: &str) -> Result<Self, UnknownFramework> {
        let unknown = || UnknownFramework {
            found: name.to_owned(),
        };
        let text = match name {
            "cis" => include_str!("data/cis.toml"),
            "hipaa" => include_str!("data/hipaa.toml"),
            "iso27001" => include_str!("data/iso27001.toml"),
            "nist" => include_str!("data/nist.toml"),
            "pci" => include_str!("data/pci.toml"),
            "soc2" => include_str!("data/soc2.toml"),
            _ => return Err(unknown()),
        };
        // A test reads all of them.
        toml::from_str(text).map_err(|_| unknown())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_mapping_can_be_read_and_says_where_it_ends() {
        for name in Framework::NAMES {
            let framework = Framework::named(name).unwrap();
            assert_eq!(framework.name, name);
            assert!(!framework.version.is_empty() && !framework.source.is_empty());
            let ids: BTreeSet<_> = framework
                .controls
                .iter()
                .map(|control| &control.id)
                .collect();
            assert_eq!(ids.len(), framework.controls.len(), "{name}");
            for control in &framework.controls {
                for text in [&control.asks, &control.shows, &control.lacks] {
                    assert!(text.ends_with('.'), "{name} {}: {text}", control.id);
                }
                assert!(!control.concerns.is_empty());
            }
        }
        let error = Framework::named("fedramp").unwrap_err().to_string();
        assert!(error.contains("cis, hipaa, iso27001"), "{error}");
    }

    #[test]
    fn every_code_is_of_a_kind() {
        for code in Code::ALL {
            let kind = Concern::of(*code);
            let says = |word: &str| code.as_str().ends_with(word);
            assert_eq!(
                kind == Concern::Missing,
                says("-absent") && !says("signature-absent") || says("-gap"),
                "{code}"
            );
            assert_eq!(
                kind == Concern::Uncovered,
                says("-uncovered") || says("-restart") || says("-hole") || says("no-digests"),
                "{code}"
            );
        }
    }
}
