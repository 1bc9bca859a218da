//! The same input gives the same output, byte for byte and in the same order,
//! whatever the number of threads.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use common::config;
use common::kit::{healthy, hear, hour, in_memory, log, trail};
use jiff::SignedDuration;
use proptest::prelude::*;
use trailseal_test_vectors::{ChainBuilder, SigningKey, Store};
use trailseal_verifier::source::Source;
use trailseal_verifier::walk::Request;

/// Three accounts in two Regions, some of them of several days, each with a
/// backfill chain.
fn large() -> Store {
    let mut store = Store::new();
    for (index, account) in ["111122223333", "444455556666", "777788889999"]
        .iter()
        .enumerate()
    {
        for region in ["eu-west-1", "us-east-1"] {
            let trail = trail().in_account(account).in_region(region);
            let mut chain = ChainBuilder::new(trail.clone(), SigningKey::trail_a());
            for at in 0..30 + 20 * index {
                let logs = (0..at % 4).map(|n| log(&trail, at, n)).collect();
                chain.hour(&mut store, hour(at), logs);
            }
            let lag = SignedDuration::from_hours(3);
            let mut late = ChainBuilder::backfill(trail.clone(), SigningKey::trail_a(), lag);
            for at in [3, 9] {
                late.hour(&mut store, hour(at), vec![log(&trail, at, 7)]);
            }
        }
    }
    store
}

/// Everything that a run says, as text.
fn told(
    source: &impl Source,
    request: &Request,
    jobs: usize,
    readers: usize,
) -> (String, Vec<String>) {
    let request = Request {
        jobs,
        readers,
        ..request.clone()
    };
    let (report, heard) = hear(source, &request);
    (serde_json::to_string(&report).unwrap(), heard.events)
}

fn same_for_all_jobs(store: &Store, request: &Request) {
    let source = in_memory(store);
    let alone = told(&source, request, 1, 0);
    for (jobs, readers) in [(2, 0), (8, 0), (1, 16), (2, 40)] {
        let together = told(&source, request, jobs, readers);
        let with = format!("with {jobs} jobs and {readers} readers");
        assert_eq!(together.0, alone.0, "the report {with}");
        assert_eq!(together.1, alone.1, "the events {with}");
    }
}

/// Deletes, alters and plants something every few objects.
fn damage(store: &mut Store, seed: usize) {
    let keys: Vec<(String, String)> = store
        .iter()
        .map(|(bucket, key, _)| (bucket.to_owned(), key.to_owned()))
        .collect();
    for (index, (bucket, key)) in keys.iter().enumerate() {
        match (index * 31 + seed) % 23 {
            0 => drop(store.remove(bucket, key)),
            1 => {
                let bytes = &mut store.object_mut(bucket, key).bytes;
                let middle = bytes.len() / 2;
                bytes
                    .iter_mut()
                    .skip(middle)
                    .take(1)
                    .for_each(|byte| *byte ^= 4);
            }
            2 => store.object_mut(bucket, key).metadata.clear(),
            3 => store.put(bucket, &format!("{key}.json.gz"), b"planted".to_vec()),
            4 => store.put(bucket, &format!("stray-{index}/x"), Vec::new()),
            _ => {}
        }
    }
}

#[test]
fn a_healthy_bucket_and_a_ruined_one_are_told_alike_by_any_number_of_threads() {
    let mut store = large();
    same_for_all_jobs(&store, &Request::default());
    for seed in [0, 5] {
        damage(&mut store, seed);
        same_for_all_jobs(&store, &Request::default());
    }
    let request = Request {
        from: Some(hour(2)),
        to: Some(hour(200)),
        now: Some(hour(60)),
        ..Request::default()
    };
    same_for_all_jobs(&store, &request);
}

#[test]
fn two_runs_over_one_source_say_the_same() {
    let mut store = large();
    damage(&mut store, 3);
    let source = in_memory(&store);
    assert_eq!(
        told(&source, &Request::default(), 2, 0),
        told(&source, &Request::default(), 2, 0)
    );
}

#[test]
fn the_order_of_listing_buckets_and_folders_does_not_leak() {
    let (store, _) = healthy(6);
    let root = tempfile::tempdir().unwrap();
    store.write_mirror(root.path()).unwrap();
    let mirror = trailseal_verifier::source::Directory::open(root.path(), None).unwrap();
    let (memory, disk) = (in_memory(&store), mirror);
    assert_eq!(
        told(&memory, &Request::default(), 2, 0),
        told(&disk, &Request::default(), 2, 0)
    );
}

proptest! {
    #![proptest_config(config(12))]

    #[test]
    fn any_damage_is_told_alike(seed in 0_usize..1000) {
        let (mut store, _) = healthy(30);
        damage(&mut store, seed);
        same_for_all_jobs(&store, &Request::default());
    }
}
