//! An open ledger.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};
use trailseal_keys::signing::EvidenceKey;

use super::error::Failure;
use super::file::{self, Access};
use super::finding_row::{self, Which};
use super::history::{self, HistoryRow};
use super::journal::{self, Entry};
use super::verify::{self, LedgerVerdict};
use super::writing::Writing;
use super::{KnownFinding, KnownSource, LedgerError, content};

/// An open ledger.
#[derive(Debug)]
pub(crate) struct Ledger {
    db: Connection,
    path: PathBuf,
}

impl Ledger {
    /// Opens a ledger to write to it; it is made if it is not there.
    ///
    /// # Errors
    /// [`LedgerError`]; that it cannot be written to is found out here.
    pub(crate) fn open(path: &Path) -> Result<Self, LedgerError> {
        let ledger = Self {
            db: file::open(path, Access::Write)?,
            path: path.to_owned(),
        };
        let writable = ledger.db.execute_batch(
            "BEGIN IMMEDIATE; UPDATE journal SET number = number WHERE number < 0; ROLLBACK",
        );
        writable.map_err(|error| ledger.error(error.into()))?;
        Ok(ledger)
    }

    /// Opens a ledger that is there, only to read it.
    ///
    /// # Errors
    /// [`LedgerError`]
    pub(crate) fn read(path: &Path) -> Result<Self, LedgerError> {
        Ok(Self {
            db: file::open(path, Access::Read)?,
            path: path.to_owned(),
        })
    }

    fn error(&self, failure: Failure) -> LedgerError {
        failure.of(&self.path)
    }

    /// Refuses a ledger that something else changed since its newest row, or
    /// whose newest row none of these keys signed, if there are any.
    ///
    /// # Errors
    /// [`LedgerError::Altered`]
    pub(crate) fn trust(&self, keys: &[EvidenceKey]) -> Result<(), LedgerError> {
        let found = self.altered(keys).map_err(|failure| self.error(failure))?;
        match found {
            None => Ok(()),
            Some((number, found)) => Err(LedgerError::Altered {
                path: self.path.clone(),
                number,
                found,
            }),
        }
    }

    fn altered(&self, keys: &[EvidenceKey]) -> Result<Option<(u64, String)>, Failure> {
        let content = content::hash(&self.db)?;
        let Some(entry) = journal::newest(&self.db)? else {
            let none = finding_row::findings(&self.db, Which::All)?.is_empty()
                && super::chain_row::sources(&self.db)?.is_empty();
            return Ok((!none).then(|| (0, "its journal is empty".to_owned())));
        };
        let found = if entry.computed() != entry.hash {
            Some("the newest row of its journal".to_owned())
        } else if content != entry.content {
            Some("what it states, outside its journal".to_owned())
        } else {
            let fault = || verify::signature_fault(&entry, keys);
            let fault = if keys.is_empty() { None } else { fault() };
            fault.map(|fault| format!("the newest row of its journal {fault}"))
        };
        Ok(found.map(|found| (entry.number, found)))
    }

    /// Whether any row of the journal is signed.
    ///
    /// # Errors
    /// [`LedgerError`]
    pub(crate) fn is_signed(&self) -> Result<bool, LedgerError> {
        let newest = journal::newest(&self.db).map_err(|failure| self.error(failure))?;
        Ok(newest.is_some_and(|newest| newest.signer.is_some()))
    }

    /// Every source, by name.
    ///
    /// # Errors
    /// [`LedgerError`]
    pub(crate) fn sources(&self) -> Result<BTreeMap<String, KnownSource>, LedgerError> {
        super::chain_row::sources(&self.db).map_err(|failure| self.error(failure))
    }

    /// The findings that are open.
    ///
    /// # Errors
    /// [`LedgerError`]
    pub(crate) fn open_findings(&self) -> Result<Vec<KnownFinding>, LedgerError> {
        self.findings(Which::Open)
    }

    /// All findings there ever were.
    ///
    /// # Errors
    /// [`LedgerError`]
    pub(crate) fn all_findings(&self) -> Result<Vec<KnownFinding>, LedgerError> {
        self.findings(Which::All)
    }

    fn findings(&self, which: Which) -> Result<Vec<KnownFinding>, LedgerError> {
        finding_row::findings(&self.db, which).map_err(|failure| self.error(failure))
    }

    /// The number and the start of the newest check, if there was one.
    ///
    /// # Errors
    /// [`LedgerError`]
    pub(crate) fn newest_check(&self) -> Result<Option<(u64, Timestamp)>, LedgerError> {
        journal::newest_check(&self.db).map_err(|failure| self.error(failure))
    }

    /// The newest rows of the journal, newest first.
    ///
    /// # Errors
    /// [`LedgerError`]
    pub(crate) fn journal(&self, most: usize) -> Result<Vec<Entry>, LedgerError> {
        journal::latest(&self.db, most).map_err(|failure| self.error(failure))
    }

    /// How much was covered, newest first.
    ///
    /// # Errors
    /// [`LedgerError`]
    pub(crate) fn history(&self, most: usize) -> Result<Vec<HistoryRow>, LedgerError> {
        history::newest(&self.db, most).map_err(|failure| self.error(failure))
    }

    /// Checks every row of the journal, and the tables against the newest.
    ///
    /// # Errors
    /// [`LedgerError`] if it cannot be read.
    pub(crate) fn verify(&self, keys: &[EvidenceKey]) -> Result<LedgerVerdict, LedgerError> {
        verify::verify(&self.db, keys).map_err(|failure| self.error(failure))
    }

    /// Begins to write. Nobody else can until it ends.
    ///
    /// # Errors
    /// [`LedgerError`]
    pub(crate) fn write(&mut self) -> Result<Writing<'_>, LedgerError> {
        let path = self.path.clone();
        let begun = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate);
        match begun {
            Ok(transaction) => Ok(Writing::new(transaction, path)),
            Err(error) => Err(Failure::from(error).of(&path)),
        }
    }
}
