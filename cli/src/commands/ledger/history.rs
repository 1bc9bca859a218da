//! `trailseal ledger history`: how it went.

use super::place::{FormArgs, PlaceArgs, could_not};
use crate::exit::{Exit, Failure};
use crate::render::ledger::{LedgerHistory, history_text};

/// Say what each check came to, and how much was covered, newest first.
#[derive(Debug, clap::Args)]
pub(in super::super) struct Args {
    #[command(flatten)]
    place: PlaceArgs,
    /// How many checks, and how many rows of the trend.
    #[arg(long, value_name = "N", default_value = "24")]
    last: usize,
    #[command(flatten)]
    form: FormArgs,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let (_, ledger) = self.place.open()?;
        let history = LedgerHistory::of(
            &ledger.journal(self.last).map_err(could_not)?,
            ledger.history(self.last).map_err(could_not)?,
        );
        self.form.write(&history, history_text)?;
        Ok(Exit::Success)
    }
}
