//! `trailseal check`: a signed bundle of each period that is over.

#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod watched;

use std::fs;
use std::process::Output;

use serde_json::Value;
use watched::{BUCKET, World};

/// A world in which March gets a bundle, with its first digests verified.
fn world() -> World {
    let mut world = World::new(1, 2);
    for at in 0..6 {
        world.deliver_all(at);
    }
    let made = world.run(&["keys", "generate", "--no-passphrase", "-o", "key.pem"]);
    assert!(made.status.success(), "{made:?}");
    let text = format!(
        "signing_key = \"key.pem\"\n[[source]]\nname = \"org\"\nlocation = \"s3://{BUCKET}\"\n\
         [policy]\ncontrols = [\"pci\"]\n[evidence]\nfolder = \"evidence\"\n\
         purpose = \"PCI DSS 10.3.4\"\n"
    );
    fs::write(world.path("trailseal.toml"), text).unwrap();
    world.check(5).passes();
    world
}

fn check_at(world: &World, at: &str) -> Output {
    world.run(&["check", "--at", at])
}

#[test]
fn a_month_that_is_over_gets_one_bundle() {
    let world = world();
    let place = world.path("evidence/org-2026-03");
    check_at(&world, "2026-04-03T23:00:00Z");
    assert!(!place.exists(), "digests may come late");

    let now = ["check", "--at", "2026-04-04T01:00:00Z", "--dry-run"];
    let planned = String::from_utf8(world.run(&now).stdout).unwrap();
    assert!(planned.contains("evidence/org-2026-03"), "{planned}");
    assert!(!place.exists(), "it only says so");

    let told = check_at(&world, "2026-04-04T01:00:00Z");
    let stderr = String::from_utf8(told.stderr).unwrap();
    assert!(
        stderr.contains("evidence of org: 2026-03: unchecked"),
        "{stderr}"
    );
    let verified = world.run(&[
        "report",
        "verify",
        "evidence/org-2026-03",
        "--key",
        "key.pem.pub",
    ]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");

    let read = |name: &str| -> Value {
        serde_json::from_slice(&fs::read(place.join(name)).unwrap()).unwrap()
    };
    let report = read("data/report.json");
    assert_eq!(report["made"], "2026-04-04T01:00:00Z");
    assert_eq!(report["case"]["purpose"], "PCI DSS 10.3.4");
    assert_eq!(report["scope"]["from"], "2026-03-01T00:00:00Z");
    assert_eq!(report["scope"]["to"], "2026-04-01T00:00:00Z");
    assert_eq!(report["tally"]["digests"]["verified"], 12);
    let ledger = read("data/ledger.json");
    assert_eq!(ledger["journal"].as_array().unwrap().len(), 3);
    assert_eq!(ledger["sources"][0]["name"], "org");

    // What is there stays, whatever it is.
    fs::remove_file(place.join("data/report.pdf")).unwrap();
    let again = check_at(&world, "2026-04-05T01:00:00Z");
    let stderr = String::from_utf8(again.stderr).unwrap();
    assert!(!stderr.contains("evidence"), "{stderr}");
    assert!(!place.join("data/report.pdf").exists());
}

#[test]
fn a_bundle_that_cannot_be_made_is_told_and_tried_again() {
    let world = world();
    fs::write(world.path("evidence"), "in the way").unwrap();
    let told = check_at(&world, "2026-04-04T01:00:00Z");
    let stderr = String::from_utf8(told.stderr).unwrap();
    assert!(
        stderr.contains("evidence of org: 2026-03: NOT MADE: "),
        "{stderr}"
    );
    fs::remove_file(world.path("evidence")).unwrap();
    check_at(&world, "2026-04-04T02:00:00Z");
    assert!(
        world
            .path("evidence/org-2026-03/statement.dsse.json")
            .exists()
    );
}

#[test]
fn no_bundle_is_made_of_time_that_is_not_kept() {
    let world = world();
    let config = fs::read_to_string(world.path("trailseal.toml")).unwrap();
    let kept = config.replace("[policy]", "keep_days = 10\n[policy]");
    fs::write(world.path("trailseal.toml"), kept).unwrap();
    let told = check_at(&world, "2026-04-20T00:00:00Z");
    let stderr = String::from_utf8(told.stderr).unwrap();
    assert!(!stderr.contains("evidence"), "{stderr}");
    assert!(!world.path("evidence").exists());
}
