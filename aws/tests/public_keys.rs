//! `ListPublicKeys`: what becomes of each answer.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use std::path::Path;

use common::{Asked, Scripted, at, closed, connect, error, region};
use serde_json::{Value, json};
use trailseal_aws::CallErrorKind;
use trailseal_aws::public_keys::{FetchError, Period, fetch, fetch_each};
use trailseal_keys::{FingerprintPolicy, Keyring, TrustedKey};
use trailseal_loopback::{Faults, Scene, Server};

fn vectors() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../test-vectors"))
}

fn sample() -> Server {
    let scene = Scene::new()
        .keys(vectors().join("sample-keys.json"))
        .unwrap();
    Server::start(scene, Faults::default()).unwrap()
}

fn march() -> Period {
    Period::new(
        at("2026-03-01T00:00:00Z"),
        at("2026-03-12T00:00:00Z"),
        at("2026-04-01T00:00:00Z"),
    )
    .unwrap()
}

/// A key of the sample as AWS lists it.
fn listed(position: usize) -> Value {
    let text = std::fs::read(vectors().join("sample-keys.json")).unwrap();
    let file: Value = serde_json::from_slice(&text).unwrap();
    let key = &file["keys"][position];
    json!({
        "Value": key["value"],
        "Fingerprint": key["fingerprint"],
        "ValidityStartTime": 1_772_000_000,
        "ValidityEndTime": 1_775_000_000.5,
    })
}

fn kind(answer: Result<Keyring, FetchError>) -> CallErrorKind {
    match answer {
        Err(FetchError::Call(error)) => error.kind,
        other => panic!("{other:?}"),
    }
}

#[test]
fn keys_arrive_with_region_and_provenance() {
    let server = sample();
    let connection = connect(&server.endpoint());
    let keyring = fetch(&connection, &region("eu-west-1"), march()).unwrap();

    let expected = Keyring::load(
        &[vectors().join("sample-keys.json")],
        FingerprintPolicy::Refuse,
    )
    .unwrap();
    let of_region = |keyring: &Keyring| -> Vec<_> {
        keyring
            .keys()
            .iter()
            .filter(|key| key.region() == Some(&region("eu-west-1")))
            .map(|key| (key.fingerprint(), key.validity()))
            .collect()
    };
    assert_eq!(of_region(&keyring), of_region(&expected));
    assert_eq!(keyring.keys().len(), of_region(&expected).len());
    assert!(!keyring.is_empty());

    let provenance = keyring.sources()[0].provenance.clone().unwrap();
    assert_eq!(provenance.endpoint, Some(server.endpoint()));
    assert_eq!(
        provenance.caller_arn.as_deref(),
        Some("arn:aws:iam::111122223333:user/auditor")
    );
    assert_eq!(provenance.fetched_at, Some(at("2026-04-01T00:00:00Z")));
    assert_eq!(provenance.tool.as_deref(), Some(trailseal_aws::TOOL));
}

#[test]
fn several_regions_make_one_keyring_that_reads_back() {
    let server = sample();
    let connection = connect(&server.endpoint());
    let regions = [
        region("us-east-1"),
        region("eu-west-1"),
        region("sa-east-1"),
    ];
    let answers = fetch_each(&connection, &regions, march());
    let order: Vec<_> = answers.iter().map(|(region, _)| region.clone()).collect();
    assert_eq!(order, regions);

    let parts: Vec<Keyring> = answers.into_iter().map(|(_, keys)| keys.unwrap()).collect();
    assert!(parts[2].is_empty(), "no key of sa-east-1 in the sample");
    let json = Keyring::merge(parts).unwrap().to_json().unwrap();
    let read = Keyring::parse(
        json.as_bytes(),
        "keys.json",
        None,
        FingerprintPolicy::Refuse,
    );
    let read = read.unwrap();
    let regions: Vec<_> = read.keys().iter().filter_map(TrustedKey::region).collect();
    assert!(regions.contains(&&region("us-east-1")));
    assert!(regions.contains(&&region("eu-west-1")));
}

