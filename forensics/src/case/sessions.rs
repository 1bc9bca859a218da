//! The graph of sessions, to and from its tables.

use std::collections::HashMap;
use std::sync::mpsc::SyncSender;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::error::Failure;
use super::known::Known;
use super::places::Origins;
use super::stored::{At, number, word};
use super::total;
use crate::actor::{ActorId, CredentialId, Text};
use crate::provenance::Provenance;
use crate::session::{Graph, Issue, Limits, Links, Parts, Totals, Use};

/// What issues are read from, by [`issue_of`].
pub(super) const ISSUES: &str = "SELECT issue.shared_id, issue_detail.json \
                                 FROM issue CROSS JOIN issue_detail ON issue_detail.issue = issue.id";

const USED_BY: &str = "events of sessions";
const ISSUED_BY: &str = "records of issues";
const UNDATED: &str = "records of sessions without a time";

/// Reads the graph of a case.
pub(super) fn load(db: &Connection) -> Result<Graph<Provenance>, Failure> {
    let mut origins = Origins::default();
    let mut refer = |at: At| origins.provenance(db, at);
    let limits = Limits::default();

    let mut uses = Vec::new();
    let mut select = db.prepare("SELECT detail FROM session")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        if uses.len() > limits.credentials.saturating_mul(limits.variants) {
            return Err("more sessions than a case holds".into());
        }
        let detail: String = row.get(0)?;
        uses.push(usage_of(&detail, &mut refer)?);
    }

    let mut issues = Vec::new();
    let mut select = db.prepare(ISSUES)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        if issues.len() > limits.issues {
            return Err("more issues than a case holds".into());
        }
        let (name, detail): (String, String) = (row.get(0)?, row.get(1)?);
        issues.push(issue_of(&name, &detail, &mut refer)?);
    }

    let totals = totals(db)?;
    let restored = Graph::restore(Parts {
        uses,
        issues,
        totals,
    });
    Ok(restored.ok_or("sessions with more events than there are")?)
}

/// Of all events, whatever part of the graph is read.
pub(super) fn totals(db: &Connection) -> Result<Totals, Failure> {
    Ok(Totals {
        used_by: total::read(db, USED_BY)?,
        issued_by: total::read(db, ISSUED_BY)?,
        undated: total::read(db, UNDATED)?,
    })
}

/// A row of table `session`.
pub(super) fn usage_of(
    detail: &str,
    refer: &mut impl FnMut(At) -> Result<Provenance, Failure>,
) -> Result<Use<Provenance>, Failure> {
    let usage: Use<At> = serde_json::from_str(detail)?;
    usage.refer(refer)
}

/// A row of table `issue`, and the name that its records share.
pub(super) fn issue_of(
    name: &str,
    detail: &str,
    refer: &mut impl FnMut(At) -> Result<Provenance, Failure>,
) -> Result<(Text, Issue<Provenance>), Failure> {
    let issue: Issue<At> = serde_json::from_str(detail)?;
    Ok((Text::new(name), issue.refer(refer)?))
}

/// A row of a graph, and how it is written.
#[derive(Debug)]
pub(super) struct Row {
    sql: &'static str,
    columns: Vec<Value>,
}

/// Rows that are handed over at one time.
const TOGETHER: usize = 500;

/// Writes rows in the place of those that are there.
pub(super) fn store(
    db: &Connection,
    rows: impl IntoIterator<Item = Vec<Row>>,
) -> Result<(), Failure> {
    db.execute_batch(
        "DELETE FROM edge; DELETE FROM session; DELETE FROM issue; DELETE FROM issue_detail",
    )?;
    for row in rows.into_iter().flatten() {
        let mut insert = db.prepare_cached(row.sql)?;
        insert.execute(params_from_iter(row.columns))?;
    }
    Ok(())
}

/// The rows of a graph, and of what its parts are tied by. Ends when nobody takes
/// them any longer.
pub(super) fn rows(
    graph: &Graph<Provenance>,
    known: &Known,
    rows: &SyncSender<Vec<Row>>,
) -> Result<(), Failure> {
    let mut making = Making {
        known,
        rows,
        made: Vec::new(),
    };
    match making.graph(graph).and_then(|()| making.hand_over()) {
        // Whoever took them knows why not.
        Err(Ended::NotTaken) | Ok(()) => Ok(()),
        Err(Ended::Failed(failure)) => Err(failure),
    }
}

/// Why no more rows are made.
enum Ended {
    NotTaken,
    Failed(Failure),
}

impl<F: Into<Failure>> From<F> for Ended {
    fn from(failure: F) -> Self {
        Self::Failed(failure.into())
    }
}

struct Making<'m> {
    known: &'m Known,
    rows: &'m SyncSender<Vec<Row>>,
    made: Vec<Row>,
}

