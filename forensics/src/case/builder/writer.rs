//! Rows of logs into tables.

use std::ops::Range;

use rusqlite::{Connection, params};
use trailseal_verifier::id::{AccountId, Region};
use trailseal_verifier::verdict::{Finding, Subject};

use super::super::desk::Desk;
use super::super::error::Failure;
use super::super::records::BLOCK;
use super::super::rows::{Detail, EventRow, LogRows};
use super::super::stored::{At, OriginColumns, number, word};
use super::super::{Known, actors, sessions};
use super::Built;
use super::names::{Ids, Names};
use crate::actor::Roster;
use crate::antiforensics::Hit;
use crate::extractor::Extracted;
use crate::merge::{Id, Perspective, Seen, SharedKey};
use crate::provenance::{Event, Origin, Provenance, Unread};
use crate::reader::Tally;
use crate::session::Graph;
use crate::telling::Outcome;

/// Writes into a case.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) db: Connection,
    pub(super) built: Built,
    pub(super) roster: Roster,
    pub(super) graph: Graph<Provenance>,
    pub(super) state: State,
    /// The id of the verification that is under way.
    pub(super) verification: i64,
    pub(super) names: Names,
    /// Of each desk.
    desks: Vec<Ids>,
    next_event: i64,
    next_block: i64,
}

/// Some records in a row, as they lie in [`LogRows::records`].
struct Block {
    id: i64,
    records: Range<usize>,
}

/// Whether it was a case before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    New,
    Old { newest_text: i64 },
}

impl Writer {
    pub(super) fn of_new(db: Connection) -> Result<Self, Failure> {
        Self::of(db, State::New)
    }

    pub(super) fn of_old(db: Connection, known: &Known, seen: &Seen) -> Result<Self, Failure> {
        let newest_text = last_id(&db, "text")?;
        let mut writer = Self::of(db, State::Old { newest_text })?;
        writer.roster = actors::load(&writer.db)?;
        writer.graph = sessions::load(&writer.db)?;
        recall(&writer.db, known, seen)?;
        Ok(writer)
    }

    fn of(db: Connection, state: State) -> Result<Self, Failure> {
        // These are given by those who read.
        last_id(&db, "log")?;
        let next = |table| last_id(&db, table).map(|id| id + 1);
        Ok(Self {
            built: Built::default(),
            roster: Roster::default(),
            graph: Graph::default(),
            state,
            verification: next("verification")?,
            names: Names::of(&db)?,
            desks: Vec::new(),
            next_event: next("event")?,
            next_block: next("block")?,
            db,
        })
    }

    /// Takes a log that is new.
    pub(super) fn take(&mut self, log: Extracted<LogRows>) -> Result<(), Failure> {
        let Extracted {
            origin,
            value: mut rows,
            unread,
            tally,
        } = log;
        self.log(&rows, &origin, &tally)?;
        self.unread(rows.log, &unread)?;
        self.roster.merge(std::mem::take(&mut rows.roster));
        self.graph.merge(std::mem::take(&mut rows.graph));
        let desk = rows.fresh.desk;
        if self.desks.len() <= desk {
            self.desks.resize_with(desk + 1, Ids::default);
        }
        let mut ids = std::mem::take(&mut self.desks[desk]);
        self.names.learn(&self.db, &mut ids, &rows.fresh)?;
        self.events(&rows, &ids)?;
        self.desks[desk] = ids;
        self.stage(&rows)?;
        self.built.logs += 1;
        self.built.tally.merge(&tally);
        Ok(())
    }

    /// Notes what vouches now for a log for which nothing did.
    pub(super) fn again(&mut self, origin: &Origin) -> Result<(), Failure> {
        self.built.known += 1;
        let columns = OriginColumns::of(origin);
        if columns.digest.is_none() {
            return Ok(());
        }
        let mut update = self.db.prepare_cached(
            "UPDATE log SET answer = ?4, reason = NULL, digest = ?5, verification = ?6 \
             WHERE location = ?1 AND sha256 = ?2 AND bucket IS ?3 AND answer <> ?4",
        )?;
        update.execute(params![
            columns.location,
            columns.sha256,
            columns.bucket,
            columns.answer,
            columns.digest,
            self.verification,
        ])?;
        Ok(())
    }

