//! The form of the file.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;

use super::CaseError;
use super::error::Failure;

/// `trls`: what tells a case from other files of SQLite.
pub(super) const APPLICATION_ID: i64 = 0x7472_6c73;

/// Bytes of a page: several records without much waste.
pub(super) const PAGE: usize = 16 << 10;

/// The version of the tables. 0 is a case that was not finished.
pub(super) const VERSION: i64 = 3;

/// All tables and views.
pub(super) const TABLES: &str = include_str!("schema.sql");

/// What copies of an event are found by.
pub(super) const BY_EVENT_ID: &str = "CREATE INDEX event_by_event_id ON event (event_id)";

/// What other things about events are found by.
pub(super) const INDEXES_OF_EVENTS: &str = "\
CREATE INDEX event_by_time ON event (time);
CREATE INDEX event_by_conduct ON event (conduct);
CREATE INDEX event_by_touched ON event (touched) WHERE touched IS NOT NULL;
";

/// What is made when all rows are there.
pub(super) const INDEXES: &str = include_str!("indexes.sql");

/// Longest text that a case holds: the largest record and its correction are
/// shorter.
const MAX_TEXT: i32 = 256 << 20;

/// Trusts nothing that a file says of itself.
pub(super) fn harden(db: &Connection) -> rusqlite::Result<()> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    db.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_TEXT)?;
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    db.pragma_update(None, "cell_size_check", true)?;
    db.pragma_update(None, "foreign_keys", false)
}

/// Checks that a file is a finished case that this program can read.
pub(super) fn check(db: &Connection, path: &Path) -> Result<(), CaseError> {
    let failed = |error: rusqlite::Error| Failure::from(error).of(path);
    let number = |name| db.pragma_query_value(None, name, |row| row.get(0));
    let id: i64 = number("application_id").map_err(failed)?;
    if id != APPLICATION_ID {
        return Err(CaseError::NotACase {
            path: path.into(),
            found: "it is another file of SQLite",
        });
    }
    match number("user_version").map_err(failed)? {
        VERSION => {}
        0 => return Err(CaseError::NotFinished { path: path.into() }),
        found => {
            return Err(CaseError::OtherVersion {
                path: path.into(),
                found,
                expected: VERSION,
            });
        }
    }
    match fault(db).map_err(failed)? {
        None => Ok(()),
        Some(found) => Err(Failure::Odd(found).of(path)),
    }
}

/// What is wrong with the tables of a file, if anything: one that lacks some,
/// or whose views and indexes are not ours, would answer something else.
fn fault(db: &Connection) -> rusqlite::Result<Option<String>> {
    let ours = Connection::open_in_memory()?;
    ours.execute_batch(TABLES)?;
    ours.execute_batch(BY_EVENT_ID)?;
    ours.execute_batch(INDEXES_OF_EVENTS)?;
    ours.execute_batch(INDEXES)?;
    let (expected, found) = (objects(&ours)?, objects(db)?);
    for object in &expected {
        if !found.contains(object) {
            return Ok(Some(format!(
                "{} {} is not what it should be",
                object.0, object.1
            )));
        }
    }
    let odd = found.iter().find(|object| object.0 == "trigger");
    Ok(odd.map(|object| format!("there is a trigger, {}", object.1)))
}

/// Type, name and SQL of all that the schema holds, but for what belongs to the
/// full text and to SQLite itself.
fn objects(db: &Connection) -> rusqlite::Result<Vec<(String, String, String)>> {
    let mut select = db.prepare(
        "SELECT type, name, sql FROM sqlite_schema \
         WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~' AND name NOT LIKE 'search~_%' ESCAPE '~' \
         LIMIT 10000",
    )?;
    let rows = select.query_map([], |row| {
        let sql: Option<String> = row.get(2)?;
        Ok((row.get(0)?, row.get(1)?, sql.unwrap_or_default()))
    })?;
    rows.collect()
}
