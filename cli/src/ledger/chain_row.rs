//! Sources, chains and their time, as rows.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use trailseal_verifier::chain::ChainId;
use trailseal_verifier::coverage::{Coverage, Interval, State};
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::id::OrganizationId;
use trailseal_verifier::layout::ChainKind;
use trailseal_verifier::object::ObjectRef;

use super::error::Failure;
use super::state::{ChainState, KnownSource, Tip};

/// Every source with all that is known of it, by name.
pub(super) fn sources(db: &Connection) -> Result<BTreeMap<String, KnownSource>, Failure> {
    let mut sources = BTreeMap::new();
    let mut select = db.prepare_cached("SELECT name, location, secret, mark FROM source")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let secret: Vec<u8> = row.get(2)?;
        let secret = <[u8; 32]>::try_from(secret.as_slice())
            .map_err(|_| Failure::Odd("a secret", format!("{} bytes", secret.len())))?;
        let source = KnownSource {
            location: row.get(1)?,
            secret,
            mark: optional(row, 3, "a mark")?,
            chains: BTreeMap::new(),
        };
        sources.insert(row.get(0)?, source);
    }
    let mut spans = spans(db)?;
    let mut select = db.prepare_cached(
        "SELECT id, source, organization, account, region, trail, home, kind, \
         tip_bucket, tip_key, tip_start, tip_end, tip_hash, tip_signature FROM chain",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (number, name): (i64, String) = (row.get(0)?, row.get(1)?);
        let chain = ChainState {
            tip: tip(row)?,
            coverage: spans.remove(&number).unwrap_or_default(),
        };
        let source = sources
            .get_mut(&name)
            .ok_or_else(|| Failure::Odd("the source of a chain", name))?;
        source.chains.insert(chain_id(row)?, chain);
    }
    Ok(sources)
}

fn spans(db: &Connection) -> Result<BTreeMap<i64, Coverage>, Failure> {
    let mut all: BTreeMap<i64, Coverage> = BTreeMap::new();
    let mut select =
        db.prepare_cached("SELECT chain, start, \"end\", state FROM span ORDER BY chain, start")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let interval = Interval::new(time(row, 1, "a time")?, time(row, 2, "a time")?);
        let word: String = row.get(3)?;
        let state = STATES.iter().find(|(_, name)| *name == word);
        let (state, _) = state.ok_or_else(|| Failure::Odd("a state", word))?;
        all.entry(row.get(0)?).or_default().push(interval, *state);
    }
    Ok(all)
}

const STATES: [(State, &str); 4] = [
    (State::Proved, "proved"),
    (State::Failed, "failed"),
    (State::Unchecked, "unchecked"),
    (State::Uncovered, "uncovered"),
];

fn chain_id(row: &Row<'_>) -> Result<ChainId, Failure> {
    let organization: Option<String> = row.get(2)?;
    let kind: String = row.get(7)?;
    Ok(ChainId {
        organization: organization
            .map(|text| parsed(text, "an organization"))
            .transpose()?,
        account: parsed(row.get(3)?, "an account")?,
        region: parsed(row.get(4)?, "a Region")?,
        trail: parsed(row.get(5)?, "a trail")?,
        home: parsed(row.get(6)?, "a home Region")?,
        kind: match kind.as_str() {
            "hourly" => ChainKind::Hourly,
            "backfill" => ChainKind::Backfill,
            _ => return Err(Failure::Odd("a kind of chain", kind)),
        },
    })
}

fn tip(row: &Row<'_>) -> Result<Option<Tip>, Failure> {
    let Some(bucket) = row.get::<_, Option<String>>(8)? else {
        return Ok(None);
    };
    let hash: Vec<u8> = row.get(12)?;
    let hash = data_encoding::HEXLOWER.encode(&hash);
    Ok(Some(Tip {
        object: ObjectRef::new(parsed(bucket, "a bucket")?, row.get::<_, String>(9)?),
        window: Interval::new(time(row, 10, "a time")?, time(row, 11, "a time")?),
        hash: Sha256::parse(&hash).ok_or_else(|| Failure::Odd("a hash", hash))?,
        signature: row.get(13)?,
    }))
}

