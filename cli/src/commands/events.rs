//! `trailseal events`: which events say what, as Event history does it, over
//! all the logs at hand.

use std::io::Write as _;

use anyhow::anyhow;
use jiff::Timestamp;
use trailseal_forensics::Event;
use trailseal_forensics::lookup::{Attribute, Counter, Filter, Fit};
use trailseal_forensics::merge::{Seen, Sighting};

use super::evidence_footer;
use super::lines::{Gathering, LinesFormat, View, Written};
use super::output_args::OutputArgs;
use super::reading::{Fold, ReadingArgs};
use crate::exit::{EXIT_CODES, Exit, Failure};
use crate::output::tolerate_broken_pipe;
use crate::render::lines::{counts_json, counts_text};

/// Values that are counted one by one: more than anything but addresses and
/// resources has.
const DISTINCT: usize = 100_000;

const EXAMPLES: &str =
    "  As with aws cloudtrail lookup-events, but any age, any category, and proved:
    trailseal events ./copy --keys keys.json -a EventName=ConsoleLogin

  What was refused to whom, in one account, by error code:
    trailseal events ./copy --keys keys.json -a ErrorCode=*Denied* --account 111122223333 \\
      --count-by Username

  Everything that mentions a name, as the API would print it:
    trailseal events ./copy --keys keys.json -a Text=payroll --format lookup-events

Conditions on one attribute are alternatives; those on different ones must all
hold. Names are those of LookupEvents; `trailseal events --help` lists them.";

/// Look events up by what they say, or count them.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("Examples:\n{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(super) struct Args {
    #[command(flatten)]
    reading: ReadingArgs,

    /// Count the events by the values of an attribute, the most frequent first.
    #[arg(long, value_name = "NAME", value_parser = attribute, help_heading = "Output")]
    count_by: Option<Attribute>,

    /// How to write the events; counts are for people, or JSON with ndjson.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    format: LinesFormat,

    #[command(flatten)]
    output: OutputArgs,
}

fn attribute(name: &str) -> Result<Attribute, String> {
    Attribute::named(name).ok_or_else(|| {
        let names = Attribute::ALL.iter().map(|attribute| attribute.as_str());
        format!("expected {}", names.collect::<Vec<_>>().join(", "))
    })
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let started = Timestamp::now();
        if let Some(attribute) = self.count_by {
            return self.count(attribute, started);
        }
        let asked = self.reading.resolve(started)?;
        let (output, colour) = self.output.open()?;
        let (gathering, gathered) = Gathering::of(&asked, self.format, started)?;
        let undated = gathering.undated;
        let (output, written) = gathering
            .write(output, self.format, View::Table, colour)
            .map_err(Failure::CouldNotRun)?;
        evidence_footer::write(output, self.format, &gathered, written, undated, colour)?;
        Ok(gathered.exit(written.events > 0))
    }

    fn count(self, attribute: Attribute, started: Timestamp) -> Result<Exit, Failure> {
        if !matches!(self.format, LinesFormat::Human | LinesFormat::Ndjson) {
            return Err(Failure::Usage(anyhow!(
                "--count-by is written for people, or as JSON with --format ndjson"
            )));
        }
        let asked = self.reading.resolve(started)?;
        let (mut output, colour) = self.output.open()?;
        let seen = Seen::default();
        let counting = Counting {
            filter: &asked.filter,
            attribute,
            seen: &seen,
        };
        let mut all = counting.begin();
        let gathered = asked.read(started, &counting, &mut |part: Counted| {
            all.merge(part);
            Ok(())
        })?;
        let counts = all.counter.finish();
        let text = match self.format {
            LinesFormat::Human => counts_text(attribute, &counts, colour),
            _ => counts_json(attribute, &counts).map_err(Failure::CouldNotRun)?,
        };
        tolerate_broken_pipe(output.write_all(text.as_bytes())).map_err(Failure::CouldNotRun)?;
        let written = Written {
            events: all.events,
            repeated: all.repeated,
        };
        evidence_footer::write(output, self.format, &gathered, written, all.undated, colour)?;
        Ok(gathered.exit(written.events > 0))
    }
}

/// Counts events that fit.
struct Counting<'f> {
    filter: &'f Filter,
    attribute: Attribute,
    seen: &'f Seen,
}

struct Counted {
    counter: Counter,
    events: u64,
    repeated: u64,
    undated: u64,
}

impl Counted {
    fn merge(&mut self, other: Self) {
        self.counter.merge(other.counter);
        self.events += other.events;
        self.repeated += other.repeated;
        self.undated += other.undated;
    }
}

impl Fold for Counting<'_> {
    type Part = Counted;

    fn begin(&self) -> Counted {
        Counted {
            counter: Counter::new(self.attribute, DISTINCT),
            events: 0,
            repeated: 0,
            undated: 0,
        }
    }

    fn add(&self, part: &mut Counted, event: &Event<'_>) {
        match self.filter.fits(event.record()) {
            Fit::No => return,
            Fit::Undated => {
                part.undated += 1;
                return;
            }
            Fit::Yes => {}
        }
        if self.seen.note(event.record()) == Sighting::Again {
            part.repeated += 1;
            return;
        }
        part.events += 1;
        part.counter.add(event.record());
    }
}
