//! `DescribeTrails` and `GetTrailStatus`: what becomes of each answer.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use common::{Asked, Scripted, at, closed, connect, error, region};
use serde_json::json;
use trailseal_aws::CallErrorKind;
use trailseal_aws::trails::{TrailArn, describe, find, status_in};
use trailseal_loopback::{Faults, Scene, Server, Trail};

const ACCOUNT: &str = "111122223333";

fn arn(home: &str, name: &str) -> TrailArn {
    format!("arn:aws:cloudtrail:{home}:{ACCOUNT}:trail/{name}")
        .parse()
        .unwrap()
}

fn two_trails() -> Server {
    let everywhere = Trail::new("everywhere", "eu-west-1", ACCOUNT, "example-logs")
        .member("S3KeyPrefix", "audit")
        .member("KmsKeyId", "arn:aws:kms:eu-west-1:111122223333:key/1")
        .member("IsOrganizationTrail", true)
        .status_member("LatestDeliveryTime", "2026-03-12T08:55:00Z")
        .status_member("LatestDigestDeliveryTime", "2026-03-12T08:30:00Z")
        .status_member("LatestDigestDeliveryError", "AccessDenied")
        .status_member("StartLoggingTime", "2026-01-01T00:00:00Z");
    let local = Trail::new("local", "us-east-1", ACCOUNT, "example-logs")
        .member("IsMultiRegionTrail", false)
        .member("LogFileValidationEnabled", false)
        .member("IncludeGlobalServiceEvents", false)
        .status_member("IsLogging", false)
        .status_member("StopLoggingTime", "2026-02-01T00:00:00Z");
    let scene = Scene::new().trails([local, everywhere]);
    Server::start(scene, Faults::default()).unwrap()
}

#[test]
fn each_trail_is_listed_once_with_the_status_of_its_home() {
    let server = two_trails();
    let connection = connect(&server.endpoint());
    let described = describe(&connection, &[region("us-east-1"), region("eu-west-1")]);
    assert_eq!(described.unanswered, []);
    let [everywhere, local] = described.trails.as_slice() else {
        panic!("{described:?}");
    };

    let trail = &everywhere.trail;
    assert_eq!(trail.arn, arn("eu-west-1", "everywhere"));
    assert_eq!(trail.name.as_str(), "everywhere");
    assert_eq!(trail.home_region, region("eu-west-1"));
    assert_eq!(trail.bucket.as_str(), "example-logs");
    assert_eq!(trail.prefix.as_deref(), Some("audit"));
    assert!(trail.kms_key.as_deref().unwrap().ends_with("key/1"));
    assert!(trail.multi_region && trail.organization && trail.validation);
    assert!(trail.global_service_events);
    let status = everywhere.status.as_ref().unwrap();
    assert!(status.logging);
    assert_eq!(status.latest_log, Some(at("2026-03-12T08:55:00Z")));
    assert_eq!(status.latest_digest, Some(at("2026-03-12T08:30:00Z")));
    assert_eq!(status.digest_error.as_deref(), Some("AccessDenied"));
    assert_eq!(status.log_error, None);
    assert_eq!(status.started, Some(at("2026-01-01T00:00:00Z")));

    assert_eq!(local.trail.arn, arn("us-east-1", "local"));
    assert!(!local.trail.multi_region && !local.trail.validation);
    assert!(!local.trail.global_service_events && !local.trail.organization);
    let status = local.status.as_ref().unwrap();
    assert!(!status.logging);
    assert_eq!(status.stopped, Some(at("2026-02-01T00:00:00Z")));
    assert_eq!(status.latest_digest, None);
}

#[test]
fn a_trail_shows_where_it_records_only() {
    let server = two_trails();
    let connection = connect(&server.endpoint());
    let described = describe(&connection, &[region("sa-east-1")]);
    let names: Vec<_> = described
        .trails
        .iter()
        .map(|state| state.trail.name.as_str())
        .collect();
    assert_eq!(names, ["everywhere"]);
}

