//! CloudTrail, Organizations and STS over plain HTTP.

#![allow(clippy::unwrap_used, reason = "test code")]

mod common;

use common::{Client, vectors};
use serde_json::json;
use trailseal_loopback::{Faults, Member, Often, Scene, Server, Trail};

fn start(scene: Scene) -> Server {
    Server::start(scene, Faults::default()).unwrap()
}

fn fingerprints(client: &mut Client, asked: &serde_json::Value) -> Vec<String> {
    let answer = client.cloudtrail("ListPublicKeys", asked);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let keys = answer.json()["PublicKeyList"].as_array().unwrap().clone();
    keys.iter()
        .map(|key| key["Fingerprint"].as_str().unwrap().to_owned())
        .collect()
}

/// March 2026, in the seconds that the protocol has.
const MARCH: (u32, u32) = (1_772_323_200, 1_775_001_600);

#[test]
fn keys_are_those_of_the_region_that_were_valid() {
    let scene = Scene::new()
        .keys(vectors().join("sample-keys.json"))
        .unwrap();
    let server = start(scene);
    let march = json!({"StartTime": MARCH.0, "EndTime": MARCH.1});
    let near = fingerprints(&mut Client::new(&server), &march);
    let far = fingerprints(&mut Client::of(&server, "ap-southeast-2"), &march);
    assert!(!near.is_empty() && !far.is_empty());
    assert!(near.iter().all(|key| !far.contains(key)));
    let long_ago = json!({"StartTime": 0, "EndTime": 1});
    assert!(fingerprints(&mut Client::new(&server), &long_ago).is_empty());
    let reversed = json!({"StartTime": 2, "EndTime": 1});
    let answer = Client::new(&server).cloudtrail("ListPublicKeys", &reversed);
    assert_eq!(
        (answer.status, &answer.json()["__type"]),
        (400, &json!("InvalidTimeRangeException"))
    );
}

#[test]
fn keys_without_a_region_are_everywhere() {
    let cases = vectors().join("cases");
    let march = json!({"StartTime": MARCH.0, "EndTime": MARCH.1});
    let anywhere = start(Scene::new().keys(cases.join("healthy/keys.json")).unwrap());
    assert!(!fingerprints(&mut Client::of(&anywhere, "af-south-1"), &march).is_empty());
    let own = start(
        Scene::new()
            .keys(cases.join("keys-by-region/keys"))
            .unwrap(),
    );
    assert!(fingerprints(&mut Client::of(&own, "af-south-1"), &march).is_empty());
    assert!(!fingerprints(&mut Client::of(&own, "eu-west-1"), &march).is_empty());
    let seconds = start(
        Scene::new()
            .keys(cases.join("key-times-in-seconds/keys.json"))
            .unwrap(),
    );
    assert!(!fingerprints(&mut Client::new(&seconds), &march).is_empty());
}

fn two_trails() -> Scene {
    Scene::new().trails([
        Trail::new("wide", "eu-west-1", "111122223333", "logs")
            .status_member("LatestDigestDeliveryTime", "2026-02-20T00:00:00Z"),
        Trail::new("narrow", "us-east-1", "111122223333", "logs")
            .member("IsMultiRegionTrail", false),
    ])
}

