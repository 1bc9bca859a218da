//! The ceilings: what inflating, hashing and one signature cost, by the
//! libraries in use and by their alternatives.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a benchmark whose inputs are its own"
)]

use std::io::Read as _;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use flate2::bufread::GzDecoder;
use rsa::RsaPublicKey;
use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::sha2::Sha256 as RustCryptoSha256;
use rsa::signature::Verifier as _;
use trailseal_benches::empty_chain::{self, Signed};
use trailseal_benches::records::Pool;
use trailseal_benches::rng::Rng;
use trailseal_keys::PublicKey;
use trailseal_test_vectors::{SigningKey, gzip, time};
use trailseal_verifier::gzip::Inflater;
use trailseal_verifier::hash::Sha256;

/// Records of a log of about 420 KB.
const RECORDS: usize = 270;

fn content() -> Vec<u8> {
    let pool = Pool::new("111122223333", "eu-west-1", "2026-03-02", Rng::new(&[1]));
    pool.log(RECORDS, time("2026-03-02T08:15:00Z"), &mut Rng::new(&[2]))
}

fn inflate(c: &mut Criterion) {
    let content = content();
    let packed = gzip(&content);
    let mut group = c.benchmark_group("inflate a log");
    group.throughput(Throughput::Bytes(content.len() as u64));
    group.bench_function("libdeflate, whole buffer", |b| {
        let mut inflater = Inflater::new();
        b.iter(|| inflater.inflate(&packed, u64::MAX).unwrap().len());
    });
    group.bench_function("flate2 with zlib-rs, whole buffer", |b| {
        let mut buffer = Vec::with_capacity(content.len());
        b.iter(|| {
            buffer.clear();
            GzDecoder::new(&packed[..])
                .read_to_end(&mut buffer)
                .unwrap()
        });
    });
    group.finish();
}

fn hash(c: &mut Criterion) {
    let content = content();
    let mut group = c.benchmark_group("SHA-256 of a log");
    group.throughput(Throughput::Bytes(content.len() as u64));
    group.bench_function("aws-lc-rs", |b| b.iter(|| Sha256::of(&content)));
    group.bench_function("RustCrypto", |b| {
        use rsa::sha2::Digest as _;
        b.iter(|| RustCryptoSha256::digest(&content));
    });
    group.finish();
}

fn both(c: &mut Criterion) {
    let content = content();
    let packed = gzip(&content);
    let mut group = c.benchmark_group("inflate and hash a log");
    group.throughput(Throughput::Bytes(content.len() as u64));
    group.bench_function("libdeflate and aws-lc-rs", |b| {
        let mut inflater = Inflater::new();
        b.iter(|| Sha256::of(inflater.inflate(&packed, u64::MAX).unwrap()));
    });
    group.finish();
}

fn signature(c: &mut Criterion) {
    let signed = empty_chain::seal(&[], 2).last().map(empty_chain::signed);
    let Signed { text, signature } = signed.unwrap().unwrap();
    let der = SigningKey::trail_a().public_pkcs1();
    let mut group = c.benchmark_group("check an RSA-2048 signature");
    group.throughput(Throughput::Elements(1));
    group.bench_function("aws-lc-rs", |b| {
        let key = PublicKey::from_der(der).unwrap();
        assert!(key.verify_pkcs1_sha256(text.as_bytes(), &signature).is_ok());
        b.iter(|| key.verify_pkcs1_sha256(text.as_bytes(), &signature));
    });
    group.bench_function("rsa", |b| {
        let key = RsaPublicKey::from_pkcs1_der(der).unwrap();
        let key = VerifyingKey::<RustCryptoSha256>::new(key);
        let signature = Signature::try_from(&signature[..]).unwrap();
        assert!(key.verify(text.as_bytes(), &signature).is_ok());
        b.iter(|| key.verify(text.as_bytes(), &signature));
    });
    group.finish();
}

criterion_group! {
    name = primitives;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .without_plots();
    targets = inflate, hash, both, signature
}
criterion_main!(primitives);
