//! One conformance suite for every source, and keys that are no paths.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

mod common;

use std::fs;

use common::config;
use common::kit::{BUCKET, healthy, in_memory, object};
use proptest::prelude::*;
use tempfile::TempDir;
use trailseal_test_vectors::{Store, Stored, Unread};
use trailseal_verifier::id::BucketName;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::{Directory, OpenError, ReadErrorKind, Source};

fn bucket() -> BucketName {
    BUCKET.parse().unwrap()
}

/// What every kind of source can hold.
fn common_store() -> Store {
    let mut store = Store::new();
    for key in [
        "AWSLogs/a/1",
        "AWSLogs/a/10",
        "AWSLogs/a/2",
        "AWSLogs/a/b/3",
        "AWSLogs/a-b/4",
        "AWSLogs/ab/5",
        "AWSLogs/é/Ж \u{202e}…",
        "AWSLogs/e\u{301}/x",
        "AWSLogs/😀/a b+c%20d&e=f",
        "AWSLogs/Case/x",
        "AWSLogs/case/X",
        "AWSLogs/-/--help",
        "AWSLogs/~/$(x)`y`'\"*?",
        &format!("AWSLogs/{}/x", "n".repeat(255)),
    ] {
        store.put(BUCKET, key, key.as_bytes().to_vec());
    }
    store.put(BUCKET, "AWSLogs/empty", Vec::new());
    store
}

/// The suite: what holds for every source that holds `store`.
fn conforms(source: &impl Source, store: &Store, kind: &str) {
    let bucket = bucket();
    assert_eq!(source.buckets(), std::slice::from_ref(&bucket), "{kind}");
    let keys: Vec<&str> = store.iter().map(|(_, key, _)| key).collect();

    // Objects: all below a prefix, in the order of their bytes, once each.
    let mut prefixes = vec![
        String::new(),
        "AWSLogs/none/".to_owned(),
        "none/".to_owned(),
    ];
    for key in &keys {
        let slashes = key.match_indices('/').map(|(at, _)| key[..=at].to_owned());
        prefixes.extend(slashes);
    }
    for prefix in &prefixes {
        let below: Vec<&str> = keys
            .iter()
            .copied()
            .filter(|k| k.starts_with(prefix))
            .collect();
        assert_eq!(
            source.objects(&bucket, prefix).unwrap(),
            below,
            "{kind}: {prefix:?}"
        );
        let mut folders: Vec<&str> = below
            .iter()
            .filter_map(|key| Some(key[prefix.len()..].split_once('/')?.0))
            .collect();
        folders.sort_unstable();
        folders.dedup();
        assert_eq!(
            source.level(&bucket, prefix).unwrap().folders,
            folders,
            "{kind}: {prefix:?}"
        );
    }

    for (_, key, stored) in store.iter().filter(|(.., stored)| stored.unread.is_none()) {
        let at = object(BUCKET, key);
        let size = stored.bytes.len() as u64;
        assert_eq!(
            source.read(&at, size).unwrap().bytes,
            stored.bytes,
            "{kind}: {key}"
        );
        if size > 0 {
            let error = source.read(&at, size - 1).unwrap_err();
            assert_eq!(error.kind, ReadErrorKind::TooLarge, "{kind}: {key}");
        }
    }

    let fails = |key: &str| source.read(&object(BUCKET, key), 10).unwrap_err().kind;
    assert_eq!(fails("AWSLogs/a/3"), ReadErrorKind::Absent, "{kind}");
    assert_eq!(fails("AWSLogs/none/x"), ReadErrorKind::Absent, "{kind}");
    assert_eq!(
        fails("AWSLogs/a/1/x"),
        ReadErrorKind::Absent,
        "{kind}: a file is no folder"
    );
    assert_eq!(
        fails("AWSLogs/A/1"),
        ReadErrorKind::Absent,
        "{kind}: letter case counts"
    );
    assert_eq!(
        fails("AWSLogs/Case/X"),
        ReadErrorKind::Absent,
        "{kind}: letter case counts"
    );
    assert_eq!(
        fails("AWSLogs/\u{e9}\u{301}/x"),
        ReadErrorKind::Absent,
        "{kind}: no normalisation"
    );
    let elsewhere = source
        .read(&object("another-bucket", "AWSLogs/a/1"), 10)
        .unwrap_err();
    assert_eq!(elsewhere.kind, ReadErrorKind::Elsewhere, "{kind}");
    assert!(
        source.extent().holds(&object(BUCKET, "AWSLogs/none/x")),
        "{kind}"
    );
    assert!(
        !source
            .extent()
            .holds(&object("another-bucket", "AWSLogs/a/1")),
        "{kind}"
    );
    let none: BucketName = "another-bucket".parse().unwrap();
    assert!(source.objects(&none, "").unwrap().is_empty(), "{kind}");
    assert!(
        source.level(&none, "").unwrap().folders.is_empty(),
        "{kind}"
    );
}

