//! One check over all sources.

use std::collections::BTreeMap;

use anyhow::anyhow;
use aws_lc_rs::rand;
use jiff::Timestamp;
use trailseal_verifier::verdict::Answer;

use super::args::Args;
use super::key::Signing;
use super::organization::accounts;
use super::plan::SourcePlan;
use super::record::{Recorded, record};
use super::source::look;
use crate::check::accounts::Accounts;
use crate::check::assemble::Checked;
use crate::check::config::{Config, SourceConfig};
use crate::check::report::{CheckReport, Level, Life, State};
use crate::check::settle::{Settled, Terms, settle};
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
    let checking = Checking {
        args,
        config,
        accounts: accounts(args, config)?,
        open: ledger.open_findings().map_err(could_not)?,
        now,
    };
    let mut looked = Vec::new();
    for source in &config.sources {
        let before = match known.remove(&source.name) {
            Some(known) => known,
            None => unknown()?,
        };
        match checking.source(source, before)? {
            Some(done) => looked.push(done),
            None => return Ok(None),
        }
    }
    let ended = match args.at {
        Some(_) => now,
        None => present(),
    };
    let (checked, lives) = checking.conclude(looked);
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
pub(super) struct Done {
    pub(super) checked: Checked,
    pub(super) settled: Option<Settled>,
}

/// What every source is checked with.
pub(super) struct Checking<'c> {
    args: &'c Args,
    pub(super) config: &'c Config,
    pub(super) accounts: Accounts,
    /// What was open before.
    pub(super) open: Vec<KnownFinding>,
    pub(super) now: Timestamp,
}

impl Checking<'_> {
    /// Looks at one source; `None` if the user ended it.
    fn source(
        &self,
        source: &SourceConfig,
        mut before: KnownSource,
    ) -> Result<Option<Done>, Failure> {
        let Self {
            args,
            config,
            accounts,
            open,
            now,
        } = self;
        before.location.clone_from(&source.location);
        let plan = SourcePlan::of(config, source, &before, open, args.full, *now);
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
        let seen = match look(args, source, &before, plan, *now) {
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
            accounts,
            now: *now,
            is_copy: source.is_copy(),
        };
        let mut settled = settle(before, seen.passes, &seen.tips, terms);
        settled.known.mark = settled.known.mark.max(Some(*now));
        checked.known = settled.known.clone();
        checked.fresh = settled.fresh;
        checked.again = settled.again;
        checked.rechecked_days = turns;
        Ok(Some(Done {
            checked,
            settled: Some(settled),
        }))
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
