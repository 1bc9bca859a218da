//! The story of the sample (`test-vectors/sample/STORY.md`), found again.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::value::RawValue;
use trailseal_forensics::Record;
use trailseal_forensics::session::{Deed, End, Graph, IssueKind, Query};

use super::support::{steps, tree, whois};

const STOLEN: &str = "AKIACIDEPLOY2EXAMPLE";
const BACKDOOR: &str = "AKIAR36EHLPNCEXAMPLE";
const UNRECORDED: &str = "AKIAA3BY5HLGCEXAMPLE";
/// Says who made the key that nobody is on record to have made.
const PLANTED: &str = "20260311T0430Z_O0T5epZtK0Mcs0Gu";

/// The logs of the sample, with their paths.
fn logs() -> &'static [(String, Log)] {
    static LOGS: OnceLock<Vec<(String, Log)>> = OnceLock::new();
    LOGS.get_or_init(read)
}

#[derive(serde::Deserialize)]
struct Log {
    #[serde(rename = "Records")]
    records: Vec<Box<RawValue>>,
}

fn read() -> Vec<(String, Log)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../test-vectors/sample/example-org-cloudtrail-logs/AWSLogs");
    let mut folders: Vec<PathBuf> = vec![root];
    let mut logs = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            let name = path.to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name.contains("_CloudTrail_") {
                let mut text = String::new();
                let stored = std::fs::File::open(&path).unwrap();
                let mut inflated = flate2::read::GzDecoder::new(stored);
                inflated.read_to_string(&mut text).unwrap();
                logs.push((name, serde_json::from_str(&text).unwrap()));
            }
        }
    }
    logs.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(logs.len(), 451);
    logs
}

/// Each log a graph of its own, as in a parallel run, then merged.
fn graph(keep: impl Fn(&str) -> bool) -> Graph<String> {
    let mut graph = Graph::default();
    for (path, log) in logs() {
        if !keep(path) {
            continue;
        }
        let name = path.rsplit('/').next().unwrap().to_owned();
        let mut part = Graph::default();
        for record in &log.records {
            part.add(&Record::parse(record.get()).unwrap(), name.clone());
        }
        graph.merge(part);
    }
    assert!(graph.cut().is_nothing());
    graph
}

#[test]
fn the_backdoor_key_leads_back_to_the_stolen_one() {
    let graph = graph(|_| true);
    let chain = whois(&graph, BACKDOOR);
    assert_eq!(
        steps(&chain),
        [
            "svc-metrics-sync used AKIAR36EHLPNCEXAMPLE",
            "org-sync CreateAccessKey (Credential, Strong)",
            "org-sync used ASIAQPXRZYB5CEXAMPLE (Credential, Strong)",
            "ci-run-8841 AssumeRole (Credential, Strong)",
            "ci-run-8841 used ASIAPLJEXVJ35EXAMPLE (Credential, Strong)",
            "ci-deploy AssumeRole (Credential, Strong)",
            "ci-deploy used AKIACIDEPLOY2EXAMPLE (Credential, Strong)",
        ]
    );
    assert!(matches!(&chain.end, End::LongTermKey { credential } if credential.as_str() == STOLEN));
    let ids = |step: usize| -> Vec<&str> {
        let events = chain.steps[step].events.iter();
        events.map(|event| event.id.as_deref().unwrap()).collect()
    };
    assert_eq!(ids(1), ["c485acca-e819-497d-b6a1-7a9b93e5b733"]);
    // Both accounts' copies of the step across.
    assert_eq!(
        ids(3),
        [
            "18000691-4980-48d0-b7bf-9bbf578d6bce",
            "781ab1e6-8702-463e-895f-e5704e3866df",
        ]
    );
    assert_eq!(ids(5), ["4606f4ec-5ce3-493c-8117-95dba2560472"]);
}

#[test]
fn what_followed_from_the_stolen_key() {
    let graph = graph(|_| true);
    let traced = graph.resolve().trace(&Query::parse(STOLEN).unwrap());
    let lines = tree(&traced);
    let start = lines
        .iter()
        .position(|line| line.contains("ASIAPLJEXVJ35EXAMPLE"));
    let start = start.unwrap();
    assert_eq!(
        lines[start..start + 5],
        [
            "    ci-run-8841 used ASIAPLJEXVJ35EXAMPLE (Credential, Strong)",
            "      ci-run-8841 AssumeRole (Credential, Strong)",
            "        org-sync used ASIAQPXRZYB5CEXAMPLE (Credential, Strong)",
            "          org-sync CreateAccessKey (Credential, Strong)",
            "            svc-metrics-sync used AKIAR36EHLPNCEXAMPLE (Credential, Strong)",
        ]
    );
    // The key is used by the pipelines too: one session a run, and what they
    // chain into production.
    let runs = lines
        .iter()
        .filter(|line| line.starts_with("  ci-deploy AssumeRole"));
    assert_eq!(runs.count(), 12);
    assert!(lines.iter().all(|line| !line.contains("mary.major")));
    assert!(lines.iter().all(|line| !line.contains("backup-operator")));
}

