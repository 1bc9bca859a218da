//! The actor of every kind of identity, and what it did.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "a test"
)]

use serde_json::{Value, json};
use trailseal_forensics::Record;
use trailseal_forensics::actor::{Actor, ActorKind, ActorSummary, IdForm, Mfa};

fn actor(identity: Value) -> Actor {
    let text = json!({"userIdentity": identity}).to_string();
    Actor::clone(&Actor::of(&Record::parse(&text).unwrap()))
}

fn text(text: &Option<trailseal_forensics::actor::Text>) -> &str {
    text.as_deref().unwrap_or("-")
}

#[test]
fn root() {
    let root = actor(json!({
        "type": "Root", "principalId": "111122223333", "arn": "arn:aws:iam::111122223333:root",
        "accountId": "111122223333", "accessKeyId": "",
        "sessionContext": {"attributes": {"mfaAuthenticated": "true"}},
    }));
    assert_eq!(root.kind, ActorKind::Root);
    assert_eq!(root.id.as_str(), "arn:aws:iam::111122223333:root");
    assert_eq!((root.mfa, root.credential), (Mfa::Used, None));
}

#[test]
fn user() {
    let user = actor(json!({
        "type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE", "userName": "mary.major",
        "arn": "arn:aws:iam::111122223333:user/mary.major", "accountId": "111122223333",
        "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "invokedBy": "cloudformation.amazonaws.com",
    }));
    assert_eq!(user.id.as_str(), "AIDACKCEVSQ6C2EXAMPLE");
    assert_eq!(user.id.form(), IdForm::Unique);
    assert_eq!((text(&user.name), text(&user.session)), ("mary.major", "-"));
    assert!(user.credential.unwrap().is_long_term());
    assert_eq!(text(&user.invoked_by), "cloudformation.amazonaws.com");
    assert_eq!(user.mfa, Mfa::Unstated);
}

#[test]
fn session_of_a_role() {
    let session = actor(json!({
        "type": "AssumedRole", "principalId": "AROADBQP57FF2AEXAMPLE:build:7",
        "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/build:7",
        "accountId": "111122223333", "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role", "principalId": "AROADBQP57FF2AEXAMPLE",
                "arn": "arn:aws:iam::111122223333:role/ci/Deploy", "userName": "Deploy",
            },
            "attributes": {"mfaAuthenticated": "false"},
        },
    }));
    assert_eq!(session.id.as_str(), "AROADBQP57FF2AEXAMPLE");
    assert_eq!(
        (text(&session.name), text(&session.session)),
        ("Deploy", "build:7")
    );
    // "false" of a role is no evidence that there was no second factor.
    assert_eq!(session.mfa, Mfa::Unstated);
}

#[test]
fn the_same_session_seen_from_another_account() {
    let there = actor(json!({
        "type": "AWSAccount", "principalId": "AROADBQP57FF2AEXAMPLE:build",
        "accountId": "111122223333",
    }));
    let here = actor(json!({
        "type": "AssumedRole", "principalId": "AROADBQP57FF2AEXAMPLE:build",
        "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/build", "accountId": "111122223333",
    }));
    assert_eq!(there.kind, ActorKind::OtherAccount);
    assert!(there.is_same_party(&here));
}

