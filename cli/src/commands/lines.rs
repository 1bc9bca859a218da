//! Events as lines, in order, in any of the formats: what `timeline`, `events`
//! and `trace` print.

use std::fs::File;
use std::io::{self, Write as _};

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use jiff::Timestamp;
use trailseal_forensics::export::{Csv, JsonLines, LookupEvents, Timesketch};
use trailseal_forensics::lookup::Fit;
use trailseal_forensics::timeline::{Joined, Keep, Line, Unrepeated};
use trailseal_forensics::{Event, Record};
use trailseal_verifier::sort::{Budget, FileSorter, Item, Segment, SortError, Sorter, Spool};

use super::reading::{Asked, Fold, Gathered};
use crate::exit::Failure;
use crate::output::Output;
use crate::render::Colour;
use crate::render::lines::{Timeline, table_row};

/// The formats of events.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub(super) enum LinesFormat {
    /// For people.
    #[default]
    Human,
    /// Comma-separated values; no cell is a formula.
    Csv,
    /// One JSON object a line.
    Ndjson,
    /// JSON lines for Timesketch.
    Timesketch,
    /// What `aws cloudtrail lookup-events` prints.
    LookupEvents,
}

impl LinesFormat {
    fn keep(self) -> Keep {
        match self {
            Self::LookupEvents => Keep::Record,
            Self::Human | Self::Csv | Self::Ndjson | Self::Timesketch => Keep::Row,
        }
    }
}

/// How people see events.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum View {
    /// Sentences, day by day.
    Story,
    /// A row each.
    Table,
}

/// Events that fit, as lines.
pub(super) struct Fitting<'f> {
    pub(super) fits: &'f (dyn Fn(&Record<'_>) -> Fit + Sync),
    pub(super) keep: Keep,
    pub(super) waiting: &'f Waiting,
}

/// Where lines wait for their turn: thousands of logs are read ahead of the one that
/// is taken next, each with hundreds of events.
pub(super) type Waiting = Spool<Line, File>;

/// A place for lines that wait.
///
/// # Errors
/// No temporary file can be made.
pub(super) fn waiting() -> Result<Waiting, Failure> {
    let file = tempfile::tempfile().context("no temporary file can be made");
    Ok(Spool::new(file.map_err(Failure::CouldNotRun)?))
}

/// What sorting lines takes of the memory.
pub(super) const BUDGET: Budget = Budget {
    held_bytes: 32 << 20,
    runs: 64,
};

/// Those of one file.
#[derive(Default)]
pub(super) struct Fitted {
    /// Lines that wait in a file.
    spooled: Vec<Segment>,
    /// Those behind them, and their bytes.
    lines: Vec<Line>,
    held: usize,
    /// Events that may fit, and say no time that can be read.
    pub(super) undated: u64,
    /// Why lines cannot wait.
    broken: Option<io::Error>,
}

impl Fitted {
    /// Bytes of lines that are held, of each file.
    const HELD: usize = 8 << 10;

    fn push(&mut self, line: Line, waiting: &Waiting) {
        self.held += Item::size(&line);
        self.lines.push(line);
        if self.held < Self::HELD || self.broken.is_some() {
            return;
        }
        self.held = 0;
        match waiting.put(self.lines.drain(..)) {
            Ok(segment) => self.spooled.push(segment),
            Err(error) => self.broken = Some(error),
        }
    }

    /// Has all lines sorted.
    ///
    /// # Errors
    /// They cannot be.
    pub(super) fn sort(
        self,
        waiting: &Waiting,
        sorter: &mut FileSorter<Line>,
    ) -> Result<(), SortError> {
        if let Some(error) = self.broken {
            return Err(error.into());
        }
        for segment in self.spooled {
            waiting.each(segment, |line| sorter.push(line))?;
        }
        for line in self.lines {
            sorter.push(line)?;
        }
        Ok(())
    }
}

impl Fold for Fitting<'_> {
    type Part = Fitted;

    fn begin(&self) -> Fitted {
        Fitted::default()
    }

    fn add(&self, part: &mut Fitted, event: &Event<'_>) {
        match (self.fits)(event.record()) {
            Fit::Yes => part.push(Line::of(event, self.keep), self.waiting),
            Fit::No => {}
            Fit::Undated => part.undated += 1,
        }
    }
}

/// Events that fit, in order, and what they rest on.
pub(super) struct Gathering {
    sorter: FileSorter<Line>,
    /// Events that may fit, and say no time that can be read.
    pub(super) undated: u64,
}

