//! `trailseal trace`: everything that followed from a credential.

use std::io::Write as _;

use clap::ValueEnum;
use jiff::Timestamp;
use trailseal_forensics::lookup::Fit;
use trailseal_forensics::session::{Caller, Query};
use trailseal_forensics::{Provenance, Record, session};

use super::evidence::command;
use super::evidence_footer;
use super::lines::{Gathering, LinesFormat, View};
use super::output_args::OutputArgs;
use super::reading::{Asked, ReadingArgs};
use super::sessions::graph;
use crate::exit::{EXIT_CODES, Exit, Failure};
use crate::output::{Output, tolerate_broken_pipe};
use crate::render::Colour;
use crate::render::forensic::{About, evidence_text, trace_json, trace_text};
use crate::render::page::Page;

const EXAMPLES: &str = "  What came of a leaked key, over all accounts:
    trailseal trace AKIACIDEPLOY2EXAMPLE ./copy --keys keys.json

  The same, event by event:
    trailseal trace AKIACIDEPLOY2EXAMPLE ./copy --keys keys.json --format timeline

  From a role's sessions, for another program:
    trailseal trace arn:aws:iam::111122223333:role/Admin ./copy --keys keys.json --format json

A step of the tree is a session that was used, or an event that issued a
credential; each says what ties it to the one above it, and how far that carries.";

/// Trace everything that followed from a key, a session or a role.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("Examples:\n{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(super) struct Args {
    /// A key (AKIA…, ASIA…), an ARN, an id (AIDA…, AROA…), or the name of a session.
    #[arg(value_name = "WHO", value_parser = Query::parse)]
    query: Query,

    #[command(flatten)]
    reading: ReadingArgs,

    /// What to write, and how: the tree for people or as JSON, or every event of it.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    format: Format,

    #[command(flatten)]
    output: OutputArgs,
}

/// What is written, and how.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
enum Format {
    /// The tree, for people.
    #[default]
    Human,
    /// The tree, as one JSON document.
    Json,
    /// Every event of it in order, for people.
    Timeline,
    /// The events as comma-separated values; no cell is a formula.
    Csv,
    /// The events, one JSON object a line.
    Ndjson,
    /// The events as JSON lines for Timesketch.
    Timesketch,
}

impl Format {
    /// The format of the events, if it is they that are asked for.
    fn of_events(self) -> Option<LinesFormat> {
        match self {
            Self::Human | Self::Json => None,
            Self::Timeline => Some(LinesFormat::Human),
            Self::Csv => Some(LinesFormat::Csv),
            Self::Ndjson => Some(LinesFormat::Ndjson),
            Self::Timesketch => Some(LinesFormat::Timesketch),
        }
    }
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let started = Timestamp::now();
        let asked = self.reading.resolve(started)?;
        let (mut output, colour) = self.output.open()?;
        let (graph, gathered, repeated) = graph(&asked, &self.query, started)?;
        let tree = graph.resolve().trace(&self.query);
        if let Some(format) = self.format.of_events() {
            return events(&asked, &tree, started, output, format, colour);
        }
        let evidence = gathered.summary(repeated, graph.cut().undated);
        let text = if self.format == Format::Json {
            let about = About {
                command: &command(),
                started,
                finished: Timestamp::now(),
                evidence: &evidence,
            };
            trace_json(&tree, about).map_err(Failure::CouldNotRun)?
        } else {
            let mut page = Page::new(colour);
            trace_text(&mut page, &tree);
            evidence_text(&mut page, &evidence);
            page.into_text()
        };
        tolerate_broken_pipe(output.write_all(text.as_bytes()))
            .and_then(|()| output.finish())
            .map_err(Failure::CouldNotRun)?;
        Ok(gathered.exit(!tree.roots.is_empty()))
    }
}

/// Every event of the sessions in a tree. They are read a second time: which
/// sessions those are is known only when all was read.
fn events(
    asked: &Asked,
    tree: &session::Tree<Provenance>,
    started: Timestamp,
    output: Output,
    format: LinesFormat,
    colour: Colour,
) -> Result<Exit, Failure> {
    let (sessions, filter) = (tree.sessions(), &asked.filter);
    let fits = |record: &Record<'_>| match Caller::of(record) {
        Some(caller) if sessions.contains(&caller) => filter.fits(record),
        _ => Fit::No,
    };
    let (gathering, gathered) = Gathering::fitting(asked, &fits, format, started)?;
    let undated = gathering.undated;
    let (output, written) = gathering
        .write(output, format, View::Story, colour)
        .map_err(Failure::CouldNotRun)?;
    evidence_footer::write(output, format, &gathered, written, undated, colour)?;
    Ok(gathered.exit(written.events > 0))
}
