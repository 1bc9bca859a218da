//! The time for which keys are wanted, and the margin around it.

use jiff::{SignedDuration, Timestamp};

/// The time of digests that are to be checked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Period {
    from: Timestamp,
    to: Timestamp,
    now: Timestamp,
}

/// A period that no key can be listed for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PeriodError {
    /// It begins in the future.
    #[error("expected a time that begins before now ({now}), found {from}")]
    Future {
        /// Its start.
        from: Timestamp,
        /// The present.
        now: Timestamp,
    },
    /// It ends before it begins.
    #[error("expected a time that ends after its start {from}, found the end {to}")]
    Inverted {
        /// Its start.
        from: Timestamp,
        /// Its end.
        to: Timestamp,
    },
}

impl Period {
    /// Asked for more than the period before it: a key that was replaced during
    /// the digest before the first.
    const BEFORE: SignedDuration = SignedDuration::from_hours(24);

    /// And after it. A digest is signed up to two hours after its end; a backfill
    /// digest, which lists what was processed late, with the key of the time when
    /// it was made.
    const AFTER: SignedDuration = SignedDuration::from_hours(48);

    /// From when to when, and what time it is: no key of the future is listed.
    ///
    /// # Errors
    /// [`PeriodError`] if nothing of it has passed.
    pub fn new(from: Timestamp, to: Timestamp, now: Timestamp) -> Result<Self, PeriodError> {
        if from > now {
            return Err(PeriodError::Future { from, now });
        }
        if from >= to {
            return Err(PeriodError::Inverted { from, to });
        }
        Ok(Self { from, to, now })
    }

    /// What to ask for: the period with its margins, up to now.
    pub fn asked(&self) -> (Timestamp, Timestamp) {
        let from = self.from.saturating_sub(Self::BEFORE);
        let to = self.to.saturating_add(Self::AFTER);
        (
            from.unwrap_or(Timestamp::MIN),
            to.unwrap_or(Timestamp::MAX).min(self.now),
        )
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn period(from: &str, to: &str) -> Result<Period, PeriodError> {
        Period::new(at(from), at(to), at("2026-04-01T00:00:00Z"))
    }

    #[test]
    fn margins_are_asked_for_but_not_the_future() {
        let past = period("2026-01-02T00:00:00Z", "2026-02-01T00:00:00Z").unwrap();
        assert_eq!(
            past.asked(),
            (at("2026-01-01T00:00:00Z"), at("2026-02-03T00:00:00Z"))
        );
        let recent = period("2026-01-02T00:00:00Z", "2026-05-01T00:00:00Z").unwrap();
        assert_eq!(recent.asked().1, at("2026-04-01T00:00:00Z"));
    }

    #[test]
    fn extremes_do_not_overflow() {
        let ever = Period::new(Timestamp::MIN, Timestamp::MAX, Timestamp::MAX).unwrap();
        assert_eq!(ever.asked(), (Timestamp::MIN, Timestamp::MAX));
    }

    #[test]
    fn what_has_not_begun_is_refused() {
        let error = period("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z").unwrap_err();
        assert!(error.to_string().contains("before now"), "{error}");
        let error = period("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z").unwrap_err();
        assert!(matches!(error, PeriodError::Inverted { .. }));
    }
}
