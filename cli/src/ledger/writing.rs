//! One transaction.

use std::path::PathBuf;

use rusqlite::Transaction;
use trailseal_keys::signing::Signer;

use super::error::Failure;
use super::finding_row::{self, Which};
use super::history::{self, HistoryRow};
use super::journal::{self, Draft, Entry};
use super::{KnownFinding, KnownSource, LedgerError, chain_row, content};

/// What is written at one time: all of it or nothing.
#[derive(Debug)]
pub(crate) struct Writing<'l> {
    transaction: Transaction<'l>,
    path: PathBuf,
}

impl<'l> Writing<'l> {
    pub(super) fn new(transaction: Transaction<'l>, path: PathBuf) -> Self {
        Self { transaction, path }
    }

    fn error(&self, failure: Failure) -> LedgerError {
        failure.of(&self.path)
    }

    /// Refuses if another check than this one is the newest.
    ///
    /// # Errors
    /// [`LedgerError::Overtaken`]
    pub(crate) fn follows(&self, base: Option<u64>) -> Result<(), LedgerError> {
        let newest = journal::newest_check(&self.transaction).map_err(|it| self.error(it))?;
        if newest.map(|(number, _)| number) != base {
            return Err(LedgerError::Overtaken {
                path: self.path.clone(),
            });
        }
        Ok(())
    }

    /// The findings that are open now: some may have been acknowledged while a
    /// check ran.
    ///
    /// # Errors
    /// [`LedgerError`]
    pub(crate) fn open_findings(&self) -> Result<Vec<KnownFinding>, LedgerError> {
        finding_row::findings(&self.transaction, Which::Open).map_err(|it| self.error(it))
    }

    /// Writes a source with its chains.
    ///
    /// # Errors
    /// [`LedgerError`]
    pub(crate) fn source(&self, name: &str, source: &KnownSource) -> Result<(), LedgerError> {
        chain_row::save(&self.transaction, name, source).map_err(|it| self.error(it))
    }

    /// Writes a finding, and gives it the number of its row.
    ///
    /// # Errors
    /// [`LedgerError`]
    pub(crate) fn finding(&self, finding: &mut KnownFinding) -> Result<(), LedgerError> {
        let number = finding_row::save(&self.transaction, finding).map_err(|it| self.error(it))?;
        finding.number = Some(number);
        Ok(())
    }

    /// Takes a finding out that was never told.
    ///
    /// # Errors
    /// [`LedgerError`]
    pub(crate) fn forget(&self, number: i64) -> Result<(), LedgerError> {
        finding_row::forget(&self.transaction, number).map_err(|it| self.error(it))
    }

    /// Adds to the history.
    ///
    /// # Errors
    /// [`LedgerError`]
    pub(crate) fn history(&self, row: &HistoryRow) -> Result<(), LedgerError> {
        history::save(&self.transaction, row).map_err(|it| self.error(it))
    }

    /// Adds the row that covers all of it, and ends the transaction.
    ///
    /// # Errors
    /// [`LedgerError`]; then nothing is written.
    pub(crate) fn finish(
        self,
        draft: Draft,
        signer: Option<&dyn Signer>,
    ) -> Result<Entry, LedgerError> {
        let Self { transaction, path } = self;
        let done = content::hash(&transaction)
            .map_err(Failure::from)
            .and_then(|content| journal::append(&transaction, draft, content, signer))
            .and_then(|entry| {
                transaction.commit()?;
                Ok(entry)
            });
        done.map_err(|failure| failure.of(&path))
    }
}
