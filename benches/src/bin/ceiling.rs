//! `ceiling MIRROR`: how close a walk over a folder comes to what the two
//! primitives allow, in one run.
//!
//! The ceiling is inflating and hashing the same logs, already in memory, with
//! the same number of threads and reused buffers: no files, no digests, no
//! keys, no order. Rounds alternate, so that what disturbs the machine disturbs
//! both, and shares are taken round by round.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use anyhow::{Context as _, ensure};
use clap::Parser;
use trailseal_benches::measured::{self, timed};
use trailseal_benches::series::Series;
use trailseal_benches::{synthetic, table};
use trailseal_keys::Keyring;
use trailseal_verifier::gzip::Inflater;
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::source::Directory;

/// Measures a walk over a folder against inflating and hashing in memory.
#[derive(Parser)]
struct Args {
    /// A mirror made by `synthetic`; its keys lie beside it.
    mirror: PathBuf,
    /// How often each is measured.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Numbers of threads.
    #[arg(long, value_delimiter = ',', default_value = "1,2")]
    threads: Vec<usize>,
}

/// What was measured with one number of threads: MB/s inflated, and how many
/// processors were busy.
#[derive(Default)]
struct Figures {
    ceiling: Series,
    ceiling_busy: Series,
    walk: Series,
    walk_busy: Series,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    ensure!(args.rounds > 0, "at least one round");
    let keyring = measured::keyring(&synthetic::keys_path(&args.mirror))?;
    let mut logs = Vec::new();
    preload(&args.mirror, &mut logs)?;
    // Once without measuring: the page cache, and every log's size.
    let report = walk(&args.mirror, &keyring, 0)?;
    ensure!(
        report.tally.logs.verified == logs.len() as u64,
        "{} logs are verified, {} lie there",
        report.tally.logs.verified,
        logs.len()
    );
    let megabytes = report.tally.verified_bytes as f64 / 1e6;
    println!(
        "{} logs, {megabytes:.0} MB inflated, {} digests, {} rounds; median (least – most)\n",
        logs.len(),
        report.tally.digests.verified,
        args.rounds
    );

    let mut figures: Vec<Figures> = args.threads.iter().map(|_| Figures::default()).collect();
    for _ in 0..args.rounds {
        for (threads, figures) in args.threads.iter().zip(&mut figures) {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(*threads)
                .build()?;
            let (inflated, elapsed) = timed(|| inflate_and_hash(&pool, &logs));
            ensure!(inflated == report.tally.verified_bytes, "a log is unsound");
            figures.ceiling.push(megabytes / elapsed.wall);
            figures.ceiling_busy.push(elapsed.cpu / elapsed.wall);
            let (walked, elapsed) = timed(|| walk(&args.mirror, &keyring, *threads));
            ensure!(walked?.tally.verified_bytes == inflated, "a walk differs");
            figures.walk.push(megabytes / elapsed.wall);
            figures.walk_busy.push(elapsed.cpu / elapsed.wall);
        }
    }
    print(&args.threads, &figures);
    Ok(())
}

fn print(threads: &[usize], figures: &[Figures]) {
    let columns = [
        "threads",
        "ceiling, MB/s",
        "processors busy",
        "walk, MB/s",
        "processors busy",
        "walk / ceiling, %",
        "ceiling, against row 1",
        "walk, against row 1",
    ];
    let first = &figures[0];
    let rows: Vec<Vec<String>> = threads
        .iter()
        .zip(figures)
        .map(|(threads, row)| {
            vec![
                threads.to_string(),
                row.ceiling.to_string(),
                format!("{:.2}", row.ceiling_busy.median()),
                row.walk.to_string(),
                format!("{:.2}", row.walk_busy.median()),
                format!("{:.1}", row.walk.over(&row.ceiling).times(100.0)),
                row.ceiling.against(&first.ceiling),
                row.walk.against(&first.walk),
            ]
        })
        .collect();
    print!("{}", table::markdown(&columns, &rows));
}

fn walk(
    mirror: &Path,
    keyring: &Keyring,
    threads: usize,
) -> anyhow::Result<trailseal_verifier::report::Report> {
    let source = Directory::open(mirror, None)?;
    measured::verify(&source, keyring, threads)
}

/// Inflates and hashes every log; returns how many bytes that were. Threads
/// take the next log from a counter and keep their buffers.
fn inflate_and_hash(pool: &rayon::ThreadPool, logs: &[Vec<u8>]) -> u64 {
    let (next, total) = (AtomicUsize::new(0), AtomicU64::new(0));
    pool.broadcast(|_| {
        let mut inflater = Inflater::new();
        let mut inflated = 0;
        while let Some(log) = logs.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Ok(content) = inflater.inflate(log, u64::MAX) {
                std::hint::black_box(Sha256::of(content));
                inflated += content.len() as u64;
            }
        }
        total.fetch_add(inflated, Ordering::Relaxed);
    });
    total.into_inner()
}

/// Reads every log below a folder; digests lie in folders of their own.
fn preload(folder: &Path, logs: &mut Vec<Vec<u8>>) -> anyhow::Result<()> {
    let failed = || format!("could not read {}", folder.display());
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(failed)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .with_context(failed)?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            if !path.ends_with("CloudTrail-Digest") {
                preload(&path, logs)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "gz") {
            logs.push(std::fs::read(&path).with_context(failed)?);
        }
    }
    Ok(())
}
