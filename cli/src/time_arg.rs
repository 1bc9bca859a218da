//! Times as they are typed, and the range they mean.
//!
//! The clock is an argument, and is asked only where the words need it: a
//! check between two past times gives the same answer on any day.

use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

/// What is accepted, for help and errors.
pub(crate) const ACCEPTED: &str = "RFC 3339 with an offset (2026-03-01T00:00:00Z, \
     2026-03-01T09:00:00+09:00), a date (2026-03-01, its start in UTC), an age (36h, 90d, 2w) or now";

/// A digest of a time this recent may still be on its way.
const RECENT: SignedDuration = SignedDuration::from_hours(24);

/// Now, to the second: it is written into files.
pub(crate) fn present() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// One time as it was typed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TimeArg {
    /// So long before now.
    Age(SignedDuration),
    /// A time of its own.
    At(Timestamp),
}

/// A text that is no time.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("expected {ACCEPTED}")]
pub(crate) struct NoTime;

impl FromStr for TimeArg {
    type Err = NoTime;

    fn from_str(text: &str) -> Result<Self, NoTime> {
        if text == "now" {
            return Ok(Self::Age(SignedDuration::ZERO));
        }
        if let Some(age) = age(text) {
            return Ok(Self::Age(age));
        }
        // A date without a time first: with one, it must carry an offset.
        if text.len() == "2026-03-01".len() {
            let date: Date = text.parse().map_err(|_| NoTime)?;
            let start = date.to_zoned(TimeZone::UTC).map_err(|_| NoTime)?;
            return Ok(Self::At(start.timestamp()));
        }
        text.parse().map(Self::At).map_err(|_| NoTime)
    }
}

fn age(text: &str) -> Option<SignedDuration> {
    let hours_each = match text.chars().last()? {
        'h' => 1,
        'd' => 24,
        'w' => 7 * 24,
        _ => return None,
    };
    let digits = text.get(..text.len() - 1)?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // A hundred thousand weeks reach back beyond any trail; more overflows times.
    let count: i64 = digits.parse().ok().filter(|count| *count <= 100_000)?;
    Some(SignedDuration::from_hours(count * hours_each))
}

impl TimeArg {
    fn at(self, clock: &mut impl FnMut() -> Timestamp) -> Timestamp {
        match self {
            Self::Age(age) => clock().saturating_sub(age).unwrap_or(Timestamp::MIN),
            Self::At(time) => time,
        }
    }
}

/// The time that must be covered.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Range {
    /// Its start.
    pub(crate) from: Option<Timestamp>,
    /// Its end.
    pub(crate) to: Option<Timestamp>,
    /// The present, if the end is so near to it that digests may still be due.
    pub(crate) now: Option<Timestamp>,
}

/// Two times that leave nothing between them.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("--from ({from}) must be earlier than --to ({to}): swap them, or leave one out")]
pub(crate) struct RangeInverted {
    from: Timestamp,
    to: Timestamp,
}

impl Range {
    /// What `--from` and `--to` mean.
    ///
    /// # Errors
    /// [`RangeInverted`] if no time lies between them.
    pub(crate) fn resolve(
        from: Option<TimeArg>,
        to: Option<TimeArg>,
        mut clock: impl FnMut() -> Timestamp,
    ) -> Result<Self, RangeInverted> {
        // Asked once, so that one run has one present.
        let mut present = None;
        let mut clock = || *present.get_or_insert_with(&mut clock);
        let from = from.map(|time| time.at(&mut clock));
        let to = to.map(|time| time.at(&mut clock));
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            return Err(RangeInverted { from, to });
        }
        let now = to.and_then(|to| {
            let now = clock();
            (to > now.saturating_sub(RECENT).unwrap_or(Timestamp::MIN)).then_some(now)
        });
        Ok(Self { from, to, now })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn time(text: &str) -> TimeArg {
        text.parse().unwrap()
    }

    fn no_clock() -> Timestamp {
        panic!("the clock was read")
    }

    #[test]
    fn each_form_is_read() {
        assert_eq!(time("2026-03-01"), TimeArg::At(at("2026-03-01T00:00:00Z")));
        assert_eq!(
            time("2026-03-01T12:30:00Z"),
            TimeArg::At(at("2026-03-01T12:30:00Z"))
        );
        assert_eq!(
            time("2026-03-01T09:00:00+09:00"),
            TimeArg::At(at("2026-03-01T00:00:00Z"))
        );
        assert_eq!(time("36h"), TimeArg::Age(SignedDuration::from_hours(36)));
        assert_eq!(
            time("90d"),
            TimeArg::Age(SignedDuration::from_hours(90 * 24))
        );
        assert_eq!(
            time("2w"),
            TimeArg::Age(SignedDuration::from_hours(14 * 24))
        );
        assert_eq!(time("now"), TimeArg::Age(SignedDuration::ZERO));
    }

    #[test]
    fn what_is_no_time_is_refused_with_what_is_accepted() {
        for text in [
            "",
            "d",
            "-3d",
            "+3d",
            "3m",
            "3 d",
            "yesterday",
            "2026-02-30",
            "2026-3-1",
            "2026-03-01T00:00:00",
            "99999999999999999999d",
            "200000w",
            "日本語日",
        ] {
            assert_eq!(text.parse::<TimeArg>(), Err(NoTime), "{text:?}");
        }
        assert!(NoTime.to_string().contains("90d"));
    }

    #[test]
    fn no_end_needs_no_present() {
        assert_eq!(Range::resolve(None, None, no_clock), Ok(Range::default()));
        let range = Range::resolve(Some(time("2026-03-01")), None, no_clock).unwrap();
        assert_eq!(range.from, Some(at("2026-03-01T00:00:00Z")));
        let range = Range::resolve(Some(time("1d")), None, || at("2026-03-02T00:00:00Z")).unwrap();
        assert_eq!(
            (range.from, range.to, range.now),
            (Some(at("2026-03-01T00:00:00Z")), None, None)
        );
    }

    #[test]
    fn the_present_is_passed_on_only_for_an_end_near_it() {
        let clock = || at("2026-03-10T00:00:00Z");
        let now = |to| Range::resolve(None, Some(time(to)), clock).unwrap().now;
        assert_eq!(now("2026-03-01"), None);
        assert_eq!(now("90d"), None);
        assert_eq!(now("now"), Some(clock()));
        assert_eq!(now("2h"), Some(clock()));
        assert_eq!(now("2027-01-01"), Some(clock()));
    }

    #[test]
    fn the_clock_is_asked_once() {
        let mut asked = 0;
        let clock = || {
            asked += 1;
            at("2026-03-10T00:00:00Z")
        };
        Range::resolve(Some(time("2d")), Some(time("now")), clock).unwrap();
        assert_eq!(asked, 1);
    }

    #[test]
    fn an_inverted_range_is_refused() {
        let error = Range::resolve(Some(time("2026-03-02")), Some(time("2026-03-01")), no_clock);
        let message = error.unwrap_err().to_string();
        assert!(
            message.starts_with("--from (2026-03-02T00:00:00Z) must be earlier"),
            "{message}"
        );
        assert!(
            Range::resolve(Some(time("2026-03-02")), Some(time("2026-03-02")), no_clock).is_err()
        );
    }
}
