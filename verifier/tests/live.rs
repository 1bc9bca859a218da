//! What only a live bucket knows: when things were stored and delivered; and
//! the run that is ended before its time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};

use common::kit::{ACCOUNT, BUCKET, REGION, healthy, hour, in_memory, keys, object};
use jiff::{SignedDuration, Timestamp};
use trailseal_verifier::id::BucketName;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::report::Report;
use trailseal_verifier::source::{
    Extent, Level, Memory, Object, ReadError, ReadErrorKind, Source, Stored,
};
use trailseal_verifier::verdict::{Answer, Code, Finding};
use trailseal_verifier::walk::{Delivery, Progress, Request, Survey, verify};

/// Six hours whose digests were stored twenty minutes after their end.
fn stored() -> Memory {
    let (store, digests) = healthy(6);
    let mut memory = in_memory(&store);
    for (at, stored) in memory.iter_mut() {
        let hours = digests.iter().position(|digest| digest.key == at.key);
        if let (Stored::Object(object), Some(hours)) = (stored, hours) {
            object.stored_at = Some(delivery(hours));
        }
    }
    memory
}

/// When the digest of this hour was delivered.
fn delivery(hours: usize) -> Timestamp {
    hour(hours + 1) + SignedDuration::from_mins(20)
}

fn verified(memory: &Memory, request: &Request, at: Timestamp) -> (Report, Vec<Finding>) {
    let status = Delivery {
        account: ACCOUNT.parse().unwrap(),
        region: REGION.parse().unwrap(),
        trail: "main".parse().unwrap(),
        at,
    };
    let mut findings: Vec<Finding> = Vec::new();
    let survey = Survey::of(memory, request).unwrap().delivered(vec![status]);
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
fn a_region_whose_digests_are_all_gone_is_a_failure() {
    let mut memory = stored();
    let digests: Vec<_> = memory
        .iter_mut()
        .map(|(at, _)| at.clone())
        .filter(|at| at.key.contains("CloudTrail-Digest"))
        .collect();
    for at in &digests {
        memory.remove(at).unwrap();
    }
    let (report, findings) = verified(&memory, &Request::default(), delivery(5));
    assert_eq!(report.outcome, Answer::Failed);
    let gone = findings
        .iter()
        .find(|f| f.answer == Answer::Failed)
        .unwrap();
    assert_eq!(gone.object.to_string(), format!("{ACCOUNT}/{REGION}"));
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
