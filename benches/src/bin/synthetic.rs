//! `synthetic OUT --logs N --events-per-log E`: writes a signed mirror of a
//! stated size into `OUT`, and its keys into `OUT-keys.json`.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it did")]

use std::path::PathBuf;
use std::time::Instant;

use clap::Parser;
use trailseal_benches::records;
use trailseal_benches::synthetic::{self, Plan};

/// Writes a signed mirror of a stated size, and its keys beside it.
#[derive(Parser)]
struct Args {
    /// Folder to write; must not exist.
    out: PathBuf,
    /// Log files in all.
    #[arg(long)]
    logs: usize,
    /// Records of a log, on average. 270 are about 420 KB.
    #[arg(long, default_value_t = 270)]
    events_per_log: usize,
    /// Accounts.
    #[arg(long, default_value_t = 2)]
    accounts: usize,
    /// Regions of each account.
    #[arg(long, default_value_t = 3)]
    regions: usize,
    /// Log files that one digest lists.
    #[arg(long, default_value_t = 12)]
    logs_per_hour: usize,
    /// Folder of CloudTrail events (.json): these are repeated, each time with
    /// times and ids of their own. Otherwise events are made up.
    #[arg(long)]
    events: Option<PathBuf>,
    /// What the random parts depend on.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let events = args.events.as_deref().map(records::read_events);
    let plan = Plan {
        logs: args.logs,
        events_per_log: args.events_per_log,
        accounts: args.accounts,
        regions: args.regions,
        logs_per_hour: args.logs_per_hour,
        events: events.transpose()?.unwrap_or_default(),
        seed: args.seed,
    };
    let clock = Instant::now();
    let made = synthetic::write(&args.out, &plan)?;
    let (inflated, stored) = (made.inflated as f64 / 1e6, made.stored as f64 / 1e6);
    println!(
        "{}: {} logs, {inflated:.0} MB inflated, {stored:.0} MB stored ({:.1} : 1), {} digests, \
         {:.1} s",
        args.out.display(),
        made.logs,
        inflated / stored,
        made.digests,
        clock.elapsed().as_secs_f64()
    );
    Ok(())
}
