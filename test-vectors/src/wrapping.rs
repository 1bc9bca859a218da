//! Makes a signed bucket of log files that came without one.
//!
//! Public collections of CloudTrail events hold log files, never digests. Here
//! they are delivered as a trail would have delivered them: one chain for each
//! account and Region, an hour at a time, hours without logs included, signed
//! with a throw-away key. What the files hold is not judged.
//!
//! Reading and writing files is the `wrap` binary's.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::chain::ChainBuilder;
use crate::gzip::sha256_hex;
use crate::keyring::{Keyring, PublishedKey};
use crate::keys::SigningKey;
use crate::log::LogFile;
use crate::store::Store;
use crate::trail::Trail;

/// Most empty digests that one run makes. Files that lie years apart would
/// otherwise need one for every hour between.
pub const MOST_EMPTY_DIGESTS: usize = 20_000;

/// One log file to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrapInput {
    /// What to call it; makes equal files differ.
    pub name: String,
    /// The inflated bytes. Event times in them must lie between 1970 and 2100.
    pub content: Vec<u8>,
    /// The account it is delivered for: 12 digits.
    pub account: String,
    /// The Region it is delivered for.
    pub region: String,
}

/// Where and when the files are delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrapPlan {
    /// Bucket, prefix, organization, name and home of the trail. Its account and
    /// Region are those of each file.
    pub trail: Trail,
    /// Start of the first window; the hour of the first delivery unless given.
    /// What is older is delivered in the first window.
    pub start: Option<Timestamp>,
    /// Deliver so many files an hour, whatever the times of their events.
    pub per_hour: Option<usize>,
}

/// What [`wrap`] made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapped {
    /// The bucket.
    pub store: Store,
    /// The keys that verify it.
    pub keyring: Keyring,
    /// How many chains, one an account and Region.
    pub chains: usize,
    /// How many digests, empty ones included.
    pub digests: usize,
    /// How many logs.
    pub logs: usize,
    /// What the reader should know, one sentence each.
    pub notes: Vec<String>,
}

/// Files of one account and Region, by the number of their window.
struct Delivery {
    trail: Trail,
    windows: BTreeMap<i64, Vec<LogFile>>,
}

/// Delivers `inputs`. Every chain spans the same time, as those of one trail do,
/// and ends with an empty hour; if that takes more than [`MOST_EMPTY_DIGESTS`],
/// each chain spans its own files only and begins again after long pauses.
#[must_use]
pub fn wrap(inputs: Vec<WrapInput>, plan: &WrapPlan) -> Wrapped {
    let mut notes = Vec::new();
    let stamped = inputs.into_iter().map(into_log).collect();
    let (start, deliveries) = schedule(stamped, plan);
    let last = |delivery: &Delivery| delivery.windows.keys().next_back().copied().unwrap_or(0);
    let end = deliveries.iter().map(last).max().unwrap_or(0);
    let hours = usize::try_from(end + 2).unwrap_or(usize::MAX);
    let in_step = hours.saturating_mul(deliveries.len()) <= MOST_EMPTY_DIGESTS;
    if !in_step {
        notes.push(format!(
            "{} chains of {hours} hours would need more than {MOST_EMPTY_DIGESTS} digests: \
             each chain spans its own files only, and begins again after pauses of more than a day, \
             so a verifier will report uncovered time; delivering by count (--per-hour) avoids that",
            deliveries.len()
        ));
    }
    let key = SigningKey::trail_a();
    let mut store = Store::new();
    let (mut digests, mut logs) = (0, 0);
    let chains = deliveries.len();
    for delivery in deliveries {
        let mut chain = ChainBuilder::new(delivery.trail, key);
        let mut windows = delivery.windows;
        let numbers = if in_step {
            (0..=end + 1).collect()
        } else {
            own_windows(&windows)
        };
        let mut before = None;
        for number in numbers {
            if before.is_some_and(|before| number > before + 1) {
                chain.restart();
            }
            let files = windows.remove(&number).unwrap_or_default();
            logs += files.len();
            chain.hour(
                &mut store,
                start + SignedDuration::from_hours(number),
                files,
            );
            digests += 1;
            before = Some(number);
        }
    }
    let day = SignedDuration::from_hours(24);
    let until = start + SignedDuration::from_hours(end + 2) + day;
    Wrapped {
        store,
        keyring: Keyring::new(vec![PublishedKey::pkcs1(key, start - day, until)]),
        chains,
        digests,
        logs,
        notes,
    }
}

/// The windows with files, those between where the pause is at most a day, and
/// one more after each stretch.
fn own_windows(windows: &BTreeMap<i64, Vec<LogFile>>) -> BTreeSet<i64> {
    let mut numbers = BTreeSet::new();
    let mut previous: Option<i64> = None;
    for number in windows.keys().copied() {
        match previous {
            Some(previous) if number - previous <= 24 => numbers.extend(previous..number),
            _ => {}
        }
        numbers.extend([number, number + 1]);
        previous = Some(number);
    }
    numbers
}

