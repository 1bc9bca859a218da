//! Corrections, applied to what they correct.

use rusqlite::params;

use super::super::error::Failure;
use super::super::open::parse;
use super::writer::Writer;
use crate::merge::{Amended, Amendment};

/// Corrections of one event that are applied: each costs a copy of the whole
/// record, and CloudTrail writes one.
const MAX_APPLIED: i64 = 16;

impl Writer {
    /// Applies the corrections whose originals were not in the case before.
    pub(super) fn settle_amendments(&mut self) -> Result<(), Failure> {
        let open: Vec<i64> = {
            let sql = "SELECT event FROM amendment WHERE original IS NULL ORDER BY event";
            let mut select = self.db.prepare(sql)?;
            let ids = select.query_map([], |row| row.get(0))?;
            ids.collect::<rusqlite::Result<_>>()?
        };
        for correction in open {
            self.settle_amendment(correction)?;
        }
        Ok(())
    }

    fn settle_amendment(&mut self, correction: i64) -> Result<(), Failure> {
        let (_, later) = self.stored(correction)?;
        let later = parse(&later)?;
        let amendment = Amendment::of(&later).ok_or("a correction that is none")?;
        let (id, account) = (
            &amendment.original.id.to_string(),
            &amendment.original.account,
        );
        let found = self.event_of(id, account.as_deref(), correction)?;
        let Some(original) = found else {
            return Ok(());
        };
        let (_, earlier) = self.stored(original)?;
        let applied = match self.applied(id)? {
            MAX_APPLIED.. => Err("too many corrections of one event".to_owned()),
            _ => amendment
                .apply(&parse(&earlier)?, &later)
                .map_err(|error| error.to_string()),
        };
        let (amended, fault) = match applied {
            Ok(amended) => (Some(amended), None),
            Err(fault) => (None, Some(fault)),
        };
        let list = |list: fn(&Amended) -> &Vec<String>| {
            let list = amended.as_ref().map(list);
            list.map(serde_json::to_string).transpose()
        };
        let sql = "UPDATE amendment SET original = ?2, replaced = ?3, missing = ?4, json = ?5, \
                   fault = ?6 WHERE event = ?1";
        self.db.prepare_cached(sql)?.execute(params![
            correction,
            original,
            list(|it| &it.replaced)?,
            list(|it| &it.missing)?,
            amended.as_ref().map(|it| it.json.get()),
            fault
        ])?;
        Ok(())
    }

    /// How many corrections of this event were applied.
    fn applied(&self, original_id: &str) -> Result<i64, Failure> {
        let mut select = self.db.prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM amendment \
             WHERE original_id = ?1 AND json IS NOT NULL LIMIT ?2)",
        )?;
        Ok(select.query_row(params![original_id, MAX_APPLIED], |row| row.get(0))?)
    }
}
