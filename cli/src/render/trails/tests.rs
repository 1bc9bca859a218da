use serde_json::Value;
use trailseal_aws::trails::{Status, Trail};

use super::*;
use crate::render::page::Colour;
use crate::render::text::COLUMNS;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A trail that nothing is wrong with.
fn healthy(name: &str) -> TrailState {
    TrailState {
        trail: Trail {
            name: name.parse().unwrap(),
            arn: format!("arn:aws:cloudtrail:ap-southeast-2:111122223333:trail/{name}")
                .parse()
                .unwrap(),
            home_region: "ap-southeast-2".parse().unwrap(),
            multi_region: true,
            organization: false,
            bucket: "example-logs".parse().unwrap(),
            prefix: None,
            kms_key: None,
            validation: true,
            global_service_events: true,
        },
        status: Ok(Status {
            logging: true,
            started: Some(at("2026-01-01T00:00:00Z")),
            latest_log: Some(at("2026-03-12T08:55:00Z")),
            latest_digest: Some(at("2026-03-12T08:30:00Z")),
            ..Status::default()
        }),
    }
}

fn answer(trails: Vec<TrailState>) -> TrailsAnswer {
    TrailsAnswer {
        asked_at: at("2026-03-12T09:00:00Z"),
        regions: vec!["ap-southeast-2".parse().unwrap()],
        trails,
        skipped: Vec::new(),
        failed: Vec::new(),
    }
}

fn codes(state: TrailState) -> Vec<String> {
    let json = trails_json(&answer(vec![state])).unwrap();
    let document: Value = serde_json::from_str(&json).unwrap();
    let warnings = document["trails"][0]["warnings"].as_array().unwrap();
    warnings
        .iter()
        .map(|warning| warning["code"].as_str().unwrap().to_owned())
        .collect()
}

fn changed(change: impl FnOnce(&mut Trail, &mut Status)) -> TrailState {
    let mut state = healthy("management-events");
    let status = state.status.as_mut().unwrap();
    change(&mut state.trail, status);
    state
}

#[test]
fn a_healthy_trail_has_no_warning() {
    assert_eq!(codes(healthy("management-events")), [""; 0]);
}

#[test]
fn each_weakness_has_its_warning() {
    type Change = fn(&mut Trail, &mut Status);
    let cases: [(Change, &[&str]); 9] = [
        (|trail, _| trail.validation = false, &["validation-off"]),
        (|_, status| status.logging = false, &["not-logging"]),
        (
            |_, status| status.digest_error = Some("AccessDenied".into()),
            &["digest-delivery-failing"],
        ),
        (
            |_, status| status.log_error = Some("NoSuchBucket".into()),
            &["log-delivery-failing"],
        ),
        (
            |_, status| status.latest_digest = Some(at("2026-03-12T05:59:59Z")),
            &["digest-delivery-stale"],
        ),
        (|_, status| status.latest_digest = None, &["no-digest-yet"]),
        (
            |_, status| status.latest_log = Some(at("2026-03-11T08:59:59Z")),
            &["log-delivery-stale"],
        ),
        (
            |trail, _| {
                trail.multi_region = false;
                trail.global_service_events = false;
            },
            &["single-region", "no-global-service-events"],
        ),
        (
            |trail, _| trail.organization = true,
            &["organization-trail"],
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(codes(changed(change)), expected);
    }
}

#[test]
fn a_trail_that_was_stopped_is_not_late() {
    let stopped = changed(|trail, status| {
        trail.validation = false;
        status.logging = false;
        status.stopped = Some(at("2026-02-01T00:00:00Z"));
        status.latest_digest = Some(at("2026-02-01T00:30:00Z"));
        status.latest_log = None;
    });
    assert_eq!(codes(stopped.clone()), ["validation-off", "not-logging"]);
    let table = trails_table(&answer(vec![stopped]), Colour::Off);
    assert!(
        table.contains("not logging since 2026-02-01T00:00:00Z"),
        "{table}"
    );
}

#[test]
fn the_table_fits_and_escapes() {
    let mut odd = healthy(&"n".repeat(128));
    odd.trail.prefix = Some("audit\u{1b}[2K/".to_owned() + &"deep/".repeat(30));
    odd.trail.kms_key = Some("arn:aws:kms:ap-southeast-2:111122223333:key/1".into());
    let mut answer = answer(vec![healthy("management-events"), odd]);
    let table = trails_table(&answer, Colour::Off);
    for line in table.lines().filter(|line| !line.contains("nnn")) {
        assert!(line.chars().count() <= COLUMNS, "{line}");
    }
    assert!(!table.contains('\u{1b}') && table.contains(r"audit\u{1b}[2K/"));
    assert!(table.starts_with("2 trails in ap-southeast-2\n"), "{table}");
    assert!(table.contains("--all-regions"));

    answer.trails.clear();
    let table = trails_table(&answer, Colour::Off);
    assert!(
        table.starts_with("no trails in ap-southeast-2\n"),
        "{table}"
    );
}

#[test]
fn the_json_says_what_the_table_says() {
    let json = trails_json(&answer(vec![healthy("management-events")])).unwrap();
    let document: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(document["schema"], "trailseal-trails/1");
    assert_eq!(document["regions"][0], "ap-southeast-2");
    let trail = &document["trails"][0];
    assert_eq!(
        trail["arn"],
        "arn:aws:cloudtrail:ap-southeast-2:111122223333:trail/management-events"
    );
    assert_eq!(trail["bucket"], "example-logs");
    assert_eq!(trail["validation"], true);
    assert_eq!(trail["status"]["latest_digest"], "2026-03-12T08:30:00Z");
    assert_eq!(trail["status_error"], Value::Null);
}
