//! `trailseal check`: scheduled checks.

mod args;
mod bundles;
mod conclude;
mod key;
mod organization;
mod plan;
mod record;
mod run;
mod source;

pub(super) use args::Args;
pub(super) use key::Signing;

use std::io::Write as _;

use jiff::Timestamp;

use crate::check::config::{Config, EXAMPLE};
use crate::check::notify::{self, deliver};
use crate::check::output::Output;
use crate::escape::Printable;
use crate::exit::{Exit, Failure};
use crate::output::{self, NewFile, Readers, tolerate_broken_pipe};
use crate::render::check as render;

use super::table_format::TableFormat;
use crate::time_arg::present;

/// Whether the bundles that were due are there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Made {
    All,
    Failed,
}

impl Args {
    /// Checks, records and reports.
    ///
    /// # Errors
    /// If nothing could be checked or recorded.
    pub(super) fn run(self: Box<Self>) -> Result<Exit, Failure> {
        if self.init {
            return self.init();
        }
        let now = self.at.unwrap_or_else(present);
        let config = Config::load(&self.config).map_err(|error| Failure::Usage(error.into()))?;
        if self.dry_run {
            let text = plan::dry_run(&self, &config, now)?;
            output::print(&text).map_err(Failure::CouldNotRun)?;
            return Ok(Exit::Success);
        }
        let (mut place, colour) = self.output.open()?;
        let Some((report, exit)) = run::run(&self, &config, now)? else {
            eprintln!("trailseal: interrupted: nothing was recorded, the next check does it again");
            return Ok(Exit::Interrupted);
        };
        // Whoever is to be told is told, whether or not this can be printed.
        let deliveries = deliver(&report, &config.outputs, &config.folder);
        if self.output.is_file() || !config.outputs.iter().any(Output::is_stdout) {
            let text = match self.format {
                TableFormat::Human => render::text(&report, colour),
                TableFormat::Json => render::json(&report).map_err(Failure::CouldNotRun)?,
            };
            tolerate_broken_pipe(place.write_all(text.as_bytes())).map_err(Failure::CouldNotRun)?;
            place.finish().map_err(Failure::CouldNotRun)?;
        }
        for failed in deliveries.iter().filter(|delivery| delivery.is_failed()) {
            eprintln!("trailseal: {failed}");
        }
        let made = self.bundles(&config, now);
        Ok(match (notify::exit(exit, &deliveries), made) {
            (Exit::Success, Made::Failed) => Exit::CouldNotRun,
            (exit, _) => exit,
        })
    }

    /// Makes the bundles of evidence that are due, and says so beside the report.
    fn bundles(&self, config: &Config, now: Timestamp) -> Made {
        let Some(terms) = &config.evidence else {
            return Made::All;
        };
        let due = match bundles::due(config, terms, now) {
            Ok(due) => due,
            Err(error) => {
                eprintln!("trailseal: evidence: {error}");
                return Made::Failed;
            }
        };
        let mut all = Made::All;
        for due in due {
            let place = Printable(due.out.display());
            match bundles::make(self, config, terms, &due, now) {
                Ok(answer) => eprintln!("trailseal: evidence of {due}: {answer}: {place}"),
                Err(failure) => {
                    eprintln!("trailseal: evidence of {due}: NOT MADE: {failure}");
                    all = Made::Failed;
                }
            }
        }
        all
    }

    fn init(&self) -> Result<Exit, Failure> {
        let file = NewFile::open(&self.config, Readers::Anyone).map_err(Failure::Usage)?;
        file.finish(EXAMPLE.as_bytes())
            .map_err(Failure::CouldNotRun)?;
        let path = Printable(self.config.display()).to_string();
        let text = format!(
            "{path}: written. Name your sources in it, then run `trailseal check --dry-run`.\n"
        );
        output::print(&text).map_err(Failure::CouldNotRun)?;
        Ok(Exit::Success)
    }
}
