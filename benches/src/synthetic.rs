//! A signed mirror of a stated size.
//!
//! One organization trail: a chain for each account and Region, with hourly
//! digests. Every object is written as soon as it is made, so that the size of
//! the bucket does not matter; only the manifest's lines are kept. The same
//! plan gives the same bytes.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use jiff::{SignedDuration, Timestamp};
use libdeflater::{CompressionLvl, Compressor};
use rayon::prelude::*;
use serde_json::{Value, json};
use trailseal_test_vectors::{
    ChainBuilder, Family, Keyring, LogEntry, PublishedKey, SigningKey, Trail, sha256_hex, time,
};

use crate::records::Pool;
use crate::rng::Rng;

const BUCKET: &str = "example-org-trail";
const START: &str = "2026-03-02T00:07:13Z";
/// libdeflate's level: its default.
const LEVEL: i32 = 6;
/// Regions, in the order in which they are taken.
pub const REGIONS: [&str; 16] = [
    "eu-west-1",
    "us-east-1",
    "eu-central-1",
    "us-west-2",
    "ap-southeast-1",
    "us-east-2",
    "eu-north-1",
    "ap-northeast-1",
    "ca-central-1",
    "sa-east-1",
    "ap-south-1",
    "eu-west-2",
    "us-west-1",
    "ap-southeast-2",
    "eu-west-3",
    "ap-northeast-2",
];

/// What to make.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Log files in all.
    pub logs: usize,
    /// Records of a log, on average: one holds between a quarter and seven
    /// quarters of that.
    pub events_per_log: usize,
    /// Accounts.
    pub accounts: usize,
    /// Regions of each account, at most as many as [`REGIONS`].
    pub regions: usize,
    /// Log files that one digest lists.
    pub logs_per_hour: usize,
    /// Events to repeat, each time with times and ids of their own; if there are
    /// none, events are made up.
    pub events: Vec<Value>,
    /// What the random parts depend on.
    pub seed: u64,
}

/// What was made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Made {
    /// Log files.
    pub logs: u64,
    /// Digests.
    pub digests: u64,
    /// Bytes of the logs, inflated.
    pub inflated: u64,
    /// Bytes of the logs, as stored.
    pub stored: u64,
}

/// Where the keyring of a mirror lies: beside it, never in it.
#[must_use]
pub fn keys_path(root: &Path) -> PathBuf {
    let mut name = root.file_name().unwrap_or_default().to_owned();
    name.push("-keys.json");
    root.with_file_name(name)
}

/// Writes the mirror into `root`, and then, as the sign that it is complete,
/// the keyring beside it.
///
/// # Errors
/// If there is something in `root`, the plan makes no sense, or the disk fails.
pub fn write(root: &Path, plan: &Plan) -> anyhow::Result<Made> {
    ensure!(
        !root.exists(),
        "{} exists; remove it or name another folder",
        root.display()
    );
    ensure!(
        plan.accounts > 0 && plan.logs_per_hour > 0 && plan.events_per_log > 0,
        "there must be accounts, events and logs in an hour"
    );
    ensure!(
        (1..=REGIONS.len()).contains(&plan.regions),
        "1 to {} Regions",
        REGIONS.len()
    );
    let chains = plan.accounts * plan.regions;
    let written: Vec<anyhow::Result<Written>> = (0..chains)
        .into_par_iter()
        .map(|chain| write_chain(root, plan, chain))
        .collect();
    let mut made = Made::default();
    let mut manifest = String::new();
    for chain in written {
        let chain = chain?;
        manifest.push_str(&chain.manifest);
        made.logs += chain.made.logs;
        made.digests += chain.made.digests;
        made.inflated += chain.made.inflated;
        made.stored += chain.made.stored;
    }
    put(&root.join("manifest.jsonl"), manifest.as_bytes())?;
    let day = SignedDuration::from_hours(24);
    let end = window(chains, hours(plan)).1;
    let key = PublishedKey::pkcs1(SigningKey::trail_a(), time(START) - day, end + day);
    put(&keys_path(root), &Keyring::new(vec![key]).to_json())?;
    Ok(made)
}

/// What was written of one chain.
#[derive(Default)]
struct Written {
    made: Made,
    manifest: String,
}

/// Hours of every chain: all end together, the last ones perhaps empty.
fn hours(plan: &Plan) -> usize {
    let chains = plan.accounts * plan.regions;
    plan.logs
        .div_ceil(chains)
        .div_ceil(plan.logs_per_hour)
        .max(1)
}

/// The window of one digest. Chains are minutes apart, as they really are.
fn window(chain: usize, hour: usize) -> (Timestamp, Timestamp) {
    let shift = SignedDuration::from_secs((chain * 61 % 3000) as i64);
    let start = time(START) + shift + SignedDuration::from_hours(hour as i64);
    (start, start + SignedDuration::from_hours(1))
}

