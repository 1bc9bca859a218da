//! Which ledger, and how it is written about.

use std::io::Write as _;
use std::path::PathBuf;

use serde::Serialize;

use super::super::output_args::OutputArgs;
use super::super::table_format::TableFormat;
use crate::check::config::{Config, DEFAULT};
use crate::exit::Failure;
use crate::ledger::{Ledger, LedgerError};
use crate::output::{Output, tolerate_broken_pipe};
use crate::render::Colour;
use crate::render::visible_json;

/// Which ledger.
#[derive(Debug, clap::Args)]
pub(super) struct PlaceArgs {
    /// The configuration that names the ledger.
    #[arg(long, value_name = "FILE", default_value = DEFAULT)]
    pub(super) config: PathBuf,
}

impl PlaceArgs {
    pub(super) fn config(&self) -> Result<Config, Failure> {
        Config::load(&self.config).map_err(|error| Failure::Usage(error.into()))
    }

    /// The configuration and its ledger, to be read.
    pub(super) fn open(&self) -> Result<(Config, Ledger), Failure> {
        let config = self.config()?;
        let ledger = Ledger::read(&config.ledger).map_err(could_not)?;
        Ok((config, ledger))
    }
}

pub(super) fn could_not(error: LedgerError) -> Failure {
    Failure::CouldNotRun(error.into())
}

/// How it is written.
#[derive(Debug, clap::Args)]
pub(super) struct FormArgs {
    /// How to write it.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    format: TableFormat,

    #[command(flatten)]
    output: OutputArgs,
}

impl FormArgs {
    /// Writes an answer in the form that was asked for.
    pub(super) fn write<T: Serialize>(
        &self,
        answer: &T,
        text: impl FnOnce(&T, Colour) -> String,
    ) -> Result<(), Failure> {
        self.open()?.write(answer, text)
    }

    /// Opens the place, for an answer to something that is done only if there is one.
    pub(super) fn open(&self) -> Result<Form, Failure> {
        let (place, colour) = self.output.open()?;
        Ok(Form {
            format: self.format,
            place,
            colour,
        })
    }
}

/// Where an answer is going to be written.
pub(super) struct Form {
    format: TableFormat,
    place: Output,
    colour: Colour,
}

impl Form {
    /// Writes an answer.
    pub(super) fn write<T: Serialize>(
        mut self,
        answer: &T,
        text: impl FnOnce(&T, Colour) -> String,
    ) -> Result<(), Failure> {
        let text = match self.format {
            TableFormat::Human => text(answer, self.colour),
            TableFormat::Json => visible_json::document(answer).map_err(Failure::CouldNotRun)?,
        };
        tolerate_broken_pipe(self.place.write_all(text.as_bytes()))
            .map_err(Failure::CouldNotRun)?;
        self.place.finish().map_err(Failure::CouldNotRun)
    }
}
