//! The ARN of a trail.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use trailseal_keys::Region;
use trailseal_verifier::id::{AccountId, TrailName};

/// `arn:PARTITION:cloudtrail:REGION:ACCOUNT:trail/NAME`. The Region is the
/// trail's home Region, the account its owner (of an organization trail, the
/// management or a delegated account).
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TrailArn {
    partition: String,
    region: Region,
    account: AccountId,
    name: TrailName,
}

/// A text that is not the ARN of a trail.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "expected the ARN of a trail, such as arn:aws:cloudtrail:eu-west-1:111122223333:trail/NAME, found {found:?}"
)]
pub struct TrailArnInvalid {
    /// What was found instead, cut to 200 characters.
    pub found: String,
}

impl TrailArn {
    /// `aws`, `aws-cn`, `aws-us-gov` …
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The home Region.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// The account that owns the trail.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The trail's name.
    pub fn name(&self) -> &TrailName {
        &self.name
    }
}

impl FromStr for TrailArn {
    type Err = TrailArnInvalid;

    fn from_str(text: &str) -> Result<Self, TrailArnInvalid> {
        parse(text).ok_or_else(|| TrailArnInvalid {
            found: text.chars().take(200).collect(),
        })
    }
}

fn parse(text: &str) -> Option<TrailArn> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, "cloudtrail", region, account, resource] = parts.as_slice() else {
        return None;
    };
    let is_partition = (3..=20).contains(&partition.len())
        && partition
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    is_partition.then_some(())?;
    Some(TrailArn {
        partition: (*partition).to_owned(),
        region: region.parse().ok()?,
        account: account.parse().ok()?,
        name: resource.strip_prefix("trail/")?.parse().ok()?,
    })
}

impl fmt::Display for TrailArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            region,
            account,
            name,
        } = self;
        write!(
            f,
            "arn:{partition}:cloudtrail:{region}:{account}:trail/{name}"
        )
    }
}

impl Serialize for TrailArn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_taken_apart_and_put_together() {
        for text in [
            "arn:aws:cloudtrail:eu-west-1:111122223333:trail/management-events",
            "arn:aws-us-gov:cloudtrail:us-gov-west-1:111122223333:trail/my.trail",
        ] {
            let arn: TrailArn = text.parse().unwrap();
            assert_eq!(arn.to_string(), text);
            assert_eq!(arn.account().as_str(), "111122223333");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "management-events",
            "arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/abc",
            "arn:aws:cloudtrail:eu-west-1:1111:trail/name",
            "arn:aws:cloudtrail::111122223333:trail/name",
            "arn:aws:s3:::bucket",
            "arn:aws:cloudtrail:eu-west-1:111122223333:trail/a/b",
            "arn:AWS:cloudtrail:eu-west-1:111122223333:trail/name",
        ] {
            let error = text.parse::<TrailArn>().unwrap_err();
            assert_eq!(error.found, text);
        }
        let long = "x".repeat(1 << 20).parse::<TrailArn>().unwrap_err();
        assert_eq!(long.found.len(), 200);
    }
}
