//! The ledger of scheduled checks: one file of SQLite.
//!
//! What checks need to know of the ones before: the newest digest of each chain,
//! which time is proved, what was found and what became of it. Its tables are
//! described in `schema.sql`.
//!
//! A check computes everything first, then writes all of it in one transaction
//! ([`Writing`]): whatever ends the process, there is the ledger before or the
//! ledger after. Each writing adds a row to the journal, whose hash covers the
//! row before and everything else in the file, and is signed if there is a key.
//! [`Ledger::verify`] notices a change that was made in any other way, but not
//! that the file was replaced by an older copy of itself, nor, without
//! signatures, that somebody computed all hashes anew.

mod chain_row;
mod content;
mod error;
mod file;
mod finding_row;
mod history;
mod journal;
mod lock;
mod open;
mod state;
mod verify;
mod writing;

pub(crate) use error::LedgerError;
pub(crate) use history::HistoryRow;
pub(crate) use journal::{Draft, Entry, EntryKind};
pub(crate) use lock::Lock;
pub(crate) use open::Ledger;
pub(crate) use state::{ChainState, KnownFinding, KnownSource, Tip};
pub(crate) use verify::LedgerVerdict;
pub(crate) use writing::Writing;
