use trailseal_forensics::Record;
use trailseal_forensics::antiforensics::{Holdings, classify};
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::verdict::{Code, Subject};

use super::*;
use crate::render::forensic::sample::{self, BACKDOOR, UNRECORDED, query, sample, sessions};
use crate::render::forensic::whois_sentence;

fn proof(hit: &Hit) -> Option<Provenance> {
    sample().all.proofs.get(hit.id.as_ref()?).cloned()
}

fn origin(hit: &Hit) -> Option<String> {
    let key = match hit.actor.text.as_str() {
        "arn:aws:iam::444455556666:user/svc-metrics-sync" => BACKDOOR,
        "arn:aws:iam::111122223333:user/backup-operator" => UNRECORDED,
        "arn:aws:sts::111122223333:assumed-role/DeployRole/ci-run-8841" => "ASIAPLJEXVJ35EXAMPLE",
        _ => return None,
    };
    let answer = sessions(&sample().verified).whois(&query(key));
    Some(whois_sentence(&answer.query, &answer.chains[0]))
}

fn view<'a>(story: &'a Story, findings: &'a [Finding]) -> StoryView<'a> {
    StoryView {
        story,
        findings,
        proof: &proof,
        origin: &origin,
    }
}

fn told(story: &Story, findings: &[Finding]) -> String {
    sample::text(|page| story_text(page, view(story, findings)))
}

#[test]
fn the_samples_story_in_order_of_time() {
    let sample = sample();
    let text = told(&sample.verified.story(), &sample.findings);
    assert!(
        text.starts_with(
            "HARMED     8 acts against evidence: 4 lasting, 1 undone and 3 refused or failed"
        ),
        "{text}"
    );
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"));
    let order = [
        at("2026-03-11T04:02:19Z REFUSED, trail-deleted"),
        at("none; if done, it blinds all that a trail records"),
        at("refused (NotOrganizationMasterAccountException)"),
        at("2026-03-11T04:05:30Z REFUSED, guardduty-off"),
        at("2026-03-11T04:21:33Z UNDONE, trail-logging-stopped"),
        at("2026-03-11T04:21:33Z to 2026-03-11T04:27:52Z (6 min 19 s)"),
        at("undone by StartLogging at 2026-03-11T04:27:52Z"),
        at("T1562.008, since version 19 T1685.002\n      = event 86ff9d69"),
        at("2026-03-11T05:06:44Z LASTING, log-object-written"),
        at("found     log-hash-mismatch: the event names this very object"),
        at("found     log-absent"),
        at("found     digest-absent"),
        at("found     log-unreferenced"),
        at("UNEXPLAINED  none"),
        at("Besides, 3 log-unvouched"),
        at("WHAT SURVIVES ELSEWHERE"),
        at("Event history keeps"),
    ];
    assert!(order.is_sorted(), "{order:?} {text}");
    assert!(text.contains("from 203.0.113.77"), "{text}");
    assert!(!text.contains("may be forged"), "{text}");
    assert!(text.contains("behind it AKIAA3BY5HLGCEXAMPLE is a key of user backup-operator"));
    assert!(
        text.contains("behind it the same as behind act 1"),
        "{text}"
    );
}

#[test]
fn what_nothing_explains_is_listed() {
    let interval = Interval::new(
        "2026-03-11T01:12:40Z".parse().unwrap(),
        "2026-03-11T05:12:40Z".parse().unwrap(),
    );
    let chain = "444455556666/eu-west-1/org-trail@us-east-1/hourly";
    let finding = Finding::about(Code::ChainRestart, Subject::Scope(None, None), "")
        .in_chain(chain)
        .during(interval);
    let text = told(&Story::default(), &[finding]);
    assert!(
        text.starts_with("NOTHING    no event on record blinds"),
        "{text}"
    );
    assert!(
        text.contains("UNEXPLAINED  1 finding of the verifier"),
        "{text}"
    );
    assert!(
        text.contains(&format!("chain-restart {chain}, 2026-03-11T01:12:40Z to")),
        "{text}"
    );
}

