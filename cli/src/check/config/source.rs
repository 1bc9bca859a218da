//! One source of a configuration.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::words;

/// A bucket, a trail or a copy.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceConfig {
    /// What it is called in reports and in the ledger.
    pub(crate) name: String,
    /// `s3://bucket[/prefix]`, the ARN of a trail, or a folder.
    pub(crate) location: String,
    /// The public keys: needed for a copy, else fetched from CloudTrail.
    #[serde(default, deserialize_with = "words::one_or_many")]
    pub(crate) keys: Vec<String>,
    /// Days before this one are not looked at.
    #[serde(default, deserialize_with = "words::day")]
    pub(crate) from: Option<Date>,
    /// Days older than so many are not looked at again: a lifecycle rule removes
    /// them.
    pub(crate) keep_days: Option<u32>,
}

impl SourceConfig {
    /// Whether it is a folder.
    pub(crate) fn is_copy(&self) -> bool {
        !self.location.starts_with("s3://") && !self.location.starts_with("arn:")
    }

    /// Where the time begins that is looked at, if anywhere.
    pub(crate) fn start(&self, now: Timestamp) -> Option<Timestamp> {
        let from = self.from.and_then(|day| day.to_zoned(TimeZone::UTC).ok());
        let from = from.map(|start| start.timestamp());
        let kept = self.keep_days.map(|days| {
            let kept = SignedDuration::from_hours(i64::from(days) * 24);
            now.saturating_sub(kept).unwrap_or(Timestamp::MIN)
        });
        from.max(kept)
    }

    /// Where its keys are.
    pub(crate) fn key_files(&self) -> Vec<PathBuf> {
        self.keys.iter().map(PathBuf::from).collect()
    }

    /// Makes its paths those of the configuration's folder.
    pub(super) fn resolve(&mut self, folder: &Path) {
        let resolved = |text: &str| folder.join(text).to_string_lossy().into_owned();
        if self.is_copy() {
            self.location = resolved(&self.location);
        }
        for key in &mut self.keys {
            *key = resolved(key);
        }
    }

    pub(super) fn check(&self) -> Result<(), (String, String)> {
        let refuse = |key: &str, problem: &str| Err((key.to_owned(), problem.to_owned()));
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if self.name.is_empty() || self.name.len() > 64 || !self.name.chars().all(plain) {
            return refuse(
                "name",
                "expected 1 to 64 letters, digits, hyphens, underscores or dots",
            );
        }
        if self.location.is_empty() {
            return refuse(
                "location",
                "expected s3://bucket, a trail's ARN or a folder",
            );
        }
        if self.is_copy() && self.keys.is_empty() {
            return refuse(
                "location",
                "is a copy, which is verified with public keys: add keys = \"keys.json\", and never \
                 a file that came with the copy",
            );
        }
        match self.keep_days {
            Some(0) => refuse("keep_days", "expected at least 1"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_at_begins_with_the_later_of_two_bounds() {
        let now: Timestamp = "2026-03-31T00:00:00Z".parse().unwrap();
        let mut source = SourceConfig {
            name: "org".to_owned(),
            location: "s3://logs".to_owned(),
            keys: Vec::new(),
            from: None,
            keep_days: None,
        };
        assert_eq!(source.start(now), None);
        source.keep_days = Some(30);
        assert_eq!(
            source.start(now),
            Some("2026-03-01T00:00:00Z".parse().unwrap())
        );
        source.from = Some("2026-03-15".parse().unwrap());
        assert_eq!(
            source.start(now),
            Some("2026-03-15T00:00:00Z".parse().unwrap())
        );
    }
}
