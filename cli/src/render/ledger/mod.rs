//! The ledger for people and for other programs.

mod acknowledged;
mod export;
mod history;
mod status;
mod verdict;

pub(crate) use acknowledged::{LedgerAcknowledgement, acknowledgement_text};
pub(crate) use export::LedgerExport;
pub(crate) use history::{LedgerHistory, history_text};
pub(crate) use status::{LedgerStatus, findings_text, status_text};
pub(crate) use verdict::verdict_text;
