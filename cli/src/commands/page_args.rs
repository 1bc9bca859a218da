//! How an answer is written, and where, for commands with one answer.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;

use super::table_format::TableFormat;
use super::{ColourArg, Place};
use crate::exit::Failure;
use crate::output::{Output, tolerate_broken_pipe};
use crate::render::page::Page;

/// How an answer is written, and where.
#[derive(Debug, clap::Args)]
pub(super) struct PageArgs {
    /// How to write the answer.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    format: TableFormat,

    /// Write to a file, which appears when it is complete.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,

    /// When to colour.
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        help_heading = "Output"
    )]
    color: ColourArg,
}

/// An open place for one answer.
pub(super) struct Answer {
    format: TableFormat,
    output: Output,
    page: Page,
}

impl PageArgs {
    /// Opens the place, before any work is done.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn open(&self) -> Result<Answer, Failure> {
        let place = match self.output {
            Some(_) => Place::Elsewhere,
            None => Place::stdout(),
        };
        Ok(Answer {
            format: self.format,
            output: Output::open(self.output.as_deref()).map_err(Failure::CouldNotRun)?,
            page: Page::new(self.color.resolve(place)),
        })
    }
}

impl Answer {
    /// Writes the answer in the form that was asked for.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn write(
        self,
        text: impl FnOnce(&mut Page),
        json: impl FnOnce() -> Result<String>,
    ) -> Result<(), Failure> {
        let Self {
            format,
            mut output,
            mut page,
        } = self;
        let text = match format {
            TableFormat::Human => {
                text(&mut page);
                page.into_text()
            }
            TableFormat::Json => json().map_err(Failure::CouldNotRun)?,
        };
        tolerate_broken_pipe(output.write_all(text.as_bytes()))
            .and_then(|()| output.finish())
            .map_err(Failure::CouldNotRun)
    }
}