#[test]
fn the_key_without_a_recorded_origin() {
    let without = graph(|path| !path.contains(PLANTED));
    let chain = whois(&without, UNRECORDED);
    assert_eq!(steps(&chain), ["backup-operator used AKIAA3BY5HLGCEXAMPLE"]);
    assert!(matches!(chain.end, End::LongTermKey { .. }));

    // The planted log blames someone. Its events say where they come from, and
    // no record issues the session that it shows.
    let with = graph(|_| true);
    let chain = whois(&with, UNRECORDED);
    assert_eq!(
        steps(&chain)[1],
        "mary.major CreateAccessKey (Credential, Strong)"
    );
    assert!(
        chain.steps[1..]
            .iter()
            .flat_map(|step| &step.events)
            .all(|event| event.at.contains(PLANTED))
    );
    assert_eq!(chain.end, End::NotOnRecord);
}

#[test]
fn every_other_way_in() {
    let graph = graph(|path| !path.contains(PLANTED));
    let sessions = graph.resolve();
    let end = |asked: &str| -> Vec<End> {
        let answer = sessions.whois(&Query::parse(asked).unwrap());
        answer.chains.into_iter().map(|chain| chain.end).collect()
    };
    // AssumeRoot by an administrator who came through SAML.
    let root = whois(&graph, "ASIAAZ5U226RQEXAMPLE");
    assert_eq!(
        steps(&root)[1..4],
        [
            "saanvi.sarkar AssumeRoot (Credential, Strong)",
            "saanvi.sarkar used ASIAOR37ZA6EBEXAMPLE (Credential, Strong)",
            "saanvi.sarkar AssumeRoleWithSaml (Credential, Strong)",
        ]
    );
    assert!(
        matches!(root.end, End::Subject { .. }),
        "no Federate within seconds of it"
    );
    // Root's session of the console.
    let root = whois(&graph, "ASIAOQU6UJILHEXAMPLE");
    assert_eq!(
        steps(&root)[1],
        "arn:aws:iam::111122223333:root ConsoleLogin (ArnAndTime, Likely)"
    );
    assert_eq!(root.end, End::SignIn);
    // A session token, a federation token, a role switched in the console.
    assert!(matches!(
        &end("ASIA734ZJ55BMEXAMPLE")[..],
        [End::LongTermKey { .. }]
    ));
    assert!(matches!(
        &end("ASIASYBWTM6RCEXAMPLE")[..],
        [End::LongTermKey { .. }]
    ));
    let switched = whois(&graph, "ASIAPDC2FKLYUEXAMPLE");
    assert_eq!(
        steps(&switched)[1],
        "mary.major SwitchRole (Credential, Strong)"
    );
    // Pods.
    let pods = end("botocore-session-orders");
    assert!(!pods.is_empty() && pods.iter().all(|end| matches!(end, End::Subject { .. })));
}

#[test]
fn each_kind_of_issue_as_often_as_the_sample_holds_it() {
    let graph = graph(|path| !path.contains(PLANTED));
    let count = |kind| graph.issues().filter(|issue| issue.kind == kind).count();
    for (kind, expected) in [
        (IssueKind::AssumeRoleWithSaml, 14),
        (IssueKind::AssumeRoleWithWebIdentity, 96),
        (IssueKind::AssumeRoot, 1),
        (IssueKind::GetSessionToken, 2),
        (IssueKind::GetFederationToken, 7),
        (IssueKind::SwitchRole, 2),
        (IssueKind::CreateAccessKey, 1),
        (IssueKind::IdentityCenter, 9),
        // Of 770 that were granted, 12 are another account's copy.
        (IssueKind::AssumeRole, 758),
    ] {
        assert_eq!(count(kind), expected, "{kind:?}");
    }
    let contradictions = graph.issues().filter(|issue| issue.is_contradictory());
    assert_eq!(contradictions.count(), 0);
}

#[test]
fn nothing_is_invented() {
    let graph = graph(|path| !path.contains(PLANTED));
    let sessions = graph.resolve();
    for (at, usage) in sessions.uses().iter().enumerate() {
        for link in &sessions.origin(at).unwrap().found {
            let issue = sessions.issues()[link.to];
            assert!(issue.time <= usage.first.time, "{usage:?} before {issue:?}");
            if let (Some(issued), Some(used)) = (&issue.credential, &usage.actor.credential) {
                assert_eq!(issued, used);
            }
        }
    }
    let ids: BTreeSet<&str> = graph.uses().map(|it| it.actor.id.as_str()).collect();
    for id in ids {
        let answer = sessions.whois(&Query::parse(id).unwrap());
        for step in answer.chains.iter().flat_map(|chain| &chain.steps) {
            if let Deed::Issued { contradictory, .. } = step.deed {
                assert!(!contradictory);
            }
        }
    }
}
