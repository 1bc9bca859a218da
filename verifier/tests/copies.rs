//! Copies as people make them: in parts, with links, or damaged.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

mod common;
#[allow(dead_code, reason = "each test file uses a part")]
#[path = "common/deliver.rs"]
mod deliver;

use std::fs;
use std::path::Path;

use common::kit::{ACCOUNT, BUCKET, REGION, hear, trail};
use deliver::{codes, deliver, delivered, everything, found};
use tempfile::TempDir;
use trailseal_test_vectors::{DigestHandle, Store, Trail, Unread};
use trailseal_verifier::id::BucketName;
use trailseal_verifier::source::{Directory, OpenError, Source};
use trailseal_verifier::verdict::{Answer, Code};

fn bucket() -> BucketName {
    BUCKET.parse().unwrap()
}

/// What a copy without signatures says of the newest digest of a chain.
fn unsigned(newest: &DigestHandle) -> [(Code, String); 2] {
    [
        (Code::DigestSignatureAbsent, newest.url()),
        (Code::LogUnvouched, newest.log_url(0)),
    ]
}

/// A plain copy in parts: each key below the folder that `part` names.
fn in_parts(store: &Store, part: impl Fn(&str) -> &'static str) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (_, key, stored) in store.iter() {
        let path = root.path().join(part(key)).join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &stored.bytes).unwrap();
    }
    root
}

#[test]
fn the_parts_of_a_plain_copy_are_one() {
    let (store, digests) = delivered(trail(), 30);
    let by_day = in_parts(&store, |key| match key.contains("/2026/03/02/") {
        true => "before",
        false => "after",
    });
    let by_family = in_parts(&store, |key| match key.contains("-Digest/") {
        true => "digests",
        false => "logs",
    });
    for root in [by_day, by_family] {
        for asked in [None, Some(bucket())] {
            let copy = Directory::open(root.path(), asked.as_ref()).unwrap();
            let (report, heard) = hear(&copy, &everything());
            assert_eq!(found(&heard), unsigned(&digests[29]), "{asked:?}");
            assert_eq!(report.tally.digests.verified, 29);
            assert_eq!(report.tally.logs.verified, 29);
        }
    }
}

#[test]
fn the_parts_of_a_plain_copy_may_be_of_two_buckets() {
    let (mut store, first) = delivered(trail(), 4);
    let other = Trail {
        bucket: "other-logs".to_owned(),
        ..trail().in_region("us-east-1")
    };
    let second = deliver(&mut store, &mut deliver::chain(other), 0..4);
    let root = tempfile::tempdir().unwrap();
    for bucket in [BUCKET, "other-logs"] {
        let part = root.path().join(format!("copy of {bucket}"));
        store.write_plain_copy(&part, bucket).unwrap();
    }
    let copy = Directory::open(root.path(), None).unwrap();
    assert_eq!(copy.buckets(), [bucket(), "other-logs".parse().unwrap()]);
    let (report, heard) = hear(&copy, &everything());
    let mut expected = [unsigned(&first[3]), unsigned(&second[3])].concat();
    expected.sort();
    assert_eq!(found(&heard), expected);
    assert_eq!(report.outcome, Answer::Unchecked);
}

#[test]
fn many_folders_before_the_digests_do_not_hide_their_bucket() {
    let (store, digests) = delivered(trail().with_prefix("of/a/team"), 3);
    let root = tempfile::tempdir().unwrap();
    store.write_plain_copy(root.path(), BUCKET).unwrap();
    let accounts = root.path().join("of/a/team/AWSLogs");
    let logs = accounts.join(format!("{ACCOUNT}/CloudTrail/{REGION}/2025"));
    let junk = accounts.join("000000000000/CloudTrail-Digest/eu-west-1/2025/01");
    for number in 0..400 {
        fs::create_dir_all(logs.join(number.to_string())).unwrap();
        fs::create_dir_all(junk.join(number.to_string())).unwrap();
    }
    let copy = Directory::open(&accounts.join(".."), None).unwrap();
    assert_eq!(copy.buckets(), [bucket()]);
    let (report, heard) = hear(&copy, &everything());
    let newest = unsigned(&digests[2]);
    assert!(
        newest.iter().all(|finding| found(&heard).contains(finding)),
        "{:#?}",
        heard.listed()
    );
    assert_eq!(report.tally.digests.verified, 2);
    assert_eq!(report.tally.digests.failed, 0);
}

