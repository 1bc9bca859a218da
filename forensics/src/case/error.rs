//! Why a case could not be built or read.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why a case could not be built or read. Each names the file and the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaseError {
    /// There is something where a new case was to be made.
    #[error("{path}: is there already; add to it, or name another file", path = path.display())]
    AlreadyThere {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be opened, read or written.
    #[error("{path}: {error}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// Another file, be it one of SQLite.
    #[error("{path}: is no case of trailseal: {found}", path = path.display())]
    NotACase {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: &'static str,
    },
    /// Its building was ended before it was complete.
    #[error("{path}: was never finished; build it again", path = path.display())]
    NotFinished {
        /// The file.
        path: PathBuf,
    },
    /// Made by another version of this program.
    #[error(
        "{path}: is a case of version {found}, this program reads version {expected}; \
         build it again, or use the trailseal that made it",
        path = path.display()
    )]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The version that this program knows.
        expected: i64,
    },
    /// It holds what no building of a case writes: damaged, or changed.
    #[error("{path}: the case is damaged or was changed: {found}; build it again", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong. May quote untrusted text: escape it for where it lands.
        found: String,
    },
    /// Somebody else writes to it.
    #[error("{path}: another program is writing to it; try again when it is done", path = path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// It was stopped, by [`Cancel`](super::Cancel).
    #[error("{path}: stopped", path = path.display())]
    Stopped {
        /// The file.
        path: PathBuf,
    },
    /// SQL that is refused, or wrong.
    #[error("the SQL is refused: {found}")]
    Sql {
        /// Why. May quote the SQL.
        found: String,
    },
    /// The database failed in another way.
    #[error("{path}: {error}", path = path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// How.
        #[source]
        error: rusqlite::Error,
    },
}

/// Why something failed, before it is said of which file.
#[derive(Debug)]
pub(super) enum Failure {
    /// The database says so.
    Sqlite(rusqlite::Error),
    /// What was read is not what a case holds.
    Odd(String),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<&str> for Failure {
    fn from(found: &str) -> Self {
        Self::Odd(found.to_owned())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Odd(error.to_string())
    }
}

impl Failure {
    /// The failure of this case.
    pub(super) fn of(self, path: &Path) -> CaseError {
        let path = path.to_owned();
        let error = match self {
            Self::Odd(found) => return CaseError::Damaged { path, found },
            Self::Sqlite(error) => error,
        };
        let (rusqlite::Error::SqliteFailure(..) | rusqlite::Error::SqlInputError { .. }) = &error
        else {
            // A value of another type than that of its column.
            let found = error.to_string();
            return CaseError::Damaged { path, found };
        };
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => CaseError::NotACase {
                path,
                found: "it is no database of SQLite",
            },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => CaseError::Busy { path },
            Some(ErrorCode::OperationInterrupted) => CaseError::Stopped { path },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::TooBig | ErrorCode::TypeMismatch) => {
                let found = error.to_string();
                CaseError::Damaged { path, found }
            }
            _ => CaseError::Sqlite { path, error },
        }
    }
}