/// How many events were written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Written {
    /// Events.
    pub(super) events: u64,
    /// Copies of events that were delivered several times.
    pub(super) repeated: u64,
}

impl Gathering {
    /// Reads the events that fit.
    ///
    /// # Errors
    /// As [`Asked::read`].
    pub(super) fn of(
        asked: &Asked,
        format: LinesFormat,
        started: Timestamp,
    ) -> Result<(Self, Gathered), Failure> {
        let filter = &asked.filter;
        let fits = |record: &Record<'_>| filter.fits(record);
        Self::fitting(asked, &fits, format, started)
    }

    /// Reads the events that fit in this way.
    ///
    /// # Errors
    /// As [`Asked::read`].
    pub(super) fn fitting(
        asked: &Asked,
        fits: &(dyn Fn(&Record<'_>) -> Fit + Sync),
        format: LinesFormat,
        started: Timestamp,
    ) -> Result<(Self, Gathered), Failure> {
        let waiting = waiting()?;
        let fitting = Fitting {
            fits,
            keep: format.keep(),
            waiting: &waiting,
        };
        let mut gathering = Self {
            sorter: Sorter::new(BUDGET, tempfile::tempfile),
            undated: 0,
        };
        let mut take = |fitted: Fitted| {
            gathering.undated += fitted.undated;
            Ok(fitted.sort(&waiting, &mut gathering.sorter)?)
        };
        let gathered = asked.read(started, &fitting, &mut take)?;
        Ok((gathering, gathered))
    }

    /// Writes them. A reader that has seen enough is no error.
    ///
    /// # Errors
    /// They cannot be sorted or written.
    pub(super) fn write(
        self,
        output: Output,
        format: LinesFormat,
        view: View,
        colour: Colour,
    ) -> Result<(Output, Written)> {
        let mut lines = Unrepeated::new(self.sorter.finish()?);
        let (output, events) = if (format, view) == (LinesFormat::Human, View::Story) {
            let (mut output, mut story) = (output, Timeline::new(colour));
            let events = each(Joined::new(lines.by_ref()), |deed| {
                output.write_all(story.deed(deed).as_bytes())?;
                Ok(1 + deed.also.len() as u64)
            })?;
            (output, events)
        } else {
            let mut writer = Writer::new(output, format, colour);
            let events = each(lines.by_ref(), |line| writer.write(line).map(|()| 1))?;
            (writer.finish()?, events)
        };
        let repeated = lines.repeated();
        Ok((output, Written { events, repeated }))
    }
}

/// Writes one after the other, and counts the events in them. A reader that has
/// seen enough ends it.
fn each<T>(
    items: impl Iterator<Item = Result<T, SortError>>,
    mut write: impl FnMut(&T) -> io::Result<u64>,
) -> Result<u64> {
    let mut events = 0;
    for item in items {
        match write(&item?) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
            written => events += written?,
        }
    }
    Ok(events)
}

/// One of the formats but the story, open.
enum Writer {
    Table(Output, Colour),
    Csv(Csv<Output>),
    Ndjson(JsonLines<Output>),
    Timesketch(Timesketch<Output>),
    LookupEvents(LookupEvents<Output>),
}

impl Writer {
    fn new(output: Output, format: LinesFormat, colour: Colour) -> Self {
        match format {
            LinesFormat::Human => Self::Table(output, colour),
            LinesFormat::Csv => Self::Csv(Csv::new(output)),
            LinesFormat::Ndjson => Self::Ndjson(JsonLines::new(output)),
            LinesFormat::Timesketch => Self::Timesketch(Timesketch::new(output)),
            LinesFormat::LookupEvents => Self::LookupEvents(LookupEvents::new(output)),
        }
    }

    fn write(&mut self, line: &Line) -> io::Result<()> {
        match self {
            Self::Table(output, colour) => output.write_all(table_row(line, *colour).as_bytes()),
            Self::Csv(csv) => csv.write(line),
            Self::Ndjson(json) => json.write(line),
            Self::Timesketch(json) => json.write(line),
            Self::LookupEvents(events) => {
                let text = line.record().unwrap_or("{}");
                let record = Record::parse(text).map_err(io::Error::other)?;
                events.write(&record)
            }
        }
    }

    fn finish(self) -> Result<Output> {
        let finished = match self {
            Self::Table(output, _) => Ok(output),
            Self::Csv(csv) => csv.finish(),
            Self::Ndjson(json) => json.finish(),
            Self::Timesketch(json) => json.finish(),
            Self::LookupEvents(events) => events.finish(),
        };
        finished.context("the output cannot be written")
    }
}
