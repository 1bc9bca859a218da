//! Events as rows, sorted.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

use std::io::{self, Cursor};
use std::path::Path;

use serde_json::{Value, json};
use trailseal_forensics::provenance::Location;
use trailseal_forensics::reader::Limits;
use trailseal_forensics::timeline::{Access, Cell, Column, Keep, Line, MAX_RESOURCES, MAX_TEXT};
use trailseal_forensics::{Extracted, Extractor, Outcome, Unverified};
use trailseal_keys::{FingerprintPolicy, Keyring};
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::sort::{Budget, SortError, Sorter};
use trailseal_verifier::source::Directory;
use trailseal_verifier::verdict::{Answer, Code, Finding};
use trailseal_verifier::walk::{Progress, Request, Sink, verify};

fn lines_of(records: &Value, keep: Keep, reason: Option<Code>) -> Vec<Line> {
    let content = records.to_string();
    let file = Location::File("events.json".to_owned());
    let mut lines = Vec::new();
    Unverified::new(file, content.as_bytes(), reason).events(&Limits::default(), |outcome| {
        match outcome {
            Outcome::Event(event) => lines.push(Line::of(&event, keep)),
            Outcome::Unread(unread) => panic!("{unread:?}"),
        }
    });
    lines
}

fn record() -> Value {
    json!({
        "eventVersion": "1.11",
        "eventTime": "2026-03-11T02:01:31Z",
        "eventID": "e-1",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateUser",
        "awsRegion": "us-east-1",
        "recipientAccountId": "111122223333",
        "sourceIPAddress": "203.0.113.77",
        "userAgent": "aws-cli/2",
        "errorCode": "AccessDenied",
        "readOnly": false,
        "eventCategory": "Management",
        "resources": [{ "ARN": "arn:aws:iam::111122223333:user/x" }, { "accountId": "" }],
        "requestParameters": { "userName": "x" },
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLEEXAMPLE123:mary",
            "arn": "arn:aws:sts::111122223333:assumed-role/Admin/mary",
            "accountId": "111122223333",
            "accessKeyId": "ASIAEXAMPLEEXAMPLE12",
            "sessionContext": { "sessionIssuer": {
                "type": "Role", "principalId": "AROAEXAMPLEEXAMPLE123", "userName": "Admin",
            } },
        },
    })
}

#[test]
fn a_row_says_who_did_what_and_who_says_so() {
    let lines = lines_of(&json!([record()]), Keep::Row, Some(Code::LogHashMismatch));
    let [line] = &lines[..] else { panic!() };
    assert_eq!(line.time(), Some("2026-03-11T02:01:31Z".parse().unwrap()));
    assert_eq!(line.event_id(), Some("e-1"));
    assert_eq!(line.account(), Some("111122223333"));
    assert_eq!(line.region(), Some("us-east-1"));
    assert_eq!(line.source(), Some("iam.amazonaws.com"));
    assert_eq!(line.name(), Some("CreateUser"));
    assert_eq!(line.category(), Some("Management"));
    assert_eq!(line.access(), Some(Access::Write));
    assert_eq!(line.actor(), Some("Admin/mary"));
    assert_eq!(line.actor_id(), Some("AROAEXAMPLEEXAMPLE123"));
    assert_eq!(line.credential(), Some("ASIAEXAMPLEEXAMPLE12"));
    assert_eq!(line.session(), Some("mary"));
    assert_eq!(line.address(), Some("203.0.113.77"));
    assert_eq!(line.agent(), Some("aws-cli/2"));
    assert_eq!(line.error_code(), Some("AccessDenied"));
    assert_eq!(
        line.sentence(),
        Some("Admin/mary tried to create user x: refused (AccessDenied)")
    );
    let resources: Vec<_> = line.resources().collect();
    assert_eq!(resources, ["arn:aws:iam::111122223333:user/x"]);
    assert_eq!(line.log(), Some("events.json"));
    assert_eq!(line.log_sha256().unwrap().len(), 64);
    assert_eq!((line.digest(), line.answer()), (None, Answer::Failed));
    assert_eq!(line.reason(), Some("log-hash-mismatch"));
    assert_eq!((line.index(), line.record()), (0, None));
}

#[test]
fn what_a_record_lacks_is_absent() {
    let lines = lines_of(
        &json!([{ "eventName": "", "eventTime": "soon", "eventID": null }]),
        Keep::Row,
        None,
    );
    let line = &lines[0];
    assert_eq!(
        (line.time(), line.name(), line.event_id()),
        (None, None, None)
    );
    assert_eq!((line.access(), line.credential()), (None, None));
    assert_eq!(line.answer(), Answer::Unchecked);
    assert_eq!(line.cell(Column::Time), Cell::Absent);
    assert_eq!(line.cells().count(), Column::ALL.len());
}

