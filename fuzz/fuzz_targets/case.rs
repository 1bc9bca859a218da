//! A case in which anything was changed is refused, or read without harm.
#![no_main]

use std::fs;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use trailseal_forensics::Unverified;
use trailseal_forensics::case::{Builder, Case, CaseError, KeyringUsed, Verification};
use trailseal_forensics::lookup::{Criterion, Filter};
use trailseal_forensics::provenance::Location;
use trailseal_forensics::reader::Limits;
use trailseal_forensics::session::Query;
use trailseal_verifier::verdict::Answer;
use trailseal_verifier::walk::Progress;

/// Rows of one answer that are looked at: a file can promise any number.
const ROWS: usize = 1_000;

fuzz_target!(|changes: Vec<(u32, Vec<u8>)>| {
    static CASE: OnceLock<Vec<u8>> = OnceLock::new();
    let mut bytes = CASE.get_or_init(small).clone();
    for (at, change) in changes {
        let at = at as usize % bytes.len();
        let end = bytes.len().min(at + change.len());
        bytes[at..end].copy_from_slice(&change[..end - at]);
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("case.sqlite");
    fs::write(&path, &bytes).expect("a file");
    if let Ok(case) = Case::open(&path) {
        let _ = read(&case);
    }
    if let Ok(builder) = Builder::extend(&path) {
        let _ = builder.finish(&verification());
    }
});

/// Asks for all that a case can say.
fn read(case: &Case) -> Result<(), CaseError> {
    let on = ControlFlow::Continue(());
    let _ = (case.verifications(), case.actors());
    let _ = case.findings(|_| on);
    let _ = case.logs(|_| on);
    let _ = case.hits(|_, _| on);
    for asked in [None, Some("Actor=AIDA*"), Some("ErrorCode=*"), Some("Text=bucket")] {
        let mut filter = Filter::default();
        if let Some(asked) = asked {
            filter = filter.and(asked.parse::<Criterion>().expect("a criterion"));
        }
        let _ = case.events(&filter, |_| on);
    }
    if let Ok(graph) = case.graph() {
        let sessions = graph.resolve();
        for asked in ["AIDACKCEVSQ6C2EXAMPLE", "ASIAIOSFODNN7EXAMPLE"] {
            let query = Query::parse(asked).expect("a query");
            let _ = (sessions.whois(&query), sessions.trace(&query));
        }
    }
    for asked in ["SELECT * FROM mentions", "SELECT * FROM search WHERE search MATCH 'bucket'"] {
        let mut statement = case.sql(asked)?;
        let mut rows = statement.rows()?;
        for _ in 0..ROWS {
            if rows.next()?.is_none() {
                break;
            }
        }
    }
    Ok(())
}

/// A case that has something in most of its tables.
fn small() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("case.sqlite");
    let copied = include_bytes!("../seeds/records/log.json");
    let made = br#"[{"eventID":"1","eventName":"AssumeRole","eventSource":"sts.amazonaws.com",
        "eventTime":"2026-03-11T02:00:00Z","recipientAccountId":"111122223333",
        "userIdentity":{"type":"IAMUser","principalId":"AIDACKCEVSQ6C2EXAMPLE",
        "accessKeyId":"AKIAIOSFODNN7EXAMPLE"},"sharedEventID":"2",
        "responseElements":{"credentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE"}}},
        {"eventID":"3","eventName":"DeleteTrail","eventSource":"cloudtrail.amazonaws.com",
        "eventTime":"2026-03-11T02:01:00Z","errorCode":"AccessDenied",
        "userIdentity":{"type":"AssumedRole","accessKeyId":"ASIAIOSFODNN7EXAMPLE"},
        "resources":[{"ARN":"arn:aws:s3:::bucket"}]},
        {"eventID":"4","eventName":"x","requestParameters":{"omitted":true,"originalSize":9}},
        {"eventID":"3","eventName":"y","addendum":{"reason":"UPDATED_DATA",
        "originalEventID":"1","updatedFields":"eventName"}},{"eventID":}]"#;
    let mut builder = Builder::create(&path).expect("a case");
    let files: [(&str, &[u8]); 3] = [("a", copied), ("b", copied), ("c", made)];
    let fed = builder.fed(Limits::default(), &Progress::default(), |feed| {
        for (name, content) in files {
            let log = Unverified::new(Location::File(name.into()), content, None);
            assert!(feed.unverified(&log).is_continue());
        }
    });
    fed.expect("records in a case");
    builder.finish(&verification()).expect("a finished case");
    fs::read(&path).expect("the case")
}

fn verification() -> Verification {
    Verification {
        at: "2026-03-12T09:00:00Z".parse().expect("a time"),
        tool: "trailseal".into(),
        command: "fuzz".into(),
        input: "records".into(),
        keyrings: vec![KeyringUsed {
            description: "none".into(),
            sha256: "00".repeat(32),
        }],
        outcome: Answer::Unchecked,
        interrupted: false,
        report: "{}".into(),
    }
}
