//! How checks went, and how much was covered.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::super::page::{Colour, Page};
use super::super::text::{count, duration, time};
use crate::escape::Printable;
use crate::ledger::{Entry, EntryKind, HistoryRow};

/// Rows of the journal and of the trend, newest first.
#[derive(Debug, Serialize)]
pub(crate) struct LedgerHistory {
    journal: Vec<Row>,
    trend: Vec<HistoryRow>,
}

/// One row of the journal.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) kind: EntryKind,
    pub(super) began: Timestamp,
    pub(super) ended: Timestamp,
    pub(super) state: Option<String>,
    pub(super) outcome: Option<String>,
    pub(super) detail: Value,
    pub(super) signed_by: Option<String>,
    pub(super) hash: String,
}

impl From<&Entry> for Row {
    fn from(entry: &Entry) -> Self {
        Self {
            number: entry.number,
            kind: entry.kind,
            began: entry.began,
            ended: entry.ended,
            state: entry.state.clone(),
            outcome: entry.outcome.clone(),
            detail: serde_json::from_str(&entry.detail).unwrap_or(Value::Null),
            signed_by: entry.signer.clone(),
            hash: entry.hash.to_string(),
        }
    }
}

impl LedgerHistory {
    pub(crate) fn of(journal: &[Entry], trend: Vec<HistoryRow>) -> Self {
        Self {
            journal: journal.iter().map(Row::from).collect(),
            trend,
        }
    }
}

/// The history, for people.
pub(crate) fn history_text(history: &LedgerHistory, colour: Colour) -> String {
    let mut page = Page::new(colour);
    page.heading("CHECKS", "newest first");
    page.line("     ROW  BEGAN                 STATE  NEW  RESOLVED  OPEN  WHAT");
    for row in &history.journal {
        let number = |name: &str| row.detail[name].as_u64().unwrap_or(0);
        let began = time(row.began);
        let line = match row.kind {
            EntryKind::Check => format!(
                "{:>8}  {began:20}  {:5}  {:>3}  {:>8}  {:>4}  {}",
                row.number,
                row.state.as_deref().unwrap_or("?"),
                count(number("new")),
                count(number("resolved")),
                count(number("open")),
                if row.detail["full"] == true {
                    "everything"
                } else {
                    ""
                },
            ),
            EntryKind::Acknowledgement => {
                let by = row.detail["by"].as_str().unwrap_or("?");
                let why = row.detail["why"].as_str().unwrap_or("?");
                let text = format!("{:>8}  {began:20}  acknowledged by {by}: {why}", row.number);
                page.paragraph(0, &Printable(text).to_string());
                continue;
            }
        };
        page.line(&Printable(line).to_string());
    }
    page.heading("TREND", "time of all hourly chains, newest first");
    page.line("  CHECK                 SOURCE              CHAINS  PROVED     NOT PROVED  OLDEST TIP  OPEN");
    for row in &history.trend {
        let length = |seconds: u64| {
            let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
            duration(jiff::SignedDuration::from_secs(seconds))
        };
        let lag = row
            .lag_seconds
            .map_or_else(|| "-".to_owned(), |lag| length(lag.unsigned_abs()));
        let unproved = match row.failed_seconds + row.unproved_seconds {
            0 => "nothing".to_owned(),
            some => length(some),
        };
        let all = row.proved_seconds + row.failed_seconds + row.unproved_seconds;
        let share = match all {
            0 => "-".to_owned(),
            _ => {
                let hundredths = u128::from(row.proved_seconds) * 10_000 / u128::from(all);
                format!("{}.{:02} %", hundredths / 100, hundredths % 100)
            }
        };
        page.line(&format!(
            "  {:20}  {:18}  {:>6}  {share:9}  {unproved:10}  {lag:10}  {:>4}",
            time(row.at),
            Printable(&row.source).to_string(),
            count(row.chains),
            count(row.open),
        ));
    }
    page.into_text()
}
