//! Events in the pass that verifies the logs.

use trailseal_forensics::{Extracted, Extractor, reader};
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::limits::Limits;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::Source;
use trailseal_verifier::verdict::Finding;
use trailseal_verifier::walk::{Progress, Sink};

use super::gathered::{Gathered, Verification};
use super::{Admission, Doubtful, Fold, Take, extract};
use crate::commands::evidence::{Findings, Opened, Work};
use crate::exit::Failure;
use crate::render::Headline;

/// Verifies, and reads the events.
pub(in super::super) struct Walk<'w, F: Fold> {
    pub(in super::super) fold: &'w F,
    pub(in super::super) take: &'w mut dyn Take<F::Part>,
    pub(in super::super) admission: Admission,
    pub(in super::super) limits: Limits,
}

impl<F: Fold> Work for Walk<'_, F> {
    type Output = Gathered;

    fn run<S: Source>(self, opened: Opened<'_, S>) -> Result<Gathered, Failure> {
        let Self {
            fold,
            take,
            admission,
            limits,
        } = self;
        let visitor = Extractor::new(
            reader::Limits::default(),
            || fold.begin(),
            |part: &mut F::Part, event| fold.add(part, &event),
        );
        let progress = opened.progress();
        let mut sink = Gathering {
            fold,
            take,
            doubtful: Doubtful::new(opened.source, limits, admission),
            gathered: Gathered::default(),
            headline: Headline::default(),
            findings: Findings::default(),
            broken: None,
            progress: &progress,
        };
        let (report, context) = opened.verify(&visitor, &mut sink);
        sink.flush();
        if let Some(error) = sink.broken {
            return Err(Failure::CouldNotRun(error));
        }
        Ok(Gathered {
            source: context.input.path.clone(),
            buckets: report.scope.buckets.iter().cloned().collect(),
            interrupted: report.interrupted,
            left_out: sink.doubtful.left_out,
            verification: Some(Verification {
                report,
                headline: sink.headline,
                context,
                findings: sink.findings,
            }),
            ..sink.gathered
        })
    }
}

struct Gathering<'s, S, F: Fold> {
    fold: &'s F,
    take: &'s mut dyn Take<F::Part>,
    doubtful: Doubtful<'s, S>,
    gathered: Gathered,
    headline: Headline,
    findings: Findings,
    /// Why the results cannot be put away; after it nothing is.
    broken: Option<anyhow::Error>,
    progress: &'s Progress,
}

impl<S: Source, F: Fold> Gathering<'_, S, F> {
    fn put(&mut self, extracted: Extracted<F::Part>) {
        if self.broken.is_some() {
            return;
        }
        self.gathered.note(&extracted);
        let put = self.take.part(extracted.value);
        self.check(put);
    }

    fn check(&mut self, put: anyhow::Result<()>) {
        if let Err(error) = put {
            self.broken.get_or_insert(error);
            self.progress.stop();
        }
    }

    /// Reads the logs that are not verified and wait.
    fn flush(&mut self) {
        let fold = self.fold;
        for outcome in self.doubtful.read(|file| extract::fold(file, fold)) {
            match outcome {
                Ok(extracted) => self.put(extracted),
                Err(unreadable) => self.gathered.note_unreadable(unreadable),
            }
        }
    }
}

impl<S: Source, F: Fold> Sink<Extracted<F::Part>> for Gathering<'_, S, F> {
    fn digest(
        &mut self,
        _: &ChainId,
        outcome: &DigestOutcome,
        extracts: Vec<Option<Extracted<F::Part>>>,
    ) {
        self.take.digest(outcome);
        for extracted in extracts.into_iter().flatten() {
            self.put(extracted);
        }
    }

    fn finding(&mut self, finding: Finding) {
        self.headline.note(&finding);
        self.take.finding(&finding);
        self.doubtful.finding(&finding);
        self.findings.note(finding);
        if self.doubtful.is_due() {
            self.flush();
        }
    }

    fn unjudged(&mut self, log: &ObjectRef) {
        self.take.unjudged(log);
        self.doubtful.note(log, None);
        if self.doubtful.is_due() {
            self.flush();
        }
    }
}
