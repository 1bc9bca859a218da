//! What only a live bucket knows: when things were stored and delivered; and
//! the run that is ended before its time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};

use common::kit::{ACCOUNT, BUCKET, REGION, healthy, hour, in_memory, keys, log, object, trail};
use jiff::{SignedDuration, Timestamp};
use trailseal_test_vectors::{ChainBuilder, SigningKey, Store, Trail};
use trailseal_verifier::id::BucketName;
use trailseal_verifier::layout::DigestKey;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::report::Report;
use trailseal_verifier::source::{Extent, Level, Memory, Object, ReadError, ReadErrorKind, Source};
use trailseal_verifier::verdict::{Answer, Code, Finding};
use trailseal_verifier::walk::{Delivery, Progress, Request, Survey, verify};

/// Six hours of a live bucket.
fn stored() -> Memory {
    live(&healthy(6).0)
}

/// When the digest of this hour was delivered.
fn delivery(hours: usize) -> Timestamp {
    hour(hours + 1) + SignedDuration::from_mins(20)
}

fn status(at: Timestamp) -> Delivery {
    Delivery {
        account: ACCOUNT.parse().unwrap(),
        region: REGION.parse().unwrap(),
        trail: "main".parse().unwrap(),
        home: REGION.parse().unwrap(),
        at,
    }
}

fn verified(memory: &Memory, request: &Request, at: Timestamp) -> (Report, Vec<Finding>) {
    let mut findings: Vec<Finding> = Vec::new();
    let survey = Survey::of(memory, request)
        .unwrap()
        .delivered(vec![status(at)]);
    let report = survey.verify(keys(), &(), &mut findings, &Progress::default());
    (report, findings)
}

fn newest() -> ObjectRef {
    let (_, digests) = healthy(6);
    object(BUCKET, &digests[5].key)
}

#[test]
fn a_status_that_agrees_with_the_newest_digest_says_nothing() {
    let late = delivery(5) + SignedDuration::from_mins(10);
    for at in [delivery(5), late] {
        let (report, findings) = verified(&stored(), &Request::default(), at);
        assert_eq!((report.outcome, findings), (Answer::Verified, Vec::new()));
    }
}

#[test]
fn a_newest_digest_that_was_delivered_and_is_gone_is_a_failure() {
    let mut memory = stored();
    memory.remove(&newest()).unwrap();
    let (report, findings) = verified(&memory, &Request::default(), delivery(5));
    assert_eq!(report.outcome, Answer::Failed);
    let tails: Vec<_> = findings
        .iter()
        .filter(|f| f.code == Code::TailUncovered)
        .collect();
    assert_eq!(tails.len(), 1, "{findings:?}");
    assert!(
        tails[0].detail.contains("delivered at"),
        "{}",
        tails[0].detail
    );

    // The range ends before the delivery: newer digests were not listed.
    let before = Request {
        to: Some(hour(5)),
        ..Request::default()
    };
    let (report, _) = verified(&memory, &before, delivery(5));
    assert_ne!(report.outcome, Answer::Failed);
}

#[test]
fn digests_that_cannot_be_read_do_not_count_as_gone() {
    let mut memory = stored();
    memory.put_unread(newest(), ReadErrorKind::Denied);
    let (report, findings) = verified(&memory, &Request::default(), delivery(5));
    assert_eq!(report.outcome, Answer::Unchecked, "{findings:?}");

    // Times are not known of a copy.
    let (store, _) = healthy(6);
    let mut plain = in_memory(&store);
    plain.remove(&newest()).unwrap();
    let (report, _) = verified(&plain, &Request::default(), delivery(5));
    assert_ne!(report.outcome, Answer::Failed);
}

