//! How an answer is written, and where, for commands with one answer.

use std::io::Write as _;

use anyhow::Result;
use jiff::Timestamp;

use super::evidence::command;
use super::output_args::OutputArgs;
use super::table_format::TableFormat;
use crate::exit::Failure;
use crate::output::{Output, tolerate_broken_pipe};
use crate::render::forensic::{About, EvidenceSummary, evidence_text};
use crate::render::page::Page;

/// How an answer is written, and where.
#[derive(Debug, clap::Args)]
pub(super) struct PageArgs {
    /// How to write the answer.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    format: TableFormat,

    #[command(flatten)]
    output: OutputArgs,
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
        let (output, colour) = self.output.open()?;
        Ok(Answer {
            format: self.format,
            output,
            page: Page::new(colour),
        })
    }
}

impl Answer {
    /// Writes an answer about events, with what it rests on: below the text, and
    /// in what a document says of the run that began at `started`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn write_with(
        self,
        evidence: &EvidenceSummary,
        started: Timestamp,
        text: impl FnOnce(&mut Page),
        json: impl FnOnce(About<'_>) -> Result<String>,
    ) -> Result<(), Failure> {
        self.write(
            |page| {
                text(page);
                evidence_text(page, evidence);
            },
            || {
                json(About {
                    command: &command(),
                    started,
                    finished: Timestamp::now(),
                    evidence,
                })
            },
        )
    }

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
