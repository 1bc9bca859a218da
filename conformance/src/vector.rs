//! A vector as both programs are asked about it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use serde::Deserialize;
use trailseal_verifier::layout::DigestKey;

use crate::trail::{Digests, Trail};

/// The bucket of the vectors that name none.
pub(crate) const BUCKET: &str = "example-trail-logs";

/// One vector: a folder of objects, keys, and what is asked.
#[derive(Clone, Debug)]
pub struct Vector {
    /// Its name.
    pub name: String,
    /// Its objects: a mirror, or a plain copy.
    pub objects: PathBuf,
    /// The bucket of a plain copy; `None` for a mirror.
    pub plain: Option<String>,
    /// Where its files lie: `s3://bucket/prefix`.
    pub urls: BTreeSet<String>,
    /// A file of keys, or a folder of such files.
    pub keys: PathBuf,
    /// What is asked.
    pub asked: Asked,
    /// What the AWS CLI must be run for, one after the other: in the order in
    /// which trailseal reports.
    pub trails: Vec<Trail>,
    /// The time that both are asked about.
    pub range: (Timestamp, Timestamp),
}

/// What a vector asks for by name.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: Option<Timestamp>,
    #[serde(default)]
    pub(crate) accounts: Vec<String>,
    #[serde(default)]
    pub(crate) regions: Vec<String>,
    pub(crate) trail: Option<String>,
    pub(crate) organization: Option<String>,
    pub(crate) bucket: Option<String>,
}

#[derive(Deserialize)]
struct Case {
    source: String,
    #[serde(default)]
    verify: Asked,
}

#[derive(Deserialize)]
struct Line {
    bucket: String,
    key: String,
}

impl Vector {
    /// All vectors of a folder, in the order of their names.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn all(cases: &Path) -> Result<Vec<Self>> {
        let mut folders = Vec::new();
        for entry in fs::read_dir(cases).with_context(|| cases.display().to_string())? {
            let folder = entry?.path();
            if folder.join("case.toml").is_file() {
                folders.push(folder);
            }
        }
        folders.sort();
        folders.iter().map(|folder| Self::read(folder)).collect()
    }

    fn read(folder: &Path) -> Result<Self> {
        let file = folder.join("case.toml");
        let place = || file.display().to_string();
        let text = fs::read_to_string(&file).with_context(place)?;
        let case: Case = toml::from_str(&text).with_context(place)?;
        let objects = folder.join("objects");
        let plain = (case.source == "plain").then(|| {
            let stated = case.verify.bucket.clone();
            stated.unwrap_or_else(|| BUCKET.to_owned())
        });
        let listed = match &plain {
            Some(bucket) => plain_copy(&objects, bucket)?,
            None => mirror(&objects)?,
        };
        let found = Digests::of(&listed);
        let trails = found.trails(&case.verify);
        let keys = ["keys", "keys.json"].map(|name| folder.join(name));
        let [several, one] = keys;
        Ok(Self {
            name: folder
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            objects,
            plain,
            keys: if several.is_dir() { several } else { one },
            urls: urls(&listed, &trails),
            trails,
            range: found.range(&case.verify),
            asked: case.verify,
        })
    }
}

impl Asked {
    /// The arguments of `trailseal verify` besides place and range.
    pub fn arguments(&self) -> Vec<String> {
        let one = |option: &Option<String>| option.iter().cloned().collect::<Vec<_>>();
        let options = [
            ("--account", self.accounts.clone()),
            ("--region", self.regions.clone()),
            ("--trail", one(&self.trail)),
            ("--organization", one(&self.organization)),
        ];
        let given = options.into_iter().filter(|(_, values)| !values.is_empty());
        given
            .flat_map(|(option, values)| [option.to_owned(), values.join(",")])
            .collect()
    }

    /// The bucket that a plain copy was made from, if it is told.
    pub fn bucket(&self) -> Option<&str> {
        self.bucket.as_deref()
    }

    pub(crate) fn names(&self, trail: &Trail) -> bool {
        let asked = |names: &[String], name: &String| names.is_empty() || names.contains(name);
        asked(&self.accounts, &trail.account)
            && asked(&self.regions, &trail.region)
            && self.trail.as_ref().is_none_or(|name| *name == trail.name)
            && (self.organization.is_none() || self.organization == trail.organization)
    }
}

/// The prefixes below which there are digests, and buckets in which there is
/// none.
fn urls(listed: &[(String, String)], trails: &[Trail]) -> BTreeSet<String> {
    let mut urls: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for trail in trails {
        urls.entry(&trail.bucket).or_default();
    }
    for (bucket, key) in listed {
        let prefix = DigestKey::parse(key).map(|key| key.place.root.prefix().to_owned());
        urls.entry(bucket).or_default().extend(prefix);
    }
    let each = urls.into_iter().flat_map(|(bucket, mut prefixes)| {
        if prefixes.is_empty() {
            prefixes.insert(String::new());
        }
        let url = move |prefix| format!("s3://{bucket}/{prefix}");
        prefixes.into_iter().map(url)
    });
    each.collect()
}

fn mirror(objects: &Path) -> Result<Vec<(String, String)>> {
    let manifest = objects.join("manifest.jsonl");
    let text = fs::read_to_string(&manifest).with_context(|| manifest.display().to_string())?;
    let object = |line: &str| {
        let line: Line = serde_json::from_str(line)?;
        Ok((line.bucket, line.key))
    };
    text.lines().map(object).collect()
}

fn plain_copy(objects: &Path, bucket: &str) -> Result<Vec<(String, String)>> {
    let mut folders = vec![objects.to_owned()];
    let mut listed = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(key) = path.strip_prefix(objects) {
                listed.push((bucket.to_owned(), key.to_string_lossy().into_owned()));
            }
        }
    }
    Ok(listed)
}
