//! `trailseal check`: scheduled checks.

mod args;
mod key;
mod plan;
mod record;
mod run;
mod source;

pub(super) use args::Args;
pub(super) use key::Signing;

use std::io::Write as _;

use crate::check::config::{Config, EXAMPLE};
use crate::check::notify::{self, deliver};
use crate::exit::{Exit, Failure};
use crate::output::{self, NewFile, Readers, tolerate_broken_pipe};
use crate::render::check as render;

use super::table_format::TableFormat;
use crate::time_arg::present;

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
            return Ok(Exit::Interrupted);
        };
        let text = match self.format {
            TableFormat::Human => render::text(&report, colour),
            TableFormat::Json => render::json(&report).map_err(Failure::CouldNotRun)?,
        };
        tolerate_broken_pipe(place.write_all(text.as_bytes())).map_err(Failure::CouldNotRun)?;
        place.finish().map_err(Failure::CouldNotRun)?;
        let told = deliver(&report, &config.outputs, &config.folder);
        for delivery in told.iter().filter(|delivery| delivery.is_failed()) {
            // Nobody is left to be told if this fails.
            let _ = writeln!(std::io::stderr(), "{delivery}");
        }
        Ok(notify::exit(exit, &told))
    }

    fn init(&self) -> Result<Exit, Failure> {
        let file = NewFile::open(&self.config, Readers::Anyone).map_err(Failure::Usage)?;
        file.finish(EXAMPLE.as_bytes())
            .map_err(Failure::CouldNotRun)?;
        let path = crate::escape::Printable(self.config.display()).to_string();
        let text = format!(
            "{path}: written. Name your sources in it, then run `trailseal check --dry-run`.\n"
        );
        output::print(&text).map_err(Failure::CouldNotRun)?;
        Ok(Exit::Success)
    }
}
