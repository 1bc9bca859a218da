//! Time stamps inside file names, in the two forms CloudTrail uses.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// `YYYYMMDDTHHMMSSZ`: the end of a digest's window.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Stamp(Timestamp);

impl Stamp {
    /// Reads exactly sixteen characters.
    pub fn parse(text: &str) -> Option<Self> {
        let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
        Some(Self(instant(day, time, 6)?))
    }

    /// The instant, in UTC.
    pub fn instant(self) -> Timestamp {
        self.0
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.0.to_zoned(TimeZone::UTC).datetime();
        let (year, month, day) = (at.year(), at.month(), at.day());
        let (hour, minute, second) = (at.hour(), at.minute(), at.second());
        write!(
            f,
            "{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z"
        )
    }
}

/// `YYYYMMDDTHHMMZ`: when a log was delivered, to the minute.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct LogStamp(Timestamp);

impl LogStamp {
    /// Reads exactly fourteen characters.
    pub fn parse(text: &str) -> Option<Self> {
        let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
        Some(Self(instant(day, time, 4)?))
    }

    /// The first instant of the minute, in UTC.
    pub fn instant(self) -> Timestamp {
        self.0
    }
}

/// A date of digits that stand alone, as in folder names.
pub(crate) fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let year = i16::try_from(digits(year, 4)?).ok()?;
    let month = i8::try_from(digits(month, 2)?).ok()?;
    let day = i8::try_from(digits(day, 2)?).ok()?;
    Date::new(year, month, day).ok()
}

fn instant(day: &str, time: &str, time_digits: usize) -> Option<Timestamp> {
    if day.len() != 8 || time.len() != time_digits || !day.is_ascii() || !time.is_ascii() {
        return None;
    }
    let date = date(&day[..4], &day[4..6], &day[6..])?;
    let hour = i8::try_from(digits(&time[..2], 2)?).ok()?;
    let minute = i8::try_from(digits(&time[2..4], 2)?).ok()?;
    let second = match &time[4..] {
        "" => 0,
        seconds => i8::try_from(digits(seconds, 2)?).ok()?,
    };
    let time = jiff::civil::Time::new(hour, minute, second, 0).ok()?;
    Some(
        date.to_datetime(time)
            .to_zoned(TimeZone::UTC)
            .ok()?
            .timestamp(),
    )
}

fn digits(text: &str, count: usize) -> Option<u32> {
    let all_digits = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    if all_digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_stamps_print_as_they_were_read() {
        let stamp = Stamp::parse("20150817T150131Z").unwrap();
        assert_eq!(stamp.instant().to_string(), "2015-08-17T15:01:31Z");
        assert_eq!(stamp.to_string(), "20150817T150131Z");
    }

    #[test]
    fn log_stamps_have_no_seconds() {
        let stamp = LogStamp::parse("20150817T1501Z").unwrap();
        assert_eq!(stamp.instant().to_string(), "2015-08-17T15:01:00Z");
        assert_eq!(LogStamp::parse("20150817T150131Z"), None);
    }

    #[test]
    fn what_no_calendar_holds_is_refused() {
        for text in [
            "20261399T000000Z",
            "20260230T000000Z",
            "20260101T240000Z",
            "20260101T006000Z",
            "20260101T000060Z",
            "2026010T0000000Z",
            "20260101T000000",
            "20260101t000000Z",
            "+0260101T000000Z",
            "２０２６0101T000000Z",
            "",
        ] {
            assert_eq!(Stamp::parse(text), None, "{text}");
        }
    }
}
