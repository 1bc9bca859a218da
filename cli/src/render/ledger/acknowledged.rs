//! What an acknowledgement left in the ledger.

use serde::Serialize;

use super::super::page::Colour;
use super::super::text::counted;
use crate::check::report::Acknowledgement;
use crate::ledger::Entry;

/// An acknowledgement, and its row of the journal.
#[derive(Debug, Serialize)]
pub(crate) struct LedgerAcknowledgement {
    row: u64,
    hash: String,
    signed_by: Option<String>,
    /// The ids of the findings.
    findings: Vec<String>,
    #[serde(flatten)]
    acknowledgement: Acknowledgement,
}

impl LedgerAcknowledgement {
    pub(crate) fn of(
        entry: &Entry,
        findings: Vec<String>,
        acknowledgement: Acknowledgement,
    ) -> Self {
        Self {
            row: entry.number,
            hash: entry.hash.to_string(),
            signed_by: entry.signer.clone(),
            findings,
            acknowledgement,
        }
    }
}

/// The acknowledgement, for people.
pub(crate) fn acknowledgement_text(made: &LedgerAcknowledgement, _: Colour) -> String {
    let findings = counted(made.findings.len() as u64, "finding");
    format!(
        "{findings} acknowledged: row {} of the ledger\nhash {}\n",
        made.row, made.hash
    )
}
