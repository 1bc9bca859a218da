//! Whole walks over little data, to see their fixed cost: the same bucket from
//! a folder and from memory. What a walk reaches over gigabytes is measured by
//! the program `ceiling`.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a benchmark whose inputs are its own"
)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use trailseal_benches::synthetic::{self, Plan};
use trailseal_benches::{empty_chain, measured};
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::{Directory, Memory, Source as _};

const PLAN: Plan = Plan {
    logs: 96,
    events_per_log: 30,
    accounts: 2,
    regions: 2,
    logs_per_hour: 4,
    events: Vec::new(),
    seed: 1,
};

/// Writes the mirror anew: it is small, and an old one may be of an older plan.
fn mirror() -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("walk");
    if root.exists() {
        std::fs::remove_dir_all(&root).unwrap();
    }
    synthetic::write(&root, &PLAN).unwrap();
    root
}

fn in_memory(directory: &Directory) -> Memory {
    let mut memory = Memory::default();
    for bucket in directory.buckets() {
        for key in directory.objects(&bucket, "AWSLogs/").unwrap() {
            let at = ObjectRef::new(bucket.clone(), key);
            let object = directory.read(&at, u64::MAX).unwrap();
            memory.put(at, object);
        }
    }
    memory
}

fn small(c: &mut Criterion) {
    let root = mirror();
    let keyring = measured::keyring(&synthetic::keys_path(&root)).unwrap();
    let memory = in_memory(&Directory::open(&root, None).unwrap());
    let mut group = c.benchmark_group("walk over 96 small logs and 24 digests");
    group.throughput(Throughput::Elements(1));
    for jobs in [1, 2] {
        group.bench_function(format!("folder, {jobs} threads"), |b| {
            b.iter(|| {
                let directory = Directory::open(&root, None).unwrap();
                measured::verify(&directory, &keyring, jobs).unwrap()
            });
        });
        group.bench_function(format!("memory, {jobs} threads"), |b| {
            b.iter(|| measured::verify(&memory, &keyring, jobs).unwrap());
        });
    }
    group.finish();
}

fn empty(c: &mut Criterion) {
    const DIGESTS: usize = 1000;
    let signatures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("signatures.txt");
    let chain = empty_chain::load(&signatures, DIGESTS).unwrap();
    let mut group = c.benchmark_group("walk over 1,000 empty digests in memory");
    group.throughput(Throughput::Elements(DIGESTS as u64));
    for jobs in [1, 2] {
        group.bench_function(format!("{jobs} threads"), |b| {
            b.iter(|| measured::verify(&chain.source, &chain.keyring, jobs).unwrap());
        });
    }
    group.finish();
}

criterion_group! {
    name = walks;
    config = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .without_plots();
    targets = small, empty
}
criterion_main!(walks);
