//! The same records in every shape they arrive in.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use std::io::Write;

use common::{Found, read};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use trailseal_forensics::reader::{self, Fault, Tally, Wrapper};
use trailseal_verifier::gzip::Inflater;

const ONE: &str = r#"{"eventVersion":"1.08","eventID":"1","eventName":"A","readOnly":true,"requestParameters":{"key":"a \"quoted\" é"}}"#;
const TWO: &str =
    r#"{"eventVersion":"1.11","eventID":"2","eventName":"B","responseElements":null}"#;

#[track_caller]
fn both(found: &Found, wrapper: Wrapper) {
    assert_eq!(found.texts, [ONE, TWO]);
    assert_eq!(found.faults, []);
    let wrappers: Vec<Wrapper> = found.places.iter().map(|place| place.wrapper).collect();
    assert_eq!(wrappers, [wrapper, wrapper]);
    let (seen, kept) = (2, 2);
    let expected = Tally {
        seen,
        kept,
        ..Tally::default()
    };
    assert_eq!(found.tally, expected);
    assert!(found.tally.is_complete());
}

#[test]
fn logs_arrays_and_lines() {
    for content in [
        format!("{{\"Records\":[{ONE},{TWO}]}}"),
        format!(
            "\u{feff}\n{{ \"other\" : [1,\"]}}\"], \"Records\" : [ {ONE} , {TWO} ] , \"x\":{{}} }}\n"
        ),
        format!("[{ONE},{TWO}]"),
        format!("{ONE}\n{TWO}\n"),
        format!("{ONE}\r\n\r\n{TWO}"),
        format!("{ONE}{TWO}"),
        format!("{ONE},\n{TWO},\n"),
        format!("{{\"Records\":[{ONE}]}}\n{{\"Records\":[{TWO}]}}"),
    ] {
        let found = read(&content);
        both(&found, Wrapper::Nothing);
        for (place, text) in found.places.iter().zip([ONE, TWO]) {
            let start = usize::try_from(place.offset).unwrap();
            let end = start + usize::try_from(place.length).unwrap();
            assert_eq!(&content[start..end], text);
        }
    }
}

#[test]
fn gzip_is_inflated_and_must_be_whole() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(format!("[{ONE},{TWO}]").as_bytes())
        .unwrap();
    let stored = encoder.finish().unwrap();
    let mut inflater = Inflater::new();
    both(
        &read(reader::content(&stored, &mut inflater, 1000).unwrap()),
        Wrapper::Nothing,
    );
    assert!(reader::content(&stored[..30], &mut inflater, 1000).is_err());
    assert!(reader::content(&stored, &mut inflater, 20).is_err());
    assert_eq!(reader::content(b"[]", &mut inflater, 1).unwrap(), b"[]");
}

#[test]
fn event_history() {
    let event = |text: &str| {
        json!({
            "EventId": "1", "EventName": "A", "ReadOnly": "true", "EventTime": 1.7e9,
            "Resources": [{"ResourceType": "AWS::S3::Bucket", "ResourceName": "b"}],
            "CloudTrailEvent": text,
        })
    };
    let page = json!({"Events": [event(ONE), event(TWO)], "NextToken": "t"});
    both(&read(page.to_string()), Wrapper::LookupEvents);
    both(
        &read(serde_json::to_string_pretty(&page).unwrap()),
        Wrapper::LookupEvents,
    );
    let lines = format!("{}\n{}\n", event(ONE), event(TWO));
    both(&read(lines), Wrapper::LookupEvents);
}

#[test]
fn event_bridge() {
    let event = |text: &str| {
        format!(
            r#"{{"version":"0","id":"x","detail-type":"AWS API Call via CloudTrail","source":"aws.s3","account":"111122223333","time":"2026-03-11T02:01:31Z","region":"us-east-1","resources":["arn:aws:s3:::b"],"detail":{text}}}"#
        )
    };
    both(&read(event(ONE) + &event(TWO)), Wrapper::EventBridge);
    both(
        &read(format!("[{},{}]", event(ONE), event(TWO))),
        Wrapper::EventBridge,
    );
}

#[test]
fn cloudwatch_logs() {
    let event =
        |text: &str| json!({"id": "1", "timestamp": 1_510_109_208_016_u64, "message": text});
    let events = [event(ONE), event(TWO)];
    let subscription = json!({
        "messageType": "DATA_MESSAGE", "owner": "111122223333", "logGroup": "g",
        "logStream": "111122223333_CloudTrail_us-east-1", "logEvents": events,
    });
    both(&read(subscription.to_string()), Wrapper::LogEvent);
    let filtered = json!({"events": events, "searchedLogStreams": []});
    both(&read(filtered.to_string()), Wrapper::LogEvent);
    let export = format!("2026-03-11T02:01:31.000Z {ONE}\n2026-03-11T02:01:32.000Z {TWO}\n");
    both(&read(export), Wrapper::LogEvent);
}

#[test]
fn what_holds_no_records_is_said_to() {
    let notification = r#"{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{}}]}"#;
    let digest =
        r#"{"awsAccountId":"111122223333","digestStartTime":"2026-03-11T02:01:31Z","logFiles":[]}"#;
    let other =
        json!({"logEvents": [{"message": "CWL CONTROL MESSAGE: Checking health of destination"}]});
    let text = json!([{"message": "{\"level\":\"info\"}"}]);
    for (content, fault) in [
        (notification, Fault::NotARecord),
        (digest, Fault::NotARecord),
        (&text.to_string(), Fault::NotARecord),
        (r#"{"Records":null}"#, Fault::NotARecord),
        (r#"{"CloudTrailEvent":7}"#, Fault::NotARecord),
        ("7", Fault::NotAnObject),
        ("[[{}]]", Fault::NotAnObject),
        ("Timestamp,Event\n", Fault::NotAnObject),
        ("", Fault::Empty),
        (" \n", Fault::Empty),
    ] {
        let found = read(content);
        assert_eq!(found.texts, [""; 0], "{content}");
        assert_eq!(found.faults.len(), 1, "{content}");
        assert_eq!(found.faults[0].1, fault, "{content}");
    }
    let found = read(other.to_string());
    assert!(
        matches!(found.faults[0].1, Fault::Malformed(_)),
        "{found:?}"
    );
}

#[test]
fn a_log_without_records_is_complete() {
    for content in [r#"{"Records":[]}"#, "[]", "[ ]"] {
        assert_eq!(read(content), Found::default());
    }
}