fn mirror(store: &Store) -> (TempDir, Directory) {
    let root = tempfile::tempdir().unwrap();
    store.write_mirror(root.path()).unwrap();
    let source = Directory::open(root.path(), None).unwrap();
    (root, source)
}

fn plain(store: &Store) -> (TempDir, Directory) {
    let root = tempfile::tempdir().unwrap();
    store.write_plain_copy(root.path(), BUCKET).unwrap();
    let source = Directory::open(root.path(), Some(&bucket())).unwrap();
    (root, source)
}

#[test]
fn every_source_conforms() {
    let store = common_store();
    conforms(&in_memory(&store), &store, "memory");
    conforms(&mirror(&store).1, &store, "mirror");
    conforms(&plain(&store).1, &store, "plain copy");
}

/// Keys that are no paths, and objects that could not be fetched.
fn awkward_store() -> Store {
    let mut store = common_store();
    for key in [
        "AWSLogs/../../up",
        "AWSLogs//double",
        "/AWSLogs/root",
        "AWSLogs/a\\b",
        "AWSLogs/\u{7}",
    ] {
        store.put(BUCKET, key, key.as_bytes().to_vec());
    }
    store.put(
        BUCKET,
        &format!("AWSLogs/{}", "n".repeat(256)),
        b"long".to_vec(),
    );
    for (key, why) in [
        ("AWSLogs/denied", Unread::Denied),
        ("AWSLogs/archived", Unread::Archived),
        ("AWSLogs/throttled", Unread::Throttled),
        ("AWSLogs/io", Unread::Io),
    ] {
        let stored = Stored {
            unread: Some(why),
            ..Stored::default()
        };
        store.put_object(BUCKET, key, stored);
    }
    store
}

#[test]
fn a_mirror_holds_what_no_path_can_name() {
    let store = awkward_store();
    let (root, disk) = mirror(&store);
    assert!(root.path().join("unsafe-keys/0001").is_file());
    for (kind, keys) in [
        ("memory", in_memory(&store).objects(&bucket(), "").unwrap()),
        ("mirror", disk.objects(&bucket(), "").unwrap()),
    ] {
        let expected: Vec<&str> = store.iter().map(|(_, key, _)| key).collect();
        assert_eq!(keys, expected, "{kind}");
    }
    for (_, key, stored) in store.iter() {
        let at = object(BUCKET, key);
        let (memory, disk) = (
            in_memory(&store).read(&at, 1 << 20),
            disk.read(&at, 1 << 20),
        );
        match stored.unread {
            None => assert_eq!(memory.unwrap(), disk.unwrap(), "{key:?}"),
            Some(why) => {
                let expected = match why {
                    Unread::Archived => ReadErrorKind::Archived,
                    Unread::Denied => ReadErrorKind::Denied,
                    Unread::Io => ReadErrorKind::Io,
                    Unread::Throttled => ReadErrorKind::Throttled,
                };
                assert_eq!(memory.unwrap_err().kind, expected);
                assert_eq!(disk.unwrap_err().kind, expected);
            }
        }
    }
}

#[test]
fn the_folder_of_unsafe_keys_is_no_bucket() {
    let (_root, disk) = mirror(&awkward_store());
    assert_eq!(disk.buckets(), [bucket()]);
}

