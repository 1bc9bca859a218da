//! A report from a case: what it states, and what its records say.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;
use std::ops::ControlFlow;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use trailseal_forensics::case::{Case, CaseError};
use trailseal_forensics::provenance::Verdict;
use trailseal_forensics::report::inventory::{Inventory, Lines};
use trailseal_forensics::report::sections::Section;
use trailseal_forensics::report::{Basis, BucketOrigin, Filters, Findings, Input, StatedCase};
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::report::{Report, Scope, Strays, Tally};
use trailseal_verifier::verdict::Answer;

use super::super::evidence::command;
use super::super::lines::Waiting;
use super::super::reading::Asked;
use super::events::{Gathered, Wanted};
use super::exhibits::PutDown;
use super::run::Made;
use super::telling::{Telling, Told};
use crate::exit::Failure;

/// What a case gives for a report.
pub(super) fn made(
    case: &Case,
    asked: &Asked,
    wanted: &Wanted,
    waiting: &Arc<Waiting>,
    lines: File,
    started: jiff::Timestamp,
) -> Result<Made, Failure> {
    let mut gathered = Gathered::new(waiting);
    let wants = &wanted.wants;
    let mut interrupted = false;
    if wants.need_records() {
        let telling = Telling::new(&asked.filter, wanted.filtered, wants, waiting);
        let mut take = |part: Told| gathered.note(part);
        let read = asked.read(started, &telling, &mut take)?;
        interrupted = read.interrupted;
        gathered.undated += read.undated;
        gathered.unread = read.records.unread;
    }
    // What a case holds ready: all of it, whatever narrows the events.
    if wants.has(Section::AntiForensics) {
        gathered.told.hits.clear();
        case.hits(|event, hit| {
            let at = event.provenance().clone();
            gathered.told.note_hits([(hit, at)]);
            ControlFlow::Continue(())
        })
        .map_err(could_not)?;
    }
    if wants.has(Section::Sessions) {
        gathered.told.graph = case.graph().map_err(could_not)?;
    }
    let stated = StatedCase::of(&case.verifications().map_err(could_not)?);
    let report = case.report().map_err(could_not)?;
    let mut report = report.unwrap_or_else(nothing_verified);
    report.interrupted |= interrupted;
    report.outcome = report.outcome.max(stated.outcome());
    Ok(Made {
        basis: Basis::Case(stated),
        report,
        command: command(),
        input: Input {
            path: case.path().display().to_string(),
            bucket: BucketOrigin::Stated,
            warnings: Vec::new(),
        },
        filters: Filters::default(),
        keyring: None,
        put_down: put_down(case, lines).map_err(Failure::CouldNotRun)?,
        gathered,
    })
}

fn could_not(error: CaseError) -> Failure {
    Failure::CouldNotRun(error.into())
}

/// The report of a case of files that nothing vouches for.
fn nothing_verified() -> Report {
    Report {
        outcome: Answer::Unchecked,
        scope: Scope {
            buckets: Vec::new(),
            from: None,
            to: None,
            trails: Vec::new(),
            reconciled: true,
        },
        tally: Tally::default(),
        chains: Vec::new(),
        places: Vec::new(),
        strays: Strays::default(),
        interrupted: false,
    }
}

/// Writes what objects the case knows, and keeps its findings.
fn put_down(case: &Case, lines: File) -> Result<PutDown> {
    let mut inventory = Inventory::default();
    let mut lines = Lines::new(BufWriter::new(lines));
    let mut digests: BTreeSet<ObjectRef> = BTreeSet::new();
    case.logs(|log| {
        if let Verdict::Verified { digest } = log.origin.verdict()
            && !digests.contains(digest)
        {
            digests.insert(digest.clone());
        }
        ControlFlow::Continue(())
    })?;
    for digest in &digests {
        lines.write(&inventory.stated_digest(digest))?;
    }
    let mut broken = None;
    case.logs(
        |log| match lines.write(&inventory.stated_log(&log.origin)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                broken = Some(error);
                ControlFlow::Break(())
            }
        },
    )?;
    let mut findings = Findings::default();
    case.findings(|finding| {
        if let Some(item) = inventory.finding(&finding)
            && let Err(error) = lines.write(&item)
        {
            broken = Some(error);
            return ControlFlow::Break(());
        }
        findings.note(finding);
        ControlFlow::Continue(())
    })?;
    if let Some(error) = broken {
        return Err(anyhow!(error).context("the inventory"));
    }
    let (_, objects) = lines.finish().context("the inventory")?;
    Ok(PutDown {
        objects,
        included: None,
        findings,
    })
}
