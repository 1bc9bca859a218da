use trailseal_forensics::Provenance;
use trailseal_forensics::provenance::{Location, Outcome, Unverified};
use trailseal_forensics::reader::Limits;
use trailseal_forensics::session::{Answer, Graph};

use super::*;
use crate::render::forensic::sample::{
    self, BACKDOOR, Reading, STOLEN, UNRECORDED, query, sample, sessions,
};

fn asked(reading: &Reading, about: &str) -> Answer<Provenance> {
    sessions(reading).whois(&query(about))
}

fn told(reading: &Reading, about: &str) -> String {
    let answer = asked(reading, about);
    sample::text(|page| whois_text(page, &answer))
}

/// Words as they were before lines were broken.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_backdoor_key_leads_back_to_the_stolen_one() {
    let text = told(&sample().verified, BACKDOOR);
    assert!(
        unwrapped(&text).starts_with(
            "VERIFIED AKIAR36EHLPNCEXAMPLE is a key of user svc-metrics-sync (444455556666), made by \
             session org-sync of role OrganizationAccountAccessRole (444455556666), assumed by \
             session ci-run-8841 of role DeployRole (111122223333), assumed by user ci-deploy \
             (111122223333) with key AKIACIDEPLOY2EXAMPLE; who made that key is not on record."
        ),
        "{text}"
    );
    assert!(text.contains("strong: the records state it"), "{text}");
    // Each issuing event with its log, both copies of the step across.
    for id in [
        "c485acca-e819-497d-b6a1-7a9b93e5b733",
        "18000691-4980-48d0-b7bf-9bbf578d6bce",
        "781ab1e6-8702-463e-895f-e5704e3866df",
        "4606f4ec-5ce3-493c-8117-95dba2560472",
    ] {
        assert!(text.contains(id), "{id}: {text}");
    }
    assert!(
        text.contains("444455556666_CloudTrail_us-east-1_20260311T0249Z_iyOHJH56fo3FIXNa.json.gz")
    );
}

#[test]
fn each_way_in_has_a_sentence() {
    let sentence = |about: &str| {
        let answer = asked(&sample().verified, about);
        whois_sentence(&answer.query, &answer.chains[0])
    };
    assert_eq!(
        sentence("ASIAPLJEXVJ35EXAMPLE"),
        "ASIAPLJEXVJ35EXAMPLE was session ci-run-8841 of role DeployRole (111122223333), assumed by \
         user ci-deploy (111122223333) with key AKIACIDEPLOY2EXAMPLE; who made that key is not on \
         record"
    );
    assert_eq!(
        sentence(STOLEN),
        "AKIACIDEPLOY2EXAMPLE is a key of user ci-deploy (111122223333); who made that key is not \
         on record"
    );
    for (about, part) in [
        // AssumeRoot by an administrator who came through SAML.
        (
            "ASIAAZ5U226RQEXAMPLE",
            "was root (444455556666), taken with AssumeRoot by",
        ),
        ("ASIAAZ5U226RQEXAMPLE", "assumed through SAML by"),
        (
            "ASIAOQU6UJILHEXAMPLE",
            "likely, ASIAOQU6UJILHEXAMPLE was root",
        ),
        (
            "ASIAOQU6UJILHEXAMPLE",
            "begun with a sign-in to the console by root",
        ),
        ("ASIA734ZJ55BMEXAMPLE", "asked for with GetSessionToken by"),
        (
            "ASIASYBWTM6RCEXAMPLE",
            "asked for with GetFederationToken by",
        ),
        ("ASIAPDC2FKLYUEXAMPLE", "switched to in the console by"),
        ("botocore-session-orders", "assumed with a web identity by"),
    ] {
        let sentence = sentence(about);
        assert!(sentence.contains(part), "{about}: {sentence}");
    }
}

