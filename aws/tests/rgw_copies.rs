//! `mirror` and `recover` against Ceph's RADOS Gateway, which keeps versions.
//!
//! `servers=$(scripts/servers start) && eval "$servers"`, then
//! `cargo test -p trailseal-aws --test rgw_copies -- --ignored`

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code, told by its environment where the server is"
)]

mod servers;
#[path = "../../verifier/tests/common/mod.rs"]
mod vectors;

use std::fs;

use serde_json::Value;
use servers::program::{trailseal, verdicts};
use servers::{Gateway, HOSTILE, Put, mirrored};
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::{Directory, Source as _};
use vectors::vectors;

#[test]
#[ignore = "needs scripts/servers start"]
fn a_mirror_holds_what_the_gateway_holds() {
    let gateway = Gateway::new();
    let bucket = gateway.unique("trailseal-mirror");
    gateway.keep_versions(&bucket);
    let (_, mut puts) = mirrored(&vectors().join("cases/healthy/objects"));
    puts.extend(HOSTILE.map(|key| Put::new(key, key.as_bytes()).signed("00ff")));
    puts.sort_by(|a, b| a.key.cmp(&b.key));
    gateway.put_all(&bucket, puts.clone());

    let folder = tempfile::tempdir().unwrap();
    let (root, summary) = (folder.path().join("mirror"), folder.path().join("summary"));
    let url = format!("s3://{bucket}");
    let copied = || {
        let (root, summary) = (root.to_str().unwrap(), summary.to_str().unwrap());
        trailseal(
            &["mirror", &url, root, "--no-verify", "--summary", summary],
            0,
        );
        let summary: Value = serde_json::from_slice(&fs::read(summary).unwrap()).unwrap();
        ["fetched", "kept", "superseded"].map(|what| summary[what]["objects"].as_u64().unwrap())
    };
    let all = puts.len() as u64;
    assert_eq!(copied(), [all, 0, 0]);

    let mirror = Directory::open(&root, None).unwrap();
    let keys: Vec<&str> = puts.iter().map(|put| put.key.as_str()).collect();
    assert_eq!(mirror.objects(&bucket, "").unwrap(), keys);
    for put in &puts {
        let object = ObjectRef::new(bucket.clone(), put.key.as_str());
        let read = mirror.read(&object, 1 << 20).unwrap();
        assert_eq!(read.bytes, put.bytes, "{}", put.key);
        assert_eq!(read.metadata, put.metadata, "{}", put.key);
    }

    assert_eq!(copied(), [0, all, 0]);
    gateway.put(&bucket, Put::new(&puts[0].key, "overwritten"));
    assert_eq!(copied(), [1, all - 1, 1]);
}

#[test]
#[ignore = "needs scripts/servers start"]
fn what_was_overwritten_and_deleted_is_recovered_from_versions() {
    let gateway = Gateway::new();
    let case = vectors().join("cases/healthy");
    let (bucket, puts) = mirrored(&case.join("objects"));
    let bucket = gateway.emptied(&bucket);
    gateway.keep_versions(&bucket);
    gateway.put_all(&bucket, puts.clone());
    let named = |part: &str| {
        let mut found = puts.iter().filter(|put| put.key.contains(part));
        let (Some(put), None) = (found.next(), found.next()) else {
            panic!("{part} names no object, or several");
        };
        put
    };
    let folder = tempfile::tempdir().unwrap();
    let mirror = folder.path().join("mirror");
    let (mirror, keys) = (mirror.to_str().unwrap(), case.join("keys.json"));
    let keys = keys.to_str().unwrap();
    let url = format!("s3://{bucket}");

    let (log, digest) = (named("_20260302T0927Z_"), named("_20260302T100713Z"));
    gateway.put(
        &bucket,
        Put::new(&log.key, named("_20260302T0827Z_").bytes.clone()),
    );
    gateway.put(&bucket, Put::new(&log.key, "twice"));
    gateway.put(&bucket, Put::new(&digest.key, "not even gzip"));
    // The second names the first, and the log that is gone too.
    let gone = [
        named("_20260302T120713Z"),
        named("_20260302T130713Z"),
        named("_20260302T1247Z_"),
    ];
    for put in gone {
        gateway.delete(&bucket, &put.key);
    }

    trailseal(&["mirror", &url, mirror, "--no-verify"], 0);
    trailseal(&["verify", mirror, "--keys", keys], 1);
    let recovered = trailseal(
        &[
            "recover",
            &url,
            "--keys",
            keys,
            "--to",
            "2026-03-02T16:07:13Z",
            "--format",
            "json",
            "--restore",
            mirror,
        ],
        0,
    );
    let mut wrong = vec![log.key.as_str(), digest.key.as_str()];
    wrong.extend(gone.map(|put| put.key.as_str()));
    wrong.sort_unstable();
    let found = wrong
        .into_iter()
        .map(|key| (key.to_owned(), "found".to_owned()));
    assert_eq!(verdicts(&recovered), found.collect::<Vec<_>>());

    trailseal(&["verify", mirror, "--keys", keys], 0);
}
