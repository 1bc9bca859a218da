//! What an hourly check of twenty accounts in seventeen Regions costs, with a
//! ledger of some hours and with one of a year; and what is verified again besides.
//!
//! `cargo test --workspace --test check_cost -- --ignored --nocapture`

#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]
#![allow(clippy::print_stdout, reason = "it measures")]

#[path = "check_cost/share.rs"]
mod share;
mod watched;

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{Context, SHA256};
use jiff::SignedDuration;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};
use watched::{World, hour};

/// Hours of the ledger's year.
const YEAR: i64 = 365 * 24;

struct Cost {
    time: Duration,
    requests: BTreeMap<String, u64>,
    ledger: u64,
}

fn cost(world: &World, hours: i64) -> Cost {
    world.server.forget_requests();
    let began = Instant::now();
    let checked = world.check(hours);
    let time = began.elapsed();
    checked.passes();
    assert_eq!(checked.source()["fresh"]["digests"]["verified"], 340);
    Cost {
        time,
        requests: world.server.requests(),
        ledger: fs::metadata(world.path("trailseal-ledger.sqlite"))
            .unwrap()
            .len(),
    }
}

/// The hash format of the ledger, written once more.
fn feed(context: &mut Context, value: ValueRef<'_>) {
    let (kind, bytes): (u8, &[u8]) = match value {
        ValueRef::Null => (0, &[]),
        ValueRef::Integer(number) => {
            context.update(&[1]);
            return context.update(&number.to_be_bytes());
        }
        ValueRef::Real(_) => panic!("there are none"),
        ValueRef::Text(text) => (3, text),
        ValueRef::Blob(bytes) => (4, bytes),
    };
    context.update(&[kind]);
    context.update(&(bytes.len() as u64).to_be_bytes());
    context.update(bytes);
}

fn content(db: &Connection) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    let tables = [
        ("source", "name"),
        ("chain", "id"),
        ("span", "chain, start"),
        ("finding", "number"),
        ("history", "source, at"),
    ];
    for (table, order) in tables {
        feed(&mut context, ValueRef::Text(table.as_bytes()));
        let mut select = db
            .prepare(&format!("SELECT * FROM {table} ORDER BY {order}"))
            .unwrap();
        let columns = select.column_count();
        let mut rows = select.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            (0..columns).for_each(|column| feed(&mut context, row.get_ref(column).unwrap()));
        }
    }
    context.finish().as_ref().to_vec()
}

/// Makes a ledger a year older: time proved since then, a row of the journal for
/// every hour, a thinned history, and findings that came and went.
fn age(world: &World) {
    let db = Connection::open(world.path("trailseal-ledger.sqlite")).unwrap();
    let began = hour(-YEAR);
    db.execute_batch("BEGIN").unwrap();
    db.execute("UPDATE span SET start = ?1", [began.to_string()])
        .unwrap();
    for day in 0..365 {
        let at = (began + SignedDuration::from_hours(24 * day)).to_string();
        let row = params![at];
        db.execute(
            "INSERT INTO history VALUES ('org', ?1, 340, 1, 0, 0, 3600, 0)",
            row,
        )
        .unwrap();
    }
    for at in 1..=7 * 24 {
        let at = (hour(0) - SignedDuration::from_mins(60 * at - 30)).to_string();
        let row = params![at];
        db.execute(
            "INSERT INTO history VALUES ('org', ?1, 340, 1, 0, 0, 3600, 0)",
            row,
        )
        .unwrap();
    }
    for number in 0..1_000 {
        db.execute(
            "INSERT INTO finding (id, source, code, answer, subject, object, detail, first_seen, \
             last_seen, resolved) VALUES (?1, 'org', 'log-unread', 'unchecked', ?2, ?2, 'throttled', \
             ?3, ?3, ?3)",
            params![format!("{number:016x}"), format!("s3://logs/{number:0200}"), began.to_string()],
        )
        .unwrap();
    }
    let content = content(&db);
    let (mut number, mut previous): (i64, Vec<u8>) = db
        .query_row(
            "SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    let (at, detail): (String, String) = db
        .query_row(
            "SELECT began, detail FROM journal WHERE number = ?1",
            [number],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    for _ in 0..YEAR {
        number += 1;
        let mut context = Context::new(&SHA256);
        feed(&mut context, ValueRef::Integer(number));
        for text in ["check", &at, &at, "pass", "verified", &detail] {
            feed(&mut context, ValueRef::Text(text.as_bytes()));
        }
        feed(&mut context, ValueRef::Blob(&content));
        feed(&mut context, ValueRef::Blob(&previous));
        feed(&mut context, ValueRef::Null);
        let hash = context.finish().as_ref().to_vec();
        db.execute(
            "INSERT INTO journal VALUES (?1, 'check', ?2, ?2, 'pass', 'verified', ?3, ?4, ?5, NULL, \
             ?6, NULL)",
            params![number, at, detail, content, previous, hash],
        )
        .unwrap();
        previous = hash;
    }
    db.execute_batch("COMMIT").unwrap();
}

#[test]
#[ignore = "measures; takes a minute"]
fn a_year_costs_what_a_day_costs() {
    let mut world = World::new(20, 17);
    // Only today is looked at again: what that costs depends on `recheck_days`.
    world.configure("from = \"2026-03-02\"");
    for at in -1..3 {
        world.deliver_all(at);
    }
    world.check(2).passes();
    let mut young = Vec::new();
    let mut old = Vec::new();
    for at in 3..6 {
        world.deliver_all(at);
        young.push(cost(&world, at));
    }
    age(&world);
    let verified = world.run(&["ledger", "verify"]);
    assert_eq!(verified.status.code(), Some(3), "{verified:?}");
    for at in 6..9 {
        world.deliver_all(at);
        old.push(cost(&world, at));
    }
    for (name, costs) in [("some hours", &young), ("a year", &old)] {
        for Cost {
            time,
            requests,
            ledger,
        } in costs
        {
            println!("ledger of {name:10}: {time:>8.2?}, {ledger} bytes, {requests:?}");
        }
    }
    let requests = |costs: &[Cost]| {
        costs
            .iter()
            .map(|cost| cost.requests.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(requests(&young), requests(&old));
}
