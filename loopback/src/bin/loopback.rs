//! `loopback PATH`: serves a folder as S3, CloudTrail, Organizations and STS on 127.0.0.1
//! until it is interrupted. The first line on stdout is the endpoint.

use std::io::{Write, stdout};
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use trailseal_loopback::{Faults, Missing, Often, Scene, Server};

/// Serves a folder as S3, CloudTrail, Organizations and STS on a loopback port.
///
/// Clients need an endpoint, any credentials and a Region:
/// AWS_ENDPOINT_URL=http://127.0.0.1:PORT AWS_ACCESS_KEY_ID=x
/// AWS_SECRET_ACCESS_KEY=x AWS_DEFAULT_REGION=us-east-1.
#[derive(Parser)]
#[command(verbatim_doc_comment)]
struct Args {
    /// A mirror (with manifest.jsonl), or with --bucket a plain folder.
    path: PathBuf,
    /// Bucket of a plain folder; for a mirror, an empty bucket to add.
    #[arg(long)]
    bucket: Option<String>,
    /// Key file, or folder of REGION.json.
    #[arg(long)]
    keys: Option<PathBuf>,
    /// JSON list of {"trail": {…}, "status": {…}}; without it, trails are made
    /// up from the names of digests.
    #[arg(long)]
    trails: Option<PathBuf>,
    /// Organization of the account, such as o-exampleorgid.
    #[arg(long)]
    organization: Option<String>,
    /// Where the buckets are.
    #[arg(long, default_value = "us-east-1")]
    region: String,
    /// Keep what is overwritten or deleted.
    #[arg(long)]
    versioned: bool,
    /// Port; a free one if not given.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Most keys of a listing page.
    #[arg(long, default_value_t = 1000)]
    page_size: usize,
    /// Wait before each answer.
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Answer 503 SlowDown: a percentage of requests, or first:N attempts.
    #[arg(long, value_name = "OFTEN")]
    slow_down: Option<Often>,
    /// Reset the connection: a percentage of requests, or first:N attempts.
    #[arg(long, value_name = "OFTEN")]
    reset: Option<Often>,
    /// End bodies half-way: a percentage of objects, or first:N attempts.
    #[arg(long, value_name = "OFTEN")]
    cut: Option<Often>,
    /// Throttle CloudTrail and STS: a percentage, or first:N attempts.
    #[arg(long, value_name = "OFTEN")]
    throttle: Option<Often>,
    /// Speed of object bodies.
    #[arg(long, value_name = "N")]
    bytes_per_second: Option<NonZeroU64>,
    /// Refuse to read keys that begin so.
    #[arg(long, value_name = "PREFIX")]
    deny: Vec<String>,
    /// Refuse to list prefixes that begin so.
    #[arg(long, value_name = "PREFIX")]
    deny_list: Vec<String>,
    /// Refuse this operation of CloudTrail, Organizations or STS.
    #[arg(long, value_name = "OPERATION")]
    deny_call: Vec<String>,
    /// Keys that begin so are archived.
    #[arg(long, value_name = "PREFIX")]
    archive: Vec<String>,
    /// Answer 403 instead of 404 for keys that are not there.
    #[arg(long)]
    hide_missing: bool,
    /// What chance depends on.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Where to write the number of requests, as JSON, at the end.
    #[arg(long, value_name = "FILE")]
    stats: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let server = Server::start_at(args.scene()?, args.faults(), args.port)
        .with_context(|| format!("cannot listen on port {}", args.port))?;
    let mut out = stdout().lock();
    writeln!(out, "{}", server.endpoint())?;
    out.flush()?;

    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(stopped())?;
    if let Some(path) = &args.stats {
        let stats = json!({"requests": server.requests(), "most_at_once": server.most_at_once()});
        std::fs::write(path, format!("{stats:#}\n"))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Waits for SIGINT or SIGTERM.
async fn stopped() -> std::io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    std::future::poll_fn(|context| {
        let asked = interrupt.poll_recv(context).is_ready();
        if asked || terminate.poll_recv(context).is_ready() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    Ok(())
}

impl Args {
    fn scene(&self) -> anyhow::Result<Scene> {
        let is_mirror = self.path.join("manifest.jsonl").exists();
        let mut scene = match &self.bucket {
            Some(bucket) if is_mirror => Scene::mirror(&self.path)?.bucket(bucket),
            Some(bucket) => Scene::plain(&self.path, bucket)?,
            None => Scene::mirror(&self.path).context("--bucket is needed for a plain folder")?,
        };
        scene = scene.region(&self.region).page_size(self.page_size);
        if let Some(keys) = &self.keys {
            scene = scene.keys(keys)?;
        }
        scene = match &self.trails {
            Some(trails) => scene.trails_of(trails)?,
            None => scene.trails_of_digests(),
        };
        if let Some(id) = &self.organization {
            scene = scene.organization(id);
        }
        Ok(if self.versioned {
            scene.versioned()
        } else {
            scene
        })
    }

    fn faults(&self) -> Faults {
        Faults {
            latency: Duration::from_millis(self.latency_ms),
            slow_down: self.slow_down.unwrap_or_default(),
            reset: self.reset.unwrap_or_default(),
            cut: self.cut.unwrap_or_default(),
            throttle: self.throttle.unwrap_or_default(),
            bytes_per_second: self.bytes_per_second,
            deny: self.deny.clone(),
            deny_list: self.deny_list.clone(),
            deny_calls: self.deny_call.clone(),
            archive: self.archive.clone(),
            missing: if self.hide_missing {
                Missing::Forbidden
            } else {
                Missing::NotFound
            },
            seed: self.seed,
        }
    }
}
