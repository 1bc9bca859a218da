//! Bounds on what whoever wrote a file chooses.

/// Limits of reading one file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Bytes of one record. CloudTrail writes at most 256 KB, event data stores
    /// at most 1 MB; escaped into another document that may double.
    pub record_bytes: usize,
    /// Brackets within brackets in one record: below the 128 of serde_json, so
    /// that every record that is kept can be read as a value too.
    pub depth: usize,
    /// Records of one file. CloudTrail writes at most 50 MB to one.
    pub records: u64,
    /// Faults that are reported one by one; the rest is only counted.
    pub reported: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            record_bytes: 4 << 20,
            depth: 100,
            records: 10_000_000,
            reported: 1_000,
        }
    }
}

/// How many bytes of a file of this length may be looked at a second time,
/// once to tell its shape and once to get over what is broken. Without a bound,
/// a file that misleads in every line costs the square of its length.
pub(super) fn second_looks(length: usize) -> usize {
    length.saturating_mul(2).saturating_add(8 << 20)
}