#[test]
fn a_planted_log_blames_nobody_without_a_caution() {
    let text = told(&sample().verified, UNRECORDED);
    assert!(
        !text.contains("mary.major") && text.starts_with("VERIFIED"),
        "{text}"
    );

    let text = told(&sample().all, UNRECORDED);
    assert!(
        unwrapped(&text).starts_with(
            "UNCHECKED AKIAA3BY5HLGCEXAMPLE is a key of user backup-operator (111122223333), if \
             records that nothing vouches for are believed, made by user mary.major"
        ),
        "{text}"
    );
    assert!(
        text.contains("from step 2 on") && text.contains("log-unreferenced"),
        "{text}"
    );
}

#[test]
fn what_is_not_found_says_what_to_try() {
    let text = told(&sample().verified, "AKIAIOSFODNN7EXAMPLE");
    assert!(text.starts_with("NOT FOUND  no record that was read speaks of AKIAIOSFODNN7EXAMPLE"));
    assert!(text.contains("get-access-key-info"), "{text}");
}

#[test]
fn many_sessions_are_told_in_one_sentence_each() {
    let text = told(&sample().verified, "DeployRole");
    assert!(
        text.starts_with("SEVERAL    12 sessions of DeployRole, in order of time"),
        "{text}"
    );
    assert!(
        text.contains("6 events, 2026-03-11T02:32:02Z to 2026-03-11T04:27:52Z"),
        "{text}"
    );
}

#[test]
fn the_document_has_every_step_and_its_proof() {
    let answer = asked(&sample().all, UNRECORDED);
    let document = sample::json(|about| whois_json(&answer, about));
    assert_eq!(document["schema"], "trailseal-whois/1");
    assert_eq!(document["tool"]["name"], "trailseal");
    assert_eq!(document["evidence"]["verification"]["answer"], "failed");
    assert_eq!(document["query"]["text"], UNRECORDED);
    let chain = &document["chains"][0];
    assert_eq!(
        (&chain["answer"], &chain["confidence"]),
        (&"unchecked".into(), &"strong".into())
    );
    assert_eq!(chain["steps"][1]["deed"]["by"], "create-access-key");
    let proof = &chain["steps"][1]["events"][0]["at"];
    assert_eq!(proof["reason"], "log-unreferenced");
    assert_eq!(proof["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn hostile_text_stays_in_its_place() {
    let forged = "x\\u001b[2J\\u202e\\n  = proved by CloudTrail ";
    let evil = forged.repeat(10_000);
    // What is longer than any key or principal opens no session.
    let odd = forged.repeat(20);
    let content = format!(
        r#"{{"Records":[{{"eventTime":"2026-03-10T10:00:00Z","eventID":"{evil}","recipientAccountId":"{evil}","userIdentity":{{"type":"AssumedRole","principalId":"AROADBQP57FF2AEXAMPLE:{odd}","arn":"arn:aws:sts::111122223333:assumed-role/{evil}/x","accountId":"{evil}","accessKeyId":"ASIAIOSFODNN7EXAMPLE","sessionContext":{{"sourceIdentity":"{evil}"}}}}}}]}}"#
    );
    let file = Location::File("a\u{1b}[2J/".repeat(100_000));
    let mut graph = Graph::default();
    Unverified::new(file, content.as_bytes(), None).events(&Limits::default(), |outcome| {
        if let Outcome::Event(event) = outcome {
            graph.add(event.record(), event.provenance().clone());
        }
    });
    let answer = graph.resolve().whois(&query("ASIAIOSFODNN7EXAMPLE"));
    assert_eq!(answer.chains.len(), 1);
    let text = sample::text(|page| whois_text(page, &answer));
    assert!(text.len() < 20_000, "{}", text.len());
    assert!(
        text.contains(r#""x\u{1b}[2J\u{202e}\u{a}\u{20}\u{20}=\u{20}proved"#),
        "{text}"
    );
    let marks = text
        .lines()
        .filter(|line| line.trim_start().starts_with("= "));
    assert_eq!(marks.count(), 0, "{text}");
}
