//! Links, pipes and odd names in a folder neither lead out of it nor stop a run.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

mod common;

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use common::kit::{BUCKET, healthy, hear, object};
use tempfile::TempDir;
use trailseal_verifier::id::BucketName;
use trailseal_verifier::source::{Directory, ReadErrorKind, Source};
use trailseal_verifier::verdict::{Answer, Code};
use trailseal_verifier::walk::Request;

fn bucket() -> BucketName {
    BUCKET.parse().unwrap()
}

/// Fails, rather than waits for ever.
fn within_ten_seconds<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let _ = send.send(work());
    });
    receive.recv_timeout(Duration::from_secs(10)).unwrap()
}

fn copies() -> [(TempDir, PathBuf, &'static str); 2] {
    let (store, _) = healthy(3);
    ["mirror", "plain"].map(|layout| {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("secret"), "secret").unwrap();
        fs::create_dir(root.path().join("outside")).unwrap();
        fs::write(root.path().join("outside/secret"), "secret").unwrap();
        let copy = root.path().join("copy");
        let bucket = match layout {
            "mirror" => {
                store.write_mirror(&copy).unwrap();
                copy.join(BUCKET)
            }
            _ => {
                store.write_plain_copy(&copy, BUCKET).unwrap();
                copy
            }
        };
        (root, bucket, layout)
    })
}

fn open(bucket_folder: &Path, layout: &str) -> Directory {
    let root = match layout {
        "mirror" => bucket_folder.parent().unwrap(),
        _ => bucket_folder,
    };
    Directory::open(root, Some(&bucket())).unwrap()
}

#[test]
fn links_to_files_are_listed_and_not_followed() {
    for (root, folder, layout) in copies() {
        symlink(root.path().join("secret"), folder.join("AWSLogs/link")).unwrap();
        symlink("/nowhere", folder.join("AWSLogs/dangling")).unwrap();
        let source = open(&folder, layout);
        for name in ["AWSLogs/link", "AWSLogs/dangling"] {
            assert!(
                source
                    .objects(&bucket(), "AWSLogs/")
                    .unwrap()
                    .contains(&name.to_owned())
            );
            let error = source.read(&object(BUCKET, name), 100).unwrap_err();
            assert_eq!(error.kind, ReadErrorKind::Unaddressable, "{layout} {name}");
        }
    }
}

#[test]
fn links_to_folders_are_not_followed() {
    for (root, folder, layout) in copies() {
        symlink(root.path().join("outside"), folder.join("AWSLogs/link")).unwrap();
        let source = open(&folder, layout);
        // Who lists what a link is part of is told, not given less.
        let error = source.objects(&bucket(), "AWSLogs/").unwrap_err();
        assert_eq!(error.kind, ReadErrorKind::Unaddressable, "{layout}");
        let error = source.level(&bucket(), "AWSLogs/link/").unwrap_err();
        assert_eq!(error.kind, ReadErrorKind::Unaddressable, "{layout}");
        // A digest may name a log there, or a listing ask for the folder.
        let read = source.read(&object(BUCKET, "AWSLogs/link/secret"), 100);
        assert!(read.is_err(), "{layout}: read through a link");
        let below = source
            .objects(&bucket(), "AWSLogs/link/")
            .unwrap_or_default();
        assert!(below.is_empty(), "{layout}: listed through a link");
    }
}

#[test]
fn loops_of_links_end() {
    for (root, folder, layout) in copies() {
        symlink(&folder, folder.join("AWSLogs/loop")).unwrap();
        symlink("self", folder.join("AWSLogs/self")).unwrap();
        symlink("..", folder.join("AWSLogs/111122223333/up")).unwrap();
        symlink(root.path(), folder.join("around")).unwrap();
        within_ten_seconds(move || {
            let source = open(&folder, layout);
            let (report, heard) = hear(&source, &Request::default());
            assert_eq!(
                report.tally.digests.total(),
                3,
                "{layout}: {:?}",
                heard.listed()
            );
            assert_ne!(
                report.outcome,
                Answer::Failed,
                "{layout}: {:?}",
                heard.listed()
            );
        });
    }
}

#[test]
fn pipes_are_not_opened() {
    for (_root, folder, layout) in copies() {
        let days = [
            "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/03/02",
            "AWSLogs",
        ];
        for day in days {
            let name =
                "111122223333_CloudTrail-Digest_eu-west-1_main_eu-west-1_20260302T120713Z.json.gz";
            let pipe = folder.join(day).join(name);
            let made = std::process::Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap();
            assert!(made.success());
        }
        within_ten_seconds(move || {
            let source = open(&folder, layout);
            let (report, heard) = hear(&source, &Request::default());
            assert_eq!(report.tally.digests.total(), 4, "{layout}");
            assert!(
                heard.findings.iter().any(|f| f.code == Code::DigestUnread),
                "{layout}"
            );
        });
    }
}

#[test]
fn a_pipe_for_a_manifest_does_not_hang() {
    let root = tempfile::tempdir().unwrap();
    healthy(2).0.write_plain_copy(root.path(), BUCKET).unwrap();
    let pipe = root.path().join("manifest.jsonl");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    within_ten_seconds(move || {
        let _ = Directory::open(root.path(), Some(&bucket()));
    });
}

#[test]
fn names_that_are_no_unicode_do_not_stop_a_run() {
    for (_root, folder, layout) in copies() {
        let day = folder.join("AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/02");
        let name = std::ffi::OsStr::from_bytes(
            b"111122223333_CloudTrail_eu-west-1_20260302T0915Z_\xff.json.gz",
        );
        fs::write(day.join(name), "planted").unwrap();
        fs::create_dir(
            folder
                .join("AWSLogs")
                .join(std::ffi::OsStr::from_bytes(b"\xfe")),
        )
        .unwrap();
        let (report, heard) = hear(&open(&folder, layout), &Request::default());
        assert_eq!(report.tally.digests.total(), 3);
        assert!(
            heard
                .findings
                .iter()
                .any(|f| f.code == Code::LogUnreferenced),
            "{:?}",
            heard.listed()
        );
    }
}
