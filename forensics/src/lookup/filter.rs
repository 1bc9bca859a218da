//! Which events are asked for.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::attribute::Attribute;
use super::criterion::Criterion;
use crate::record::Record;

/// Conditions on records: all attributes, of each any of its values, and the
/// time. Without conditions, every record fits.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// By what they are about; `None` is `Text`.
    criteria: BTreeMap<Option<Attribute>, Vec<Criterion>>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

/// Whether a record fits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fit {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It would, but a time is asked for, and it says none that can be read.
    Undated,
}

/// No time lies between the two.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no time lies between {from} and {to}: expected the first to be earlier")]
pub struct RangeError {
    /// The start that was asked for.
    pub from: Timestamp,
    /// The end that was asked for.
    pub to: Timestamp,
}

impl Filter {
    /// One that takes only what is at `from` or later, and before `to`.
    ///
    /// # Errors
    /// Nothing could fit.
    pub fn between(from: Option<Timestamp>, to: Option<Timestamp>) -> Result<Self, RangeError> {
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            return Err(RangeError { from, to });
        }
        Ok(Self {
            criteria: BTreeMap::new(),
            from,
            to,
        })
    }

    /// With one more condition.
    #[must_use]
    pub fn and(mut self, criterion: Criterion) -> Self {
        let alike = self.criteria.entry(criterion.subject).or_default();
        alike.push(criterion);
        self
    }

    /// Whether a record fits.
    pub fn fits(&self, record: &Record<'_>) -> Fit {
        let mut criteria = self.criteria.iter().rev();
        let dated = self.fits_time(record);
        // In reverse: a search through the text comes last.
        if dated == Fit::No || !criteria.all(|(_, any)| any.iter().any(|one| one.fits(record))) {
            return Fit::No;
        }
        dated
    }

    /// The conditions on attributes, alike ones together; `None` is `Text`.
    pub(crate) fn criteria(&self) -> impl Iterator<Item = (Option<Attribute>, &[Criterion])> {
        self.criteria.iter().map(|(about, any)| (*about, &**any))
    }

    /// The first time that fits, and the first after those that fit.
    pub(crate) fn range(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        (self.from, self.to)
    }

    fn fits_time(&self, record: &Record<'_>) -> Fit {
        if self.from.is_none() && self.to.is_none() {
            return Fit::Yes;
        }
        match record.time() {
            Some(Ok(time)) => {
                let early = self.from.is_some_and(|from| time.at < from);
                let late = self.to.is_some_and(|to| time.at >= to);
                if early || late { Fit::No } else { Fit::Yes }
            }
            _ => Fit::Undated,
        }
    }
}
