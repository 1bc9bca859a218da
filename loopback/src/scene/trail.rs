//! Trails and their status, with the member names of AWS.
//!
//! Format reference: AWS CloudTrail API reference, `Trail`, `GetTrailStatus`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::SceneError;
use crate::store::{Item, Listing, Store};

/// Members of a status that are times; others end in `Time` and are text.
const TIMES: [&str; 6] = [
    "LatestDeliveryTime",
    "LatestNotificationTime",
    "StartLoggingTime",
    "StopLoggingTime",
    "LatestCloudWatchLogsDeliveryTime",
    "LatestDigestDeliveryTime",
];

/// A trail, as the API tells it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trail {
    /// Members of `Trail`: `Name`, `TrailARN`, `HomeRegion`, `S3BucketName` …
    pub trail: Map<String, Value>,
    /// Members of the answer to `GetTrailStatus`. Times may be seconds or RFC
    /// 3339.
    #[serde(default)]
    pub status: Map<String, Value>,
}

impl Trail {
    /// A multi-Region trail that is logging, with file validation.
    pub fn new(name: &str, home: &str, account: &str, bucket: &str) -> Self {
        let members = json!({
            "Name": name,
            "S3BucketName": bucket,
            "IncludeGlobalServiceEvents": true,
            "IsMultiRegionTrail": true,
            "HomeRegion": home,
            "TrailARN": format!("arn:{}:cloudtrail:{home}:{account}:trail/{name}", partition(home)),
            "LogFileValidationEnabled": true,
            "HasCustomEventSelectors": false,
            "HasInsightSelectors": false,
            "IsOrganizationTrail": false,
        });
        let status = json!({"IsLogging": true});
        Self {
            trail: object(members),
            status: object(status),
        }
    }

    /// States a member of the trail, such as `S3KeyPrefix`.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.trail.insert(name.to_owned(), value.into());
        self
    }

    /// States a member of the status, such as `LatestDigestDeliveryTime`.
    #[must_use]
    pub fn status_member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.status.insert(name.to_owned(), value.into());
        self
    }

    /// `TrailARN`.
    pub fn arn(&self) -> Option<&str> {
        self.trail.get("TrailARN")?.as_str()
    }

    /// `Name`.
    pub fn name(&self) -> Option<&str> {
        self.trail.get("Name")?.as_str()
    }

    pub(crate) fn is_at_home(&self, region: &str) -> bool {
        self.trail.get("HomeRegion").and_then(Value::as_str) == Some(region)
    }

    /// Whether it is seen in a Region that is not its home.
    pub(crate) fn is_shadow(&self, region: &str) -> bool {
        let everywhere = self.trail.get("IsMultiRegionTrail") == Some(&Value::Bool(true));
        everywhere && !self.is_at_home(region)
    }

    /// The status with its times in seconds, as the protocol has them.
    pub(crate) fn told_status(&self) -> Map<String, Value> {
        let mut status = self.status.clone();
        for name in TIMES {
            if let Some(time) = status.get_mut(name)
                && let Some(at) = time
                    .as_str()
                    .and_then(|text| text.parse::<Timestamp>().ok())
            {
                *time = json!(at.as_second());
            }
        }
        status
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn partition(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ if region.starts_with("eusc-") => "aws-eusc",
        _ => "aws",
    }
}

pub(super) fn load(path: &Path) -> Result<Vec<Trail>, SceneError> {
    let file = File::open(path).map_err(|source| SceneError::unread(path, source))?;
    serde_json::from_reader(BufReader::new(file))
        .map_err(|error| SceneError::malformed(path, error.to_string()))
}

/// A trail for each name and home that digests bear. The account is the first
/// one in the order of keys: whose an organization trail is, digests do not say.
pub(super) fn of_digests(store: &Store) -> Vec<Trail> {
    let mut trails: BTreeMap<(String, String), Trail> = BTreeMap::new();
    for bucket in store.names() {
        let all = Listing {
            prefix: "",
            delimiter: None,
            after: None,
            limit: usize::MAX,
        };
        let Ok(page) = store.list(&bucket, &all) else {
            continue;
        };
        for key in page.items.iter().map(Item::name) {
            let Some(digest) = Digest::of(key) else {
                continue;
            };
            let (name, home) = (digest.trail.to_owned(), digest.home.to_owned());
            trails
                .entry((name, home))
                .or_insert_with(|| digest.told(&bucket));
        }
    }
    trails.into_values().collect()
}

/// What the key of a digest tells of its trail.
#[derive(Debug, PartialEq, Eq)]
struct Digest<'k> {
    prefix: &'k str,
    organization: Option<&'k str>,
    account: &'k str,
    trail: &'k str,
    home: &'k str,
}

impl<'k> Digest<'k> {
    fn of(key: &'k str) -> Option<Self> {
        let (folders, name) = key.rsplit_once('/')?;
        let (above, below) = folders.rsplit_once("AWSLogs/")?;
        let mut folders = below.split('/');
        let first = folders.next()?;
        let organization = first.starts_with("o-").then_some(first);
        let account = if organization.is_some() {
            folders.next()?
        } else {
            first
        };
        if folders.next()? != "CloudTrail-Digest" {
            return None;
        }
        let region = folders.next()?;
        let rest = name
            .strip_prefix(account)?
            .strip_prefix("_CloudTrail-Digest_")?;
        let rest = rest
            .strip_prefix(region)?
            .strip_prefix('_')?
            .strip_suffix(".json.gz")?;
        let rest = rest.strip_suffix("_backfill").unwrap_or(rest);
        let (rest, _stamp) = rest.rsplit_once('_')?;
        let (trail, home) = rest.rsplit_once('_')?;
        Some(Self {
            prefix: above.trim_end_matches('/'),
            organization,
            account,
            trail,
            home,
        })
    }

    fn told(&self, bucket: &str) -> Trail {
        let trail = Trail::new(self.trail, self.home, self.account, bucket)
            .member("IsOrganizationTrail", self.organization.is_some());
        match self.prefix {
            "" => trail,
            prefix => trail.member("S3KeyPrefix", prefix),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_keys_tell_their_trail() {
        let key = "p/q/AWSLogs/o-exampleorgid/111122223333/CloudTrail-Digest/us-east-1/2026/03/10/\
                   111122223333_CloudTrail-Digest_us-east-1_a_b_eu-west-1_20260310T012348Z.json.gz";
        let told = Digest {
            prefix: "p/q",
            organization: Some("o-exampleorgid"),
            account: "111122223333",
            trail: "a_b",
            home: "eu-west-1",
        };
        assert_eq!(Digest::of(key), Some(told));
        assert_eq!(
            Digest::of(&key.replace("CloudTrail-Digest", "CloudTrail")),
            None
        );
    }

    #[test]
    fn times_of_a_status_are_seconds() {
        let trail = Trail::new("t", "eu-west-1", "111122223333", "b")
            .status_member("LatestDigestDeliveryTime", "2026-02-20T00:00:00Z")
            .status_member("LatestDeliveryAttemptTime", "2026-02-20T00:00:00Z");
        let status = trail.told_status();
        assert_eq!(status["LatestDigestDeliveryTime"], 1_771_545_600);
        assert_eq!(status["LatestDeliveryAttemptTime"], "2026-02-20T00:00:00Z");
    }
}
