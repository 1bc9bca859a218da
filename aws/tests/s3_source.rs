//! S3 as a source: what it lists and reads, and what it says when it cannot.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

mod common;

use std::time::Duration;

use common::connect;
use trailseal_aws::CallErrorKind;
use trailseal_aws::s3::{S3, S3Url};
use trailseal_loopback::{Faults, Missing, Object, Often, Scene, Server, Unread};
use trailseal_verifier::id::BucketName;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::recover::VersionKind;
use trailseal_verifier::source::{ReadErrorKind, Source};

const BUCKET: &str = "example-logs";

fn bucket() -> BucketName {
    BUCKET.parse().unwrap()
}

fn object(key: &str) -> ObjectRef {
    ObjectRef::new(bucket(), key)
}

/// Keys that break whoever joins, splits or encodes carelessly.
const KEYS: [&str; 14] = [
    "AWSLogs/a/1",
    "AWSLogs/a/10",
    "AWSLogs/a/2",
    "AWSLogs/a-b/4",
    "AWSLogs/é/Ж \u{202e}…",
    "AWSLogs/😀/a b+c%20d&e=f",
    "AWSLogs/~/$(x)`y`'\"*?<>",
    "AWSLogs//double",
    "AWSLogs/../../up",
    "AWSLogs/a\\b",
    "AWSLogs/\u{7}",
    "AWSLogs/empty",
    "other/AWSLogs/x",
    "z",
];

fn scene() -> Scene {
    let scene = Scene::new().bucket(BUCKET).page_size(3);
    for key in KEYS {
        let bytes = match key {
            "AWSLogs/empty" => Vec::new(),
            key => key.as_bytes().to_vec(),
        };
        let stored = Object::new(bytes).metadata([("signature", "00ff")]);
        scene.store().insert(BUCKET, key, stored).unwrap();
    }
    scene
}

#[test]
fn everything_is_listed_and_read_whatever_its_key() {
    let server = Server::start(scene(), Faults::default()).unwrap();
    let connection = connect(&server.endpoint());
    let source = S3::open(&connection, &[S3Url::new(bucket(), "")]).unwrap();
    let mut expected = KEYS.to_vec();
    expected.sort_unstable();
    assert_eq!(source.objects(&bucket(), "").unwrap(), expected);
    assert_eq!(source.buckets(), [bucket()]);

    let level = source.level(&bucket(), "AWSLogs/").unwrap();
    assert_eq!(level.folders, ["", "..", "a", "a-b", "~", "é", "😀"]);
    assert_eq!(
        level.objects,
        ["AWSLogs/\u{7}", "AWSLogs/a\\b", "AWSLogs/empty"]
    );
    assert!(source.objects(&bucket(), "none/").unwrap().is_empty());

    let stored = source.stored(&bucket(), "").unwrap().unwrap();
    let listed: Vec<&str> = stored.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(listed, expected);

    for key in KEYS {
        let size = if key == "AWSLogs/empty" {
            0
        } else {
            key.len() as u64
        };
        let read = source.read(&object(key), size).unwrap();
        assert_eq!(read.bytes.len() as u64, size, "{key}");
        assert_eq!(read.metadata["signature"], "00ff");
        if size > 0 {
            let error = source.read(&object(key), size - 1).unwrap_err();
            assert_eq!(error.kind, ReadErrorKind::TooLarge, "{key}");
        }
    }
    let kind = |at: &ObjectRef| source.read(at, 10).unwrap_err().kind;
    assert_eq!(kind(&object("AWSLogs/a/3")), ReadErrorKind::Absent);
    let elsewhere = ObjectRef::new("another-bucket".parse().unwrap(), "AWSLogs/a/1");
    assert_eq!(kind(&elsewhere), ReadErrorKind::Elsewhere);
}

#[test]
fn a_prefix_is_all_there_is() {
    let server = Server::start(scene(), Faults::default()).unwrap();
    let connection = connect(&server.endpoint());
    let source = S3::open(&connection, &["s3://example-logs/other".parse().unwrap()]).unwrap();
    assert_eq!(source.objects(&bucket(), "").unwrap(), ["other/AWSLogs/x"]);
    assert_eq!(source.level(&bucket(), "").unwrap().folders, ["other"]);
    assert_eq!(
        source.level(&bucket(), "other/").unwrap().folders,
        ["AWSLogs"]
    );
    assert!(source.objects(&bucket(), "AWSLogs/").unwrap().is_empty());
    assert!(source.extent().holds(&object("other/x")));
    assert!(!source.extent().holds(&object("AWSLogs/a/1")));
    let error = source.read(&object("AWSLogs/a/1"), 100).unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::Elsewhere);
}

