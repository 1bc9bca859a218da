//! `trailseal verify`: a copy of a bucket against public keys.

mod args;
mod plan;

use std::sync::Arc;

use anyhow::anyhow;
use jiff::Timestamp;
use trailseal_keys::Keyring;
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::source::Directory;
use trailseal_verifier::verdict::Finding;
use trailseal_verifier::walk::{self, Progress, Sink};

pub(super) use args::Args;
use plan::{Format, Plan, Waiting};

use super::keys::load;
use crate::exit::{Exit, Failure};
use crate::output::{self, Output};
use crate::progress::Meter;
use crate::render::{
    BucketOrigin, Conclusion, Context, Headline, Human, Input, Json, Ndjson, Renderer, verdict_line,
};

impl Args {
    /// Verifies, and writes the report.
    ///
    /// # Errors
    /// If there is no result.
    pub(super) fn run(self: Box<Self>) -> Result<Exit, Failure> {
        let started = Timestamp::now();
        let plan = Plan::of(*self, || started)?;
        let keyring = load(&plan.keys, plan.fingerprints)?;
        let source = Directory::open(&plan.path, plan.bucket.as_ref())
            .map_err(|error| Failure::CouldNotRun(error.into()))?;
        plan.run(&source, keyring, started)
    }
}

impl Plan {
    fn run(
        self,
        source: &Directory,
        keyring: Keyring,
        started: Timestamp,
    ) -> Result<Exit, Failure> {
        let output = Output::open(self.output.as_deref()).map_err(Failure::CouldNotRun)?;
        let mut renderer: Box<dyn Renderer> = match self.format {
            Format::Human(colour) => Box::new(Human::new(output, colour)),
            Format::Json => Box::new(Json::new(output).map_err(Failure::CouldNotRun)?),
            Format::Ndjson => Box::new(Ndjson::new(output)),
        };
        let mut headline = Headline::default();
        let report = {
            let progress = Arc::new(Progress::default());
            let _meter = match self.waiting {
                Waiting::Watched => Some(Meter::start(Arc::clone(&progress))),
                Waiting::Unwatched => None,
            };
            let mut tee = Tee {
                headline: &mut headline,
                renderer: &mut *renderer,
            };
            walk::verify(source, &keyring, &self.request, &(), &mut tee, &progress)
                .map_err(|error| Failure::CouldNotRun(anyhow!(error)))?
        };
        let context = Context {
            command: std::env::args_os()
                .map(|word| word.to_string_lossy().into_owned())
                .collect(),
            started,
            input: Input {
                path: self.path.to_string_lossy().into_owned(),
                bucket: if source.bucket_is_assumed() {
                    BucketOrigin::Assumed
                } else {
                    BucketOrigin::Stated
                },
                warnings: source.warnings().to_vec(),
            },
            filters: self.filters,
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
        Ok(report.outcome.into())
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