fn mirror(store: &Store) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    store.write_mirror(root.path()).unwrap();
    root
}

#[test]
fn a_bucket_that_is_asked_of_a_mirror_is_the_only_one_looked_at() {
    let (mut store, _) = delivered(trail(), 3);
    let replica = "replica-logs";
    for (_, key, stored) in store.clone().iter() {
        store.put_object(replica, key, stored.clone());
    }
    let root = mirror(&store);
    let copy = Directory::open(root.path(), Some(&bucket())).unwrap();
    assert_eq!(copy.buckets(), [bucket()]);
    let (report, heard) = hear(&copy, &everything());
    assert_eq!(found(&heard), []);
    assert_eq!(report.outcome, Answer::Verified);

    store.retain(|bucket, _| bucket == replica);
    let root = mirror(&store);
    let error = Directory::open(root.path(), Some(&bucket())).unwrap_err();
    assert!(matches!(error, OpenError::OtherBuckets { .. }), "{error}");
    assert!(error.to_string().contains(replica), "{error}");
}

/// Replaces the manifest's line of one object by its first part.
fn cut_line(root: &Path, key: &str) {
    let path = root.join("manifest.jsonl");
    let mut lines: Vec<String> = fs::read_to_string(&path)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    let line = lines
        .iter_mut()
        .find(|line| line.contains(&format!("\"key\":\"{key}\"")));
    let line = line.unwrap();
    line.truncate(line.len() / 2);
    fs::write(path, lines.join("\n")).unwrap();
}

#[test]
fn a_log_that_a_damaged_manifest_may_have_known_of_is_not_absent() {
    let (mut store, digests) = delivered(trail(), 4);
    let (bucket, key) = digests[2].log(0);
    store.object_mut(bucket, key).unread = Some(Unread::Denied);
    let noted = mirror(&store);
    let cut = mirror(&store);
    cut_line(cut.path(), key);
    // The line is whole and says nothing, but another one cannot be read.
    store.remove(bucket, key);
    let other = mirror(&store);
    cut_line(other.path(), digests[0].log(0).1);
    for root in [noted, cut, other] {
        let copy = Directory::open(root.path(), None).unwrap();
        let (report, heard) = hear(&copy, &everything());
        assert_eq!(
            found(&heard),
            [(Code::LogUnread, digests[2].log_url(0))],
            "{:?}",
            copy.warnings()
        );
        assert_eq!(report.outcome, Answer::Unchecked);
    }
}

#[test]
fn a_damaged_manifest_takes_nothing_from_what_is_there() {
    let (store, digests) = delivered(trail(), 4);
    for key in [&digests[1].key, digests[1].log(0).1] {
        let root = mirror(&store);
        cut_line(root.path(), key);
        let copy = Directory::open(root.path(), None).unwrap();
        let (report, heard) = hear(&copy, &everything());
        assert_eq!(copy.warnings().len(), 1, "{:?}", copy.warnings());
        assert_eq!(found(&heard), [], "the next digest states the signature");
        assert_eq!(report.outcome, Answer::Verified);
    }
}

/// Moves a folder out of the copy and leaves a link to it.
#[cfg(unix)]
fn link(folder: &Path) -> TempDir {
    let outside = tempfile::tempdir().unwrap();
    let target = outside.path().join("target");
    fs::rename(folder, &target).unwrap();
    std::os::unix::fs::symlink(&target, folder).unwrap();
    outside
}

