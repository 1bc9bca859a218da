//! The checks of one object: a digest, and a log.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark whose inputs are its own"
)]

use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use trailseal_benches::one_digest::{ACCOUNT, BUCKET, OneDigest, REGION};
use trailseal_benches::records::Pool;
use trailseal_benches::rng::Rng;
use trailseal_test_vectors::time;
use trailseal_verifier::digest::{self, Checked, DigestClaims, Supplied, VerifiedDigest};
use trailseal_verifier::gzip::Inflater;
use trailseal_verifier::layout::DigestKey;
use trailseal_verifier::limits::Limits;
use trailseal_verifier::log;
use trailseal_verifier::object::ObjectRef;

/// Records of a log of about 420 KB.
const RECORDS: usize = 270;

fn log_of(records: usize, seed: u64) -> Vec<u8> {
    let pool = Pool::new(ACCOUNT, REGION, "2026-03-02", Rng::new(&[1]));
    pool.log(
        records,
        time("2026-03-02T09:15:00Z"),
        &mut Rng::new(&[2, seed]),
    )
}

fn object(key: &str) -> ObjectRef {
    ObjectRef::new(BUCKET.parse().unwrap(), key)
}

fn check<'d>(one: &'d OneDigest, at: &ObjectRef, key: &DigestKey) -> VerifiedDigest<'d> {
    let claims = DigestClaims::parse(&one.content).unwrap();
    let metadata = &one.object.metadata;
    let nothing = |_: &dyn Fn(&str) -> bool| Supplied::Nothing;
    match digest::check(claims, at, key, metadata, &one.keyring, nothing) {
        Checked::Verified(digest) => digest,
        Checked::Not { code, detail, .. } => panic!("{code}: {detail}"),
    }
}

fn digests(c: &mut Criterion) {
    let mut group = c.benchmark_group("parse and check a digest");
    group.throughput(Throughput::Elements(1));
    for logs in [0, 12] {
        let one = OneDigest::over((0..logs).map(|seed| log_of(3, seed)).collect());
        let at = object(&one.key);
        let key = DigestKey::parse(&one.key).unwrap();
        group.bench_function(format!("of {logs} logs"), |b| {
            b.iter(|| check(&one, &at, &key));
        });
    }
    group.finish();
}

fn logs(c: &mut Criterion) {
    let content = log_of(RECORDS, 0);
    let length = content.len() as u64;
    let one = OneDigest::over(vec![content]);
    let at = object(&one.key);
    let key = DigestKey::parse(&one.key).unwrap();
    let digest = check(&one, &at, &key);
    let (log, stored) = &one.logs[0];
    let log = object(log);
    let claim = &digest.claims().logs[0];
    let limit = Limits::default().log_inflated;
    let mut group = c.benchmark_group("check a log");
    group.throughput(Throughput::Bytes(length));
    group.bench_function("of about 420 KB", |b| {
        let mut inflater = Inflater::new();
        b.iter(|| {
            let checked = log::check(&log, stored, claim, (&at, &digest), &mut inflater, limit);
            checked.unwrap().hash()
        });
    });
    group.finish();
}

criterion_group! {
    name = checks;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .without_plots();
    targets = digests, logs
}
criterion_main!(checks);
