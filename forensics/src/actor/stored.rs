//! Counts that were stored, and that anyone may have changed since.

use serde::{Deserialize, Deserializer};

/// More than anything is ever counted, and so little that sums of many do not
/// overflow.
pub(crate) const MAX_COUNT: u64 = 1 << 48;

/// Reads a count, for `serde(deserialize_with)`.
pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let found = u64::deserialize(deserializer)?;
    if found > MAX_COUNT {
        let error = format!("a count is {found}, expected at most {MAX_COUNT}");
        return Err(serde::de::Error::custom(error));
    }
    Ok(found)
}

/// The sum of some counts, if it is at most this one.
pub(crate) fn sum(counts: impl IntoIterator<Item = u64>, most: u64) -> Option<u64> {
    let mut sum: u64 = 0;
    for count in counts {
        sum = sum.checked_add(count).filter(|sum| *sum <= most)?;
    }
    Some(sum)
}
