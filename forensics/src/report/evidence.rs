//! The report as data: `report.json`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use trailseal_keys::signing::{KeyId, SignatureAlgorithm};
use trailseal_keys::{Fingerprint, KeySource, Keyring, KeyringWarning, Region, Sha256, Validity};
use trailseal_verifier::report::Report;
use trailseal_verifier::verdict::{Answer, Code, Finding};

use super::bundle::{Included, Objects};
use super::case::Case;
use super::control::Assessment;
use super::sections::Sections;
use super::{Basis, Filters, Headline, Input, State};

/// The name and version of the form.
pub const EVIDENCE_SCHEMA: &str = "trailseal-evidence/1";

/// A report. It says nothing of the machine that made it: the same evidence,
/// keys, question and time give the same bytes anywhere.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(title = "trailseal evidence report"))]
pub struct Evidence {
    /// The form of this document and its version.
    pub schema: &'static str,
    /// The program that made it.
    pub tool: Tool,
    /// When it was made, by the clock of that machine or as it was told. A time
    /// that others vouch for is only in the bundle's time stamp, if it has one.
    pub made: Timestamp,
    /// How much of what was asked has an answer.
    pub state: State,
    /// The conclusion in a sentence.
    pub summary: String,
    /// What the examiner says of the case.
    pub case: Case,
    /// Who signs the statement over this report and all files beside it.
    pub signature: SignedBy,
    /// The command line, one argument each; where the bundle and the keys that
    /// sign it lie is left out.
    pub command: Vec<String>,
    /// What was read.
    pub input: Input,
    /// What the verdicts rest on.
    pub basis: Basis,
    /// Files of the source that say what is in it, with their hashes.
    pub sources: Vec<Attachment>,
    /// What the run was narrowed to.
    pub filters: Filters,
    /// The keys that the verdicts rest on.
    pub keys: Keys,
    /// How many findings of each code there are.
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, u64>"))]
    pub codes: BTreeMap<Code, u64>,
    /// The conclusion.
    #[serde(flatten)]
    pub report: Report,
    /// What was found, in the order in which the run came upon it.
    pub findings: Vec<Finding>,
    /// Findings beyond those: of each code so many are kept. Their objects are in
    /// the inventory all the same.
    pub findings_left_out: u64,
    /// What records say, as far as it was asked for.
    #[serde(skip_serializing_if = "Sections::is_empty")]
    pub sections: Sections,
    /// What none of this proves.
    pub not_proved: Vec<String>,
    /// The inventory: every digest and log.
    pub objects: Objects,
    /// Objects that are in the bundle themselves, if any were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub included: Option<Included>,
    /// Events that were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<Events>,
    /// What it shows of the controls that were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<Assessment>,
    /// Files beside this one, with their hashes.
    pub attachments: Vec<Attachment>,
}

/// The program that made a report.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

impl Tool {
    /// This one. All crates of the workspace have one version.
    pub const THIS: Self = Self {
        name: "trailseal",
        version: env!("CARGO_PKG_VERSION"),
    };
}

/// Who signs.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum SignedBy {
    /// The holder of this key.
    Signed {
        /// Its name: SHA-256 of its SubjectPublicKeyInfo.
        key: KeyId,
        /// How it signs.
        algorithm: SignatureAlgorithm,
    },
    /// Nobody: whoever holds the bundle can change all of it.
    Unsigned,
}

/// A file and its hash.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
    /// Its bytes.
    pub size: u64,
}

/// The keys that the verdicts rest on.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Keys {
    /// The files they came from, in the order given.
    pub sources: Vec<KeySource>,
    /// What is doubtful about them.
    pub warnings: Vec<KeyringWarning>,
    /// Every key that could be used.
    pub listed: Vec<ListedKey>,
}

/// One key.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListedKey {
    /// The Region it serves; absent if it serves every Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub region: Option<Region>,
    /// Its fingerprint, as digests name it.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub fingerprint: Fingerprint,
    /// The period for which it was published.
    #[cfg_attr(feature = "schema", schemars(with = "serde_json::Value"))]
    pub validity: Validity,
    /// The file it came from.
    pub origin: String,
}

impl From<&Keyring> for Keys {
    fn from(keyring: &Keyring) -> Self {
        let listed = keyring.keys().iter().map(|key| ListedKey {
            region: key.region().cloned(),
            fingerprint: key.fingerprint(),
            validity: key.validity(),
            origin: key.origin().to_owned(),
        });
        Self {
            sources: keyring.sources().to_vec(),
            warnings: keyring.warnings().to_vec(),
            listed: listed.collect(),
        }
    }
}

/// Events that are in the bundle.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Events {
    /// Events.
    pub events: u64,
    /// How many of them are of logs that are verified.
    pub verified: u64,
    /// Copies of events that were delivered several times, left out.
    pub repeated: u64,
    /// Events that may be of the time asked for and say no time that can be read.
    pub undated: u64,
    /// Records that could not be read.
    pub unread: u64,
    /// Whether all events were asked for, or only those that fit a question.
    pub filtered: bool,
}

/// What a run found, as a report keeps it.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The first of each code, in the order of the run.
    pub kept: Vec<Finding>,
    /// How often each code was found.
    pub headline: Headline,
}

impl Findings {
    /// Findings of one code that are kept: one kind must not crowd out another,
    /// nor a ruined archive of millions fill the memory.
    pub const OF_ONE_CODE: u64 = 20_000;

    /// Notes one more.
    pub fn note(&mut self, finding: Finding) {
        self.headline.note(&finding);
        let alike = self.headline.codes().get(&finding.code).copied();
        if alike.unwrap_or(0) <= Self::OF_ONE_CODE {
            self.kept.push(finding);
        }
    }

    /// How many were not kept.
    pub fn left_out(&self) -> u64 {
        let all: u64 = self.headline.codes().values().sum();
        all - self.kept.len() as u64
    }
}

impl Evidence {
    /// The answer of the whole.
    pub fn outcome(&self) -> Answer {
        self.report.outcome
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn one_kind_of_finding_does_not_crowd_out_another() {
        let mut findings = Findings::default();
        for number in 0..25_000 {
            findings.note(fixture::numbered(Code::LogAbsent, number));
        }
        findings.note(fixture::finding(Code::DigestMoved));
        assert_eq!(findings.left_out(), 5_000);
        assert_eq!(findings.kept.len(), 20_001);
        assert_eq!(findings.kept.last().unwrap().code, Code::DigestMoved);
        assert_eq!(findings.headline.codes()[&Code::LogAbsent], 25_000);
    }
}
