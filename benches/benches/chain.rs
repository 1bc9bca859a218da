//! The ordered half of a walk: joining the outcomes of 100,000 digests.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a benchmark whose inputs are its own"
)]

use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use trailseal_benches::empty_chain;
use trailseal_verifier::chain::{DigestOutcome, HourlyFold, Link};
use trailseal_verifier::digest::DigestClaims;
use trailseal_verifier::layout::DigestKey;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::Extent;

const DIGESTS: usize = 100_000;

/// Outcomes as the parallel half leaves them. The fold compares signatures as
/// text and checks none, so any text of the right length serves.
fn outcomes() -> Vec<DigestOutcome> {
    let signatures: Vec<String> = (0..DIGESTS).map(|index| format!("{index:0512x}")).collect();
    let sealed = empty_chain::seal(&signatures, DIGESTS);
    let outcome = |digest: &trailseal_test_vectors::SealedDigest| {
        let claims = DigestClaims::parse(&digest.content).unwrap();
        let bucket = claims.bucket.parse().unwrap();
        let object = ObjectRef::new(bucket, claims.object.clone());
        let key = DigestKey::parse(&object.key).unwrap();
        let link = Link::new(&object, &key, &claims, Some(&digest.signature), true);
        DigestOutcome {
            key,
            object,
            fault: None,
            link: Some(link),
            logs: Vec::new(),
        }
    };
    sealed.iter().map(outcome).collect()
}

fn fold(c: &mut Criterion) {
    let outcomes = outcomes();
    let bucket = outcomes[0].object.bucket.clone();
    let extent = Arc::new(Extent::new([(bucket, String::new())]));
    let mut group = c.benchmark_group("fold a chain");
    group.throughput(Throughput::Elements(DIGESTS as u64));
    group.bench_function("of 100,000 digests", |b| {
        b.iter(|| {
            let mut fold = HourlyFold::new(Arc::clone(&extent));
            for outcome in &outcomes {
                assert!(fold.push(outcome).is_empty());
            }
            fold.finish()
        });
    });
    group.finish();
}

criterion_group! {
    name = chain;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(4))
        .without_plots();
    targets = fold
}
criterion_main!(chain);
