//! A line as cells: what every renderer prints.

use std::fmt;

use jiff::Timestamp;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use trailseal_verifier::verdict::Answer;

use super::line::{Access, Line, Resources};

/// What one cell of a row holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'l> {
    /// Nothing.
    Absent,
    /// Untrusted text.
    Text(&'l str),
    /// A word of ours.
    Word(&'static str),
    /// An instant.
    Time(Timestamp),
    /// A number.
    Number(u64),
    /// Several untrusted texts.
    List(Resources<'l>),
}

macro_rules! columns {
    ($($column:ident $name:literal $line:ident => $cell:expr,)+) => {
        /// A column of a timeline.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum Column { $(#[doc = concat!("`", $name, "`")] $column),+ }

        impl Column {
            /// All of them, in the order of every output.
            pub const ALL: &'static [Self] = &[$(Self::$column),+];

            /// The name in every output, in snake case.
            pub fn name(self) -> &'static str {
                match self { $(Self::$column => $name),+ }
            }
        }

        impl Line {
            /// What the row holds in a column.
            pub fn cell(&self, column: Column) -> Cell<'_> {
                match column { $(Column::$column => { let $line = self; $cell })+ }
            }
        }
    };
}

columns! {
    Time "time" line => line.time().map_or(Cell::Absent, Cell::Time),
    Account "account" line => text(line.account()),
    Region "region" line => text(line.region()),
    Actor "actor" line => text(line.actor()),
    Source "event_source" line => text(line.source()),
    Name "event_name" line => text(line.name()),
    Access "access" line => line.access().map_or(Cell::Absent, access),
    ErrorCode "error_code" line => text(line.error_code()),
    Sentence "sentence" line => text(line.sentence()),
    Resources "resources" line => Cell::List(line.resources()),
    ResourcesOmitted "resources_omitted" line => Cell::Number(line.resources_omitted().into()),
    Address "source_address" line => text(line.address()),
    Agent "user_agent" line => text(line.agent()),
    Session "session" line => text(line.session()),
    Credential "credential" line => text(line.credential()),
    ActorId "actor_id" line => text(line.actor_id()),
    Category "event_category" line => text(line.category()),
    EventId "event_id" line => text(line.event_id()),
    Shared "shared_event_id" line => text(line.shared_event_id()),
    Corrects "corrects_event_id" line => text(line.corrects()),
    Verdict "verdict" line => Cell::Word(word(line.answer())),
    Reason "reason" line => text(line.reason()),
    Log "log" line => text(line.log()),
    LogHash "log_sha256" line => text(line.log_sha256()),
    RecordIndex "record_index" line => Cell::Number(line.index()),
    Digest "digest" line => text(line.digest()),
}

impl Line {
    /// The row, without the record: every column, in order.
    pub fn cells(&self) -> impl Iterator<Item = (Column, Cell<'_>)> {
        let all = Column::ALL.iter().copied();
        all.map(|column| (column, self.cell(column)))
    }
}

fn text(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::Absent, Cell::Text)
}

fn access(access: Access) -> Cell<'static> {
    Cell::Word(match access {
        Access::Read => "read",
        Access::Write => "write",
    })
}

fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Verified => "verified",
        Answer::Unchecked => "unchecked",
        Answer::Failed => "failed",
    }
}

/// Verbatim; lists with spaces between.
impl fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Word(word) => f.write_str(word),
            Self::Time(time) => time.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::List(list) => {
                for (index, text) in list.clone().enumerate() {
                    f.write_str(if index == 0 { "" } else { " " })?;
                    f.write_str(text)?;
                }
                Ok(())
            }
        }
    }
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Word(word) => serializer.serialize_str(word),
            Self::Time(time) => serializer.collect_str(time),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::List(list) => {
                let mut seq = serializer.serialize_seq(None)?;
                for text in list.clone() {
                    seq.serialize_element(text)?;
                }
                seq.end()
            }
        }
    }
}

/// An object of all [cells](Line::cells), absent ones as `null`, and `record`
/// as text if it was kept.
impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (column, cell) in self.cells() {
            map.serialize_entry(column.name(), &cell)?;
        }
        if let Some(record) = self.record() {
            map.serialize_entry("record", record)?;
        }
        map.end()
    }
}