#[test]
fn metadata_is_kept_by_a_mirror_and_lost_by_a_plain_copy() {
    let (store, digests) = healthy(3);
    let at = object(BUCKET, &digests[1].key);
    let metadata = store.get(BUCKET, &digests[1].key).unwrap().metadata.clone();
    assert_eq!(
        in_memory(&store).read(&at, 1 << 20).unwrap().metadata,
        metadata
    );
    assert_eq!(
        mirror(&store).1.read(&at, 1 << 20).unwrap().metadata,
        metadata
    );
    assert!(
        plain(&store)
            .1
            .read(&at, 1 << 20)
            .unwrap()
            .metadata
            .is_empty()
    );
}

/// Keys that lead out of the tree, or that no path can be.
const UNSAFE: [&str; 9] = [
    "AWSLogs/../../secret",
    "../secret",
    "AWSLogs/./x",
    "/etc/hostname",
    "AWSLogs//x",
    "AWSLogs/a\\..\\x",
    "AWSLogs/nul\0",
    "AWSLogs/bell\u{7}",
    "AWSLogs/x/",
];

#[test]
fn a_key_that_is_no_path_is_neither_absent_nor_followed() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "secret").unwrap();
    let root = outside.path().join("copy");
    let store = common_store();
    for layout in ["mirror", "plain"] {
        match layout {
            "mirror" => store.write_mirror(&root.join(layout)).unwrap(),
            _ => store.write_plain_copy(&root.join(layout), BUCKET).unwrap(),
        }
        let source = Directory::open(&root.join(layout), Some(&bucket())).unwrap();
        for key in UNSAFE {
            let error = source.read(&object(BUCKET, key), 1 << 20).unwrap_err();
            assert_eq!(
                error.kind,
                ReadErrorKind::Unaddressable,
                "{layout}: {key:?}"
            );
        }
        let long = format!("AWSLogs/{}", "n".repeat(256));
        let error = source.read(&object(BUCKET, &long), 1 << 20).unwrap_err();
        assert_eq!(error.kind, ReadErrorKind::Unaddressable);
        for prefix in ["../", "AWSLogs/../../", "/", "//", "AWSLogs//"] {
            assert!(
                source.objects(&bucket(), prefix).unwrap().is_empty(),
                "{prefix}"
            );
            assert!(
                source.level(&bucket(), prefix).unwrap().folders.is_empty(),
                "{prefix}"
            );
        }
    }
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn no_key_leads_out_of_the_tree(
        parts in prop::collection::vec(
            prop_oneof![Just("..".to_owned()), Just(String::new()), Just(".".to_owned()), Just("AWSLogs".to_owned()), Just("secret".to_owned()), "\\PC{1,5}"],
            1..6,
        ),
    ) {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "secret").unwrap();
        let root = outside.path().join("copy");
        fs::create_dir_all(root.join("AWSLogs")).unwrap();
        let source = Directory::open(&root, Some(&bucket())).unwrap();
        let key = parts.join("/");
        prop_assert!(source.read(&object(BUCKET, &key), 100).is_err());
        let listed = source.objects(&bucket(), &format!("{key}/")).unwrap_or_default();
        prop_assert!(!listed.iter().any(|key| key.ends_with("secret")));
    }
}

#[test]
fn a_folder_that_is_no_copy_says_what_to_give_instead() {
    let root = tempfile::tempdir().unwrap();
    let error = Directory::open(root.path(), None).unwrap_err();
    assert!(matches!(error, OpenError::NoLayout(_)));
    assert!(error.to_string().contains("AWSLogs"), "{error}");
    let file = root.path().join("file");
    fs::write(&file, "x").unwrap();
    assert!(matches!(
        Directory::open(&file, None),
        Err(OpenError::NotAFolder(_))
    ));
    assert!(matches!(
        Directory::open(&root.path().join("none"), None),
        Err(OpenError::Io { .. })
    ));
}

#[test]
fn a_plain_copy_learns_its_bucket_and_prefix_from_its_digests() {
    let (store, digests) = healthy(3);
    let root = tempfile::tempdir().unwrap();
    store
        .write_plain_copy(&root.path().join("somewhere/else"), BUCKET)
        .unwrap();
    let source = Directory::open(root.path(), None).unwrap();
    assert!(source.bucket_is_assumed());
    assert_eq!(source.buckets(), [bucket()]);
    let at = ObjectRef::new(bucket(), digests[0].key.clone());
    assert!(source.read(&at, 1 << 20).is_ok());
}
