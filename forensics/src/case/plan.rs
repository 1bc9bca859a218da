//! How to find the events that fit a filter: by which indexes, and what is left
//! to be looked at record by record.
//!
//! What events have in common lies in small tables (`kind`, `identity`,
//! `client`, and `conduct`, which ties them together). Criteria about it, patterns
//! included, are tried on the rows of these; events are then found by the rows
//! that fit.

use memchr::memmem;
use rusqlite::{Connection, Row, params, params_from_iter};

use super::builder::record_of;
use super::error::Failure;
use super::mentioned::mentioning;
use super::rows::Time;
use crate::actor::CredentialId;
use crate::lookup::{Attribute, Criterion, Filter};
use crate::record::Record;

/// Rows of a small table that are tried. Where there are more, somebody made
/// them: then records are looked at.
const MAX_TRIED: i64 = 1_000_000;

/// As many events as are sorted rather than read in the order of their time.
const FEW: i64 = 20_000;

const BY_TIME: &str = "INDEXED BY event_by_time";

/// How to find what fits.
pub(super) struct Plan {
    range: (i64, i64),
    sets: Vec<Set>,
    /// JSON arrays: the parameters of all sets.
    lists: Vec<String>,
    /// The one of them that events are found by; otherwise by their time.
    by: Option<usize>,
    /// Of criteria that are only tried on records, alike ones together: what
    /// the text of a record must hold.
    rest: Vec<Vec<Holding>>,
}

/// What a criterion asks of the text of a record.
enum Holding {
    /// This text, unless something in it is escaped.
    Exact(Box<memmem::Finder<'static>>),
    Other(Criterion),
}

impl Holding {
    fn of(criterion: &Criterion) -> Self {
        match criterion.exact() {
            Some(value) => Self::Exact(Box::new(memmem::Finder::new(value).into_owned())),
            None => Self::Other(criterion.clone()),
        }
    }

    fn may_fit(&self, json: &str) -> bool {
        match self {
            Self::Exact(finder) => {
                let json = json.as_bytes();
                finder.find(json).is_some() || memchr::memchr(b'\\', json).is_some()
            }
            Self::Other(criterion) => criterion.may_fit(json),
        }
    }
}

/// Events whose column holds one of these.
struct Set {
    column: &'static str,
    /// A SELECT.
    values: String,
}

impl Plan {
    pub(super) fn of(db: &Connection, filter: &Filter) -> Result<Self, Failure> {
        let (from, to) = filter.range();
        let range = (
            from.map_or(i64::MIN, |it| Time::of(it).seconds),
            to.map_or(i64::MAX, |it| Time::of(it).seconds),
        );
        let mut plan = Self {
            range,
            sets: Vec::new(),
            lists: Vec::new(),
            by: None,
            rest: Vec::new(),
        };
        let criteria = |table: Table| {
            let all = filter.criteria();
            all.filter(move |(about, _)| Table::of(*about) == table)
        };
        let mut of_conduct = Vec::new();
        for table in [Table::Kind, Table::Identity, Table::Client] {
            let about: Vec<_> = criteria(table).collect();
            if !about.is_empty()
                && let Some(ids) = table.ids(db, &about)?
            {
                let ids = plan.list(&ids)?;
                of_conduct.push(format!("{} IN ({ids})", table.name()));
            }
        }
        if !of_conduct.is_empty() {
            let of_conduct = of_conduct.join(" AND ");
            let values = format!("SELECT id FROM conduct WHERE {of_conduct}");
            plan.sets.push(Set {
                column: "conduct",
                values,
            });
        }
        for (_, any) in criteria(Table::Event) {
            let ids: Option<Vec<&str>> = any.iter().map(Criterion::exact).collect();
            if let Some(ids) = ids {
                let values = plan.list(&ids)?;
                plan.sets.push(Set {
                    column: "event_id",
                    values,
                });
            }
        }
        for (about, any) in criteria(Table::Record) {
            let names: Option<Vec<&str>> = any.iter().map(Criterion::exact).collect();
            if let (Some(Attribute::ResourceName), Some(names)) = (about, names) {
                let values = plan.list(&mentioning(db, &names)?)?;
                plan.sets.push(Set {
                    column: "id",
                    values,
                });
            }
        }
        let rest = criteria(Table::Record);
        plan.rest = rest
            .map(|(_, any)| any.iter().map(Holding::of).collect())
            .collect();
        plan.by = plan.best(db)?;
        Ok(plan)
    }

