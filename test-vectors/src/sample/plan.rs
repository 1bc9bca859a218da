//! From records to deliveries: which records share a log file, when it is
//! delivered, and which hourly digest names it.

use serde_json::Value;

use crate::{Family, LogFile, Trail};

use super::{
    cast::{HOME, IRELAND, LOG_BUCKET, MANAGEMENT, ORGANIZATION, PRODUCTION, Place, SYDNEY, TRAIL},
    clock::Second,
    record::Event,
    seed::Seed,
};

/// Hourly digests of each chain.
const DIGESTS: i64 = 48;
/// Records of one log file at most.
const RECORDS: usize = 13;

/// Where the hours of each chain begin: at a minute of its own, as in real
/// trails.
const CHAINS: [(&str, &str, &str); 6] = [
    (MANAGEMENT, HOME, "2026-03-10T00:01:31Z"),
    (MANAGEMENT, IRELAND, "2026-03-10T00:07:12Z"),
    (MANAGEMENT, SYDNEY, "2026-03-10T00:23:48Z"),
    (PRODUCTION, HOME, "2026-03-10T00:04:55Z"),
    (PRODUCTION, IRELAND, "2026-03-10T00:12:40Z"),
    (PRODUCTION, SYDNEY, "2026-03-10T00:31:06Z"),
];

/// A log file with its place in the bucket.
pub(super) struct Log {
    pub(super) key: String,
    pub(super) delivered: Second,
    pub(super) events: Vec<Event>,
    pub(super) file: LogFile,
}

/// One hour of a chain.
pub(super) struct Window {
    pub(super) start: Second,
    pub(super) end: Second,
    pub(super) digest_key: String,
    pub(super) logs: Vec<Log>,
}

/// The chain of one account and Region.
pub(super) struct Chain {
    pub(super) place: Place,
    pub(super) trail: Trail,
    pub(super) windows: Vec<Window>,
}

/// The trail as seen from a place.
pub(super) fn trail(place: Place) -> Trail {
    Trail::new(LOG_BUCKET, place.account, place.region, TRAIL)
        .with_organization(ORGANIZATION)
        .with_home(HOME)
}

/// Lays all records out. A record that would be delivered before the first
/// hour or after the last is left out: the first log of a trail holds nothing
/// from before it, and the last hour has no digest yet.
pub(super) fn chains(events: &[Event]) -> Vec<Chain> {
    CHAINS
        .into_iter()
        .map(|(account, region, first)| chain(Place { account, region }, Second::of(first), events))
        .collect()
}

/// One chain.
fn chain(place: Place, first: Second, events: &[Event]) -> Chain {
    let trail = trail(place);
    let mut windows: Vec<Window> = (0..DIGESTS)
        .map(|hour| {
            let (start, end) = (first.after(hour * 3_600), first.after((hour + 1) * 3_600));
            let digest_key = trail.digest_key(end.timestamp(), crate::DigestKind::Hourly);
            Window {
                start,
                end,
                digest_key,
                logs: Vec::new(),
            }
        })
        .collect();
    for log in deliveries(place, &trail, events) {
        let delivered = log.delivered;
        let window = windows
            .iter_mut()
            .find(|window| window.start <= delivered && delivered < window.end);
        if let Some(window) = window {
            window.logs.push(log);
        }
    }
    Chain {
        place,
        trail,
        windows,
    }
}

/// The log files of a place, in the order of delivery: records of about five
/// minutes together, delivered some minutes later.
fn deliveries(place: Place, trail: &Trail, events: &[Event]) -> Vec<Log> {
    let mut events: Vec<&Event> = events.iter().filter(|event| event.place == place).collect();
    events.sort_by_key(|event| (event.time, event.id()));
    let mut groups: Vec<Vec<Event>> = Vec::new();
    for event in events {
        match groups.last_mut() {
            Some(group) if event.time <= group[0].time.after(300) && group.len() < RECORDS => {
                group.push(event.clone());
            }
            _ => groups.push(vec![event.clone()]),
        }
    }
    groups
        .into_iter()
        .map(|group| log(place, trail, group))
        .collect()
}

/// One log file. Its name holds the minute of delivery; its records are in no
/// order, as CloudTrail warns.
fn log(place: Place, trail: &Trail, mut events: Vec<Event>) -> Log {
    let newest = events
        .iter()
        .map(|event| event.time)
        .max()
        .expect("groups are not empty");
    let mut seed = Seed::of(&format!("log/{}/{}", place.label(), events[0].id()));
    let delivered = newest.after(120 + seed.below(100)).ceil_minute();
    let rotate = usize::try_from(seed.below(3)).expect("small") % events.len();
    events.rotate_left(rotate);
    let records: Vec<Value> = events.iter().map(|event| event.record.clone()).collect();
    let file = LogFile::new(delivered.timestamp(), records);
    let key = trail.log_key(Family::CloudTrail, file.stamp, &file.unique);
    Log {
        key,
        delivered,
        events,
        file,
    }
}
