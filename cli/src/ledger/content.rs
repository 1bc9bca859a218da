//! A hash over what the ledger states.

use aws_lc_rs::digest::{Context, SHA256};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use trailseal_verifier::hash::Sha256;

/// The tables that it covers, each with the order of its rows.
const TABLES: [(&str, &str); 5] = [
    ("source", "name"),
    ("chain", "id"),
    ("span", "chain, start"),
    ("finding", "number"),
    ("history", "source, at"),
];

/// The hash over all tables but the journal.
pub(super) fn hash(db: &Connection) -> rusqlite::Result<Sha256> {
    let mut context = Context::new(&SHA256);
    for (table, order) in TABLES {
        feed(&mut context, ValueRef::Text(table.as_bytes()));
        let mut select = db.prepare_cached(&format!("SELECT * FROM {table} ORDER BY {order}"))?;
        let columns = select.column_count();
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                feed(&mut context, row.get_ref(column)?);
            }
        }
    }
    Ok(Sha256::finish(context))
}

/// Adds one value, so that no two lists of values are the same bytes.
pub(super) fn feed(context: &mut Context, value: ValueRef<'_>) {
    let (kind, bytes): (u8, &[u8]) = match value {
        ValueRef::Null => (0, &[]),
        ValueRef::Integer(number) => {
            context.update(&[1]);
            context.update(&number.to_be_bytes());
            return;
        }
        ValueRef::Real(number) => {
            context.update(&[2]);
            context.update(&number.to_be_bytes());
            return;
        }
        ValueRef::Text(text) => (3, text),
        ValueRef::Blob(bytes) => (4, bytes),
    };
    context.update(&[kind]);
    context.update(&(bytes.len() as u64).to_be_bytes());
    context.update(bytes);
}
