//! Days of an organization, checked every hour: twelve attacks, half of them on
//! files that were proved before, and everything that happens besides and must
//! not look like one.
//!
//! `cargo test --test check_week -- --ignored --nocapture` plays a whole week of
//! five accounts in four Regions and says which check noticed what.

#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]
#![allow(clippy::print_stdout, reason = "it measures")]

mod watched;

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use trailseal_loopback::{Faults, Often};
use trailseal_test_vectors::{ChainBuilder, DigestKind, LogFile, SigningKey, Store, gzip};
use watched::{BUCKET, World, check_time, object};

/// Code and subject of a finding.
type Found = (String, String);

struct Attack {
    name: &'static str,
    hour: i64,
    /// What is found because of it, once each.
    expected: Vec<Found>,
}

struct Story {
    world: World,
    attacks: Vec<Attack>,
    /// Which check noticed what first.
    noticed: BTreeMap<Found, i64>,
    /// What was found because a trail was stopped.
    stopped: BTreeSet<Found>,
    /// Whether somebody acknowledges each finding when it is told. Days of open
    /// findings are looked at in every check, those of acknowledged ones in their
    /// turn.
    acknowledges: bool,
}

/// The hour of the first check, which verifies all that came before.
const FIRST: i64 = 6;

/// The chain that is stopped for a while, the one that is late, and the one that
/// has a backfill.
const STOPPED: usize = 1;
const LATE: usize = 2;
const BACKFILLED: usize = 3;

