//! What the share costs that an hourly check verifies again: the same hours of the same
//! bucket, checked with two ledgers, of which one verifies hardly anything again.

use std::fs;
use std::ops::AddAssign;
use std::time::{Duration, Instant};

use super::watched::{BUCKET, Checked, World, check_time};

/// Hours that are measured: in so many, every day that is known has its turn twice
/// within a period of a day, once within one of two.
const HOURS: i64 = 48;

/// The longest period there is: in 48 hours next to nothing has its turn.
const NEVER: u32 = 3_650;

/// Checks of an archive, added up.
#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    /// Days of accounts that had their turn.
    turns: u64,
    requests: u64,
    time: Duration,
}

impl AddAssign for Spent {
    fn add_assign(&mut self, other: Self) {
        self.turns += other.turns;
        self.requests += other.requests;
        self.time += other.time;
    }
}

fn check(world: &World, recheck_days: u32, hours: i64) -> Spent {
    world.server.forget_requests();
    let config = format!("{recheck_days}.toml");
    let at = check_time(hours).to_string();
    let began = Instant::now();
    let output = world.run(&[
        "check", "--config", &config, "--format", "json", "--at", &at,
    ]);
    let time = began.elapsed();
    let checked = Checked::of(&output);
    checked.passes();
    Spent {
        turns: checked.source()["rechecked_days"].as_u64().unwrap(),
        requests: world.server.requests().values().sum(),
        time,
    }
}

/// What so many hours cost, for each of these periods, of an archive of so many days.
fn spent(days: i64, periods: &[u32]) -> Vec<Spent> {
    let mut world = World::new(3, 2);
    for recheck_days in periods {
        let text = format!(
            "recheck_days = {recheck_days}\nledger = \"{recheck_days}.sqlite\"\n[[source]]\n\
             name = \"org\"\nlocation = \"s3://{BUCKET}\"\n"
        );
        fs::write(world.path(&format!("{recheck_days}.toml")), text).unwrap();
    }
    // The last check before those that are measured begins near midnight, where periods do.
    let first = days * 24;
    for at in 0..first {
        world.deliver_all(at);
    }
    for recheck_days in periods {
        check(&world, *recheck_days, first - 1);
    }
    let mut sums = vec![Spent::default(); periods.len()];
    for at in first..first + HOURS {
        world.deliver_all(at);
        for (sum, recheck_days) in sums.iter_mut().zip(periods) {
            *sum += check(&world, *recheck_days, at);
        }
    }
    sums
}

#[test]
#[ignore = "measures; takes a minute"]
fn the_share_costs_what_archive_and_period_make_of_it() {
    let periods = [NEVER, 1, 2];
    let archives = [10, 20].map(|days| (days, spent(days, &periods)));
    println!("archive, days | recheck_days | days of accounts again, an hour | requests | ms");
    for (days, sums) in &archives {
        for (period, sum) in periods.iter().zip(sums) {
            let hours = f64::from(u32::try_from(HOURS).unwrap());
            println!(
                "{days:>13} | {period:>12} | {:>31.2} | {:>8.1} | {:>4.0}",
                to_f64(sum.turns) / hours,
                to_f64(sum.requests) / hours,
                sum.time.as_secs_f64() * 1_000.0 / hours,
            );
        }
    }
    let [(_, young), (_, old)] = &archives;
    let share = |sums: &[Spent], period: usize| {
        let (with, without) = (sums[period], sums[0]);
        let turns = to_f64(with.turns - without.turns);
        let requests = to_f64(with.requests - without.requests);
        let time = with.time.as_secs_f64() - without.time.as_secs_f64();
        println!(
            "a day of an account again: {:.1} requests, {:.1} ms",
            requests / turns,
            time * 1_000.0 / turns
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
