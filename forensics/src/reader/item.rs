//! What a reader finds: records, what could not be read, and the count of both.

use serde::Serialize;

use crate::record::Record;

/// One thing found in a file.
#[derive(Debug)]
pub enum Item<'r> {
    /// A record.
    Record(Place, Record<'r>),
    /// What could not be read as one.
    Unread(Place, Fault),
}

/// Where in a file something lies.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Place {
    /// How many records and faults come before it in the file.
    pub index: u64,
    /// Where it begins in the inflated file, in bytes. Of a wrapped record:
    /// where its wrapper begins.
    pub offset: u64,
    /// Its bytes there.
    pub length: u64,
    /// What it was wrapped in.
    pub wrapper: Wrapper,
}

/// What a record was wrapped in.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Wrapper {
    /// Nothing: an element of a log's `Records`, of an array, or a line.
    Nothing,
    /// An EventBridge event, as its `detail`.
    EventBridge,
    /// An event of CloudWatch Logs, as its `message`.
    LogEvent,
    /// An event of `aws cloudtrail lookup-events`, as its `CloudTrailEvent`.
    LookupEvents,
}

/// Why something is not read as a record.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The file holds nothing but white space.
    #[error("the file is empty, expected JSON")]
    Empty,
    /// Another kind of value where a record is expected.
    #[error("expected a record, found a value that is no JSON object")]
    NotAnObject,
    /// An object that is none of CloudTrail's records, nor wraps one.
    #[error("a JSON object without the members of a CloudTrail record")]
    NotARecord,
    /// Not JSON.
    #[error("not valid JSON: {0}")]
    Malformed(String),
    /// Not UTF-8.
    #[error("not valid UTF-8")]
    NotUtf8,
    /// The file ends within it.
    #[error("the file ends within it")]
    Truncated,
    /// Larger than any that CloudTrail writes.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// [`Limits::record_bytes`](super::Limits::record_bytes).
        limit: usize,
    },
    /// Nested deeper than any that CloudTrail writes.
    #[error("nested deeper than {limit} levels")]
    TooDeep {
        /// [`Limits::depth`](super::Limits::depth).
        limit: usize,
    },
    /// So much of the file is broken, or so many records does it hold, that the
    /// rest was not read.
    #[error("the rest of the file was not read: {0}")]
    GaveUp(&'static str),
}

/// What became of one file. Whatever was seen was kept or reported:
/// `seen = kept + unread`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Tally {
    /// Records and faults.
    pub seen: u64,
    /// Records that were handed over.
    pub kept: u64,
    /// Faults.
    pub unread: u64,
    /// Of the faults, those that were only counted.
    pub unreported: u64,
    /// Records about which something is odd.
    pub odd: u64,
    /// Whether the rest of the file was not read.
    pub gave_up: bool,
}

impl Tally {
    /// Whether every byte of the file that should be a record was read as one.
    pub fn is_complete(&self) -> bool {
        self.unread == 0
    }

    /// Adds that of another file.
    pub fn merge(&mut self, other: &Self) {
        self.seen += other.seen;
        self.kept += other.kept;
        self.unread += other.unread;
        self.unreported += other.unreported;
        self.odd += other.odd;
        self.gave_up |= other.gave_up;
    }
}
