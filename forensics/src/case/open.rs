//! Reads a case.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _};
use serde::Serialize;
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::report::Report;
use trailseal_verifier::verdict::{Finding, Subject};

use super::builder::open;
use super::error::Failure;
use super::guard::Cancel;
use super::places::Origins;
use super::records::{InBlock, Records};
use super::stored::{At, OriginColumns, answer};
use super::{CaseError, KeyringUsed, Statement, Verification, about, actors, schema, sessions};
use crate::actor::Roster;
use crate::antiforensics::{Hit, classify};
use crate::lookup::Filter;
use crate::provenance::{Event, Origin, Provenance};
use crate::reader::Tally;
use crate::record::Record;
use crate::session::{Graph, Query};

/// A case, to be read. Nothing in it is trusted but to be what someone who
/// could write to it wrote: see [the module](super).
#[derive(Debug)]
pub struct Case {
    pub(super) db: Connection,
    path: PathBuf,
    cancel: Cancel,
    /// Steps that one question may take.
    steps: i64,
}

/// A log of a case.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Log {
    /// The log, and what vouched for it.
    pub origin: Origin,
    /// What became of its records.
    pub tally: Tally,
}

/// What was found.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Found {
    /// Events that were visited.
    pub events: u64,
    /// Events that would fit, but a time is asked for and they state none.
    pub undated: u64,
}

impl Case {
    /// Opens a case, only to read it.
    ///
    /// # Errors
    /// It is none, or none that this program can read.
    pub fn open(path: &Path) -> Result<Self, CaseError> {
        let mut db = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        if let Err(error) = db.pragma_query_value(None, "schema_version", |_| Ok(())) {
            // A building that was ended left a journal: SQLite puts the file
            // back to what it was, which is to write.
            if error.sqlite_error_code() != Some(ErrorCode::ReadOnly) {
                return Err(Failure::from(error).of(path));
            }
            let undo = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            let undone = undo.pragma_query_value(None, "schema_version", |_| Ok(()));
            undone.map_err(|it| Failure::from(it).of(path))?;
        }
        schema::check(&db, path)?;
        let failed = |it: rusqlite::Error| Failure::from(it).of(path);
        let pages: i64 = db
            .query_row("PRAGMA page_count", [], |row| row.get(0))
            .map_err(failed)?;
        let cancel = Cancel::over(&mut db).map_err(failed)?;
        Ok(Self {
            db,
            path: path.to_owned(),
            cancel,
            // No honest question takes nearly as many for each page.
            steps: pages
                .saturating_mul(1_000_000)
                .saturating_add(1_000_000_000),
        })
    }

    /// Where it is, as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Stops what the case does, from any thread.
    pub fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    /// The verifications it rests on, oldest first.
    ///
    /// # Errors
    /// As for all that is read: it is damaged, was stopped, or cannot be read.
    pub fn verifications(&self) -> Result<Vec<Verification>, CaseError> {
        self.ask(|db| {
            let mut select = db.prepare("SELECT * FROM verification ORDER BY id")?;
            let mut rows = select.query([])?;
            let mut verifications = Vec::new();
            while let Some(row) = rows.next()? {
                let at: String = row.get(1)?;
                let outcome: String = row.get(5)?;
                verifications.push(Verification {
                    at: at.parse().map_err(|_| "a time that is none")?,
                    tool: row.get(2)?,
                    command: row.get(3)?,
                    input: row.get(4)?,
                    keyrings: keyrings(db, row.get(0)?)?,
                    outcome: answer(&outcome)?,
                    interrupted: row.get(6)?,
                    report: row.get(7)?,
                });
            }
            Ok(verifications)
        })
    }

    /// What the newest verification concluded; `None` if it verified nothing.
    ///
    /// # Errors
    /// As [`verifications`](Self::verifications).
    pub fn report(&self) -> Result<Option<Report>, CaseError> {
        self.ask(|db| {
            let sql = "SELECT report FROM verification ORDER BY id DESC LIMIT 1";
            let text: Option<String> = db.query_row(sql, [], |row| row.get(0)).optional()?;
            super::report::read(text.as_deref().unwrap_or("null"))
        })
    }

