//! The data that is measured is healthy, and the same each time.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use trailseal_benches::records::{self, Pool};
use trailseal_benches::rng::Rng;
use trailseal_benches::synthetic::{self, Plan};
use trailseal_benches::{empty_chain, measured};
use trailseal_verifier::source::Directory;

fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn files(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.insert(path, bytes);
        }
    }
}

#[test]
fn a_synthetic_mirror_verifies_and_is_the_same_for_a_seed() {
    let folder = fresh("synthetic");
    let plan = Plan {
        // More than an hour, and not the same number in every chain.
        logs: 23,
        events_per_log: 20,
        accounts: 2,
        regions: 3,
        logs_per_hour: 3,
        events: Vec::new(),
        seed: 9,
    };
    let written = [folder.join("a"), folder.join("b")].map(|root| {
        let made = synthetic::write(&root, &plan).unwrap();
        assert_eq!((made.logs, made.digests), (23, 12));
        let keyring = measured::keyring(&synthetic::keys_path(&root)).unwrap();
        let report = measured::verify(&Directory::open(&root, None).unwrap(), &keyring, 2).unwrap();
        assert_eq!(report.tally.logs.verified, 23);
        assert_eq!(report.tally.verified_bytes, made.inflated);
        assert!(
            synthetic::write(&root, &plan).is_err(),
            "never into a folder that exists"
        );
        let mut found = BTreeMap::new();
        files(&root, &mut found);
        let relative =
            |(path, bytes): (PathBuf, _)| (path.strip_prefix(&root).unwrap().to_owned(), bytes);
        found.into_iter().map(relative).collect::<BTreeMap<_, _>>()
    });
    assert_eq!(written[0], written[1]);
}

#[test]
fn events_of_others_are_repeated_with_times_and_ids_of_their_own() {
    let folder = fresh("events");
    let event = |name: &str| {
        json!({
            "eventName": name, "eventTime": "2023-07-10T11:42:36Z", "awsRegion": "us-east-1",
            "recipientAccountId": "123837392027", "eventID": "1b5c9d04-33a0-4b7c-b8e1-6a3f0f4a2b6e",
            "resources": [{ "ARN": "arn:aws:iam::123837392027:role/r" }],
        })
    };
    let records = [
        event("A"),
        event("B"),
        json!({ "eventName": "without an account" }),
    ];
    let file = json!({ "Records": records }).to_string();
    std::fs::create_dir(folder.join("below")).unwrap();
    std::fs::write(folder.join("below/log.json"), file).unwrap();
    std::fs::write(folder.join("README.md"), "not events").unwrap();
    let events = records::read_events(&folder).unwrap();
    assert_eq!(events.len(), 3);
    let pool = Pool::of_events(&events, "111122223333", "eu-west-1");
    let log = pool.log(
        50,
        "2026-03-02T08:15:00Z".parse().unwrap(),
        &mut Rng::new(&[1]),
    );
    let log: Value = serde_json::from_slice(&log).unwrap();
    let made = log["Records"].as_array().unwrap();
    let ids: BTreeSet<&str> = made
        .iter()
        .map(|it| it["eventID"].as_str().unwrap())
        .collect();
    assert_eq!((made.len(), ids.len()), (50, 50));
    for record in made {
        assert!(["A", "B"].contains(&record["eventName"].as_str().unwrap()));
        assert_eq!(record["recipientAccountId"], "111122223333");
        assert_eq!(record["awsRegion"], "eu-west-1");
        assert_eq!(
            record["resources"][0]["ARN"],
            "arn:aws:iam::111122223333:role/r"
        );
        let time = record["eventTime"].as_str().unwrap();
        assert!(
            ("2026-03-02T08:10:00Z".."2026-03-02T08:15:00Z").contains(&time),
            "{time}"
        );
    }
    assert!(records::read_events(&fresh("no-events")).is_err());
}

#[test]
fn an_empty_chain_is_signed_once_and_extended() {
    let signatures = fresh("empty-chain").join("signatures.txt");
    for (digests, lines) in [(5, 5), (9, 9), (7, 9)] {
        let chain = empty_chain::load(&signatures, digests).unwrap();
        let report = measured::verify(&chain.source, &chain.keyring, 1).unwrap();
        assert_eq!(report.tally.digests.verified, digests as u64);
        let text = std::fs::read_to_string(&signatures).unwrap();
        assert_eq!(text.lines().count(), lines);
    }
}