#[test]
fn pages_are_joined_and_the_period_is_widened() {
    let server = Scripted::start(|asked: &Asked| {
        if asked.body["NextToken"] == "more" {
            (200, json!({"PublicKeyList": [listed(1)], "NextToken": ""}))
        } else {
            (
                200,
                json!({"PublicKeyList": [listed(0)], "NextToken": "more"}),
            )
        }
    });
    let keyring = fetch(&connect(&server.endpoint()), &region("eu-west-1"), march()).unwrap();
    assert_eq!(keyring.keys().len(), 2);
    let requests = server.asked("ListPublicKeys");
    assert_eq!(requests.len(), 2);
    let from = at("2026-02-28T00:00:00Z").as_second();
    let to = at("2026-03-14T00:00:00Z").as_second();
    for request in requests {
        assert_eq!(request.body["StartTime"], json!(from));
        assert_eq!(request.body["EndTime"], json!(to));
        assert!(
            request.agent.contains("app/trailseal-"),
            "{}",
            request.agent
        );
    }
}

#[test]
fn pages_without_end_are_given_up() {
    let server = Scripted::start(|_: &Asked| (200, json!({"PublicKeyList": [], "NextToken": "x"})));
    let answer = fetch(&connect(&server.endpoint()), &region("eu-west-1"), march());
    let error = answer.unwrap_err().to_string();
    assert!(error.contains("at most 100 pages"), "{error}");
    assert_eq!(server.asked("ListPublicKeys").len(), 100);
}

#[test]
fn a_key_that_is_none_is_refused_with_its_place() {
    let mut wrong = listed(1);
    wrong["Fingerprint"] = json!("00000000000000000000000000000000");
    let mut partial = listed(1);
    partial.as_object_mut().unwrap().remove("Value");
    for (broken, expected) in [
        (wrong, "keys[1]: expected the fingerprint"),
        (partial, "keys[1]"),
    ] {
        let server = Scripted::start(move |_: &Asked| {
            (200, json!({"PublicKeyList": [listed(0), broken.clone()]}))
        });
        let answer = fetch(&connect(&server.endpoint()), &region("eu-west-1"), march());
        let error = answer.unwrap_err();
        assert!(matches!(error, FetchError::Keys(_)), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn a_denial_names_region_permission_and_way_out() {
    let server = Scripted::start(|_: &Asked| {
        error(400, "AccessDeniedException", "User x is not authorized")
    });
    let answer = fetch(&connect(&server.endpoint()), &region("eu-west-1"), march());
    let error = answer.unwrap_err().to_string();
    for part in [
        "cloudtrail:ListPublicKeys (eu-west-1): denied",
        "User x is not authorized",
        "needs the permission cloudtrail:ListPublicKeys",
        "--keys",
    ] {
        assert!(error.contains(part), "{error}");
    }
    // A denial does not pass with time.
    assert_eq!(server.asked("ListPublicKeys").len(), 1);
}

#[test]
fn nobody_at_the_endpoint_is_unreachable() {
    let answer = fetch(&connect(&closed()), &region("eu-west-1"), march());
    assert_eq!(kind(answer), CallErrorKind::Unreachable);
}

#[test]
fn an_answer_that_is_no_json_is_no_list() {
    let server = Scripted::start(|_: &Asked| (200, Value::String("<html>".into())));
    let answer = fetch(&connect(&server.endpoint()), &region("eu-west-1"), march());
    let error = answer.unwrap_err().to_string();
    assert!(error.contains("expected StartObject"), "{error}");
}

#[test]
fn a_region_that_refuses_good_credentials_is_disabled() {
    let refuse = |asked: &Asked| match asked.region.as_str() {
        "eu-west-1" => (200, json!({"PublicKeyList": [listed(0)]})),
        _ => error(400, "UnrecognizedClientException", "invalid token"),
    };
    let server = Scripted::start(refuse);
    let connection = connect(&server.endpoint());
    let ask = |names: &[&str]| -> Vec<_> {
        let regions: Vec<_> = names.iter().map(|name| region(name)).collect();
        fetch_each(&connection, &regions, march())
            .into_iter()
            .map(|(_, answer)| answer)
            .collect()
    };
    let mut answers = ask(&["eu-west-1", "af-south-1", "us-east-1"]).into_iter();
    assert!(answers.next().unwrap().is_ok());
    assert_eq!(kind(answers.next().unwrap()), CallErrorKind::RegionDisabled);
    // One that cannot be disabled refuses for another reason.
    assert_eq!(
        kind(answers.next().unwrap()),
        CallErrorKind::RefusedCredentials
    );
    // Nor does a refusal alone say that the Region is the reason.
    let alone = ask(&["af-south-1"]).remove(0);
    assert_eq!(kind(alone), CallErrorKind::RefusedCredentials);
}
