//! Public keys, as several tools write them.
//!
//! Format reference: AWS CloudTrail API reference, `ListPublicKeys`; README of
//! the test vectors.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;

use super::SceneError;

/// A public key of CloudTrail. Nothing of it is checked.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// `None` is a key for every Region.
    pub(crate) region: Option<String>,
    pub(crate) fingerprint: String,
    /// DER in Base64.
    pub(crate) value: String,
    pub(crate) valid_from: Timestamp,
    pub(crate) valid_to: Timestamp,
}

impl Key {
    pub(crate) fn is_of(&self, region: &str) -> bool {
        self.region.as_deref().is_none_or(|own| own == region)
    }
}

#[derive(Deserialize)]
struct KeyFile {
    #[serde(alias = "PublicKeyList")]
    keys: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    region: Option<String>,
    #[serde(alias = "Fingerprint")]
    fingerprint: String,
    #[serde(alias = "Value")]
    value: String,
    #[serde(alias = "ValidityStartTime")]
    valid_from: Time,
    #[serde(alias = "ValidityEndTime")]
    valid_to: Time,
}

/// aws-cli 1 prints numbers, 2 prints text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Time {
    Seconds(f64),
    Text(String),
}

pub(super) fn load(path: &Path) -> Result<Vec<Key>, SceneError> {
    if !path.is_dir() {
        return of_file(path, None);
    }
    let unread = |source| SceneError::unread(path, source);
    let mut files = fs::read_dir(path)
        .map_err(unread)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(unread)?;
    files.sort();
    let mut keys = Vec::new();
    for file in files {
        if let (Some(region), Some("json")) = (
            file.file_stem().and_then(|stem| stem.to_str()),
            extension(&file),
        ) {
            keys.extend(of_file(&file, Some(region))?);
        }
    }
    Ok(keys)
}

fn extension(path: &Path) -> Option<&str> {
    path.extension()?.to_str()
}

fn of_file(path: &Path, region: Option<&str>) -> Result<Vec<Key>, SceneError> {
    let file = File::open(path).map_err(|source| SceneError::unread(path, source))?;
    let file: KeyFile = serde_json::from_reader(BufReader::new(file))
        .map_err(|error| SceneError::malformed(path, error.to_string()))?;
    let keys = file.keys.into_iter().map(|key| {
        let time = |time: Time| {
            time.read().ok_or_else(|| {
                SceneError::malformed(path, format!("{}: validity is no time", key.fingerprint))
            })
        };
        Ok(Key {
            region: key.region.or_else(|| region.map(str::to_owned)),
            valid_from: time(key.valid_from)?,
            valid_to: time(key.valid_to)?,
            fingerprint: key.fingerprint,
            value: key.value,
        })
    });
    keys.collect()
}

impl Time {
    fn read(self) -> Option<Timestamp> {
        let seconds = match self {
            Self::Seconds(seconds) => seconds,
            Self::Text(text) => match text.parse() {
                Ok(time) => return Some(time),
                Err(_) => text.parse().ok()?,
            },
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "jiff refuses what is out of range"
        )]
        let milliseconds = (seconds * 1_000.0).round() as i64;
        Timestamp::from_millisecond(milliseconds).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_every_tool() {
        for time in [
            Time::Seconds(1_771_545_600.0),
            Time::Text("1771545600.0".to_owned()),
            Time::Text("2026-02-20T00:00:00+00:00".to_owned()),
            Time::Text("2026-02-20T00:00:00Z".to_owned()),
        ] {
            assert_eq!(time.read().unwrap().to_string(), "2026-02-20T00:00:00Z");
        }
        assert!(Time::Text("soon".to_owned()).read().is_none());
    }
}
