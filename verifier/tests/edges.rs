//! What lies at an edge, of the range or of the copy, is no deletion.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;
#[allow(dead_code, reason = "each test file uses a part")]
#[path = "common/deliver.rs"]
mod deliver;

use common::kit::{BUCKET, healthy, hear, hour, in_memory, log, object, range, trail};
use deliver::{chain, codes, deliver, delivered, everything, found, proved_hours};
use jiff::SignedDuration;
use trailseal_test_vectors::{ChainBuilder, DigestHandle, SigningKey, Store, time};
use trailseal_verifier::source::{Directory, ReadErrorKind};
use trailseal_verifier::verdict::{Answer, Code};
use trailseal_verifier::walk::Request;

#[test]
fn logs_delivered_before_the_range_are_not_asked_of_the_digest_at_its_edge() {
    let mut store = Store::new();
    let mut chain = chain(trail());
    let digests: Vec<DigestHandle> = (0..4)
        .map(|index| {
            let logs = vec![log(&trail(), index, 0), log(&trail(), index, 2)];
            chain.hour(&mut store, hour(index), logs)
        })
        .collect();
    let request = Request {
        from: Some(hour(1) + SignedDuration::from_mins(30)),
        ..range(0, 4)
    };
    let (bucket, early) = digests[1].log(0);
    store.remove(bucket, early);
    let (report, heard) = hear(&in_memory(&store), &request);
    assert_eq!(found(&heard), [], "delivered at minute 10");
    assert_eq!(report.outcome, Answer::Verified);

    let (bucket, late) = digests[1].log(1);
    store.remove(bucket, late);
    let (report, heard) = hear(&in_memory(&store), &request);
    assert_eq!(found(&heard), [(Code::LogAbsent, digests[1].log_url(1))]);
    assert_eq!(report.outcome, Answer::Failed);
}

/// A trail over two midnights, and what is left of it in the folders of the
/// day between them.
fn one_day() -> (Store, Store, Vec<DigestHandle>) {
    let (store, digests) = delivered(trail(), 42);
    let mut day = store.clone();
    day.retain(|_, key| key.contains("/2026/03/03/"));
    (store, day, digests)
}

#[test]
fn a_copy_cut_at_midnight_lacks_a_log_and_has_lost_none() {
    let (whole, mut day, digests) = one_day();
    // Its window ends after midnight, its log was delivered before.
    let first = &digests[15];
    assert!(day.get(BUCKET, &first.key).is_some());
    let (report, heard) = hear(&in_memory(&day), &everything());
    assert_eq!(found(&heard), [(Code::LogUnread, first.log_url(0))]);
    assert_eq!(report.outcome, Answer::Unchecked);

    // A copy that holds another file of that day was not cut there.
    let (bucket, key) = digests[14].log(0);
    day.put_object(bucket, key, whole.get(bucket, key).unwrap().clone());
    let (report, heard) = hear(&in_memory(&day), &everything());
    assert_eq!(codes(&heard), [Code::LogAbsent], "{:#?}", heard.listed());
    assert_eq!(report.outcome, Answer::Failed);
}

#[test]
fn the_day_of_a_copy_of_one_day_is_covered() {
    let (_, day, _) = one_day();
    let request = Request {
        from: Some(time("2026-03-03T00:00:00Z")),
        to: Some(time("2026-03-03T23:00:00Z")),
        ..everything()
    };
    let (report, heard) = hear(&in_memory(&day), &request);
    assert_eq!(found(&heard), []);
    assert_eq!(report.outcome, Answer::Verified);
    assert_eq!(proved_hours(&report, "main"), 23);
}

/// Backfill digests come in any order; each names the one written before it.
const WRITTEN: [usize; 6] = [20, 5, 21, 6, 35, 22];

fn with_backfills() -> (Store, Vec<DigestHandle>) {
    let (mut store, _) = delivered(trail(), 38);
    let late = SignedDuration::from_hours(60);
    let mut backfill = ChainBuilder::backfill(trail(), SigningKey::trail_a(), late);
    let digests = WRITTEN.map(|index| backfill.hour(&mut store, hour(index), Vec::new()));
    (store, digests.into())
}

