//! Sums that no other table holds.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::Failure;
use super::stored::number;

/// Writes a name and its sum.
pub(super) const WRITE: &str = "INSERT OR REPLACE INTO total VALUES (?1, ?2)";

pub(super) fn read(db: &Connection, name: &str) -> Result<u64, Failure> {
    let mut select = db.prepare_cached("SELECT value FROM total WHERE name = ?1")?;
    let value: Option<i64> = select.query_row([name], |row| row.get(0)).optional()?;
    Ok(u64::try_from(value.unwrap_or_default()).map_err(|_| "a sum below 0")?)
}

pub(super) fn write(db: &Connection, name: &str, value: u64) -> Result<(), Failure> {
    let mut insert = db.prepare_cached(WRITE)?;
    insert.execute(params![name, number(value)])?;
    Ok(())
}