#[test]
fn a_trail_is_found_by_its_arn_or_is_not_there() {
    let server = two_trails();
    let connection = connect(&server.endpoint());
    let trail = find(&connection, &arn("us-east-1", "local")).unwrap();
    assert_eq!(trail.name.as_str(), "local");

    let error = find(&connection, &arn("us-east-1", "other")).unwrap_err();
    assert_eq!(error.kind, CallErrorKind::NoSuch);
    assert!(error.to_string().contains("trail/other"), "{error}");

    let status = status_in(
        &connection,
        &arn("eu-west-1", "everywhere"),
        &region("ap-south-1"),
    );
    assert!(status.unwrap().logging);
    let error = status_in(
        &connection,
        &arn("us-east-1", "other"),
        &region("us-east-1"),
    )
    .unwrap_err();
    assert_eq!(error.kind, CallErrorKind::NoSuch);
    assert_eq!(error.code.as_deref(), Some("TrailNotFoundException"));
}

#[test]
fn an_answer_about_another_trail_is_not_the_trail() {
    let server = Scripted::start(|_: &Asked| (200, listed()));
    let connection = connect(&server.endpoint());
    let error = find(&connection, &arn("eu-west-1", "other")).unwrap_err();
    assert_eq!(error.kind, CallErrorKind::NoSuch);
    assert_eq!(
        server.asked("DescribeTrails")[0].body["trailNameList"],
        json!([arn("eu-west-1", "other").to_string()])
    );
}

#[test]
fn a_trail_whose_status_is_denied_is_listed_all_the_same() {
    let server = Scripted::start(|asked: &Asked| match asked.operation.as_str() {
        "DescribeTrails" => (200, listed()),
        _ => error(400, "AccessDeniedException", "not authorized"),
    });
    let described = describe(&connect(&server.endpoint()), &[region("us-east-1")]);
    assert_eq!(described.trails.len(), 1);
    let error = described.trails[0].status.as_ref().unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Denied);
    assert!(
        error.to_string().contains("cloudtrail:GetTrailStatus"),
        "{error}"
    );
    // The home Region, though another one was asked for the trails.
    assert_eq!(server.asked("GetTrailStatus")[0].region, "eu-west-1");
}

#[test]
fn a_region_that_does_not_answer_is_said() {
    let server =
        Scripted::start(
            |asked: &Asked| match (asked.operation.as_str(), asked.region.as_str()) {
                ("DescribeTrails", "eu-west-1") => (200, listed()),
                ("GetTrailStatus", _) => (200, json!({"IsLogging": true})),
                (_, "af-south-1") => error(400, "UnrecognizedClientException", "invalid token"),
                _ => error(400, "AccessDeniedException", "not authorized"),
            },
        );
    let regions = ["us-east-1", "af-south-1", "eu-west-1"].map(region);
    let described = describe(&connect(&server.endpoint()), &regions);
    assert_eq!(described.trails.len(), 1);
    let unanswered: Vec<_> = described
        .unanswered
        .iter()
        .map(|(region, error)| (region.as_str(), error.kind))
        .collect();
    assert_eq!(
        unanswered,
        [
            ("us-east-1", CallErrorKind::Denied),
            ("af-south-1", CallErrorKind::RegionDisabled)
        ]
    );
}

#[test]
fn a_trail_that_cannot_be_fails_its_region() {
    let server = Scripted::start(|_: &Asked| {
        let mut answer = listed();
        answer["trailList"][0]["HomeRegion"] = json!("../etc");
        (200, answer)
    });
    let described = describe(&connect(&server.endpoint()), &[region("eu-west-1")]);
    let (_, error) = &described.unanswered[0];
    assert_eq!(error.kind, CallErrorKind::Other);
    assert!(error.to_string().contains("HomeRegion"), "{error}");
}

#[test]
fn nobody_at_the_endpoint_is_unreachable() {
    let described = describe(&connect(&closed()), &[region("eu-west-1")]);
    assert_eq!(described.unanswered[0].1.kind, CallErrorKind::Unreachable);
}

fn listed() -> serde_json::Value {
    json!({"trailList": [{
        "Name": "everywhere",
        "TrailARN": arn("eu-west-1", "everywhere").to_string(),
        "HomeRegion": "eu-west-1",
        "S3BucketName": "example-logs",
        "IsMultiRegionTrail": true,
    }]})
}