#[test]
fn a_bucket_without_any_of_the_digests_is_not_a_success() {
    let mut memory = stored();
    let digests: Vec<_> = memory
        .iter_mut()
        .map(|(at, _)| at.clone())
        .filter(|at| at.key.contains("CloudTrail-Digest"))
        .collect();
    for at in &digests {
        memory.remove(at).unwrap();
    }
    // They may lie in the bucket that the trail had before.
    let (report, findings) = verified(&memory, &Request::default(), delivery(5));
    assert_eq!(report.outcome, Answer::Unchecked);
    let gone = findings.iter().find(|f| f.code == Code::TailUncovered);
    assert_eq!(
        gone.unwrap().object.to_string(),
        format!("{ACCOUNT}/{REGION}")
    );
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// As a live bucket: every digest was stored twenty minutes after its stamp.
fn live(store: &Store) -> Memory {
    let mut memory = in_memory(store);
    for (bucket, key, _) in store.iter() {
        if let Some(digest) = DigestKey::parse(key) {
            let stored = digest.stamp.instant() + minutes(20);
            memory.put_time(object(bucket, key), stored);
        }
    }
    memory
}

/// What fails when the status tells of this delivery by a trail of this home.
fn failures(memory: &Memory, request: &Request, home: &str, at: Timestamp) -> Vec<String> {
    let status = Delivery {
        home: home.parse().unwrap(),
        ..status(at)
    };
    let mut findings: Vec<Finding> = Vec::new();
    let survey = Survey::of(memory, request).unwrap().delivered(vec![status]);
    survey.verify(keys(), &(), &mut findings, &Progress::default());
    let failed = findings.iter().filter(|f| f.answer == Answer::Failed);
    failed
        .map(|f| format!("{} {}: {}", f.code, f.object, f.detail))
        .collect()
}

fn until(to: Timestamp) -> Request {
    Request {
        to: Some(to),
        now: Some(to),
        ..Request::default()
    }
}

/// Six digests; the newest ends at hour 6 and was delivered 20 minutes later.
/// Asked at hour 7 for the last 55 minutes, when the next is not due yet.
#[test]
fn a_range_that_begins_between_a_digests_end_and_its_delivery() {
    let (store, _) = healthy(6);
    let request = Request {
        from: Some(hour(6) + minutes(5)),
        ..until(hour(7))
    };
    let failed = failures(&live(&store), &request, REGION, hour(6) + minutes(20));
    assert!(failed.is_empty(), "{failed:#?}");
}

/// Hours 0 to 2 as the account's own trail, 3 to 5 as the organization's.
#[test]
fn a_trail_that_became_an_organizations() {
    let store = two(trail(), trail().with_organization("o-exampleorgid"));
    let failed = failures(
        &live(&store),
        &until(hour(7)),
        REGION,
        hour(6) + minutes(20),
    );
    assert!(failed.is_empty(), "{failed:#?}");
}

/// Deleted after hour 2, and made again under the same name in another Region.
#[test]
fn a_trail_that_was_made_again_in_another_home_region() {
    let store = two(trail(), trail().with_home("us-east-1"));
    let failed = failures(
        &live(&store),
        &until(hour(7)),
        "us-east-1",
        hour(6) + minutes(20),
    );
    assert!(failed.is_empty(), "{failed:#?}");
}

fn two(first: Trail, second: Trail) -> Store {
    let mut store = Store::new();
    for (trail, hours) in [(first, 0..3), (second, 3..6)] {
        let mut chain = ChainBuilder::new(trail.clone(), SigningKey::trail_a());
        for index in hours {
            chain.hour(&mut store, hour(index), vec![log(&trail, index, 0)]);
        }
    }
    assert!(store.iter().all(|(bucket, _, _)| bucket == BUCKET));
    store
}

/// The status tells of a backfill digest, whose window lies before the range.
#[test]
fn a_backfill_digest_for_time_before_the_range() {
    let (mut store, _) = healthy(6);
    let made = hour(6) + minutes(50);
    let late = made.duration_since(hour(1));
    let mut backfill = ChainBuilder::backfill(trail(), SigningKey::trail_a(), late);
    let handle = backfill.hour(&mut store, hour(0), vec![log(&trail(), 0, 1)]);
    let mut memory = live(&store);
    memory.put_time(object(BUCKET, &handle.key), made);
    let request = Request {
        from: Some(hour(3)),
        ..until(hour(7))
    };
    let failed = failures(&memory, &request, REGION, made);
    assert!(failed.is_empty(), "{failed:#?}");
}

/// A source that calls for an end after so many reads.
struct Impatient<'m> {
    inner: &'m Memory,
    progress: &'m Progress,
    reads: AtomicUsize,
    most: usize,
}

impl Source for Impatient<'_> {
    fn extent(&self) -> Extent {
        self.inner.extent()
    }

    fn buckets(&self) -> Vec<BucketName> {
        self.inner.buckets()
    }

    fn level(&self, bucket: &BucketName, prefix: &str) -> Result<Level, ReadError> {
        self.inner.level(bucket, prefix)
    }

    fn objects(&self, bucket: &BucketName, prefix: &str) -> Result<Vec<String>, ReadError> {
        self.inner.objects(bucket, prefix)
    }

    fn read(&self, object: &ObjectRef, limit: u64) -> Result<Object, ReadError> {
        if self.reads.fetch_add(1, Ordering::Relaxed) >= self.most {
            self.progress.stop();
            return Err(ReadError::new(ReadErrorKind::Io, "interrupted"));
        }
        self.inner.read(object, limit)
    }
}

#[test]
fn a_run_that_is_stopped_reports_what_it_proved_and_blames_nothing() {
    let (store, _) = healthy(120);
    let memory = in_memory(&store);
    let request = Request {
        from: Some(hour(0)),
        to: Some(hour(120)),
        jobs: 1,
        ..Request::default()
    };
    let whole = verify(
        &memory,
        keys(),
        &request,
        &(),
        &mut Vec::new(),
        &Progress::default(),
    );
    let whole = whole.unwrap();
    assert!(!whole.interrupted);
    for most in [0, 1, 70, 150] {
        let progress = Progress::default();
        let source = Impatient {
            inner: &memory,
            progress: &progress,
            reads: AtomicUsize::new(0),
            most,
        };
        let mut findings: Vec<Finding> = Vec::new();
        let report = verify(&source, keys(), &request, &(), &mut findings, &progress).unwrap();
        assert!(report.interrupted);
        assert_eq!(report.outcome, Answer::Unchecked);
        assert_eq!(findings, [], "after {most} reads");
        assert!(report.tally.digests.verified < whole.tally.digests.verified);
        assert_eq!(report.tally.digests.unchecked + report.tally.logs.failed, 0);
        let covered = report
            .chains
            .first()
            .map_or(0, |chain| chain.coverage.spans().len());
        assert_eq!(covered > 0, most >= 70, "after {most} reads");
    }
}
