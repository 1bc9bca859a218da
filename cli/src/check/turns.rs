//! Which days have their turn to be verified again.
//!
//! A unit is one account on one day in UTC. In each period of `recheck_days`
//! every unit has one instant, which follows from a secret of the source: the
//! instants are spread evenly, and nobody without the ledger can foretell them. A
//! check takes the units whose instant lies between the mark, up to which turns
//! were taken, and now. So what was missed is made up for, and no state is kept
//! for a unit.

use std::collections::BTreeSet;

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use trailseal_verifier::coverage::State;
use trailseal_verifier::id::AccountId;

use super::day::{day_of, start_of};
use crate::ledger::KnownSource;

/// One account on one day.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Unit {
    pub(crate) day: Date,
    pub(crate) account: AccountId,
}

/// The periods of re-verification.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turns {
    seconds: i64,
}

impl Turns {
    /// Each unit once in so many days.
    pub(crate) fn each(days: u32) -> Self {
        Self {
            seconds: i64::from(days.max(1)) * 86_400,
        }
    }

    /// The units that have their turn after `mark` and not after `now`.
    pub(crate) fn due<'u>(
        self,
        secret: &[u8; 32],
        units: impl IntoIterator<Item = &'u Unit>,
        mark: Timestamp,
        now: Timestamp,
    ) -> BTreeSet<Unit> {
        let key = Key::new(HMAC_SHA256, secret);
        let (mark, now) = (mark.as_second(), now.as_second());
        // Two periods hold a whole one, in which each has its turn.
        let mark = mark.max(now.saturating_sub(2 * self.seconds));
        let first = mark.div_euclid(self.seconds);
        let last = now.div_euclid(self.seconds);
        let mut due = BTreeSet::new();
        for unit in units {
            let mut cycles = first..=last;
            if cycles.any(|cycle| {
                let at = self.turn(&key, unit, cycle);
                mark < at && at <= now
            }) {
                due.insert(unit.clone());
            }
        }
        due
    }

    /// The second at which a unit has its turn in a period.
    fn turn(self, key: &Key, unit: &Unit, cycle: i64) -> i64 {
        let message = format!("{}|{}|{cycle}", unit.account, unit.day);
        let tag = sign(key, message.as_bytes());
        let head: [u8; 8] = std::array::from_fn(|index| tag.as_ref()[index]);
        // The upper half of a product of 64 bits each: even to within 2^-40.
        let spread = u128::from(u64::from_be_bytes(head)) * self.seconds.unsigned_abs() as u128;
        let offset = i64::try_from(spread >> 64).unwrap_or(0);
        cycle.saturating_mul(self.seconds).saturating_add(offset)
    }
}

/// Every unit of a source of whose time something is known, up to yesterday:
/// today's is verified because it is new.
pub(crate) fn units(
    source: &KnownSource,
    start: Option<Timestamp>,
    now: Timestamp,
) -> BTreeSet<Unit> {
    let mut units = BTreeSet::new();
    let today = day_of(now);
    for (id, chain) in &source.chains {
        let seen = chain.coverage.spans().iter();
        for span in seen.filter(|span| span.state != State::Uncovered) {
            let from = start.map_or(span.interval.start, |start| start.max(span.interval.start));
            let mut day = day_of(from);
            while day < today && start_of(day) < span.interval.end && from < span.interval.end {
                units.insert(Unit {
                    day,
                    account: id.account.clone(),
                });
                match day.checked_add(1.day()) {
                    Ok(next) => day = next,
                    Err(_) => break,
                }
            }
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    fn all(days: i64) -> BTreeSet<Unit> {
        let first: Date = "2026-01-01".parse().unwrap();
        let day = |index: i64| first.checked_add(index.days()).unwrap();
        let of = |account: &'static str| {
            (0..days).map(move |index| Unit {
                day: day(index),
                account: account.parse().unwrap(),
            })
        };
        of("111122223333").chain(of("444455556666")).collect()
    }

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_772_352_000 + hour * 3_600).unwrap()
    }

    #[test]
    fn each_unit_has_one_turn_in_each_period_spread_evenly() {
        let units = all(365);
        let turns = Turns::each(30);
        // Periods begin at multiples of thirty days since 1970.
        let start = (at(0).as_second() / (30 * 86_400) + 1) * 30 * 86_400;
        let start = Timestamp::from_second(start).unwrap();
        let hour = |index: i64| start + SignedDuration::from_hours(index);
        let mut seen = Vec::new();
        let mut most = 0;
        for index in 0..30 * 24 {
            let due = turns.due(&[7; 32], &units, hour(index), hour(index + 1));
            most = most.max(due.len());
            seen.extend(due);
        }
        assert_eq!(seen.len(), units.len(), "none twice");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), units.len());
        // 730 units in 720 hours.
        assert!(most <= 8, "{most} in one hour");
    }

    #[test]
    fn what_was_missed_is_made_up_for_once() {
        let units = all(100);
        let turns = Turns::each(10);
        let in_steps: BTreeSet<Unit> = (0..50)
            .flat_map(|step| turns.due(&[1; 32], &units, at(step * 4), at(step * 4 + 4)))
            .collect();
        assert!(turns.due(&[1; 32], &units, at(0), at(200)) == in_steps);
        assert!(turns.due(&[1; 32], &units, at(0), at(2_000)) == units);
        assert!(turns.due(&[1; 32], &units, at(5), at(5)).is_empty());
        assert!(
            turns.due(&[1; 32], &units, at(9), at(5)).is_empty(),
            "a clock set back"
        );
    }

    #[test]
    fn another_secret_has_other_turns() {
        let units = all(100);
        let due = |secret| Turns::each(10).due(&[secret; 32], &units, at(0), at(24));
        assert_ne!(due(1), due(2));
    }
}
