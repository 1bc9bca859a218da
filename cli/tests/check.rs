//! `trailseal check`: what is new, what was proved before, what changed.

#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod watched;

use serde_json::json;
use trailseal_test_vectors::gzip;
use watched::{BUCKET, World, check_time, object};

/// A world with so many hours delivered, and checked once.
fn world(hours: i64) -> World {
    let mut world = World::new(2, 2);
    for at in 0..hours {
        world.deliver_all(at);
    }
    world.check(hours - 1).passes();
    world
}

#[test]
fn a_growing_bucket_is_verified_once_and_then_what_is_new() {
    let mut world = World::new(2, 2);
    for at in 0..6 {
        world.deliver_all(at);
    }
    let first = world.check(5);
    first.passes();
    assert_eq!(first.report["run"]["number"], 1);
    assert_eq!(first.source()["fresh"]["digests"]["verified"], 24);
    for at in 6..9 {
        world.deliver_all(at);
        let next = world.check(at);
        next.passes();
        assert_eq!(next.source()["fresh"]["digests"]["verified"], 4);
        assert_eq!(next.source()["again"]["digests"]["verified"], 4, "the tips");
        let chain = &next.source()["chains"][0];
        assert_eq!(chain["proved_seconds"], (at + 1) * 3_600);
        assert_eq!(chain["unproved_seconds"], 0);
    }
    let full = world.check_with(9, &["--full"]);
    full.passes();
    assert_eq!(full.source()["again"]["digests"]["verified"], 36);
    let text = world.run(&["check", "--at", &check_time(9).to_string()]);
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(
        text.starts_with("PASS") && text.contains("row 6 of the ledger"),
        "{text}"
    );
    let again = world.run(&["ledger", "verify"]);
    assert_eq!(again.status.code(), Some(3), "nothing is signed: {again:?}");
}

#[test]
fn a_tip_that_vanished_or_changed_is_failed_in_the_next_check() {
    let mut world = world(6);
    let gone = world.chains[0].digest(5).to_owned();
    let altered = world.chains[1].digest(5).to_owned();
    world.delete(&gone);
    let store = world.server.store();
    store.put(BUCKET, &altered, gzip(b"{}"), &[]).unwrap();
    let found = world.check(5);
    assert_eq!(found.code, Some(1), "{found:?}");
    let expected = [
        ("digest-absent".to_owned(), object(&gone)),
        ("digest-malformed".to_owned(), object(&altered)),
    ];
    let mut new = found.fresh();
    new.sort();
    assert_eq!(new, expected);

    // The others go on, and it is one finding still when the next digest names it.
    world.deliver_all(6);
    let next = world.check(6);
    assert_eq!(next.fresh(), [], "{}", next.report);
    assert_eq!(next.findings("open").len(), 2);
}

#[test]
fn what_is_repaired_is_resolved() {
    let mut world = world(6);
    let log = world.chains[2].log_key(4).to_owned();
    let store = world.server.store();
    store
        .put(BUCKET, &log, gzip(b"{\"Records\":[]}"), &[])
        .unwrap();
    let found = world.check_with(5, &["--full"]);
    assert_eq!(
        found.fresh(),
        [("log-hash-mismatch".to_owned(), object(&log))]
    );
    assert_eq!(found.status(&world.chains[2])["failed_seconds"], 3_600);

    world.deliver_all(6);
    let next = world.check(6);
    assert_eq!((next.code, next.fresh()), (Some(1), vec![]));
    assert_eq!(
        next.report["changes"],
        json!({
            "new": 0, "resolved": 0, "still_open": 1, "accepted": 0,
        })
    );

    let honest = world.chains[2].log(4, 25);
    world
        .server
        .store()
        .put(BUCKET, &log, honest.packed(), &[])
        .unwrap();
    world.deliver_all(7);
    let repaired = world.check(7);
    assert_eq!(repaired.code, Some(0), "{}", repaired.report);
    assert_eq!(repaired.findings("resolved").len(), 1);
    assert_eq!(repaired.status(&world.chains[2])["failed_seconds"], 0);
    world.deliver_all(8);
    world.check(8).passes();
}
