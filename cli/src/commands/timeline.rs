//! `trailseal timeline`: what happened, in order.

use jiff::Timestamp;

use super::evidence_footer;
use super::lines::{Gathering, LinesFormat, View};
use super::output_args::OutputArgs;
use super::reading::ReadingArgs;
use crate::exit::{EXIT_CODES, Exit, Failure};

const EXAMPLES: &str = "  Everything that one key did, in an incident's night:
    trailseal timeline ./copy --keys keys.json --key AKIACIDEPLOY2EXAMPLE \\
      --from 2026-03-11 --to 2026-03-12

  Who touched a bucket, from which addresses, for a spreadsheet:
    trailseal timeline ./copy --keys keys.json --resource my-bucket --format csv --output who.csv

  For Timesketch, from a built case:
    trailseal timeline case.sqlite --format timesketch --output events.jsonl

  Records of which nothing is proved, marked so:
    trailseal timeline ./exported-events --allow-unverified

A line says what was done, in words, and the mark before it what vouches for the
log that it was read from: = a verified digest, ? nothing, x it is altered.";

/// Show what happened, in order, each event with what vouches for it.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("Examples:\n{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(super) struct Args {
    #[command(flatten)]
    reading: ReadingArgs,

    /// How to write the events.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    format: LinesFormat,

    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let started = Timestamp::now();
        let asked = self.reading.resolve(started)?;
        let (output, colour) = self.output.open()?;
        let (gathering, gathered) = Gathering::of(&asked, self.format, started)?;
        let undated = gathering.undated;
        let (output, written) = gathering
            .write(output, self.format, View::Story, colour)
            .map_err(Failure::CouldNotRun)?;
        evidence_footer::write(output, self.format, &gathered, written, undated, colour)?;
        Ok(gathered.exit(written.events > 0))
    }
}
