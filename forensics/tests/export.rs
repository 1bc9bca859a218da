//! Lines and records as files for other programs.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

use serde_json::{Value, json};
use trailseal_forensics::export::{Csv, JsonLines, LookupEvents, Timesketch};
use trailseal_forensics::provenance::Location;
use trailseal_forensics::reader::{self, Item, Limits};
use trailseal_forensics::timeline::{Column, Keep, Line};
use trailseal_forensics::{Outcome, Record, Unverified};

/// Values that mean something where they land.
const HOSTILE: &[&str] = &[
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r\n=1",
    "x;=1",
    "x\",\"=1",
    "a\u{1b}]0;owned\u{7}",
    "gz.\u{202e}txt",
    "\u{feff}\u{200b}\u{2028}\0\u{9b}31m",
    "</script><script>",
    "{\"nested\":\"json\\u0000\"}",
    "\\u{a}",
    "é日本\u{1f600}",
];

fn records() -> Vec<String> {
    let record = |value: &&str| {
        json!({
            "eventTime": "2026-03-11T02:01:31Z",
            "eventID": value,
            "eventName": value,
            "eventSource": value,
            "userAgent": value,
            "errorCode": value,
            "readOnly": true,
            "resources": [{ "type": "AWS::S3::Object", "ARN": value }],
            "userIdentity": { "type": "IAMUser", "userName": value, "accessKeyId": value },
        })
        .to_string()
    };
    let long = json!({
        "eventTime": "2026-03-11T02:01:31Z",
        "eventName": "Long",
        "errorCode": "Long",
        "readOnly": true,
        "userAgent": "=\u{202e}".repeat(1 << 18),
    });
    let long = [long.to_string()];
    HOSTILE.iter().map(record).chain(long).collect()
}

fn lines(records: &[String], keep: Keep) -> Vec<Line> {
    let content = format!("[{}]", records.join(","));
    let file = Location::File("=evil\n.json".to_owned());
    let mut lines = Vec::new();
    Unverified::new(file, content.as_bytes(), None).events(&Limits::default(), |outcome| {
        if let Outcome::Event(event) = outcome {
            lines.push(Line::of(&event, keep));
        }
    });
    assert_eq!(lines.len(), records.len());
    lines
}

/// No control characters but line ends, nothing bidirectional or invisible.
fn assert_visible(text: &str) {
    let ends = ['\r', '\n', '\\', '\'', '"'];
    for c in text.chars().filter(|c| !ends.contains(c)) {
        assert!(c.escape_debug().eq([c]), "{c:?}");
    }
}

/// Cells of CSV in which all are quoted, by RFC 4180.
fn cells(row: &str) -> Vec<String> {
    let (mut cells, mut chars) = (Vec::new(), row.chars().peekable());
    loop {
        assert_eq!(chars.next(), Some('"'));
        let mut cell = String::new();
        loop {
            match chars.next().unwrap() {
                '"' if chars.next_if_eq(&'"').is_some() => cell.push('"'),
                '"' => break,
                c => cell.push(c),
            }
        }
        cells.push(cell);
        match chars.next() {
            Some(',') => {}
            None => return cells,
            Some(c) => panic!("{c:?} after a cell"),
        }
    }
}

#[test]
fn csv_of_hostile_values_is_rows_without_formulas() {
    let lines = lines(&records(), Keep::Record);
    let mut csv = Csv::new(Vec::new());
    for line in &lines {
        csv.write(line).unwrap();
    }
    let text = String::from_utf8(csv.finish().unwrap()).unwrap();
    assert_visible(&text);
    let rows: Vec<_> = text
        .strip_suffix("\r\n")
        .unwrap()
        .split("\r\n")
        .map(cells)
        .collect();
    assert_eq!(rows.len(), lines.len() + 1);
    let names: Vec<_> = Column::ALL.iter().map(|column| column.name()).collect();
    assert_eq!(rows[0], names);
    for row in &rows {
        assert_eq!(row.len(), names.len());
        for cell in row {
            // However a spreadsheet splits the row, nothing begins a formula.
            for part in cell.split(';') {
                let begins = part.trim_start_matches(['"', ' ']);
                assert!(
                    !begins.starts_with(['=', '+', '-', '@', '\t', '\r']),
                    "{cell}"
                );
            }
        }
    }
    let log = names.iter().position(|name| *name == "log").unwrap();
    assert_eq!(rows[1][log], "'=evil\\u{a}.json");
}

