//! Tables of what events have in common: each row is written once, as long as
//! it is remembered.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, ToSql, params, params_from_iter};

use super::super::error::Failure;
use super::super::keys::{Key, Remembered, decode, encode};
use super::super::stored::word;
use super::writer::last_id;
use crate::actor::{Actor, CredentialId};
use crate::lookup::username;
use crate::record::Record;

/// Memory for each table.
const MEMORY: usize = 32 << 20;

/// The tables.
#[derive(Debug)]
pub(super) struct Names {
    kinds: Table,
    identities: Table,
    clients: Table,
    texts: Texts,
}

/// What is known of the rows of a table, and its next id.
#[derive(Debug)]
struct Table {
    rows: Remembered,
    next: i64,
}

/// Table `text`. Whatever was there before can be looked up.
#[derive(Debug)]
struct Texts {
    table: Table,
    newest_before: i64,
}

impl Names {
    /// Those of a case, new or old.
    pub(super) fn of(db: &Connection) -> Result<Self, Failure> {
        let columns = "account, region, source, name, category, type, read_only, error_code";
        let texts = Table::empty(db, "text")?;
        Ok(Self {
            kinds: Table::recall(db, "kind", columns)?,
            identities: Table::recall(db, "identity", "json")?,
            clients: Table::recall(db, "client", "address, agent")?,
            texts: Texts {
                newest_before: texts.next - 1,
                table: texts,
            },
        })
    }

    /// Of table `kind`, by its columns.
    pub(super) fn kind(&mut self, db: &Connection, key: &Key) -> Result<i64, Failure> {
        self.kinds.id(key, |id| {
            let columns = decode(key);
            let sql = "INSERT INTO kind VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
            insert(db, sql, id, &columns)?;
            let [_, _, _, name, _, _, _, error] = columns[..] else {
                return Ok(());
            };
            self.texts.mention(db, &[name, error])
        })
    }

    /// Of table `identity`, by a verbatim `userIdentity`.
    pub(super) fn identity(&mut self, db: &Connection, key: &Key) -> Result<i64, Failure> {
        self.identities.id(key, |id| {
            let json = decode(key).first().copied().flatten();
            let text = record_of(json);
            let record = Record::parse(&text).map_err(|_| "an identity that is no object")?;
            let actor = Actor::of(&record);
            let (kind, mfa) = (word(actor.kind), word(actor.mfa));
            let [name, session, arn] = [&actor.name, &actor.session, &actor.arn];
            let [name, session, arn] = [name, session, arn].map(|it| it.as_deref());
            let columns = [
                json,
                Some(actor.id.as_str()),
                Some(&*kind),
                actor.account.as_deref(),
                name,
                session,
                username(&record),
                arn,
                actor.credential.as_ref().map(CredentialId::as_str),
                Some(&*mfa),
                actor.invoked_by.as_deref(),
            ];
            let sql = "INSERT INTO identity VALUES \
                       (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
            insert(db, sql, id, &columns)?;
            self.texts.mention(db, &[name, session, arn])
        })
    }

    /// Of table `client`, by its columns.
    pub(super) fn client(&mut self, db: &Connection, key: &Key) -> Result<i64, Failure> {
        self.clients.id(key, |id| {
            let columns = decode(key);
            insert(db, "INSERT INTO client VALUES (?1, ?2, ?3)", id, &columns)?;
            self.texts.mention(db, &columns)
        })
    }

    /// Of table `text`.
    pub(super) fn text(&mut self, db: &Connection, key: &Key) -> Result<i64, Failure> {
        self.texts.id(db, key)
    }
}

impl Texts {
    /// Makes texts searchable.
    fn mention(&mut self, db: &Connection, texts: &[Option<&str>]) -> Result<(), Failure> {
        for text in texts.iter().filter(|text| text.is_some()) {
            let mut key = Vec::new();
            encode(&[*text], &mut key);
            self.id(db, &key.into())?;
        }
        Ok(())
    }

    fn id(&mut self, db: &Connection, key: &Key) -> Result<i64, Failure> {
        let text = decode(key).first().copied().flatten().unwrap_or_default();
        if self.newest_before > 0 && self.table.rows.id(key).is_none() {
            let mut select = db.prepare_cached("SELECT id FROM text WHERE text = ?1 LIMIT 1")?;
            let id: Option<i64> = select.query_row([text], |row| row.get(0)).optional()?;
            if let Some(id) = id {
                self.table.rows.insert(Arc::clone(key), id);
            }
        }
        self.table.id(key, |id| {
            let mut insert = db.prepare_cached("INSERT INTO text VALUES (?1, ?2)")?;
            insert.execute(params![id, text])?;
            Ok(())
        })
    }
}

impl Table {
    fn empty(db: &Connection, name: &str) -> Result<Self, Failure> {
        Ok(Self {
            rows: Remembered::within(MEMORY),
            next: last_id(db, name)? + 1,
        })
    }

    /// The newest rows of a table, by these columns, which are texts.
    fn recall(db: &Connection, name: &str, columns: &str) -> Result<Self, Failure> {
        let mut table = Self::empty(db, name)?;
        let sql = format!("SELECT id, {columns} FROM {name} ORDER BY id DESC");
        let mut select = db.prepare(&sql)?;
        let count = select.column_count();
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()?
            && !table.rows.is_half_full()
        {
            let texts = (1..count).map(|column| row.get(column));
            let texts: Vec<Option<String>> = texts.collect::<rusqlite::Result<_>>()?;
            let texts: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
            let mut key = Vec::new();
            encode(&texts, &mut key);
            table.rows.insert(key.into(), row.get(0)?);
        }
        Ok(table)
    }

    /// The id of a row, which `write` writes if it is not known.
    fn id(
        &mut self,
        key: &Key,
        write: impl FnOnce(i64) -> Result<(), Failure>,
    ) -> Result<i64, Failure> {
        if let Some(id) = self.rows.id(key) {
            return Ok(id);
        }
        let id = self.next;
        write(id)?;
        self.next += 1;
        self.rows.insert(Arc::clone(key), id);
        Ok(id)
    }
}

/// A record that says nothing but who.
pub(in super::super) fn record_of(identity: Option<&str>) -> String {
    match identity {
        Some(json) => format!(r#"{{"userIdentity":{json}}}"#),
        None => "{}".to_owned(),
    }
}

fn insert(db: &Connection, sql: &str, id: i64, columns: &[Option<&str>]) -> Result<(), Failure> {
    let id: &dyn ToSql = &id;
    let columns = columns.iter().map(|column| -> &dyn ToSql { column });
    let mut insert = db.prepare_cached(sql)?;
    insert.execute(params_from_iter(std::iter::once(id).chain(columns)))?;
    Ok(())
}
