//! A mirror of several buckets or accounts, and one whose lines or whose making
//! were meddled with.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use common::kit::{ACCOUNT, BUCKET, REGION, hour, keys, log, object, trail};
use common::run;
use jiff::civil::date;
use tempfile::TempDir;
use trailseal_test_vectors::{ChainBuilder, SigningKey, Store, Trail};
use trailseal_verifier::id::BucketName;
use trailseal_verifier::report::Report;
use trailseal_verifier::source::mirror::{About, Copied, Mirror, Pick, Shown};
use trailseal_verifier::source::{Directory, ReadErrorKind, Source};
use trailseal_verifier::verdict::{Answer, Code, Finding};
use trailseal_verifier::walk::Request;

const NEW: &str = "example-logs-new";
const OTHER_ACCOUNT: &str = "444455556666";

/// Three hours in one bucket, then three in another.
fn moved() -> Store {
    let mut store = Store::new();
    let mut chain = ChainBuilder::new(trail(), SigningKey::trail_a());
    for index in 0..6 {
        if index == 3 {
            chain.move_to(NEW, "");
        }
        let of = chain.trail().clone();
        chain.hour(&mut store, hour(index), vec![log(&of, index, 0)]);
    }
    store
}

/// Two accounts that have nothing to do with each other.
fn two_accounts() -> Store {
    let mut store = Store::new();
    for account in [ACCOUNT, OTHER_ACCOUNT] {
        let of = Trail::new(BUCKET, account, REGION, "main");
        let mut chain = ChainBuilder::new(of.clone(), SigningKey::trail_a());
        for index in 0..3 {
            chain.hour(&mut store, hour(index), vec![log(&of, index, 0)]);
        }
    }
    store
}

/// A mirror of it, copied whole.
fn mirrored(store: &Store) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mirror = Mirror::open(folder.path()).unwrap();
    let mut parts: Vec<(BucketName, String)> = Vec::new();
    for (bucket, key, stored) in store.iter() {
        put(&mirror, bucket, key, &stored.bytes, &stored.metadata);
        parts.push((bucket.parse().unwrap(), String::new()));
    }
    parts.dedup();
    let listed = date(2026, 3, 5);
    mirror
        .finish(Some(Copied {
            parts: &parts,
            listed,
        }))
        .unwrap();
    folder
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

fn verified(root: &Path) -> (Report, Vec<Finding>) {
    let source = Directory::open(root, None).unwrap();
    run(&source, keys(), &Request::default())
}

/// The folders that are found to be gone; nothing has failed.
fn unlisted(root: &Path) -> Vec<String> {
    let (report, findings) = verified(root);
    assert_eq!(report.outcome, Answer::Unchecked, "{findings:#?}");
    let unread = findings
        .iter()
        .filter(|finding| finding.code == Code::DigestUnread);
    let about = |finding: &Finding| {
        assert!(
            finding.detail.contains("holds nothing of it"),
            "{finding:?}"
        );
        finding.object.to_string()
    };
    unread.map(about).collect()
}

