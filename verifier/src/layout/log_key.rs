//! Keys of log files, of every family.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::coverage::Interval;

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
    /// The minute of delivery, from the name, if that agrees with the day
    /// within a day.
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
            .and_then(LogStamp::parse)
            // A name may claim any time; the folder it lies in is what is listed.
            .filter(|stamp| {
                let from_noon = stamp.instant().duration_since(start_of(day)) - HALF_A_DAY;
                from_noon.abs() <= HALF_A_DAY * 3
            });
        Some(Self {
            place,
            family,
            day,
            stamp,
        })
    }

    /// When it was delivered: in the minute of the name, or else on the day of
    /// the folder.
    pub fn delivered(&self) -> Interval {
        let length = match self.stamp {
            Some(_) => SignedDuration::from_mins(1),
            None => SignedDuration::from_hours(24),
        };
        let start = self
            .stamp
            .map_or_else(|| start_of(self.day), LogStamp::instant);
        Interval::new(
            start,
            start.saturating_add(length).unwrap_or(Timestamp::MAX),
        )
    }
}

const HALF_A_DAY: SignedDuration = SignedDuration::from_hours(12);

fn start_of(day: Date) -> Timestamp {
    let midnight = day.to_datetime(Time::midnight()).to_zoned(TimeZone::UTC);
    midnight.map_or(Timestamp::UNIX_EPOCH, |midnight| midnight.timestamp())
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
            assert_eq!(log.delivered().start.to_string(), "2026-03-01T12:05:00Z");
        }
    }

    #[test]
    fn a_name_without_a_stamp_is_known_to_the_day() {
        let key = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/01/whatever.json.gz";
        let log = LogKey::parse(key).unwrap();
        assert_eq!(log.stamp, None);
        assert_eq!(log.delivered().start.to_string(), "2026-03-01T00:00:00Z");
        assert_eq!(log.delivered().end.to_string(), "2026-03-02T00:00:00Z");
    }

    #[test]
    fn a_stamp_that_contradicts_its_folder_is_not_believed() {
        for (stamp, believed) in [
            ("20260228T0005Z", true),
            ("20260302T2355Z", true),
            ("19990303T0807Z", false),
            ("20260304T0000Z", false),
        ] {
            let key = format!(
                "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/01/\
                 111122223333_CloudTrail_us-east-1_{stamp}_AbCdEfGhIjKlMnOp.json.gz"
            );
            assert_eq!(
                LogKey::parse(&key).unwrap().stamp.is_some(),
                believed,
                "{stamp}"
            );
        }
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
