//! `trailseal mirror`: a bucket into a folder, and a verdict over the folder.

mod args;
mod meter;

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, anyhow};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use trailseal_aws::s3::copy::{Copy, CopyError, Copying, Families, Scope};
use trailseal_aws::s3::{Bucket, S3Url};
use trailseal_aws::{Connection, caller};
use trailseal_verifier::source::mirror::{Copied, Mirror, MirrorError};

pub(super) use args::Args;

use super::Place;
use super::verify::{Asked, FormatArg, Mirrored};
use crate::exit::{Exit, Failure};
use crate::interrupt::on_interrupt;
use crate::output::{self, Output};
use crate::progress::Meter;
use crate::render::{CopySource, CopySummary, Verification, copy_summary_json, copy_summary_text};
use crate::time_arg::Range;

const AGAIN: &str = "run the same command again to go on";

impl Args {
    pub(super) fn run(self: Box<Self>) -> Result<Exit, Failure> {
        let started = Timestamp::now();
        let range = Range::resolve(self.from, self.to, || started)
            .map_err(|inverted| Failure::Usage(inverted.into()))?;
        let mirrored = match self.no_verify {
            true => None,
            false => Some(Mirrored::of(self.asked(), started)?),
        };
        let summary_file = match &self.summary {
            Some(path) => Some(Output::open(Some(path)).map_err(Failure::CouldNotRun)?),
            None => None,
        };
        let scope = Scope {
            from: range.from,
            to: range.to,
            accounts: self.scope.account.clone(),
            regions: self.scope.region.clone(),
            organization: self.scope.organization.clone(),
            families: match self.digests_only {
                true => Families::Digests,
                false => Families::All,
            },
        };
        let connection = self.connection.clone().open(None)?;
        let bucket = Bucket::find(&connection, self.url.bucket())
            .map_err(|error| Failure::CouldNotRun(error.into()))?;
        let mut summary = self.summary_of(&connection, &bucket, &scope, started);
        match self.copy(&bucket, &scope, &mut summary) {
            Err(Ended::Interrupted) => {
                let line = format!("interrupted: what was copied stays; {AGAIN}\n");
                // Nobody is left to be told if this fails.
                let _ = std::io::stderr().write_all(line.as_bytes());
                return Ok(Exit::Interrupted);
            }
            Err(Ended::Failed(failure)) => return Err(failure),
            Ok(()) => {}
        }
        self.print(&copy_summary_text(
            &summary,
            self.color.resolve(Place::stdout()),
        ))?;

        let of_copy = match summary.leaves_open() {
            true => Exit::Unchecked,
            false => Exit::Success,
        };
        let mut result = Ok(of_copy);
        if let Some(mirrored) = &mirrored {
            let verdict = mirrored.verify(&self.folder, &connection, started);
            summary.verification = Some(match &verdict {
                Ok((verdict, _)) => Verification::of(*verdict),
                Err(Failure::Usage(error) | Failure::CouldNotRun(error)) => {
                    Verification::not_run(format!("{error:#}"))
                }
            });
            result = verdict.map(|(_, exit)| match exit {
                Exit::Success => of_copy,
                exit => exit,
            });
        }
        if let Some(mut file) = summary_file {
            summary.finished = Timestamp::now();
            copy_summary_json(&summary, &mut file)
                .and_then(|()| file.finish())
                .map_err(Failure::CouldNotRun)?;
        }
        result
    }

    /// What the verification needs.
    fn asked(&self) -> Asked {
        Asked {
            folder: self.folder.clone(),
            keys: self.keys.clone(),
            accept_wrong_fingerprints: self.accept_wrong_fingerprints,
            from: self.from,
            to: self.to,
            scope: self.scope.clone(),
            no_reconcile: self.digests_only,
            format: self.format,
            output: self.output.clone(),
            color: self.color,
            connection: self.connection.clone(),
        }
    }

    fn summary_of(
        &self,
        connection: &Connection,
        bucket: &Bucket<'_>,
        scope: &Scope,
        started: Timestamp,
    ) -> CopySummary {
        // Whoever may not ask who he is, may copy all the same.
        let region = bucket.region().cloned().or_else(|| connection.region());
        let caller = region.and_then(|region| caller::identify(connection, &region).ok());
        let mut summary = CopySummary::new(
            CopySource {
                bucket: bucket.name().to_string(),
                region: bucket.region().map(ToString::to_string),
                prefix: self.url.prefix().to_owned(),
                endpoint: connection.endpoint_override().map(str::to_owned),
            },
            self.folder.display().to_string(),
            started,
        );
        summary.caller = caller.map(|caller| caller.arn);
        summary.from = scope.from;
        summary.to = scope.to;
        summary.digests_only = self.digests_only;
        summary.filters = self.scope.clone().filters(Vec::new());
        summary
    }

    /// Copies, and finishes the mirror.
    fn copy(
        &self,
        bucket: &Bucket<'_>,
        scope: &Scope,
        summary: &mut CopySummary,
    ) -> Result<(), Ended> {
        let mirror = Mirror::open(&self.folder)?;
        let copying = Arc::new(Copying::default());
        let ending = Arc::clone(&copying);
        on_interrupt(move || ending.stop())
            .map_err(|error| Ended::Failed(Failure::CouldNotRun(error)))?;
        let meter = std::io::stderr()
            .is_terminal()
            .then(|| watch(Arc::clone(&copying)));
        // Whatever is listed was there when the listing began, or later.
        let listed = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let copy = Copy::plan(bucket, self.url.prefix(), scope, &mirror, &copying)?;
        let fetches = copy.fetch(self.concurrency.into(), &copying)?;
        drop(meter);
        let parts = parts(&self.url, &copy.parts);
        let finished = mirror.finish(Some(Copied {
            parts: &parts,
            listed,
        }))?;
        summary.copied(&copy, fetches, finished);
        Ok(())
    }

    /// Machine formats have the standard output for themselves.
    fn print(&self, text: &str) -> Result<(), Failure> {
        let alone = self.no_verify || self.output.is_some() || self.format == FormatArg::Human;
        if alone {
            return output::print(text).map_err(Failure::CouldNotRun);
        }
        let written = std::io::stderr().write_all(text.as_bytes());
        written
            .context("the summary cannot be written")
            .map_err(Failure::CouldNotRun)
    }
}

fn parts(url: &S3Url, prefixes: &[String]) -> Vec<(trailseal_verifier::id::BucketName, String)> {
    let part = |prefix: &String| (url.bucket().clone(), prefix.clone());
    prefixes.iter().map(part).collect()
}

fn watch(copying: Arc<Copying>) -> Meter {
    let (mut fetching, mut started) = (false, Instant::now());
    Meter::showing(move |_| {
        let seen = copying.seen();
        // The rate is that of the reads, not of the listing before them.
        if !fetching && seen.total.objects > 0 {
            (fetching, started) = (true, Instant::now());
        }
        meter::line(seen, started.elapsed())
    })
}

/// Why there is no complete copy.
enum Ended {
    Interrupted,
    Failed(Failure),
}

impl From<CopyError> for Ended {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Interrupted => Self::Interrupted,
            CopyError::NoNetwork { .. } | CopyError::Credentials(_) => {
                Self::Failed(Failure::CouldNotRun(anyhow!("{error}; {AGAIN}")))
            }
            error => Self::Failed(Failure::CouldNotRun(error.into())),
        }
    }
}

impl From<MirrorError> for Ended {
    fn from(error: MirrorError) -> Self {
        Self::Failed(Failure::CouldNotRun(error.into()))
    }
}
