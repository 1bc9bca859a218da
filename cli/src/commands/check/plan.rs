//! What a check is going to do.

use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;

use super::args::Args;
use super::bundles;
use crate::check::config::{Config, ExpectedAccounts, SourceConfig};
use crate::check::life::units_of;
use crate::check::pass::Scope;
use crate::check::turns::{Turns, Unit, units};
use crate::exit::Failure;
use crate::ledger::{KnownFinding, KnownSource, Ledger, LedgerError};
use crate::render::check::{Planned, Plans, dry_run_text};

/// Days of open findings that one check looks at again.
const OPEN_UNITS: usize = 32;

/// The passes over one source.
#[derive(Clone, Debug)]
pub(super) struct SourcePlan {
    pub(super) scope: Scope,
    /// Days whose turn it is, and days of open findings.
    pub(super) units: BTreeSet<Unit>,
    /// How many of them have their turn.
    pub(super) turns: u64,
    /// How many there are.
    pub(super) known_days: u64,
}

impl SourcePlan {
    /// What a check does with a source of which this is known.
    pub(super) fn of(
        config: &Config,
        source: &SourceConfig,
        known: &KnownSource,
        open: &[KnownFinding],
        full: bool,
        now: Timestamp,
    ) -> Self {
        let start = source.start(now);
        let all = units(known, start, now);
        let known_days = all.len() as u64;
        if full || known.chains.is_empty() {
            return Self {
                scope: Scope::Everything(start),
                units: BTreeSet::new(),
                turns: known_days,
                known_days,
            };
        }
        let mark = known.mark.unwrap_or(now);
        let mut due = Turns::each(config.recheck_days).due(&known.secret, &all, mark, now);
        let turns = due.len() as u64;
        let of_source = open.iter().filter(|finding| finding.source == source.name);
        let opened = units_of(of_source, now);
        due.extend(some(opened.into_keys().collect(), now));
        Self {
            scope: Scope::Fresh(known.since()),
            units: due,
            turns,
            known_days,
        }
    }
}

/// As many as one check looks at, others in each check.
fn some(mut units: Vec<Unit>, now: Timestamp) -> Vec<Unit> {
    if units.len() > OPEN_UNITS {
        let rank = |unit: &Unit| {
            let text = format!("{}|{}|{now}", unit.account, unit.day);
            digest(&SHA256, text.as_bytes()).as_ref().to_vec()
        };
        units.sort_by_cached_key(rank);
        units.truncate(OPEN_UNITS);
    }
    units
}

/// What a check would do, in words.
///
/// # Errors
/// If the ledger is there and cannot be read.
pub(super) fn dry_run(args: &Args, config: &Config, now: Timestamp) -> Result<String, Failure> {
    let ledger = match Ledger::read(&config.ledger) {
        Ok(ledger) => Some(ledger),
        Err(LedgerError::Missing { .. }) => None,
        Err(error) => return Err(Failure::CouldNotRun(error.into())),
    };
    let could_not = |error: LedgerError| Failure::CouldNotRun(error.into());
    let (sources, open, last) = match &ledger {
        Some(ledger) => (
            ledger.sources().map_err(could_not)?,
            ledger.open_findings().map_err(could_not)?,
            ledger.newest_check().map_err(could_not)?,
        ),
        None => Default::default(),
    };
    let bundles = match &config.evidence {
        Some(terms) => bundles::due(config, terms, now).map_err(could_not)?,
        None => Vec::new(),
    };
    let planned = config.sources.iter().map(|source| {
        let own = bundles.iter().filter(|due| due.source.name == source.name);
        let known = sources.get(&source.name);
        let plan = known.map(|known| SourcePlan::of(config, source, known, &open, args.full, now));
        Planned {
            name: source.name.clone(),
            location: source.location.clone(),
            chains: known.map_or(0, |known| known.chains.len() as u64),
            since: plan.as_ref().and_then(|plan| match &plan.scope {
                Scope::Fresh(since) => since.values().min().copied(),
                Scope::Day(..) | Scope::Everything(_) => None,
            }),
            turns: plan.as_ref().map_or(0, |plan| plan.turns),
            again: plan.as_ref().map_or(0, |plan| plan.units.len() as u64),
            known_days: plan.as_ref().map_or(0, |plan| plan.known_days),
            bundles: own.map(|due| due.out.clone()).collect(),
        }
    });
    let planned: Vec<Planned> = planned.collect();
    let plans = Plans {
        ledger: &config.ledger,
        last: last.map(|(_, at)| at),
        accounts: match &config.policy.accounts {
            ExpectedAccounts::Listed(_) => None,
            #[cfg(feature = "aws")]
            ExpectedAccounts::Organization => {
                Some("AWS Organizations is asked which are expected (organizations:ListAccounts)")
            }
        },
    };
    Ok(dry_run_text(&planned, plans))
}
