//! `trailseal ledger status`: the state of each chain.

use jiff::Timestamp;

use super::place::{FormArgs, PlaceArgs, could_not};
use crate::exit::{Exit, Failure};
use crate::render::ledger::{LedgerStatus, status_text};
use crate::time_arg::present;

/// Say how each chain stands, after the newest check.
#[derive(Debug, clap::Args)]
pub(in super::super) struct Args {
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    form: FormArgs,
    /// In the place of the clock.
    #[arg(long, value_name = "TIME", hide = true)]
    at: Option<Timestamp>,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let (_, ledger) = self.place.open()?;
        let now = self.at.unwrap_or_else(present);
        let sources = ledger.sources().map_err(could_not)?;
        let open = ledger.open_findings().map_err(could_not)?;
        let newest = ledger.journal(1).map_err(could_not)?.pop();
        let status = LedgerStatus::of(&sources, &open, newest.as_ref(), now);
        self.form.write(&status, status_text)?;
        Ok(Exit::Success)
    }
}