    /// The findings of the newest verification, in order.
    ///
    /// # Errors
    /// As [`verifications`](Self::verifications).
    pub fn findings(
        &self,
        mut visit: impl FnMut(Finding) -> ControlFlow<()>,
    ) -> Result<(), CaseError> {
        self.ask(|db| {
            let mut select = db.prepare(
                "SELECT * FROM finding \
                 WHERE verification = (SELECT max(id) FROM verification) ORDER BY id",
            )?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                if visit(finding(row)?).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// The logs, in the order of their places.
    ///
    /// # Errors
    /// As [`verifications`](Self::verifications).
    pub fn logs(&self, mut visit: impl FnMut(Log) -> ControlFlow<()>) -> Result<(), CaseError> {
        self.ask(|db| {
            let sql = format!(
                "SELECT {}, seen, kept, unread, unreported, odd, gave_up FROM log \
                 ORDER BY location, id",
                OriginColumns::NAMES
            );
            let mut select = db.prepare(&sql)?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                let count = |column| -> Result<u64, Failure> {
                    let value: i64 = row.get(column)?;
                    Ok(u64::try_from(value).map_err(|_| "a count below 0")?)
                };
                let log = Log {
                    origin: OriginColumns::read(row, 0)?.origin()?,
                    tally: Tally {
                        seen: count(6)?,
                        kept: count(7)?,
                        unread: count(8)?,
                        unreported: count(9)?,
                        odd: count(10)?,
                        gave_up: row.get(11)?,
                    },
                };
                if visit(log).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Everyone who did something: what reading the logs themselves gives.
    ///
    /// # Errors
    /// As [`verifications`](Self::verifications).
    pub fn actors(&self) -> Result<Roster, CaseError> {
        self.ask(actors::load)
    }

    /// Sessions, and what issued them: what reading the logs themselves gives.
    ///
    /// # Errors
    /// As [`verifications`](Self::verifications).
    pub fn graph(&self) -> Result<Graph<Provenance>, CaseError> {
        self.ask(sessions::load)
    }

    /// The part of [`graph`](Self::graph) that a question is about: asked of it,
    /// the question has the same answer.
    ///
    /// # Errors
    /// As [`verifications`](Self::verifications).
    pub fn graph_about(&self, query: &Query) -> Result<Graph<Provenance>, CaseError> {
        match self.ask(|db| about::load(db, query))? {
            Some(part) => Ok(part),
            None => self.graph(),
        }
    }

    /// The events that blind or destroy evidence, or undo that, and what they do,
    /// in time order.
    ///
    /// # Errors
    /// As [`verifications`](Self::verifications).
    pub fn hits(
        &self,
        mut visit: impl FnMut(Event<'_>, Hit) -> ControlFlow<()>,
    ) -> Result<(), CaseError> {
        self.ask(|db| {
            let mut origins = Origins::default();
            let mut select = db.prepare(
                "SELECT log, position, start, length, wrapper, block, first, size FROM event \
                 WHERE id IN (SELECT event FROM hit) \
                 ORDER BY time IS NULL, time, nanos, event_id, id",
            )?;
            let mut records = Records::of(db)?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                let provenance = origins.provenance(db, At::read(row, 0)?)?;
                let record = parse(records.read(InBlock::read(row, 5)?)?)?;
                if let Some(hit) = classify(&record)
                    && visit(Event::recorded(record, provenance), hit).is_break()
                {
                    break;
                }
            }
            Ok(())
        })
    }

    /// The events that fit, in the order of a timeline; those without a time
    /// come last. Of an event that was recorded more than once there is one.
    ///
    /// Indexes answer for all attributes but `ResourceType`, `Text`, and patterns of
    /// `ResourceName` and `EventId`: those look at every record that is left by
    /// the others.
    ///
    /// # Errors
    /// As [`verifications`](Self::verifications).
    pub fn events(
        &self,
        filter: &Filter,
        mut visit: impl FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<Found, CaseError> {
        self.ask(|db| super::events::visit(db, filter, &mut visit))
    }

    /// A statement of SQL that only reads. The tables are described in
    /// `schema.sql`.
    ///
    /// # Errors
    /// It is wrong, more than one, or would do anything but read the case.
    pub fn sql(&self, sql: &str) -> Result<Statement<'_>, CaseError> {
        // As long as it takes: whoever asked can stop it.
        self.cancel.allow(i64::MAX);
        Statement::of(self, sql)
    }

    pub(super) fn error(&self, failure: Failure) -> CaseError {
        match failure.of(&self.path) {
            CaseError::Stopped { path } if !self.cancel.is_cancelled() => CaseError::Damaged {
                path,
                found: "it takes longer to read than any file of its size".to_owned(),
            },
            error => error,
        }
    }

    fn ask<T>(&self, ask: impl FnOnce(&Connection) -> Result<T, Failure>) -> Result<T, CaseError> {
        self.cancel.allow(self.steps);
        let answer = self.cancel.asking(&self.db, ask);
        answer.map_err(|it| self.error(it))
    }
}

/// The record of this text.
pub(super) fn parse(json: &str) -> Result<Record<'_>, Failure> {
    Record::parse(json).map_err(|error| Failure::Odd(error.detail()))
}

fn keyrings(db: &Connection, verification: i64) -> Result<Vec<KeyringUsed>, Failure> {
    let sql = "SELECT description, sha256 FROM keyring WHERE verification = ?1 ORDER BY id";
    let mut select = db.prepare_cached(sql)?;
    let rows = select.query_map([verification], |row| {
        Ok(KeyringUsed {
            description: row.get(0)?,
            sha256: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn finding(row: &rusqlite::Row<'_>) -> Result<Finding, Failure> {
    fn parsed<T: std::str::FromStr>(text: Option<String>) -> Result<Option<T>, Failure> {
        let parsed = text.map(|text| text.parse()).transpose();
        Ok(parsed.map_err(|_| "a finding that is none")?)
    }

    let object = match (parsed(row.get(4)?)?, row.get::<_, Option<String>>(5)?) {
        (Some(bucket), Some(key)) => Subject::Object(ObjectRef::new(bucket, key)),
        _ => Subject::Scope(parsed(row.get(6)?)?, parsed(row.get(7)?)?),
    };
    let code = parsed(Some(row.get(2)?))?.ok_or("a finding without a code")?;
    let stated: String = row.get(3)?;
    let interval = match (parsed(row.get(9)?)?, parsed(row.get(10)?)?) {
        (Some(start), Some(end)) => Some(Interval::new(start, end)),
        _ => None,
    };
    let detail: String = row.get(11)?;
    Ok(Finding {
        answer: answer(&stated)?,
        chain: row.get(8)?,
        interval,
        ..Finding::about(code, object, detail)
    })
}
