//! Writing to two places, with the blank lines where they belong.

use std::io::{self, Write as _};

use anyhow::Result;

use super::sentence::Line;
use super::spool::{Spool, Thread};
use crate::output::Output;

/// Writes statuses to the output, and problems to where errors go.
pub(super) struct Pen {
    output: Output,
    errors: Errors,
    /// Whether the latest line was followed by a blank one.
    spaced: bool,
}

/// Where problems go.
#[derive(Clone, Copy)]
enum Errors {
    /// The standard error.
    Apart,
    /// A report in a file holds them too: without them it would look clean.
    InTheOutput,
}

impl Pen {
    pub(super) fn new(output: Output) -> Self {
        let errors = match output {
            Output::File(..) => Errors::InTheOutput,
            Output::Stdout(_) => Errors::Apart,
        };
        Self {
            output,
            errors,
            spaced: true,
        }
    }

    /// Writes plain text, which ends with a blank line.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        self.spaced = true;
        self.output.write_all(text.as_bytes())
    }

    /// Writes a blank line, unless there is one.
    pub(super) fn space(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.spaced, true) {
            self.output.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Writes all lines of a thread, the newest block first.
    pub(super) fn thread(&mut self, spool: &mut Spool, thread: &mut Thread) -> io::Result<()> {
        while let Some(block) = spool.pop(thread)? {
            self.lines(&block)?;
        }
        Ok(())
    }

    /// Writes encoded lines.
    pub(super) fn lines(&mut self, block: &str) -> io::Result<()> {
        for encoded in block.lines() {
            match Line::decode(encoded) {
                (true, text) => self.problem(text)?,
                (false, text) => {
                    self.spaced = false;
                    writeln!(self.output, "{text}")?;
                }
            }
        }
        Ok(())
    }

    fn problem(&mut self, text: &str) -> io::Result<()> {
        let before = if self.spaced { "" } else { "\n" };
        self.spaced = true;
        match self.errors {
            Errors::InTheOutput => write!(self.output, "{before}{text}\n\n"),
            Errors::Apart => {
                // On a terminal, or with both in one file, the order is that of the lines.
                self.output.flush()?;
                write!(io::stderr(), "{before}{text}\n\n")
            }
        }
    }

    /// Puts everything in its place.
    pub(super) fn finish(self) -> Result<()> {
        self.output.finish()
    }
}
