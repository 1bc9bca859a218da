//! Where an answer goes, and whether in colour.

use std::path::PathBuf;

use super::{ColourArg, Place};
use crate::exit::Failure;
use crate::output::Output;
use crate::render::Colour;

/// Where an answer goes, and whether in colour.
#[derive(Debug, clap::Args)]
pub(super) struct OutputArgs {
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

impl OutputArgs {
    /// Whether it goes to a file.
    pub(super) fn is_file(&self) -> bool {
        self.output.is_some()
    }

    /// Opens the place, before any work is done.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn open(&self) -> Result<(Output, Colour), Failure> {
        let place = match self.output {
            Some(_) => Place::Elsewhere,
            None => Place::stdout(),
        };
        let output = Output::open(self.output.as_deref()).map_err(Failure::CouldNotRun)?;
        Ok((output, self.color.resolve(place)))
    }
}
