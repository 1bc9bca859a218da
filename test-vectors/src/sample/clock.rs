//! Times of the sample: whole seconds since 1970, UTC.
//!
//! CloudTrail's `eventTime` has whole seconds, log names have minutes; nothing
//! in the sample needs a finer clock.

use jiff::Timestamp;

/// A second.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Second(pub(super) i64);

impl Second {
    /// Reads RFC 3339, as the sources of the sample write times.
    pub(super) fn of(text: &str) -> Self {
        let time: Timestamp = text.parse().expect("a time written in the source");
        Self(time.as_second())
    }

    /// Later by so many seconds.
    pub(super) fn after(self, seconds: i64) -> Self {
        Self(self.0 + seconds)
    }

    /// The first whole minute not before this.
    pub(super) fn ceil_minute(self) -> Self {
        Self(self.0.div_euclid(60) * 60 + if self.0.rem_euclid(60) == 0 { 0 } else { 60 })
    }

    /// RFC 3339 with `Z`, as in `eventTime`.
    pub(super) fn rfc3339(self) -> String {
        self.timestamp().to_string()
    }

    /// `Mar 11, 2026, 3:36:45 AM`: the form of `credentials.expiration`.
    pub(super) fn spoken(self) -> String {
        self.timestamp()
            .strftime("%b %-d, %Y, %-I:%M:%S %p")
            .to_string()
    }

    /// Any other form, in the notation of `strftime`.
    pub(super) fn format(self, format: &str) -> String {
        self.timestamp().strftime(format).to_string()
    }

    /// The hour of the day, 0 to 23.
    pub(super) fn hour(self) -> i64 {
        self.0.rem_euclid(86_400) / 3_600
    }

    /// The same instant as the library's type.
    pub(super) fn timestamp(self) -> Timestamp {
        Timestamp::from_second(self.0).expect("a second of this century")
    }
}
