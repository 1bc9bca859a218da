//! S3 as a source against Ceph's [RADOS Gateway], an S3 that others wrote and
//! that keeps versions.
//!
//! `servers=$(scripts/servers start) && eval "$servers"`, then
//! `cargo test -p trailseal-aws --test rgw -- --ignored`
//!
//! [RADOS Gateway]: https://docs.ceph.com/en/latest/radosgw/s3/

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code, told by its environment where the server is"
)]

mod servers;
#[path = "../../verifier/tests/common/mod.rs"]
mod vectors;

use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;

use serde::Deserialize;
use servers::{Gateway, Put};
use trailseal_aws::CallErrorKind;
use trailseal_aws::s3::{Bucket, S3, S3Url, VersionKind};
use trailseal_keys::{FingerprintPolicy, Keyring};
use trailseal_verifier::id::BucketName;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::{Directory, ReadErrorKind, Source};
use trailseal_verifier::walk::Request;
use vectors::{run, vectors};

/// More than any object of the tests has.
const LIMIT: u64 = 1 << 20;

/// A line of the sample's manifest.
#[derive(Debug, Deserialize)]
struct Entry {
    bucket: BucketName,
    key: String,
    size: u64,
    etag: String,
    metadata: BTreeMap<String, String>,
}

fn manifest() -> Vec<Entry> {
    let lines = fs::read_to_string(vectors().join("sample/manifest.jsonl")).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The sample, in the gateway's bucket of the same name, stored once for all
/// tests.
fn sample(gateway: &Gateway) -> &'static BucketName {
    static BUCKET: OnceLock<BucketName> = OnceLock::new();
    BUCKET.get_or_init(|| {
        let entries = manifest();
        let bucket = gateway.emptied(entries[0].bucket.as_str());
        gateway.keep_versions(&bucket);
        gateway.put_all(&bucket, entries.into_iter().map(stored));
        bucket
    })
}

fn stored(entry: Entry) -> Put {
    let path = vectors()
        .join("sample")
        .join(entry.bucket.as_str())
        .join(&entry.key);
    Put {
        bytes: fs::read(path).unwrap(),
        key: entry.key,
        metadata: entry.metadata,
    }
}

fn copy() -> Directory {
    Directory::open(&vectors().join("sample"), None).unwrap()
}

fn open<'g>(gateway: &'g Gateway, bucket: &BucketName) -> S3<'g> {
    S3::open(&gateway.connection, &[S3Url::new(bucket.clone(), "")]).unwrap()
}

#[test]
#[ignore = "needs scripts/servers start"]
fn the_sample_is_listed_and_read_as_it_was_stored() {
    let gateway = Gateway::new();
    let bucket = sample(&gateway);
    let (source, copy) = (open(&gateway, bucket), copy());
    assert_eq!(source.buckets(), copy.buckets());

    let entries = manifest();
    assert!(entries.len() > 500);
    let keys: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(source.objects(bucket, "").unwrap(), keys);
    let listed = Bucket::find(&gateway.connection, bucket)
        .unwrap()
        .list("")
        .wait()
        .unwrap();
    for (entry, listed) in entries.iter().zip(&listed) {
        assert_eq!(entry.key, listed.key);
        assert_eq!(entry.size, listed.size);
        assert_eq!(Some(&entry.etag), listed.etag.as_ref());
    }
    assert_levels(&source, &copy, bucket, "");

    // As many at one time as a walk makes of them.
    std::thread::scope(|scope| {
        for part in keys.chunks(keys.len().div_ceil(8)) {
            scope.spawn(|| {
                for key in part {
                    let at = ObjectRef::new(bucket.clone(), *key);
                    let read = source.read(&at, LIMIT).unwrap();
                    let kept = copy.read(&at, LIMIT).unwrap();
                    assert!(read.bytes == kept.bytes, "{key}");
                    assert_eq!(read.metadata, kept.metadata, "{key}");
                }
            });
        }
    });
}

