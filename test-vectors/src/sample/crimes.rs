//! The four crimes against the bucket: one log edited, one log deleted, one
//! digest deleted, one log planted.

use serde_json::{Value, json};

use crate::{Family, LogFile, gzip};

use super::{
    cast::{
        Actor, BACKUP, CI_ADDRESS, HOME, INTRUDER, IRELAND, MARY, PRODUCTION, Place, SYDNEY, VPN,
        agent,
    },
    clock::Second,
    credentials::create_access_key,
    intrusion::backup_key,
    plan::{self, Chain, Log},
    record::{Call, Event},
    seed::Seed,
};

/// The end of the hour whose digest is deleted: in production's Sydney, the
/// hour in which the instances were started.
const DELETED_HOUR: &str = "2026-03-11T04:31:06Z";

/// The four objects.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    /// The log whose addresses are changed.
    pub(super) edited: String,
    /// Its bytes afterwards.
    pub(super) edited_bytes: Vec<u8>,
    /// The log that is deleted.
    pub(super) deleted_log: String,
    /// The digest that is deleted.
    pub(super) deleted_digest: String,
    /// The logs which that digest named.
    pub(super) unvouched: Vec<String>,
    /// The log that CloudTrail never wrote.
    pub(super) planted: String,
    /// Its bytes.
    pub(super) planted_bytes: Vec<u8>,
    /// Its records.
    pub(super) planted_events: Vec<Event>,
    /// How many records of the edited log were changed.
    pub(super) changed: usize,
}

impl Marks {
    /// Chooses the objects in the bucket as CloudTrail left it.
    pub(super) fn choose(chains: &[Chain]) -> Self {
        let logs = || {
            chains
                .iter()
                .flat_map(|chain| &chain.windows)
                .flat_map(|window| &window.logs)
        };
        let edited = logs()
            .find(|log| {
                log.events
                    .iter()
                    .any(|event| event.note.as_deref() == Some("first use of the leaked key"))
            })
            .expect("the intrusion begins in some log");
        let (edited_bytes, changed) = edit(edited);
        let personal = |log: &Log| {
            let reads = |event: &&Event| {
                event.record["requestParameters"]["key"]
                    .as_str()
                    .is_some_and(|key| key.starts_with("pii/"))
            };
            log.events.iter().filter(reads).count()
        };
        let deleted_log = logs()
            .max_by_key(|log| personal(log))
            .expect("there are logs");
        let sydney = Place::production(SYDNEY);
        let hour = chains
            .iter()
            .filter(|chain| chain.place == sydney)
            .flat_map(|chain| &chain.windows)
            .find(|window| window.end == Second::of(DELETED_HOUR))
            .expect("an hour of that chain");
        let (planted, planted_bytes, planted_events) = plant();
        Self {
            edited: edited.key.clone(),
            edited_bytes,
            deleted_log: deleted_log.key.clone(),
            deleted_digest: hour.digest_key.clone(),
            unvouched: hour.logs.iter().map(|log| log.key.clone()).collect(),
            planted,
            planted_bytes,
            planted_events,
            changed,
        }
    }
}

/// The log with the intruder's address replaced by that of the pipelines: valid
/// gzip, valid JSON, nothing else changed.
fn edit(log: &Log) -> (Vec<u8>, usize) {
    let mut changed = 0;
    let records: Vec<Value> = log
        .events
        .iter()
        .map(|event| {
            let mut record = event.record.clone();
            if record["sourceIPAddress"] == INTRUDER {
                record["sourceIPAddress"] = json!(CI_ADDRESS);
                changed += 1;
            }
            record
        })
        .collect();
    (
        gzip(&LogFile::new(log.file.stamp, records).content),
        changed,
    )
}

/// A log that makes Mary the author of the key that has no recorded origin. Its
/// time lies in the minutes without logging: CloudTrail cannot have recorded it.
fn plant() -> (String, Vec<u8>, Vec<Event>) {
    let mut seed = Seed::of("planted");
    let place = Place::management(HOME);
    let at = |clock: &str| Second::of(&format!("2026-03-11T{clock}Z"));
    let session = MARY.in_session(&seed.access_key("ASIA"), at("04:22:50"), "true");
    let mary = Actor::direct(session, VPN, agent::CLI_MAC);
    let user = json!({"userName": BACKUP.name});
    let events = vec![
        Call::new(place, "sts", "GetCallerIdentity", at("04:23:31")).by(&mary, &mut seed),
        Call::new(place, "iam", "ListAccessKeys", at("04:24:02"))
            .request(user.clone())
            .by(&mary, &mut seed),
        create_access_key(
            place,
            at("04:24:18"),
            &mary,
            BACKUP,
            &backup_key(),
            &mut seed,
        ),
        Call::new(place, "iam", "ListAccessKeys", at("04:24:41"))
            .request(user)
            .by(&mary, &mut seed),
    ];
    let records = events.iter().map(|event| event.record.clone()).collect();
    let file = LogFile::new(at("04:30:00").timestamp(), records);
    let key = plan::trail(place).log_key(Family::CloudTrail, file.stamp, &file.unique);
    (key, file.packed(), events)
}

/// The place whose log of reads is deleted.
pub(super) const READS: Place = Place {
    account: PRODUCTION,
    region: IRELAND,
};
