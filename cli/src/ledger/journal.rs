//! The journal: every change of the ledger, each row bound to the one before.

use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};
use serde::Serialize;
use serde_json::Value;
use trailseal_keys::signing::Signer;
use trailseal_verifier::hash::Sha256;

use super::chain_row::{parsed, time};
use super::content::feed;
use super::error::Failure;

/// What made a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum EntryKind {
    Acknowledgement,
    Check,
}

impl EntryKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledgement => "acknowledgement",
            Self::Check => "check",
        }
    }
}

/// A row that is to be written.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) kind: EntryKind,
    pub(crate) began: Timestamp,
    pub(crate) ended: Timestamp,
    /// What the policy said.
    pub(crate) state: Option<String>,
    /// The worst answer that was open.
    pub(crate) outcome: Option<String>,
    /// What was done.
    pub(crate) detail: Value,
}

/// A row of the journal.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    pub(crate) kind: EntryKind,
    pub(crate) began: Timestamp,
    pub(crate) ended: Timestamp,
    pub(crate) state: Option<String>,
    pub(crate) outcome: Option<String>,
    /// JSON.
    pub(crate) detail: String,
    /// Over all other tables.
    pub(crate) content: Sha256,
    /// Of the row before.
    pub(crate) previous: Option<Sha256>,
    /// The id of the key that signed.
    pub(crate) signer: Option<String>,
    pub(crate) hash: Sha256,
    pub(crate) signature: Option<Vec<u8>>,
}

impl Entry {
    /// The hash that a row with these columns has.
    pub(super) fn computed(&self) -> Sha256 {
        let mut context = Context::new(&SHA256);
        let optional = |text: &Option<String>| text.clone();
        let number = i64::try_from(self.number).unwrap_or(i64::MAX);
        feed(&mut context, ValueRef::Integer(number));
        for text in [
            Some(self.kind.as_str().to_owned()),
            Some(self.began.to_string()),
            Some(self.ended.to_string()),
            optional(&self.state),
            optional(&self.outcome),
            Some(self.detail.clone()),
        ] {
            match text {
                Some(text) => feed(&mut context, ValueRef::Text(text.as_bytes())),
                None => feed(&mut context, ValueRef::Null),
            }
        }
        feed(&mut context, ValueRef::Blob(self.content.as_bytes()));
        feed(&mut context, ValueRef::Blob(&previous_bytes(self.previous)));
        match &self.signer {
            Some(signer) => feed(&mut context, ValueRef::Text(signer.as_bytes())),
            None => feed(&mut context, ValueRef::Null),
        }
        Sha256::finish(context)
    }

    /// What is signed.
    pub(super) fn message(&self) -> Vec<u8> {
        format!("trailseal ledger v1\n{}\n{}\n", self.number, self.hash).into_bytes()
    }
}

fn previous_bytes(previous: Option<Sha256>) -> [u8; 32] {
    previous.map_or([0; 32], |hash| *hash.as_bytes())
}

/// Adds a row over the one before, signed if there is a key.
pub(super) fn append(
    db: &Connection,
    draft: Draft,
    content: Sha256,
    signer: Option<&dyn Signer>,
) -> Result<Entry, Failure> {
    let before = newest(db)?;
    let mut entry = Entry {
        number: before.as_ref().map_or(0, |before| before.number) + 1,
        kind: draft.kind,
        began: draft.began,
        ended: draft.ended,
        state: draft.state,
        outcome: draft.outcome,
        detail: draft.detail.to_string(),
        content,
        previous: before.map(|before| before.hash),
        signer: signer.map(|signer| signer.public().id().to_string()),
        hash: content,
        signature: None,
    };
    entry.hash = entry.computed();
    if let Some(signer) = signer {
        entry.signature = Some(signer.sign(&entry.message())?);
    }
    db.prepare_cached(
        "INSERT INTO journal (number, kind, began, ended, state, outcome, detail, content, \
         previous, signer, hash, signature) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        i64::try_from(entry.number).unwrap_or(i64::MAX),
        entry.kind.as_str(),
        entry.began.to_string(),
        entry.ended.to_string(),
        entry.state,
        entry.outcome,
        entry.detail,
        entry.content.as_bytes(),
        previous_bytes(entry.previous),
        entry.signer,
        entry.hash.as_bytes(),
        entry.signature,
    ])?;
    Ok(entry)
}

const COLUMNS: &str = "number, kind, began, ended, state, outcome, detail, content, previous, \
     signer, hash, signature";

/// The newest row, if there is any.
pub(super) fn newest(db: &Connection) -> Result<Option<Entry>, Failure> {
    Ok(latest(db, 1)?.pop())
}

/// The newest rows, newest first.
pub(super) fn latest(db: &Connection, most: usize) -> Result<Vec<Entry>, Failure> {
    let mut select = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM journal ORDER BY number DESC LIMIT ?1"
    ))?;
    let mut rows = select.query([i64::try_from(most).unwrap_or(i64::MAX)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(entry(row)?);
    }
    Ok(found)
}

/// Calls this for each row, oldest first: there may be years of them.
pub(super) fn each(
    db: &Connection,
    mut take: impl FnMut(Result<Entry, Failure>),
) -> Result<(), Failure> {
    let mut select = db.prepare(&format!("SELECT {COLUMNS} FROM journal ORDER BY number"))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        take(entry(row));
    }
    Ok(())
}

fn entry(row: &Row<'_>) -> Result<Entry, Failure> {
    let kind: String = row.get(1)?;
    let number: i64 = row.get(0)?;
    let previous = hash(&row.get::<_, Vec<u8>>(8)?)?;
    Ok(Entry {
        number: u64::try_from(number).map_err(|_| Failure::Odd("a number", number.to_string()))?,
        kind: match kind.as_str() {
            "acknowledgement" => EntryKind::Acknowledgement,
            "check" => EntryKind::Check,
            _ => return Err(Failure::Odd("a kind of row", kind)),
        },
        began: time(row, 2, "a time")?,
        ended: time(row, 3, "a time")?,
        state: row.get(4)?,
        outcome: row.get(5)?,
        detail: row.get(6)?,
        content: hash(&row.get::<_, Vec<u8>>(7)?)?,
        previous: (previous.as_bytes() != &[0; 32]).then_some(previous),
        signer: row.get(9)?,
        hash: hash(&row.get::<_, Vec<u8>>(10)?)?,
        signature: row.get(11)?,
    })
}

fn hash(bytes: &[u8]) -> Result<Sha256, Failure> {
    let text = HEXLOWER.encode(bytes);
    Sha256::parse(&text).ok_or_else(|| Failure::Odd("a hash", text))
}

/// When the first check began.
pub(super) fn first_check(db: &Connection) -> Result<Option<Timestamp>, Failure> {
    let sql = "SELECT began FROM journal WHERE kind = 'check' ORDER BY number LIMIT 1";
    let mut select = db.prepare(sql)?;
    let mut rows = select.query([])?;
    let row = rows.next()?;
    row.map(|row| time(row, 0, "a time")).transpose()
}

/// When the newest check before began.
pub(super) fn newest_check(db: &Connection) -> Result<Option<(u64, Timestamp)>, Failure> {
    let mut select = db.prepare_cached(
        "SELECT number, began FROM journal WHERE kind = 'check' ORDER BY number DESC LIMIT 1",
    )?;
    let mut rows = select.query([])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let number: i64 = row.get(0)?;
    let began = parsed(row.get(1)?, "a time")?;
    Ok(Some((u64::try_from(number).unwrap_or(0), began)))
}
