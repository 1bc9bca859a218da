//! What somebody adds to a bucket to hide something, or to pass it off.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;
#[allow(dead_code, reason = "each test file uses a part")]
#[path = "common/deliver.rs"]
mod deliver;

use common::kit::{BUCKET, hear, hour, in_memory, log, range, trail};
use deliver::{chain, deliver, delivered, everything, found, proved_hours};
use jiff::SignedDuration;
use trailseal_test_vectors::{
    ChainBuilder, DigestBody, Family, SigningKey, Store, Trail, gzip, time,
};
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::verdict::{Answer, Code};

/// A digest without any signature, where it says it belongs.
fn put_unsigned(store: &mut Store, body: &DigestBody) -> String {
    let (bucket, key) = (&body.digest_s3_bucket, &body.digest_s3_object);
    store.put(bucket, key, gzip(&body.to_json()));
    format!("s3://{bucket}/{key}")
}

/// The key of a log that was never delivered.
fn planted_log(trail: &Trail, index: usize) -> String {
    let stamp = log(trail, index, 1).stamp;
    trail.log_key(Family::CloudTrail, stamp, "PLANTEDPLANTEDPL")
}

#[test]
fn a_stamp_that_contradicts_its_folder_hides_no_planted_log() {
    let (store, _) = delivered(trail(), 8);
    let genuine = planted_log(&trail(), 4);
    for stamp in ["_20260302T", "_19990302T", "_99990302T", "_20260402T"] {
        let key = genuine.replace("_20260302T", stamp);
        let mut store = store.clone();
        store.put(BUCKET, &key, log(&trail(), 4, 1).packed());
        for request in [everything(), range(1, 7)] {
            let (report, heard) = hear(&in_memory(&store), &request);
            let url = format!("s3://{BUCKET}/{key}");
            assert_eq!(found(&heard), [(Code::LogUnreferenced, url)]);
            assert_eq!(report.outcome, Answer::Unchecked);
        }
    }
}

#[test]
fn files_beside_the_days_are_strays() {
    let (store, digests) = delivered(trail(), 4);
    let (bucket, log) = digests[0].log(0);
    let beside = |key: &str, folder: &str| {
        let (_, name) = key.rsplit_once('/').unwrap();
        let (above, _) = key.split_once(folder).unwrap();
        format!("{above}/{name}")
    };
    for genuine in [&digests[0].key, log] {
        for folder in ["/02/", "/03/02/", "/2026/"] {
            let mut store = store.clone();
            let key = beside(genuine, folder);
            let copy = store.get(bucket, genuine).unwrap().clone();
            store.put_object(bucket, &key, copy);
            let (report, heard) = hear(&in_memory(&store), &everything());
            assert_eq!(found(&heard), [], "{key}");
            assert_eq!(report.outcome, Answer::Verified);
            assert_eq!(report.strays.examples, [format!("s3://{bucket}/{key}")]);
        }
    }
}

#[test]
fn a_made_up_organization_hides_no_planted_log() {
    let (mut store, _) = delivered(trail(), 6);
    let made_up = trail().with_organization("o-aaaaaaaaaaaa");
    let key = planted_log(&made_up, 3);
    store.put(BUCKET, &key, log(&made_up, 3, 1).packed());
    let (report, heard) = hear(&in_memory(&store), &everything());
    assert_eq!(found(&heard), [(Code::NoDigests, trail().scope())]);
    assert_eq!(report.outcome, Answer::Unchecked);
}

#[test]
fn an_unsigned_digest_takes_nothing_from_the_logs_that_it_names_too() {
    let (store, digests) = delivered(trail(), 4);
    let named: Vec<_> = digests
        .iter()
        .flat_map(|digest| digest.body.log_files.clone())
        .collect();
    // In the order of names, one before and one after the genuine trail.
    for name in ["another", "other"] {
        let mut store = store.clone();
        let stranger = Trail {
            name: name.to_owned(),
            ..trail()
        };
        let body = chain(stranger).draft(hour(0), hour(4), named.clone());
        let url = put_unsigned(&mut store, &body);
        let (report, heard) = hear(&in_memory(&store), &range(0, 4));
        assert_eq!(found(&heard), [(Code::DigestSignatureAbsent, url)]);
        assert_eq!(report.tally.logs.verified, 4);
        assert_eq!(report.tally.logs_unvouched, 0);
    }
}

/// An unsigned digest of one minute that claims all the time to come.
fn claims_all_time(trail: Trail, index: usize) -> DigestBody {
    let minute = hour(index) + SignedDuration::from_mins(1);
    let mut body = chain(trail).draft(hour(index), minute, Vec::new());
    body.digest_end_time = "9998-01-01T00:00:00Z".to_owned();
    body
}

#[test]
fn an_unsigned_digest_that_claims_all_time_hides_no_deletion() {
    let (mut store, digests) = delivered(trail(), 8);
    deliver(&mut store, &mut chain(trail().in_region("us-east-1")), 0..8);
    for digest in &digests[3..6] {
        store.remove(BUCKET, &digest.key);
    }
    put_unsigned(&mut store, &claims_all_time(trail(), 3));
    let (report, heard) = hear(&in_memory(&store), &everything());
    let found = found(&heard);
    assert_eq!(report.outcome, Answer::Failed);
    assert!(
        found.contains(&(Code::DigestAbsent, digests[5].url())),
        "{found:#?}"
    );
    assert!(
        found.contains(&(Code::ChainGap, digests[6].url())),
        "{found:#?}"
    );
    assert_eq!(proved_hours(&report, "/eu-west-1/main"), 5);
    assert_eq!(proved_hours(&report, "/us-east-1/main"), 8);
    assert_eq!(
        report.scope.trails[0].range,
        Some(Interval::new(hour(0), hour(8)))
    );
}

#[test]
fn an_unsigned_digest_of_a_made_up_region_stretches_no_range() {
    let (mut store, _) = delivered(trail(), 8);
    let body = claims_all_time(trail().in_region("xx-fake-1"), 3);
    let url = put_unsigned(&mut store, &body);
    let (report, heard) = hear(&in_memory(&store), &everything());
    for (code, object) in found(&heard) {
        assert_eq!(object, url, "{code} of a genuine object");
    }
    assert_eq!(report.outcome, Answer::Unchecked);
    assert_eq!(proved_hours(&report, "/eu-west-1/main"), 8);
    assert_eq!(
        report.scope.trails[0].range,
        Some(Interval::new(hour(0), hour(8)))
    );
}

#[test]
fn a_backfill_digest_is_not_older_than_its_window() {
    let (mut store, _) = delivered(trail(), 4);
    // Whoever holds an expired key can date what it signs back.
    let window = time("2026-04-10T10:00:00Z");
    let dated_back = SignedDuration::from_hours(-24 * 30);
    let mut forger = ChainBuilder::backfill(trail(), SigningKey::trail_a(), dated_back);
    let entry = log(&trail(), 24 * 39 + 2, 0);
    let forged = forger.hour(&mut store, window, vec![entry]);
    let (report, heard) = hear(&in_memory(&store), &everything());
    assert_eq!(
        found(&heard),
        [
            (Code::DigestKeyOutOfWindow, forged.url()),
            (Code::LogUnvouched, forged.log_url(0)),
        ]
    );
    assert_eq!(report.outcome, Answer::Unchecked);
    assert_eq!(proved_hours(&report, "backfill"), 0);
}
