//! What the share costs that an hourly check verifies again: the same hours of the same
//! bucket, checked with two ledgers, of which one verifies hardly anything again.

use std::fs;
use std::ops::AddAssign;
use std::time::{Duration, Instant};

use super::watched::{BUCKET, Checked, World, check_time};

/// Hours that are measured: in so many, every day that is known has its turn twice
/// within a period of a day, once within one of two.
const HOURS: i64 = 48;

/// The first of them: the same for every archive, because digests are listed by the
/// month. The check before it begins near midnight, where periods do.
const FIRST: i64 = 10 * 24;

/// `recheck_days`: first the most there are, where in 48 hours next to nothing has its
/// turn.
const PERIODS: [u32; 3] = [3_650, 1, 2];

/// Checks of an archive, added up.
#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    /// Days of accounts that had their turn.
    turns: u64,
    requests: u64,
    /// Until the answer was there. A loopback AWS with more objects lists more slowly.
    time: Duration,
    /// Of the check alone, on all processors.
    cpu: Duration,
}

impl AddAssign for Spent {
    fn add_assign(&mut self, other: Self) {
        self.turns += other.turns;
        self.requests += other.requests;
        self.time += other.time;
        self.cpu += other.cpu;
    }
}

fn check(world: &World, recheck_days: u32, hours: i64) -> Spent {
    world.server.forget_requests();
    let config = format!("{recheck_days}.toml");
    let at = check_time(hours).to_string();
    let (began, cpu) = (Instant::now(), cpu_of_children());
    let output = world.run(&[
        "check", "--config", &config, "--format", "json", "--at", &at,
    ]);
    let (time, cpu) = (began.elapsed(), cpu_of_children() - cpu);
    let checked = Checked::of(&output);
    checked.passes();
    Spent {
        turns: checked.source()["rechecked_days"].as_u64().unwrap(),
        requests: world.server.requests().values().sum(),
        time,
        cpu,
    }
}

/// What the programs took that this process ran so far, in steps of a hundredth of a
/// second: Linux tells.
fn cpu_of_children() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name, which may hold anything: the fields from the third on.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(13).take(2);
    let ticks: u64 = ticks.filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(10 * ticks)
}

/// A bucket of so many days, and what its checks cost with each period.
struct Archive {
    world: World,
    days: i64,
    sums: Vec<Spent>,
}

impl Archive {
    fn of(days: i64) -> Self {
        let mut world = World::new(3, 2);
        for recheck_days in PERIODS {
            let text = format!(
                "recheck_days = {recheck_days}\nledger = \"{recheck_days}.sqlite\"\n[[source]]\n\
                 name = \"org\"\nlocation = \"s3://{BUCKET}\"\n"
            );
            fs::write(world.path(&format!("{recheck_days}.toml")), text).unwrap();
        }
        for at in FIRST - days * 24..FIRST {
            world.deliver_all(at);
        }
        for recheck_days in PERIODS {
            check(&world, recheck_days, FIRST - 1);
        }
        Self {
            world,
            days,
            sums: vec![Spent::default(); PERIODS.len()],
        }
    }

    /// One more hour.
    fn go_on(&mut self, hour: i64) {
        self.world.deliver_all(hour);
        for (sum, recheck_days) in self.sums.iter_mut().zip(PERIODS) {
            *sum += check(&self.world, recheck_days, hour);
        }
    }
}

#[test]
#[ignore = "measures; takes a minute"]
fn the_share_costs_what_archive_and_period_make_of_it() {
    let mut archives = [10, 20].map(Archive::of);
    // In turn, so that what else the machine does falls on both.
    for hour in FIRST..FIRST + HOURS {
        archives.iter_mut().for_each(|archive| archive.go_on(hour));
    }
    println!(
        "archive, days | recheck_days | days of accounts again, an hour | requests | ms | CPU ms"
    );
    for Archive { days, sums, .. } in &archives {
        for (period, sum) in PERIODS.iter().zip(sums) {
            let hours = f64::from(u32::try_from(HOURS).unwrap());
            println!(
                "{days:>13} | {period:>12} | {:>31.2} | {:>8.1} | {:>4.0} | {:>4.0}",
                to_f64(sum.turns) / hours,
                to_f64(sum.requests) / hours,
                sum.time.as_secs_f64() * 1_000.0 / hours,
                sum.cpu.as_secs_f64() * 1_000.0 / hours,
            );
        }
    }
    let [young, old] = &archives.map(|archive| archive.sums);
    let share = |sums: &[Spent], period: usize| {
        let (with, without) = (sums[period], sums[0]);
        let turns = to_f64(with.turns - without.turns);
        let requests = to_f64(with.requests - without.requests);
        let milliseconds = |with: Duration, without: Duration| {
            (with.as_secs_f64() - without.as_secs_f64()) * 1_000.0 / turns
        };
        println!(
            "a day of an account again: {:.1} requests, {:.1} ms, {:.1} ms of CPU",
            requests / turns,
            milliseconds(with.time, without.time),
            milliseconds(with.cpu, without.cpu)
        );
        (turns, requests)
    };
    let shares = [
        share(young, 1),
        share(old, 1),
        share(young, 2),
        share(old, 2),
    ];
    let [whole, twice, half, again] = shares;
    is_about(twice.0 / whole.0, 2.0);
    is_about(twice.1 / whole.1, 2.0);
    is_about(whole.1 / half.1, 2.0);
    is_about(again.1 / half.1, 2.0);
    // Nothing else grows with the archive.
    is_about(to_f64(old[0].requests) / to_f64(young[0].requests), 1.0);
}

#[track_caller]
fn is_about(found: f64, expected: f64) {
    assert!(
        (found / expected - 1.0).abs() < 0.3,
        "expected about {expected}, found {found}"
    );
}

fn to_f64(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}
