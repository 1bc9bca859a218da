//! The part of the session graph that a question is about: what it names, and all
//! that is tied to that, whichever way. Ties were resolved when the case was
//! built, so the rest of the graph changes nothing about the answer.

use std::collections::BTreeSet;

use rusqlite::{Connection, Params, params};

use super::error::Failure;
use super::sessions::{ISSUES, issue_of, usage_of};
use super::{places::Origins, sessions};
use crate::actor::split_principal;
use crate::provenance::Provenance;
use crate::session::{Graph, Links, Parts, Query};

/// Sessions and issues that are looked up one by one. With more, reading all of
/// them in a row is sooner done.
const MAX_PARTS: usize = 20_000;

/// Reads what a question is about; `None` if that may be most of the graph, or if
/// more is tied to it than the case keeps.
pub(super) fn load(db: &Connection, query: &Query) -> Result<Option<Graph<Provenance>>, Failure> {
    let mut part = Part::default();
    part.seed(db, query)?;
    if !part.close(db)? {
        return Ok(None);
    }
    let mut origins = Origins::default();
    let mut refer = |at| origins.provenance(db, at);
    let mut uses = Vec::new();
    let mut select = db.prepare("SELECT detail FROM session WHERE id = ?1")?;
    for id in &part.sessions {
        let detail: String = select.query_row([id], |row| row.get(0))?;
        uses.push(usage_of(&detail, &mut refer)?);
    }
    let mut issues = Vec::new();
    let mut select = db.prepare(&format!("{ISSUES} WHERE issue.id = ?1"))?;
    for id in &part.issues {
        let (name, detail): (String, String) =
            select.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        issues.push(issue_of(&name, &detail, &mut refer)?);
    }
    let totals = sessions::totals(db)?;
    let restored = Graph::restore(Parts {
        uses,
        issues,
        totals,
    });
    Ok(Some(
        restored.ok_or("sessions with more events than there are")?,
    ))
}

/// Rows by their ids.
#[derive(Default)]
struct Part {
    sessions: BTreeSet<i64>,
    issues: BTreeSet<i64>,
    /// Rows whose ties were not followed yet.
    open: Vec<Row>,
}

#[derive(Clone, Copy)]
enum Row {
    Session(i64),
    Issue(i64),
}

impl Part {
    /// What the question names, and maybe more.
    fn seed(&mut self, db: &Connection, query: &Query) -> Result<(), Failure> {
        match query {
            Query::Credential(key) => {
                self.find(db, "access_key = ?1", "access_key = ?1", &[key.as_str()])
            }
            Query::Principal(text) => {
                let (id, _) = split_principal(text);
                self.find(db, "actor = ?1", "principal = ?1", &[id])
            }
            Query::Name(name) => {
                let named = "name = ?1 OR session = ?1";
                self.find(db, named, named, &[&**name])
            }
            Query::Arn(arn) => {
                // The sessions of a role have its name, but not its ARN.
                let role = arn.rsplit('/').next();
                let sessions = "json_extract(detail, '$.actor.arn') = ?1 OR name = ?2";
                self.find(
                    db,
                    sessions,
                    "arn = ?1 OR (role = ?1 AND ?2 = ?2)",
                    &params![&**arn, role],
                )
            }
        }
    }

    fn find(
        &mut self,
        db: &Connection,
        sessions: &str,
        issues: &str,
        named: &(impl Params + Clone),
    ) -> Result<(), Failure> {
        for (table, condition, row) in [
            ("session", sessions, Row::Session as fn(i64) -> Row),
            ("issue", issues, Row::Issue),
        ] {
            let sql = format!(
                "SELECT id FROM {table} WHERE {condition} LIMIT {}",
                MAX_PARTS + 1
            );
            let mut select = db.prepare(&sql)?;
            let mut rows = select.query(named.clone())?;
            while let Some(found) = rows.next()? {
                self.add(row(found.get(0)?));
            }
        }
        Ok(())
    }

    fn add(&mut self, row: Row) {
        let is_new = match row {
            Row::Session(id) => self.sessions.insert(id),
            Row::Issue(id) => self.issues.insert(id),
        };
        if is_new {
            self.open.push(row);
        }
    }

    /// Follows all ties. Whether they are few, and all kept.
    fn close(&mut self, db: &Connection) -> Result<bool, Failure> {
        let mut of_session =
            db.prepare("SELECT issue, candidates, via FROM edge WHERE session = ?1")?;
        let mut of_issue =
            db.prepare("SELECT session, candidates, via FROM edge WHERE issue = ?1")?;
        while let Some(row) = self.open.pop() {
            if self.sessions.len() + self.issues.len() > MAX_PARTS {
                return Ok(false);
            }
            let (mut ties, other) = match row {
                Row::Session(id) => (of_session.query([id])?, Row::Issue as fn(i64) -> Row),
                Row::Issue(id) => (of_issue.query([id])?, Row::Session as fn(i64) -> Row),
            };
            while let Some(tie) = ties.next()? {
                let candidates: i64 = tie.get(1)?;
                if usize::try_from(candidates).is_ok_and(|candidates| candidates > Links::MAX) {
                    return Ok(false);
                }
                self.add(other(tie.get(0)?));
                if let Some(via) = tie.get(2)? {
                    self.add(Row::Issue(via));
                }
            }
        }
        Ok(true)
    }
}