#[test]
fn backfill_neighbours_outside_the_range_are_not_missed() {
    let (mut store, backfills) = with_backfills();
    let (after, before) = (
        Request {
            from: Some(hour(15)),
            ..everything()
        },
        Request {
            to: Some(hour(30)),
            ..everything()
        },
    );
    for request in [everything(), after.clone(), before.clone()] {
        let (report, heard) = hear(&in_memory(&store), &request);
        assert_eq!(found(&heard), [], "{request:?}");
        assert_eq!(report.outcome, Answer::Verified);
    }
    // Hour 22 names hour 35, which both lie after hour 15.
    store.remove(BUCKET, &backfills[4].key);
    for request in [everything(), after] {
        let (report, heard) = hear(&in_memory(&store), &request);
        assert_eq!(found(&heard), [(Code::DigestAbsent, backfills[4].url())]);
        assert_eq!(report.outcome, Answer::Failed);
    }
    let (report, heard) = hear(&in_memory(&store), &before);
    assert_eq!(found(&heard), []);
    assert_eq!(report.outcome, Answer::Verified);
}

#[test]
fn a_digest_that_could_not_be_read_may_have_been_a_restart() {
    let mut store = Store::new();
    let mut chain = chain(trail());
    deliver(&mut store, &mut chain, 0..4);
    chain.restart();
    let after = deliver(&mut store, &mut chain, 9..13);
    let mut memory = in_memory(&store);
    let (_, heard) = hear(&memory, &everything());
    assert_eq!(found(&heard), [(Code::ChainRestart, after[0].url())]);
    memory.put_unread(object(BUCKET, &after[0].key), ReadErrorKind::Denied);
    let (report, heard) = hear(&memory, &everything());
    assert_eq!(
        found(&heard),
        [
            (Code::DigestUnread, after[0].url()),
            (Code::LogUnvouched, after[0].log_url(0)),
        ]
    );
    assert_eq!(report.outcome, Answer::Unchecked);
}

#[test]
fn a_prefix_that_was_not_copied_lacks_digests_and_has_lost_none() {
    let mut store = Store::new();
    let mut chain = chain(trail().with_prefix("old"));
    deliver(&mut store, &mut chain, 0..4);
    chain.move_to(BUCKET, "new");
    let moved = deliver(&mut store, &mut chain, 4..8);
    store.retain(|_, key| key.starts_with("new/"));
    let root = tempfile::tempdir().unwrap();
    store.write_plain_copy(root.path(), BUCKET).unwrap();
    let copy = Directory::open(&root.path().join("new"), None).unwrap();
    let request = Request {
        from: Some(hour(1)),
        ..everything()
    };
    let (report, heard) = hear(&copy, &request);
    assert_eq!(
        found(&heard),
        [
            (Code::DigestSignatureAbsent, moved[3].url()),
            (Code::HeadUncovered, moved[0].url()),
            (Code::LogUnvouched, moved[3].log_url(0)),
        ]
    );
    assert_eq!(report.outcome, Answer::Unchecked);
}

/// The events of a range may be delivered after it: what came so late is
/// checked too, and nothing is promised of that time.
#[test]
fn what_is_delivered_late_is_checked_and_not_promised() {
    let (mut store, digests) = healthy(6);
    let late = |hours| Request {
        late: SignedDuration::from_hours(hours),
        ..range(0, 4)
    };
    let (report, _) = hear(&in_memory(&store), &late(0));
    let (wider, heard) = hear(&in_memory(&store), &late(24));
    assert_eq!(found(&heard), [], "the copy ends before the 24 hours do");
    assert_eq!(wider.outcome, Answer::Verified);
    assert_eq!(proved_hours(&wider, "main"), 4);
    assert_eq!(wider.scope.to, report.scope.to);
    assert!(wider.tally.logs.verified > report.tally.logs.verified);

    let (bucket, log) = digests[4].log(0);
    store.remove(bucket, log);
    let (report, _) = hear(&in_memory(&store), &late(0));
    assert_eq!(report.outcome, Answer::Verified);
    let (wider, heard) = hear(&in_memory(&store), &late(24));
    assert_eq!(found(&heard).len(), 1);
    assert_eq!(wider.outcome, Answer::Failed);
}
