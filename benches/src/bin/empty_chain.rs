//! `empty_chain SIGNATURES`: how many empty digests a second a walk verifies.
//!
//! The ceiling is checking the same signatures alone, with the same number of
//! threads. Signatures are made once and kept in the file that is named.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, ensure};
use clap::Parser;
use trailseal_benches::empty_chain::{self, EmptyChain};
use trailseal_benches::measured::{self, timed};
use trailseal_benches::series::Series;
use trailseal_benches::table;
use trailseal_keys::{Keyring, PublicKey};

/// Measures a walk over a chain of empty digests in memory.
#[derive(Parser)]
struct Args {
    /// File of signatures: used as far as it goes, extended where it ends.
    signatures: PathBuf,
    /// Digests of the chain.
    #[arg(long, default_value_t = 100_000)]
    digests: usize,
    /// How often each is measured.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Numbers of threads.
    #[arg(long, value_delimiter = ',', default_value = "1,2")]
    threads: Vec<usize>,
}

/// What was measured with one number of threads, in digests a second.
#[derive(Default)]
struct Figures {
    signatures: Series,
    walk: Series,
    /// Divided by the processors that were busy.
    walk_per_processor: Series,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    ensure!(args.rounds > 0, "at least one round");
    let EmptyChain {
        source,
        keyring,
        signed,
    } = empty_chain::load(&args.signatures, args.digests).with_context(|| {
        format!(
            "remove {} to sign the chain anew",
            args.signatures.display()
        )
    })?;
    let key = public_key(&keyring)?;
    let count = args.digests as f64;
    println!(
        "{} empty digests, {} rounds; digests a second, median (least – most)\n",
        args.digests, args.rounds
    );
    let mut figures: Vec<Figures> = args.threads.iter().map(|_| Figures::default()).collect();
    for _ in 0..args.rounds {
        for (threads, figures) in args.threads.iter().zip(&mut figures) {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(*threads)
                .build()?;
            let (right, elapsed) = timed(|| check_signatures(&pool, key, &signed));
            ensure!(
                right == args.digests,
                "{} signatures of {} are wrong; remove the file to sign the chain anew",
                args.digests - right,
                args.signatures.display()
            );
            figures.signatures.push(count / elapsed.wall);
            let (report, elapsed) = timed(|| measured::verify(&source, &keyring, *threads));
            ensure!(report?.tally.digests.verified == args.digests as u64);
            figures.walk.push(count / elapsed.wall);
            figures.walk_per_processor.push(count / elapsed.cpu);
        }
    }
    print(&args.threads, &figures);
    Ok(())
}

fn print(threads: &[usize], figures: &[Figures]) {
    let columns = [
        "threads",
        "signatures alone",
        "walk",
        "walk, per second of processor time",
        "walk / signatures, %",
        "walk, against row 1",
    ];
    let first = &figures[0];
    let rows: Vec<Vec<String>> = threads
        .iter()
        .zip(figures)
        .map(|(threads, row)| {
            vec![
                threads.to_string(),
                row.signatures.to_string(),
                row.walk.to_string(),
                row.walk_per_processor.to_string(),
                format!("{:.1}", row.walk.over(&row.signatures).times(100.0)),
                row.walk.against(&first.walk),
            ]
        })
        .collect();
    print!("{}", table::markdown(&columns, &rows));
}

fn public_key(keyring: &Keyring) -> anyhow::Result<&PublicKey> {
    let key = keyring.keys().first().context("an empty keyring")?;
    Ok(key.public_key())
}

/// How many of these signatures the key made.
fn check_signatures(
    pool: &rayon::ThreadPool,
    key: &PublicKey,
    signed: &[empty_chain::Signed],
) -> usize {
    let (next, right) = (AtomicUsize::new(0), AtomicUsize::new(0));
    pool.broadcast(|_| {
        while let Some(one) = signed.get(next.fetch_add(1, Ordering::Relaxed)) {
            let checked = key.verify_pkcs1_sha256(one.text.as_bytes(), &one.signature);
            right.fetch_add(usize::from(checked.is_ok()), Ordering::Relaxed);
        }
    });
    right.into_inner()
}
