//! Keys of digests.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::chain::DIGEST_PERIOD;

use super::{DayPath, Family, Place, Split, Stamp, split};
use crate::id::{Region, TrailName};

/// Which of a trail's two chains a digest belongs to.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ChainKind {
    /// One digest an hour, whether or not logs were delivered.
    Hourly,
    /// Digests of logs that the hourly one missed because of a processing
    /// delay; a chain of its own, without an hourly rhythm.
    Backfill,
}

impl fmt::Display for ChainKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Hourly => "hourly",
            Self::Backfill => "backfill",
        })
    }
}

/// `…/CloudTrail-Digest/REGION/YYYY/MM/DD/`
/// `ACCOUNT_CloudTrail-Digest_REGION_TRAIL_HOMEREGION_YYYYMMDDTHHMMSSZ[_backfill].json.gz`
///
/// A trail's name may hold underscores, so the name is read from both ends:
/// the account and the Region repeat the folder's, and a home Region has none.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DigestKey {
    /// When the digest's window ends, as the file name says.
    pub stamp: Stamp,
    /// Account and Region.
    pub place: Place,
    /// The trail.
    pub trail: TrailName,
    /// The Region where the trail was created.
    pub home: Region,
    /// Hourly or backfill.
    pub kind: ChainKind,
    /// The folder's date.
    pub day: Date,
}

impl DigestKey {
    /// Reads a key; `None` if it is not that of a digest.
    pub fn parse(key: &str) -> Option<Self> {
        let Split {
            place,
            family,
            day,
            file,
        } = split(key)?;
        if family != Family::Digest {
            return None;
        }
        let rest = file.strip_prefix(place.account.as_str())?;
        let rest = rest.strip_prefix("_CloudTrail-Digest_")?;
        let rest = rest
            .strip_prefix(place.region.as_ref())?
            .strip_prefix('_')?;
        let rest = rest.strip_suffix(".json.gz")?;
        let (rest, kind) = match rest.strip_suffix("_backfill") {
            Some(rest) => (rest, ChainKind::Backfill),
            None => (rest, ChainKind::Hourly),
        };
        let (rest, stamp) = rest.rsplit_once('_')?;
        let (trail, home) = rest.rsplit_once('_')?;
        Some(Self {
            stamp: Stamp::parse(stamp)?,
            trail: trail.parse().ok()?,
            home: home.parse().ok()?,
            place,
            kind,
            day,
        })
    }

    /// Whether the hour before its stamp, its usual window, concerns a range.
    pub(crate) fn touches(&self, (from, to): (Option<Timestamp>, Option<Timestamp>)) -> bool {
        let end = self.stamp.instant();
        let start = end.saturating_sub(DIGEST_PERIOD).unwrap_or(Timestamp::MIN);
        from.is_none_or(|from| end > from) && to.is_none_or(|to| start < to)
    }

    /// The same key, sharing what it has in common with another one: a chain
    /// of years holds its names once.
    pub(crate) fn interned(mut self, other: Option<&Self>) -> Self {
        if let Some(other) = other
            && self.place == other.place
            && self.trail == other.trail
            && self.home == other.home
        {
            self.place = other.place.clone();
            self.trail = other.trail.clone();
            self.home = other.home.clone();
        }
        self
    }
}

impl fmt::Display for DigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            stamp,
            place,
            trail,
            home,
            kind,
            day,
        } = self;
        let Place {
            root,
            account,
            region,
        } = place;
        let family = Family::Digest;
        write!(f, "{root}{account}/{family}/{region}/{}/", DayPath(*day))?;
        write!(f, "{account}_{family}_{region}_{trail}_{home}_{stamp}")?;
        f.write_str(match kind {
            ChainKind::Hourly => ".json.gz",
            ChainKind::Backfill => "_backfill.json.gz",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> String {
        format!("p/AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/03/01/{name}")
    }

    #[test]
    fn reads_trail_names_with_underscores_and_region_look_alikes() {
        for (middle, trail, home) in [
            ("my-trail_us-east-1", "my-trail", "us-east-1"),
            ("a_b_c_us-gov-west-1", "a_b_c", "us-gov-west-1"),
            ("x_us-east-1_us-west-2", "x_us-east-1", "us-west-2"),
            (
                "t_20260101T000000Z_backfill_us-east-1",
                "t_20260101T000000Z_backfill",
                "us-east-1",
            ),
        ] {
            for suffix in ["", "_backfill"] {
                let key = key(&format!(
                    "111122223333_CloudTrail-Digest_eu-west-1_{middle}_20260301T120131Z{suffix}.json.gz"
                ));
                let digest = DigestKey::parse(&key).unwrap();
                assert_eq!((digest.trail.as_str(), digest.home.as_ref()), (trail, home));
                assert_eq!(digest.kind == ChainKind::Backfill, !suffix.is_empty());
                assert_eq!(digest.to_string(), key);
            }
        }
    }

    #[test]
    fn a_name_that_contradicts_its_folder_is_no_digest_key() {
        for name in [
            "999999999999_CloudTrail-Digest_eu-west-1_trail_us-east-1_20260301T120131Z.json.gz",
            "111122223333_CloudTrail-Digest_eu-west-2_trail_us-east-1_20260301T120131Z.json.gz",
            "111122223333_CloudTrail-Digest_eu-west-1_trail_us-east-1_20261301T120131Z.json.gz",
            "111122223333_CloudTrail-Digest_eu-west-1_us-east-1_20260301T120131Z.json.gz",
            "111122223333_CloudTrail-Digest_eu-west-1_trail_us-east-1_20260301T120131Z.json",
            "111122223333_CloudTrail_eu-west-1_trail_us-east-1_20260301T120131Z.json.gz",
        ] {
            assert_eq!(DigestKey::parse(&key(name)), None, "{name}");
        }
    }
}