impl Story {
    fn new(accounts: usize, regions: usize, recheck_days: u32) -> Self {
        let world = World::new(accounts, regions);
        world.configure("");
        let path = world.path("trailseal.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let days = format!("recheck_days = {recheck_days}");
        std::fs::write(path, text.replace("recheck_days = 7", &days)).unwrap();
        world.server.set_faults(Faults {
            slow_down: Often::Percent(3),
            reset: Often::Percent(1),
            cut: Often::Percent(1),
            ..Faults::default()
        });
        Self {
            world,
            attacks: Vec::new(),
            noticed: BTreeMap::new(),
            stopped: BTreeSet::new(),
            acknowledges: false,
        }
    }

    fn attack(&mut self, name: &'static str, hour: i64, expected: &[(&str, String)]) {
        let expected = expected
            .iter()
            .map(|(code, key)| ((*code).to_owned(), key.clone()))
            .collect();
        self.attacks.push(Attack {
            name,
            hour,
            expected,
        });
    }

    /// Delivers an hour to every chain, as it comes.
    fn deliver(&mut self, hour: i64) {
        for index in 0..self.world.chains.len() {
            match (index, hour) {
                // Late by two hours; the logs come in time.
                (LATE, 20) => {
                    let objects = self.world.chains[LATE].make(hour);
                    let logs = only(&objects, |key| !key.contains("CloudTrail-Digest"));
                    self.world.put(&logs);
                    continue;
                }
                (LATE, 22) => {
                    let digest = self.world.chains[LATE].digest(20).to_owned();
                    let chain = &self.world.chains[LATE];
                    // Made once more: the same bytes.
                    let mut again = Store::new();
                    let mut builder = chain.builder.clone();
                    builder.set_previous(Some(chain.digests[&19].0.clone()));
                    builder.hour(&mut again, chain.window(20), vec![]);
                    self.world.put(&only(&again, |key| key == digest));
                }
                // A log that its digest does not name, until a backfill digest does.
                (BACKFILLED, 28) => {
                    let chain = &self.world.chains[BACKFILLED];
                    let mut missed = Store::new();
                    chain.builder.put_logs(&mut missed, &[chain.log(28, 40)]);
                    self.world.put(&missed);
                }
                (BACKFILLED, 31) => self.backfill(28),
                (STOPPED, 34) => {
                    // The final digest of a trail that is stopped.
                    let chain = &mut self.world.chains[STOPPED];
                    let mut last = Store::new();
                    let start = chain.window(34);
                    let end = start + SignedDuration::from_mins(20);
                    chain.builder.window(&mut last, start, end, vec![]);
                    chain.builder.restart();
                    self.world.put(&last);
                    continue;
                }
                (STOPPED, 35..=41) => continue,
                _ => {}
            }
            if hour == 24 {
                self.world.chains[index]
                    .builder
                    .set_key(SigningKey::trail_b());
            }
            self.world.deliver(index, hour);
        }
    }

    fn backfill(&mut self, hour: i64) {
        let chain = &self.world.chains[BACKFILLED];
        let after = SignedDuration::from_hours(2);
        let trail = chain.builder.trail().clone();
        let mut builder = ChainBuilder::backfill(trail, SigningKey::trail_b(), after);
        let mut objects = Store::new();
        let window = chain.window(hour);
        builder.hour(&mut objects, window, vec![chain.log(hour, 40)]);
        let end = window + SignedDuration::from_hours(1);
        let key = builder.trail().digest_key(end, DigestKind::Backfill);
        assert!(objects.get(BUCKET, &key).is_some());
        self.world.put(&objects);
    }

    /// What the intruder does before the check of this hour.
    fn intrude(&mut self, hour: i64, old: i64) {
        let last = self.world.chains.len() - 1;
        match hour {
            9 => {
                let log = self.alter_log(0, 9);
                self.attack("a new log altered", hour, &[("log-hash-mismatch", log)]);
            }
            12 => {
                let log = self.world.chains[last].log_key(12).to_owned();
                self.world.delete(&log);
                self.attack("a new log deleted", hour, &[("log-absent", object(&log))]);
            }
            14 => {
                let digest = self.alter_digest(last, 14);
                self.attack(
                    "a new digest altered",
                    hour,
                    &[("digest-malformed", digest)],
                );
            }
            16 => {
                let log = self.plant(0, 15);
                self.attack("a log planted", hour, &[("log-unreferenced", log)]);
            }
            // After the check of the hour before: that digest is the tip.
            18 => {
                let digest = self.world.chains[0].digest(17).to_owned();
                self.world.delete(&digest);
                let expected = [("digest-absent", object(&digest))];
                self.attack("the newest digest deleted", hour, &expected);
            }
            26 => {
                let digest = self.resign(last, 26);
                // The next one states another signature, and with that one it is good.
                let chain = &self.world.chains[last];
                let end = chain.window(28);
                let next = chain.builder.trail().digest_key(end, DigestKind::Hourly);
                let expected = [
                    ("digest-signature-invalid", digest),
                    ("link-signature-mismatch", object(&next)),
                ];
                self.attack("a new digest with another signature", hour, &expected);
            }
            _ => {}
        }
        match hour - old {
            0 => {
                let log = self.alter_log(last, 3);
                self.attack("a proved log altered", hour, &[("log-hash-mismatch", log)]);
            }
            1 => {
                let log = self.world.chains[LATE].log_key(4).to_owned();
                self.world.delete(&log);
                self.attack(
                    "a proved log deleted",
                    hour,
                    &[("log-absent", object(&log))],
                );
            }
            2 => {
                let digest = self.world.chains[LATE].digest(8).to_owned();
                self.world.delete(&digest);
                let expected = [("digest-absent", object(&digest))];
                self.attack("a proved digest deleted", hour, &expected);
            }
            3 => {
                let log = self.plant(BACKFILLED, 6);
                let expected = [("log-unreferenced", log)];
                self.attack("a log planted into proved time", hour, &expected);
            }
            4 => {
                let digest = self.alter_digest(0, 11);
                let expected = [("digest-malformed", digest)];
                self.attack("a proved digest altered", hour, &expected);
            }
            5 => {
                let trail = self.world.chains[STOPPED].builder.trail().clone();
                let last = self.world.chains[STOPPED].digest(11).to_owned();
                for at in 0..=11 {
                    let (digest, logs) = self.world.chains[STOPPED].digests[&at].clone();
                    self.world.delete(&digest.key);
                    logs.iter().for_each(|log| self.world.delete(log));
                }
                let scope = format!("{}/{}", trail.account, trail.region);
                let expected = [("digest-absent", object(&last)), ("digest-absent", scope)];
                self.attack("the first half day deleted", hour, &expected);
            }
            _ => {}
        }
    }

    fn alter_log(&self, chain: usize, hour: i64) -> String {
        let log = self.world.chains[chain].log_key(hour).to_owned();
        let store = self.world.server.store();
        store
            .put(BUCKET, &log, gzip(b"{\"Records\":[]}"), &[])
            .unwrap();
        object(&log)
    }

    fn alter_digest(&self, chain: usize, hour: i64) -> String {
        let digest = self.world.chains[chain].digest(hour).to_owned();
        let store = self.world.server.store();
        store.put(BUCKET, &digest, gzip(b"{}"), &[]).unwrap();
        object(&digest)
    }

    fn resign(&self, chain: usize, hour: i64) -> String {
        let chain = &self.world.chains[chain];
        let digest = chain.digest(hour).to_owned();
        let mut again = Store::new();
        let mut builder = chain.builder.clone();
        builder.set_previous(Some(chain.digests[&(hour - 1)].0.clone()));
        builder.hour(&mut again, chain.window(hour), vec![]);
        let made = again.object_mut(BUCKET, &digest);
        let signature = SigningKey::attacker().sign(b"something else");
        made.metadata.insert("signature".into(), signature);
        self.world.put(&again);
        object(&digest)
    }

    fn plant(&self, chain: usize, hour: i64) -> String {
        let chain = &self.world.chains[chain];
        let log: LogFile = chain.log(hour, 33);
        let mut planted = Store::new();
        chain.builder.put_logs(&mut planted, &[log]);
        let key = planted.iter().next().unwrap().1.to_owned();
        self.world.put(&planted);
        object(&key)
    }

    /// Plays these hours; the second half of the attacks begins at `old`.
    fn play(&mut self, hours: i64, old: i64) {
        for hour in 0..hours {
            self.deliver(hour);
            self.intrude(hour, old);
            if hour < FIRST {
                continue;
            }
            let checked = self.world.check(hour);
            assert!(
                checked.report.is_object(),
                "hour {hour}: {}",
                checked.stderr
            );
            for found in checked.fresh() {
                let stopped = found.0 == "policy-tail-lag" || found.0 == "chain-restart";
                if self.acknowledges || stopped {
                    self.acknowledge(hour, &checked.report, &found);
                }
                if stopped {
                    assert!((36..=43).contains(&hour), "hour {hour}: {found:?}");
                    self.stopped.insert(found);
                    continue;
                }
                let known = self
                    .attacks
                    .iter()
                    .any(|attack| attack.expected.contains(&found));
                assert!(
                    known,
                    "hour {hour}: {found:?} in {}",
                    checked.report["findings"]
                );
                let before = self.noticed.insert(found.clone(), hour);
                assert_eq!(before, None, "told twice: {found:?}");
            }
            for found in checked.findings("resolved") {
                // Only the silence ends, and the doubt that the next digest removes.
                let ends = ["policy-tail-lag", "digest-signature-invalid"];
                assert!(ends.contains(&found.0.as_str()), "hour {hour}: {found:?}");
            }
        }
    }

    /// The stop was meant: somebody says so when it is told. What it ends with is
    /// accepted without another word.
    fn acknowledge(&self, hour: i64, report: &serde_json::Value, found: &Found) {
        let all = report["findings"].as_array().unwrap();
        let finding = all
            .iter()
            .find(|it| it["code"] == found.0.as_str())
            .unwrap();
        if found.0 == "chain-restart" {
            assert_eq!(finding["level"], "accepted", "{finding}");
            return;
        }
        let id = finding["id"].as_str().unwrap();
        let at = check_time(hour).to_string();
        let words = [
            "ledger",
            "acknowledge",
            id,
            "--by",
            "ops",
            "--why",
            "meant",
            "--at",
            &at,
        ];
        let done = self.world.run(&words);
        assert_eq!(done.status.code(), Some(0), "{done:?}");
    }

    fn all_noticed(&self) {
        for Attack {
            name,
            hour,
            expected,
        } in &self.attacks
        {
            for found in expected {
                let noticed = self.noticed.get(found);
                let noticed =
                    noticed.unwrap_or_else(|| panic!("{name}: {found:?} was not noticed"));
                println!(
                    "hour {hour:>3}  {name:36}  noticed by the check of hour {noticed:>3}, {:>2} h later  {}",
                    noticed - hour,
                    found.0
                );
            }
        }
        assert_eq!(self.attacks.len(), 12);
        let codes: Vec<&str> = self.stopped.iter().map(|found| found.0.as_str()).collect();
        assert_eq!(codes, ["chain-restart", "policy-tail-lag"]);
    }
}

fn only(objects: &Store, keep: impl Fn(&str) -> bool) -> Store {
    let mut some = objects.clone();
    some.retain(|_, key| keep(key));
    some
}

#[test]
fn two_days_and_twelve_attacks() {
    let mut story = Story::new(2, 2, 1);
    story.play(45, 27);
    story.all_noticed();
}

#[test]
#[ignore = "a whole week takes minutes"]
fn a_week_of_five_accounts_in_four_regions() {
    let mut story = Story::new(5, 4, 2);
    story.acknowledges = true;
    story.play(7 * 24, 50);
    story.all_noticed();
}
