//! All of a ledger, for other programs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use trailseal_verifier::coverage::{Coverage, Interval};
use trailseal_verifier::verdict::Answer;

use super::history::Row;
use crate::check::report::Acknowledgement;
use crate::ledger::{Entry, HistoryRow, KnownFinding, KnownSource};

/// All that a ledger holds, but for secrets.
#[derive(Debug, Serialize)]
pub(crate) struct LedgerExport<'l> {
    schema: &'static str,
    /// Oldest first.
    journal: Vec<Row>,
    sources: Vec<SourceExport<'l>>,
    findings: Vec<FindingExport<'l>>,
    history: Vec<HistoryRow>,
}

#[derive(Debug, Serialize)]
struct SourceExport<'l> {
    name: &'l str,
    location: &'l str,
    rechecked_until: Option<Timestamp>,
    chains: Vec<ChainExport<'l>>,
}

#[derive(Debug, Serialize)]
struct ChainExport<'l> {
    id: String,
    tip: Option<TipExport>,
    coverage: &'l Coverage,
}

#[derive(Debug, Serialize)]
struct TipExport {
    object: String,
    window: Interval,
    sha256: String,
}

#[derive(Debug, Serialize)]
struct FindingExport<'l> {
    id: &'l str,
    source: &'l str,
    code: &'l str,
    answer: Answer,
    subject: &'l str,
    chain: Option<&'l str>,
    window: Option<Interval>,
    detail: &'l str,
    /// Not told before this time.
    due: Option<Timestamp>,
    first_seen: Timestamp,
    last_seen: Timestamp,
    resolved: Option<Timestamp>,
    acknowledged: Option<&'l Acknowledgement>,
}

impl<'l> LedgerExport<'l> {
    pub(crate) fn of(
        journal: &[Entry],
        sources: &'l BTreeMap<String, KnownSource>,
        findings: &'l [KnownFinding],
        history: Vec<HistoryRow>,
    ) -> Self {
        Self {
            schema: "urn:trailseal:ledger:v1",
            journal: journal.iter().rev().map(Row::from).collect(),
            sources: sources
                .iter()
                .map(|(name, source)| SourceExport::of(name, source))
                .collect(),
            findings: findings.iter().map(FindingExport::of).collect(),
            history,
        }
    }
}

impl<'l> SourceExport<'l> {
    fn of(name: &'l str, source: &'l KnownSource) -> Self {
        let chains = source.chains.iter().map(|(id, chain)| ChainExport {
            id: id.to_string(),
            tip: chain.tip.as_ref().map(|tip| TipExport {
                object: tip.object.to_string(),
                window: tip.window,
                sha256: tip.hash.to_string(),
            }),
            coverage: &chain.coverage,
        });
        Self {
            name,
            location: &source.location,
            rechecked_until: source.mark,
            chains: chains.collect(),
        }
    }
}

impl<'l> FindingExport<'l> {
    fn of(finding: &'l KnownFinding) -> Self {
        Self {
            id: &finding.id,
            source: &finding.source,
            code: &finding.code,
            answer: finding.answer,
            subject: &finding.subject,
            chain: finding.chain.as_deref(),
            window: finding.window,
            detail: &finding.detail,
            due: finding.due,
            first_seen: finding.first_seen,
            last_seen: finding.last_seen,
            resolved: finding.resolved,
            acknowledged: finding.acknowledged.as_ref(),
        }
    }
}
