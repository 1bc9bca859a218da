//! The evidence of a run: what is read, with which keys, over which range; from
//! what was typed to a verification.
//!
//! Every command that looks at logs takes the same arguments
//! ([`EvidenceArgs`]), which become a [`Plan`]. [`Plan::open`] opens the
//! source, whatever it is, finds the keys, and hands both to the command's
//! [`Work`].

mod args;
mod findings;
#[cfg(feature = "aws")]
mod live;
mod plan;
mod typed;

use std::path::Path;
use std::sync::Arc;

use anyhow::anyhow;
use jiff::Timestamp;
use trailseal_keys::Keyring;
use trailseal_verifier::report::Report;
use trailseal_verifier::source::{Directory, Source};
use trailseal_verifier::walk::{Delivery, Progress, Request, Sink, Survey, Visitor};

pub(super) use args::EvidenceArgs;
#[cfg(feature = "aws")]
pub(super) use args::LiveArgs;
pub(super) use findings::Findings;
#[cfg(feature = "aws")]
pub(super) use live::fetch_keys;
pub(super) use plan::{Between, Place, Plan, Waiting};
#[cfg(feature = "aws")]
pub(super) use typed::{folder, urls};

use super::keys::load;
use crate::exit::Failure;
use crate::interrupt::on_interrupt;
use crate::progress::Meter;
use crate::render::{BucketOrigin, Context, Input};

/// What a command does with evidence, whatever it comes from.
pub(super) trait Work {
    /// What comes of it.
    type Output;

    /// Does it.
    ///
    /// # Errors
    /// If there is no result.
    fn run<S: Source>(self, opened: Opened<'_, S>) -> Result<Self::Output, Failure>;
}

/// Evidence that is open, and the keys for it.
pub(super) struct Opened<'r, S> {
    /// Where objects are read from.
    pub(super) source: &'r S,
    /// What is said of the run.
    pub(super) context: Context,
    survey: Survey<'r, S>,
    progress: Arc<Progress>,
    waiting: Waiting,
}

impl<S: Source> Opened<'_, S> {
    /// What is asked for.
    pub(super) fn request(&self) -> &Request {
        self.survey.request()
    }

    /// What tells how far the verification is, and ends it.
    pub(super) fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    /// Verifies all of it.
    pub(super) fn verify<V: Visitor>(
        self,
        visitor: &V,
        sink: &mut dyn Sink<V::Extract>,
    ) -> (Report, Context) {
        let _meter = match self.waiting {
            Waiting::Watched => Some(Meter::start(Arc::clone(&self.progress))),
            Waiting::Unwatched => None,
        };
        let keyring = &self.context.keyring;
        let report = self.survey.verify(keyring, visitor, sink, &self.progress);
        (report, self.context)
    }
}

/// What a verdict rests on besides the evidence.
pub(super) struct Trusted {
    keyring: Keyring,
    /// When digests were last delivered, by the trail's own account.
    deliveries: Vec<Delivery>,
}

impl From<Keyring> for Trusted {
    fn from(keyring: Keyring) -> Self {
        Self {
            keyring,
            deliveries: Vec::new(),
        }
    }
}

impl Plan {
    /// Opens what is planned, and does the work.
    ///
    /// # Errors
    /// If it cannot be opened, or the work has no result.
    pub(super) fn open<W: Work>(&self, started: Timestamp, work: W) -> Result<W::Output, Failure> {
        match &self.place {
            Place::Copy(path, bucket) => {
                let keyring = load(&self.keys, self.fingerprints)?;
                let source = Directory::open(path, bucket.as_ref())
                    .map_err(|error| Failure::CouldNotRun(error.into()))?;
                let input = input_of(path, &source);
                let trusted = |_: &_, _: &mut _| Ok(keyring.into());
                self.with(&source, input, started, || {}, trusted, work)
            }
            #[cfg(feature = "aws")]
            Place::Live(live) => live.open(self, started, work),
        }
    }

    /// Looks at what there is in an open source, lets `prepare` find the keys
    /// for it, and does the work. `end` makes reads that wait end early.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(super) fn with<'r, S: Source, W: Work>(
        &'r self,
        source: &'r S,
        mut input: Input,
        started: Timestamp,
        end: impl Fn() + Send + 'static,
        prepare: impl FnOnce(&Survey<'r, S>, &mut Input) -> Result<Trusted, Failure>,
        work: W,
    ) -> Result<W::Output, Failure> {
        let progress = Arc::new(Progress::default());
        let stopping = Arc::clone(&progress);
        on_interrupt(move || {
            stopping.stop();
            end();
        })
        .map_err(Failure::CouldNotRun)?;
        let survey = Survey::of(source, &self.request)
            .map_err(|error| Failure::CouldNotRun(anyhow!(error)))?;
        let trusted = prepare(&survey, &mut input)?;
        work.run(Opened {
            source,
            context: Context {
                command: command(),
                started,
                input,
                filters: self.filters.clone(),
                keyring: trusted.keyring,
            },
            survey: survey.delivered(trusted.deliveries),
            progress,
            waiting: self.waiting,
        })
    }
}

/// The command line, as it was typed.
pub(super) fn command() -> Vec<String> {
    std::env::args_os()
        .map(|word| word.to_string_lossy().into_owned())
        .collect()
}

/// What is said of a copy.
pub(super) fn input_of(path: &Path, source: &Directory) -> Input {
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
