//! Object keys of CloudTrail: parsed, and printed back to the same string.
//!
//! ```text
//! [prefix/]AWSLogs/[o-ID/]ACCOUNT/FAMILY/REGION/YYYY/MM/DD/FILE
//! ```
//!
//! Source: AWS CloudTrail User Guide, "Finding your CloudTrail log files" and
//! "CloudTrail digest file structure". Keys are read from the right, because
//! the prefix on the left may hold anything, `AWSLogs/` included (Control
//! Tower's `o-ID/AWSLogs/o-ID/…` is a prefix of that kind). The dates are
//! those of delivery, not of the events.
//!
//! Absent on purpose: CloudTrail Lake results, which are signed differently.

mod digest_key;
mod log_key;
pub(crate) mod stamp;

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

pub use digest_key::{ChainKind, DigestKey};
pub use log_key::LogKey;
pub use stamp::{LogStamp, Stamp};

use crate::id::{AccountId, OrganizationId, Region};
use crate::limits::MAX_KEY_BYTES;

/// What lies left of the account: everything up to `AWSLogs/[o-ID/]`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Root {
    prefix: Arc<str>,
    organization: Option<OrganizationId>,
}

impl Root {
    /// The root below this prefix: empty, or ending with a slash.
    pub fn new(prefix: &str, organization: Option<OrganizationId>) -> Self {
        debug_assert!(prefix.is_empty() || prefix.ends_with('/'));
        Self {
            prefix: prefix.into(),
            organization,
        }
    }

    /// The key prefix before `AWSLogs/`: empty, or ending with a slash.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The organization whose trail delivers here, if it is an organization trail.
    pub fn organization(&self) -> Option<&OrganizationId> {
        self.organization.as_ref()
    }
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}AWSLogs/", self.prefix)?;
        match &self.organization {
            Some(organization) => write!(f, "{organization}/"),
            None => Ok(()),
        }
    }
}

/// What the files of a folder hold.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Family {
    /// Management and data events.
    CloudTrail,
    /// Digests.
    #[serde(rename = "CloudTrail-Digest")]
    Digest,
    /// Insights events.
    #[serde(rename = "CloudTrail-Insight")]
    Insight,
    /// Events of VPC endpoints.
    #[serde(rename = "CloudTrail-NetworkActivity")]
    NetworkActivity,
    /// Aggregated data events.
    #[serde(rename = "CloudTrail-Aggregated")]
    Aggregated,
}

impl Family {
    /// The families that hold events.
    pub const LOGS: [Self; 4] = [
        Self::CloudTrail,
        Self::Insight,
        Self::NetworkActivity,
        Self::Aggregated,
    ];

    /// The folder's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CloudTrail => "CloudTrail",
            Self::Digest => "CloudTrail-Digest",
            Self::Insight => "CloudTrail-Insight",
            Self::NetworkActivity => "CloudTrail-NetworkActivity",
            Self::Aggregated => "CloudTrail-Aggregated",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::LOGS
            .into_iter()
            .chain([Self::Digest])
            .find(|family| family.as_str() == text)
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One account in one Region below one root: the folders that belong together.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Place {
    /// What lies left of the account.
    pub root: Root,
    /// The account.
    pub account: AccountId,
    /// The Region whose events are recorded here.
    pub region: Region,
}

impl Place {
    /// The folder of one family, with a slash at its end.
    pub fn folder(&self, family: Family) -> String {
        format!("{}{}/{family}/{}/", self.root, self.account, self.region)
    }

    /// The folder of one family and one day of delivery.
    pub fn day_folder(&self, family: Family, day: Date) -> String {
        format!("{}{}/", self.folder(family), DayPath(day))
    }
}

struct DayPath(Date);

impl fmt::Display for DayPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}/{:02}/{:02}",
            self.0.year(),
            self.0.month(),
            self.0.day()
        )
    }
}

/// A key taken apart as far as its file name.
struct Split<'k> {
    place: Place,
    family: Family,
    day: Date,
    file: &'k str,
}

/// Reads a key from the right; `None` if it is not CloudTrail's layout.
fn split(key: &str) -> Option<Split<'_>> {
    if key.len() > MAX_KEY_BYTES {
        return None;
    }
    let mut parts = key.rsplitn(8, '/');
    let file = parts.next().filter(|file| !file.is_empty())?;
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let day = stamp::date(year, month, day)?;
    let region: Region = parts.next()?.parse().ok()?;
    let family = Family::parse(parts.next()?)?;
    let account: AccountId = parts.next()?.parse().ok()?;
    let root = parse_root(parts.next()?)?;
    Some(Split {
        place: Place {
            root,
            account,
            region,
        },
        family,
        day,
        file,
    })
}

/// The day of delivery of a digest or a log, from its folder.
pub(crate) fn day(key: &str) -> Option<Date> {
    split(key).map(|split| split.day)
}

/// `[prefix/]AWSLogs` or `[prefix/]AWSLogs/o-ID`, without a slash at its end.
fn parse_root(text: &str) -> Option<Root> {
    let (left, last) = text.rsplit_once('/').unwrap_or(("", text));
    let (base, organization) = match last.parse::<OrganizationId>() {
        Ok(organization) => (left, Some(organization)),
        Err(_) => (text, None),
    };
    let prefix = base.strip_suffix("AWSLogs")?;
    (prefix.is_empty() || prefix.ends_with('/')).then(|| Root::new(prefix, organization))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_print_as_they_were_read() {
        for text in [
            "AWSLogs",
            "AWSLogs/o-exampleorgid",
            "some/prefix/AWSLogs",
            "o-exampleorgid/AWSLogs/o-exampleorgid",
            "AWSLogs/AWSLogs",
        ] {
            let root = parse_root(text).unwrap();
            assert_eq!(root.to_string(), format!("{text}/"));
        }
        for text in [
            "",
            "awslogs",
            "xAWSLogs",
            "AWSLogs/o-Short",
            "AWSLogs/111122223333",
        ] {
            assert_eq!(parse_root(text), None, "{text}");
        }
    }

    #[test]
    fn control_tower_of_both_generations() {
        let old = "o-exampleorgid/AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/02/f.json.gz";
        let new = "o-exampleorgid/AWSLogs/o-exampleorgid/111122223333/CloudTrail/us-east-1/2026/01/02/f.json.gz";
        assert_eq!(split(old).unwrap().place.root.organization(), None);
        let split = split(new).unwrap();
        assert_eq!(split.place.root.prefix(), "o-exampleorgid/");
        assert!(split.place.root.organization().is_some());
    }

    #[test]
    fn impossible_dates_and_other_folders_are_no_layout() {
        for key in [
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/13/02/f",
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/1/02/f",
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/02/30/f",
            "AWSLogs/111122223333/Config/us-east-1/2026/01/02/f",
            "AWSLogs/111122223333/CloudTrail/US-EAST-1/2026/01/02/f",
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/02/",
            "AWSLogs/111122223333//CloudTrail/us-east-1/2026/01/02/f",
        ] {
            assert!(split(key).is_none(), "{key}");
        }
    }
}
