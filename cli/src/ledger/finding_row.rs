//! Findings, as rows.

use rusqlite::{Connection, Row, params};
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::verdict::Answer;

use super::chain_row::{optional, time};
use super::error::Failure;
use super::state::KnownFinding;
use crate::check::report::Acknowledgement;

const COLUMNS: &str = "number, id, source, code, answer, subject, object, account, region, chain, \
     start, \"end\", detail, day, due, first_seen, last_seen, resolved, acknowledged, \
     acknowledged_by, reason, until";

/// Which findings are asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Which {
    All,
    Open,
}

/// The findings, oldest row first.
pub(super) fn findings(db: &Connection, which: Which) -> Result<Vec<KnownFinding>, Failure> {
    let filter = match which {
        Which::All => "",
        Which::Open => "WHERE resolved IS NULL",
    };
    let mut select = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM finding {filter} ORDER BY number"
    ))?;
    let mut rows = select.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(finding(row)?);
    }
    Ok(found)
}

fn finding(row: &Row<'_>) -> Result<KnownFinding, Failure> {
    let answer: String = row.get(4)?;
    let window = match (optional(row, 10, "a time")?, optional(row, 11, "a time")?) {
        (Some(start), Some(end)) => Some(Interval::new(start, end)),
        _ => None,
    };
    Ok(KnownFinding {
        number: row.get(0)?,
        id: row.get(1)?,
        source: row.get(2)?,
        code: row.get(3)?,
        answer: match answer.as_str() {
            "unchecked" => Answer::Unchecked,
            "failed" => Answer::Failed,
            _ => return Err(Failure::Odd("an answer", answer)),
        },
        subject: row.get(5)?,
        object: row.get(6)?,
        account: row.get(7)?,
        region: row.get(8)?,
        chain: row.get(9)?,
        window,
        detail: row.get(12)?,
        day: optional(row, 13, "a day")?,
        due: optional(row, 14, "a time")?,
        first_seen: time(row, 15, "a time")?,
        last_seen: time(row, 16, "a time")?,
        resolved: optional(row, 17, "a time")?,
        acknowledged: acknowledgement(row)?,
    })
}

fn acknowledgement(row: &Row<'_>) -> Result<Option<Acknowledgement>, Failure> {
    let Some(at) = optional(row, 18, "a time")? else {
        return Ok(None);
    };
    Ok(Some(Acknowledgement {
        by: row.get(19)?,
        why: row.get(20)?,
        at,
        until: optional(row, 21, "a time")?,
    }))
}

/// Writes a finding, and tells the number of its row.
pub(super) fn save(db: &Connection, finding: &KnownFinding) -> Result<i64, Failure> {
    let ack = finding.acknowledged.as_ref();
    db.prepare_cached(&format!(
        "INSERT OR REPLACE INTO finding ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, \
         ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)"
    ))?
    .execute(params![
        finding.number,
        finding.id,
        finding.source,
        finding.code,
        finding.answer.to_string(),
        finding.subject,
        finding.object,
        finding.account,
        finding.region,
        finding.chain,
        finding.window.map(|window| window.start.to_string()),
        finding.window.map(|window| window.end.to_string()),
        finding.detail,
        finding.day.map(|day| day.to_string()),
        finding.due.map(|due| due.to_string()),
        finding.first_seen.to_string(),
        finding.last_seen.to_string(),
        finding.resolved.map(|at| at.to_string()),
        ack.map(|ack| ack.at.to_string()),
        ack.map(|ack| &ack.by),
        ack.map(|ack| &ack.why),
        ack.and_then(|ack| ack.until).map(|until| until.to_string()),
    ])?;
    Ok(finding.number.unwrap_or_else(|| db.last_insert_rowid()))
}

/// Takes a finding out that was never told.
pub(super) fn forget(db: &Connection, number: i64) -> Result<(), Failure> {
    db.prepare_cached("DELETE FROM finding WHERE number = ?1")?
        .execute([number])?;
    Ok(())
}
