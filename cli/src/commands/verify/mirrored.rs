//! A mirror that this process has just made.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use trailseal_aws::Connection;
use trailseal_keys::{Keyring, Region};
use trailseal_verifier::source::Directory;
use trailseal_verifier::walk::Survey;

use super::super::ColourArg;
use super::super::connect::ConnectionArgs;
use super::super::evidence::{Between, EvidenceArgs, LiveArgs, Place, Plan, fetch_keys, input_of};
use super::super::keys::load;
use super::super::scope::ScopeArgs;
use super::args::FormatArg;
use super::format::Form;
use super::{Reporting, Verdict};
use crate::exit::{Exit, Failure};
use crate::render::Input;
use crate::time_arg::TimeArg;

/// What was asked for together with the copy.
pub(in super::super) struct Asked {
    pub(in super::super) folder: PathBuf,
    pub(in super::super) keys: Vec<PathBuf>,
    pub(in super::super) accept_wrong_fingerprints: bool,
    pub(in super::super) from: Option<TimeArg>,
    pub(in super::super) to: Option<TimeArg>,
    pub(in super::super) scope: ScopeArgs,
    pub(in super::super) no_reconcile: bool,
    pub(in super::super) format: FormatArg,
    pub(in super::super) output: Option<PathBuf>,
    pub(in super::super) color: ColourArg,
    pub(in super::super) connection: ConnectionArgs,
}

/// The verification of a mirror, decided before the mirror is made.
pub(in super::super) struct Mirrored {
    plan: Plan,
    form: Form,
    keyring: Option<Keyring>,
}

impl Mirrored {
    /// What was asked for, as a verification. A mirror of a live bucket is
    /// expected to go on until now.
    ///
    /// # Errors
    /// If the arguments contradict each other, or the keys cannot be read.
    pub(in super::super) fn of(asked: Asked, started: Timestamp) -> Result<Self, Failure> {
        let place = Place::Copy(asked.folder.clone(), None);
        let evidence = EvidenceArgs {
            paths: vec![asked.folder],
            keys: asked.keys,
            scope: asked.scope,
            trail: Vec::new(),
            bucket: None,
            no_reconcile: asked.no_reconcile,
            accept_wrong_fingerprints: asked.accept_wrong_fingerprints,
            jobs: None,
            live: LiveArgs {
                trail_arn: None,
                concurrency: 1,
                connection: asked.connection,
            },
        };
        let between = Between {
            from: asked.from,
            to: asked.to.or(Some(TimeArg::Age(SignedDuration::ZERO))),
        };
        let form = Form::new(asked.format, asked.output, asked.color);
        let plan = Plan::over(place, evidence, between, || started)?;
        let keyring = match plan.keys.as_slice() {
            [] => None,
            files => Some(load(files, plan.fingerprints)?),
        };
        Ok(Self {
            plan,
            form,
            keyring,
        })
    }

    /// Verifies what lies on the disk. Keys that were not given are fetched.
    ///
    /// # Errors
    /// If there is no result.
    pub(in super::super) fn verify(
        &self,
        folder: &Path,
        connection: &Connection,
        started: Timestamp,
    ) -> Result<(Verdict, Exit), Failure> {
        let reporting = Reporting::open(&self.form, &self.plan)?;
        let source =
            Directory::open(folder, None).map_err(|error| Failure::CouldNotRun(error.into()))?;
        let input = input_of(folder, &source);
        let prepare = |survey: &Survey<'_, Directory>, input: &mut Input| {
            let keyring = match &self.keyring {
                Some(keyring) => keyring.clone(),
                None => {
                    let regions: Vec<Region> = survey.regions().into_iter().collect();
                    let from = self.plan.request.from;
                    fetch_keys(connection, &regions, from, started, &mut input.warnings)?
                }
            };
            Ok(keyring.into())
        };
        let plan = &self.plan;
        plan.with(&source, input, started, || {}, prepare, reporting)
    }
}
