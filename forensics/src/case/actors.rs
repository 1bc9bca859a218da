//! The roster, to and from its table.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::error::Failure;
use super::stored::{number, word};
use super::total;
use crate::actor::{ActorId, Entry, Roster};

const EVENTS: &str = "roster events";

/// Reads the roster of a case.
pub(super) fn load(db: &Connection) -> Result<Roster, Failure> {
    let mut select = db.prepare("SELECT id, summary FROM actor")?;
    let mut rows = select.query([])?;
    let mut entries = BTreeMap::new();
    while let Some(row) = rows.next()? {
        if entries.len() > Roster::MAX {
            return Err("more actors than a case holds".into());
        }
        let id: String = row.get(0)?;
        let id = ActorId::parse(&id).map_err(|error| Failure::Odd(error.to_string()))?;
        let summary: String = row.get(1)?;
        entries.insert(id, serde_json::from_str::<Entry>(&summary)?);
    }
    let restored = Roster::restore(entries, total::read(db, EVENTS)?);
    Ok(restored.ok_or("actors with more events than there are")?)
}

/// Writes a roster in the place of the one that is there.
pub(super) fn store(db: &Connection, roster: &Roster) -> Result<(), Failure> {
    db.execute_batch("DELETE FROM actor")?;
    let mut insert = db.prepare(
        "INSERT INTO actor VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    for (id, entry) in roster.entries() {
        let summary = &entry.summary;
        insert.execute(params![
            id.as_str(),
            word(entry.kind),
            entry.account.as_deref(),
            entry.names.values().next().map(|(name, _)| name),
            summary.first.map(|time| time.to_string()),
            summary.last.map(|time| time.to_string()),
            number(summary.events),
            number(summary.writes),
            number(summary.errors),
            number(summary.denials),
            number(summary.console),
            number(summary.mfa.not_used),
            serde_json::to_string(entry)?,
        ])?;
    }
    total::write(db, EVENTS, roster.events())
}