#[test]
fn denied_missing_archived_and_throttled_are_four_things() {
    let scene = scene();
    for (key, why) in [
        ("AWSLogs/denied", Unread::Denied),
        ("AWSLogs/archived", Unread::Archived),
        ("AWSLogs/throttled", Unread::Throttled),
        ("AWSLogs/io", Unread::Io),
    ] {
        let stored = Object::new(b"x".to_vec()).unread(why);
        scene.store().insert(BUCKET, key, stored).unwrap();
    }
    let server = Server::start(scene, Faults::default()).unwrap();
    let connection = connect(&server.endpoint());
    let source = S3::open(&connection, &[S3Url::new(bucket(), "")]).unwrap();
    for (key, kind) in [
        ("AWSLogs/denied", ReadErrorKind::Denied),
        ("AWSLogs/archived", ReadErrorKind::Archived),
        ("AWSLogs/throttled", ReadErrorKind::Throttled),
        ("AWSLogs/io", ReadErrorKind::Io),
        ("AWSLogs/missing", ReadErrorKind::Absent),
    ] {
        assert_eq!(
            source.read(&object(key), 10).unwrap_err().kind,
            kind,
            "{key}"
        );
    }
    let denied = source.read(&object("AWSLogs/denied"), 10).unwrap_err();
    assert!(
        denied.detail.contains("permission s3:GetObject"),
        "{denied}"
    );
    let archived = source.read(&object("AWSLogs/archived"), 10).unwrap_err();
    assert!(archived.detail.contains("restore"), "{archived}");

    // Who may not list is not told what is missing.
    server.set_faults(Faults {
        missing: Missing::Forbidden,
        deny_list: vec![String::new()],
        ..Faults::default()
    });
    let missing = source.read(&object("AWSLogs/missing"), 10).unwrap_err();
    assert_eq!(missing.kind, ReadErrorKind::Denied);
    let listing = source.objects(&bucket(), "AWSLogs/").unwrap_err();
    assert_eq!(listing.kind, ReadErrorKind::Denied);
    assert!(
        listing.detail.contains("permission s3:ListBucket"),
        "{listing}"
    );
}

#[test]
fn bodies_that_break_off_are_read_again() {
    let server = Server::start(
        scene(),
        Faults {
            cut: Often::First(2),
            ..Faults::default()
        },
    )
    .unwrap();
    let connection = connect(&server.endpoint());
    let source = S3::open(&connection, &[S3Url::new(bucket(), "")]).unwrap();
    assert_eq!(
        source.read(&object("AWSLogs/a/1"), 100).unwrap().bytes,
        b"AWSLogs/a/1"
    );

    server.set_faults(Faults {
        cut: Often::Percent(100),
        ..Faults::default()
    });
    let error = source.read(&object("AWSLogs/a/1"), 100).unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::Io, "{error}");
}

#[test]
fn a_bucket_that_is_not_there_and_a_port_where_nobody_answers() {
    let server = Server::start(scene(), Faults::default()).unwrap();
    let connection = connect(&server.endpoint());
    let error = S3::open(&connection, &["s3://nowhere".parse().unwrap()]).unwrap_err();
    assert_eq!(error.kind, CallErrorKind::NoSuch);
    assert!(error.to_string().contains("s3://nowhere"), "{error}");

    let endpoint = server.endpoint();
    drop(server);
    let connection = connect(&endpoint);
    let error = S3::open(&connection, &[S3Url::new(bucket(), "")]).unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Unreachable);
}

#[test]
fn what_waits_for_s3_ends_when_it_is_cancelled() {
    let server = Server::start(scene(), Faults::default()).unwrap();
    let connection = connect(&server.endpoint());
    let source = S3::open(&connection, &[S3Url::new(bucket(), "")]).unwrap();
    server.set_faults(Faults {
        latency: Duration::from_secs(600),
        ..Faults::default()
    });
    let cancel = source.cancel();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| source.read(&object("AWSLogs/a/1"), 100));
        let listing = scope.spawn(|| source.objects(&bucket(), ""));
        cancel.cancel();
        assert_eq!(waiting.join().unwrap().unwrap_err().detail, "interrupted");
        assert_eq!(listing.join().unwrap().unwrap_err().detail, "interrupted");
    });
    assert!(
        source.read(&object("AWSLogs/a/1"), 100).is_err(),
        "later, too"
    );
}

#[test]
fn versions_of_one_key_are_told_newest_first() {
    let scene = scene().versioned();
    let server = Server::start(scene, Faults::default()).unwrap();
    let key = "AWSLogs/😀/a b+c%20d&e=f";
    server
        .store()
        .insert(
            BUCKET,
            key,
            Object::new(b"forged".to_vec()).owner("intruder"),
        )
        .unwrap();
    server.store().delete(BUCKET, key).unwrap();
    server
        .store()
        .insert(BUCKET, &format!("{key}/below"), Object::new(b"x".to_vec()))
        .unwrap();

    let connection = connect(&server.endpoint());
    let source = S3::open(&connection, &[S3Url::new(bucket(), "")]).unwrap();
    let of_bucket = source.bucket_of(&object(key)).unwrap();
    let versions = of_bucket.versions(key).wait().unwrap();
    let kinds: Vec<_> = versions.iter().map(|version| &version.kind).collect();
    assert!(
        matches!(
            kinds.as_slice(),
            [
                VersionKind::DeleteMarker,
                VersionKind::Object { size: 6, .. },
                VersionKind::Object { .. }
            ]
        ),
        "{versions:?}"
    );
    assert!(versions[0].latest && !versions[1].latest);
    assert_eq!(versions[1].owner.as_deref(), Some("intruder"));
    let read = |id: &str| of_bucket.fetch(key, Some(id), 100).wait();
    assert_eq!(read(&versions[1].id).unwrap().bytes, b"forged");
    assert_eq!(read(&versions[2].id).unwrap().bytes, key.as_bytes());
    assert_eq!(
        read(&versions[0].id).unwrap_err().kind,
        ReadErrorKind::Absent
    );
    assert_eq!(
        read("no-such-version").unwrap_err().kind,
        ReadErrorKind::Absent
    );
}
