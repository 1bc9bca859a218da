//! Records of events that were seen before: which of them is kept, and whether
//! the others say the same.

use rusqlite::{OptionalExtension as _, params};

use super::super::error::Failure;
use super::super::open::parse;
use super::super::places::Origins;
use super::super::stored::At;
use super::writer::Writer;
use crate::merge::{Copies, compare};
use crate::provenance::{Event, Provenance};
use crate::record::Record;

/// Events that share an id and are looked at: CloudTrail gives an id to one
/// event, which a few accounts may receive.
pub(super) const MAX_ALIKE: i64 = 64;

/// A record in the file.
struct Stored {
    provenance: Provenance,
    at: At,
    json: String,
}

impl Writer {
    /// Decides on all that was staged. The best proved comes first, so that
    /// what is kept does not depend on the order in which logs were read.
    pub(super) fn settle_copies(&mut self) -> Result<(), Failure> {
        let mut origins = Origins::default();
        let staged: Vec<i64> = {
            let mut select = self.db.prepare(
                "SELECT staged.id FROM staged JOIN log ON log.id = staged.log \
                 ORDER BY staged.event_id, \
                 log.answer = 'failed', log.answer = 'unchecked', \
                 log.bucket IS NULL, log.bucket, log.location, log.sha256, staged.position",
            )?;
            let ids = select.query_map([], |row| row.get(0))?;
            ids.collect::<rusqlite::Result<_>>()?
        };
        for id in staged {
            let sql =
                "SELECT log, position, start, length, wrapper, json FROM staged WHERE id = ?1";
            let mut select = self.db.prepare_cached(sql)?;
            let (at, json): (At, String) =
                select.query_row([id], |row| Ok((At::read(row, 0)?, row.get(5)?)))?;
            drop(select);
            let provenance = origins.provenance(&self.db, at)?;
            let staged = Stored {
                provenance,
                at,
                json,
            };
            self.settle(&staged, &mut origins)?;
        }
        self.db.execute_batch("DELETE FROM staged")?;
        Ok(())
    }

    fn settle(&mut self, staged: &Stored, origins: &mut Origins) -> Result<(), Failure> {
        let record = parse(&staged.json)?;
        let Some((event, kept)) = self.kept(&record, origins)? else {
            let event = Event::recorded(record, staged.provenance.clone());
            return self.event(None, staged.at.log, &event);
        };
        if kept.provenance == staged.provenance {
            return Ok(());
        }
        let better = staged.provenance < kept.provenance;
        match compare(&parse(&kept.json)?, &record) {
            Copies::Same => {
                if better {
                    self.replace(event, staged)?;
                    self.copy(event, kept.at)?;
                } else {
                    self.copy(event, staged.at)?;
                }
                self.built.copies += 1;
            }
            Copies::Differ { members } => {
                self.contradict(event, &kept, staged, &record, &members)?;
            }
            Copies::Amends => self.contradict(event, &kept, staged, &record, &[])?,
        }
        Ok(())
    }

    /// The event that a record is of.
    fn kept(
        &self,
        record: &Record<'_>,
        origins: &mut Origins,
    ) -> Result<Option<(i64, Stored)>, Failure> {
        let Some(found) = self.event_of(record.id().unwrap_or_default(), record.account(), 0)?
        else {
            return Ok(None);
        };
        let (at, json) = self.stored(found)?;
        let provenance = origins.provenance(&self.db, at)?;
        let stored = Stored {
            provenance,
            at,
            json,
        };
        Ok(Some((found, stored)))
    }

    /// The event of this key that corrects no other, and is not this one.
    pub(super) fn event_of(
        &self,
        id: &str,
        account: Option<&str>,
        but: i64,
    ) -> Result<Option<i64>, Failure> {
        let mut select = self.db.prepare_cached(
            "SELECT alike.id FROM \
             (SELECT id, conduct FROM event INDEXED BY event_by_event_id \
              WHERE event_id = ?1 AND id <> ?3 LIMIT ?4) AS alike \
             CROSS JOIN conduct ON conduct.id = alike.conduct \
             CROSS JOIN kind ON kind.id = conduct.kind \
             WHERE kind.account IS ?2 AND alike.id NOT IN (SELECT event FROM amendment) LIMIT 1",
        )?;
        let found = select.query_row(params![id, account, but, MAX_ALIKE], |row| row.get(0));
        Ok(found.optional()?)
    }

    /// Where the record of an event is, and the record.
    pub(super) fn stored(&self, event: i64) -> Result<(At, String), Failure> {
        let mut select = self.db.prepare_cached(
            "SELECT log, position, start, length, wrapper, json FROM event \
             CROSS JOIN record ON record.event = event.id WHERE event.id = ?1",
        )?;
        Ok(select.query_row([event], |row| Ok((At::read(row, 0)?, row.get(5)?)))?)
    }

    /// Puts a record that says the same into the place of the one that is kept.
    fn replace(&mut self, event: i64, by: &Stored) -> Result<(), Failure> {
        let [log, position, start, length, wrapper] = by.at.columns();
        let mut update = self.db.prepare_cached(
            "UPDATE event SET log = ?2, position = ?3, start = ?4, length = ?5, wrapper = ?6 \
             WHERE id = ?1",
        )?;
        update.execute(params![event, log, position, start, length, wrapper])?;
        drop(update);
        match self.stored(event)?.1 == by.json {
            true => Ok(()),
            false => self.rewrite(event, &by.json),
        }
    }

    fn copy(&self, event: i64, at: At) -> Result<(), Failure> {
        let [log, position, start, length, wrapper] = at.columns();
        let sql = "INSERT INTO copy VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6)";
        let mut insert = self.db.prepare_cached(sql)?;
        insert.execute(params![event, log, position, start, length, wrapper])?;
        Ok(())
    }

    /// Keeps the better proved of two records that contradict each other, and
    /// the other one beside it.
    fn contradict(
        &mut self,
        event: i64,
        kept: &Stored,
        staged: &Stored,
        record: &Record<'_>,
        members: &[String],
    ) -> Result<(), Failure> {
        let members = serde_json::to_string(members)?;
        let (other, better) = if staged.provenance < kept.provenance {
            (kept, true)
        } else {
            (staged, false)
        };
        let [log, position, start, length, wrapper] = other.at.columns();
        let sql = "INSERT INTO contradiction VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        self.db.prepare_cached(sql)?.execute(params![
            event, log, position, start, length, wrapper, members, other.json
        ])?;
        self.built.contradictions += 1;
        if !better {
            return Ok(());
        }
        // What said the same as the one that was kept contradicts, too.
        let sql = "INSERT INTO contradiction \
                   SELECT NULL, event, log, position, start, length, wrapper, ?2, ?3 \
                   FROM copy WHERE event = ?1";
        let mut insert = self.db.prepare_cached(sql)?;
        insert.execute(params![event, members, other.json])?;
        drop(insert);
        for table in ["copy", "omitted", "hit", "shared", "amendment"] {
            let sql = format!("DELETE FROM {table} WHERE event = ?1");
            self.db.prepare_cached(&sql)?.execute([event])?;
        }
        let sql = "DELETE FROM event WHERE id = ?1";
        self.db.prepare_cached(sql)?.execute([event])?;
        let recorded = Event::recorded(record.clone(), staged.provenance.clone());
        self.event(Some(event), staged.at.log, &recorded)
    }
}
