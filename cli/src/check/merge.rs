//! What is known of a chain's time, with what a pass saw of it.

use jiff::Timestamp;
use trailseal_verifier::coverage::{Coverage, Interval, State};

/// Time after a pass, and the stretches that were proved before and that no
/// digest covers any more.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Merged {
    pub(crate) coverage: Coverage,
    pub(crate) lost: Vec<Interval>,
}

/// Whether a pass would have seen all that is there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Sight {
    Full,
    /// Part of it could not be listed: what was not seen may be there.
    Partial,
}

/// Puts what was seen of a window in the place of what was known of it.
///
/// What was proved once stays so as long as nothing speaks against it: that it
/// could not be read today does not make it less, and what cannot be read today
/// and is gone tomorrow is lost.
pub(crate) fn merge(known: &Coverage, seen: &Coverage, window: Interval, sight: Sight) -> Merged {
    let mut merged = Merged {
        coverage: known.clipped(Interval::new(Timestamp::MIN, window.start)),
        lost: Vec::new(),
    };
    for part in parts(known, seen, window) {
        let before = state_at(known, part.start);
        let now = state_at(seen, part.start);
        let (state, lost) = match (before, now) {
            (Some(before), Some(State::Uncovered) | None) if sight == Sight::Partial => {
                (Some(before), false)
            }
            (Some(State::Proved), Some(State::Unchecked)) => (Some(State::Proved), false),
            (Some(State::Proved), Some(State::Uncovered) | None) => (Some(State::Failed), true),
            (Some(State::Failed), Some(State::Uncovered) | None) => (Some(State::Failed), false),
            (before, Some(State::NotYetDue)) => (before, false),
            (_, Some(state)) => (Some(state), false),
            (before, None) => (before, false),
        };
        if let Some(state) = state {
            merged.coverage.push(part, state);
        }
        if lost {
            match merged.lost.last_mut() {
                Some(last) if last.end == part.start => last.end = part.end,
                _ => merged.lost.push(part),
            }
        }
    }
    for span in known
        .clipped(Interval::new(window.end, Timestamp::MAX))
        .spans()
    {
        merged.coverage.push(span.interval, span.state);
    }
    merged
}

/// The window, cut wherever either state changes.
fn parts(known: &Coverage, seen: &Coverage, window: Interval) -> Vec<Interval> {
    let spans = known.spans().iter().chain(seen.spans());
    let edges = spans.flat_map(|span| [span.interval.start, span.interval.end]);
    let inside = edges.filter(|at| window.start < *at && *at < window.end);
    let mut cuts: Vec<Timestamp> = inside.chain([window.start, window.end]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2)
        .map(|pair| Interval::new(pair[0], pair[1]))
        .collect()
}

fn state_at(coverage: &Coverage, at: Timestamp) -> Option<State> {
    let after = coverage
        .spans()
        .partition_point(|span| span.interval.end <= at);
    let span = coverage.spans().get(after)?;
    (span.interval.start <= at).then_some(span.state)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_772_352_000 + hour * 3_600).unwrap()
    }

    fn hours(from: i64, to: i64) -> Interval {
        Interval::new(at(from), at(to))
    }

    fn coverage(spans: &[(i64, i64, State)]) -> Coverage {
        let mut coverage = Coverage::default();
        for (from, to, state) in spans {
            coverage.push(hours(*from, *to), *state);
        }
        coverage
    }

    #[test]
    fn what_is_new_is_added_and_what_is_outside_stays() {
        let known = coverage(&[(0, 10, State::Proved)]);
        let seen = coverage(&[(9, 12, State::Proved), (12, 13, State::NotYetDue)]);
        let merged = merge(&known, &seen, hours(9, 13), Sight::Full);
        assert_eq!(merged.coverage, coverage(&[(0, 12, State::Proved)]));
        assert!(merged.lost.is_empty());
    }

    #[test]
    fn what_was_proved_and_is_gone_is_lost() {
        let known = coverage(&[(0, 10, State::Proved)]);
        let seen = coverage(&[(2, 3, State::Proved), (3, 5, State::Uncovered)]);
        let merged = merge(&known, &seen, hours(2, 6), Sight::Full);
        assert_eq!(merged.lost, [hours(3, 6)]);
        let partial = merge(&known, &seen, hours(2, 6), Sight::Partial);
        assert_eq!((partial.coverage, partial.lost.len()), (known, 0));
        let expected = [
            (0, 3, State::Proved),
            (3, 6, State::Failed),
            (6, 10, State::Proved),
        ];
        assert_eq!(merged.coverage, coverage(&expected));
        // Once more: it is not lost twice, and not forgotten.
        let again = merge(&merged.coverage, &seen, hours(2, 6), Sight::Full);
        assert_eq!((again.coverage, again.lost.len()), (merged.coverage, 0));
    }

    #[test]
    fn what_cannot_be_read_today_and_is_gone_tomorrow_is_lost() {
        let known = coverage(&[(0, 4, State::Proved)]);
        let unread = coverage(&[(0, 4, State::Unchecked)]);
        let today = merge(&known, &unread, hours(0, 4), Sight::Full);
        assert_eq!(today.coverage, known);
        let gone = merge(
            &today.coverage,
            &Coverage::default(),
            hours(0, 4),
            Sight::Full,
        );
        assert_eq!(gone.lost, [hours(0, 4)]);
    }

    #[test]
    fn what_is_repaired_is_proved() {
        let known = coverage(&[(0, 2, State::Proved), (2, 4, State::Failed)]);
        let seen = coverage(&[(1, 4, State::Proved)]);
        let merged = merge(&known, &seen, hours(1, 4), Sight::Full);
        assert_eq!(merged.coverage, coverage(&[(0, 4, State::Proved)]));
    }
}
