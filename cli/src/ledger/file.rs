//! The form of the file, and its migrations.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::LedgerError;
use super::error::Failure;

/// `tled`: what tells a ledger from other files of SQLite.
const APPLICATION_ID: i64 = 0x746c_6564;

/// What makes each version out of the one before. A released one is never
/// changed: what is new is added to the end.
const MIGRATIONS: [&str; 1] = [include_str!("schema.sql")];

/// The newest version.
const VERSION: i64 = 1;

/// How long to wait for another process that writes, in milliseconds.
const PATIENCE: i64 = 10_000;

/// Longest text that a ledger holds: a finding's detail is far shorter.
const MAX_TEXT: i32 = 16 << 20;

/// What the file is opened for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Access {
    Read,
    Write,
}

/// Opens a ledger; one that is written to is made if it is not there.
pub(super) fn open(path: &Path, access: Access) -> Result<Connection, LedgerError> {
    let failed = |error: rusqlite::Error| Failure::from(error).of(path);
    let there = path.symlink_metadata().is_ok();
    let flags = match access {
        Access::Read if !there => return Err(LedgerError::Missing { path: path.into() }),
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Access::Write => {
            create(path)?;
            OpenFlags::SQLITE_OPEN_READ_WRITE
        }
    };
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(path, flags).map_err(failed)?;
    harden(&db).map_err(failed)?;
    let version = version(&db, path)?;
    if access == Access::Write {
        prepare(&db).map_err(failed)?;
        migrate(&mut db, version).map_err(failed)?;
    } else if version == 0 {
        return Err(LedgerError::Missing { path: path.into() });
    }
    Ok(db)
}

/// Makes an empty file for its owner alone: it holds what days are looked at
/// when.
fn create(path: &Path) -> Result<(), LedgerError> {
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(LedgerError::Lock {
            path: path.to_owned(),
            error,
        }),
    }
}

/// Trusts nothing that a file says of itself.
fn harden(db: &Connection) -> rusqlite::Result<()> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    db.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_TEXT)?;
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    db.pragma_update(None, "cell_size_check", true)?;
    db.pragma_update(None, "busy_timeout", PATIENCE)
}

fn prepare(db: &Connection) -> rusqlite::Result<()> {
    // Readers go on reading while a check is recorded.
    db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)
}

/// The version of the tables; 0 if there are none yet.
fn version(db: &Connection, path: &Path) -> Result<i64, LedgerError> {
    let failed = |error: rusqlite::Error| Failure::from(error).of(path);
    let number = |name| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let id = number("application_id").map_err(failed)?;
    let version = number("user_version").map_err(failed)?;
    let tables: i64 = db
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(failed)?;
    match (id, version, tables) {
        (0, 0, 0) => Ok(0),
        (APPLICATION_ID, 1..=VERSION, _) => Ok(version),
        (APPLICATION_ID, found, _) => Err(LedgerError::Newer {
            path: path.to_owned(),
            found,
            known: VERSION,
        }),
        _ => Err(LedgerError::NotALedger {
            path: path.to_owned(),
            found: "it is another file of SQLite".to_owned(),
        }),
    }
}

fn migrate(db: &mut Connection, from: i64) -> rusqlite::Result<()> {
    let behavior = rusqlite::TransactionBehavior::Immediate;
    let done = usize::try_from(from).unwrap_or(MIGRATIONS.len());
    if done >= MIGRATIONS.len() {
        return Ok(());
    }
    let transaction = db.transaction_with_behavior(behavior)?;
    // Another process may have been faster.
    let now: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if now == from {
        for migration in &MIGRATIONS[done..] {
            transaction.execute_batch(migration)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_is_made_once_and_is_no_other_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        assert!(matches!(
            open(&path, Access::Read),
            Err(LedgerError::Missing { .. })
        ));
        drop(open(&path, Access::Write).unwrap());
        drop(open(&path, Access::Write).unwrap());
        drop(open(&path, Access::Read).unwrap());

        let other = folder.path().join("other.sqlite");
        let db = Connection::open(&other).unwrap();
        db.execute_batch("CREATE TABLE t (a)").unwrap();
        drop(db);
        for path in [&other, &folder.path().join("text")] {
            if !path.exists() {
                std::fs::write(path, "not a file of SQLite, though long enough to look at")
                    .unwrap();
            }
            let error = open(path, Access::Write).unwrap_err();
            assert!(matches!(error, LedgerError::NotALedger { .. }), "{error}");
        }

        let db = open(&path, Access::Write).unwrap();
        db.pragma_update(None, "user_version", VERSION + 1).unwrap();
        drop(db);
        let error = open(&path, Access::Read).unwrap_err();
        assert!(matches!(error, LedgerError::Newer { .. }), "{error}");
    }
}
