//! A mirror of several buckets, of which one is asked for.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::kit::{BUCKET, hour, keys, log, object, trail};
use common::run;
use jiff::civil::date;
use trailseal_test_vectors::{ChainBuilder, SigningKey, Store};
use trailseal_verifier::id::BucketName;
use trailseal_verifier::source::Directory;
use trailseal_verifier::source::mirror::{About, Copied, Mirror};
use trailseal_verifier::verdict::Answer;
use trailseal_verifier::walk::Request;

const NEW: &str = "example-logs-new";

/// Three hours in one bucket, then three in another; both copied whole.
fn moved(root: &Path) -> Store {
    let mut store = Store::new();
    let mut chain = ChainBuilder::new(trail(), SigningKey::trail_a());
    for index in 0..6 {
        if index == 3 {
            chain.move_to(NEW, "");
        }
        let of = chain.trail().clone();
        chain.hour(&mut store, hour(index), vec![log(&of, index, 0)]);
    }
    let mirror = Mirror::open(root).unwrap();
    for (bucket, key, stored) in store.iter() {
        put(&mirror, bucket, key, &stored.bytes, &stored.metadata);
    }
    let parts: Vec<(BucketName, String)> = [BUCKET, NEW]
        .map(|name| (name.parse().unwrap(), String::new()))
        .to_vec();
    let listed = date(2026, 3, 5);
    mirror
        .finish(Some(Copied {
            parts: &parts,
            listed,
        }))
        .unwrap();
    store
}

fn put(
    mirror: &Mirror,
    bucket: &str,
    key: &str,
    bytes: &[u8],
    metadata: &BTreeMap<String, String>,
) {
    let mut part = mirror.part().unwrap();
    part.write(bytes).unwrap();
    let about = About {
        metadata: metadata.clone(),
        ..About::default()
    };
    mirror.store(part, &object(bucket, key), about).unwrap();
}

#[test]
fn a_bucket_that_was_not_asked_for_lacks_no_digest() {
    let folder = tempfile::tempdir().unwrap();
    moved(folder.path());
    let source = Directory::open(folder.path(), Some(&NEW.parse().unwrap())).unwrap();
    let request = Request {
        from: Some(hour(0)),
        ..Request::default()
    };
    let (_, findings) = run(&source, keys(), &request);
    let failed: Vec<_> = findings
        .iter()
        .filter(|finding| finding.answer == Answer::Failed)
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}
