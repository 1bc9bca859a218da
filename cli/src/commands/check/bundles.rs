//! Bundles of evidence of the periods that are over.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use anyhow::anyhow;
use jiff::{SignedDuration, Timestamp};
use trailseal_forensics::report::control::Framework;
use trailseal_verifier::verdict::Answer;

use super::super::report::Order;
use super::args::Args;
use super::source::evidence;
use crate::check::config::{Config, EvidenceConfig, SourceConfig};
use crate::check::period::Period;
use crate::escape::Printable;
use crate::exit::Failure;
use crate::ledger::{Ledger, LedgerError};
use crate::render::ledger::LedgerExport;
use crate::render::visible_json;

/// The ledger's place in a bundle.
const LEDGER: &str = "data/ledger.json";

/// A bundle that is due.
#[derive(Debug)]
pub(super) struct Due<'c> {
    pub(super) source: &'c SourceConfig,
    period: Period,
    /// Where it is going to be.
    pub(super) out: PathBuf,
}

impl fmt::Display for Due<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source.name, self.period)
    }
}

/// The bundles that are due, oldest first for each source: of the periods that are
/// over since the first check, and of which none is there.
///
/// # Errors
/// If the ledger cannot be read.
pub(super) fn due<'c>(
    config: &'c Config,
    evidence: &EvidenceConfig,
    now: Timestamp,
) -> Result<Vec<Due<'c>>, LedgerError> {
    let ledger = match Ledger::read(&config.ledger) {
        Err(LedgerError::Missing { .. }) => return Ok(Vec::new()),
        ledger => ledger?,
    };
    let Some(since) = ledger.first_check()? else {
        return Ok(Vec::new());
    };
    let mut due = Vec::new();
    for source in &config.sources {
        let kept = source.start(now);
        for period in evidence.every.over(since, evidence.wait, now) {
            if kept.is_some_and(|kept| kept >= period.end()) {
                continue;
            }
            let out = evidence.folder.join(format!("{}-{period}", source.name));
            if fs::symlink_metadata(&out).is_err() {
                due.push(Due {
                    source,
                    period,
                    out,
                });
            }
        }
    }
    Ok(due)
}

/// Makes a bundle.
///
/// # Errors
/// If there is none.
pub(super) fn make(
    args: &Args,
    config: &Config,
    terms: &EvidenceConfig,
    due: &Due<'_>,
    now: Timestamp,
) -> Result<Answer, Failure> {
    let could_not = |error: LedgerError| Failure::CouldNotRun(error.into());
    fs::create_dir_all(&terms.folder).map_err(|error| {
        let folder = terms.folder.display();
        Failure::CouldNotRun(anyhow!("{}: {error}", Printable(folder)))
    })?;
    let key = config.signing_key.as_deref().unwrap_or_default();
    let controls = config.policy.controls.iter();
    let controls = controls.filter_map(|name| Framework::named(name).ok());
    let ledger = Ledger::read(&config.ledger).map_err(could_not)?;
    let order = Order {
        evidence: evidence(args, due.source)?,
        from: due
            .period
            .start()
            .max(due.source.start(now).unwrap_or(Timestamp::MIN)),
        to: due.period.end(),
        include: terms.include(),
        controls: controls.collect(),
        organization: terms.organization.clone(),
        purpose: terms.purpose.clone(),
        signing_key: key
            .parse()
            .map_err(|error| Failure::Usage(anyhow!("signing_key: {error}")))?,
        passphrase: args.passphrase.clone(),
        enclosed: (LEDGER, enclosed(&ledger, due)?),
    };
    order.make(&due.out, now)
}

/// What the ledger holds of the period: when was checked, and what was found and is
/// not older.
fn enclosed(ledger: &Ledger, due: &Due<'_>) -> Result<Vec<u8>, Failure> {
    /// Checks and acknowledgements of so long after a period belong to it.
    const AFTER: SignedDuration = SignedDuration::from_hours(31 * 24);

    let could_not = |error: LedgerError| Failure::CouldNotRun(error.into());
    let (start, end) = (due.period.start(), due.period.end());
    let until = end.saturating_add(AFTER).unwrap_or(Timestamp::MAX);
    let within = |at: Timestamp| start <= at && at < until;
    let name = &due.source.name;
    let mut journal = ledger.journal(usize::MAX).map_err(could_not)?;
    journal.retain(|entry| within(entry.began));
    let mut sources = ledger.sources().map_err(could_not)?;
    sources.retain(|source, _| source == name);
    let mut findings = ledger.all_findings().map_err(could_not)?;
    findings.retain(|finding| {
        finding.source == *name
            && finding.first_seen < until
            && finding.resolved.is_none_or(|resolved| resolved >= start)
    });
    let mut history = ledger.history(usize::MAX).map_err(could_not)?;
    history.retain(|row| row.source == *name && within(row.at));
    let export = LedgerExport::of(&journal, &sources, &findings, history);
    let text = visible_json::document(&export).map_err(Failure::CouldNotRun)?;
    Ok(text.into_bytes())
}
