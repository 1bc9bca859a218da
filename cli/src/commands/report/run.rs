//! The run over the evidence of a report, and what comes of it.

use std::fs::File;
use std::sync::Arc;

use anyhow::anyhow;
use jiff::Timestamp;
use trailseal_forensics::Provenance;
use trailseal_forensics::antiforensics::{Hit, Scout};
use trailseal_forensics::lookup::Filter;
use trailseal_forensics::report::sections::Section;
use trailseal_forensics::report::{Basis, Filters, Input};
use trailseal_keys::Keyring;
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::limits::Limits;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::report::Report;
use trailseal_verifier::source::Source;
use trailseal_verifier::verdict::Finding;
use trailseal_verifier::walk::Sink;

use super::super::evidence::{Opened, Work};
use super::super::lines::Waiting;
use super::super::reading::{Admission, Verification, Walk};
use super::events::{Both, Gathered, Wanted};
use super::exhibits::{Exhibits, Including, PutDown};
use super::telling::Telling;
use crate::exit::Failure;
use crate::render::Context;

/// The run over logs with their digests.
pub(super) struct Making<'m> {
    pub(super) lines: File,
    pub(super) including: Including,
    pub(super) filter: &'m Filter,
    pub(super) admission: Admission,
    pub(super) wanted: &'m Wanted,
    /// Where lines of events wait.
    pub(super) waiting: Arc<Waiting>,
    pub(super) limits: Limits,
    pub(super) made: Timestamp,
}

/// What comes of it.
pub(super) struct Made {
    pub(super) basis: Basis,
    pub(super) report: Report,
    pub(super) command: Vec<String>,
    pub(super) input: Input,
    pub(super) filters: Filters,
    /// The keys that the verdicts rest on; a case has none.
    pub(super) keyring: Option<Keyring>,
    pub(super) put_down: PutDown,
    pub(super) gathered: Gathered,
}

impl Work for Making<'_> {
    type Output = Made;

    fn run<S: Source>(self, opened: Opened<'_, S>) -> Result<Made, Failure> {
        let progress = opened.progress();
        let mut exhibits = Exhibits::new(
            opened.source,
            self.limits,
            self.lines,
            self.including,
            progress,
        );
        let mut gathered = Gathered::new(&self.waiting);
        let wants = &self.wanted.wants;
        let mut both = Both {
            exhibits: &mut exhibits,
            gathered: &mut gathered,
        };
        let acts = wants.has(Section::AntiForensics);
        // The scout looks at verified logs alone.
        let of_any_log = acts && self.admission == Admission::All;
        let (report, context) = if wants.need_records() || of_any_log {
            let walk = Walk {
                fold: &Telling::new(self.filter, self.wanted.filtered, wants, &self.waiting),
                take: &mut both,
                admission: self.admission,
                limits: self.limits,
            };
            let read = walk.run(opened)?;
            gathered.unread = read.records.unread;
            let Some(Verification {
                report, context, ..
            }) = read.verification
            else {
                return Err(Failure::CouldNotRun(anyhow!("nothing was verified")));
            };
            (report, context)
        } else if acts {
            opened.verify(&Scout, &mut Scouting(both))
        } else {
            opened.verify(&(), both.exhibits)
        };
        let Context {
            command,
            input,
            filters,
            keyring,
            ..
        } = context;
        Ok(Made {
            basis: Basis::Evidence,
            report,
            command,
            input,
            filters,
            keyring: Some(keyring),
            put_down: exhibits.finish(self.made).map_err(Failure::CouldNotRun)?,
            gathered,
        })
    }
}

/// Takes acts out of logs of which nothing else is read.
struct Scouting<'e, 's, S>(Both<'e, 's, S>);

impl<S: Source> Sink<Vec<(Hit, Provenance)>> for Scouting<'_, '_, S> {
    fn digest(
        &mut self,
        _: &ChainId,
        outcome: &DigestOutcome,
        extracts: Vec<Option<Vec<(Hit, Provenance)>>>,
    ) {
        self.0.exhibits.note_digest(outcome);
        let hits = extracts.into_iter().flatten().flatten();
        self.0.gathered.told.note_hits(hits);
    }

    fn finding(&mut self, finding: Finding) {
        self.0.exhibits.note_finding(finding);
    }

    fn unjudged(&mut self, log: &ObjectRef) {
        self.0.exhibits.note_unjudged(log);
    }
}
