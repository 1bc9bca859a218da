//! Tables of what events have in common: each row is written once, as long as
//! it is remembered.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, params, params_from_iter};

use super::super::error::Failure;
use super::super::keys::{Key, Remembered, decode, encode};
use super::super::rows::Fresh;
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
    conducts: Table,
    touched: Table,
    texts: Texts,
}

/// The rows that the numbers of a desk stand for.
#[derive(Debug, Default)]
pub(super) struct Ids {
    kinds: Vec<i64>,
    identities: Vec<i64>,
    clients: Vec<i64>,
    pub(super) conducts: Vec<i64>,
    pub(super) touched: Vec<i64>,
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
            kinds: Table::recall(db, "kind", columns, texts_key)?,
            identities: Table::recall(db, "identity", "json", texts_key)?,
            clients: Table::recall(db, "client", "address, agent", texts_key)?,
            conducts: Table::recall(db, "conduct", "kind, identity, client, console", |row| {
                Ok(conduct_key([
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                ]))
            })?,
            touched: Table::empty(db, "touched")?,
            texts: Texts {
                newest_before: texts.next - 1,
                table: texts,
            },
        })
    }

    /// Learns what a desk names for the first time.
    pub(super) fn learn(
        &mut self,
        db: &Connection,
        ids: &mut Ids,
        fresh: &Fresh,
    ) -> Result<(), Failure> {
        if fresh.anew {
            *ids = Ids::default();
        }
        for key in &fresh.kinds {
            ids.kinds.push(self.kind(db, key)?);
        }
        for key in &fresh.identities {
            ids.identities.push(self.identity(db, key)?);
        }
        for key in &fresh.clients {
            ids.clients.push(self.client(db, key)?);
        }
        for conduct in &fresh.conducts {
            let row = [
                ids.kinds[conduct.kind],
                ids.identities[conduct.identity],
                ids.clients[conduct.client],
                i64::from(conduct.console),
            ];
            ids.conducts.push(self.conduct(db, row)?);
        }
        for key in &fresh.touched {
            ids.touched.push(self.touched(db, key)?);
        }
        Ok(())
    }

    /// Of table `kind`, by its columns.
    fn kind(&mut self, db: &Connection, key: &Key) -> Result<i64, Failure> {
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
    fn identity(&mut self, db: &Connection, key: &Key) -> Result<i64, Failure> {
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
    fn client(&mut self, db: &Connection, key: &Key) -> Result<i64, Failure> {
        self.clients.id(key, |id| {
            let columns = decode(key);
            insert(db, "INSERT INTO client VALUES (?1, ?2, ?3)", id, &columns)?;
            self.texts.mention(db, &columns)
        })
    }

    /// Of table `conduct`, by its columns.
    fn conduct(&mut self, db: &Connection, row: [i64; 4]) -> Result<i64, Failure> {
        self.conducts.id(&conduct_key(row), |id| {
            let [kind, identity, client, console] = row;
            let sql = "INSERT INTO conduct VALUES (?1, ?2, ?3, ?4, ?5)";
            let mut insert = db.prepare_cached(sql)?;
            insert.execute(params![id, kind, identity, client, console])?;
            Ok(())
        })
    }

    /// Of table `touched`, by an ARN and a type for each resource.
    fn touched(&mut self, db: &Connection, key: &Key) -> Result<i64, Failure> {
        let texts = &mut self.texts;
        self.touched.id(key, |id| {
            let sql = "INSERT INTO touched VALUES (?1, ?2, ?3, ?4)";
            let mut insert = db.prepare_cached(sql)?;
            for (position, resource) in (0_i64..).zip(decode(key).chunks(2)) {
                let &[Some(arn), kind] = resource else {
                    continue;
                };
                insert.execute(params![id, position, texts.of(db, arn)?, kind])?;
            }
            Ok(())
        })
    }
}

/// A row of table `conduct` but for its id, as a key.
fn conduct_key(row: [i64; 4]) -> Key {
    row.iter().flat_map(|column| column.to_le_bytes()).collect()
}

impl Texts {
    /// Makes texts searchable.
    fn mention(&mut self, db: &Connection, texts: &[Option<&str>]) -> Result<(), Failure> {
        texts.iter().flatten().try_for_each(|text| {
            self.of(db, text)?;
            Ok(())
        })
    }

    /// The id of a text.
    fn of(&mut self, db: &Connection, text: &str) -> Result<i64, Failure> {
        let mut key = Vec::new();
        encode(&[Some(text)], &mut key);
        self.id(db, &key.into())
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

    /// The newest rows of a table, by these columns, of which `key` makes a key.
    fn recall(
        db: &Connection,
        name: &str,
        columns: &str,
        key: impl Fn(&Row<'_>) -> rusqlite::Result<Key>,
    ) -> Result<Self, Failure> {
        let mut table = Self::empty(db, name)?;
        let sql = format!("SELECT id, {columns} FROM {name} ORDER BY id DESC");
        let mut select = db.prepare(&sql)?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()?
            && !table.rows.is_half_full()
        {
            table.rows.insert(key(row)?, row.get(0)?);
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

/// The key of columns that are texts.
fn texts_key(row: &Row<'_>) -> rusqlite::Result<Key> {
    let count = row.as_ref().column_count();
    let texts = (1..count).map(|column| row.get(column));
    let texts: Vec<Option<String>> = texts.collect::<rusqlite::Result<_>>()?;
    let texts: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    let mut key = Vec::new();
    encode(&texts, &mut key);
    Ok(key.into())
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
