//! What must have digests: no trail, account or Region stands in for another.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;
#[allow(dead_code, reason = "each test file uses a part")]
#[path = "common/deliver.rs"]
mod deliver;

use common::kit::{ACCOUNT, BUCKET, REGION, hear, hour, in_memory, log, range, trail};
use deliver::{chain, codes, deliver, delivered, everything, found};
use jiff::SignedDuration;
use trailseal_test_vectors::{ChainBuilder, SigningKey, Trail};
use trailseal_verifier::limits::{MAX_ROOT_DEPTH, MAX_ROOT_FOLDERS, NEAR_ROOT_FOLDERS};
use trailseal_verifier::verdict::{Answer, Code};
use trailseal_verifier::walk::{Request, Search};

const ORGANIZATION: &str = "o-exampleorgid";

fn named(name: &str) -> Trail {
    Trail::new(BUCKET, ACCOUNT, REGION, name)
}

/// The finding that an account has no digests in a Region.
fn no_digests() -> (Code, String) {
    (Code::NoDigests, trail().scope())
}

/// A range, an account and a Region that are asked for.
fn asked(first: usize, last: usize) -> Request {
    Request {
        accounts: vec![ACCOUNT.parse().unwrap()],
        regions: vec![REGION.parse().unwrap()],
        ..range(first, last)
    }
}

#[test]
fn an_accounts_own_trail_does_not_stand_in_for_that_of_its_organization() {
    let (mut store, _) = delivered(named("own"), 6);
    let organization = trail().with_organization(ORGANIZATION);
    let digests = deliver(&mut store, &mut chain(organization.clone()), 0..6);
    let elsewhere = organization.in_region("us-east-1");
    deliver(&mut store, &mut chain(elsewhere), 0..6);
    let (report, heard) = hear(&in_memory(&store), &everything());
    assert_eq!(report.outcome, Answer::Verified, "{:#?}", heard.listed());
    for digest in &digests {
        store.remove(BUCKET, &digest.key);
    }
    let of_organization = Request {
        organization: Some(ORGANIZATION.parse().unwrap()),
        ..everything()
    };
    for request in [everything(), asked(0, 6), of_organization] {
        let (report, heard) = hear(&in_memory(&store), &request);
        assert_eq!(found(&heard), [no_digests()], "{:#?}", heard.listed());
        assert_eq!(report.outcome, Answer::Unchecked);
        assert_eq!(report.tally.logs_uncovered, 6);
    }
}

#[test]
fn backfill_digests_do_not_stand_in_for_hourly_ones() {
    let (mut store, digests) = delivered(trail(), 6);
    let late = SignedDuration::from_hours(30);
    let mut backfill = ChainBuilder::backfill(trail(), SigningKey::trail_a(), late);
    backfill.hour(&mut store, hour(2), vec![log(&trail(), 2, 1)]);
    for digest in &digests {
        store.remove(BUCKET, &digest.key);
        let (bucket, key) = digest.log(0);
        store.object_mut(bucket, key).bytes = b"altered".to_vec();
    }
    for request in [everything(), range(0, 6), asked(0, 6)] {
        let (report, heard) = hear(&in_memory(&store), &request);
        assert_eq!(found(&heard), [no_digests()], "{:#?}", heard.listed());
        assert_eq!(report.outcome, Answer::Unchecked);
        assert_eq!(report.tally.logs_uncovered, 6);
    }
}

#[test]
fn a_trail_that_is_asked_for_by_name_must_be_there() {
    let (mut store, _) = delivered(trail(), 4);
    let everywhere = named("everywhere");
    deliver(&mut store, &mut chain(everywhere.clone()), 0..4);
    let elsewhere = everywhere.in_region("us-east-1");
    deliver(&mut store, &mut chain(elsewhere), 0..4);
    let trails = |names: &[&str]| Request {
        trails: names.iter().map(|name| name.parse().unwrap()).collect(),
        ..everything()
    };
    let nowhere = [(Code::NoDigests, "*".to_owned())];
    for names in [&["main", "nowhere"][..], &["nowhere"]] {
        let (report, heard) = hear(&in_memory(&store), &trails(names));
        assert_eq!(found(&heard), nowhere, "{names:?}: {:#?}", heard.listed());
        assert_eq!(report.outcome, Answer::Unchecked, "{names:?}");
    }
    // It need not record every Region.
    for names in [&["main"][..], &["everywhere"], &["main", "everywhere"]] {
        let (report, heard) = hear(&in_memory(&store), &trails(names));
        assert_eq!(found(&heard), [], "{names:?}");
        assert_eq!(report.outcome, Answer::Verified, "{names:?}");
    }
}

