//! One check over all sources.

use std::collections::BTreeMap;

use anyhow::anyhow;
use aws_lc_rs::rand;
use jiff::Timestamp;
use trailseal_verifier::verdict::Answer;

use super::args::Args;
use super::key::Signing;
use super::plan::SourcePlan;
use super::record::{Recorded, record};
use super::source::look;
use crate::check::assemble::Checked;
use crate::check::config::{Config, SourceConfig};
use crate::check::expected::expected;
use crate::check::life::{Lives, live};
use crate::check::report::{CheckReport, Level, Life, State};
use crate::check::settle::{Settled, Terms, settle};
use crate::check::unexpected::unexpected;
use crate::exit::{Exit, Failure};
use crate::ledger::{KnownFinding, KnownSource, Ledger, LedgerError, Lock};
use crate::time_arg::present;

/// Checks everything, then records it; `None` if the user ended it, and then
/// nothing is recorded.
///
/// # Errors
/// If the ledger cannot be used, or the configuration is wrong.
pub(super) fn run(
    args: &Args,
    config: &Config,
    now: Timestamp,
) -> Result<Option<(CheckReport, Exit)>, Failure> {
    let could_not = |error: LedgerError| Failure::CouldNotRun(error.into());
    let Signing { signer, keys } = Signing::of(config, &args.passphrase)?;
    let _lock = Lock::take(&config.ledger, now).map_err(could_not)?;
    let mut ledger = Ledger::open(&config.ledger).map_err(could_not)?;
    let unsigned = args.adopt_unsigned && !ledger.is_signed().map_err(could_not)?;
    let trusted = if unsigned { &[][..] } else { &keys };
    ledger.trust(trusted).map_err(could_not)?;

    let base = ledger.newest_check().map_err(could_not)?;
    let mut known = ledger.sources().map_err(could_not)?;
    let open = ledger.open_findings().map_err(could_not)?;
    let mut looked = Vec::new();
    for source in &config.sources {
        let before = match known.remove(&source.name) {
            Some(known) => known,
            None => unknown()?,
        };
        match check(args, config, source, before, &open, now)? {
            Some(done) => looked.push(done),
            None => return Ok(None),
        }
    }
    let ended = match args.at {
        Some(_) => now,
        None => present(),
    };
    let (checked, lives) = conclude(config, looked, &open, now);
    let recorded = Recorded {
        config,
        base,
        full: args.full,
        began: now,
        ended,
    };
    let signer = signer.as_deref();
    let report = record(&mut ledger, recorded, &checked, lives, signer).map_err(could_not)?;
    let exit = exit_of(&report);
    Ok(Some((report, exit)))
}

/// A source of which nothing is known yet.
fn unknown() -> Result<KnownSource, Failure> {
    let mut secret = [0; 32];
    rand::fill(&mut secret)
        .map_err(|_| Failure::CouldNotRun(anyhow!("the system gives no random bytes")))?;
    Ok(KnownSource {
        location: String::new(),
        secret,
        mark: None,
        chains: BTreeMap::new(),
    })
}

/// A source that was looked at, or could not be.
struct Done {
    checked: Checked,
    settled: Option<Settled>,
}

fn check(
    args: &Args,
    config: &Config,
    source: &SourceConfig,
    mut before: KnownSource,
    open: &[KnownFinding],
    now: Timestamp,
) -> Result<Option<Done>, Failure> {
    before.location.clone_from(&source.location);
    let plan = SourcePlan::of(config, source, &before, open, args.full, now);
    let (turns, known_days) = (plan.turns, plan.known_days);
    let mut checked = Checked {
        name: source.name.clone(),
        location: source.location.clone(),
        known: before.clone(),
        error: None,
        fresh: Default::default(),
        again: Default::default(),
        rechecked_days: 0,
        known_days,
    };
    let seen = match look(args, source, &before, plan, now) {
        Ok(Some(seen)) => seen,
        Ok(None) => return Ok(None),
        Err(Failure::CouldNotRun(error)) => {
            checked.error = Some(format!("{error:#}"));
            return Ok(Some(Done {
                checked,
                settled: None,
            }));
        }
        Err(usage) => return Err(usage),
    };
    let terms = Terms {
        source: &source.name,
        policy: &config.policy,
        now,
        is_copy: source.is_copy(),
    };
    let mut settled = settle(before, seen.passes, &seen.tips, terms);
    settled.known.mark = settled.known.mark.max(Some(now));
    checked.known = settled.known.clone();
    checked.fresh = settled.fresh;
    checked.again = settled.again;
    checked.rechecked_days = turns;
    Ok(Some(Done {
        checked,
        settled: Some(settled),
    }))
}

/// What became of what was open, and what is new.
fn conclude(
    config: &Config,
    mut looked: Vec<Done>,
    open: &[KnownFinding],
    now: Timestamp,
) -> (Vec<Checked>, Lives) {
    expect(config, &mut looked, open);
    for done in &mut looked {
        compare(config, done, open);
    }
    let mut all = Lives::default();
    let mut checked = Vec::new();
    for Done {
        checked: source,
        settled,
    } in looked
    {
        let own = open
            .iter()
            .filter(|finding| finding.source == source.name)
            .cloned();
        match settled {
            Some(settled) => {
                let lives = live(own.collect(), &settled, &source.name, now);
                all.told.extend(lives.told);
                all.pending.extend(lives.pending);
                all.forgotten.extend(lives.forgotten);
            }
            // Of what could not be read nothing changes.
            None => {
                let (pending, told): (Vec<_>, Vec<_>) =
                    own.partition(|finding| finding.due.is_some());
                all.pending.extend(pending);
                all.told
                    .extend(told.into_iter().map(|finding| (finding, Life::Open)));
            }
        }
        checked.push(source);
    }
    (checked, all)
}

/// Adds the accounts and Regions that the policy expects and that have no digests.
/// They are said of the first source.
fn expect(config: &Config, looked: &mut [Done], open: &[KnownFinding]) {
    let known: Vec<&KnownSource> = looked.iter().map(|done| &done.checked.known).collect();
    let missing = expected(&config.policy, &known);
    let blind = looked.iter().any(|done| done.settled.is_none());
    let Some(Done {
        checked,
        settled: Some(settled),
    }) = looked.first_mut()
    else {
        return;
    };
    for observed in missing {
        let id = observed.id(&checked.name);
        // Perhaps they are in a source that could not be read.
        if !blind || open.iter().any(|finding| finding.id == id) {
            settled.observed.entry(id).or_insert(observed);
        }
    }
}

/// Adds the accounts and Regions that a source has and that the policy does not
/// expect.
fn compare(config: &Config, done: &mut Done, open: &[KnownFinding]) {
    let Done {
        checked,
        settled: Some(settled),
    } = done
    else {
        return;
    };
    let own = open.iter().filter(|finding| finding.source == checked.name);
    for observed in unexpected(&config.policy, settled, own) {
        let id = observed.id(&checked.name);
        settled.observed.entry(id).or_insert(observed);
    }
}

/// What the caller of the process learns.
fn exit_of(report: &CheckReport) -> Exit {
    let unread = report
        .sources
        .iter()
        .filter(|source| source.error.is_some())
        .count();
    let failed = report.findings.iter().any(|finding| {
        finding.life != Life::Resolved
            && finding.level == Level::Fail
            && finding.answer == Answer::Failed
    });
    if unread == report.sources.len() {
        Exit::CouldNotRun
    } else if failed {
        Exit::Failed
    } else if report.state == State::Pass {
        Exit::Success
    } else {
        Exit::Unchecked
    }
}
