//! `trailseal verify`: a bucket, or a copy of one, against public keys.

mod args;
mod format;
#[cfg(feature = "aws")]
mod mirrored;

use jiff::Timestamp;
use trailseal_forensics::Provenance;
use trailseal_forensics::antiforensics::{Hit, Holding, Holdings, MAX_HITS, Scout, Story, explain};
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::id::BucketName;
use trailseal_verifier::source::Source;
use trailseal_verifier::verdict::{Answer, Finding};
use trailseal_verifier::walk::Sink;

pub(super) use args::Args;
#[cfg(feature = "aws")]
pub(super) use args::FormatArg;
use format::{Form, Format};
#[cfg(feature = "aws")]
pub(super) use mirrored::{Asked, Mirrored};

use super::evidence::{Between, Findings, Opened, Plan, Waiting, Work};
use crate::exit::{Exit, Failure};
use crate::output::{self, Output};
use crate::render::{
    AwsCli, Conclusion, Headline, Human, Json, Ndjson, Renderer, Requested, verdict_line,
};

impl Args {
    /// Verifies, and writes the report.
    ///
    /// # Errors
    /// If there is no result.
    pub(super) fn run(self: Box<Self>) -> Result<Exit, Failure> {
        let started = Timestamp::now();
        let form = Form::of(&self)?;
        let (from, to) = (self.from, self.to);
        let mut plan = Plan::of(self.evidence, Between { from, to }, || started)?;
        if form.mixes_with_progress() {
            plan.waiting = Waiting::Unwatched;
        }
        let reporting = Reporting::open(&form, &plan)?;
        let (_, exit) = plan.open(started, reporting)?;
        Ok(exit)
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

/// Verifies, and writes the report.
struct Reporting<'f> {
    form: &'f Form,
    renderer: Box<dyn Renderer>,
}

impl<'f> Reporting<'f> {
    /// Opens the place of the report, before any work is done.
    ///
    /// # Errors
    /// If it cannot be written.
    fn open(form: &'f Form, plan: &Plan) -> Result<Self, Failure> {
        let output = Output::open(form.output.as_deref()).map_err(Failure::CouldNotRun)?;
        let renderer: Box<dyn Renderer> = match form.format {
            Format::Human(colour) => Box::new(Human::new(output, colour)),
            Format::Json => Box::new(Json::new(output).map_err(Failure::CouldNotRun)?),
            Format::Ndjson => Box::new(Ndjson::new(output)),
            Format::AwsCli(verbosity) => {
                let request = &plan.request;
                let (from, to) = (request.from, request.to.or(request.now));
                Box::new(AwsCli::new(output, verbosity, Requested { from, to }))
            }
        };
        Ok(Self { form, renderer })
    }
}

impl Work for Reporting<'_> {
    type Output = (Verdict, Exit);

    fn run<S: Source>(self, opened: Opened<'_, S>) -> Result<(Verdict, Exit), Failure> {
        let Self { form, mut renderer } = self;
        let mut tee = Tee {
            headline: Headline::default(),
            findings: Findings::default(),
            hits: Vec::new(),
            renderer: &mut *renderer,
        };
        let (report, context) = opened.verify(&Scout, &mut tee);
        let Tee {
            headline,
            findings,
            hits,
            ..
        } = tee;
        let buckets = report.scope.buckets.iter().map(BucketName::as_str);
        let holdings = Holdings::default().knowing(Holding::LogBucket, buckets);
        let story = Story::of(hits, &holdings);
        let explained = |finding: &Finding| (finding.clone(), explain(finding, &story));
        let explanations: Vec<_> = findings.iter().map(explained).collect();
        let conclusion = Conclusion {
            report: &report,
            headline: &headline,
            context: &context,
            explanations: &explanations,
            finished: Timestamp::now(),
        };
        renderer.finish(conclusion).map_err(Failure::CouldNotRun)?;
        if let Some(path) = &form.output {
            let line = verdict_line(conclusion, path);
            output::print(&line).map_err(Failure::CouldNotRun)?;
        }
        let verdict = Verdict {
            answer: report.outcome,
            interrupted: report.interrupted,
        };
        let exit = match form.format {
            _ if report.interrupted => Exit::Interrupted,
            Format::AwsCli(_) => Exit::of_two(report.outcome),
            Format::Human(_) | Format::Json | Format::Ndjson => report.outcome.into(),
        };
        Ok((verdict, exit))
    }
}

/// Keeps what explains findings, on their way to the renderer.
struct Tee<'a> {
    headline: Headline,
    findings: Findings,
    hits: Vec<Hit>,
    renderer: &'a mut dyn Renderer,
}

impl Sink<Vec<(Hit, Provenance)>> for Tee<'_> {
    fn digest(
        &mut self,
        chain: &ChainId,
        outcome: &DigestOutcome,
        extracts: Vec<Option<Vec<(Hit, Provenance)>>>,
    ) {
        let plain = extracts
            .iter()
            .map(|hits| hits.as_ref().map(|_| ()))
            .collect();
        self.renderer.digest(chain, outcome, plain);
        let room = MAX_HITS.saturating_sub(self.hits.len());
        let hits = extracts.into_iter().flatten().flatten();
        self.hits.extend(hits.take(room).map(|(hit, _)| hit));
    }

    fn finding(&mut self, finding: Finding) {
        self.headline.note(&finding);
        self.findings.note(finding.clone());
        self.renderer.finding(finding);
    }
}
