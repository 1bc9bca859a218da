//! What `trailseal check` makes of what it finds, and of sources it cannot read.

#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod watched;

use std::fs;

use serde_json::{Value, json};
use trailseal_loopback::Faults;
use trailseal_test_vectors::{Store, gzip};
use watched::{BUCKET, Checked, World, check_time, object};

fn world(hours: i64) -> World {
    let mut world = World::new(2, 2);
    for at in 0..hours {
        world.deliver_all(at);
    }
    world
}

fn said(checked: &Checked) -> Vec<(&str, &str)> {
    let all = checked.report["findings"].as_array().unwrap();
    let fields = |finding| -> (&str, &str) {
        let finding: &Value = finding;
        (
            finding["code"].as_str().unwrap(),
            finding["level"].as_str().unwrap(),
        )
    };
    all.iter().map(fields).collect()
}

#[test]
fn a_silent_trail_fails_the_check_until_it_is_accepted_or_goes_on() {
    let mut world = world(4);
    world.check(3).passes();
    for at in 4..6 {
        for index in 1..4 {
            world.deliver(index, at);
        }
    }
    // One hour and fifty minutes after its newest digest, then almost three.
    world.check(4).passes();
    world.check(5).passes();
    for index in 1..4 {
        world.deliver(index, 6);
    }
    let late = world.check(6);
    assert_eq!(
        (late.code, said(&late)),
        (Some(3), vec![("policy-tail-lag", "fail")])
    );
    let region = &late.report["findings"][0]["region"];
    assert_eq!(region, "us-east-1", "{}", late.report);

    world.configure(
        "[[policy.accept]]\ncode = \"policy-tail-lag\"\naccount = \"111122220000\"\n\
         region = \"us-east-1\"\nreason = \"switched off\"\nuntil = \"2026-03-02\"\n",
    );
    let accepted = world.check(6);
    assert_eq!(
        (accepted.code, said(&accepted)),
        (Some(0), vec![("policy-tail-lag", "accepted")])
    );
    assert_eq!(accepted.report["changes"]["accepted"], 1);
    assert_eq!(
        accepted.report["findings"][0]["acknowledged"]["why"],
        "switched off"
    );
    world.configure("[policy]\nmax_tail_lag = \"5h\"\n");
    assert_eq!(world.check(6).findings("resolved").len(), 1);

    // The late digests come, all at once.
    world.configure("");
    for at in 4..7 {
        world.deliver(0, at);
    }
    world.deliver_all(7);
    let back = world.check(7);
    back.passes();
    assert_eq!(back.status(&world.chains[0])["proved_seconds"], 8 * 3_600);
}

#[test]
fn the_policy_says_what_fails_and_what_is_expected() {
    let world = world(4);
    let log = world.chains[0].log_key(1).to_owned();
    let store = world.server.store();
    store
        .put(BUCKET, &log, gzip(b"{\"Records\":[]}"), &[])
        .unwrap();
    world.configure(
        "[policy]\nwarn = [\"log-hash-mismatch\"]\naccounts = [\"111122220001\", \"999988887777\"]\n\
         controls = [\"pci\"]\n",
    );
    let warned = world.check(3);
    let expected = vec![
        ("log-hash-mismatch", "warn"),
        ("no-digests", "warn"),
        ("policy-account-unexpected", "warn"),
    ];
    let mut found = said(&warned);
    found.sort_unstable();
    assert_eq!((warned.code, found), (Some(3), expected));
    let controls = warned.report["controls"].as_array().unwrap();
    let failed = controls
        .iter()
        .find(|control| control["state"] == "failed")
        .unwrap();
    assert_eq!(failed["findings"].as_array().unwrap().len(), 1, "{failed}");

    world.configure(
        "[policy]\nfail = [\"no-digests\"]\nregions = [\"eu-north-1\", \"us-east-1\"]\n",
    );
    let failed = world.check(3);
    let mut found: Vec<_> = failed.fresh();
    found.sort();
    let expected = [
        ("no-digests", "111122220000/eu-north-1"),
        ("no-digests", "111122220001/eu-north-1"),
        ("policy-region-unexpected", "111122220000/eu-west-1"),
        ("policy-region-unexpected", "111122220001/eu-west-1"),
    ]
    .map(|(code, scope)| (code.to_owned(), scope.to_owned()));
    assert_eq!((failed.code, found), (Some(1), expected.to_vec()));
    assert_eq!(
        failed.findings("resolved").len(),
        2,
        "the account that was expected, and the one that was not"
    );
}

