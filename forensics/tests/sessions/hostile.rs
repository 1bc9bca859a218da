//! Records made to mislead or to overwhelm.

use proptest::prelude::*;
use serde_json::{Value, json};
use trailseal_forensics::Record;
use trailseal_forensics::session::{Confidence, End, Graph, Limits, Query};

use super::support::{assumed, graph, record, role, tree, user, with};

fn key(at: usize) -> String {
    format!("ASIA{at:012}EXAMPLE")
}

/// Session `at` assumes session `at + 1`, and the last one the first.
fn circle(length: usize) -> Vec<Value> {
    (0..length)
        .map(|at| {
            let next = (at + 1) % length;
            let asked = record(
                "sts:AssumeRole",
                "02:00:00",
                role(&at.to_string(), &key(at), "02:00:00"),
            );
            let asked = with(asked, assumed(&next.to_string(), &key(next)));
            with(asked, json!({"eventID": format!("{at:05}")}))
        })
        .collect()
}

#[test]
fn circles_end() {
    for length in [1, 2, 5] {
        let graph = graph(&circle(length));
        let sessions = graph.resolve();
        let query = Query::parse(&key(0)).unwrap();
        let chain = sessions.whois(&query).chains.remove(0);
        // A session that assumes itself is not taken for its own origin.
        let end = if length == 1 {
            End::NotOnRecord
        } else {
            End::Circle
        };
        assert_eq!(chain.end, end);
        assert_eq!(tree(&sessions.trace(&query)).len(), 2 * length);
    }
}

#[test]
fn chains_without_end_are_cut() {
    let mut records = circle(200);
    records.pop();
    let graph = graph(&records);
    let sessions = graph.resolve();
    let last = sessions.whois(&Query::parse(&key(199)).unwrap());
    assert_eq!(last.chains[0].end, End::TooLong);
    let traced = sessions.trace(&Query::parse(&key(0)).unwrap());
    let mut branch = &traced.roots[0];
    while let Some(next) = branch.followed.first() {
        branch = next;
    }
    assert_eq!(branch.left_out, 1);
}

#[test]
fn what_is_too_much_is_said() {
    let limits = Limits {
        credentials: 10,
        variants: 2,
        issues: 5,
    };
    let records: Vec<Value> = (0..100)
        .map(|at| {
            let asked = record("sts:AssumeRole", "02:00:00", user(&key(at % 50)));
            let asked = with(asked, assumed("a", &key(at)));
            with(asked, json!({"eventID": format!("{at:05}")}))
        })
        .collect();
    let of = |records: &[Value]| {
        let mut graph = Graph::new(limits);
        for record in records {
            let text = record.to_string();
            graph.add(&Record::parse(&text).unwrap(), text.len());
        }
        graph
    };
    let whole = of(&records);
    assert_eq!((whole.uses().count(), whole.issues().count()), (10, 5));
    let cut = whole.cut();
    assert_eq!((cut.uses, cut.issues, cut.undated), (80, 95, 0));
    for at in [0, 1, 33, 99] {
        let mut merged = of(&records[at..]);
        merged.merge(of(&records[..at]));
        assert_eq!(merged.cut(), cut);
        assert!(merged.uses().eq(whole.uses()));
        assert!(merged.issues().eq(whole.issues()));
    }
}

#[test]
fn many_sessions_of_one_key_and_one_arn_are_bounded() {
    let mut records = Vec::new();
    for at in 0..5_000 {
        let time = format!("02:{:02}:{:02}", at / 60 % 60, at % 60);
        let session = role("same", "ASIAIOSFODNN7EXAMPLE", &time);
        records.push(record("s3:ListBuckets", &time, session));
        let issue = with(
            record("sts:AssumeRole", "02:00:00", json!({})),
            assumed("same", &key(at)),
        );
        records.push(with(issue, json!({"eventID": format!("{at:05}")})));
    }
    let graph = graph(&records);
    assert_eq!(graph.uses().count(), Limits::default().variants);
    assert!(graph.cut().uses > 4_000);
    let sessions = graph.resolve();
    let links = sessions.origin(0).unwrap();
    assert_eq!((links.found.len(), links.candidates), (8, 256));
    assert!(
        links
            .found
            .iter()
            .all(|link| link.confidence == Confidence::Weak)
    );
    let answer = sessions.whois(&Query::parse("same").unwrap());
    assert_eq!(answer.chains.len(), 100);
    // All but the issue that six of the sessions may have come from.
    assert_eq!(answer.more, 16 + 4_999 - 100);
}

#[test]
fn without_a_time_nothing_is_placed() {
    let mut odd = with(
        record("sts:AssumeRole", "02:00:00", user(&key(1))),
        assumed("a", &key(2)),
    );
    odd["eventTime"] = json!("yesterday");
    let graph = graph(&[odd]);
    assert_eq!((graph.uses().count(), graph.issues().count()), (0, 0));
    assert_eq!(graph.cut().undated, 1);
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        Just(json!("")),
        Just(json!("AROADBQP57FF2AEXAMPLE:a")),
        Just(json!("arn:aws:iam::111122223333:role/a")),
        Just(json!("ASIAIOSFODNN7EXAMPLE")),
        Just(json!("2026-03-11T02:00:00Z")),
        Just(json!(7)),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map(
                prop_oneof![
                    Just("credentials"),
                    Just("accessKeyId"),
                    Just("assumedRoleUser"),
                    Just("assumedRoleId"),
                    Just("arn"),
                    Just("roleArn"),
                    Just("sessionContext"),
                    Just("attributes"),
                    Just("creationDate"),
                    Just("principalId"),
                    Just("type"),
                ],
                inner,
                0..5
            )
            .prop_map(|members| members
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v))
                .collect()),
        ]
    })
}

proptest! {
    #[test]
    fn no_record_makes_it_panic_and_parts_merge(
        bodies in prop::collection::vec(
            (json_value(), json_value(), json_value(), 0usize..15),
            1..12
        ),
        cut in 0usize..12,
    ) {
        const NAMES: [&str; 15] = [
            "sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity",
            "sts:AssumeRoot", "sts:GetSessionToken", "sts:GetFederationToken",
            "signin:GetSigninToken", "signin:ConsoleLogin", "signin:SwitchRole",
            "iam:CreateAccessKey", "cognito-identity:GetCredentialsForIdentity",
            "rolesanywhere:CreateSession", "eks-auth:AssumeRoleForPodIdentity", "sso:Federate",
            "s3:ListBuckets",
        ];
        let records: Vec<Value> = bodies
            .into_iter()
            .map(|(identity, request, response, name)| with(
                record(NAMES[name], "02:00:00", identity),
                json!({"requestParameters": request, "responseElements": response}),
            ))
            .collect();
        let cut = cut.min(records.len());
        let texts: Vec<String> = records.iter().map(Value::to_string).collect();
        let of = |range: std::ops::Range<usize>| {
            let mut graph = Graph::default();
            for at in range {
                graph.add(&Record::parse(&texts[at]).unwrap(), at);
            }
            graph
        };
        let whole = of(0..texts.len());
        let mut merged = of(cut..texts.len());
        merged.merge(of(0..cut));
        prop_assert!(merged.uses().eq(whole.uses()));
        prop_assert!(merged.issues().eq(whole.issues()));
        let sessions = whole.resolve();
        for asked in ["ASIAIOSFODNN7EXAMPLE", "AROADBQP57FF2AEXAMPLE", "a"] {
            let query = Query::parse(asked).unwrap();
            sessions.whois(&query);
            sessions.trace(&query);
        }
    }
}
