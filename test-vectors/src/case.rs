//! A vector: a bucket with one thing done to it, and what a verifier must say.
//!
//! On disk a case is a folder: `case.toml`, `keys.json` (or `keys/` with one
//! file a Region) and `objects/`. README.md of this crate describes it for
//! other implementations.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::Serialize;

use crate::keyring::Keyring;
use crate::store::Store;

/// How the objects are laid down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// With `manifest.jsonl`: bucket names and metadata kept.
    Mirror,
    /// As `aws s3 sync` leaves it: no bucket names, no metadata.
    Plain,
}

/// The answer of the whole run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Everything in range verified and the range covered.
    Verified,
    /// Something failed.
    Failed,
    /// Nothing failed, something could not be checked.
    Unchecked,
    /// The input is not acceptable, so nothing may be checked at all.
    Refused,
}

impl Outcome {
    /// The exit code of a verifier that follows README.md.
    #[must_use]
    pub fn exit(self) -> u8 {
        match self {
            Self::Verified => 0,
            Self::Failed => 1,
            Self::Unchecked => 3,
            Self::Refused => 2,
        }
    }

    /// The word in `case.toml`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Failed => "failed",
            Self::Unchecked => "unchecked",
            Self::Refused => "refused",
        }
    }
}

/// What the verifier is asked. Members that are not there are not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verify {
    /// Start of the range, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// End of the range, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Accounts asked for by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// Regions asked for by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// The bucket that a plain copy was made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// Organization asked for by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// Trail asked for by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trail: Option<String>,
    /// The time it is to be taken for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
}

/// One thing that must be reported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// One of `codes.txt`.
    pub code: String,
    /// `s3://bucket/key`, `account/region`, or `*`.
    pub object: String,
}

/// How many of what must be verified.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Digests whose signature and place are right.
    pub digests_verified: usize,
    /// Logs whose content a verified digest vouches for.
    pub logs_verified: usize,
}

/// Everything a verifier must report, and nothing else may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Expect {
    /// The answer of the run.
    pub outcome: Outcome,
    /// Its exit code.
    pub exit: u8,
    /// Complete, in the order of code and object.
    #[serde(rename = "finding", skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Counts, where the case is about them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
}

/// The public keys a verifier is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keys {
    /// `keys.json`: one list for all Regions.
    File(Keyring),
    /// `keys.json` with times as version 1 of the command line prints them.
    EpochFile(Keyring),
    /// `keys/<region>.json`.
    Regions(BTreeMap<String, Keyring>),
}

/// One vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Kebab-case; also the folder's name.
    pub name: String,
    /// Which module of `cases` it comes from.
    pub group: &'static str,
    /// What was done and why the verdict follows.
    pub about: String,
    /// How it is laid down.
    pub source: SourceKind,
    /// What is asked.
    pub verify: Verify,
    /// What must be said.
    pub expect: Expect,
    /// The keys given.
    pub keys: Keys,
    /// The objects.
    pub store: Store,
}

/// The order in which `case.toml` is printed.
#[derive(Serialize)]
struct CaseFile<'a> {
    name: &'a str,
    about: &'a str,
    source: SourceKind,
    #[serde(skip_serializing_if = "is_default")]
    verify: &'a Verify,
    expect: &'a Expect,
}

fn is_default(verify: &&Verify) -> bool {
    **verify == Verify::default()
}

impl Case {
    /// The text of `case.toml`.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(&CaseFile {
            name: &self.name,
            about: &self.about,
            source: self.source,
            verify: &self.verify,
            expect: &self.expect,
        })
        .expect("plain values are TOML")
    }

    /// Writes the case into `folder`, which is created.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("case.toml"), self.to_toml())?;
        match &self.keys {
            Keys::File(ring) => std::fs::write(folder.join("keys.json"), ring.to_json())?,
            Keys::EpochFile(ring) => {
                std::fs::write(folder.join("keys.json"), ring.to_json_with_epoch_times())?;
            }
            Keys::Regions(rings) => {
                std::fs::create_dir_all(folder.join("keys"))?;
                for (region, ring) in rings {
                    let file = folder.join("keys").join(format!("{region}.json"));
                    std::fs::write(file, ring.to_json())?;
                }
            }
        }
        let objects = folder.join("objects");
        match self.source {
            SourceKind::Mirror => self.store.write_mirror(&objects),
            SourceKind::Plain => {
                let buckets: std::collections::BTreeSet<&str> =
                    self.store.iter().map(|(bucket, _, _)| bucket).collect();
                std::fs::create_dir_all(&objects)?;
                buckets
                    .into_iter()
                    .try_for_each(|bucket| self.store.write_plain_copy(&objects, bucket))
            }
        }
    }
}
