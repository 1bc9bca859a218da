//! `trailseal verify`: a bucket, or a copy of one, against public keys.

mod args;
#[cfg(feature = "aws")]
mod live;
#[cfg(feature = "aws")]
mod mirrored;
mod plan;

use std::path::Path;
use std::sync::Arc;

use anyhow::anyhow;
use jiff::Timestamp;
use trailseal_keys::Keyring;
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::source::{Directory, Source};
use trailseal_verifier::verdict::{Answer, Finding};
use trailseal_verifier::walk::{Progress, Sink, Survey};

pub(super) use args::Args;
#[cfg(feature = "aws")]
pub(super) use args::FormatArg;
#[cfg(feature = "aws")]
pub(super) use live::fetch_keys;
#[cfg(feature = "aws")]
pub(super) use mirrored::{Asked, Mirrored};
use plan::{Evidence, Format, Plan, Waiting};

use super::keys::load;
use crate::exit::{Exit, Failure};
use crate::interrupt::on_interrupt;
use crate::output::{self, Output};
use crate::progress::Meter;
use crate::render::{
    AwsCli, BucketOrigin, Conclusion, Context, Headline, Human, Input, Json, Ndjson, Renderer,
    Requested, verdict_line,
};

impl Args {
    /// Verifies, and writes the report.
    ///
    /// # Errors
    /// If there is no result.
    pub(super) fn run(self: Box<Self>) -> Result<Exit, Failure> {
        let started = Timestamp::now();
        let plan = Plan::of(*self, || started)?;
        match &plan.evidence {
            Evidence::Copy(path, bucket) => {
                let keyring = load(&plan.keys, plan.fingerprints)?;
                let source = Directory::open(path, bucket.as_ref())
                    .map_err(|error| Failure::CouldNotRun(error.into()))?;
                let input = input_of(path, &source);
                plan.run(
                    &source,
                    input,
                    started,
                    || {},
                    |survey, _| Ok((survey, keyring)),
                )
            }
            #[cfg(feature = "aws")]
            Evidence::Live(live) => live.run(&plan, started),
        }
    }
}

/// What is said of a copy.
fn input_of(path: &Path, source: &Directory) -> Input {
    Input {
        path: path.to_string_lossy().into_owned(),
        bucket: if source.bucket_is_assumed() {
            BucketOrigin::Assumed
        } else {
            BucketOrigin::Stated
        },
        warnings: source.warnings().to_vec(),
    }
}

/// How a verification ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Verdict {
    /// What was concluded.
    pub(crate) answer: Answer,
    /// Whether that is of a part only, because the user ended it.
    pub(crate) interrupted: bool,
}

impl Plan {
    /// Verifies, and writes the report: see [`conclude`](Self::conclude).
    fn run<'r, S: Source>(
        &'r self,
        source: &'r S,
        input: Input,
        started: Timestamp,
        end: impl Fn() + Send + 'static,
        prepare: impl FnOnce(Survey<'r, S>, &mut Input) -> Result<(Survey<'r, S>, Keyring), Failure>,
    ) -> Result<Exit, Failure> {
        let (_, exit) = self.conclude(source, input, started, end, prepare)?;
        Ok(exit)
    }

    /// Looks at what there is, lets `prepare` find the keys for it, verifies,
    /// and writes the report. `end` makes reads that wait end early.
    fn conclude<'r, S: Source>(
        &'r self,
        source: &'r S,
        mut input: Input,
        started: Timestamp,
        end: impl Fn() + Send + 'static,
        prepare: impl FnOnce(Survey<'r, S>, &mut Input) -> Result<(Survey<'r, S>, Keyring), Failure>,
    ) -> Result<(Verdict, Exit), Failure> {
        let output = Output::open(self.output.as_deref()).map_err(Failure::CouldNotRun)?;
        let mut renderer: Box<dyn Renderer> = match self.format {
            Format::Human(colour) => Box::new(Human::new(output, colour)),
            Format::Json => Box::new(Json::new(output).map_err(Failure::CouldNotRun)?),
            Format::Ndjson => Box::new(Ndjson::new(output)),
            Format::AwsCli(verbosity) => {
                let (from, to) = (self.request.from, self.request.to.or(self.request.now));
                Box::new(AwsCli::new(output, verbosity, Requested { from, to }))
            }
        };
        let mut headline = Headline::default();
        let progress = Arc::new(Progress::default());
        let stopping = Arc::clone(&progress);
        on_interrupt(move || {
            stopping.stop();
            end();
        })
        .map_err(Failure::CouldNotRun)?;
        let survey = Survey::of(source, &self.request)
            .map_err(|error| Failure::CouldNotRun(anyhow!(error)))?;
        let (survey, keyring) = prepare(survey, &mut input)?;
        let report = {
            let _meter = match self.waiting {
                Waiting::Watched => Some(Meter::start(Arc::clone(&progress))),
                Waiting::Unwatched => None,
            };
            let mut tee = Tee {
                headline: &mut headline,
                renderer: &mut *renderer,
            };
            survey.verify(&keyring, &(), &mut tee, &progress)
        };
        let context = Context {
            command: std::env::args_os()
                .map(|word| word.to_string_lossy().into_owned())
                .collect(),
            started,
            input,
            filters: self.filters.clone(),
            keyring,
        };
        let conclusion = Conclusion {
            report: &report,
            headline: &headline,
            context: &context,
            finished: Timestamp::now(),
        };
        renderer.finish(conclusion).map_err(Failure::CouldNotRun)?;
        if let Some(path) = &self.output {
            let line = verdict_line(conclusion, path);
            output::print(&line).map_err(Failure::CouldNotRun)?;
        }
        let verdict = Verdict {
            answer: report.outcome,
            interrupted: report.interrupted,
        };
        let exit = match self.format {
            _ if report.interrupted => Exit::Interrupted,
            Format::AwsCli(_) => Exit::of_two(report.outcome),
            Format::Human(_) | Format::Json | Format::Ndjson => report.outcome.into(),
        };
        Ok((verdict, exit))
    }
}

/// Counts findings on their way to the renderer.
struct Tee<'a> {
    headline: &'a mut Headline,
    renderer: &'a mut dyn Renderer,
}

impl Sink<()> for Tee<'_> {
    fn digest(&mut self, chain: &ChainId, outcome: &DigestOutcome, extracts: Vec<Option<()>>) {
        self.renderer.digest(chain, outcome, extracts);
    }

    fn finding(&mut self, finding: Finding) {
        self.headline.note(&finding);
        self.renderer.finding(finding);
    }
}
