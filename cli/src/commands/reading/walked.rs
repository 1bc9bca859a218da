//! Events in the pass that verifies the logs.

use trailseal_forensics::provenance::Location;
use trailseal_forensics::{Extracted, Extractor, reader};
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::limits::Limits;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::Source;
use trailseal_verifier::verdict::{Code, Finding, Subject};
use trailseal_verifier::walk::{Progress, Sink};

use super::extract::{AT_ONCE, Waiting, extract};
use super::gathered::{Gathered, Verification};
use super::{Admission, Fold, Take};
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
            source: opened.source,
            fold,
            take,
            admission,
            limits,
            waiting: Vec::new(),
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
            interrupted: report.interrupted,
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
    source: &'s S,
    fold: &'s F,
    take: &'s mut dyn Take<F::Part>,
    admission: Admission,
    limits: Limits,
    /// Logs that are not verified, and will be read all the same.
    waiting: Vec<Waiting<ObjectRef>>,
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
        let put = self.take.file(extracted);
        self.check(put);
    }

    fn check(&mut self, put: anyhow::Result<()>) {
        if let Err(error) = put {
            self.broken.get_or_insert(error);
            self.progress.stop();
        }
    }

    /// A log that is not verified.
    fn doubtful(&mut self, object: &ObjectRef, reason: Option<Code>) {
        let is_there = !matches!(reason, Some(Code::LogAbsent | Code::LogUnread));
        match self.admission {
            Admission::All if is_there => self.waiting.push(Waiting {
                place: object.clone(),
                reason,
            }),
            Admission::All | Admission::Verified => {
                *self.gathered.left_out.entry(reason).or_default() += 1;
            }
        }
        if self.waiting.len() >= AT_ONCE {
            self.flush();
        }
    }

    /// Reads the logs that wait.
    fn flush(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let (source, limits) = (self.source, self.limits);
        let read = extract(
            &waiting,
            self.fold,
            limits.log_inflated,
            |object| Location::Object(object.clone()),
            |object| {
                let read = source.read(object, limits.log_stored);
                read.map(|object| object.bytes)
                    .map_err(|error| error.to_string())
            },
        );
        for outcome in read {
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
        let told = self.take.finding(&finding);
        self.check(told);
        if let (true, Subject::Object(object)) = (is_of_log(finding.code), &finding.object) {
            self.doubtful(object, Some(finding.code));
        }
        self.findings.note(finding);
    }

    fn unjudged(&mut self, log: &ObjectRef) {
        self.take.unjudged(log);
        self.doubtful(log, None);
    }
}

/// Whether a finding of this code is about a log.
fn is_of_log(code: Code) -> bool {
    code.as_str().starts_with("log-")
}
