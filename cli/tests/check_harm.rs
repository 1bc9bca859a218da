//! What becomes of the ledger when something goes wrong.

#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod watched;

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use trailseal_loopback::Faults;
use trailseal_test_vectors::gzip;
use watched::{BUCKET, Checked, World, check_time};

/// Four hours, one altered log, and one check.
fn world() -> World {
    let mut world = World::new(2, 1);
    for at in 0..4 {
        world.deliver_all(at);
    }
    let log = world.chains[0].log_key(1).to_owned();
    let store = world.server.store();
    store
        .put(BUCKET, &log, gzip(b"{\"Records\":[]}"), &[])
        .unwrap();
    let first = world.check(3);
    assert_eq!((first.code, first.fresh().len()), (Some(1), 1), "{first:?}");
    world
}

/// What a ledger states, but for when it was checked.
fn stated(world: &World) -> Value {
    let exported = world.run(&["ledger", "export"]);
    let mut all: Value = serde_json::from_slice(&exported.stdout).unwrap();
    for source in all["sources"].as_array_mut().unwrap() {
        source["location"].take();
    }
    serde_json::json!([all["sources"], all["findings"]])
}

/// That the journal holds, and how many rows it has.
#[track_caller]
fn rows(world: &World) -> u64 {
    let verified = world.run(&["ledger", "verify", "--format", "json"]);
    let verdict: Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert_eq!(verdict["problems"], serde_json::json!([]));
    verdict["rows"].as_u64().unwrap()
}

/// Numbers that look random, and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

#[test]
fn killed_at_any_moment_it_loses_nothing_and_doubles_nothing() {
    let mut world = world();
    let mut twin = self::world();
    for world in [&mut world, &mut twin] {
        world.deliver_all(4);
        let log = world.chains[1].log_key(4).to_owned();
        world.delete(&log);
    }
    let at = check_time(4).to_string();
    let words = ["check", "--at", &at];
    let began = Instant::now();
    assert_eq!(twin.run(&words).status.code(), Some(1));
    let mut usual = u64::try_from(began.elapsed().as_micros()).unwrap();

    let mut dice = Dice(7);
    let mut killed = 0;
    for _ in 0..50 {
        let mut child = world
            .command(&words)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(usual / 4 + dice.below(usual)));
        child.kill().unwrap();
        let alive = child.wait().unwrap().code().is_none();
        killed += usize::from(alive);
        // Other tests run beside this one, or have ended: about half should be
        // killed, and the others end.
        usual = if alive {
            usual * 21 / 20
        } else {
            usual * 19 / 20
        };
        rows(&world);
    }
    assert!(
        (10..=45).contains(&killed),
        "{killed} of 50 were killed before their end"
    );
    let last = Checked::of(&world.run(&[&words[..], &["--format", "json"]].concat()));
    assert_eq!(last.code, Some(1), "{last:?}");
    assert_eq!(last.findings("open").len() + last.fresh().len(), 2);
    assert_eq!(stated(&world), stated(&twin));
}

#[test]
fn of_two_at_once_the_second_is_told_who_is_the_first() {
    let mut world = world();
    world.deliver_all(4);
    world.server.set_faults(Faults {
        latency: Duration::from_millis(60),
        ..Faults::default()
    });
    let at = check_time(4).to_string();
    let words = ["check", "--at", &at, "--format", "json"];
    let first = world
        .command(&words)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let before = world.server.requests();
    while world.server.requests() == before {
        std::thread::sleep(Duration::from_millis(1));
    }
    let second = Checked::of(&world.run(&words));
    assert_eq!(second.code, Some(4), "{second:?}");
    let holder = format!("process {}", first.id());
    assert!(second.stderr.contains(&holder), "{}", second.stderr);
    // Reading is no harm.
    assert_eq!(world.run(&["ledger", "status"]).status.code(), Some(0));
    let first = Checked::of(&first.wait_with_output().unwrap());
    assert_eq!(first.report["run"]["number"], 2, "{first:?}");
    assert_eq!(rows(&world), 2);
}

#[test]
fn what_is_acknowledged_while_a_check_runs_is_kept() {
    let mut world = world();
    world.deliver_all(4);
    world.server.set_faults(Faults {
        latency: Duration::from_millis(60),
        ..Faults::default()
    });
    let listed = world.run(&["ledger", "findings", "--format", "json"]);
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let id = listed[0]["id"].as_str().unwrap();
    let at = check_time(4).to_string();
    let words = ["check", "--at", &at, "--format", "json"];
    let check = world
        .command(&words)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let before = world.server.requests();
    while world.server.requests() == before {
        std::thread::sleep(Duration::from_millis(1));
    }
    let done = world.run(&["ledger", "acknowledge", id, "--by", "ops", "--why", "known"]);
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    let check = Checked::of(&check.wait_with_output().unwrap());
    assert_eq!(check.code, Some(0), "accepted: {check:?}");
    assert_eq!(check.report["findings"][0]["acknowledged"]["by"], "ops");
    assert_eq!(rows(&world), 3);
}

