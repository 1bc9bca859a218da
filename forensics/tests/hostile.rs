//! Records that someone wrote to be misread, and files that are damaged.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use common::{read, read_within};
use trailseal_forensics::Record;
use trailseal_forensics::reader::{Fault, Limits};
use trailseal_forensics::record::{JsonKind, MAX_ODDITIES, OddityKind};

fn record(id: u32) -> String {
    format!(r#"{{"eventVersion":"1.08","eventID":"{id}","requestParameters":{{"a":[1]}}}}"#)
}

/// A log of three records, the second of which is this.
fn log(second: &[u8]) -> Vec<u8> {
    let mut log = format!("{{\"Records\":[{},", record(1)).into_bytes();
    log.extend_from_slice(second);
    log.extend_from_slice(format!(",{}]}}", record(3)).as_bytes());
    log
}

#[track_caller]
fn second_is(second: &[u8], is: impl Fn(&Fault) -> bool) {
    let found = read(log(second));
    assert_eq!(found.ids(), ["1", "3"]);
    assert_eq!(found.faults.len(), 1, "{:?}", found.faults);
    let (place, fault) = &found.faults[0];
    assert!(is(fault), "{fault}");
    assert_eq!(place.index, 1);
    assert_eq!(place.offset, record(1).len() as u64 + 13);
}

#[test]
fn a_bad_record_does_not_take_its_neighbours_along() {
    let malformed = |fault: &Fault| matches!(fault, Fault::Malformed(_));
    second_is(br#"{"eventID":}"#, malformed);
    second_is(br#"{"eventID":"a"b}"#, malformed);
    second_is(br#"{"eventID":01}"#, malformed);
    second_is(br#"{"eventID":"a",}"#, malformed);
    second_is(b"{\"eventID\":\"a\nb\"}", malformed);
    second_is(br#"{"eventID":"a\x"}"#, malformed);
    second_is(br#"{"eventID":["a"}"#, malformed);
    second_is(br#"{"\ud800":1}"#, malformed);
    second_is(b"{\"eventID\":\"\xff\"}", |fault| *fault == Fault::NotUtf8);
    second_is(b"{}", |fault| *fault == Fault::NotARecord);
    for other in ["7", "null", "\"{}\"", "[]"] {
        second_is(other.as_bytes(), |fault| *fault == Fault::NotAnObject);
    }
}

#[test]
fn a_missing_quote_or_bracket_does_not_swallow_the_rest() {
    for second in [
        r#"{"eventVersion":"1.08","eventID":"2}"#,
        r#"{"eventVersion":"1.08","eventID":"2","requestParameters":{"a":[1}"#,
        r#"{"eventVersion":"1.08","eventID":"2""#,
        r#"{"eventVersion":"1.08"}}"#,
        r#"{"eventVersion":"1.08"} stray"#,
    ] {
        let found = read(log(second.as_bytes()));
        assert!(found.ids().contains(&"3".to_owned()), "{second} {found:?}");
        assert_eq!(found.tally.unread, 1, "{second} {found:?}");
        let lines = format!("{}\n{second}\n{}\n", record(1), record(3));
        let found = read(lines);
        assert!(found.ids().contains(&"3".to_owned()), "{second} {found:?}");
        assert_eq!(found.tally.unread, 1, "{second} {found:?}");
    }
}

#[test]
fn records_in_a_broken_wrapper_are_found() {
    let records = [record(1), record(2), record(3)].join(",");
    for (content, faults) in [
        (format!("{{\"Re\0cords\":[{records}]}}"), 2),
        (format!("{{Records:[{records}]}}"), 2),
        (format!("{{\"Records\":]{records}]}}"), 2),
        (records.clone(), 0),
        (format!("{{\"Records\":[{records}],"), 1),
        (format!("{{\"Records\":[{records}]}}]"), 1),
    ] {
        let found = read(&content);
        assert_eq!(found.ids(), ["1", "2", "3"], "{content}");
        assert_eq!(found.tally.unread, faults, "{content} {found:?}");
    }
}

/// Two lines cut short in a long file must not cost the rest of it.
#[test]
fn many_broken_lines_cost_only_themselves() {
    let (mut content, mut broken) = (String::new(), 0);
    for id in 0..20_000 {
        let line = record(id);
        let cut = if id % 10 == 3 {
            5 + id as usize % 70
        } else {
            line.len()
        };
        broken += u64::from(cut < line.len());
        content.push_str(&line[..cut.min(line.len())]);
        content.push('\n');
    }
    let found = read(&content);
    assert_eq!(found.tally.unread, broken);
    assert_eq!(found.tally.kept, 20_000 - broken);
    let array = content.replace('\n', ",");
    assert_eq!(
        read(format!("[{array}{}]", record(0))).tally.kept,
        20_001 - broken
    );
}

#[test]
fn a_cut_file_says_so_wherever_it_is_cut() {
    let whole = log(record(2).as_bytes());
    for cut in 1..whole.len() {
        let found = read(&whole[..cut]);
        assert!(found.tally.unread > 0, "{cut}");
        let last = &found.faults.last().unwrap().1;
        assert!(
            cut < 13 || *last == Fault::Truncated,
            "{cut}: {last} {:?}",
            String::from_utf8_lossy(&whole[..cut])
        );
    }
    assert!(read(&whole).tally.is_complete());
}

#[test]
fn size_depth_and_number_are_bounded() {
    let limits = Limits {
        record_bytes: 1000,
        depth: 10,
        records: 3,
        reported: 2,
    };
    let padded = |size: usize| {
        let empty = r#"{"eventVersion":"1.08","a":""}"#.len();
        format!(
            r#"{{"eventVersion":"1.08","a":"{}"}}"#,
            "x".repeat(size - empty)
        )
    };
    let fault = |second: &str| {
        let found = read_within(&log(second.as_bytes()), &limits);
        assert!(found.ids().contains(&"3".to_owned()));
        found.faults.first().map(|(_, fault)| fault.clone())
    };
    assert_eq!(fault(&padded(1000)), None);
    assert_eq!(fault(&padded(1001)), Some(Fault::TooLarge { limit: 1000 }));
    assert_eq!(fault(&padded(9000)), Some(Fault::TooLarge { limit: 1000 }));
    let nested = |depth: usize| {
        let (open, close) = ("[".repeat(depth - 1), "]".repeat(depth - 1));
        format!(r#"{{"eventVersion":"1.08","a":{open}{close}}}"#)
    };
    assert_eq!(fault(&nested(10)), None);
    assert_eq!(fault(&nested(11)), Some(Fault::TooDeep { limit: 10 }));

    let many = format!("[{}]", vec![record(1); 5].join(","));
    let found = read_within(many.as_bytes(), &limits);
    assert_eq!(found.texts.len(), 3);
    assert!(found.tally.gave_up && matches!(found.faults[0].1, Fault::GaveUp(_)));

    let limits = Limits {
        records: 100,
        ..limits
    };
    let bad = format!("[{},{}]", ["7"; 9].join(","), record(1));
    let found = read_within(bad.as_bytes(), &limits);
    assert_eq!((found.faults.len(), found.tally.unread), (2, 9));
    assert_eq!((found.tally.unreported, found.tally.kept), (7, 1));
}

#[test]
fn a_million_brackets_are_no_stack() {
    let limits = Limits {
        reported: 5,
        ..Limits::default()
    };
    let deep = "[".repeat(1 << 20);
    let objects = r#"{"a":"#.repeat(200_000);
    for (prefix, deep) in [
        ("", &deep),
        ("", &objects),
        (r#"{"eventVersion":"1.08","a":"#, &deep),
        (r#"{"eventVersion":"1.08","userIdentity":"#, &objects),
    ] {
        let found = read_within(format!("{prefix}{deep}").as_bytes(), &limits);
        assert_eq!(found.texts.len(), 0);
    }
    let closed = format!(
        r#"[{{"eventVersion":"1.08","a":{deep}{}}},{}]"#,
        "]".repeat(1 << 20),
        record(2)
    );
    let found = read(&closed);
    assert_eq!(found.ids(), ["2"]);
    assert_eq!(found.faults[0].1, Fault::TooDeep { limit: 100 });
}

#[test]
fn a_file_that_breaks_everywhere_is_given_up_not_pondered() {
    let limits = Limits {
        reported: 5,
        ..Limits::default()
    };
    for (open, piece) in [
        ("[", "{\"a,"),
        ("[", "{,"),
        ("", "{\"x\":[\n"),
        ("", "{\"x\n"),
        ("", "{\"eventID\":\"\n"),
        ("[", "{\"eventVersion\"x,"),
        ("{\"Records\":[],", "\"Records\":[{\"a"),
        ("[", "\"\\"),
    ] {
        let content = format!("{open}{}", piece.repeat(200_000));
        let found = read_within(content.as_bytes(), &limits);
        assert!(found.tally.unread > 0, "{piece}");
        assert_eq!(found.texts.len(), 0, "{piece}");
    }
}

#[test]
fn hostile_text_is_kept_verbatim() {
    let million = "x".repeat(1 << 20);
    for text in [
        "\u{1b}[2J\u{7}\u{0}",
        "</script><img src=x onerror=alert(1)>",
        "=cmd|' /C calc'!A0",
        "\u{202e}gnp.exe",
        "../../etc/passwd",
        &million,
    ] {
        let json = serde_json::json!({"eventVersion": "1.08", "eventName": text}).to_string();
        let record = Record::parse(&json).unwrap();
        assert_eq!(record.event_name.as_deref(), Some(text));
        assert_eq!(record.text(), json);
        assert_eq!(record.oddities(), []);
    }
}

#[test]
fn wrong_types_are_noted_and_kept() {
    let text = r#"{"eventVersion":1.08,"eventID":"a","readOnly":"true","managementEvent":1,
        "eventName":"\ud800","errorCode":null,"huge":1e999,"recipientAccountId":111122223333,
        "userIdentity":{"accountId":[],"sessionContext":"none","arn":"x","type":"NewType"},
        "resources":[{"ARN":"a"},{"ARN":2},"arn"],"tlsDetails":[]}"#;
    let record = Record::parse(text).unwrap();
    let odd: Vec<String> = record.oddities().iter().map(ToString::to_string).collect();
    assert_eq!(
        odd,
        [
            "eventVersion is a number, expected a string",
            "managementEvent is a number, expected a boolean",
            "eventName is not Unicode",
            "recipientAccountId is a number, expected a string",
            "userIdentity.accountId is an array, expected a string",
            "userIdentity.sessionContext is a string, expected an object",
            "resources[1].ARN is a number, expected a string",
            "resources is an array, expected an array of at most 10,000 objects",
            "tlsDetails is an array, expected an object",
            "readOnly is a boolean in an unusual form",
        ]
    );
    assert!(record.read_only.unwrap().is_true());
    assert!(record.event_name.is_none() && record.error_code.is_none());
    let identity = record.user_identity.as_ref().unwrap();
    assert_eq!(identity.arn.as_deref(), Some("x"));
    let kind = identity.identity_type.as_ref().unwrap();
    assert_eq!((kind.text(), kind.known()), ("NewType", None));
    let kept: Vec<&str> = record.rest.iter().map(|member| &*member.name).collect();
    assert_eq!(
        kept,
        [
            "eventVersion",
            "managementEvent",
            "eventName",
            "errorCode",
            "huge",
            "recipientAccountId",
            "resources",
            "tlsDetails"
        ]
    );
    let rebuilt = record.to_json().unwrap();
    assert!(rebuilt.get().contains("1e999") && rebuilt.get().contains(r#""\ud800""#));
}

#[test]
fn repeated_members_are_noted_and_the_last_one_counts() {
    let text = r#"{"eventName":"first","eventName":"last","x":1,"x":2,
        "userIdentity":{"arn":"first","arn":7},"readOnly":1,"readOnly":true}"#;
    let record = Record::parse(text).unwrap();
    assert_eq!(record.event_name.as_deref(), Some("last"));
    assert_eq!(record.user_identity.as_ref().unwrap().arn, None);
    let repeated: Vec<&str> = record
        .oddities()
        .iter()
        .filter(|oddity| oddity.kind == OddityKind::Duplicate)
        .map(|oddity| &*oddity.path)
        .collect();
    assert_eq!(repeated, ["eventName", "userIdentity.arn", "readOnly", "x"]);
    let value = |text| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(value(record.to_json().unwrap().get()), value(text));
}

#[test]
fn oddities_are_bounded() {
    let text = format!("{{{}}}", vec![r#""eventName":1"#; 10_000].join(","));
    let record = Record::parse(&text).unwrap();
    assert_eq!(record.oddities().len(), MAX_ODDITIES + 1);
    assert_eq!(record.oddities()[MAX_ODDITIES].kind, OddityKind::More);
    let long = format!(r#"{{"{0}":1,"{0}":2}}"#, "é".repeat(10_000));
    assert!(Record::parse(&long).unwrap().oddities()[0].path.len() <= 200);

    let text = format!(r#"{{"resources":[{}]}}"#, vec!["{}"; 10_001].join(","));
    let record = Record::parse(&text).unwrap();
    assert!(record.resources.is_none());
    assert_eq!(JsonKind::of(record.rest[0].value), JsonKind::Array);
}
