//! What a ledger knows, as values.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use trailseal_verifier::chain::{ChainId, DIGEST_PERIOD};
use trailseal_verifier::coverage::{Coverage, Interval, State};
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::id::{AccountId, Region};
use trailseal_verifier::layout::ChainKind;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::verdict::Answer;

use crate::check::report::Acknowledgement;

/// How far before the newest time of its account and Region a chain may end, and
/// still be looked at with the others.
const TOGETHER: SignedDuration = SignedDuration::from_hours(48);

/// How far before the tip time that is not proved is looked at again: digests may
/// come late and out of order.
const LATE: SignedDuration = SignedDuration::from_hours(6);

/// What is known of one source.
#[derive(Clone, Debug)]
pub(crate) struct KnownSource {
    /// Where it was in the newest check.
    pub(crate) location: String,
    /// Decides which days have their turn when.
    pub(crate) secret: [u8; 32],
    /// Up to when the turns of days were taken.
    pub(crate) mark: Option<Timestamp>,
    /// Its chains.
    pub(crate) chains: BTreeMap<ChainId, ChainState>,
}

/// What is known of one chain.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChainState {
    /// Its newest verified digest.
    pub(crate) tip: Option<Tip>,
    /// What is known of its time.
    pub(crate) coverage: Coverage,
}

/// A digest that was verified.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Tip {
    pub(crate) object: ObjectRef,
    pub(crate) window: Interval,
    /// Of its inflated bytes.
    pub(crate) hash: Sha256,
    /// As it is stored with the object, in hex.
    pub(crate) signature: Option<String>,
}

/// A finding that is open, or that was resolved by the check at hand.
#[derive(Clone, Debug)]
pub(crate) struct KnownFinding {
    /// Its row, once it has one.
    pub(crate) number: Option<i64>,
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) code: String,
    pub(crate) answer: Answer,
    pub(crate) subject: String,
    pub(crate) object: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) chain: Option<String>,
    pub(crate) window: Option<Interval>,
    pub(crate) detail: String,
    /// The day to look at again.
    pub(crate) day: Option<Date>,
    /// Not told before: it may explain itself.
    pub(crate) due: Option<Timestamp>,
    pub(crate) first_seen: Timestamp,
    pub(crate) last_seen: Timestamp,
    pub(crate) resolved: Option<Timestamp>,
    pub(crate) acknowledged: Option<Acknowledgement>,
}

impl KnownFinding {
    /// Whether it waits to explain itself.
    pub(crate) fn is_pending(&self, now: Timestamp) -> bool {
        self.due.is_some_and(|due| due > now)
    }
}

impl ChainState {
    /// Where digests were last seen to end, whatever their verdict.
    pub(crate) fn reached(&self) -> Option<Timestamp> {
        let seen = |state| !matches!(state, State::Uncovered | State::NotYetDue);
        let spans = self.coverage.spans().iter();
        spans
            .filter(|span| seen(span.state))
            .map(|span| span.interval.end)
            .max()
    }

    /// Where to go on: with the tip, or before it where time is not proved yet;
    /// later, where many digests after it were seen and not verified.
    fn since(&self) -> Option<Timestamp> {
        let before = |at: Timestamp, by| at.saturating_sub(by).unwrap_or(Timestamp::MIN);
        let reached = self.reached();
        match &self.tip {
            Some(tip) => {
                let late = Interval::new(before(tip.window.start, LATE), tip.window.start);
                let spans = self.coverage.clipped(late);
                let mut holes = spans.spans().iter().filter(|it| it.state != State::Proved);
                let start = holes
                    .next()
                    .map_or(tip.window.start, |hole| hole.interval.start);
                let far = reached.map(|reached| before(reached, TOGETHER));
                Some(far.map_or(start, |far| far.max(start)))
            }
            None => reached.map(|reached| before(reached, DIGEST_PERIOD)),
        }
    }

    /// What is proved of an interval.
    pub(crate) fn is_proved(&self, interval: Interval) -> bool {
        let proved = self.coverage.clipped(interval);
        let reached = proved
            .spans()
            .iter()
            .try_fold(interval.start, |reached, span| {
                (span.state == State::Proved && span.interval.start <= reached)
                    .then_some(span.interval.end)
            });
        reached.is_some_and(|reached| reached >= interval.end)
    }
}