fn into_log(input: WrapInput) -> (WrapInput, LogFile) {
    // The stamp is set when the file is scheduled; the event times are read here.
    let log = LogFile::raw(Timestamp::UNIX_EPOCH, input.content.clone());
    (input, log)
}

/// Gives every file its window: five minutes after its newest event, or so many
/// an hour.
fn schedule(mut files: Vec<(WrapInput, LogFile)>, plan: &WrapPlan) -> (Timestamp, Vec<Delivery>) {
    files.sort_by(|(a, x), (b, y)| (x.newest_event(), &a.name).cmp(&(y.newest_event(), &b.name)));
    let delay = SignedDuration::from_mins(5);
    // A file without events has no time of its own: it goes with the first.
    let first = files
        .iter()
        .map(|(_, log)| log.newest_event())
        .find(|newest| *newest > Timestamp::UNIX_EPOCH)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        + delay;
    let start = plan.start.unwrap_or_else(|| {
        let seconds = first.as_second();
        Timestamp::from_second(seconds - seconds.rem_euclid(3600)).unwrap_or(first)
    });
    let mut deliveries: BTreeMap<(String, String), Delivery> = BTreeMap::new();
    for (input, log) in files {
        let delivery = deliveries
            .entry((input.account.clone(), input.region.clone()))
            .or_insert_with(|| Delivery {
                trail: plan
                    .trail
                    .in_account(&input.account)
                    .in_region(&input.region),
                windows: BTreeMap::new(),
            });
        let (number, stamp) = match plan.per_hour {
            Some(per_hour) => delivery.next_place(start, per_hour.max(1)),
            None => {
                let stamp = (log.newest_event() + delay).max(first).max(start + delay);
                let seconds = stamp.duration_since(start).as_secs();
                (seconds.div_euclid(3600), stamp)
            }
        };
        let unique = sha256_hex(&[input.name.as_bytes(), &log.content].concat())[..16].to_owned();
        let mut log = log.with_unique(&unique);
        log.stamp = stamp;
        delivery.windows.entry(number).or_default().push(log);
    }
    (start, deliveries.into_values().collect())
}

impl Delivery {
    /// The next free place where every hour takes `per_hour` files, spread evenly.
    fn next_place(&self, start: Timestamp, per_hour: usize) -> (i64, Timestamp) {
        let number = self.windows.keys().next_back().copied().unwrap_or(0);
        let there = self.windows.get(&number).map_or(0, Vec::len);
        let (number, index) = if there < per_hour {
            (number, there)
        } else {
            (number + 1, 0)
        };
        let share = |count: usize| i64::try_from(count).unwrap_or(i64::MAX / 3600);
        let second = 3600 * (share(index) + 1) / (share(per_hour) + 1);
        let stamp = start + SignedDuration::from_hours(number) + SignedDuration::from_secs(second);
        (number, stamp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time;

    fn input(name: &str, region: &str, at: &str) -> WrapInput {
        WrapInput {
            name: name.into(),
            content: format!(r#"{{"Records":[{{"eventTime":"{at}"}}]}}"#).into_bytes(),
            account: "111122223333".into(),
            region: region.into(),
        }
    }

    fn plan() -> WrapPlan {
        WrapPlan {
            trail: Trail::new("wrapped", "111122223333", "us-east-1", "wrapped"),
            start: None,
            per_hour: None,
        }
    }

    #[test]
    fn chains_span_the_same_hours_and_end_with_an_empty_one() {
        let wrapped = wrap(
            vec![
                input("a", "us-east-1", "2023-07-10T11:42:36Z"),
                input("b", "us-east-1", "2023-07-10T14:01:00Z"),
                input("c", "eu-west-1", "2023-07-10T12:30:00Z"),
            ],
            &plan(),
        );
        assert_eq!((wrapped.chains, wrapped.digests, wrapped.logs), (2, 10, 3));
        assert!(wrapped.notes.is_empty());
    }

    #[test]
    fn equal_files_are_two_logs() {
        let at = "2023-07-10T11:42:36Z";
        let inputs = vec![input("a", "us-east-1", at), input("b", "us-east-1", at)];
        let wrapped = wrap(inputs, &plan());
        assert_eq!((wrapped.store.len(), wrapped.digests), (4, 2));
    }

    #[test]
    fn years_apart_begin_again() {
        let inputs = vec![
            input("a", "us-east-1", "2003-07-10T11:42:36Z"),
            input("b", "us-east-1", "2023-07-10T11:42:36Z"),
        ];
        let wrapped = wrap(inputs, &plan());
        assert_eq!((wrapped.digests, wrapped.notes.len()), (4, 1));
    }

    #[test]
    fn so_many_an_hour() {
        let inputs = (0..5)
            .map(|n| input(&n.to_string(), "us-east-1", "2023-07-10T11:42:36Z"))
            .collect();
        let plan = WrapPlan {
            per_hour: Some(2),
            start: Some(time("2023-07-10T00:00:00Z")),
            ..plan()
        };
        assert_eq!(wrap(inputs, &plan).digests, 4);
    }
}
