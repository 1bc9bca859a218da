//! Where records come from.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _};

use super::error::Failure;
use super::stored::{At, OriginColumns};
use crate::provenance::{Origin, Provenance};

/// Logs of a case that were asked for lately.
#[derive(Debug, Default)]
pub(super) struct Origins(HashMap<i64, Origin>);

/// How many are remembered.
const MAX: usize = 100_000;

impl Origins {
    /// The log of this id.
    pub(super) fn origin(&mut self, db: &Connection, log: i64) -> Result<Origin, Failure> {
        if let Some(origin) = self.0.get(&log) {
            return Ok(origin.clone());
        }
        let sql = format!("SELECT {} FROM log WHERE id = ?1", OriginColumns::NAMES);
        let mut select = db.prepare_cached(&sql)?;
        let columns = select.query_row([log], |row| OriginColumns::read(row, 0));
        let columns = columns.optional()?.ok_or("a log that is not there")?;
        let origin = columns.origin()?;
        if self.0.len() >= MAX {
            self.0.clear();
        }
        self.0.insert(log, origin.clone());
        Ok(origin)
    }

    /// What is stated of a place.
    pub(super) fn provenance(&mut self, db: &Connection, at: At) -> Result<Provenance, Failure> {
        Ok(Provenance::recorded(self.origin(db, at.log)?, at.place()?))
    }
}
