//! What the tests of the walk share: the vectors, and sources made of them.

#![allow(dead_code, reason = "each test file uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

pub(crate) mod kit;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proptest::test_runner::{Config, RngSeed};
use serde::Deserialize;
use trailseal_keys::{FingerprintPolicy, Keyring};
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::report::Report;
use trailseal_verifier::source::{Directory, Memory, ReadErrorKind, Source};
use trailseal_verifier::verdict::Finding;
use trailseal_verifier::walk::{Progress, Request, verify};

/// `case.toml`, as test-vectors/README.md describes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub name: String,
    pub about: String,
    pub source: String,
    #[serde(default)]
    pub verify: Asked,
    pub expect: Expect,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    from: Option<String>,
    to: Option<String>,
    #[serde(default)]
    accounts: Vec<String>,
    #[serde(default)]
    regions: Vec<String>,
    pub bucket: Option<String>,
    organization: Option<String>,
    trail: Option<String>,
    now: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    pub outcome: String,
    pub exit: u8,
    #[serde(default)]
    pub finding: Vec<Expected>,
    pub tally: Option<ExpectedTally>,
}

#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    pub code: String,
    pub object: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpectedTally {
    pub digests_verified: u64,
    pub logs_verified: u64,
}

impl Asked {
    pub(crate) fn request(&self) -> Request {
        let time = |text: &Option<String>| text.as_ref().map(|text| text.parse().unwrap());
        Request {
            from: time(&self.from),
            to: time(&self.to),
            now: time(&self.now),
            accounts: self
                .accounts
                .iter()
                .map(|text| text.parse().unwrap())
                .collect(),
            regions: self
                .regions
                .iter()
                .map(|text| text.parse().unwrap())
                .collect(),
            trails: self
                .trail
                .iter()
                .map(|text| text.parse().unwrap())
                .collect(),
            organization: self.organization.as_ref().map(|text| text.parse().unwrap()),
            jobs: 2,
            ..Request::default()
        }
    }
}

/// The folder of the committed vectors.
pub(crate) fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors")
}

/// Every case, with its folder.
pub(crate) fn cases() -> Vec<(PathBuf, Case)> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(vectors().join("cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    let read = |folder: PathBuf| {
        let text = std::fs::read_to_string(folder.join("case.toml")).unwrap();
        let case = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        (folder, case)
    };
    folders.into_iter().map(read).collect()
}

/// The keyring of a case.
pub(crate) fn keyring(folder: &Path) -> Result<Keyring, trailseal_keys::KeyringError> {
    let file = folder.join("keys.json");
    let path = if file.exists() {
        file
    } else {
        folder.join("keys")
    };
    Keyring::load(&[path], FingerprintPolicy::Refuse)
}

/// The objects of a case as a folder.
pub(crate) fn directory(folder: &Path, case: &Case) -> Directory {
    let bucket = case
        .verify
        .bucket
        .as_ref()
        .map(|name| name.parse().unwrap());
    Directory::open(&folder.join("objects"), bucket.as_ref()).unwrap()
}

/// The same objects in memory.
pub(crate) fn memory(directory: &Directory) -> Memory {
    let mut memory = Memory::default();
    for bucket in directory.buckets() {
        for key in directory.objects(&bucket, "").unwrap() {
            let object = ObjectRef::new(bucket.clone(), key);
            match directory.read(&object, u64::MAX - 1) {
                Ok(stored) => memory.put(object, stored),
                Err(error) => {
                    assert_ne!(error.kind, ReadErrorKind::Absent, "{object}");
                    memory.put_unread(object, error.kind);
                }
            }
        }
    }
    memory
}

/// Verifies, and keeps the findings.
pub(crate) fn run(
    source: &impl Source,
    keys: &Keyring,
    request: &Request,
) -> (Report, Vec<Finding>) {
    let mut findings: Vec<Finding> = Vec::new();
    let progress = Progress::default();
    let report = verify(source, keys, request, &(), &mut findings, &progress).unwrap();
    (report, findings)
}

/// Code and object of each finding.
pub(crate) fn named(findings: &[Finding]) -> BTreeSet<(String, String)> {
    findings
        .iter()
        .map(|f| (f.code.to_string(), f.object.to_string()))
        .collect()
}

/// So many cases, the same ones every time. `PROPTEST_CASES` and
/// `PROPTEST_RNG_SEED` ask for more or for others.
pub(crate) fn config(cases: u32) -> Config {
    let asked = Config::default();
    Config {
        cases: match std::env::var_os("PROPTEST_CASES") {
            Some(_) => asked.cases,
            None => cases,
        },
        rng_seed: match asked.rng_seed {
            RngSeed::Random => RngSeed::Fixed(1),
            fixed @ RngSeed::Fixed(_) => fixed,
        },
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..asked
    }
}
