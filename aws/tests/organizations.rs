//! `ListAccounts`: what becomes of each answer.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use common::{Scripted, at, connect};
use serde_json::json;
use trailseal_aws::CallErrorKind;
use trailseal_aws::organizations::{Account, Standing, accounts};
use trailseal_loopback::{Faults, Member, Scene, Server};

#[test]
fn every_account_is_told_over_all_pages() {
    let members = (0..45).map(|number| Member::new(format!("1111222{number:05}"), "example"));
    let special = [
        Member::new("444455556666", "  ").state("SUSPENDED"),
        Member::new("777788889999", "x".repeat(1_000)).joined(at("2026-03-01T00:00:00Z")),
    ];
    let scene = Scene::new()
        .organization("o-exampleorgid")
        .members(members.chain(special));
    let server = Server::start(scene, Faults::default()).unwrap();
    let all = accounts(&connect(&server.endpoint())).unwrap();
    assert_eq!(server.requests()["ListAccounts"], 3);
    assert_eq!(all.len(), 47);
    let account = |id: &str| -> &Account {
        let id = id.parse().unwrap();
        all.iter().find(|account| account.id == id).unwrap()
    };
    let usual = account("111122200044");
    assert_eq!(usual.name.as_deref(), Some("example"));
    assert_eq!((usual.standing, usual.joined), (Standing::Active, None));
    let suspended = account("444455556666");
    assert_eq!(
        (&suspended.name, suspended.standing),
        (&None, Standing::Inactive)
    );
    let named = account("777788889999");
    assert_eq!(named.name.as_ref().unwrap().len(), 50);
    assert_eq!(named.joined, Some(at("2026-03-01T00:00:00Z")));
}

#[test]
fn a_refusal_names_the_permission() {
    let scene = Scene::new().organization("o-exampleorgid");
    let denied = Faults {
        deny_calls: vec!["ListAccounts".to_owned()],
        ..Faults::default()
    };
    let server = Server::start(scene, denied).unwrap();
    let error = accounts(&connect(&server.endpoint())).unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Denied);
    let text = error.to_string();
    assert!(
        text.contains("the permission organizations:ListAccounts"),
        "{text}"
    );

    let alone = Server::start(Scene::new(), Faults::default()).unwrap();
    let error = accounts(&connect(&alone.endpoint())).unwrap_err();
    assert_eq!(
        error.code.as_deref(),
        Some("AWSOrganizationsNotInUseException")
    );
}

#[test]
fn an_answer_that_makes_no_sense_is_an_error_and_not_an_empty_organization() {
    for answer in [
        json!({}),
        json!({"Accounts": []}),
        json!({"Accounts": [{"Name": "nobody"}]}),
        json!({"Accounts": [{"Id": "12"}]}),
        // The same token again and again.
        json!({"Accounts": [], "NextToken": "more"}),
    ] {
        let told = answer.clone();
        let server = Scripted::start(move |_| (200, told.clone()));
        let error = accounts(&connect(&server.endpoint())).unwrap_err();
        assert_eq!(error.kind, CallErrorKind::Other, "{answer}: {error}");
    }
}

#[test]
fn answers_without_an_end_are_an_end() {
    let server = Scripted::start(|asked| {
        let token = asked.body["NextToken"].as_str().unwrap_or("0");
        let next = token.parse::<u64>().unwrap() + 1;
        (200, json!({"Accounts": [], "NextToken": next.to_string()}))
    });
    let error = accounts(&connect(&server.endpoint())).unwrap_err();
    assert!(error.detail.contains("100 empty answers"), "{error}");
}
