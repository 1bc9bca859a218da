//! Why a ledger cannot be used.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use thiserror::Error;
use trailseal_keys::signing::SignError;

/// Why a ledger cannot be read or written.
#[derive(Debug, Error)]
pub(crate) enum LedgerError {
    /// Something else than trailseal changed it.
    #[error(
        "{path}: was altered since check {number}: {found}; `trailseal ledger verify` tells more. \
         Move it away to begin a new one with a full verification"
    )]
    Altered {
        path: PathBuf,
        number: u64,
        found: String,
    },
    /// Another process writes to it.
    #[error("{path}: another process holds it ({holder}); wait for it to end")]
    Busy { path: PathBuf, holder: String },
    /// There is none.
    #[error("{path}: there is no ledger yet; `trailseal check` makes one")]
    Missing { path: PathBuf },
    /// Another check was recorded in the meantime.
    #[error("{path}: another check was recorded while this one ran; run it again")]
    Overtaken { path: PathBuf },
    /// It is some other file.
    #[error("{path}: is no ledger: {found}")]
    NotALedger { path: PathBuf, found: String },
    /// A newer trailseal made it.
    #[error("{path}: is of version {found}, this trailseal knows up to {known}; use a newer one")]
    Newer {
        path: PathBuf,
        found: i64,
        known: i64,
    },
    /// It cannot be written to.
    #[error("{path}: cannot be written to: {error}; check its permissions and those of its folder")]
    ReadOnly {
        path: PathBuf,
        error: rusqlite::Error,
    },
    /// The disk is full.
    #[error("{path}: the disk is full; nothing was recorded, and nothing is lost")]
    Full { path: PathBuf },
    /// The lock beside it cannot be had.
    #[error("{path}: cannot be locked: {error}")]
    Lock {
        path: PathBuf,
        error: std::io::Error,
    },
    /// Something in it cannot be read.
    #[error("{path}: {what} cannot be read: {found:?}")]
    Odd {
        path: PathBuf,
        what: &'static str,
        found: String,
    },
    /// The row was not signed.
    #[error("the check cannot be signed: {0}")]
    Sign(#[from] SignError),
    /// SQLite says so.
    #[error("{path}: {error}")]
    Sqlite {
        path: PathBuf,
        error: rusqlite::Error,
    },
}

/// A failure within the file, before its path is said.
#[derive(Debug)]
pub(super) enum Failure {
    Odd(&'static str, String),
    Sign(SignError),
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<SignError> for Failure {
    fn from(error: SignError) -> Self {
        Self::Sign(error)
    }
}

impl Failure {
    /// The same, of this file.
    pub(super) fn of(self, path: &Path) -> LedgerError {
        let path = path.to_owned();
        match self {
            Self::Odd(what, found) => LedgerError::Odd { path, what, found },
            Self::Sign(error) => error.into(),
            Self::Sqlite(error) => match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LedgerError::Busy {
                    path,
                    holder: "SQLite does not tell which".to_owned(),
                },
                Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                    LedgerError::ReadOnly { path, error }
                }
                Some(ErrorCode::DiskFull) => LedgerError::Full { path },
                Some(ErrorCode::NotADatabase) => LedgerError::NotALedger {
                    path,
                    found: "it is no file of SQLite".to_owned(),
                },
                _ => LedgerError::Sqlite { path, error },
            },
        }
    }
}