#[test]
fn a_source_that_cannot_be_read_keeps_its_findings() {
    let mut world = world(4);
    let log = world.chains[0].log_key(1).to_owned();
    let store = world.server.store();
    store
        .put(BUCKET, &log, gzip(b"{\"Records\":[]}"), &[])
        .unwrap();
    assert_eq!(world.check(3).fresh().len(), 1);

    world.server.set_faults(Faults {
        deny_list: vec![String::new()],
        deny: vec![String::new()],
        ..Faults::default()
    });
    let denied = world.check(4);
    assert_eq!(denied.findings("resolved"), [], "{}", denied.report);
    assert!(
        denied
            .findings("open")
            .contains(&("log-hash-mismatch".to_owned(), object(&log)))
    );
    let failed = denied
        .fresh()
        .into_iter()
        .find(|(code, _)| code.ends_with("-absent"));
    assert_eq!(failed, None, "what is not read is not gone");
    let proved = &denied.status(&world.chains[1])["proved_seconds"];
    assert_eq!(*proved, 4 * 3_600, "what was proved stays so");

    world.server.set_faults(Faults::default());
    let gone = world.path("trailseal.toml");
    let text = fs::read_to_string(&gone).unwrap();
    fs::write(&gone, text.replace(BUCKET, "example-no-such-bucket")).unwrap();
    let nowhere = world.check(5);
    assert_eq!(nowhere.code, Some(4), "{nowhere:?}");
    assert!(
        nowhere.source()["error"]
            .as_str()
            .unwrap()
            .contains("example-no-such-bucket")
    );
    assert!(nowhere.findings("open").len() >= 2);

    world.configure("");
    let honest = world.chains[0].log(1, 25);
    world
        .server
        .store()
        .put(BUCKET, &log, honest.packed(), &[])
        .unwrap();
    world.deliver_all(4);
    world.deliver_all(5);
    let back = world.check(5);
    assert_eq!(back.code, Some(0), "{}", back.report["findings"]);
    assert_eq!(back.fresh(), []);
}

#[test]
fn copies_grow_too_with_metadata_and_without() {
    let mut world = World::new(1, 2);
    let mut all = Store::new();
    let lay = |world: &World, all: &Store| {
        all.write_mirror(&world.path("mirror")).unwrap();
        all.write_plain_copy(&world.path("plain"), BUCKET).unwrap();
    };
    let config = "[[source]]\nname = \"mirror\"\nlocation = \"mirror\"\nkeys = \"keys.json\"\n\
                  [[source]]\nname = \"plain\"\nlocation = \"plain\"\nkeys = [\"keys.json\"]\n";
    fs::write(world.path("trailseal.toml"), config).unwrap();
    for at in 0..3 {
        for chain in &mut world.chains {
            all.merge(chain.make(at));
        }
    }
    lay(&world, &all);
    world.check(2).passes();
    for at in 3..6 {
        for chain in &mut world.chains {
            all.merge(chain.make(at));
        }
        lay(&world, &all);
        let checked = world.check(at);
        checked.passes();
        let proved =
            |source: usize| &checked.report["sources"][source]["chains"][0]["proved_seconds"];
        assert_eq!(*proved(0), (at + 1) * 3_600);
        assert_eq!(*proved(1), at * 3_600, "the newest waits for the next");
    }
    let gone = world.chains[0].digest(4).to_owned();
    for copy in [world.path("mirror").join(BUCKET), world.path("plain")] {
        fs::remove_file(copy.join(&gone)).unwrap();
    }
    let checked = world.check_with(5, &["--full"]);
    let absent = ("digest-absent".to_owned(), object(&gone));
    assert_eq!(
        checked
            .fresh()
            .iter()
            .filter(|found| **found == absent)
            .count(),
        2,
        "{:?}",
        checked.fresh()
    );
}