/// Writes what is known of a source.
pub(super) fn save(db: &Connection, name: &str, source: &KnownSource) -> Result<(), Failure> {
    db.prepare_cached(
        "INSERT INTO source (name, location, secret, mark) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (name) DO UPDATE SET location = ?2, secret = ?3, mark = ?4",
    )?
    .execute(params![
        name,
        source.location,
        source.secret,
        source.mark.map(|mark| mark.to_string()),
    ])?;
    for (id, chain) in &source.chains {
        save_chain(db, name, id, chain)?;
    }
    Ok(())
}

fn save_chain(
    db: &Connection,
    source: &str,
    id: &ChainId,
    chain: &ChainState,
) -> Result<(), Failure> {
    let kind = id.kind.to_string();
    let organization = id.organization.as_ref().map(OrganizationId::as_str);
    let key = params![
        source,
        organization,
        id.account.as_str(),
        id.region.as_str(),
        id.trail.as_str(),
        id.home.as_str(),
        kind,
    ];
    let known: Option<i64> = db
        .prepare_cached(
            "SELECT id FROM chain WHERE source = ?1 AND organization IS ?2 AND account = ?3 \
             AND region = ?4 AND trail = ?5 AND home = ?6 AND kind = ?7",
        )?
        .query_row(key, |row| row.get(0))
        .optional()?;
    let number = match known {
        Some(number) => number,
        None => {
            db.prepare_cached(
                "INSERT INTO chain (source, organization, account, region, trail, home, kind) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(key)?;
            db.last_insert_rowid()
        }
    };
    let tip = chain.tip.as_ref();
    db.prepare_cached(
        "UPDATE chain SET tip_bucket = ?2, tip_key = ?3, tip_start = ?4, tip_end = ?5, \
         tip_hash = ?6, tip_signature = ?7 WHERE id = ?1",
    )?
    .execute(params![
        number,
        tip.map(|tip| tip.object.bucket.as_str()),
        tip.map(|tip| &tip.object.key),
        tip.map(|tip| tip.window.start.to_string()),
        tip.map(|tip| tip.window.end.to_string()),
        tip.map(|tip| tip.hash.as_bytes()),
        tip.and_then(|tip| tip.signature.as_ref()),
    ])?;
    save_spans(db, number, &chain.coverage)
}

fn save_spans(db: &Connection, chain: i64, coverage: &Coverage) -> Result<(), Failure> {
    db.prepare_cached("DELETE FROM span WHERE chain = ?1")?
        .execute([chain])?;
    let mut insert = db.prepare_cached(
        "INSERT INTO span (chain, start, \"end\", state) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for span in coverage.spans() {
        // What is not due yet is nothing that is known.
        if let Some((_, state)) = STATES.iter().find(|(state, _)| *state == span.state) {
            let Interval { start, end } = span.interval;
            insert.execute(params![chain, start.to_string(), end.to_string(), state])?;
        }
    }
    Ok(())
}

/// A column that holds a time.
pub(super) fn time(row: &Row<'_>, column: usize, what: &'static str) -> Result<Timestamp, Failure> {
    parsed(row.get(column)?, what)
}

/// A column that may hold something that is parsed.
pub(super) fn optional<T: std::str::FromStr>(
    row: &Row<'_>,
    column: usize,
    what: &'static str,
) -> Result<Option<T>, Failure> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| parsed(text, what)).transpose()
}

/// A text that is parsed.
pub(super) fn parsed<T: std::str::FromStr>(text: String, what: &'static str) -> Result<T, Failure> {
    text.parse().map_err(|_| Failure::Odd(what, text))
}