#[test]
fn a_trail_emptied_inside_the_range_is_named_though_another_covers_it() {
    let (mut store, _) = delivered(trail(), 12);
    let mut data = chain(named("data"));
    let digests: Vec<_> = (0..12)
        .map(|index| data.hour(&mut store, hour(index), vec![log(&trail(), index, 1)]))
        .collect();
    for digest in &digests[4..8] {
        store.remove(BUCKET, &digest.key);
        let (bucket, key) = digest.log(0);
        store.remove(bucket, key);
    }
    let (report, heard) = hear(&in_memory(&store), &range(4, 8));
    assert_eq!(found(&heard), [no_digests()], "{:#?}", heard.listed());
    let chain = heard.findings[0].chain.as_deref();
    assert!(chain.unwrap().contains("/data@"), "{chain:?}");
    assert_eq!(report.outcome, Answer::Unchecked);
    let (report, _) = hear(&in_memory(&store), &range(0, 4));
    assert_eq!(report.outcome, Answer::Verified);
}

#[test]
fn folders_too_deep_to_look_into_are_a_finding() {
    let (mut store, _) = delivered(trail().with_prefix("z"), 2);
    let key = format!("{}x", "deeper/".repeat(MAX_ROOT_DEPTH + 2));
    store.put(BUCKET, &key, Vec::new());
    let (report, heard) = hear(&in_memory(&store), &everything());
    assert_eq!(codes(&heard), [Code::DigestUnread], "{:#?}", heard.listed());
    assert_eq!(report.outcome, Answer::Unchecked);
    assert_eq!(report.tally.digests.verified, 2);
}

#[test]
fn more_folders_than_are_looked_into_are_a_finding() {
    let (mut store, _) = delivered(trail().with_prefix("z"), 2);
    let levels = MAX_ROOT_DEPTH - 3;
    let below = "x/".repeat(levels);
    for number in 0..=MAX_ROOT_FOLDERS / levels {
        store.put(BUCKET, &format!("junk/{number}/{below}x"), Vec::new());
    }
    let (report, heard) = hear(&in_memory(&store), &everything());
    assert_eq!(codes(&heard), [Code::DigestUnread], "{:#?}", heard.listed());
    assert_eq!(heard.findings.len(), 1);
    assert_eq!(report.outcome, Answer::Unchecked);
    // Folders that lie less deep are looked into first.
    assert_eq!(report.tally.digests.verified, 2);
}

#[test]
fn near_is_beside_and_below_and_what_is_not_looked_into_is_a_stray() {
    let (mut store, _) = delivered(trail().with_prefix("audit/cloud"), 2);
    store.put(BUCKET, "AWSLogs/x", Vec::new());
    for number in 0..=NEAR_ROOT_FOLDERS {
        store.put(BUCKET, &format!("data/{number}/x"), Vec::new());
    }
    let near = Request {
        search: Search::Near,
        ..everything()
    };
    let (report, heard) = hear(&in_memory(&store), &near);
    assert_eq!(heard.findings, [], "{:#?}", heard.listed());
    assert_eq!(report.tally.digests.verified, 2);
    assert!(report.strays.count > 0);
}

#[test]
fn trails_of_one_name_are_one_only_in_an_organization() {
    let late = |trail: Trail| {
        let (mut store, _) = delivered(trail.clone(), 10);
        let mut later = chain(trail.in_account("444455556666"));
        let digests = deliver(&mut store, &mut later, 5..10);
        (store, digests)
    };
    let (store, _) = late(trail());
    let (report, heard) = hear(&in_memory(&store), &everything());
    assert_eq!(
        found(&heard),
        [],
        "two accounts that have nothing in common"
    );
    assert_eq!(report.outcome, Answer::Verified);
    assert_eq!(report.scope.trails.len(), 2);

    let (store, digests) = late(trail().with_organization(ORGANIZATION));
    let (report, heard) = hear(&in_memory(&store), &everything());
    assert_eq!(found(&heard), [(Code::HeadUncovered, digests[0].url())]);
    assert_eq!(report.outcome, Answer::Unchecked);
    assert_eq!(report.scope.trails.len(), 1);
}

#[test]
fn a_trail_that_ends_where_the_range_begins_is_named() {
    let (mut store, _) = delivered(trail(), 12);
    let second = deliver(&mut store, &mut chain(named("second")), 0..12);
    for digest in &second[4..] {
        store.remove(BUCKET, &digest.key);
    }
    let (report, heard) = hear(&in_memory(&store), &range(4, 10));
    assert_eq!(report.outcome, Answer::Unchecked, "{:#?}", codes(&heard));
    // One that ended long before was turned off.
    let (report, heard) = hear(&in_memory(&store), &range(8, 10));
    assert_eq!(report.outcome, Answer::Verified, "{:#?}", codes(&heard));
}
