//! Between the SDK's times and ours.

use aws_sdk_cloudtrail::primitives::DateTime;
use jiff::Timestamp;

/// The SDK's time, cut to the second, which is all that CloudTrail takes.
pub(crate) fn to_sdk(at: Timestamp) -> DateTime {
    DateTime::from_secs(at.as_second())
}

/// The time that AWS gave; `None` if it lies beyond the year 9999.
pub(crate) fn from_sdk(at: &DateTime) -> Option<Timestamp> {
    let nanoseconds = i32::try_from(at.subsec_nanos()).ok()?;
    Timestamp::new(at.secs(), nanoseconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_back() {
        let at: Timestamp = "2026-03-01T12:30:00.25Z".parse().unwrap();
        let second: Timestamp = "2026-03-01T12:30:00Z".parse().unwrap();
        assert_eq!(from_sdk(&to_sdk(at)), Some(second));
        assert_eq!(
            from_sdk(&DateTime::from_secs_and_nanos(at.as_second(), 250_000_000)),
            Some(at)
        );
        assert_eq!(from_sdk(&DateTime::from_secs(i64::MAX)), None);
    }
}