#[test]
fn the_others() {
    for (identity, kind, id, name) in [
        (
            json!({"type": "Role", "principalId": "AROADBQP57FF2AEXAMPLE", "userName": "Nightly",
                "arn": "arn:aws:iam::111122223333:role/Nightly", "accountId": "111122223333"}),
            ActorKind::Role,
            "AROADBQP57FF2AEXAMPLE",
            "Nightly",
        ),
        (
            json!({"type": "FederatedUser", "principalId": "111122223333:partner",
                "arn": "arn:aws:sts::111122223333:federated-user/partner",
                "accountId": "111122223333", "sessionContext": {"sessionIssuer": {
                    "type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE", "userName": "broker"}}}),
            ActorKind::FederatedUser,
            "arn:aws:sts::111122223333:federated-user/partner",
            "-",
        ),
        (
            json!({"type": "SAMLUser", "principalId": "lafefheckgll:saanvi", "userName": "saanvi",
                "identityProvider": "arn:aws:iam::111122223333:saml-provider/Corp"}),
            ActorKind::SamlUser,
            "lafefheckgll:saanvi",
            "saanvi",
        ),
        (
            json!({"type": "WebIdentityUser", "principalId": "accounts.example:app:42",
                "userName": "42", "identityProvider": "accounts.example"}),
            ActorKind::WebIdentityUser,
            "accounts.example:app:42",
            "42",
        ),
        (
            json!({"type": "Directory", "principalId": "d-9367012346:zhang.wei",
                "accountId": "444455556666", "userName": "zhang.wei"}),
            ActorKind::DirectoryUser,
            "d-9367012346:zhang.wei",
            "zhang.wei",
        ),
        (
            json!({"type": "AWSAccount", "principalId": "", "accountId": "anonymous"}),
            ActorKind::OtherAccount,
            "anonymous",
            "-",
        ),
        (
            json!({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}),
            ActorKind::Service,
            "ec2.amazonaws.com",
            "ec2.amazonaws.com",
        ),
        (
            json!({"type": "IdentityCenterUser", "accountId": "111122223333",
                "onBehalfOf": {"userId": "13f93b93-2933-449c-ba14-2a768aca5352",
                    "identityStoreArn": "arn:aws:identitystore::111122223333:identitystore/d-9067012345"},
                "credentialId": "ae68fa926e38618860bdeb615f7a7cc4"}),
            ActorKind::IdentityCenterUser,
            "d-9067012345/13f93b93-2933-449c-ba14-2a768aca5352",
            "-",
        ),
        (
            json!({"type": "Unknown", "principalId": "111122223333", "arn": "",
                "accountId": "111122223333", "accessKeyId": "", "userName": "akua.mansa"}),
            ActorKind::Unknown,
            "111122223333:akua.mansa",
            "akua.mansa",
        ),
        (
            json!({"accountId": "111122223333", "invokedBy": "AWS Internal"}),
            ActorKind::Service,
            "AWS Internal",
            "AWS Internal",
        ),
        (
            json!({"type": "IAMUser", "accountId": "111122223333",
                "userName": "HIDDEN_DUE_TO_SECURITY_REASONS"}),
            ActorKind::User,
            "111122223333",
            "-",
        ),
        (
            json!({"type": "FromTheFuture"}),
            ActorKind::Unknown,
            "unknown",
            "-",
        ),
        (json!({}), ActorKind::Unknown, "unknown", "-"),
        (json!(null), ActorKind::Unknown, "unknown", "-"),
    ] {
        let actor = actor(identity.clone());
        let found = (actor.kind, actor.id.as_str(), text(&actor.name));
        assert_eq!(found, (kind, id, name), "{identity}");
    }
}

#[test]
fn hostile_identities_are_bounded() {
    let long = "x".repeat(1 << 20);
    let actor = actor(json!({
        "type": "IAMUser", "principalId": long, "arn": "\u{1b}[2J", "userName": long,
        "accountId": "111122223333", "accessKeyId": long,
    }));
    assert_eq!(actor.id.as_str(), "111122223333");
    assert_eq!(actor.credential, None);
    assert!(actor.name.unwrap().len() < 1100);
}

fn call(at: u32) -> Value {
    json!({
        "eventTime": format!("2026-03-11T02:00:{:02}Z", at % 60), "awsRegion": "eu-west-1",
        "recipientAccountId": "111122223333", "sourceIPAddress": format!("192.0.2.{at}"),
        "userAgent": "aws-cli/2", "readOnly": at.is_multiple_of(2),
        "userIdentity": {"type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE",
            "accessKeyId": "AKIAIOSFODNN7EXAMPLE"},
    })
}

fn summary(records: &[Value]) -> ActorSummary {
    let mut summary = ActorSummary::default();
    for record in records {
        let text = record.to_string();
        let record = Record::parse(&text).unwrap();
        summary.add(&record, &Actor::of(&record));
    }
    summary
}

#[test]
fn a_summary_counts() {
    let mut records: Vec<Value> = (0..100).map(call).collect();
    records[1]["errorCode"] = json!("Client.UnauthorizedOperation");
    records[2]["errorCode"] = json!("ThrottlingException");
    records[3]["sessionCredentialFromConsole"] = json!("true");
    records[4]["eventTime"] = json!("soon");
    records.push(json!({
        "eventName": "ConsoleLogin", "eventType": "AwsConsoleSignIn",
        "errorMessage": "Failed authentication", "additionalEventData": {"MFAUsed": "No"},
        "userIdentity": {"type": "IAMUser", "userName": "mary.major"},
        "eventTime": "2026-03-11T03:00:00Z",
    }));
    let whole = summary(&records);
    assert_eq!(whole.first, "2026-03-11T02:00:00Z".parse().ok());
    assert_eq!(whole.last, "2026-03-11T03:00:00Z".parse().ok());
    assert_eq!((whole.events, whole.undated, whole.writes), (101, 1, 50));
    assert_eq!((whole.errors, whole.denials), (3, 2));
    assert_eq!((whole.console, whole.keys), (2, 99));
    assert_eq!((whole.mfa.not_used, whole.mfa.unstated), (1, 100));
    assert_eq!(
        whole.regions.values().collect::<Vec<_>>(),
        [("eu-west-1", 100)]
    );
    assert_eq!(
        (whole.addresses.values().count(), whole.addresses.others()),
        (32, 68)
    );
    for at in [0, 3, 50, 101] {
        let mut merged = summary(&records[at..]);
        merged.merge(&summary(&records[..at]));
        assert_eq!(merged, whole);
    }
}
