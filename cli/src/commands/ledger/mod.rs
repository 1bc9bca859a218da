//! `trailseal ledger`: what scheduled checks found so far.

mod acknowledge;
mod export;
mod findings;
mod history;
mod place;
mod status;
mod verify;

use crate::exit::{Exit, Failure};

/// What scheduled checks found so far.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    Status(status::Args),
    History(history::Args),
    Findings(findings::Args),
    Acknowledge(acknowledge::Args),
    Export(export::Args),
    Verify(verify::Args),
}

impl Command {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::Status(args) => args.run(),
            Self::History(args) => args.run(),
            Self::Findings(args) => args.run(),
            Self::Acknowledge(args) => args.run(),
            Self::Export(args) => args.run(),
            Self::Verify(args) => args.run(),
        }
    }
}
