//! `trailseal ledger export`: all of it, for other programs.

use std::io::Write as _;

use super::super::output_args::OutputArgs;
use super::place::{PlaceArgs, could_not};
use crate::exit::{Exit, Failure};
use crate::output::tolerate_broken_pipe;
use crate::render::ledger::LedgerExport;
use crate::render::visible_json;

/// Write all that a ledger holds as one JSON document, but for the secrets of its
/// sources.
#[derive(Debug, clap::Args)]
pub(in super::super) struct Args {
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let (_, ledger) = self.place.open()?;
        let (mut place, _) = self.output.open()?;
        let journal = ledger.journal(usize::MAX).map_err(could_not)?;
        let sources = ledger.sources().map_err(could_not)?;
        let findings = ledger.all_findings().map_err(could_not)?;
        let history = ledger.history(usize::MAX).map_err(could_not)?;
        let export = LedgerExport::of(&journal, &sources, &findings, history);
        let text = visible_json::document(&export).map_err(Failure::CouldNotRun)?;
        tolerate_broken_pipe(place.write_all(text.as_bytes())).map_err(Failure::CouldNotRun)?;
        place.finish().map_err(Failure::CouldNotRun)?;
        Ok(Exit::Success)
    }
}
