//! What an act is aimed at, in a form that can be compared: a trail may be
//! named by its name or its ARN.

use serde::Serialize;

use crate::record::Record;
use crate::telling::select::{Found, select};

/// Longest name that is kept: an S3 key has at most 1,024 bytes, an ARN 2,048.
const MAX_NAME: usize = 2048;

/// Most targets of one act that are kept; `DeleteObjects` takes 1,000.
pub const MAX_TARGETS: usize = 1000;

/// What kind of thing an act is aimed at.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TargetKind {
    /// A trail.
    Trail,
    /// A bucket.
    Bucket,
    /// An object of a bucket.
    Object,
    /// An encryption key.
    Key,
    /// A log group.
    LogGroup,
    /// An alarm, rule, topic or subscription.
    Alarm,
    /// A Region.
    Region,
    /// An account.
    Account,
    /// Anything else: a detector, a recorder, an event data store …
    Other,
}

/// What an act is aimed at. Names are untrusted text.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Target {
    /// What kind of thing.
    pub kind: TargetKind,
    /// Its account; empty for buckets and objects, whose names are unique.
    pub account: String,
    /// Its Region; empty likewise.
    pub region: String,
    /// Its bucket, if it is an object; otherwise empty.
    pub bucket: String,
    /// Its name: of a trail the name, not the ARN; of an object its key.
    pub name: String,
}

/// Where a record names what it is aimed at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Aim {
    pub(super) kind: TargetKind,
    /// Paths, the first that leads somewhere counts.
    pub(super) paths: &'static [&'static str],
}

impl Aim {
    /// The targets, and how many more there were.
    pub(super) fn targets(self, record: &Record<'_>) -> (Vec<Target>, usize) {
        let account = record.account().unwrap_or_default();
        let region = record.aws_region.as_deref().unwrap_or_default();
        if self.kind == TargetKind::Object {
            return objects(record);
        }
        let names = self
            .paths
            .iter()
            .map(|path| select(record, path))
            .find(|found| {
                found
                    .iter()
                    .any(|one| one.text().is_some_and(|text| !text.is_empty()))
            })
            .unwrap_or_default();
        let mut targets: Vec<Target> = names
            .iter()
            .take(MAX_TARGETS)
            .filter_map(Found::text)
            .map(|name| Target::of(self.kind, &name, account, region))
            .collect();
        if targets.is_empty() {
            targets.push(Target::of(self.kind, "", account, region));
        }
        (targets, names.len().saturating_sub(MAX_TARGETS))
    }
}

impl Target {
    /// A target by its name or ARN, in the account and Region of the event
    /// unless the ARN states others.
    pub fn of(kind: TargetKind, name: &str, account: &str, region: &str) -> Self {
        let (account, region, name) = match arn(name) {
            Some(parts) => parts,
            None => (account, region, name),
        };
        let global = matches!(kind, TargetKind::Bucket | TargetKind::Object);
        let (account, region) = if global { ("", "") } else { (account, region) };
        Self {
            kind,
            account: bounded(account),
            region: bounded(region),
            bucket: String::new(),
            name: bounded(name),
        }
    }

    /// An object of a bucket.
    pub fn object(bucket: &str, key: &str) -> Self {
        Self {
            kind: TargetKind::Object,
            account: String::new(),
            region: String::new(),
            bucket: bounded(bucket),
            name: bounded(key),
        }
    }

    /// The bucket, if it is one or an object of one.
    pub fn in_bucket(&self) -> Option<&str> {
        match self.kind {
            TargetKind::Bucket => Some(&self.name),
            TargetKind::Object => Some(&self.bucket),
            _ => None,
        }
    }
}

/// Account, Region and the name at the end of an ARN: what follows the type of
/// the resource.
fn arn(text: &str) -> Option<(&str, &str, &str)> {
    let mut parts = text.splitn(6, ':');
    if parts.next() != Some("arn") {
        return None;
    }
    let _partition = parts.next()?;
    let service = parts.next()?;
    let region = parts.next()?;
    let account = parts.next()?;
    let resource = parts.next()?;
    let name = match service {
        "s3" => resource,
        // `log-group:NAME:*`, whose names hold slashes.
        "logs" => resource
            .strip_prefix("log-group:")
            .unwrap_or(resource)
            .trim_end_matches(":*"),
        _ => resource
            .split_once(['/', ':'])
            .map_or(resource, |(_, name)| name),
    };
    Some((account, region, name))
}

fn bounded(text: &str) -> String {
    text[..text.floor_char_boundary(MAX_NAME)].to_owned()
}

/// The objects that a record of S3 names, by its parameters or its resources.
fn objects(record: &Record<'_>) -> (Vec<Target>, usize) {
    let text = |path| select(record, path).first().and_then(Found::text);
    if let (Some(bucket), Some(key)) = (text("req/bucketName"), text("req/key")) {
        return (vec![Target::object(&bucket, &key)], 0);
    }
    let found = select(record, "arn/AWS::S3::Object");
    let more = found.len().saturating_sub(MAX_TARGETS);
    let named = found.iter().take(MAX_TARGETS).filter_map(|one| {
        let arn = one.text()?;
        let (_, _, path) = self::arn(&arn)?;
        let (bucket, key) = path.split_once('/')?;
        Some(Target::object(bucket, key))
    });
    (named.collect(), more)
}

/// Whether only CloudTrail writes below such a key: `AWSLogs/`, then a folder
/// `CloudTrail` or `CloudTrail-Digest` (CloudTrail User Guide, "Finding your
/// CloudTrail log files"). Told by folders, not by the file's name: what is
/// planted may have any.
pub(super) fn is_cloudtrails(key: &str) -> bool {
    let mut folders = key.split('/');
    folders.any(|folder| folder == "AWSLogs")
        && folders.any(|folder| folder == "CloudTrail" || folder.starts_with("CloudTrail-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trail_is_the_same_by_name_and_by_arn() {
        let by_arn = Target::of(
            TargetKind::Trail,
            "arn:aws:cloudtrail:us-east-1:111122223333:trail/org-trail",
            "444455556666",
            "eu-west-1",
        );
        let by_name = Target::of(TargetKind::Trail, "org-trail", "111122223333", "us-east-1");
        assert_eq!(by_arn, by_name);
    }

    #[test]
    fn names_of_log_groups_keep_their_slashes() {
        let arn = "arn:aws:logs:us-east-1:111122223333:log-group:/a/b:*";
        assert_eq!(Target::of(TargetKind::LogGroup, arn, "", "").name, "/a/b");
    }

    #[test]
    fn keys_of_cloudtrail_are_told_by_their_folders() {
        assert!(is_cloudtrails(
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/x"
        ));
        assert!(is_cloudtrails("p/AWSLogs/o-x/1/CloudTrail-Digest/r/x"));
        assert!(!is_cloudtrails("AWSLogs/111122223333/Config/x"));
        assert!(!is_cloudtrails("CloudTrail/AWSLogs/x"));
    }
}
