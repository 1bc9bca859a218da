//! Anti-forensics: hits, their pairing, and what they explain.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code, which reads the sample"
)]

use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use jiff::Timestamp;
use trailseal_forensics::Record;
use trailseal_forensics::antiforensics::{
    Basis, End, Explanation, Hit, Holding, Holdings, Relevance, Story, Technique, classify, explain,
};
use trailseal_forensics::telling::Outcome;
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::verdict::{Code, Finding};

const BUCKET: &str = "example-org-cloudtrail-logs";
const CHAIN: &str = "o-exampleorgid/444455556666/eu-west-1/org-trail@us-east-1/hourly";
const TRAIL: &str = "arn:aws:cloudtrail:us-east-1:111122223333:trail/org-trail";

fn hit(time: &str, source: &str, name: &str, request: &str, rest: &str) -> Hit {
    let json = format!(
        r#"{{"eventTime":"{time}","eventID":"{time}-{name}","eventSource":"{source}.amazonaws.com","eventName":"{name}","awsRegion":"us-east-1","recipientAccountId":"111122223333","userIdentity":{{"arn":"arn:aws:iam::111122223333:user/x"}},"requestParameters":{request}{rest}}}"#
    );
    classify(&Record::parse(&json).unwrap()).unwrap()
}

fn on_trail(time: &str, name: &str) -> Hit {
    hit(
        time,
        "cloudtrail",
        name,
        &format!(r#"{{"name":"{TRAIL}"}}"#),
        "",
    )
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn about(code: Code, from: &str, to: &str) -> Finding {
    Finding::on(code, object("AWSLogs/x.json.gz"), "")
        .in_chain(CHAIN)
        .during(Interval::new(time(from), time(to)))
}

fn object(key: &str) -> ObjectRef {
    ObjectRef::new(BUCKET.parse().unwrap(), key)
}

#[test]
fn stop_and_start_are_paired_by_trail_whatever_its_spelling() {
    let other = hit(
        "2026-03-11T01:30:00Z",
        "cloudtrail",
        "StartLogging",
        r#"{"name":"other"}"#,
        "",
    );
    let by_name = hit(
        "2026-03-11T02:00:00Z",
        "cloudtrail",
        "StartLogging",
        r#"{"name":"org-trail"}"#,
        "",
    );
    let story = Story::of(
        [
            by_name,
            other.clone(),
            on_trail("2026-03-11T01:00:00Z", "StopLogging"),
        ],
        &Holdings::default(),
    );
    let [chapter] = story.chapters() else {
        panic!("{story:?}");
    };
    assert_eq!(chapter.technique, Technique::TrailLoggingStopped);
    assert_eq!(chapter.end, End::Undone(1));
    let harmed = story.harmed(chapter).unwrap();
    assert_eq!(
        harmed.to_string(),
        "2026-03-11T01:00:00Z to 2026-03-11T02:00:00Z"
    );
    assert_eq!(story.loose_ends(), [other]);
}

#[test]
fn what_is_never_undone_stays_open_and_what_was_refused_never_begins() {
    let refused = hit(
        "2026-03-11T00:10:00Z",
        "cloudtrail",
        "StopLogging",
        r#"{"name":"org-trail"}"#,
        r#","errorCode":"AccessDenied""#,
    );
    assert!(matches!(refused.outcome, Outcome::Refused(_)));
    let story = Story::of(
        [on_trail("2026-03-11T01:00:00Z", "DeleteTrail"), refused],
        &Holdings::default(),
    );
    let ends: Vec<End> = story.chapters().iter().map(|chapter| chapter.end).collect();
    assert_eq!(ends, [End::NotDone, End::Open]);
    assert_eq!(story.harmed(&story.chapters()[0]), None);
    assert_eq!(
        story.harmed(&story.chapters()[1]).unwrap().end,
        Timestamp::MAX
    );
}

#[test]
fn one_update_may_do_several_things() {
    let update = hit(
        "2026-03-11T01:00:00Z",
        "cloudtrail",
        "UpdateTrail",
        r#"{"name":"org-trail","enableLogFileValidation":false,"isMultiRegionTrail":false}"#,
        "",
    );
    let techniques: Vec<Technique> = update.harms().map(|act| act.technique).collect();
    assert_eq!(
        techniques,
        [Technique::TrailValidationOff, Technique::TrailSingleRegion]
    );
    assert!(
        Technique::TrailValidationOff
            .undone_by()
            .eq(["UpdateTrail"])
    );
}

#[test]
fn the_same_event_counts_once() {
    let shared = r#","sharedEventID":"s-1""#;
    let key = r#"{"keyId":"k"}"#;
    let one = hit("2026-03-11T01:00:00Z", "kms", "DisableKey", key, shared);
    let mut copy = one.clone();
    copy.id = Some("another".to_owned());
    let story = Story::of([one.clone(), copy, one], &Holdings::default());
    assert_eq!(story.chapters().len(), 1);
}

#[test]
fn what_matters_only_for_log_buckets_depends_on_what_is_known() {
    let delete = |bucket: &str| {
        let request = format!(r#"{{"bucketName":"{bucket}"}}"#);
        hit(
            &format!("2026-03-11T01:00:00.{}Z", bucket.len()),
            "s3",
            "DeleteBucketPolicy",
            &request,
            "",
        )
    };
    let hits = || [delete(BUCKET), delete("others")];
    let relevances = |holdings: &Holdings| -> Vec<Relevance> {
        let story = Story::of(hits(), holdings);
        story
            .chapters()
            .iter()
            .map(|chapter| chapter.relevance)
            .collect()
    };
    assert_eq!(
        relevances(&Holdings::default()),
        [Relevance::Possible, Relevance::Possible]
    );
    let arn = format!("arn:aws:s3:::{BUCKET}");
    let known = Holdings::default().knowing(Holding::LogBucket, [arn.as_str()]);
    assert_eq!(relevances(&known), [Relevance::Certain]);
}

#[test]
fn a_restart_is_explained_by_the_stop_before_it() {
    let story = Story::of(
        [
            on_trail("2026-03-11T01:10:00Z", "StopLogging"),
            on_trail("2026-03-11T05:10:00Z", "StartLogging"),
        ],
        &Holdings::default(),
    );
    let restart = about(
        Code::ChainRestart,
        "2026-03-11T01:12:40Z",
        "2026-03-11T05:12:40Z",
    );
    let explanation = explain(&restart, &story);
    assert_eq!(
        explanation.phrase().to_string(),
        "explained by StopLogging by arn:aws:iam::111122223333:user/x at 2026-03-11T01:10:00Z, \
         undone by StartLogging at 2026-03-11T05:10:00Z"
    );
    let longer = about(
        Code::ChainRestart,
        "2026-03-11T01:12:40Z",
        "2026-03-11T09:12:40Z",
    );
    assert_eq!(
        explain(&longer, &story).phrase().to_string(),
        "explained by StopLogging by arn:aws:iam::111122223333:user/x at 2026-03-11T01:10:00Z, \
         undone by StartLogging at 2026-03-11T05:10:00Z; \
         unexplained: 2026-03-11T06:10:00Z to 2026-03-11T09:12:40Z"
    );
    let elsewhere = about(
        Code::ChainRestart,
        "2026-03-12T01:12:40Z",
        "2026-03-12T05:12:40Z",
    );
    assert!(matches!(
        explain(&elsewhere, &story),
        Explanation::Unexplained
    ));
    let mut others = restart;
    others.chain = Some(CHAIN.replace("org-trail", "other-trail"));
    assert!(matches!(explain(&others, &story), Explanation::Unexplained));
}

#[test]
fn old_harms_without_an_end_explain_nothing_new() {
    let policy = format!(r#"{{"bucketName":"{BUCKET}"}}"#);
    let story = Story::of(
        [
            on_trail("2026-01-01T00:00:00Z", "StopLogging"),
            hit("2026-01-02T00:00:00Z", "s3", "PutBucketPolicy", &policy, ""),
            hit("2026-05-02T00:00:00Z", "s3", "DeleteBucket", &policy, ""),
        ],
        &Holdings::default(),
    );
    for code in [Code::ChainRestart, Code::WindowHole, Code::TailUncovered] {
        let later = about(code, "2026-03-11T01:12:40Z", "2026-03-11T05:12:40Z");
        assert!(
            matches!(explain(&later, &story), Explanation::Unexplained),
            "{code}"
        );
    }
    let then = about(
        Code::TailUncovered,
        "2026-01-01T00:12:40Z",
        "2026-03-11T05:12:40Z",
    );
    assert!(matches!(
        explain(&then, &story),
        Explanation::Explained { .. }
    ));
}

#[test]
fn refused_stops_explain_nothing() {
    let refused = hit(
        "2026-03-11T01:10:00Z",
        "cloudtrail",
        "StopLogging",
        &format!(r#"{{"name":"{TRAIL}"}}"#),
        r#","errorCode":"AccessDenied""#,
    );
    let story = Story::of([refused], &Holdings::default());
    let tail = about(
        Code::TailUncovered,
        "2026-03-11T01:12:40Z",
        "2026-03-12T00:00:00Z",
    );
    assert!(matches!(explain(&tail, &story), Explanation::Unexplained));
}

#[test]
fn tails_heads_and_gaps_have_explanations_of_their_own() {
    let policy = format!(r#"{{"bucketName":"{BUCKET}"}}"#);
    let digest = |hour: &str| {
        let key = format!(
            "AWSLogs/o-exampleorgid/444455556666/CloudTrail-Digest/eu-west-1/2026/03/11/444455556666_CloudTrail-Digest_eu-west-1_org-trail_us-east-1_20260311T{hour}1240Z.json.gz"
        );
        let request = format!(r#"{{"bucketName":"{BUCKET}","key":"{key}"}}"#);
        hit(
            &format!("2026-03-11T20:00:{hour}Z"),
            "s3",
            "DeleteObject",
            &request,
            "",
        )
    };
    let story = Story::of(
        [
            on_trail("2026-03-10T00:00:45Z", "StartLogging"),
            hit(
                "2026-03-11T12:00:00Z",
                "s3",
                "DeleteBucketPolicy",
                &policy,
                "",
            ),
            digest("03"),
            digest("09"),
        ],
        &Holdings::default(),
    );
    let basis = |finding: &Finding| match explain(finding, &story) {
        Explanation::Explained { causes, .. } | Explanation::Possible { causes } => {
            causes.iter().map(|cause| cause.basis).collect()
        }
        Explanation::Unexplained | Explanation::NotAsked => Vec::new(),
    };
    let head = about(
        Code::HeadUncovered,
        "2026-03-09T00:00:00Z",
        "2026-03-10T00:01:31Z",
    );
    assert_eq!(basis(&head), [Basis::Beginning]);
    let tail = about(
        Code::TailUncovered,
        "2026-03-11T12:12:40Z",
        "2026-03-12T00:00:00Z",
    );
    assert_eq!(basis(&tail), [Basis::MayStopDelivery]);
    let gap = about(
        Code::ChainGap,
        "2026-03-11T02:12:40Z",
        "2026-03-11T05:12:40Z",
    );
    assert_eq!(basis(&gap), [Basis::SameObject]);
    let unread = about(
        Code::DigestUnread,
        "2026-03-11T02:12:40Z",
        "2026-03-11T05:12:40Z",
    );
    assert!(matches!(explain(&unread, &story), Explanation::NotAsked));
}

#[test]
fn hostile_records_neither_panic_nor_grow() {
    for odd in [
        "{}",
        r#"{"eventName":"StopLogging"}"#,
        r#"{"eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","eventTime":"x","requestParameters":"text"}"#,
        r#"{"eventSource":"cloudtrail.amazonaws.com","eventName":"PutEventSelectors","requestParameters":{"eventSelectors":{"includeManagementEvents":[[]]}}}"#,
        r#"{"eventSource":"s3.amazonaws.com","eventName":"DeleteObject","requestParameters":{"key":"AWSLogs/CloudTrail","bucketName":{}}}"#,
    ] {
        let record = Record::parse(odd).unwrap();
        let story = Story::of(classify(&record), &Holdings::default());
        let tail = about(
            Code::TailUncovered,
            "2026-03-11T01:12:40Z",
            "2026-03-12T00:00:00Z",
        );
        explain(&tail, &story).phrase();
    }
    let arns =
        r#"{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::b/AWSLogs/1/CloudTrail/x"},"#.repeat(2000);
    let bulk = format!(r#","resources":[{}]"#, arns.trim_end_matches(','));
    let hit = hit(
        "2026-03-11T01:00:00Z",
        "s3",
        "DeleteObjects",
        r#"{"bucketName":"b"}"#,
        &bulk,
    );
    let act = &hit.acts[0];
    assert_eq!((act.targets.len(), act.more_targets), (1000, 1000));
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../test-vectors/sample")
        .join(BUCKET)
}

fn logs(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            logs(&path, into);
        } else if path.to_str().unwrap().contains("/CloudTrail/") {
            into.push(path);
        }
    }
}

fn sample_hits() -> Vec<Hit> {
    #[derive(serde::Deserialize)]
    struct File<'a> {
        #[serde(rename = "Records", borrow)]
        records: Vec<&'a serde_json::value::RawValue>,
    }
    let mut files = Vec::new();
    logs(&sample(), &mut files);
    let mut hits = Vec::new();
    for path in files {
        let mut json = String::new();
        let file = std::fs::File::open(&path).unwrap();
        GzDecoder::new(file).read_to_string(&mut json).unwrap();
        let file: File<'_> = serde_json::from_str(&json).unwrap();
        let parsed = file
            .records
            .iter()
            .map(|raw| Record::parse(raw.get()).unwrap());
        hits.extend(parsed.filter_map(|record| classify(&record)));
    }
    hits
}

#[test]
fn the_sample_tells_the_intruders_steps_and_no_others() {
    let holdings = Holdings::default().knowing(Holding::LogBucket, [BUCKET]);
    let story = Story::of(sample_hits(), &holdings);
    let told: Vec<String> = story
        .hits()
        .iter()
        .map(|hit| {
            let refused = if hit.is_done() { "" } else { " refused" };
            format!(
                "{} {} {}{refused}",
                hit.at.unwrap(),
                hit.account.text,
                hit.event.text
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "2026-03-11T04:02:19Z 444455556666 DeleteTrail refused",
            "2026-03-11T04:03:05Z 444455556666 StopLogging refused",
            "2026-03-11T04:05:30Z 444455556666 DeleteDetector refused",
            "2026-03-11T04:21:33Z 111122223333 StopLogging",
            "2026-03-11T04:27:52Z 111122223333 StartLogging",
            "2026-03-11T05:06:44Z 111122223333 PutObject",
            "2026-03-11T05:09:12Z 111122223333 DeleteObject",
            "2026-03-11T05:12:30Z 111122223333 DeleteObject",
            "2026-03-11T05:17:55Z 111122223333 PutObject",
        ]
    );
    let harmed: Vec<Interval> = story
        .chapters()
        .iter()
        .filter_map(|chapter| story.harmed(chapter))
        .collect();
    let stopped = Interval::new(time("2026-03-11T04:21:33Z"), time("2026-03-11T04:27:52Z"));
    assert_eq!(harmed, [stopped]);
}

#[test]
fn the_samples_four_crimes_are_explained_by_their_records() {
    let story = Story::of(sample_hits(), &Holdings::default());
    let logs = "AWSLogs/o-exampleorgid/";
    for (code, key, at) in [
        (
            Code::LogHashMismatch,
            "111122223333/CloudTrail/us-east-1/2026/03/11/111122223333_CloudTrail_us-east-1_20260311T0219Z_DJ57N6j9xAlTr4nV.json.gz",
            "05:06:44",
        ),
        (
            Code::LogAbsent,
            "444455556666/CloudTrail/eu-west-1/2026/03/11/444455556666_CloudTrail_eu-west-1_20260311T0326Z_8C4twSEdysgjZcnM.json.gz",
            "05:09:12",
        ),
        (
            Code::DigestAbsent,
            "444455556666/CloudTrail-Digest/ap-southeast-2/2026/03/11/444455556666_CloudTrail-Digest_ap-southeast-2_org-trail_us-east-1_20260311T043106Z.json.gz",
            "05:12:30",
        ),
        (
            Code::LogUnreferenced,
            "111122223333/CloudTrail/us-east-1/2026/03/11/111122223333_CloudTrail_us-east-1_20260311T0430Z_O0T5epZtK0Mcs0Gu.json.gz",
            "05:17:55",
        ),
    ] {
        let finding = Finding::on(code, object(&format!("{logs}{key}")), "");
        let Explanation::Explained { causes, rest } = explain(&finding, &story) else {
            panic!("{code}");
        };
        assert!(rest.is_empty());
        assert_eq!(causes.len(), 1, "{code}");
        assert_eq!(causes[0].basis, Basis::SameObject);
        assert_eq!(causes[0].hit.at, Some(time(&format!("2026-03-11T{at}Z"))));
        assert_eq!(
            causes[0].hit.actor.text,
            "arn:aws:iam::111122223333:user/backup-operator"
        );
    }
}
