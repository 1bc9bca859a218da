//! How many events say what.

use std::collections::HashMap;
use std::ops::ControlFlow;

use serde::Serialize;

use super::attribute::Attribute;
use crate::actor::Actor;
use crate::record::Record;

/// Longest value that is counted by itself, in bytes; longer ones are cut, and end
/// in `…`.
pub const MAX_VALUE: usize = 1024;

/// Counts events by the values of one attribute, of which it keeps a bounded
/// number: the first ones. So every count is exact, and what was not counted
/// by its value is stated.
///
/// An event is counted once for each distinct resource and resource type, and
/// by the most lasting of the identifiers of its actor or session.
#[derive(Clone, Debug)]
pub struct Counter {
    attribute: Attribute,
    distinct: usize,
    values: HashMap<Box<str>, u64>,
    absent: u64,
    uncounted: u64,
}

/// The counts.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Counts {
    /// By value, the most frequent first. Values are untrusted text.
    pub values: Vec<Count>,
    /// Events that say nothing of the attribute.
    pub absent: u64,
    /// Times that a value came after the counter was full: which ones, and how
    /// many, is not known. Above 0, the list of values is incomplete.
    pub uncounted: u64,
}

/// How often a value came.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Count {
    /// The value.
    pub value: Box<str>,
    /// How many events say it.
    pub events: u64,
}

impl Counter {
    /// A counter that keeps at most this many distinct values, of at most
    /// [`MAX_VALUE`] bytes each.
    pub fn new(attribute: Attribute, distinct: usize) -> Self {
        Self {
            attribute,
            distinct,
            values: HashMap::new(),
            absent: 0,
            uncounted: 0,
        }
    }

    /// Counts a record.
    pub fn add(&mut self, record: &Record<'_>) {
        let attribute = self.attribute;
        if attribute == Attribute::Actor {
            return self.count(Actor::of(record).id.as_str(), 1);
        }
        let several = matches!(attribute, Attribute::ResourceName | Attribute::ResourceType);
        let mut seen: Vec<&str> = Vec::new();
        let _ = attribute.each(record, &mut |value| {
            seen.push(value);
            if several {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        if seen.is_empty() {
            self.absent += 1;
        }
        seen.sort_unstable();
        seen.dedup();
        for value in seen {
            self.count(value, 1);
        }
    }

    /// Adds what another counter of the same attribute counted.
    pub fn merge(&mut self, other: Self) {
        self.absent += other.absent;
        self.uncounted += other.uncounted;
        for Count { value, events } in other.finish().values {
            self.count(&value, events);
        }
    }

    /// The counts, the most frequent first, then in the order of the values.
    pub fn finish(self) -> Counts {
        let values = self.values.into_iter();
        let mut values: Vec<_> = values
            .map(|(value, events)| Count { value, events })
            .collect();
        values.sort_unstable_by(|a, b| b.events.cmp(&a.events).then_with(|| a.value.cmp(&b.value)));
        Counts {
            values,
            absent: self.absent,
            uncounted: self.uncounted,
        }
    }

    fn count(&mut self, value: &str, events: u64) {
        const ELLIPSIS: &str = "…";
        let cut;
        // What was cut before is not cut again when counters merge.
        let value = if value.len() > MAX_VALUE + ELLIPSIS.len() {
            let kept = &value[..value.floor_char_boundary(MAX_VALUE)];
            cut = format!("{kept}{ELLIPSIS}");
            &cut
        } else {
            value
        };
        if let Some(count) = self.values.get_mut(value) {
            *count += events;
        } else if self.values.len() < self.distinct {
            self.values.insert(value.into(), events);
        } else {
            self.uncounted += events;
        }
    }
}
