//! A manifest may say anything: bad lines are noted, none leads out of the mirror.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

mod common;

use std::fs;

use common::kit::{BUCKET, object};
use tempfile::TempDir;
use trailseal_verifier::source::{Directory, Source};

fn with_manifest(lines: &[u8]) -> (TempDir, Directory) {
    let root = tempfile::tempdir().unwrap();
    let copy = root.path().join("copy");
    fs::create_dir_all(copy.join(BUCKET).join("AWSLogs")).unwrap();
    fs::write(copy.join(BUCKET).join("AWSLogs/x"), "x").unwrap();
    fs::write(root.path().join("secret"), "secret").unwrap();
    fs::write(copy.join("manifest.jsonl"), lines).unwrap();
    let source = Directory::open(&copy, None).unwrap();
    (root, source)
}

#[test]
fn bad_lines_are_noted_and_the_good_ones_hold() {
    let good = r#"{"bucket":"example-logs","key":"AWSLogs/x","metadata":{"signature":"ab"}}"#;
    for bad in [
        "not json",
        "{}",
        "[]",
        "null",
        r#"{"bucket":"","key":"x"}"#,
        r#"{"bucket":"../x","key":"x"}"#,
        r#"{"bucket":"example-logs","key":5}"#,
        r#"{"bucket":"example-logs","key":"y","unread":"maybe"}"#,
        r#"{"bucket":"example-logs","key":"y","path":"../secret"}"#,
        r#"{"bucket":"example-logs","key":"y","path":"/etc/hostname"}"#,
        r#"{"bucket":"example-logs","key":"y","path":""}"#,
        r#"{"bucket":"example-logs","key":"y","path":"a\\..\\..\\secret"}"#,
        r#"{"bucket":"example-logs","key":"y","metadata":{"signature":7}}"#,
        "\u{0}\u{1}",
    ] {
        let (_root, source) = with_manifest(format!("{bad}\n{good}\n").as_bytes());
        assert_eq!(source.warnings().len(), 1, "{bad}: {:?}", source.warnings());
        assert!(
            source.warnings()[0].contains("line 1"),
            "{:?}",
            source.warnings()
        );
        let read = source.read(&object(BUCKET, "AWSLogs/x"), 10).unwrap();
        assert_eq!(
            (read.bytes, read.metadata["signature"].as_str()),
            (b"x".to_vec(), "ab")
        );
        assert_ne!(
            source.read(&object(BUCKET, "y"), 10).ok().map(|o| o.bytes),
            Some(b"secret".to_vec())
        );
    }
    let (_root, source) = with_manifest(good.as_bytes());
    assert!(
        source.warnings().is_empty(),
        "the last line may lack its newline"
    );
}

#[test]
fn many_bad_lines_and_endless_ones_stop_the_reading_and_say_so() {
    let (_root, source) = with_manifest("bad\n".repeat(5000).as_bytes());
    assert!(source.warnings().len() <= 102);
    assert!(source.warnings().last().unwrap().contains("the rest"));

    let mut endless = vec![b'x'; 3 << 20];
    endless.extend_from_slice(b"\n{\"bucket\":\"example-logs\",\"key\":\"AWSLogs/x\"}\n");
    let (_root, source) = with_manifest(&endless);
    assert_eq!(source.warnings().len(), 2, "{:?}", source.warnings());
    assert_eq!(
        source.read(&object(BUCKET, "AWSLogs/x"), 10).unwrap().bytes,
        b"x"
    );
}

#[test]
fn a_line_of_another_object_lends_no_metadata() {
    let lines = concat!(
        r#"{"bucket":"example-logs","key":"AWSLogs/X","metadata":{"signature":"aa"}}"#,
        "\n",
        r#"{"bucket":"another-bucket","key":"AWSLogs/x","metadata":{"signature":"bb"}}"#,
        "\n",
        r#"{"bucket":"example-logs","key":"AWSLogs/x/","metadata":{"signature":"cc"}}"#,
        "\n",
    );
    let (_root, source) = with_manifest(lines.as_bytes());
    assert!(
        source
            .read(&object(BUCKET, "AWSLogs/x"), 10)
            .unwrap()
            .metadata
            .is_empty()
    );
}
