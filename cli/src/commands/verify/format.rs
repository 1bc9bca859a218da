//! How the report is written, and where.

use std::path::PathBuf;

use anyhow::anyhow;

use super::super::{ColourArg, Place};
use super::args::{Args, FormatArg};
use crate::exit::Failure;
use crate::render::{Colour, Verbosity};

/// A format, and the place of the report.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) format: Format,
    pub(super) output: Option<PathBuf>,
}

/// A format with what it needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Format {
    Human(Colour),
    Json,
    Ndjson,
    AwsCli(Verbosity),
}

impl Form {
    /// What these arguments mean.
    ///
    /// # Errors
    /// [`Failure::Usage`] if they contradict each other.
    pub(super) fn of(args: &Args) -> Result<Self, Failure> {
        let mut form = Self::new(args.format, args.output.clone(), args.color);
        match &mut form.format {
            _ if !args.verbose => {}
            Format::AwsCli(verbosity) => *verbosity = Verbosity::Everything,
            Format::Human(_) | Format::Json | Format::Ndjson => {
                return Err(Failure::Usage(anyhow!(
                    "--verbose belongs to --format aws-cli; the other formats always name \
                     everything that is not verified, and ndjson every digest and log"
                )));
            }
        }
        Ok(form)
    }

    /// A format, without more words than it needs.
    pub(super) fn new(format: FormatArg, output: Option<PathBuf>, color: ColourArg) -> Self {
        let format = match format {
            FormatArg::Human => {
                let place = match output {
                    Some(_) => Place::Elsewhere,
                    None => Place::stdout(),
                };
                Format::Human(color.resolve(place))
            }
            FormatArg::Json => Format::Json,
            FormatArg::Ndjson => Format::Ndjson,
            FormatArg::AwsCli => Format::AwsCli(Verbosity::Problems),
        };
        Self { format, output }
    }

    /// Whether lines come while the run goes on, on a terminal that shows its
    /// progress.
    pub(super) fn mixes_with_progress(&self) -> bool {
        let terminal = self.output.is_none() && Place::stdout() == Place::Terminal;
        self.format == Format::Ndjson && terminal
    }
}