#[test]
fn hostile_values_are_kept_verbatim_and_cut() {
    let mut hostile = record();
    let long = "é".repeat(1 << 19);
    hostile["userAgent"] = json!(long);
    hostile["sourceIPAddress"] = json!("=cmd()\u{1b}[2K\n\0\u{202e}");
    let resources: Vec<_> = (0..1000)
        .map(|at| json!({ "ARN": format!("arn{at}") }))
        .collect();
    hostile["resources"] = json!(resources);
    let lines = lines_of(&json!([hostile]), Keep::Record, None);
    let agent = lines[0].agent().unwrap();
    assert!(agent.len() <= MAX_TEXT + "…".len() && agent.ends_with("é…"));
    assert_eq!(lines[0].address(), Some("=cmd()\u{1b}[2K\n\0\u{202e}"));
    assert_eq!(lines[0].resources().count(), MAX_RESOURCES);
    assert_eq!(lines[0].resources_omitted() as usize, 1000 - MAX_RESOURCES);
    let kept: Value = serde_json::from_str(lines[0].record().unwrap()).unwrap();
    assert_eq!(kept, hostile);
}

fn memory() -> io::Result<Cursor<Vec<u8>>> {
    Ok(Cursor::new(Vec::new()))
}

#[test]
fn the_order_is_time_account_event_log_index() {
    let event = |time: Option<&str>, account: &str, id: &str| json!({ "eventName": "x", "eventTime": time, "recipientAccountId": account, "eventID": id });
    let early = Some("2026-03-11T02:01:31Z");
    let late = Some("2026-03-11T02:01:31.000000001Z");
    let lines = lines_of(
        &json!([
            event(None, "1", "a"),
            event(late, "1", "a"),
            event(early, "2", "a"),
            event(early, "1", "b"),
            event(early, "1", "a"),
            event(early, "1", "a"),
        ]),
        Keep::Row,
        None,
    );
    let budget = Budget {
        held_bytes: 0,
        runs: 2,
    };
    let mut sorter = Sorter::new(budget, memory);
    for line in lines {
        sorter.push(line).unwrap();
    }
    let order: Vec<u64> = sorter
        .finish()
        .unwrap()
        .map(|line| line.unwrap().index())
        .collect();
    assert_eq!(order, [4, 5, 3, 2, 1, 0]);
}

#[test]
fn spill_that_fails_or_changes_is_an_error() {
    let lines = lines_of(&json!([record(), record()]), Keep::Row, None);
    let budget = Budget {
        held_bytes: 0,
        runs: 8,
    };
    let full = || Err::<Cursor<Vec<u8>>, _>(io::Error::from(io::ErrorKind::StorageFull));
    let error = Sorter::new(budget, full)
        .push(lines[0].clone())
        .unwrap_err();
    assert!(matches!(error, SortError::Io(_)), "{error}");

    let mut sorter = Sorter::new(budget, || Ok(Forgetful(Cursor::new(Vec::new()))));
    sorter.push(lines[0].clone()).unwrap();
    let Err(error) = sorter.finish() else {
        panic!("half of the run is gone")
    };
    assert!(matches!(error, SortError::Damaged(_)), "{error}");
}

/// Loses half of what was written to it.
struct Forgetful(Cursor<Vec<u8>>);

impl io::Write for Forgetful {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl io::Read for Forgetful {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.0.read(bytes)
    }
}

impl io::Seek for Forgetful {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        let half = self.0.get_ref().len() / 2;
        self.0.get_mut().truncate(half);
        self.0.seek(to)
    }
}

struct Lines(Vec<Line>);

impl Sink<Extracted<Vec<Line>>> for Lines {
    fn digest(&mut self, _: &ChainId, _: &DigestOutcome, logs: Vec<Option<Extracted<Vec<Line>>>>) {
        self.0
            .extend(logs.into_iter().flatten().flat_map(|log| log.value));
    }

    fn finding(&mut self, _: Finding) {}
}

#[test]
fn the_sample_in_order_with_proof() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors");
    let source = Directory::open(&vectors.join("sample"), None).unwrap();
    let keys = [vectors.join("sample-keys.json")];
    let keys = Keyring::load(&keys, FingerprintPolicy::Refuse).unwrap();
    let extractor = Extractor::new(Limits::default(), Vec::new, |lines: &mut Vec<_>, event| {
        lines.push(Line::of(&event, Keep::Row));
    });
    let mut lines = Lines(Vec::new());
    let progress = Progress::default();
    let report = verify(
        &source,
        &keys,
        &Request::default(),
        &extractor,
        &mut lines,
        &progress,
    );
    assert!(report.unwrap().tally.logs.verified > 400);

    let count = lines.0.len();
    let budget = Budget {
        held_bytes: 200_000,
        runs: 3,
    };
    let mut sorter = Sorter::new(budget, memory);
    for line in lines.0 {
        sorter.push(line).unwrap();
    }
    let sorted: Vec<Line> = sorter.finish().unwrap().map(Result::unwrap).collect();
    assert_eq!(sorted.len(), count);
    assert!(sorted.is_sorted_by(|one, other| one.compare(other).is_lt()));
    for line in &sorted {
        assert_eq!(line.answer(), Answer::Verified);
        assert!(line.digest().unwrap().contains("/CloudTrail-Digest/"));
        assert!(line.log().unwrap().contains("/CloudTrail/"));
        assert!(line.time().is_some() && line.sentence().is_some());
    }
}