#[test]
fn csv_without_lines_is_its_header() {
    let text = String::from_utf8(Csv::new(Vec::new()).finish().unwrap()).unwrap();
    assert_eq!(text.matches("\r\n").count(), 1);
    assert!(text.starts_with("\"time\",\"account\","));
}

fn json_of(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn json_lines_lose_nothing() {
    let records = records();
    let lines = lines(&records, Keep::Record);
    let mut json = JsonLines::new(Vec::new());
    for line in &lines {
        json.write(line).unwrap();
    }
    let text = String::from_utf8(json.finish().unwrap()).unwrap();
    assert_visible(&text);
    let objects = json_of(&text);
    assert_eq!(objects.len(), lines.len());
    for ((object, line), record) in objects.iter().zip(&lines).zip(&records) {
        assert_eq!(object["record"], json!(record));
        assert_eq!(object["event_name"], json!(line.name()));
        assert_eq!(
            object["resources"],
            json!(line.resources().collect::<Vec<_>>())
        );
        assert_eq!(object["verdict"], "unchecked");
        assert_eq!(object["digest"], Value::Null);
        assert_eq!(object["access"], "read");
        assert_eq!(object["record_index"], json!(line.index()));
        assert_eq!(object.as_object().unwrap().len(), Column::ALL.len() + 1);
    }
}

#[test]
fn timesketch_has_what_it_demands() {
    let mut all = records();
    all.push(json!({ "eventName": "Undated", "readOnly": false }).to_string());
    let lines = lines(&all, Keep::Row);
    let mut timesketch = Timesketch::new(Vec::new());
    for line in &lines {
        timesketch.write(line).unwrap();
    }
    let text = String::from_utf8(timesketch.finish().unwrap()).unwrap();
    assert_visible(&text);
    let objects = json_of(&text);
    assert_eq!(objects.len(), lines.len());
    let (undated, dated) = objects.split_last().unwrap();
    for (object, line) in dated.iter().zip(&lines) {
        assert_eq!(object["message"], json!(line.sentence()));
        assert_eq!(object["datetime"], "2026-03-11T02:01:31+00:00");
        assert_eq!(object["timestamp"], 1_773_194_491_000_000_i64);
        assert_eq!(object["timestamp_desc"], "Event Time");
        assert_eq!(object["tag"], json!(["unchecked", "error"]));
    }
    assert_eq!(undated["datetime"], "1970-01-01T00:00:00+00:00");
    assert_eq!(undated["timestamp_desc"], "Not a time");
    assert_eq!(undated["tag"], json!(["unchecked", "write"]));
    assert!(undated.get("error_code").is_none());
}

#[test]
fn lookup_events_can_be_read_again() {
    let records = records();
    let mut lookup = LookupEvents::new(Vec::new());
    for text in &records {
        lookup.write(&Record::parse(text).unwrap()).unwrap();
    }
    let bytes = lookup.finish().unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert_visible(&text);
    let document: Value = serde_json::from_str(&text).unwrap();
    let events = document["Events"].as_array().unwrap();
    assert_eq!(events.len(), records.len());
    for (event, value) in events.iter().zip(HOSTILE) {
        assert_eq!(event["EventName"], json!(value));
        assert_eq!(event["ReadOnly"], "true");
        assert_eq!(event["Username"], json!(value));
        assert_eq!(event["AccessKeyId"], json!(value));
        assert_eq!(event["EventTime"], "2026-03-11T02:01:31+00:00");
        assert_eq!(
            event["Resources"],
            json!([{ "ResourceType": "AWS::S3::Object", "ResourceName": value }])
        );
    }

    let mut again = Vec::new();
    let tally = reader::read(&bytes, &Limits::default(), &mut |item| {
        if let Item::Record(_, record) = item {
            again.push(record.text().to_owned());
        }
    });
    assert!(tally.is_complete());
    assert_eq!(again, records);
}

#[test]
fn lookup_events_of_nothing() {
    let text = LookupEvents::new(Vec::new()).finish().unwrap();
    let document: Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(document, json!({ "Events": [] }));
}
