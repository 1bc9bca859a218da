//! What must hold of a record's values for a row of a table to speak of it.

use crate::record::Record;

use super::Parameters;
use super::select::{parameters, select};

/// One condition. Where a path leads to several values, one that fits is
/// enough.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Condition {
    /// A value is one of these words, in any case.
    Is(&'static str, &'static [&'static str]),
    /// There is a value, be it empty.
    Given(&'static str),
    /// There are parameters, and this is not among them.
    Missing(&'static str),
    /// A number is below this.
    Below(&'static str, u64),
    /// A value, whatever its type, contains this text.
    Contains(&'static str, &'static str),
    /// The parameters were left out for their size.
    Omitted,
    /// A judgement that takes more than one value.
    Judged(fn(&Record<'_>) -> bool),
}

impl Condition {
    /// Whether it holds.
    pub(crate) fn holds(self, record: &Record<'_>) -> bool {
        match self {
            Self::Is(path, words) => any_text(record, path, |text| {
                words.iter().any(|word| word.eq_ignore_ascii_case(text))
            }),
            Self::Given(path) => !select(record, path).is_empty(),
            Self::Missing(path) => {
                parameters(record) == Parameters::Recorded && select(record, path).is_empty()
            }
            Self::Below(path, limit) => any_text(record, path, |text| {
                text.parse::<u64>().is_ok_and(|number| number < limit)
            }),
            Self::Contains(path, part) => select(record, path)
                .iter()
                .any(|found| found.verbatim().contains(part)),
            Self::Omitted => parameters(record) == Parameters::Omitted,
            Self::Judged(judge) => judge(record),
        }
    }

    /// The path it looks at.
    #[cfg(test)]
    pub(crate) fn path(self) -> Option<&'static str> {
        match self {
            Self::Is(path, _)
            | Self::Given(path)
            | Self::Missing(path)
            | Self::Below(path, _)
            | Self::Contains(path, _) => Some(path),
            Self::Omitted | Self::Judged(_) => None,
        }
    }
}

fn any_text(record: &Record<'_>, path: &str, fits: impl Fn(&str) -> bool) -> bool {
    select(record, path)
        .iter()
        .any(|found| found.text().is_some_and(|text| fits(&text)))
}
