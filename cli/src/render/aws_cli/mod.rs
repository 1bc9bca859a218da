//! `--format aws-cli`: the text of `aws cloudtrail validate-logs`, so that
//! scripts can swap one for the other.
//!
//! That command checks one trail in one account and one Region; this prints one
//! such run after the other, a blank line between them. It walks from the
//! newest digest to the oldest, and checks come in from the oldest to the
//! newest: so lines wait in a [`Spool`] and are written backwards at the end.
//! Memory holds the tallies of each chain and nothing that grows with it.
//!
//! Errors go to the standard error and everything else to the standard output,
//! as there; into a file go both. What that command has no sentence for is
//! written in lines of the same shape, with the code as the reason: see
//! [`sentence`].
//!
//! Absent on purpose: the faults of that command's walk. Where it stops looking
//! this does not; `test-vectors/divergences.toml` lists every difference.

mod chain;
mod pen;
mod run;
mod sentence;
mod spool;
mod tally;

use std::collections::BTreeMap;
use std::io;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::verdict::{Code, Finding, Subject};
use trailseal_verifier::walk::Sink;

use super::{Conclusion, Renderer};
use crate::output::{Output, tolerate_broken_pipe};
use chain::{Chain, Loose, Place};
use pen::Pen;
use run::Runs;
use sentence::Line;
use spool::Spool;

/// Which lines are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verbosity {
    /// Every digest and log.
    Everything,
    /// Only what is not valid.
    Problems,
}

/// The time that was asked for, as far as it was.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Requested {
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: Option<Timestamp>,
}

/// Collects lines, and writes them from the newest to the oldest.
pub(crate) struct AwsCli {
    output: Output,
    verbosity: Verbosity,
    requested: Requested,
    spool: Spool,
    chains: BTreeMap<String, Chain>,
    /// Lines of no chain, by the place that they are about.
    loose: BTreeMap<Option<Place>, Loose>,
    /// The lines of the latest digest, to which its findings are added.
    latest: Option<Latest>,
    /// The first error of the spool; after it nothing is kept.
    broken: Option<io::Error>,
}

struct Latest {
    chain: String,
    object: ObjectRef,
    lines: String,
}

impl AwsCli {
    pub(crate) fn new(output: Output, verbosity: Verbosity, requested: Requested) -> Self {
        Self {
            output,
            verbosity,
            requested,
            spool: Spool::default(),
            chains: BTreeMap::new(),
            loose: BTreeMap::new(),
            latest: None,
            broken: None,
        }
    }

    /// Adds a line to lines, if it is to be written at all.
    fn add(&self, line: &Line, lines: &mut String) {
        if line.is_problem() || self.verbosity == Verbosity::Everything {
            line.encode(lines);
        }
    }

    /// Puts away the lines of the latest digest.
    fn settle(&mut self) {
        let Some(latest) = self.latest.take() else {
            return;
        };
        if let Some(chain) = self.chains.get_mut(&latest.chain) {
            let kept = self.spool.append(&mut chain.thread, &latest.lines);
            keep(&mut self.broken, kept);
        }
    }

    /// A finding about a chain of which digests were seen.
    fn finding_in(&mut self, name: &str, finding: &Finding) {
        let latest = self
            .latest
            .as_mut()
            .filter(|latest| latest.chain == name && finding.code != Code::TailUncovered);
        let Some(chain) = self.chains.get_mut(name) else {
            return;
        };
        let line = sentence::finding(finding, chain.id.kind);
        chain.digests.count_missing(finding.code);
        if finding
            .interval
            .is_some_and(|interval| chain.begins_after(interval))
        {
            line.encode(&mut chain.before);
        } else if let Some(latest) = latest {
            line.encode(&mut latest.lines);
        } else {
            let mut lines = String::new();
            line.encode(&mut lines);
            let kept = self.spool.append(&mut chain.thread, &lines);
            keep(&mut self.broken, kept);
        }
    }

    fn is_told_already(&self, finding: &Finding) -> bool {
        let code = finding.code.as_str();
        // What lacks its digest is told by the line of that digest.
        finding.code == Code::LogUnvouched
            // Logs that digests name came with their digest.
            || code.starts_with("log-") && finding.chain.is_some()
            || matches!((&finding.object, &self.latest), (Subject::Object(object), Some(latest))
                if code.starts_with("digest-") && *object == latest.object)
    }
}

impl Sink<()> for AwsCli {
    fn digest(&mut self, id: &ChainId, outcome: &DigestOutcome, _: Vec<Option<()>>) {
        self.settle();
        let name = id.to_string();
        let mut lines = String::new();
        let line = sentence::digest(id, outcome);
        self.add(&line, &mut lines);
        let chain = self
            .chains
            .entry(name.clone())
            .or_insert_with(|| Chain::new(id.clone()));
        chain.note(outcome, &line);
        if outcome.fault.is_none() {
            for log in &outcome.logs {
                let line = sentence::log(log);
                if let Some(chain) = self.chains.get_mut(&name) {
                    chain.logs.count(&line);
                }
                self.add(&line, &mut lines);
            }
        }
        self.latest = Some(Latest {
            chain: name,
            object: outcome.object.clone(),
            lines,
        });
    }

    fn finding(&mut self, finding: Finding) {
        if self.is_told_already(&finding) {
            return;
        }
        match &finding.chain {
            Some(name) if self.chains.contains_key(name) => {
                self.finding_in(&name.clone(), &finding);
            }
            _ => {
                let line = sentence::loose(&finding);
                let loose = self.loose.entry(Place::of(&finding)).or_default();
                loose.logs.count(&line);
                let mut lines = String::new();
                line.encode(&mut lines);
                let kept = self.spool.append(&mut loose.thread, &lines);
                keep(&mut self.broken, kept);
            }
        }
    }
}

impl Renderer for AwsCli {
    fn finish(mut self: Box<Self>, conclusion: Conclusion<'_>) -> Result<()> {
        self.settle();
        let Self {
            output,
            requested,
            mut spool,
            chains,
            loose,
            broken,
            ..
        } = *self;
        broken
            .map_or(Ok(()), Err)
            .context("the lines cannot be kept in a temporary file")?;
        let mut pen = Pen::new(output);
        if conclusion.report.interrupted {
            let mut lines = String::new();
            sentence::interrupted().encode(&mut lines);
            tolerate_broken_pipe(pen.lines(&lines))?;
        }
        let runs = Runs::of(chains.into_values(), loose);
        tolerate_broken_pipe(runs.write(&mut pen, &mut spool, requested))?;
        pen.finish()
    }
}

fn keep(broken: &mut Option<io::Error>, result: io::Result<()>) {
    if let (None, Err(error)) = (&broken, result) {
        *broken = Some(error);
    }
}

#[cfg(test)]
mod tests;
