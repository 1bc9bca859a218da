//! SQL over a case.

use std::borrow::Cow;
use std::fmt;

use rusqlite::types::ValueRef;

use super::error::Failure;
use super::{Case, CaseError};

/// A statement that reads a case.
pub struct Statement<'c> {
    case: &'c Case,
    statement: rusqlite::Statement<'c>,
}

/// The rows of an answer, one at a time.
pub struct Rows<'s> {
    case: &'s Case,
    rows: rusqlite::Rows<'s>,
    columns: usize,
}

/// One value of a row. Text is untrusted.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'r> {
    /// NULL.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// Text; what of it is no UTF-8 is replaced.
    Text(Cow<'r, str>),
    /// Bytes.
    Blob(&'r [u8]),
}

impl<'c> Statement<'c> {
    pub(super) fn of(case: &'c Case, sql: &str) -> Result<Self, CaseError> {
        let refused = |error: rusqlite::Error| refusal(case, error);
        let statement = case.db.prepare(sql).map_err(refused)?;
        if !statement.readonly() || statement.column_count() == 0 {
            let found = "it answers nothing, or does more than read".to_owned();
            return Err(CaseError::Sql { found });
        }
        Ok(Self { case, statement })
    }

    /// The names of the columns.
    pub fn columns(&self) -> Vec<&str> {
        self.statement.column_names().collect()
    }

    /// Runs it.
    ///
    /// # Errors
    /// It asks for parameters.
    pub fn rows(&mut self) -> Result<Rows<'_>, CaseError> {
        let (case, columns) = (self.case, self.statement.column_count());
        let rows = self.statement.query([]).map_err(|it| refusal(case, it))?;
        Ok(Rows {
            case,
            rows,
            columns,
        })
    }
}

impl Rows<'_> {
    /// The next row, if there is one.
    ///
    /// # Errors
    /// It fails, or was stopped.
    #[expect(clippy::should_implement_trait, reason = "rows are lent, one by one")]
    pub fn next(&mut self) -> Result<Option<Vec<Value<'_>>>, CaseError> {
        let (case, columns) = (self.case, self.columns);
        let refused = |error: rusqlite::Error| refusal(case, error);
        let Some(row) = self.rows.next().map_err(refused)? else {
            return Ok(None);
        };
        let values = (0..columns).map(|column| row.get_ref(column).map(Value::of));
        let values: rusqlite::Result<Vec<Value<'_>>> = values.collect();
        values.map(Some).map_err(refused)
    }
}

impl<'r> Value<'r> {
    fn of(value: ValueRef<'r>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(text) => Self::Text(String::from_utf8_lossy(text)),
            ValueRef::Blob(bytes) => Self::Blob(bytes),
        }
    }
}

/// What is wrong with the SQL, or with the case.
fn refusal(case: &Case, error: rusqlite::Error) -> CaseError {
    match &error {
        rusqlite::Error::SqlInputError { msg, offset, .. } => CaseError::Sql {
            found: format!("{msg} (at byte {offset})"),
        },
        rusqlite::Error::SqliteFailure(code, message) => {
            use rusqlite::ErrorCode::{AuthorizationForStatementDenied as Denied, TooBig, Unknown};
            match code.code {
                Denied => CaseError::Sql {
                    found: "it would do more than read the case".to_owned(),
                },
                Unknown | TooBig => CaseError::Sql {
                    found: message.clone().unwrap_or_else(|| error.to_string()),
                },
                _ => case.error(Failure::from(error)),
            }
        }
        _ => CaseError::Sql {
            found: error.to_string(),
        },
    }
}

impl fmt::Debug for Statement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statement").finish_non_exhaustive()
    }
}

impl fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").finish_non_exhaustive()
    }
}
