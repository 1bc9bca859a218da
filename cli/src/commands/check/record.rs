//! A check becomes a row of the ledger, all at once.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;
use trailseal_keys::signing::Signer;

use crate::check::assemble::{Assembled, Checked, assemble};
use crate::check::config::Config;
use crate::check::life::Lives;
use crate::check::report::{CheckReport, Life, Run, State, Tool};
use crate::ledger::{Draft, Entry, EntryKind, KnownFinding, Ledger, LedgerError, Writing};

/// What a report says of the check itself.
#[derive(Clone, Copy)]
pub(super) struct Recorded<'c> {
    pub(super) config: &'c Config,
    /// The check before: its row and when it began.
    pub(super) base: Option<(u64, Timestamp)>,
    pub(super) full: bool,
    pub(super) began: Timestamp,
    pub(super) ended: Timestamp,
}

/// Writes everything that a check came to in one transaction.
///
/// # Errors
/// [`LedgerError`]; then nothing is written.
pub(super) fn record(
    ledger: &mut Ledger,
    of: Recorded<'_>,
    checked: &[Checked],
    mut lives: Lives,
    signer: Option<&dyn Signer>,
) -> Result<CheckReport, LedgerError> {
    let writing = ledger.write()?;
    writing.follows(of.base.map(|(number, _)| number))?;
    acknowledge(&writing, &mut lives)?;
    let assembled = assemble(checked, &lives.told, &of.config.policy, of.began);
    for source in checked {
        writing.source(&source.name, &source.known)?;
    }
    let told = lives.told.iter_mut().map(|(finding, _)| finding);
    for finding in told.chain(&mut lives.pending) {
        writing.finding(finding)?;
    }
    for number in &lives.forgotten {
        writing.forget(*number)?;
    }
    for source in checked.iter().filter(|source| source.error.is_none()) {
        let open = |life: &Life| *life != Life::Resolved;
        let of_source = |finding: &KnownFinding| finding.source == source.name;
        let open = lives
            .told
            .iter()
            .filter(|(it, life)| open(life) && of_source(it))
            .count();
        writing.history(&source.history(open as u64, of.began))?;
    }
    let draft = draft(&of, &assembled, checked);
    let entry = writing.finish(draft, signer)?;
    Ok(report(of, assembled, &entry))
}

/// Takes over what was acknowledged while the check ran.
fn acknowledge(writing: &Writing<'_>, lives: &mut Lives) -> Result<(), LedgerError> {
    let now: BTreeMap<Option<i64>, KnownFinding> = writing
        .open_findings()?
        .into_iter()
        .map(|finding| (finding.number, finding))
        .collect();
    for (finding, _) in &mut lives.told {
        if let Some(now) = finding.number.and_then(|number| now.get(&Some(number))) {
            finding.acknowledged.clone_from(&now.acknowledged);
        }
    }
    Ok(())
}

fn word(state: State) -> &'static str {
    match state {
        State::Pass => "pass",
        State::Warn => "warn",
        State::Fail => "fail",
    }
}

fn draft(of: &Recorded<'_>, assembled: &Assembled, checked: &[Checked]) -> Draft {
    let sources: Vec<_> = checked
        .iter()
        .map(|source| {
            json!({
                "name": source.name,
                "error": source.error,
                "digests": source.fresh.digests.total(),
                "logs": source.fresh.logs.total(),
                "again": source.again.digests.total(),
                "days": source.rechecked_days,
            })
        })
        .collect();
    Draft {
        kind: EntryKind::Check,
        began: of.began,
        ended: of.ended,
        state: Some(word(assembled.state).to_owned()),
        outcome: Some(assembled.outcome.to_string()),
        detail: json!({
            "full": of.full,
            "new": assembled.changes.new,
            "resolved": assembled.changes.resolved,
            "open": assembled.changes.new + assembled.changes.still_open,
            "accepted": assembled.changes.accepted,
            "sources": sources,
            "tool": env!("CARGO_PKG_VERSION"),
        }),
    }
}

fn report(of: Recorded<'_>, assembled: Assembled, entry: &Entry) -> CheckReport {
    let Assembled {
        state,
        outcome,
        changes,
        sources,
        findings,
        controls,
    } = assembled;
    CheckReport {
        schema: "urn:trailseal:check:v1",
        tool: Tool {
            name: "trailseal",
            version: env!("CARGO_PKG_VERSION"),
        },
        run: Run {
            number: entry.number,
            hash: entry.hash.to_string(),
            signed_by: entry.signer.clone(),
            began: of.began,
            ended: of.ended,
            previous: of.base.map(|(_, began)| began),
            full: of.full,
        },
        state,
        outcome,
        changes,
        sources,
        findings,
        controls,
    }
}