    /// A SELECT of these values.
    fn list<T: serde::Serialize>(&mut self, values: &[T]) -> Result<String, Failure> {
        self.lists.push(serde_json::to_string(values)?);
        Ok(format!(
            "SELECT value FROM json_each(?{})",
            self.lists.len()
        ))
    }

    /// The set with the fewest events, if they are few.
    fn best(&self, db: &Connection) -> Result<Option<usize>, Failure> {
        let mut best: Option<(i64, usize)> = None;
        for (at, set) in self.sets.iter().enumerate() {
            let Set { column, values } = set;
            let few = best.map_or(FEW, |(events, _)| events);
            let mut count = db.prepare(&format!(
                "SELECT count(*) FROM (SELECT 1 FROM event {} \
                 WHERE {column} IN ({values}) LIMIT {few})",
                set.index()
            ))?;
            let lists = self.lists.iter().take(count.parameter_count());
            let events = count.query_row(params_from_iter(lists), |row| row.get(0))?;
            if events < few {
                best = Some((events, at));
            }
        }
        Ok(best.map(|(_, at)| at))
    }

    /// Whether nothing can fit.
    pub(super) fn is_impossible(&self) -> bool {
        self.lists.iter().any(|list| list == "[]")
    }

    /// Where events with a time are, in SQL.
    pub(super) fn dated(&self) -> String {
        let (from, to) = self.range;
        let time = format!("event.time BETWEEN {from} AND {to}");
        match self.by.and_then(|at| Some((at, self.sets.get(at)?))) {
            None => self.source(None, BY_TIME, &time),
            Some((at, set)) => self.source(Some(at), set.index(), &format!("+{time}")),
        }
    }

    /// Where events without one are: there are few.
    pub(super) fn undated(&self) -> String {
        self.source(None, BY_TIME, "event.time IS NULL")
    }

    fn source(&self, by: Option<usize>, index: &str, time: &str) -> String {
        let mut sql = format!("event {index} WHERE {time}");
        for (at, set) in self.sets.iter().enumerate() {
            // With a plus, SQLite looks at the value and not for an index.
            let plus = if by == Some(at) { "" } else { "+" };
            let Set { column, values } = set;
            sql += &format!(" AND {plus}event.{column} IN ({values})");
        }
        sql
    }

    /// The parameters of [`dated`](Self::dated) and [`undated`](Self::undated).
    pub(super) fn lists(&self) -> impl Iterator<Item = &str> {
        self.lists.iter().map(String::as_str)
    }

    /// Whether a record may fit, judged by its text: most do not, and are not
    /// read.
    pub(super) fn may_fit(&self, json: &str) -> bool {
        self.rest
            .iter()
            .all(|any| any.iter().any(|one| one.may_fit(json)))
    }
}

impl Set {
    fn index(&self) -> &'static str {
        match self.column {
            "conduct" => "INDEXED BY event_by_conduct",
            // By that alone.
            "id" => "NOT INDEXED",
            _ => "INDEXED BY event_by_event_id",
        }
    }
}

/// Where what a criterion is about is found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Table {
    Kind,
    Identity,
    Client,
    Event,
    Record,
}

impl Table {
    fn of(about: Option<Attribute>) -> Self {
        match about {
            Some(
                Attribute::Account
                | Attribute::ErrorCode
                | Attribute::EventCategory
                | Attribute::EventName
                | Attribute::EventSource
                | Attribute::ReadOnly
                | Attribute::Region,
            ) => Self::Kind,
            Some(
                Attribute::AccessKeyId
                | Attribute::Actor
                | Attribute::Session
                | Attribute::Username,
            ) => Self::Identity,
            Some(Attribute::Address | Attribute::UserAgent) => Self::Client,
            Some(Attribute::EventId) => Self::Event,
            Some(Attribute::ResourceName | Attribute::ResourceType) | None => Self::Record,
        }
    }