#[test]
fn a_line_of_the_manifest_hides_no_bucket() {
    let store = moved();
    let folder = mirrored(&store);
    for (bucket, key, _) in store.iter() {
        if bucket == BUCKET && key.contains("/CloudTrail/") {
            fs::remove_file(folder.path().join(bucket).join(key)).unwrap();
        }
    }
    assert_eq!(verified(folder.path()).0.outcome, Answer::Failed);

    let manifest = folder.path().join("manifest.jsonl");
    let mut manifest = fs::OpenOptions::new().append(true).open(manifest).unwrap();
    let line = format!(r#"{{"bucket":"other","key":"k","path":"{BUCKET}/x"}}"#);
    writeln!(manifest, "{line}").unwrap();
    let forged = Directory::open(folder.path(), None).unwrap();
    assert!(forged.warnings()[0].contains("the tree of a bucket"));
    let (report, findings) = run(&forged, keys(), &Request::default());
    assert_ne!(report.outcome, Answer::Verified, "{findings:?}");
    let of_bucket = |finding: &&Finding| finding.object.to_string().contains(BUCKET);
    assert!(findings.iter().any(|finding| of_bucket(&finding)));
}

#[test]
fn an_account_that_is_gone_with_all_its_files_is_unchecked() {
    let folder = mirrored(&two_accounts());
    assert_eq!(verified(folder.path()).0.outcome, Answer::Verified);
    let account = format!("{BUCKET}/AWSLogs/{OTHER_ACCOUNT}");
    let digests = format!("{account}/CloudTrail-Digest/{REGION}");
    fs::remove_dir_all(folder.path().join(&account)).unwrap();
    assert_eq!(unlisted(folder.path()), [format!("s3://{digests}/")]);

    // Nor do empty folders stand for it, or a file that is none of its own.
    let empty = folder.path().join(&digests).join("2026/03/02");
    fs::create_dir_all(&empty).unwrap();
    assert_eq!(unlisted(folder.path()), [format!("s3://{digests}/")]);
    fs::write(empty.join("readme"), "").unwrap();
    assert_eq!(unlisted(folder.path()), [format!("s3://{digests}/")]);

    // A range lists months, and accounts that are not asked for play no part.
    let source = Directory::open(folder.path(), None).unwrap();
    let mut request = Request {
        from: Some(hour(0)),
        to: Some(hour(3)),
        ..Request::default()
    };
    let (report, findings) = run(&source, keys(), &request);
    assert_eq!(report.outcome, Answer::Unchecked, "{findings:#?}");
    request.accounts = vec![ACCOUNT.parse().unwrap()];
    let (report, findings) = run(&source, keys(), &request);
    assert_eq!(report.outcome, Answer::Verified, "{findings:#?}");
}

#[test]
fn logs_without_digests_are_missed_too() {
    let mut store = two_accounts();
    let digests: Vec<(String, String)> = store
        .iter()
        .filter(|(_, key, _)| key.contains(OTHER_ACCOUNT) && key.contains("-Digest/"))
        .map(|(bucket, key, _)| (bucket.to_owned(), key.to_owned()))
        .collect();
    for (bucket, key) in digests {
        store.remove(&bucket, &key);
    }
    let folder = mirrored(&store);
    let account = format!("{BUCKET}/AWSLogs/{OTHER_ACCOUNT}");
    fs::remove_dir_all(folder.path().join(account)).unwrap();
    let (report, findings) = verified(folder.path());
    assert_eq!(report.outcome, Answer::Unchecked);
    let codes: Vec<Code> = findings.iter().map(|finding| finding.code).collect();
    assert!(codes.contains(&Code::LogUnread), "{findings:#?}");
}

#[test]
fn a_bucket_that_is_gone_is_unchecked() {
    let other = Trail::new("example-other", OTHER_ACCOUNT, REGION, "main");
    let mut store = two_accounts();
    let mut chain = ChainBuilder::new(other, SigningKey::trail_a());
    chain.hour(&mut store, hour(0), Vec::new());
    let folder = mirrored(&store);
    fs::remove_dir_all(folder.path().join("example-other")).unwrap();
    assert_eq!(unlisted(folder.path()), ["s3://example-other/"]);

    // The lines of the manifest are gone with it: the extent still names it.
    let manifest = folder.path().join("manifest.jsonl");
    let lines = fs::read_to_string(&manifest).unwrap();
    let others = lines.lines().filter(|line| !line.contains("example-other"));
    let kept: String = others.map(|line| format!("{line}\n")).collect();
    fs::write(&manifest, kept).unwrap();
    assert_eq!(unlisted(folder.path()), ["s3://example-other/"]);
}

/// Ended between the rename of the second content and its line in the journal;
/// the object has changed again when the next run comes.
#[test]
fn what_is_superseded_keeps_no_metadata_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let of = |text: &str| BTreeMap::from([("signature".to_owned(), text.to_owned())]);
    let mirror = Mirror::open(root).unwrap();
    put(&mirror, BUCKET, "a", b"first", &of("of the first"));
    mirror.finish(None).unwrap();
    drop(mirror);

    fs::write(root.join(BUCKET).join("a"), b"second").unwrap();
    let mirror = Mirror::open(root).unwrap();
    put(&mirror, BUCKET, "a", b"third", &of("of the third"));
    mirror.finish(None).unwrap();
    let superseded = fs::read_to_string(root.join("_superseded.jsonl")).unwrap();
    let superseded: serde_json::Value = serde_json::from_str(&superseded).unwrap();
    assert_eq!(superseded["size"], b"second".len());
    assert_eq!(superseded.get("metadata"), None, "{superseded}");
}

#[test]
fn what_vanished_before_it_was_ever_read_is_absent() {
    let folder = tempfile::tempdir().unwrap();
    let shown = Shown {
        size: 1,
        etag: None,
        last_modified: None,
    };
    let mirror = Mirror::open(folder.path()).unwrap();
    put(&mirror, BUCKET, "read", b"r", &BTreeMap::new());
    for key in ["gone", "vanished", "there"] {
        let object = object(BUCKET, key);
        let why = ReadErrorKind::Denied;
        mirror.unread(&object, shown, why).unwrap();
    }
    mirror.finish(None).unwrap();

    let mirror = Mirror::open(folder.path()).unwrap();
    let vanished = mirror.vanish(|_, key| match key {
        "read" | "vanished" => Pick::Yes,
        _ => Pick::No,
    });
    assert_eq!(vanished.unwrap(), 2);
    mirror.vanished(&object(BUCKET, "gone"));
    mirror.vanished(&object(BUCKET, "read"));
    assert_eq!(mirror.finish(None).unwrap().objects, 2);
    let source = Directory::open(folder.path(), None).unwrap();
    let kind = |key: &str| {
        let read = source.read(&object(BUCKET, key), 10);
        read.map(|object| object.bytes).map_err(|error| error.kind)
    };
    assert_eq!(kind("read"), Ok(b"r".to_vec()));
    assert_eq!(kind("there"), Err(ReadErrorKind::Denied));
    assert_eq!(kind("vanished"), Err(ReadErrorKind::Absent));
    assert_eq!(kind("gone"), Err(ReadErrorKind::Absent));
}
