//! Days in UTC.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use trailseal_verifier::coverage::Interval;

/// The day of an instant.
pub(crate) fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// The first instant of a day.
pub(crate) fn start_of(day: Date) -> Timestamp {
    let midnight = day.to_datetime(Time::midnight()).to_zoned(TimeZone::UTC);
    midnight.map_or(Timestamp::MIN, |midnight| midnight.timestamp())
}

/// All of a day.
pub(crate) fn whole(day: Date) -> Interval {
    let start = start_of(day);
    let end = start.saturating_add(SignedDuration::from_hours(24));
    Interval::new(start, end.unwrap_or(Timestamp::MAX))
}
