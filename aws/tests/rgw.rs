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

use std::sync::OnceLock;

use servers::{Gateway, HOSTILE, Put, mirrored};
use trailseal_aws::CallErrorKind;
use trailseal_aws::s3::{Bucket, S3, S3Url};
use trailseal_keys::{FingerprintPolicy, Keyring};
use trailseal_verifier::id::BucketName;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::recover::VersionKind;
use trailseal_verifier::source::{Directory, ReadErrorKind, Source};
use trailseal_verifier::walk::Request;
use vectors::{run, vectors};

/// More than any object of the tests has.
const LIMIT: u64 = 1 << 20;

/// The sample, in the gateway's bucket of the same name, stored once for all
/// tests.
fn sample(gateway: &Gateway) -> &'static (BucketName, Vec<Put>) {
    static SAMPLE: OnceLock<(BucketName, Vec<Put>)> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let (bucket, puts) = mirrored(&vectors().join("sample"));
        let bucket = gateway.emptied(&bucket);
        gateway.keep_versions(&bucket);
        gateway.put_all(&bucket, puts.clone());
        (bucket, puts)
    })
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
    let (bucket, puts) = sample(&gateway);
    let (source, copy) = (open(&gateway, bucket), copy());
    assert_eq!(source.buckets(), copy.buckets());

    assert!(puts.len() > 500);
    let keys: Vec<&str> = puts.iter().map(|put| put.key.as_str()).collect();
    assert_eq!(source.objects(bucket, "").unwrap(), keys);
    let listed = Bucket::find(&gateway.connection, bucket)
        .unwrap()
        .list("")
        .wait()
        .unwrap();
    for (put, listed) in puts.iter().zip(&listed) {
        assert_eq!(put.key, listed.key);
        assert_eq!(put.bytes.len() as u64, listed.size);
    }
    assert_levels(&source, &copy, bucket, "");

    // As many at one time as a walk makes of them.
    std::thread::scope(|scope| {
        let (source, copy) = (&source, &copy);
        for part in keys.chunks(keys.len().div_ceil(8)) {
            scope.spawn(move || {
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
    let source = open(&gateway, &sample(&gateway).0);
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

#[test]
#[ignore = "needs scripts/servers start"]
fn denied_is_never_absent() {
    let gateway = Gateway::new();
    let bucket = gateway.unique("trailseal-denied");
    gateway.put(&bucket, Put::new("AWSLogs/there", "x"));
    gateway.put(&bucket, Put::new("forbidden", "x"));
    let reads = ("s3:GetObject", "/AWSLogs/*");
    gateway.allow(&bucket, &[reads, ("s3:ListBucket", "")]);

    let reader = servers::reader();
    let source = S3::open(&reader, &[S3Url::new(bucket.clone(), "")]).unwrap();
    let read = |key: &str| {
        let object = ObjectRef::new(bucket.clone(), key);
        source.read(&object, LIMIT).map(|object| object.bytes)
    };
    let kind = |key: &str| read(key).unwrap_err().kind;
    assert_eq!(read("AWSLogs/there").unwrap(), b"x");
    assert_eq!(kind("AWSLogs/missing"), ReadErrorKind::Absent);
    assert_eq!(kind("forbidden"), ReadErrorKind::Denied);
    assert_eq!(source.objects(&bucket, "").unwrap().len(), 2);

    // Who may not list is not told whether an object is there.
    gateway.allow(&bucket, &[reads]);
    assert_eq!(read("AWSLogs/there").unwrap(), b"x");
    assert_eq!(kind("AWSLogs/missing"), ReadErrorKind::Denied);
    let error = source.objects(&bucket, "").unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::Denied);
    assert!(error.detail.contains("s3:ListBucket"), "{error}");
    let at = Bucket::find(&reader, &bucket).unwrap();
    let error = at.versions("AWSLogs/there").wait().unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::Denied);
    assert!(error.detail.contains("s3:ListBucketVersions"), "{error}");
}

#[test]
#[ignore = "needs scripts/servers start"]
fn neither_a_wrong_secret_nor_a_missing_bucket_is_an_empty_one() {
    let gateway = Gateway::new();
    let bucket = gateway.unique("trailseal-secret");
    gateway.put(&bucket, Put::new("AWSLogs/there", "x"));

    let stranger = servers::stranger();
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
