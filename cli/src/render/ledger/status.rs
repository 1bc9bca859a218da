//! How each chain stands.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use trailseal_verifier::coverage::State;

use super::super::check::finding_text;
use super::super::page::{Colour, Page};
use super::super::text::{count, counted, duration, time};
use crate::check::report::LivingFinding;
use crate::escape::Printable;
use crate::ledger::{Entry, KnownFinding, KnownSource};

/// What a ledger knows after its newest row.
#[derive(Debug, Serialize)]
pub(crate) struct LedgerStatus {
    row: Option<u64>,
    at: Option<Timestamp>,
    hash: Option<String>,
    open_findings: u64,
    chains: Vec<StatusRow>,
}

#[derive(Debug, Serialize)]
struct StatusRow {
    source: String,
    chain: String,
    /// The end of the newest verified digest.
    tip: Option<Timestamp>,
    age_seconds: Option<i64>,
    proved_seconds: i64,
    failed_seconds: i64,
    unproved_seconds: i64,
    /// Since when there is anything.
    from: Option<Timestamp>,
}

impl LedgerStatus {
    pub(crate) fn of(
        sources: &BTreeMap<String, KnownSource>,
        open: &[KnownFinding],
        newest: Option<&Entry>,
        now: Timestamp,
    ) -> Self {
        let mut chains = Vec::new();
        for (name, source) in sources {
            for (id, chain) in &source.chains {
                let seconds = |state| chain.coverage.total(state).as_secs();
                let tip = chain.tip.as_ref().map(|tip| tip.window.end);
                chains.push(StatusRow {
                    source: name.clone(),
                    chain: id.to_string(),
                    tip,
                    age_seconds: tip.map(|tip| now.duration_since(tip).as_secs()),
                    proved_seconds: seconds(State::Proved),
                    failed_seconds: seconds(State::Failed),
                    unproved_seconds: seconds(State::Unchecked) + seconds(State::Uncovered),
                    from: chain.coverage.start(),
                });
            }
        }
        Self {
            row: newest.map(|newest| newest.number),
            at: newest.map(|newest| newest.began),
            hash: newest.map(|newest| newest.hash.to_string()),
            open_findings: open.iter().filter(|finding| finding.due.is_none()).count() as u64,
            chains,
        }
    }
}

/// The status, for people.
pub(crate) fn status_text(status: &LedgerStatus, colour: Colour) -> String {
    let mut page = Page::new(colour);
    let newest = match (status.row, status.at, &status.hash) {
        (Some(row), Some(at), Some(hash)) => format!("row {row} of {}, hash {hash}", time(at)),
        _ => "no check yet".to_owned(),
    };
    page.beside(0, ("LEDGER", None), 11, &newest);
    let open = counted(status.open_findings, "finding");
    page.beside(
        0,
        ("OPEN", None),
        11,
        &format!("{open}; `trailseal ledger findings` lists them"),
    );
    page.heading("CHAINS", &count(status.chains.len() as u64));
    page.line(
        "  SINCE                 TIP                   AGE         PROVED      NOT PROVED  CHAIN",
    );
    for row in &status.chains {
        let at = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), time);
        let length = |seconds: i64| match seconds {
            0 => "-".to_owned(),
            _ => duration(SignedDuration::from_secs(seconds)),
        };
        page.line(&format!(
            "  {:20}  {:20}  {:11} {:10}  {:10}",
            at(row.from),
            at(row.tip),
            row.age_seconds.map_or_else(|| "-".to_owned(), length),
            length(row.proved_seconds),
            length(row.failed_seconds + row.unproved_seconds),
        ));
        let name = format!("{}: {}", row.source, row.chain);
        page.paragraph(6, &Printable(name).to_string());
    }
    page.into_text()
}

/// Findings, for people.
pub(crate) fn findings_text(findings: &[LivingFinding], now: Timestamp, colour: Colour) -> String {
    let mut page = Page::new(colour);
    page.heading("FINDINGS", &count(findings.len() as u64));
    for finding in findings {
        finding_text(&mut page, finding, now);
    }
    page.into_text()
}