#[test]
fn a_configuration_is_written_once_explained_and_refused_where_it_is_wrong() {
    let world = World::new(1, 1);
    let refused = world.run(&["check", "--init"]);
    assert_eq!(refused.status.code(), Some(2), "it is there: {refused:?}");
    let written = world.run(&["check", "--init", "--config", "new.toml"]);
    assert_eq!(written.status.code(), Some(0), "{written:?}");
    let dry = world.run(&["check", "--config", "new.toml", "--dry-run"]);
    assert_eq!(dry.status.code(), Some(0), "{dry:?}");
    let text = String::from_utf8(dry.stdout).unwrap();
    assert!(
        text.contains("everything there is") && text.contains("not there yet"),
        "{text}"
    );
    assert!(!world.path("trailseal-ledger.sqlite").exists());

    world.configure("recheck_day = 3\n");
    let wrong = world.check(0);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("trailseal.toml:5: "),
        "{}",
        wrong.stderr
    );
    let none = world.run(&["check", "--config", "none.toml"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&none.stderr).contains("--init"));
    let none = world.run(&["ledger", "status", "--config", "new.toml"]);
    assert_eq!(none.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&none.stderr).contains("there is no ledger yet"));
}

#[test]
fn people_can_ask_the_ledger() {
    let mut world = world(4);
    let log = world.chains[0].log_key(1).to_owned();
    let store = world.server.store();
    store
        .put(BUCKET, &log, gzip(b"{\"Records\":[]}"), &[])
        .unwrap();
    let found = world.check(3);
    let id = found.report["findings"][0]["id"].as_str().unwrap();
    let at = check_time(3).to_string();
    let ask = |words: &[&str]| {
        let output = world.run(&[&["ledger"], words].concat());
        assert_eq!(output.status.code(), Some(0), "{words:?}: {output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let machine = words.contains(&"json") || words == ["export"];
        let narrow = text.lines().all(|line| line.chars().count() <= 100);
        assert!(machine || narrow, "{text}");
        text
    };
    assert!(ask(&["status", "--at", &at]).contains("111122220000/us-east-1/org-trail@us-east-1"));
    assert!(ask(&["history"]).contains("fail"));
    let findings = ask(&["findings", "--at", &at]);
    assert!(
        findings.contains(id) && findings.contains("log-hash-mismatch"),
        "{findings}"
    );
    for words in [["status"], ["history"], ["findings"]] {
        let text = ask(&[&words[..], &["--format", "json"]].concat());
        assert!(serde_json::from_str::<Value>(&text).is_ok());
    }
    assert!(!ask(&["export"]).contains("secret"));

    let until = check_time(5).to_string();
    let words = [
        "acknowledge",
        id,
        "--by",
        "ops",
        "--why",
        "known",
        "--at",
        &at,
        "--until",
        &until,
    ];
    assert!(ask(&words).contains("1 finding acknowledged: row 2"));
    world.deliver_all(4);
    let accepted = world.check(4);
    assert_eq!(
        (accepted.code, said(&accepted)),
        (Some(0), vec![("log-hash-mismatch", "accepted")])
    );
    for at in 5..7 {
        world.deliver_all(at);
    }
    let expired = world.check(6);
    assert_eq!(
        (expired.code, said(&expired)),
        (Some(1), vec![("log-hash-mismatch", "fail")])
    );
    let wrong = world.run(&[
        "ledger",
        "acknowledge",
        "0000",
        "--by",
        "ops",
        "--why",
        "known",
    ]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn an_acknowledgement_is_told_to_programs_too() {
    let world = world(2);
    let log = world.chains[0].log_key(1).to_owned();
    let store = world.server.store();
    store
        .put(BUCKET, &log, gzip(b"{\"Records\":[]}"), &[])
        .unwrap();
    let found = world.check(1);
    let id = found.report["findings"][0]["id"].as_str().unwrap();
    let acknowledge = |more: &[&str]| {
        let words = ["ledger", "acknowledge", id, "--by", "ops", "--why", "known"];
        world.run(&[&words[..], &["--format", "json"], more].concat())
    };
    let unwritten = acknowledge(&["--output", "none/here.json"]);
    assert_eq!(unwritten.status.code(), Some(4), "{unwritten:?}");
    let until = "2099-01-01T00:00:00Z";
    let told = acknowledge(&["--until", until]);
    let said: Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(said["findings"], json!([id]));
    assert_eq!(said["row"], 2, "nothing was written before");
    assert_eq!(
        (&said["by"], &said["why"], &said["until"]),
        (&json!("ops"), &json!("known"), &json!(until))
    );
    let history = world.run(&["ledger", "history", "--format", "json"]);
    let history: Value = serde_json::from_slice(&history.stdout).unwrap();
    assert_eq!(history["journal"][0]["hash"], said["hash"]);
}
