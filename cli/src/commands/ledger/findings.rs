//! `trailseal ledger findings`: what is open, oldest first.

use jiff::Timestamp;

use super::place::{FormArgs, PlaceArgs, could_not};
use crate::check::assemble::living;
use crate::check::report::{Life, LivingFinding};
use crate::exit::{Exit, Failure};
use crate::render::ledger::findings_text;
use crate::time_arg::present;

/// Say what is open, oldest first.
#[derive(Debug, clap::Args)]
pub(in super::super) struct Args {
    #[command(flatten)]
    place: PlaceArgs,
    /// What was resolved, too.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    form: FormArgs,
    /// In the place of the clock.
    #[arg(long, value_name = "TIME", hide = true)]
    at: Option<Timestamp>,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let (config, ledger) = self.place.open()?;
        let now = self.at.unwrap_or_else(present);
        let found = match self.all {
            true => ledger.all_findings(),
            false => ledger.open_findings(),
        };
        let mut found = found.map_err(could_not)?;
        found.retain(|finding| finding.due.is_none());
        found.sort_by_key(|finding| (finding.resolved.is_some(), finding.first_seen));
        let life = |resolved: bool| if resolved { Life::Resolved } else { Life::Open };
        let findings: Vec<LivingFinding> = found
            .iter()
            .map(|it| living(it, life(it.resolved.is_some()), &config.policy, now))
            .collect();
        self.form.write(&findings, |findings, colour| {
            findings_text(findings, now, colour)
        })?;
        Ok(Exit::Success)
    }
}
