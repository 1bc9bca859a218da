use trailseal_forensics::provenance::{Location, Outcome, Unverified};
use trailseal_forensics::reader::Limits;
use trailseal_forensics::session::Graph;

use super::*;
use crate::render::forensic::sample::{self, BACKDOOR, STOLEN, query, sample, sessions};

fn told(asked: &str) -> String {
    let tree = sessions(&sample().verified).trace(&query(asked));
    sample::text(|page| trace_text(page, &tree))
}

#[test]
fn the_stolen_key_leads_into_production() {
    let text = told(STOLEN);
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let run = |part: &str| {
        let found = lines.iter().position(|line| line.contains(part));
        found.unwrap_or_else(|| panic!("{part}: {text}"))
    };
    let order = [
        run("user ci-deploy (111122223333)"),
        run("AKIACIDEPLOY2EXAMPLE: 30 events until"),
        run("= 2026-03-11T02:31:11Z session ci-run-8841 of role ci/DeployRole (111122223333)"),
        run("AssumeRole gave ASIAPLJEXVJ35EXAMPLE: 6 events until 2026-03-11T04:27:52Z"),
        run("= 2026-03-11T02:36:45Z session org-sync of role OrganizationAccountAccessRole"),
        run("= 2026-03-11T02:45:02Z user svc-metrics-sync (444455556666)"),
        run("CreateAccessKey gave AKIAR36EHLPNCEXAMPLE: 26 events until 2026-03-11T04:05:30Z"),
    ];
    assert!(order.is_sorted(), "{text}");
    assert!(text.contains("VERIFIED   from AKIACIDEPLOY2EXAMPLE: 210 events of 26 keys"));
    assert!(
        !text.contains("mary.major") && !text.contains("backup-operator"),
        "{text}"
    );
}

#[test]
fn a_key_that_issued_nothing_is_one_entry() {
    let text = told(BACKDOOR);
    assert!(
        text.starts_with("VERIFIED   from AKIAR36EHLPNCEXAMPLE: "),
        "{text}"
    );
    assert!(
        text.contains("of 1 key or session in 444455556666"),
        "{text}"
    );
}

#[test]
fn the_deepest_tree_stays_on_the_page() {
    let session = |number: u32| {
        format!(
            r#"{{"type":"AssumedRole","principalId":"AROADBQP57FF2AEXAMPLE:hop-{number}","arn":"arn:aws:sts::111122223333:assumed-role/Deploy/hop-{number}","accountId":"111122223333","accessKeyId":"ASIA{number:016}"}}"#
        )
    };
    let hop = |number: u32| {
        let next = number + 1;
        format!(
            r#"{{"eventTime":"2026-03-10T10:00:{:02}Z","eventID":"e-{number}","eventSource":"sts.amazonaws.com","eventName":"AssumeRole","recipientAccountId":"111122223333","userIdentity":{},"requestParameters":{{"roleArn":"arn:aws:iam::111122223333:role/Deploy","roleSessionName":"hop-{next}"}},"responseElements":{{"credentials":{{"accessKeyId":"ASIA{next:016}"}},"assumedRoleUser":{{"assumedRoleId":"AROADBQP57FF2AEXAMPLE:hop-{next}","arn":"arn:aws:sts::111122223333:assumed-role/Deploy/hop-{next}"}}}}}}"#,
            number % 60,
            session(number)
        )
    };
    let content = format!("[{}]", (0..59).map(hop).collect::<Vec<_>>().join(","));
    let mut graph = Graph::default();
    let file = Location::File("forged.json".to_owned());
    Unverified::new(file, content.as_bytes(), None).events(&Limits::default(), |outcome| {
        if let Outcome::Event(event) = outcome {
            graph.add(event.record(), event.provenance().clone());
        }
    });
    let tree = graph.resolve().trace(&query("ASIA0000000000000000"));
    let text = sample::text(|page| trace_text(page, &tree));
    assert!(
        text.starts_with("UNCHECKED  from ASIA0000000000000000"),
        "{text}"
    );
    assert!(text.contains("(level 25)"), "{text}");
    assert!(text.contains("left out"), "{text}");
}

#[test]
fn nothing_is_said_to_be_nothing() {
    let text = told("AKIAIOSFODNN7EXAMPLE");
    assert!(text.starts_with("NOT FOUND  no record"), "{text}");
}

#[test]
fn the_document_is_the_whole_tree() {
    let tree = sessions(&sample().verified).trace(&query(STOLEN));
    let document = sample::json(|about| trace_json(&tree, about));
    assert_eq!(document["schema"], "trailseal-trace/1");
    assert_eq!(
        document["roots"][0]["followed"].as_array().unwrap().len(),
        12
    );
    assert_eq!(document["answer"], "verified");
    assert_eq!(document["roots"][0]["step"]["deed"]["kind"], "used");
}
