//! The time in which a key signs.
//!
//! `ListPublicKeys` gives each key a `ValidityStartTime` and a
//! `ValidityEndTime`, about thirty days apart. They are CloudTrail's plan and
//! not an expiry of trust: AWS's own documentation prints a digest that was
//! signed a month after its key's published end. A signature outside the time is
//! therefore something to explain, and its check is separate from the
//! signature's.
//!
//! Absent on purpose: the clock. Whether a key is valid *now* is of no interest
//! to a check of last year's digests.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use thiserror::Error;

/// How far from a key's validity a digest may have been signed.
///
/// A digest that ends within the validity is signed somewhat later, and
/// `aws cloudtrail validate-logs` asks for the keys of a range up to two hours
/// after its end. The same is allowed at the start.
pub const SIGNING_SKEW: SignedDuration = SignedDuration::from_hours(2);

/// From when to when a key signs, both ends included.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Validity {
    start: Timestamp,
    end: Timestamp,
}

impl Validity {
    /// The time between two instants.
    ///
    /// # Errors
    ///
    /// [`ValidityInverted`] when it ends before it starts.
    pub fn new(start: Timestamp, end: Timestamp) -> Result<Self, ValidityInverted> {
        if end < start {
            return Err(ValidityInverted { start, end });
        }
        Ok(Self { start, end })
    }

    /// The first instant.
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// The last instant.
    pub fn end(&self) -> Timestamp {
        self.end
    }

    /// Whether `at` lies in the time, or outside it by no more than `skew`
    /// ([`SIGNING_SKEW`] for digests).
    pub fn contains_within(&self, at: Timestamp, skew: SignedDuration) -> bool {
        // Differences, not shifted ends: these cannot overflow.
        self.start.duration_since(at) <= skew && at.duration_since(self.end) <= skew
    }
}

/// A validity that ends before it starts.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("expected a validity that ends at or after its start {start}, found the end {end}")]
pub struct ValidityInverted {
    /// The start given.
    pub start: Timestamp,
    /// The end given, which is earlier.
    pub end: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn july() -> Validity {
        Validity::new(at("2015-07-01T00:00:00Z"), at("2015-07-31T00:00:00Z")).unwrap()
    }

    #[test]
    fn the_skew_reaches_two_hours_past_both_ends_and_no_further() {
        for (time, inside) in [
            ("2015-06-30T21:59:59Z", false),
            ("2015-06-30T22:00:00Z", true),
            ("2015-07-15T00:00:00Z", true),
            ("2015-07-31T02:00:00Z", true),
            ("2015-07-31T02:00:00.000000001Z", false),
        ] {
            assert_eq!(
                july().contains_within(at(time), SIGNING_SKEW),
                inside,
                "{time}"
            );
        }
    }

    #[test]
    fn without_skew_the_ends_are_inside() {
        let exact = SignedDuration::ZERO;
        assert!(july().contains_within(july().start(), exact));
        assert!(july().contains_within(july().end(), exact));
        assert!(!july().contains_within(at("2015-07-31T00:00:01Z"), exact));
    }

    #[test]
    fn extremes_do_not_overflow() {
        let all = Validity::new(Timestamp::MIN, Timestamp::MAX).unwrap();
        for skew in [
            SignedDuration::MIN,
            SignedDuration::ZERO,
            SignedDuration::MAX,
        ] {
            all.contains_within(Timestamp::MIN, skew);
            all.contains_within(Timestamp::MAX, skew);
            july().contains_within(Timestamp::MIN, skew);
        }
    }

    #[test]
    fn an_instant_is_a_validity_and_an_inverted_one_is_not() {
        let (start, end) = (july().start(), july().end());
        assert!(Validity::new(start, start).is_ok());
        assert_eq!(
            Validity::new(end, start),
            Err(ValidityInverted {
                start: end,
                end: start
            })
        );
    }
}
