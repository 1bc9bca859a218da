//! How much was covered after each check.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};
use serde::Serialize;

use super::chain_row::time;
use super::error::Failure;

/// How long every check is kept; then the last of each day.
const HOURLY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// One source after one check.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub(crate) struct HistoryRow {
    pub(crate) at: Timestamp,
    pub(crate) source: String,
    /// Hourly chains.
    pub(crate) chains: u64,
    pub(crate) proved_seconds: u64,
    pub(crate) failed_seconds: u64,
    pub(crate) unproved_seconds: u64,
    /// From the oldest tip to the check.
    pub(crate) lag_seconds: Option<i64>,
    pub(crate) open: u64,
}

/// Adds a row, and thins out the older ones.
pub(super) fn save(db: &Connection, row: &HistoryRow) -> Result<(), Failure> {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    db.prepare_cached(
        "INSERT OR REPLACE INTO history (source, at, chains, proved, failed, unproved, lag, open) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        row.source,
        row.at.to_string(),
        number(row.chains),
        number(row.proved_seconds),
        number(row.failed_seconds),
        number(row.unproved_seconds),
        row.lag_seconds,
        number(row.open),
    ])?;
    thin(db, &row.source, row.at)
}

fn thin(db: &Connection, source: &str, now: Timestamp) -> Result<(), Failure> {
    let old = now.saturating_sub(HOURLY).unwrap_or(Timestamp::MIN);
    // Whole days only: of a day that is cut the last row could change.
    let day = old.to_zoned(TimeZone::UTC).date().to_string();
    db.prepare_cached(
        "DELETE FROM history WHERE source = ?1 AND at < ?2 AND at NOT IN \
         (SELECT max(at) FROM history WHERE source = ?1 AND at < ?2 GROUP BY substr(at, 1, 10))",
    )?
    .execute(params![source, day])?;
    Ok(())
}

/// The newest rows, newest first.
pub(super) fn newest(db: &Connection, most: usize) -> Result<Vec<HistoryRow>, Failure> {
    let mut select = db.prepare_cached(
        "SELECT source, at, chains, proved, failed, unproved, lag, open FROM history \
         ORDER BY at DESC, source LIMIT ?1",
    )?;
    let mut rows = select.query([i64::try_from(most).unwrap_or(i64::MAX)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let number = |column: usize| -> Result<u64, Failure> {
            let value: i64 = row.get(column)?;
            Ok(u64::try_from(value).unwrap_or(0))
        };
        found.push(HistoryRow {
            source: row.get(0)?,
            at: time(row, 1, "a time")?,
            chains: number(2)?,
            proved_seconds: number(3)?,
            failed_seconds: number(4)?,
            unproved_seconds: number(5)?,
            lag_seconds: row.get(6)?,
            open: number(7)?,
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::file::{Access, open};

    #[test]
    fn a_year_of_hours_becomes_a_week_of_hours_and_a_year_of_days() {
        let folder = tempfile::tempdir().unwrap();
        let db = open(&folder.path().join("ledger"), Access::Write).unwrap();
        db.execute("INSERT INTO source VALUES ('s', '', x'', NULL)", [])
            .unwrap();
        let start: Timestamp = "2025-03-01T00:20:00Z".parse().unwrap();
        db.execute_batch("BEGIN").unwrap();
        for hour in 0..40 * 24 {
            let row = HistoryRow {
                at: start + SignedDuration::from_hours(hour),
                source: "s".to_owned(),
                chains: 1,
                proved_seconds: 2,
                failed_seconds: 3,
                unproved_seconds: 4,
                lag_seconds: Some(5),
                open: 6,
            };
            save(&db, &row).unwrap();
        }
        db.execute_batch("COMMIT").unwrap();
        let rows = newest(&db, usize::MAX).unwrap();
        assert_eq!(rows.len(), 8 * 24 + 32);
        assert_eq!(rows[0].at, "2025-04-09T23:20:00Z".parse().unwrap());
        assert!(
            rows.iter()
                .all(|row| row.open == 6 && row.lag_seconds == Some(5))
        );
        let day = rows.last().unwrap().at;
        assert_eq!(
            day,
            "2025-03-01T23:20:00Z".parse().unwrap(),
            "the last of its day"
        );
    }
}
