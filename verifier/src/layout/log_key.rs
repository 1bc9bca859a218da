//! Keys of log files, of every family.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Family, LogStamp, Place, Split, split};

/// `…/FAMILY/REGION/YYYY/MM/DD/ACCOUNT_FAMILY_REGION_YYYYMMDDTHHmmZ_<unique>.json.gz`
///
/// The file names of the newer families are not documented. A name without a
/// stamp in the documented place is accepted, and only its day is known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogKey {
    /// Account and Region.
    pub place: Place,
    /// What it holds; never digests.
    pub family: Family,
    /// The day of delivery, from the folder.
    pub day: Date,
    /// The minute of delivery, from the name.
    pub stamp: Option<LogStamp>,
}

impl LogKey {
    /// Reads a key; `None` if it is not that of a log file.
    pub fn parse(key: &str) -> Option<Self> {
        let Split {
            place,
            family,
            day,
            file,
        } = split(key)?;
        if family == Family::Digest || !file.ends_with(".json.gz") {
            return None;
        }
        let stamp = file
            .strip_prefix(place.account.as_str())
            .and_then(|rest| rest.strip_prefix('_')?.strip_prefix(family.as_str()))
            .and_then(|rest| rest.strip_prefix('_')?.strip_prefix(place.region.as_ref()))
            .and_then(|rest| rest.strip_prefix('_')?.split('_').next())
            .and_then(LogStamp::parse);
        Some(Self {
            place,
            family,
            day,
            stamp,
        })
    }

    /// When it was delivered: the minute of the name, or else the noon of the
    /// folder's day.
    pub fn delivered(&self) -> Timestamp {
        match self.stamp {
            Some(stamp) => stamp.instant(),
            None => self
                .day
                .at(12, 0, 0, 0)
                .to_zoned(TimeZone::UTC)
                .map_or(Timestamp::UNIX_EPOCH, |noon| noon.timestamp()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_family() {
        for family in Family::LOGS {
            let key = format!(
                "AWSLogs/o-exampleorgid/111122223333/{family}/us-east-1/2026/03/01/\
                 111122223333_{family}_us-east-1_20260301T1205Z_AbCdEfGhIjKlMnOp.json.gz"
            );
            let log = LogKey::parse(&key).unwrap();
            assert_eq!(log.family, family);
            assert_eq!(log.delivered().to_string(), "2026-03-01T12:05:00Z");
        }
    }

    #[test]
    fn a_name_without_a_stamp_is_known_to_the_day() {
        let key = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/01/whatever.json.gz";
        let log = LogKey::parse(key).unwrap();
        assert_eq!(log.stamp, None);
        assert_eq!(log.delivered().to_string(), "2026-03-01T12:00:00Z");
    }

    #[test]
    fn digests_and_other_files_are_no_logs() {
        for key in [
            "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/03/01/x.json.gz",
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/01/readme.txt",
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/x.json.gz",
        ] {
            assert_eq!(LogKey::parse(key), None, "{key}");
        }
    }
}
