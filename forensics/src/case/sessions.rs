//! The graph of sessions, to and from its tables.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::error::Failure;
use super::places::{LogIds, Origins};
use super::stored::{At, number, word};
use super::total;
use crate::actor::{ActorId, CredentialId, Text};
use crate::provenance::Provenance;
use crate::session::{Graph, Issue, Limits, Links, Parts, Totals, Use};

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
    let mut select = db.prepare("SELECT shared_id, detail FROM issue")?;
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

/// Writes a graph, and what its parts are tied by, in the place of the one that
/// is there.
pub(super) fn store(db: &Connection, graph: &Graph<Provenance>) -> Result<(), Failure> {
    db.execute_batch("DELETE FROM edge; DELETE FROM session; DELETE FROM issue")?;
    let mut logs = LogIds::default();
    let mut refer = |place: Provenance| logs.at(db, &place);

    // What is known of an issue by its key only is found by its address.
    let names: HashMap<*const Issue<Provenance>, &Text> = graph
        .named_issues()
        .map(|(name, issue)| (std::ptr::from_ref(issue), name))
        .collect();
    let sessions = graph.resolve();
    for (id, usage) in (1..).zip(sessions.uses()) {
        store_use(db, id, usage, &mut refer)?;
    }
    for (id, issue) in (1..).zip(sessions.issues()) {
        let name = names.get(&std::ptr::from_ref(*issue));
        let name = name.ok_or("an issue without a name")?;
        store_issue(db, id, issue, name, &mut refer)?;
    }
    for (at, session) in (0..sessions.uses().len()).zip(1..) {
        if let Some(links) = sessions.origin(at) {
            store_edges(db, "issued", links, |to| (to, session))?;
        }
    }
    for (at, issue) in (0..sessions.issues().len()).zip(1..) {
        if let Some(links) = sessions.caller(at) {
            store_edges(db, "asked", links, |to| (issue, to))?;
        }
    }
    let totals = graph.totals();
    total::write(db, USED_BY, totals.used_by)?;
    total::write(db, ISSUED_BY, totals.issued_by)?;
    total::write(db, UNDATED, totals.undated)
}

fn store_use(
    db: &Connection,
    id: i64,
    usage: &Use<Provenance>,
    refer: &mut impl FnMut(Provenance) -> Result<At, Failure>,
) -> Result<(), Failure> {
    let usage = usage.clone().refer(refer)?;
    let actor = &usage.actor;
    let mut insert = db.prepare_cached(
        "INSERT INTO session VALUES \
         (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?;
    insert.execute(params![
        id,
        actor.credential.as_ref().map(CredentialId::as_str),
        &*usage.party,
        actor.id.as_str(),
        word(actor.kind),
        actor.account.as_deref(),
        actor.name.as_deref(),
        actor.session.as_deref(),
        usage.created.map(|time| time.to_string()),
        usage.first.time.to_string(),
        usage.first.id.as_deref(),
        usage.last.time.to_string(),
        usage.last.id.as_deref(),
        number(usage.events),
        serde_json::to_string(&usage)?,
    ])?;
    Ok(())
}

fn store_issue(
    db: &Connection,
    id: i64,
    issue: &Issue<Provenance>,
    name: &Text,
    refer: &mut impl FnMut(Provenance) -> Result<At, Failure>,
) -> Result<(), Failure> {
    let issue = issue.clone().refer(refer)?;
    let target = &issue.target;
    let mut insert = db.prepare_cached(
        "INSERT INTO issue VALUES \
         (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?;
    insert.execute(params![
        id,
        word(issue.kind),
        issue.time.to_string(),
        issue.copies.first().and_then(|copy| copy.id.as_deref()),
        issue.issuers.first().map(|issuer| issuer.id.as_str()),
        issue.credential.as_ref().map(CredentialId::as_str),
        target.account.as_deref(),
        target.id.as_ref().map(ActorId::as_str),
        target.arn.as_deref(),
        target.role.as_deref(),
        target.name.as_deref(),
        target.session.as_deref(),
        &**name,
        serde_json::to_string(&issue)?,
    ])?;
    Ok(())
}

/// `ends` says which issue and which session the other end stands for.
fn store_edges(
    db: &Connection,
    direction: &str,
    links: &Links,
    ends: impl Fn(i64) -> (i64, i64),
) -> Result<(), Failure> {
    let id = |index: usize| number(index as u64) + 1;
    let mut insert =
        db.prepare_cached("INSERT INTO edge VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    for (rank, link) in (0..).zip(&links.found) {
        let (issue, session) = ends(id(link.to));
        let rank: i64 = rank;
        insert.execute(params![
            direction,
            issue,
            session,
            rank,
            number(links.candidates as u64),
            word(link.basis),
            word(link.confidence),
            link.via.map(id),
        ])?;
    }
    Ok(())
}