impl KnownSource {
    /// Where to go on in each account and Region.
    pub(crate) fn since(&self) -> BTreeMap<(AccountId, Region), Timestamp> {
        let mut by_place: BTreeMap<(AccountId, Region), Vec<Timestamp>> = BTreeMap::new();
        for (id, chain) in &self.chains {
            if id.kind == ChainKind::Hourly
                && let Some(since) = chain.since()
            {
                let place = (id.account.clone(), id.region.clone());
                by_place.entry(place).or_default().push(since);
            }
        }
        let together = |starts: Vec<Timestamp>| {
            let newest = starts.iter().max().copied()?;
            let near = |at: &&Timestamp| newest.duration_since(**at) <= TOGETHER;
            starts.iter().filter(near).min().copied()
        };
        by_place
            .into_iter()
            .filter_map(|(place, starts)| Some((place, together(starts)?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_772_352_000 + hour * 3_600).unwrap()
    }

    fn chain(tip: Option<i64>, spans: &[(i64, i64, State)]) -> ChainState {
        let mut coverage = Coverage::default();
        for (start, end, state) in spans {
            coverage.push(Interval::new(at(*start), at(*end)), *state);
        }
        let tip = tip.map(|end| Tip {
            object: ObjectRef::new("logs".parse().unwrap(), "k"),
            window: Interval::new(at(end - 1), at(end)),
            hash: Sha256::of(b"x"),
            signature: None,
        });
        ChainState { tip, coverage }
    }

    fn id(trail: &str) -> ChainId {
        ChainId {
            organization: None,
            account: "111122223333".parse().unwrap(),
            region: "eu-west-1".parse().unwrap(),
            trail: trail.parse().unwrap(),
            home: "eu-west-1".parse().unwrap(),
            kind: ChainKind::Hourly,
        }
    }

    fn source(chains: Vec<(&str, ChainState)>) -> KnownSource {
        KnownSource {
            location: String::new(),
            secret: [0; 32],
            mark: None,
            chains: chains
                .into_iter()
                .map(|(trail, chain)| (id(trail), chain))
                .collect(),
        }
    }

    fn since(source: &KnownSource) -> Option<Timestamp> {
        source.since().into_values().next()
    }

    #[test]
    fn a_check_goes_on_with_the_tip() {
        let healthy = chain(Some(10), &[(0, 10, State::Proved)]);
        let silent = chain(
            Some(10),
            &[(0, 10, State::Proved), (10, 900, State::Uncovered)],
        );
        assert_eq!(since(&source(vec![("trail", healthy)])), Some(at(9)));
        assert_eq!(since(&source(vec![("trail", silent)])), Some(at(9)));
    }

    #[test]
    fn what_is_not_verified_or_ended_long_ago_does_not_drag_it_back() {
        let unverified = chain(
            Some(10),
            &[(0, 10, State::Proved), (10, 900, State::Unchecked)],
        );
        assert_eq!(since(&source(vec![("trail", unverified)])), Some(at(852)));
        let hole = [
            (0, 7, State::Proved),
            (7, 8, State::Failed),
            (8, 10, State::Proved),
        ];
        assert_eq!(
            since(&source(vec![("trail", chain(Some(10), &hole))])),
            Some(at(7))
        );
        let never = chain(None, &[(0, 900, State::Failed)]);
        assert_eq!(since(&source(vec![("trail", never)])), Some(at(899)));
        let ended = chain(Some(10), &[(0, 10, State::Proved)]);
        let alive = chain(Some(900), &[(20, 900, State::Proved)]);
        assert_eq!(
            since(&source(vec![("old-trail", ended), ("new-trail", alive)])),
            Some(at(899))
        );
    }

    #[test]
    fn an_interval_is_proved_only_as_a_whole() {
        let chain = chain(None, &[(0, 5, State::Proved), (5, 6, State::Failed)]);
        assert!(chain.is_proved(Interval::new(at(1), at(5))));
        assert!(!chain.is_proved(Interval::new(at(1), at(6))));
        assert!(!chain.is_proved(Interval::new(at(-1), at(2))));
    }
}
