//! `trailseal recover`: what is wrong in a bucket, or in a copy of one, looked
//! for among the bucket's versions.

mod args;
mod plan;
mod restore;

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::anyhow;
use jiff::Timestamp;
use trailseal_aws::s3::{S3, S3Url};
use trailseal_aws::{CallError, Connection};
use trailseal_keys::{Keyring, Region};
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::id::BucketName;
use trailseal_verifier::recover::{Collector, Keeper, Recovered, Search};
use trailseal_verifier::source::{Directory, Source};
use trailseal_verifier::verdict::Finding;
use trailseal_verifier::walk::{Progress, Sink, Survey};

pub(super) use args::Args;
use plan::{Evidence, Job};
use restore::Restore;

use super::Place;
use super::evidence::{command, fetch_keys};
use super::table_format::TableFormat;
use crate::exit::{Exit, Failure};
use crate::interrupt::on_interrupt;
use crate::output::{self, Output, tolerate_broken_pipe};
use crate::progress::Meter;
use crate::render::text::counted;
use crate::render::{
    BucketOrigin, Colour, Conclusion, Context, Headline, Input, Outcome, Recovery, recovery_json,
    recovery_line, recovery_text,
};

impl Args {
    /// Looks for what is wrong, and for what should be there.
    ///
    /// # Errors
    /// If there is no result.
    pub(super) fn run(self: Box<Self>) -> Result<Exit, Failure> {
        let started = Timestamp::now();
        let job = Job::of(*self, started)?;
        match &job.evidence {
            Evidence::Live(urls) => {
                let connection = job.args.connection.clone().open(None)?;
                let source = S3::open(&connection, urls).map_err(could_not)?;
                let texts: Vec<String> = urls.iter().map(S3Url::to_string).collect();
                let input = Input {
                    path: texts.join(" "),
                    bucket: BucketOrigin::Stated,
                    warnings: Vec::new(),
                };
                job.recover(&connection, &source, &source, input)
            }
            Evidence::Copy(path) => {
                let source = Directory::open(path, job.args.bucket.as_ref())
                    .map_err(|error| Failure::CouldNotRun(error.into()))?;
                if source.bucket_is_assumed() {
                    return Err(not_named(&source));
                }
                let connection = job.args.connection.clone().open(None)?;
                let urls: Vec<S3Url> = source
                    .buckets()
                    .into_iter()
                    .map(|bucket| S3Url::new(bucket, ""))
                    .collect();
                let history = S3::open(&connection, &urls).map_err(could_not)?;
                let input = Input {
                    path: path.to_string_lossy().into_owned(),
                    bucket: BucketOrigin::Stated,
                    warnings: source.warnings().to_vec(),
                };
                job.recover(&connection, &source, &history, input)
            }
        }
    }
}

/// Whoever made the copy would choose the bucket that is asked.
fn not_named(source: &Directory) -> Failure {
    let buckets = source.buckets();
    let names: Vec<&str> = buckets.iter().map(BucketName::as_str).collect();
    Failure::Usage(anyhow!(
        "only the digests of this copy say that its bucket is {}; name the bucket to ask with \
         --bucket",
        names.join(", ")
    ))
}

fn could_not(error: CallError) -> Failure {
    Failure::CouldNotRun(error.into())
}

