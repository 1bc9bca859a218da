//! Different values of a field, as many as are worth keeping.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Text;
use super::stored::{MAX_COUNT, sum};

/// The different values of a field and how often each was seen: the first in
/// the order of their text, and the number of events with any other.
///
/// Which are kept depends on the values only, not on the order in which they
/// come: parts of a bucket can be summed up apart and merged in any way.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "Stored")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sample {
    kept: BTreeMap<Text, u64>,
    events: u64,
}

impl Sample {
    /// How many different values are kept.
    pub const MAX: usize = 32;

    /// Counts events with this value.
    pub(super) fn add(&mut self, value: &str, events: u64) {
        self.events += events;
        if let Some(count) = self.kept.get_mut(value) {
            *count += events;
        } else if self.has_room_for(value) {
            self.kept.insert(Text::new(value), events);
            self.cut();
        }
    }

    /// Adds what was seen elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.events += other.events;
        for (value, count) in &other.kept {
            match self.kept.get_mut(value) {
                Some(own) => *own += count,
                None => {
                    self.kept.insert(value.clone(), *count);
                }
            }
        }
        self.cut();
    }

    /// The values that are kept, with the number of their events.
    pub fn values(&self) -> impl Iterator<Item = (&str, u64)> {
        self.kept.iter().map(|(value, count)| (&**value, *count))
    }

    /// Events whose value is not kept. If any, there are more different values
    /// than [`Sample::MAX`].
    pub fn others(&self) -> u64 {
        self.events - self.kept.values().sum::<u64>()
    }

    fn has_room_for(&self, value: &str) -> bool {
        let last = || {
            self.kept
                .last_key_value()
                .is_some_and(|(last, _)| value < &**last)
        };
        self.kept.len() < Self::MAX || last()
    }

    // A value that is dropped never comes back: as many smaller ones are kept
    // as there is room for, and their number does not shrink.
    fn cut(&mut self) {
        while self.kept.len() > Self::MAX {
            self.kept.pop_last();
        }
    }
}

/// A sample as it was stored: not known to be one.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
struct Stored {
    kept: BTreeMap<Text, u64>,
    events: u64,
}

impl TryFrom<Stored> for Sample {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored { kept, events } = stored;
        let most = events.min(MAX_COUNT);
        if kept.len() > Self::MAX
            || events > MAX_COUNT
            || sum(kept.values().copied(), most).is_none()
        {
            return Err("a sample holds more than it counts, or too much");
        }
        Ok(Self { kept, events })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl IntoIterator<Item = u32>) -> Sample {
        let mut sample = Sample::default();
        for value in values {
            sample.add(&format!("{value:03}"), 1);
        }
        sample
    }

    #[test]
    fn any_cut_of_the_input_merges_to_the_same() {
        let values: Vec<u32> = (0..400).map(|at| at * 37 % 101).collect();
        let whole = of(values.iter().copied());
        assert_eq!(whole.values().count(), Sample::MAX);
        assert_eq!(
            whole.others() + whole.values().map(|(_, n)| n).sum::<u64>(),
            400
        );
        for at in [0, 1, 50, 199, 399] {
            let (left, right) = values.split_at(at);
            let (mut left, right) = (of(left.iter().copied()), of(right.iter().copied()));
            let mut other = right.clone();
            other.merge(&left);
            left.merge(&right);
            assert_eq!(left, whole);
            assert_eq!(other, whole);
        }
    }
}
