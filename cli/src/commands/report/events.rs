//! What records of a report's evidence say: gathered while the logs are verified,
//! sorted, and written in the forms asked for.

use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use trailseal_forensics::export::{Csv, JsonLines};
use trailseal_forensics::report::Events;
use trailseal_forensics::report::bundle::{EVENTS_CSV, EVENTS_JSONL};
use trailseal_forensics::report::sections::{Section, Timeline};
use trailseal_forensics::timeline::{Line, Unrepeated};
use trailseal_verifier::chain::DigestOutcome;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::sort::{FileSorter, Sorter};
use trailseal_verifier::source::Source;
use trailseal_verifier::verdict::{Answer, Finding};

use super::super::lines::{BUDGET, Waiting};
use super::super::reading::Take;
use super::args::EventsArg;
use super::bundle::Bundle;
use super::exhibits::Exhibits;
use super::telling::{Told, Wants};

/// Which events are wanted.
pub(super) struct Wanted {
    pub(super) wants: Wants,
    pub(super) forms: Vec<EventsArg>,
    /// Whether that leaves out anything.
    pub(super) filtered: bool,
}

/// What records say, in the order in which they come.
pub(super) struct Gathered {
    waiting: Arc<Waiting>,
    sorter: FileSorter<Line>,
    pub(super) told: Told,
    pub(super) undated: u64,
    /// Records that could not be read.
    pub(super) unread: u64,
}

impl Gathered {
    pub(super) fn new(waiting: &Arc<Waiting>) -> Self {
        Self {
            waiting: Arc::clone(waiting),
            sorter: Sorter::new(BUDGET, tempfile::tempfile),
            told: Told::default(),
            undated: 0,
            unread: 0,
        }
    }

    /// Takes what one file says.
    ///
    /// # Errors
    /// If its lines cannot be sorted.
    pub(super) fn note(&mut self, mut told: Told) -> Result<()> {
        let fitted = std::mem::take(&mut told.fitted);
        self.undated += fitted.undated;
        fitted.sort(&self.waiting, &mut self.sorter)?;
        self.told.merge(told);
        Ok(())
    }

    /// Writes the events into the bundle, and says which are in the report itself.
    ///
    /// # Errors
    /// If they cannot be sorted or written.
    pub(super) fn write(self, bundle: &mut Bundle, wanted: &Wanted) -> Result<Shown> {
        let create = |form, name| -> Result<Option<BufWriter<File>>> {
            if !wanted.forms.contains(&form) {
                return Ok(None);
            }
            let file = File::create_new(bundle.path(name)).context(name)?;
            Ok(Some(BufWriter::new(file)))
        };
        let mut json = create(EventsArg::Jsonl, EVENTS_JSONL)?.map(JsonLines::new);
        let mut csv = create(EventsArg::Csv, EVENTS_CSV)?.map(Csv::new);
        let has_timeline = wanted.wants.has(Section::Timeline);
        let mut timeline = has_timeline.then(Timeline::default);
        let mut written = Events {
            events: 0,
            verified: 0,
            repeated: 0,
            undated: self.undated,
            unread: self.unread,
            filtered: wanted.filtered,
        };
        let mut lines = Unrepeated::new(self.sorter.finish()?);
        for line in lines.by_ref() {
            let line = line?;
            if let Some(json) = &mut json {
                json.write(&line).context(EVENTS_JSONL)?;
            }
            if let Some(csv) = &mut csv {
                csv.write(&line).context(EVENTS_CSV)?;
            }
            if let Some(timeline) = &mut timeline {
                timeline.add(&line);
            }
            written.events += 1;
            written.verified += u64::from(line.answer() == Answer::Verified);
        }
        written.repeated = lines.repeated();
        if let Some(json) = json {
            json.finish().context(EVENTS_JSONL)?;
            bundle.take(EVENTS_JSONL)?;
        }
        if let Some(csv) = csv {
            csv.finish().context(EVENTS_CSV)?;
            bundle.take(EVENTS_CSV)?;
        }
        Ok(Shown {
            told: self.told,
            timeline,
            events: (!wanted.forms.is_empty()).then_some(written),
        })
    }
}

/// What of the records is in the report.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) told: Told,
    pub(super) timeline: Option<Timeline>,
    /// Events in files of the bundle, if there are any.
    pub(super) events: Option<Events>,
}

/// Takes what records say, and passes on what is said of the logs.
pub(super) struct Both<'e, 's, S> {
    pub(super) exhibits: &'e mut Exhibits<'s, S>,
    pub(super) gathered: &'e mut Gathered,
}

impl<S: Source> Take<Told> for Both<'_, '_, S> {
    fn part(&mut self, part: Told) -> Result<()> {
        self.gathered.note(part)
    }

    fn digest(&mut self, outcome: &DigestOutcome) {
        self.exhibits.note_digest(outcome);
    }

    fn finding(&mut self, finding: &Finding) {
        self.exhibits.note_finding(finding.clone());
    }

    fn unjudged(&mut self, log: &ObjectRef) {
        self.exhibits.note_unjudged(log);
    }
}