#[test]
fn trails_are_seen_at_home_and_as_shadows() {
    let server = start(two_trails());
    let names = |region, asked| {
        let answer = Client::of(&server, region)
            .cloudtrail("DescribeTrails", &asked)
            .json();
        let trails = answer["trailList"].as_array().unwrap().iter();
        trails
            .map(|trail| trail["Name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("us-east-1", json!({})), ["wide", "narrow"]);
    assert_eq!(
        names("us-east-1", json!({"includeShadowTrails": false})),
        ["narrow"]
    );
    assert_eq!(names("eu-west-1", json!({"trailNameList": []})), ["wide"]);
    assert_eq!(
        names("af-south-1", json!({"trailNameList": ["narrow"]})),
        [""; 0]
    );
    let arn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/narrow";
    assert_eq!(
        names("af-south-1", json!({"trailNameList": [arn]})),
        ["narrow"]
    );
}

#[test]
fn a_trail_is_found_by_name_and_by_arn() {
    let server = start(two_trails());
    let mut client = Client::of(&server, "af-south-1");
    let status = client
        .cloudtrail("GetTrailStatus", &json!({"Name": "wide"}))
        .json();
    assert_eq!(
        status,
        json!({"IsLogging": true, "LatestDigestDeliveryTime": 1_771_545_600})
    );
    let arn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/narrow";
    let trail = client.cloudtrail("GetTrail", &json!({"Name": arn})).json();
    assert_eq!(trail["Trail"]["S3BucketName"], "logs");
    for operation in ["GetTrail", "GetTrailStatus"] {
        let answer = client.cloudtrail(operation, &json!({"Name": "narrow"}));
        assert_eq!(answer.status, 400);
        assert_eq!(answer.headers["x-amzn-errortype"], "TrailNotFoundException");
    }
}

#[test]
fn trails_come_from_a_file_or_from_digests() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trails.json");
    let trails = r#"[{"trail": {"Name": "t", "HomeRegion": "eu-west-1", "TrailARN": "arn:t"}}]"#;
    std::fs::write(&path, trails).unwrap();
    let server = start(Scene::new().trails_of(&path).unwrap());
    let found = Client::of(&server, "eu-west-1")
        .cloudtrail("DescribeTrails", &json!({}))
        .json();
    assert_eq!(found["trailList"][0]["TrailARN"], "arn:t");
    std::fs::write(&path, r#"[{"trial": {}}]"#).unwrap();
    let error = Scene::new().trails_of(&path).unwrap_err().to_string();
    assert!(
        error.contains("trails.json") && error.contains("trial"),
        "{error}"
    );

    let server = start(
        Scene::mirror(vectors().join("sample"))
            .unwrap()
            .trails_of_digests(),
    );
    let found = Client::new(&server)
        .cloudtrail("DescribeTrails", &json!({}))
        .json();
    let arn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/org-trail";
    assert_eq!(found["trailList"][0]["TrailARN"], arn);
    assert_eq!(found["trailList"][0]["IsOrganizationTrail"], true);
}

#[test]
fn who_calls_and_in_which_organization() {
    let server = start(Scene::new().organization("o-exampleorgid"));
    let mut client = Client::new(&server);
    let target = "AWSOrganizationsV20161128.DescribeOrganization";
    let told = client.call(target, &json!({})).json();
    assert_eq!(told["Organization"]["Id"], "o-exampleorgid");
    let form = [(
        "Content-Type",
        "application/x-www-form-urlencoded; charset=utf-8",
    )];
    let body = b"Action=GetCallerIdentity&Version=2011-06-15";
    let caller = client.send("POST", "/", &form, body).unwrap();
    assert_eq!(caller.one("Account"), "111122223333");
    assert_eq!(caller.one("Arn"), "arn:aws:iam::111122223333:user/auditor");
    let unknown = client
        .send("POST", "/", &form, b"Action=AssumeRole")
        .unwrap();
    assert_eq!(
        (unknown.status, unknown.one("Code").as_str()),
        (400, "InvalidAction")
    );

    let alone = start(Scene::new());
    let told = Client::new(&alone).call(target, &json!({}));
    assert_eq!(told.json()["__type"], "AWSOrganizationsNotInUseException");
}

#[test]
fn accounts_are_told_page_by_page_and_may_be_denied() {
    let members = (0..45).map(|number| Member::new(format!("1111222{number:05}"), "account"));
    let scene = Scene::new().organization("o-exampleorgid").members(members);
    let server = start(scene);
    let mut client = Client::new(&server);
    let target = "AWSOrganizationsV20161128.ListAccounts";
    let (mut asked, mut told) = (json!({}), Vec::new());
    let pages = loop {
        let page = client.call(target, &asked).json();
        told.push(page["Accounts"].as_array().unwrap().len());
        match &page["NextToken"] {
            serde_json::Value::Null => break page,
            token => asked = json!({"NextToken": token}),
        }
    };
    assert_eq!(told, [20, 20, 5]);
    assert_eq!(pages["Accounts"][4]["Id"], "111122200044");
    assert_eq!(pages["Accounts"][4]["State"], "ACTIVE");
    let unknown = client.call(target, &json!({"NextToken": "45"})).json();
    assert_eq!(unknown["__type"], "InvalidInputException");

    server.set_faults(Faults {
        deny_calls: vec!["ListAccounts".to_owned()],
        ..Faults::default()
    });
    let denied = client.call(target, &json!({}));
    assert_eq!(
        (denied.status, &denied.json()["__type"]),
        (400, &json!("AccessDeniedException"))
    );
}

#[test]
fn what_is_not_served_says_so() {
    let server = start(Scene::new());
    let answer = Client::new(&server).cloudtrail("LookupEvents", &json!({}));
    assert_eq!(
        (answer.status, &answer.json()["__type"]),
        (400, &json!("UnknownOperationException"))
    );
}

#[test]
fn the_api_can_be_throttled_by_itself() {
    let faults = Faults {
        throttle: Often::First(1),
        ..Faults::default()
    };
    let server = Server::start(Scene::new().bucket("logs"), faults).unwrap();
    let mut client = Client::new(&server);
    let first = client.cloudtrail("DescribeTrails", &json!({}));
    assert_eq!(
        (first.status, &first.json()["__type"]),
        (400, &json!("ThrottlingException"))
    );
    assert_eq!(client.cloudtrail("DescribeTrails", &json!({})).status, 200);
    assert_eq!(client.get("/logs?list-type=2").status, 200);
}
