//! One run of something, with the time that it took.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use trailseal_keys::{FingerprintPolicy, Keyring};
use trailseal_verifier::report::Report;
use trailseal_verifier::source::Source;
use trailseal_verifier::verdict::{Answer, Finding};
use trailseal_verifier::walk::{self, Progress, Request, Sink};

/// Wall time and processor time of one piece of work.
#[derive(Clone, Copy, Debug)]
pub struct Elapsed {
    /// Seconds on the clock.
    pub wall: f64,
    /// Seconds of processor time of the whole process, in steps of 10 ms.
    pub cpu: f64,
}

/// Runs a piece of work and says how long it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Elapsed) {
    let cpu = processor_time();
    let clock = Instant::now();
    let result = work();
    let wall = clock.elapsed().as_secs_f64();
    let cpu = processor_time().saturating_sub(cpu).as_secs_f64();
    (result, Elapsed { wall, cpu })
}

/// User and system time of this process (proc(5), `/proc/PID/stat`, fields 14
/// and 15, in ticks of 10 ms); zero where there is no `/proc`.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The second field is a name in parentheses that may hold spaces.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

/// Loads the keyring that was written beside a mirror.
///
/// # Errors
/// If it cannot be read.
pub fn keyring(path: &Path) -> anyhow::Result<Keyring> {
    Keyring::load(&[path.to_owned()], FingerprintPolicy::Refuse)
        .with_context(|| format!("no keys in {}", path.display()))
}

/// Verifies all of a healthy source.
///
/// # Errors
/// If anything is not verified: a benchmark that measures failures measures
/// something else.
pub fn verify(source: &impl Source, keyring: &Keyring, jobs: usize) -> anyhow::Result<Report> {
    let request = Request {
        jobs,
        ..Request::default()
    };
    let mut first = First(None);
    let progress = Progress::default();
    let report = walk::verify(source, keyring, &request, &(), &mut first, &progress)?;
    if let Some(finding) = first.0 {
        let Finding {
            code,
            object,
            detail,
            ..
        } = finding;
        bail!("the data is not healthy: {code} {object}: {detail}");
    }
    if report.outcome != Answer::Verified {
        bail!("the data is {}, not verified", report.outcome);
    }
    Ok(report)
}

/// Keeps the first finding.
struct First(Option<Finding>);

impl Sink<()> for First {
    fn finding(&mut self, finding: Finding) {
        self.0.get_or_insert(finding);
    }
}
