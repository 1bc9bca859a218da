//! JSON, on one line, of visible characters.

use std::io::{self, Write};

use crate::timeline::Line;
use crate::visible::write_line;

/// Writes lines as JSON, one a line: an object of the
/// [cells](Line::cells) of each, and `record`, the text of the record, if it
/// was kept.
#[derive(Debug)]
pub struct JsonLines<W> {
    to: W,
}

impl<W: Write> JsonLines<W> {
    /// A writer to `to`, which should be buffered.
    pub fn new(to: W) -> Self {
        Self { to }
    }

    /// Writes one line.
    ///
    /// # Errors
    /// Writing failed.
    pub fn write(&mut self, line: &Line) -> io::Result<()> {
        write_line(&mut self.to, line)?;
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