#[test]
fn what_an_event_explains_in_part_is_listed_too() {
    let stop = |time: &str, name: &str| {
        let record = format!(
            r#"{{"eventTime":"{time}","eventID":"{name}","eventSource":"cloudtrail.amazonaws.com","eventName":"{name}","awsRegion":"us-east-1","recipientAccountId":"444455556666","requestParameters":{{"name":"org-trail"}}}}"#
        );
        classify(&Record::parse(&record).unwrap()).unwrap()
    };
    let hits = [
        stop("2026-03-11T01:10:00Z", "StopLogging"),
        stop("2026-03-11T02:10:00Z", "StartLogging"),
    ];
    let story = Story::of(hits, &Holdings::default());
    let interval = Interval::new(
        "2026-03-11T01:12:40Z".parse().unwrap(),
        "2026-03-11T05:12:40Z".parse().unwrap(),
    );
    let finding = Finding::about(Code::ChainRestart, Subject::Scope(None, None), "")
        .in_chain("444455556666/eu-west-1/org-trail@us-east-1/hourly")
        .during(interval);
    let text = told(&story, &[finding]);
    assert!(text.contains("found     chain-restart"), "{text}");
    assert!(
        text.contains("left unexplained: 2026-03-11T03:10:00Z to 2026-03-11T05:12:40Z (2 h 2 min)"),
        "{text}"
    );
}

#[test]
fn the_document_ties_acts_and_findings() {
    let sample = sample();
    let story = sample.verified.story();
    let view = view(&story, &sample.findings);
    let document = sample::json(|about| story_json(view, about));
    assert_eq!(document["schema"], "trailseal-antiforensics/1");
    let acts = document["acts"].as_array().unwrap();
    let ends: Vec<&str> = acts
        .iter()
        .map(|act| act["end"].as_str().unwrap())
        .collect();
    assert_eq!(
        ends,
        [
            "not-done", "not-done", "not-done", "undone", "lasting", "lasting", "lasting",
            "lasting"
        ]
    );
    let stop = &acts[3];
    assert_eq!(stop["undone_by"]["event"]["text"], "StartLogging");
    assert_eq!(stop["harmed"]["end"], "2026-03-11T04:27:52Z");
    assert_eq!(stop["attack"]["new"], "T1685.002");
    assert_eq!(stop["witnesses"][0], "event-history");
    let crime = &acts[4];
    assert_eq!(crime["findings"][0]["code"], "log-hash-mismatch");
    assert_eq!(crime["findings"][0]["basis"], "same-object");
    assert_eq!(crime["proof"]["answer"], "verified");
    assert_eq!(document["unexplained"].as_array().unwrap().len(), 0);
    assert_eq!(document["not_asked"].as_array().unwrap().len(), 3);
}

#[test]
fn hostile_acts_stay_in_their_place() {
    let evil = "x\\u001b[2J\\u202e\\n  1 REFUSED ".repeat(1000);
    let arns = format!(
        r#"{{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::b/AWSLogs/1/CloudTrail/{evil}"}},"#
    );
    let record = format!(
        r#"{{"eventID":"{evil}","eventSource":"s3.amazonaws.com","eventName":"DeleteObjects","awsRegion":"{evil}","sourceIPAddress":"{evil}","recipientAccountId":"{evil}","userIdentity":{{"arn":"{evil}"}},"requestParameters":{{"bucketName":"b"}},"resources":[{}]}}"#,
        arns.repeat(1500).trim_end_matches(',')
    );
    let hit = classify(&Record::parse(&record).unwrap()).unwrap();
    let story = Story::of([hit], &Holdings::default());
    assert!(!story.chapters().is_empty());
    let text = told(&story, &[]);
    assert!(
        text.contains("more targets") && text.len() < 20_000,
        "{text}"
    );
    assert_eq!(text.matches(" 1 REFUSED").count(), 0, "{text}");
}
