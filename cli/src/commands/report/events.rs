//! The events of a bundle: gathered while the logs are verified, sorted, and
//! written in the forms asked for.

use std::fs::File;
use std::io::{self, BufWriter};

use anyhow::{Context as _, Result};
use trailseal_forensics::export::{Csv, JsonLines};
use trailseal_forensics::report::Events;
use trailseal_forensics::report::bundle::{EVENTS_CSV, EVENTS_JSONL};
use trailseal_forensics::timeline::{Budget, Sorter, Unrepeated};
use trailseal_verifier::chain::DigestOutcome;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::Source;
use trailseal_verifier::verdict::{Answer, Finding};

use super::super::lines::Fitted;
use super::super::reading::Take;
use super::args::EventsArg;
use super::bundle::Bundle;
use super::exhibits::Exhibits;

/// Which events are wanted.
pub(super) struct Wanted {
    pub(super) forms: Vec<EventsArg>,
    /// Whether that leaves out anything.
    pub(super) filtered: bool,
}

/// Events that fit, in the order in which they come.
pub(super) struct Gathered {
    sorter: Sorter<fn() -> io::Result<File>, File>,
    undated: u64,
    /// Records that could not be read.
    pub(super) unread: u64,
}

impl Gathered {
    pub(super) fn new() -> Self {
        Self {
            sorter: Sorter::new(Budget::default(), tempfile::tempfile),
            undated: 0,
            unread: 0,
        }
    }

    /// Writes them into the bundle.
    ///
    /// # Errors
    /// If they cannot be sorted or written.
    pub(super) fn write(self, bundle: &mut Bundle, wanted: &Wanted) -> Result<Events> {
        let create = |form, name| -> Result<Option<BufWriter<File>>> {
            if !wanted.forms.contains(&form) {
                return Ok(None);
            }
            let file = File::create_new(bundle.path(name)).context(name)?;
            Ok(Some(BufWriter::new(file)))
        };
        let mut json = create(EventsArg::Jsonl, EVENTS_JSONL)?.map(JsonLines::new);
        let mut csv = create(EventsArg::Csv, EVENTS_CSV)?.map(Csv::new);
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
        Ok(written)
    }
}

/// Takes the events, and passes on what is said of the logs.
pub(super) struct Both<'e, 's, S> {
    pub(super) exhibits: &'e mut Exhibits<'s, S>,
    pub(super) gathered: &'e mut Gathered,
}

impl<S: Source> Take<Fitted> for Both<'_, '_, S> {
    fn part(&mut self, part: Fitted) -> Result<()> {
        self.gathered.undated += part.undated;
        for line in part.lines {
            self.gathered.sorter.push(line)?;
        }
        Ok(())
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