impl Making<'_> {
    fn graph(&mut self, graph: &Graph<Provenance>) -> Result<(), Ended> {
        // What is known of an issue by its key only is found by its address.
        let names: HashMap<*const Issue<Provenance>, &Text> = graph
            .named_issues()
            .map(|(name, issue)| (std::ptr::from_ref(issue), name))
            .collect();
        let sessions = graph.resolve();
        for (id, usage) in (1..).zip(sessions.uses()) {
            self.usage(id, usage)?;
        }
        for (id, issue) in (1..).zip(sessions.issues()) {
            let name = names.get(&std::ptr::from_ref(*issue));
            self.issue(id, issue, name.ok_or("an issue without a name")?)?;
        }
        for (at, session) in (0..sessions.uses().len()).zip(1..) {
            if let Some(links) = sessions.origin(at) {
                self.edges("issued", links, |to| (to, session))?;
            }
        }
        for (at, issue) in (0..sessions.issues().len()).zip(1..) {
            if let Some(links) = sessions.caller(at) {
                self.edges("asked", links, |to| (issue, to))?;
            }
        }
        let totals = graph.totals();
        for (name, value) in [
            (USED_BY, totals.used_by),
            (ISSUED_BY, totals.issued_by),
            (UNDATED, totals.undated),
        ] {
            self.row(total::WRITE, [text(Some(name)), number(value).into()])?;
        }
        Ok(())
    }

    fn row<const N: usize>(&mut self, sql: &'static str, columns: [Value; N]) -> Result<(), Ended> {
        let columns = columns.into();
        self.made.push(Row { sql, columns });
        match self.made.len() {
            TOGETHER.. => self.hand_over(),
            _ => Ok(()),
        }
    }

    fn hand_over(&mut self) -> Result<(), Ended> {
        let made = std::mem::replace(&mut self.made, Vec::with_capacity(TOGETHER));
        self.rows.send(made).map_err(|_| Ended::NotTaken)
    }

    fn usage(&mut self, id: i64, usage: &Use<Provenance>) -> Result<(), Ended> {
        let usage = usage.clone().refer(&mut |place| self.at(&place))?;
        let actor = &usage.actor;
        let columns = [
            id.into(),
            text(actor.credential.as_ref().map(CredentialId::as_str)),
            text(Some(&usage.party)),
            text(Some(actor.id.as_str())),
            word(actor.kind).into(),
            text(actor.account.as_deref()),
            text(actor.name.as_deref()),
            text(actor.session.as_deref()),
            usage.created.map(|time| time.to_string()).into(),
            usage.first.time.to_string().into(),
            text(usage.first.id.as_deref()),
            usage.last.time.to_string().into(),
            text(usage.last.id.as_deref()),
            number(usage.events).into(),
            serde_json::to_string(&usage)?.into(),
        ];
        let sql = "INSERT INTO session VALUES \
                   (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
        self.row(sql, columns)
    }

    fn issue(&mut self, id: i64, issue: &Issue<Provenance>, name: &Text) -> Result<(), Ended> {
        let issue = issue.clone().refer(&mut |place| self.at(&place))?;
        let target = &issue.target;
        let columns = [
            id.into(),
            word(issue.kind).into(),
            issue.time.to_string().into(),
            text(issue.copies.first().and_then(|copy| copy.id.as_deref())),
            text(issue.issuers.first().map(|issuer| issuer.id.as_str())),
            text(issue.credential.as_ref().map(CredentialId::as_str)),
            text(target.account.as_deref()),
            text(target.id.as_ref().map(ActorId::as_str)),
            text(target.arn.as_deref()),
            text(target.role.as_deref()),
            text(target.name.as_deref()),
            text(target.session.as_deref()),
            text(Some(name)),
        ];
        let sql = "INSERT INTO issue VALUES \
                   (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
        self.row(sql, columns)?;
        let detail = serde_json::to_string(&issue)?;
        let sql = "INSERT INTO issue_detail VALUES (?1, ?2)";
        self.row(sql, [id.into(), detail.into()])
    }

    /// `ends` says which issue and which session the other end stands for.
    fn edges(
        &mut self,
        direction: &str,
        links: &Links,
        ends: impl Fn(i64) -> (i64, i64),
    ) -> Result<(), Ended> {
        let id = |index: usize| number(index as u64) + 1;
        for (rank, link) in (0_i64..).zip(&links.found) {
            let (issue, session) = ends(id(link.to));
            let columns = [
                text(Some(direction)),
                issue.into(),
                session.into(),
                rank.into(),
                number(links.candidates as u64).into(),
                word(link.basis).into(),
                word(link.confidence).into(),
                link.via.map(id).into(),
            ];
            let sql = "INSERT INTO edge VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            self.row(sql, columns)?;
        }
        Ok(())
    }

    fn at(&self, place: &Provenance) -> Result<At, Failure> {
        self.known.at(place).ok_or("a log that is not there".into())
    }
}

fn text(text: Option<&str>) -> Value {
    text.map(str::to_owned).into()
}
