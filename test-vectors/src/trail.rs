//! Where CloudTrail puts the objects of one trail.
//!
//! Layout: the user guide, "Finding your CloudTrail log files":
//! `[prefix/]AWSLogs/[o-ID/]ACCOUNT/FAMILY/REGION/YYYY/MM/DD/FILE`. Nothing here
//! depends on the partition; Regions are text.

use jiff::Timestamp;

use crate::log::Family;

/// The two kinds of chain a trail has in each account and Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DigestKind {
    /// One digest an hour.
    Hourly,
    /// Digests for log files that the hourly one missed.
    Backfill,
}

/// One trail as seen from one account and Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// The bucket it delivers to.
    pub bucket: String,
    /// Key prefix without its closing slash; empty for none.
    pub prefix: String,
    /// `o-…` of an organization trail.
    pub organization: Option<String>,
    /// The account whose activity is recorded: 12 digits.
    pub account: String,
    /// The Region whose activity is recorded.
    pub region: String,
    /// The trail's name; may hold underscores.
    pub name: String,
    /// The Region the trail was created in.
    pub home: String,
}

impl Trail {
    /// A trail with no prefix and no organization, at home in `region`.
    #[must_use]
    pub fn new(bucket: &str, account: &str, region: &str, name: &str) -> Self {
        Self {
            bucket: bucket.into(),
            prefix: String::new(),
            organization: None,
            account: account.into(),
            region: region.into(),
            name: name.into(),
            home: region.into(),
        }
    }

    /// With a key prefix.
    #[must_use]
    pub fn with_prefix(mut self, prefix: &str) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// As an organization trail.
    #[must_use]
    pub fn with_organization(mut self, organization: &str) -> Self {
        self.organization = Some(organization.into());
        self
    }

    /// With another home Region.
    #[must_use]
    pub fn with_home(mut self, home: &str) -> Self {
        self.home = home.into();
        self
    }

    /// The same trail in another account.
    #[must_use]
    pub fn in_account(&self, account: &str) -> Self {
        Self {
            account: account.into(),
            ..self.clone()
        }
    }

    /// The same trail in another Region; its home stays.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Self {
        Self {
            region: region.into(),
            ..self.clone()
        }
    }

    /// `account/region`, as findings about a scope name it.
    #[must_use]
    pub fn scope(&self) -> String {
        format!("{}/{}", self.account, self.region)
    }

    /// Key of the digest whose window ends at `end`.
    #[must_use]
    pub fn digest_key(&self, end: Timestamp, kind: DigestKind) -> String {
        let suffix = match kind {
            DigestKind::Hourly => "",
            DigestKind::Backfill => "_backfill",
        };
        let Self {
            account,
            region,
            name,
            home,
            ..
        } = self;
        let stamp = end.strftime("%Y%m%dT%H%M%SZ");
        let folder = self.day_folder("CloudTrail-Digest", end);
        format!(
            "{folder}/{account}_CloudTrail-Digest_{region}_{name}_{home}_{stamp}{suffix}.json.gz"
        )
    }

    /// Key of a log file delivered at `stamp` with this random suffix.
    #[must_use]
    pub fn log_key(&self, family: Family, stamp: Timestamp, unique: &str) -> String {
        let Self {
            account, region, ..
        } = self;
        let family = family.folder();
        let folder = self.day_folder(family, stamp);
        let stamp = stamp.strftime("%Y%m%dT%H%MZ");
        format!("{folder}/{account}_{family}_{region}_{stamp}_{unique}.json.gz")
    }

    fn day_folder(&self, family: &str, day: Timestamp) -> String {
        let prefix = match self.prefix.as_str() {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        let organization = self
            .organization
            .as_ref()
            .map_or_else(String::new, |organization| format!("{organization}/"));
        let Self {
            account, region, ..
        } = self;
        let day = day.strftime("%Y/%m/%d");
        format!("{prefix}AWSLogs/{organization}{account}/{family}/{region}/{day}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time;

    #[test]
    fn keys_are_those_of_the_user_guide() {
        let trail = Trail::new("b", "111122223333", "us-east-2", "example-name");
        let end = time("2015-08-17T15:01:31Z");
        assert_eq!(
            trail.digest_key(end, DigestKind::Hourly),
            "AWSLogs/111122223333/CloudTrail-Digest/us-east-2/2015/08/17/\
             111122223333_CloudTrail-Digest_us-east-2_example-name_us-east-2_20150817T150131Z.json.gz"
        );
        let trail = trail
            .with_prefix("a/b")
            .with_organization("o-exampleorg")
            .in_account("222233334444")
            .in_region("us-east-1");
        assert_eq!(
            trail.log_key(Family::Insight, end, "nkrNjrV6Zv3Z1tzq"),
            "a/b/AWSLogs/o-exampleorg/222233334444/CloudTrail-Insight/us-east-1/2015/08/17/\
             222233334444_CloudTrail-Insight_us-east-1_20150817T1501Z_nkrNjrV6Zv3Z1tzq.json.gz"
        );
        assert!(
            trail
                .digest_key(end, DigestKind::Backfill)
                .ends_with("_us-east-1_example-name_us-east-2_20150817T150131Z_backfill.json.gz")
        );
    }
}