    /// Its name; of the first three that of the column of `conduct`, too.
    fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Identity => "identity",
            Self::Client => "client",
            Self::Event => "event",
            Self::Record => "record",
        }
    }

    /// The rows that fit all of these; `None` if there are too many to try.
    fn ids(self, db: &Connection, about: &[About<'_>]) -> Result<Option<Vec<i64>>, Failure> {
        let table = self.name();
        let (narrow, value) = match about {
            [(Some(Attribute::AccessKeyId), [one])] => ("access_key", exact_key(one)),
            [(Some(Attribute::Username), [one])] => ("username", one.exact()),
            _ => ("", None),
        };
        let rows = match value {
            Some(_) => format!("{table} WHERE {narrow} = ?1"),
            None => format!("{table} WHERE ?1 IS NULL"),
        };
        let mut select = db.prepare(&format!("SELECT * FROM {rows} LIMIT ?2"))?;
        let mut rows = select.query(params![value, MAX_TRIED + 1])?;
        let (mut ids, mut tried) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            tried += 1;
            if tried > MAX_TRIED {
                return Ok(None);
            }
            let fits = match self {
                Self::Identity => identity_fits(row, about)?,
                _ => columns_fit(row, about)?,
            };
            if fits {
                ids.push(row.get(0)?);
            }
        }
        Ok(Some(ids))
    }
}

/// Criteria about one thing, of which any may fit.
type About<'f> = (Option<Attribute>, &'f [Criterion]);

/// A key that is in its column, if it is anywhere.
fn exact_key(criterion: &Criterion) -> Option<&str> {
    let key = criterion.exact()?;
    CredentialId::parse(key).is_ok().then_some(key)
}

fn identity_fits(row: &Row<'_>, about: &[About<'_>]) -> Result<bool, Failure> {
    let json = text(row, "json")?;
    let may_fit = |(about, any): &About<'_>| {
        any.iter().any(|one| match (about, one.exact()) {
            // An actor may be named by what is put together from two members.
            (Some(Attribute::Actor), Some(name)) if name.contains([':', '/']) => true,
            (Some(Attribute::Actor), Some("unknown")) => true,
            // Root is called so, and not in the record.
            (Some(Attribute::Username), Some("root")) => true,
            _ => json.is_none_or(|json| one.may_fit(json)),
        })
    };
    if !about.iter().all(may_fit) {
        return Ok(false);
    }
    let record = record_of(json);
    let record = Record::parse(&record).map_err(|_| "an identity that is no object")?;
    let fits = |(_, any): &About<'_>| any.iter().any(|one| one.fits(&record));
    Ok(about.iter().all(fits))
}

fn columns_fit(row: &Row<'_>, about: &[About<'_>]) -> Result<bool, Failure> {
    for (about, any) in about {
        let column = match about {
            Some(Attribute::Account) => "account",
            Some(Attribute::Address) => "address",
            Some(Attribute::ErrorCode) => "error_code",
            Some(Attribute::EventCategory) => "category",
            Some(Attribute::EventName) => "name",
            Some(Attribute::EventSource) => "source",
            Some(Attribute::ReadOnly) => "read_only",
            Some(Attribute::Region) => "region",
            Some(Attribute::UserAgent) => "agent",
            _ => continue,
        };
        let value = text(row, column)?.filter(|value| !value.is_empty());
        if !value.is_some_and(|value| any.iter().any(|one| one.fits_value(value))) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn text<'r>(row: &'r Row<'_>, column: &str) -> Result<Option<&'r str>, Failure> {
    let value = row.get_ref(column)?;
    Ok(value.as_str_or_null().map_err(rusqlite::Error::from)?)
}