#[cfg(unix)]
#[test]
fn where_nothing_can_be_written_nothing_is_lost() {
    let mut world = world();
    world.deliver_all(4);
    let at = check_time(4).to_string();
    let before = stated(&world);
    // Files may not grow: what a full disk does, for one process.
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"";
    let binary = env!("CARGO_BIN_EXE_trailseal");
    let command = world.command(&[]);
    let envs: Vec<_> = command
        .get_envs()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
        .collect();
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", script, binary, "check", "--at", &at]);
    limited
        .env_clear()
        .envs(envs)
        .current_dir(world.desk.path());
    let full = limited.output().unwrap();
    let said = String::from_utf8_lossy(&full.stderr).into_owned();
    assert_eq!(full.status.code(), Some(4), "{said}");
    assert!(said.contains("trailseal-ledger.sqlite"), "{said}");
    assert_eq!(stated(&world), before);
    assert_eq!(rows(&world), 1);

    let ledger = world.path("trailseal-ledger.sqlite");
    let readable = |mode| {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&ledger, fs::Permissions::from_mode(mode)).unwrap();
    };
    readable(0o444);
    if fs::File::options().append(true).open(&ledger).is_err() {
        world.server.forget_requests();
        let refused = Checked::of(&world.run(&["check", "--at", &at]));
        assert_eq!(refused.code, Some(4));
        assert!(
            refused.stderr.contains("cannot be written to"),
            "{}",
            refused.stderr
        );
        assert_eq!(
            world.server.requests().get("GetObject"),
            None,
            "before the work"
        );
    }
    readable(0o600);
    assert_eq!(world.check(4).report["run"]["number"], 2);
}

#[test]
fn a_ledger_that_was_edited_by_hand_is_refused() {
    for sql in [
        "UPDATE finding SET resolved = last_seen",
        "DELETE FROM finding",
        "UPDATE span SET state = 'proved'",
        "UPDATE chain SET tip_hash = zeroblob(32)",
        "UPDATE source SET mark = '2027-01-01T00:00:00Z'",
        "UPDATE journal SET state = 'pass'",
        "DELETE FROM journal",
    ] {
        let mut world = world();
        let db = rusqlite::Connection::open(world.path("trailseal-ledger.sqlite")).unwrap();
        db.execute_batch(sql).unwrap();
        drop(db);
        world.deliver_all(4);
        let refused = world.check(4);
        assert_eq!(refused.code, Some(4), "{sql}: {refused:?}");
        assert!(
            refused.stderr.contains("was altered since"),
            "{sql}: {}",
            refused.stderr
        );
        let verified = world.run(&["ledger", "verify"]);
        let gone = sql == "DELETE FROM journal";
        assert_eq!(
            verified.status.code(),
            Some(if gone { 3 } else { 1 }),
            "{sql}"
        );
    }
}

#[test]
fn a_key_signs_each_row_and_only_that_key_is_believed() {
    let mut world = World::new(1, 1);
    for name in ["check.pem", "other.pem"] {
        let made = world.run(&["keys", "generate", "--no-passphrase", "-o", name]);
        assert_eq!(made.status.code(), Some(0), "{made:?}");
    }
    for at in 0..3 {
        world.deliver_all(at);
    }
    assert_eq!(world.check(2).report["run"]["signed_by"], Value::Null);
    let config = fs::read_to_string(world.path("trailseal.toml")).unwrap();
    let with = |key: &str| {
        let text = format!("signing_key = \"{key}\"\n{config}");
        fs::write(world.path("trailseal.toml"), text).unwrap();
    };
    with("check.pem");
    let refused = world.check(2);
    assert_eq!(refused.code, Some(4), "{refused:?}");
    assert!(
        refused.stderr.contains("is not signed"),
        "{}",
        refused.stderr
    );
    let signed = world.check_with(2, &["--adopt-unsigned"]);
    assert!(signed.report["run"]["signed_by"].is_string(), "{signed:?}");
    assert_eq!(world.check(2).code, Some(0));
    let verify = |key: &str| world.run(&["ledger", "verify", "--key", key]).status.code();
    assert_eq!(
        verify("check.pem.pub"),
        Some(3),
        "the first row is not signed"
    );
    assert_eq!(verify("other.pem.pub"), Some(1));

    with("other.pem");
    assert_eq!(world.check(2).code, Some(4), "another key");
    with("other.pem\"\nformer_keys = [\"check.pem.pub\"]\n#\"");
    assert_eq!(
        world.check(2).code,
        Some(0),
        "another key, that knows the one before"
    );
}