fn assert_levels(source: &impl Source, copy: &impl Source, bucket: &BucketName, prefix: &str) {
    let level = source.level(bucket, prefix).unwrap();
    assert_eq!(level, copy.level(bucket, prefix).unwrap(), "{prefix}");
    for folder in &level.folders {
        assert_levels(source, copy, bucket, &format!("{prefix}{folder}/"));
    }
}

#[test]
#[ignore = "needs scripts/servers start"]
fn the_sample_has_the_findings_of_its_copy() {
    let gateway = Gateway::new();
    let source = open(&gateway, sample(&gateway));
    let keys = [vectors().join("sample-keys.json")];
    let keys = Keyring::load(&keys, FingerprintPolicy::Refuse).unwrap();
    let request = Request {
        jobs: 2,
        readers: 16,
        ..Request::default()
    };
    let (report, findings) = run(&source, &keys, &request);
    let (expected_report, expected) = run(&copy(), &keys, &request);
    assert!(!expected.is_empty());
    assert_eq!(findings, expected);
    assert_eq!(
        serde_json::to_value(report).unwrap(),
        serde_json::to_value(expected_report).unwrap()
    );
}

#[test]
#[ignore = "needs scripts/servers start"]
fn versions_and_deletions_are_seen_newest_first() {
    let gateway = Gateway::new();
    let bucket = gateway.unique("trailseal-versions");
    let key = "AWSLogs/a log+1%20.gz";
    let before = gateway.put(&bucket, Put::new(key, "before"));
    assert_eq!(before, None);
    gateway.keep_versions(&bucket);
    let first = gateway.put(&bucket, Put::new(key, "first").signed("aa"));
    let second = gateway.put(&bucket, Put::new(key, "the second").signed("bb"));
    let marker = gateway.delete(&bucket, key);
    // Neighbours in the listing that are not of this key.
    gateway.put(&bucket, Put::new(&format!("{key}.bak"), "other"));
    gateway.put(&bucket, Put::new("AWSLogs/a log+1%20", "other"));

    let at = Bucket::find(&gateway.connection, &bucket).unwrap();
    let versions = at.versions(key).wait().unwrap();
    let object = |size| VersionKind::Object {
        size,
        storage_class: None,
    };
    let seen: Vec<_> = versions
        .iter()
        .map(|version| {
            (
                Some(version.id.clone()),
                version.kind.clone(),
                version.latest,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (marker.clone(), VersionKind::DeleteMarker, true),
            (second.clone(), object(10), false),
            (first.clone(), object(5), false),
            (Some("null".into()), object(6), false),
        ]
    );
    for version in &versions {
        assert_eq!(version.owner.as_deref(), Some("trailseal"));
    }
    assert!(versions.is_sorted_by(|a, b| a.last_modified >= b.last_modified));

    let fetch = |version: Option<&str>| at.fetch(key, version, LIMIT).wait();
    for (version, bytes, signature) in [
        (second.as_deref(), "the second", Some("bb")),
        (first.as_deref(), "first", Some("aa")),
        (Some("null"), "before", None),
    ] {
        let fetched = fetch(version).unwrap();
        assert_eq!(fetched.bytes, bytes.as_bytes());
        assert_eq!(
            fetched.metadata.get("signature").map(String::as_str),
            signature
        );
        assert_eq!(fetched.version_id.as_deref(), version);
    }
    assert_eq!(fetch(None).unwrap_err().kind, ReadErrorKind::Absent);
    assert!(fetch(marker.as_deref()).is_err());
    assert!(at.versions("AWSLogs/none").wait().unwrap().is_empty());
}

#[test]
#[ignore = "needs scripts/servers start"]
fn listings_go_on_over_pages_of_hostile_keys() {
    let gateway = Gateway::new();
    let bucket = gateway.unique("trailseal-keys");
    // Pages have 1,000 keys, and begin where a key ended.
    let mut keys: Vec<String> = (0..1_010).map(|n| format!("p%2F+ {n:04} é/?")).collect();
    keys.extend(HOSTILE.iter().map(|key| (*key).to_owned()));
    keys.sort();
    let puts = keys.iter().map(|key| Put::new(key, key.as_bytes()));
    gateway.put_all(&bucket, puts.map(|put| put.signed("00ff")));

    let source = open(&gateway, &bucket);
    assert_eq!(source.objects(&bucket, "").unwrap(), keys);
    assert_eq!(source.level(&bucket, "a//").unwrap().objects, ["a//b"]);
    assert_eq!(source.level(&bucket, "a/").unwrap().folders, ["", ".."]);

    let at = Bucket::find(&gateway.connection, &bucket).unwrap();
    for key in HOSTILE {
        let object = ObjectRef::new(bucket.clone(), key);
        let read = source.read(&object, LIMIT).unwrap();
        assert_eq!(read.bytes, key.as_bytes(), "{key:?}");
        assert_eq!(read.metadata["signature"], "00ff", "{key:?}");
        // The bucket keeps none: there is the one that is read.
        let versions = at.versions(key).wait().unwrap();
        let ids: Vec<_> = versions.iter().map(|version| version.id.as_str()).collect();
        assert_eq!(ids, ["null"], "{key:?}");
    }
}

/// Keys that break whoever joins, splits or encodes carelessly.
const HOSTILE: [&str; 16] = [
    " lead and trail ",
    "a b",
    "a%20b",
    "a+b",
    "a//b",
    "a/../b",
    "a\\b",
    "ctl\u{1}\u{7f}x",
    "it's&<x>\"'",
    "new\nline",
    "q?r#s=t&versionId=u",
    "./dot",
    "~/$(x)`y`*",
    "é/Ж \u{202e}…",
    "😀",
    "%",
];

#[test]
#[ignore = "needs scripts/servers start"]
fn denied_is_never_absent() {
    let gateway = Gateway::new();
    let bucket = gateway.unique("trailseal-denied");
    gateway.put(&bucket, Put::new("AWSLogs/forbidden", "x"));
    gateway.put(&bucket, Put::new("AWSLogs/there", "x"));
    let source = open(&gateway, &bucket);
    let kind = |key: &str| {
        let object = ObjectRef::new(bucket.clone(), key);
        source.read(&object, LIMIT).map_err(|error| error.kind)
    };
    assert_eq!(kind("AWSLogs/missing"), Err(ReadErrorKind::Absent));

    gateway.forbid(&bucket, "s3:GetObject", "/AWSLogs/forbidden");
    assert_eq!(kind("AWSLogs/forbidden"), Err(ReadErrorKind::Denied));
    assert!(kind("AWSLogs/there").is_ok());

    gateway.forbid(&bucket, "s3:ListBucket", "");
    assert_eq!(kind("AWSLogs/missing"), Err(ReadErrorKind::Denied));
    assert!(kind("AWSLogs/there").is_ok());
    let error = source.objects(&bucket, "").unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::Denied);
    assert!(error.detail.contains("s3:ListBucket"), "{error}");
}

#[test]
#[ignore = "needs scripts/servers start"]
fn neither_a_wrong_secret_nor_a_missing_bucket_is_an_empty_one() {
    let gateway = Gateway::new();
    let bucket = gateway.unique("trailseal-secret");
    gateway.put(&bucket, Put::new("AWSLogs/there", "x"));

    let stranger = Gateway::connect_with("wrong");
    let source = S3::open(&stranger, &[S3Url::new(bucket.clone(), "")]).unwrap();
    let object = ObjectRef::new(bucket.clone(), "AWSLogs/there");
    for error in [
        source.read(&object, LIMIT).unwrap_err(),
        source.objects(&bucket, "").unwrap_err(),
        source.level(&bucket, "").unwrap_err(),
    ] {
        assert_eq!(error.kind, ReadErrorKind::Denied, "{error}");
    }

    let missing = "trailseal-no-such-bucket".parse().unwrap();
    let error = S3::open(&gateway.connection, &[S3Url::new(missing, "")]).unwrap_err();
    assert_eq!(error.kind, CallErrorKind::NoSuch, "{error}");
}