    pub(super) fn finding(&mut self, finding: &Finding) -> Result<(), Failure> {
        let (object, scope) = match &finding.object {
            Subject::Object(object) => (Some(object), (None, None)),
            Subject::Scope(account, region) => (None, (account.as_ref(), region.as_ref())),
        };
        let interval = finding.interval;
        let mut insert = self.db.prepare_cached(
            "INSERT INTO finding VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?;
        insert.execute(params![
            self.verification,
            finding.code.as_str(),
            finding.answer.to_string(),
            object.map(|it| it.bucket.as_str()),
            object.map(|it| it.key.as_str()),
            scope.0.map(AccountId::as_str),
            scope.1.map(Region::as_str),
            finding.chain,
            interval.map(|it| it.start.to_string()),
            interval.map(|it| it.end.to_string()),
            finding.detail,
        ])?;
        Ok(())
    }

    fn log(&self, rows: &LogRows, origin: &Origin, tally: &Tally) -> Result<(), Failure> {
        let columns = OriginColumns::of(origin);
        let mut insert = self.db.prepare_cached(
            "INSERT INTO log VALUES \
             (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?;
        insert.execute(params![
            rows.log,
            columns.location,
            columns.bucket,
            columns.sha256,
            columns.answer,
            columns.reason,
            columns.digest,
            self.verification,
            number(tally.seen),
            number(tally.kept),
            number(tally.unread),
            number(tally.unreported),
            number(tally.odd),
            tally.gave_up,
        ])?;
        Ok(())
    }

    fn unread(&mut self, log: i64, unread: &[Unread]) -> Result<(), Failure> {
        let sql = "INSERT INTO unread VALUES (NULL, ?1, ?2, ?3, ?4, ?5)";
        let mut insert = self.db.prepare_cached(sql)?;
        for one in unread {
            let [log, position, start, length, _] = At::of(log, one.provenance.place()).columns();
            let fault = one.fault.to_string();
            insert.execute(params![log, position, start, length, fault])?;
        }
        Ok(())
    }

    /// Writes the events of a log.
    fn events(&mut self, rows: &LogRows, ids: &Ids) -> Result<(), Failure> {
        let first = self.next_event;
        self.next_event += i64::try_from(rows.events.len()).unwrap_or(i64::MAX - first);
        self.built.events += rows.events.len() as u64;
        self.write(first, rows, ids)
    }

    /// Writes the event of a record that a log holds, under this id or as a new
    /// one.
    pub(super) fn event(
        &mut self,
        id: Option<i64>,
        log: i64,
        event: &Event<'_>,
    ) -> Result<(), Failure> {
        let mut desk = Desk::default();
        desk.begin(log, 0);
        desk.add_event(event);
        let (rows, mut ids) = (desk.end(), Ids::default());
        self.names.learn(&self.db, &mut ids, &rows.fresh)?;
        match id {
            Some(id) => self.write(id, &rows, &ids),
            None => self.events(&rows, &ids),
        }
    }

    /// Writes events, the first of which gets this id.
    fn write(&mut self, first: i64, rows: &LogRows, ids: &Ids) -> Result<(), Failure> {
        let sql = "INSERT INTO event VALUES \
                   (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
        let mut event = self.db.prepare_cached(sql)?;
        let mut block = Block {
            id: 0,
            records: 0..0,
        };
        for (index, id) in (0..rows.events.len()).zip(first..) {
            let EventRow {
                time,
                event_id,
                conduct,
                touched,
                place,
                json,
            } = &rows.events[index];
            if json.end > block.records.end {
                block = Block {
                    id: self.next_block,
                    records: fitting(&rows.events[index..]),
                };
                let records = &rows.records[block.records.clone()];
                store_block(&self.db, block.id, records)?;
                self.next_block += 1;
            }
            event.raw_bind_parameter(1, id)?;
            event.raw_bind_parameter(2, time.map(|it| it.seconds))?;
            event.raw_bind_parameter(3, time.map_or(0, |it| it.nanos))?;
            event.raw_bind_parameter(4, event_id.clone().map(|range| &rows.text[range]))?;
            event.raw_bind_parameter(5, ids.conducts[*conduct])?;
            event.raw_bind_parameter(6, touched.map(|it| ids.touched[it]))?;
            for (column, value) in (7..).zip(At::of(rows.log, *place).columns()) {
                event.raw_bind_parameter(column, value)?;
            }
            event.raw_bind_parameter(12, block.id)?;
            event.raw_bind_parameter(13, number((json.start - block.records.start) as u64))?;
            event.raw_bind_parameter(14, number(json.len() as u64))?;
            event.raw_execute()?;
        }

        let id = |index: usize| first + i64::try_from(index).unwrap_or_default();
        for (index, detail) in &rows.details {
            self.detail(id(*index), detail)?;
        }
        if !rows.events.is_empty() {
            rows.mentioned.store(&self.db, first)?;
        }
        Ok(())
    }

    /// Gives an event another text, which says the same.
    pub(super) fn rewrite(&mut self, event: i64, json: &str) -> Result<(), Failure> {
        store_block(&self.db, self.next_block, json)?;
        let sql = "UPDATE event SET block = ?2, first = 0, size = ?3 WHERE id = ?1";
        let mut update = self.db.prepare_cached(sql)?;
        update.execute(params![event, self.next_block, number(json.len() as u64)])?;
        self.next_block += 1;
        Ok(())
    }

    fn detail(&self, event: i64, detail: &Detail) -> Result<(), Failure> {
        match detail {
            Detail::Amendment(amendment, account) => {
                let sql = "INSERT INTO amendment (event, original_id, account, fields) \
                           VALUES (?1, ?2, ?3, ?4)";
                let fields = serde_json::to_string(&amendment.fields)?;
                let original = amendment.original.id.to_string();
                let mut insert = self.db.prepare_cached(sql)?;
                insert.execute(params![event, original, account, fields])?;
            }
            Detail::Hit(hit) => self.hit(event, hit)?,
            Detail::Omitted(omitted) => {
                let sql = "INSERT INTO omitted VALUES (NULL, ?1, ?2, ?3, ?4)";
                let size = omitted.original_size.map(number);
                let mut insert = self.db.prepare_cached(sql)?;
                insert.execute(params![event, omitted.member, omitted.reason, size])?;
            }
            Detail::Shared(key, perspective) => {
                let (id, what) = match key {
                    SharedKey::Action(id) => (id, "action"),
                    SharedKey::Insight(id) => (id, "insight"),
                };
                let perspective = match perspective {
                    Perspective::Caller => "caller",
                    Perspective::Target => "target",
                    Perspective::Unknown => "unknown",
                };
                let sql = "INSERT INTO shared VALUES (?1, ?2, ?3, ?4)";
                let mut insert = self.db.prepare_cached(sql)?;
                insert.execute(params![event, id.to_string(), what, perspective])?;
            }
        }
        Ok(())
    }

    fn hit(&self, event: i64, hit: &Hit) -> Result<(), Failure> {
        let outcome = match hit.outcome {
            Outcome::Done => "done",
            Outcome::Refused(_) => "refused",
            Outcome::Failed(_) => "failed",
            Outcome::Rehearsed => "rehearsed",
        };
        let sql = "INSERT INTO hit VALUES (NULL, ?1, ?2, ?3, ?4, ?5)";
        let mut insert = self.db.prepare_cached(sql)?;
        for act in &hit.acts {
            let targets: Vec<&str> = act.targets.iter().map(|it| &*it.name).collect();
            let targets = serde_json::to_string(&targets)?;
            let (technique, side) = (act.technique.as_str(), word(act.side));
            insert.execute(params![event, technique, side, outcome, targets])?;
        }
        Ok(())
    }

    /// Keeps what cannot be decided before all logs were read.
    fn stage(&self, rows: &LogRows) -> Result<(), Failure> {
        let sql = "INSERT INTO staged VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let mut insert = self.db.prepare_cached(sql)?;
        for row in &rows.copies {
            let [log, position, start, length, wrapper] = At::of(rows.log, row.place).columns();
            let event_id = row.event_id.clone().map(|range| &rows.text[range]);
            let json = &rows.text[row.json.clone()];
            insert.execute(params![
                event_id, log, position, start, length, wrapper, json
            ])?;
        }
        Ok(())
    }
}

/// The records of the first of these events, as many as a block holds.
fn fitting(events: &[EventRow]) -> Range<usize> {
    let Some(first) = events.first() else {
        return 0..0;
    };
    let start = first.json.start;
    let ends = events.iter().map(|row| row.json.end);
    let end = ends.take_while(|end| end - start <= BLOCK).last();
    start..end.unwrap_or(first.json.end)
}

fn store_block(db: &Connection, id: i64, records: &str) -> Result<(), Failure> {
    let mut insert = db.prepare_cached("INSERT INTO block VALUES (?1, ?2)")?;
    insert.execute(params![id, records.as_bytes()])?;
    Ok(())
}

/// As many ids follow it as any table needs.
const MAX_ID: i64 = 1 << 60;

/// The largest id of a table.
pub(super) fn last_id(db: &Connection, table: &str) -> Result<i64, Failure> {
    let sql = format!("SELECT coalesce(max(id), 0) FROM {table}");
    let id = db.query_row(&sql, [], |row| row.get(0))?;
    match id {
        0..MAX_ID => Ok(id),
        _ => Err("an id that no case reaches".into()),
    }
}

/// Notes what is in a case already.
fn recall(db: &Connection, known: &Known, seen: &Seen) -> Result<(), Failure> {
    let sql = format!("SELECT {}, id FROM log", OriginColumns::NAMES);
    let mut logs = db.prepare(&sql)?;
    let mut rows = logs.query([])?;
    while let Some(row) = rows.next()? {
        let columns = OriginColumns::read(row, 0)?;
        known.insert(columns.location()?, columns.sha256()?, row.get(6)?);
    }
    // A correction may keep the id of what it corrects.
    let mut events = db.prepare(
        "SELECT event.event_id, kind.account FROM event \
         CROSS JOIN conduct ON conduct.id = event.conduct CROSS JOIN kind ON kind.id = conduct.kind \
         WHERE event.event_id IS NOT NULL AND event.id NOT IN (SELECT event FROM amendment)",
    )?;
    let mut rows = events.query([])?;
    while let Some(row) = rows.next()? {
        let (id, account): (Option<&str>, _) = (text(row, 0)?, text(row, 1)?);
        seen.remember(&Id::new(id.unwrap_or_default()), account);
    }
    Ok(())
}

fn text<'r>(row: &'r rusqlite::Row<'_>, column: usize) -> Result<Option<&'r str>, Failure> {
    let value = row.get_ref(column)?;
    Ok(value.as_str_or_null().map_err(rusqlite::Error::from)?)
}