#[cfg(unix)]
#[test]
fn logs_behind_a_link_are_unread() {
    let (store, digests) = delivered(trail(), 3);
    for below in [
        "",
        "/eu-west-1",
        "/eu-west-1/2026/03",
        "/eu-west-1/2026/03/02",
    ] {
        let root = mirror(&store);
        let logs = format!("{BUCKET}/AWSLogs/{ACCOUNT}/CloudTrail{below}");
        let _outside = link(&root.path().join(&logs));
        let copy = Directory::open(root.path(), None).unwrap();
        let (report, heard) = hear(&copy, &everything());
        let found = found(&heard);
        for digest in &digests {
            assert!(
                found.contains(&(Code::LogUnread, digest.log_url(0))),
                "{logs}"
            );
        }
        assert!(
            found.iter().all(|(code, _)| *code == Code::LogUnread),
            "{logs}: {found:?}"
        );
        assert_eq!(report.outcome, Answer::Unchecked);
    }
}

#[cfg(unix)]
#[test]
fn a_bucket_that_is_a_link_is_not_listed() {
    let (store, _) = delivered(trail(), 2);
    let (root, outside) = (tempfile::tempdir().unwrap(), mirror(&store));
    std::os::unix::fs::symlink(outside.path().join(BUCKET), root.path().join(BUCKET)).unwrap();
    let line = format!(r#"{{"bucket":"{BUCKET}","key":"x","unread":"io"}}"#);
    fs::write(root.path().join("manifest.jsonl"), line).unwrap();
    let copy = Directory::open(root.path(), None).unwrap();
    let (report, heard) = hear(&copy, &everything());
    assert_eq!(codes(&heard), [Code::DigestUnread, Code::NoDigests]);
    assert_eq!(report.tally.digests.total(), 0);
}

#[cfg(unix)]
#[test]
fn digests_behind_a_link_are_unread() {
    let (store, _) = delivered(trail(), 42);
    let root = mirror(&store);
    let day = format!("{BUCKET}/AWSLogs/{ACCOUNT}/CloudTrail-Digest/{REGION}/2026/03/03");
    let _outside = link(&root.path().join(day));
    let copy = Directory::open(root.path(), None).unwrap();
    let (report, heard) = hear(&copy, &everything());
    assert_eq!(report.outcome, Answer::Unchecked, "{:#?}", codes(&heard));
}

#[test]
fn a_digest_that_a_damaged_manifest_may_have_known_of_is_not_absent() {
    let (mut store, digests) = delivered(trail(), 4);
    store.object_mut(BUCKET, &digests[2].key).unread = Some(Unread::Denied);
    let root = mirror(&store);
    cut_line(root.path(), &digests[2].key);
    let copy = Directory::open(root.path(), None).unwrap();
    let (report, heard) = hear(&copy, &everything());
    assert_eq!(report.outcome, Answer::Unchecked, "{:#?}", heard.listed());
}

#[test]
fn files_that_are_no_digests_do_not_hide_the_bucket_of_a_plain_copy() {
    let (mut store, _) = delivered(trail(), 3);
    for month in ["01", "02"] {
        for day in 1..=28 {
            for second in 0..4 {
                let key = format!(
                    "AWSLogs/000000000000/CloudTrail-Digest/{REGION}/2026/{month}/{day:02}/\
                     000000000000_CloudTrail-Digest_{REGION}_main_{REGION}_2026{month}{day:02}\
                     T00000{second}Z.json.gz"
                );
                store.put(BUCKET, &key, b"junk".to_vec());
            }
        }
    }
    let root = tempfile::tempdir().unwrap();
    store.write_plain_copy(root.path(), BUCKET).unwrap();
    let copy = Directory::open(root.path(), None).unwrap();
    assert_eq!(copy.buckets(), [bucket()]);
    let (report, _) = hear(&copy, &everything());
    assert_eq!(report.tally.digests.verified, 2);
}