fn write_chain(root: &Path, plan: &Plan, chain: usize) -> anyhow::Result<Written> {
    let chains = plan.accounts * plan.regions;
    let account = format!("{:012}", 111_122_220_000 + chain / plan.regions * 1111);
    let region = REGIONS[chain % plan.regions];
    let trail = Trail::new(BUCKET, &account, region, "org-trail")
        .with_organization("o-exampleorgid")
        .with_home(REGIONS[0]);
    let pool = if plan.events.is_empty() {
        let rng = Rng::new(&[plan.seed, chain as u64]);
        Pool::new(&account, region, &START[..10], rng)
    } else {
        Pool::of_events(&plan.events, &account, region)
    };
    let mut builder = ChainBuilder::new(trail.clone(), SigningKey::trail_a());
    let logs = plan.logs / chains + usize::from(chain < plan.logs % chains);
    let mut written = Written::default();
    for hour in 0..hours(plan) {
        let (start, end) = window(chain, hour);
        let first = (hour * plan.logs_per_hour).min(logs);
        let last = (first + plan.logs_per_hour).min(logs);
        let made: Vec<anyhow::Result<LogMade>> = (first..last)
            .into_par_iter()
            .map_init(compressor, |compressor, index| {
                let place = (3600 * (index - first) / plan.logs_per_hour) as i64;
                let delivered = start + SignedDuration::from_secs(place);
                let rng = Rng::new(&[plan.seed, chain as u64, 1, index as u64]);
                let log = LogPlan {
                    pool: &pool,
                    trail: &trail,
                    events: plan.events_per_log,
                    delivered,
                };
                log.write(root, compressor, rng)
            })
            .collect();
        let mut entries = Vec::new();
        for log in made {
            let log = log?;
            written.made.logs += 1;
            written.made.inflated += log.inflated;
            written.made.stored += log.stored;
            written.manifest.push_str(&log.manifest);
            entries.push(log.entry);
        }
        let sealed = builder
            .draft(start, end, entries)
            .seal(SigningKey::trail_a());
        let (handle, object) = (sealed.handle(), sealed.to_stored());
        put(&root.join(BUCKET).join(&handle.key), &object.bytes)?;
        written.manifest.push_str(&format!(
            "{}\n",
            json!({
                "bucket": BUCKET, "key": &handle.key, "size": object.bytes.len(),
                "sha256": sha256_hex(&object.bytes), "metadata": object.metadata,
            })
        ));
        written.made.digests += 1;
        builder.set_previous(Some(handle));
    }
    Ok(written)
}

fn compressor() -> Compressor {
    Compressor::new(CompressionLvl::new(LEVEL).expect("a level of libdeflate"))
}

/// One log to be made.
struct LogPlan<'p> {
    pool: &'p Pool,
    trail: &'p Trail,
    events: usize,
    delivered: Timestamp,
}

/// One log that was written.
struct LogMade {
    entry: LogEntry,
    manifest: String,
    inflated: u64,
    stored: u64,
}

impl LogPlan<'_> {
    fn write(
        &self,
        root: &Path,
        compressor: &mut Compressor,
        mut rng: Rng,
    ) -> anyhow::Result<LogMade> {
        let quarter = self.events as u64 / 4;
        let events = quarter + rng.below(6 * quarter + 1);
        let events = usize::try_from(events.max(1))?;
        let content = self.pool.log(events, self.delivered, &mut rng);
        let mut packed = vec![0; compressor.gzip_compress_bound(content.len())];
        let length = compressor.gzip_compress(&content, &mut packed)?;
        packed.truncate(length);
        let key = self
            .trail
            .log_key(Family::CloudTrail, self.delivered, &rng.letters(16));
        put(&root.join(BUCKET).join(&key), &packed)?;
        let manifest = json!({
            "bucket": BUCKET, "key": &key, "size": packed.len(),
            "sha256": sha256_hex(&packed), "metadata": {},
        });
        let second = |time: Timestamp| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        Ok(LogMade {
            entry: LogEntry {
                s3_bucket: BUCKET.to_owned(),
                s3_object: key,
                hash_value: sha256_hex(&content),
                hash_algorithm: "SHA-256".to_owned(),
                newest_event_time: second(self.delivered),
                oldest_event_time: second(self.delivered - SignedDuration::from_mins(5)),
            },
            manifest: format!("{manifest}\n"),
            inflated: content.len() as u64,
            stored: packed.len() as u64,
        })
    }
}

fn put(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let write = || {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, bytes)
    };
    write().with_context(|| format!("could not write {}", path.display()))
}
