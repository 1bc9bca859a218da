//! `trailseal case`: evidence in one file, for the second question.

mod build;

use crate::exit::{Exit, Failure};

/// Keep evidence in one SQLite file that answers further questions at once.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    Build(Box<build::Args>),
}

impl Command {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::Build(args) => args.run(),
        }
    }
}