impl Job {
    /// Walks the source, searches the history, and writes the report.
    fn recover<S: Source>(
        &self,
        connection: &Connection,
        source: &S,
        history: &S3<'_>,
        mut input: Input,
    ) -> Result<Exit, Failure> {
        let mut output = Output::open(self.args.output.as_deref()).map_err(Failure::CouldNotRun)?;
        let progress = Arc::new(Progress::default());
        let (stopping, cancel) = (Arc::clone(&progress), history.cancel());
        on_interrupt(move || {
            stopping.stop();
            cancel.cancel();
        })
        .map_err(Failure::CouldNotRun)?;

        let survey = Survey::of(source, &self.request)
            .map_err(|error| Failure::CouldNotRun(anyhow!(error)))?;
        let keyring = match &self.keyring {
            Some(keyring) => keyring.clone(),
            None => {
                let regions: Vec<Region> = survey.regions().into_iter().collect();
                fetch_keys(
                    connection,
                    &regions,
                    self.request.from,
                    self.started,
                    &mut input.warnings,
                )?
            }
        };
        let mut tee = Tee::default();
        let report = {
            let _meter = std::io::stderr()
                .is_terminal()
                .then(|| Meter::start(Arc::clone(&progress)));
            survey.verify(&keyring, &(), &mut tee, &progress)
        };
        let recovered = self.search(source, history, &keyring, tee.collector, &progress)?;

        let context = Context {
            command: command(),
            started: self.started,
            input,
            filters: self.filters.clone(),
            keyring,
        };
        let recovery = Recovery {
            conclusion: Conclusion {
                report: &report,
                headline: &tee.headline,
                context: &context,
                explanations: &[],
                finished: Timestamp::now(),
            },
            recovered: &recovered,
            restored_to: self.args.restore.as_deref(),
        };
        let text = match self.args.format {
            TableFormat::Human => recovery_text(&recovery, self.colour()),
            TableFormat::Json => recovery_json(&recovery).map_err(Failure::CouldNotRun)?,
        };
        tolerate_broken_pipe(output.write_all(text.as_bytes()))
            .and_then(|()| output.finish())
            .map_err(Failure::CouldNotRun)?;
        if let Some(path) = &self.args.output {
            let line = recovery_line(&recovery, path);
            output::print(&line).map_err(Failure::CouldNotRun)?;
        }
        Ok((&recovery).into())
    }

    fn search<S: Source>(
        &self,
        source: &S,
        history: &S3<'_>,
        keyring: &Keyring,
        wanted: Collector,
        progress: &Progress,
    ) -> Result<Recovered, Failure> {
        let restore = match &self.restore {
            Some((folder, state)) if !wanted.is_empty() => Some(Restore::open(folder, *state)?),
            _ => None,
        };
        let looked = Arc::new(AtomicU64::new(0));
        let _meter = std::io::stderr().is_terminal().then(|| {
            let looked = Arc::clone(&looked);
            Meter::showing(move |_| {
                let looked = looked.load(Ordering::Relaxed);
                format!("{} looked at for older versions", counted(looked, "object"))
            })
        });
        let search = Search {
            source,
            history,
            keyring,
            limits: self.request.limits,
            range: (self.request.from, self.request.to),
            concurrency: self.args.concurrency.into(),
            keeper: restore.as_ref().map(|restore| restore as &dyn Keeper),
            progress,
            looked: &looked,
        };
        let recovered = search
            .run(wanted)
            .map_err(|error| Failure::CouldNotRun(error.into()))?;
        if let Some(restore) = restore {
            restore.finish(self.started)?;
        }
        Ok(recovered)
    }

    fn colour(&self) -> Colour {
        let place = match self.args.output {
            Some(_) => Place::Elsewhere,
            None => Place::stdout(),
        };
        self.args.color.resolve(place)
    }
}

impl From<&Recovery<'_>> for Exit {
    fn from(recovery: &Recovery<'_>) -> Self {
        match recovery.outcome() {
            _ if recovery.is_interrupted() => Self::Interrupted,
            Outcome::Found => Self::Success,
            Outcome::Incomplete => Self::Unchecked,
            Outcome::Lost => Self::Failed,
        }
    }
}

/// Counts findings on their way to the collector.
#[derive(Default)]
struct Tee {
    headline: Headline,
    collector: Collector,
}

impl Sink<()> for Tee {
    fn digest(&mut self, chain: &ChainId, outcome: &DigestOutcome, extracts: Vec<Option<()>>) {
        self.collector.digest(chain, outcome, extracts);
    }

    fn finding(&mut self, finding: Finding) {
        self.headline.note(&finding);
        self.collector.finding(finding);
    }
}
