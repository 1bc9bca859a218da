//! Coverage: which stretches of time are proved, and which are not.
//!
//! A human asks "what can I swear to?". The answer is a list of intervals per
//! chain, each with one state, without overlaps and without seams between
//! equal neighbours.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// A stretch of time, from `start` up to but not including `end`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Interval {
    /// First instant inside.
    pub start: Timestamp,
    /// First instant after it.
    pub end: Timestamp,
}

impl Interval {
    /// The stretch between two instants; empty where `end` is not later.
    pub fn new(start: Timestamp, end: Timestamp) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// Its length.
    pub fn length(self) -> SignedDuration {
        self.end.duration_since(self.start)
    }

    /// Whether it holds no time at all.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The same, longer by `margin` at both ends.
    #[must_use]
    pub fn widened(self, margin: SignedDuration) -> Self {
        let start = self.start.saturating_sub(margin).unwrap_or(Timestamp::MIN);
        Self::new(
            start,
            self.end.saturating_add(margin).unwrap_or(Timestamp::MAX),
        )
    }

    /// The shortest interval that holds both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// What both have in common, if anything.
    pub fn intersection(self, other: Self) -> Option<Self> {
        let common = Self::new(self.start.max(other.start), self.end.min(other.end));
        (!common.is_empty()).then_some(common)
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.start, self.end)
    }
}

/// What is known about a stretch of time.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// A verified digest covers it, and every log it names is verified.
    Proved,
    /// A digest of it is missing or altered, or one of its logs is.
    Failed,
    /// A digest covers it, but the digest or one of its logs was not checked.
    Unchecked,
    /// No digest covers it: nothing vouches for it.
    Uncovered,
    /// Its digest need not have been delivered yet.
    NotYetDue,
}

/// An interval and its state.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Span {
    /// When.
    #[serde(flatten)]
    pub interval: Interval,
    /// What is known about it.
    pub state: State,
}

/// Spans in order of time. Time is pushed from left to right; equal
/// neighbours melt into one, so a healthy chain of years is a single span.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Coverage(Vec<Span>);

impl Coverage {
    /// The spans, oldest first, without overlaps.
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// Where the newest span ends.
    pub fn end(&self) -> Option<Timestamp> {
        self.0.last().map(|span| span.interval.end)
    }

    /// Where the oldest span starts.
    pub fn start(&self) -> Option<Timestamp> {
        self.0.first().map(|span| span.interval.start)
    }

    /// From the start of the oldest span to the end of the newest.
    pub fn hull(&self) -> Option<Interval> {
        Some(Interval::new(self.start()?, self.end()?))
    }

    /// Adds time at the right end. What lies before the present end is cut
    /// off: the earlier statement stands.
    pub fn push(&mut self, interval: Interval, state: State) {
        let start = self
            .end()
            .map_or(interval.start, |end| end.max(interval.start));
        let interval = Interval::new(start, interval.end);
        if interval.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(last) if last.state == state && last.interval.end == start => {
                last.interval.end = interval.end;
            }
            _ => self.0.push(Span { interval, state }),
        }
    }

    /// Takes back what was said about the time from `at` on.
    pub fn cut(&mut self, at: Timestamp) {
        self.0.retain(|span| span.interval.start < at);
        if let Some(last) = self.0.last_mut() {
            last.interval.end = last.interval.end.min(at);
        }
    }

    /// The total length of all spans of one state.
    pub fn total(&self, state: State) -> SignedDuration {
        self.0
            .iter()
            .filter(|span| span.state == state)
            .map(|span| span.interval.length())
            .fold(SignedDuration::ZERO, SignedDuration::saturating_add)
    }

    /// The part inside `range`.
    #[must_use]
    pub fn clipped(&self, range: Interval) -> Self {
        let mut clipped = Self::default();
        for span in &self.0 {
            if let Some(interval) = span.interval.intersection(range) {
                clipped.push(interval, span.state);
            }
        }
        clipped
    }

    /// The states that hold anywhere in an interval, its edges included.
    pub fn states_in(&self, interval: Interval) -> impl Iterator<Item = State> + '_ {
        let Interval {
            start: from,
            end: to,
        } = interval;
        let first = self.0.partition_point(|span| span.interval.end <= from);
        self.0[first..]
            .iter()
            .take_while(move |span| span.interval.start <= to)
            .map(|s| s.state)
    }

    /// Whether the whole of `interval` lies inside spans, whatever their state.
    pub fn spans_over(&self, interval: Interval) -> bool {
        let first = self
            .0
            .partition_point(|span| span.interval.end <= interval.start);
        let mut reached = interval.start;
        for span in &self.0[first..] {
            if span.interval.start > reached || reached >= interval.end {
                break;
            }
            reached = span.interval.end;
        }
        reached >= interval.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + hour * 3600).unwrap()
    }

    fn hours(from: i64, to: i64) -> Interval {
        Interval::new(at(from), at(to))
    }

    #[test]
    fn equal_neighbours_melt_and_overlaps_are_cut() {
        let mut coverage = Coverage::default();
        coverage.push(hours(0, 1), State::Proved);
        coverage.push(hours(1, 2), State::Proved);
        coverage.push(hours(1, 3), State::Failed);
        coverage.push(hours(0, 2), State::Uncovered);
        let spans: Vec<_> = coverage
            .spans()
            .iter()
            .map(|s| (s.interval, s.state))
            .collect();
        assert_eq!(
            spans,
            [(hours(0, 2), State::Proved), (hours(2, 3), State::Failed)]
        );
        assert_eq!(coverage.total(State::Proved), SignedDuration::from_hours(2));
    }

    #[test]
    fn clipping_keeps_what_is_inside() {
        let mut coverage = Coverage::default();
        coverage.push(hours(0, 5), State::Proved);
        coverage.push(hours(7, 9), State::Proved);
        let clipped = coverage.clipped(hours(4, 8));
        let spans: Vec<_> = clipped.spans().iter().map(|s| s.interval).collect();
        assert_eq!(spans, [hours(4, 5), hours(7, 8)]);
        assert!(coverage.spans_over(hours(1, 5)));
        assert!(!coverage.spans_over(hours(1, 8)));
    }

    #[test]
    fn states_in_sees_both_sides_of_an_edge() {
        let mut coverage = Coverage::default();
        coverage.push(hours(0, 5), State::Proved);
        coverage.push(hours(5, 9), State::Failed);
        let around = |hour, minutes| {
            let at = at(hour)
                .saturating_add(SignedDuration::from_mins(minutes))
                .unwrap();
            let around = Interval::new(at, at).widened(SignedDuration::from_mins(15));
            coverage.states_in(around).collect::<Vec<_>>()
        };
        assert_eq!(around(2, 0), [State::Proved]);
        assert_eq!(around(4, 50), [State::Proved, State::Failed]);
        assert_eq!(around(5, 10), [State::Proved, State::Failed]);
        assert!(around(12, 0).is_empty());
    }

    #[test]
    fn intervals_that_do_not_meet_have_nothing_in_common() {
        assert_eq!(hours(0, 1).intersection(hours(2, 3)), None);
        assert_eq!(hours(0, 2).intersection(hours(1, 3)), Some(hours(1, 2)));
        assert_eq!(hours(0, 1).intersection(hours(1, 2)), None);
    }
}
