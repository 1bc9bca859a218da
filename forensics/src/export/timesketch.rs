//! JSON lines for Timesketch (Timesketch, "Import from JSON or CSV").

use std::io::{self, Write};

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::timeline::{Access, Cell, Column, Line};
use crate::visible::write_line;

/// Writes lines for Timesketch: `message`, `datetime`, `timestamp` (in
/// microseconds), `timestamp_desc`, `data_type`, `tag`, and all
/// [cells](Line::cells) of the line that hold something.
///
/// Tags are the verdict on the log, `error` for what did not succeed, and
/// `write` for what changed something. Timesketch refuses events without a
/// time; those get the start of 1970 and say `Not a time`, as plaso does it.
#[derive(Debug)]
pub struct Timesketch<W> {
    to: W,
}

impl<W: Write> Timesketch<W> {
    /// A writer to `to`, which should be buffered.
    pub fn new(to: W) -> Self {
        Self { to }
    }

    /// Writes one line.
    ///
    /// # Errors
    /// Writing failed.
    pub fn write(&mut self, line: &Line) -> io::Result<()> {
        write_line(&mut self.to, &Entry(line))?;
        self.to.write_all(b"\n")
    }

    /// Flushes, and gives back what was written to.
    ///
    /// # Errors
    /// Writing failed.
    pub fn finish(mut self) -> io::Result<W> {
        self.to.flush()?;
        Ok(self.to)
    }
}

struct Entry<'l>(&'l Line);

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let line = self.0;
        let time = line.time().unwrap_or(Timestamp::UNIX_EPOCH);
        let meaning = match line.time() {
            Some(_) => "Event Time",
            None => "Not a time",
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("message", line.sentence().unwrap_or("An event"))?;
        map.serialize_entry("datetime", &format_args!("{}", with_offset(time)))?;
        map.serialize_entry("timestamp", &time.as_microsecond())?;
        map.serialize_entry("timestamp_desc", meaning)?;
        map.serialize_entry("data_type", "aws:cloudtrail:entry")?;
        map.serialize_entry("tag", &tags(line))?;
        for (column, cell) in line.cells().filter(|(column, _)| *column != Column::Time) {
            if cell != Cell::Absent {
                map.serialize_entry(column.name(), &cell)?;
            }
        }
        if let Some(record) = line.record() {
            map.serialize_entry("record", record)?;
        }
        map.end()
    }
}

fn tags(line: &Line) -> Vec<String> {
    let verdict = Some(line.answer().to_string());
    let write = (line.access() == Some(Access::Write)).then(|| "write".to_owned());
    let error = line.error_code().map(|_| "error".to_owned());
    verdict.into_iter().chain(write).chain(error).collect()
}

/// `2026-03-11T02:01:31+00:00`, the form in Timesketch's documentation and of
/// the AWS CLI.
pub(super) fn with_offset(time: Timestamp) -> impl std::fmt::Display {
    time.display_with_offset(jiff::tz::Offset::UTC)
}
