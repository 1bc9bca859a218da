//! Records that someone wrote to be misread, and files that someone changed.

use std::ops::ControlFlow;

use proptest::prelude::*;
use serde_json::json;
use trailseal_forensics::case::{Builder, Case};
use trailseal_forensics::lookup::{Criterion, Filter};

use super::common::config;
use super::support::{lines, lines_of_files, number, of_files, verification};

#[test]
fn hostile_records_come_back_as_they_were() {
    let long = "x".repeat(150_000);
    let mut records: Vec<String> = [
        "",
        "\0",
        "a\0b",
        "\u{1b}[2J",
        "\u{202e}gnp.exe",
        "'; DROP TABLE event; --",
        "𝄞\u{10ffff}",
        &long,
    ]
    .iter()
    .flat_map(|text| {
        let all = json!({
            "eventVersion": text, "eventID": text, "eventName": text, "eventSource": text,
            "awsRegion": text, "sourceIPAddress": text, "userAgent": text, "errorCode": text,
            "recipientAccountId": text, "eventType": text, "eventCategory": text,
            "eventTime": "2026-03-11T02:00:00Z", "sharedEventID": text,
            "userIdentity": {"type": text, "principalId": text, "arn": text, "accountId": text,
                "accessKeyId": text, "userName": text, "invokedBy": text,
                "sessionContext": {"attributes": {"creationDate": text}}},
            "resources": [{"ARN": text, "type": text}, {}],
            "addendum": {"reason": "UPDATED_DATA", "updatedFields": text},
        });
        let mut plain = all.clone();
        plain.as_object_mut().unwrap().remove("addendum");
        [all.to_string(), plain.to_string()]
    })
    .collect();
    let million = "\\u0000".repeat(1 << 18);
    records.extend([
        format!(r#"{{"eventID":"m","userAgent":"{million}","userIdentity":{{"arn":"{million}"}}}}"#),
        r#"{"eventID":"\ud800","eventName":"\ud800x","eventTime":"-009999-01-02T01:59:59Z"}"#.to_owned(),
        r#"{"eventID":"t1","eventTime":"9999-12-30T22:00:00.999999999Z","eventName":"late"}"#.to_owned(),
        r#"{"eventID":"t2","eventTime":"1969-12-31T23:59:59.5Z","eventName":"early"}"#.to_owned(),
        r#"{"eventID":"t3","eventTime":"tomorrow","eventName":"undated"}"#.to_owned(),
        r#"{"eventName":"n","userIdentity":7,"resources":[3]}"#.to_owned(),
        r#"{"eventName":"n","userIdentity":{},"userIdentity":{"userName":"twice"}}"#.to_owned(),
        r#"{"eventName":"o","requestParameters":{"omitted":true,"originalSize":18446744073709551615}}"#.to_owned(),
    ]);
    let content = format!("[{},7,{{\"eventID\":}}]", records.join(","));
    let files = [("a\0b\n", &*content, None)];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.sqlite");
    let built = of_files(&path, &files);
    assert_eq!((built.tally.unread, built.contradictions), (2, 0));
    assert_eq!(built.events, records.len() as u64);

    let case = Case::open(&path).unwrap();
    assert_eq!(number(&case, "SELECT count(*) FROM unread"), 2);
    for criterion in [
        None,
        Some("EventName=*"),
        Some("Actor=*"),
        Some("UserAgent=*"),
        Some("Text=x"),
    ] {
        let mut filter = Filter::default();
        if let Some(criterion) = criterion {
            filter = filter.and(criterion.parse::<Criterion>().unwrap());
        }
        let expected = lines_of_files(&files, &filter);
        let (found, _) = lines(&case, &filter);
        assert_eq!(found.len(), expected.len(), "{criterion:?}");
        assert!(found == expected, "{criterion:?}");
    }
    let range = Filter::between("1969-12-31T23:59:59.4Z".parse().ok(), None).unwrap();
    assert_eq!(
        case.events(&range, |_| ControlFlow::Continue(()))
            .unwrap()
            .undated,
        6
    );
    case.actors().unwrap();
    case.graph().unwrap().resolve();
    drop(case);

    // All of it is read again, and met again.
    let again = of_files(&path, &[("another", &content, None)]);
    assert_eq!(
        again.tally.kept,
        again.events + again.copies + again.contradictions
    );
    assert_eq!(again.contradictions, 0);
}

/// Reads all there is, whatever it says.
fn read_all(case: &Case) {
    let _ = case.verifications();
    let _ = case.findings(|_| ControlFlow::Continue(()));
    let _ = case.logs(|_| ControlFlow::Continue(()));
    if let Ok(roster) = case.actors() {
        roster.left_out();
    }
    if let Ok(graph) = case.graph() {
        graph.cut();
        let sessions = graph.resolve();
        for usage in sessions.uses().iter().take(5) {
            let asked = usage.actor.id.as_str();
            if let Ok(query) = trailseal_forensics::session::Query::parse(asked) {
                sessions.whois(&query);
                sessions.trace(&query);
            }
        }
    }
    let _ = case.hits(|_, _| ControlFlow::Continue(()));
    let _ = case.events(&Filter::default(), |_| ControlFlow::Continue(()));
    for criterion in [
        "EventName=x",
        "Actor=AIDA*",
        "AccessKeyId=AKIAIOSFODNN7EXAMPLE",
        "EventId=3",
    ] {
        let filter = Filter::default().and(criterion.parse::<Criterion>().unwrap());
        let _ = case.events(&filter, |_| ControlFlow::Continue(()));
    }
    for sql in [
        "SELECT * FROM events",
        "SELECT * FROM search WHERE search MATCH 'x'",
    ] {
        if let Ok(mut statement) = case.sql(sql) {
            let mut rows = statement.rows().unwrap();
            while matches!(rows.next(), Ok(Some(_))) {}
        }
    }
}

fn small() -> Vec<u8> {
    let record = |at: usize| {
        json!({
            "eventVersion": "1.11", "eventID": at.to_string(), "eventName": "AssumeRole",
            "eventSource": "sts.amazonaws.com", "eventTime": format!("2026-03-11T02:00:{at:02}Z"),
            "userIdentity": {"type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE",
                "accessKeyId": "AKIAIOSFODNN7EXAMPLE"},
            "responseElements": {"credentials": {"accessKeyId": format!("ASIAIOSFODNN{at:03}EXAMPLE")}},
            "resources": [{"ARN": format!("arn:aws:s3:::{at}")}],
        })
        .to_string()
    };
    let records: Vec<String> = (0..40).map(record).collect();
    let content = format!("[{}]", records.join(","));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.sqlite");
    of_files(&path, &[("f", &content, None), ("g", &content, None)]);
    std::fs::read(&path).unwrap()
}

proptest! {
    #![proptest_config(config(32))]

    #[test]
    fn a_changed_file_never_makes_it_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        static SMALL: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let mut bytes = SMALL.get_or_init(small).clone();
        for (at, byte) in changes {
            // Not the magic: that is told at once.
            let at = 16 + at.index(bytes.len() - 16);
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("case.sqlite");
        std::fs::write(&path, &bytes).unwrap();
        if let Ok(case) = Case::open(&path) {
            read_all(&case);
        }
        if let Ok(builder) = Builder::extend(&path) {
            let _ = builder.finish(&verification("again"));
        }
    }

    /// The values that this program itself interprets.
    #[test]
    fn changed_values_never_make_it_panic(
        which in 0..20usize,
        text in prop_oneof![
            Just("18446744073709551615".to_owned()),
            Just("{\"events\":281474976710656}".to_owned()),
            Just("[]".to_owned()),
            "\\PC{0,20}",
        ],
        number in prop_oneof![Just(i64::MAX), Just(i64::MIN), Just(-1), any::<i64>()],
    ) {
        static SMALL: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("case.sqlite");
        std::fs::write(&path, SMALL.get_or_init(small)).unwrap();
        let db = rusqlite::Connection::open(&path).unwrap();
        db.pragma_update(None, "foreign_keys", false).unwrap();
        let (sql, value): (_, &dyn rusqlite::ToSql) = match which {
            0 => ("UPDATE actor SET summary = replace(summary, '80', ?1)", &text),
            1 => ("UPDATE session SET detail = replace(detail, '\"events\":', '\"events\":' || ?1)", &number),
            2 => ("UPDATE total SET value = ?1", &number),
            3 => ("UPDATE log SET location = ?1, bucket = 'example'", &text),
            4 => ("UPDATE log SET sha256 = ?1", &text),
            5 => ("UPDATE event SET position = ?1, wrapper = ?1", &number),
            6 => ("UPDATE event SET time = ?1", &number),
            7 => ("UPDATE block SET records = CAST(?1 AS BLOB)", &text),
            8 => ("UPDATE identity SET json = ?1", &text),
            9 => ("UPDATE issue_detail SET json = ?1", &text),
            10 => ("UPDATE verification SET at = ?1", &text),
            11 => ("UPDATE event SET first = ?1", &number),
            12 => ("UPDATE event SET size = ?1", &number),
            13 => ("UPDATE event SET conduct = ?1, touched = ?1", &number),
            14 => ("UPDATE conduct SET kind = ?1, identity = ?1, client = ?1", &number),
            15 => ("UPDATE event SET id = ?1 WHERE id = 1", &number),
            16 => ("UPDATE log SET id = ?1 WHERE id = 1", &number),
            17 => ("UPDATE block SET id = ?1 WHERE id = 1", &number),
            18 => ("UPDATE touched SET id = ?1 WHERE id = 1 AND position = 0", &number),
            _ => ("UPDATE event SET block = ?1, log = ?1", &number),
        };
        db.execute(sql, [value]).unwrap();
        drop(db);
        read_all(&Case::open(&path).unwrap());
        if let Ok(builder) = Builder::extend(&path) {
            let _ = builder.finish(&verification("again"));
        }
    }
}

/// Otherwise a small file keeps its reader busy for days.
#[test]
fn records_lie_where_a_building_puts_them() {
    let folder = tempfile::tempdir().unwrap();
    let large = "INSERT INTO block VALUES \
                 (98, CAST('{\"a\":\"' || hex(zeroblob(50000)) || '\"}' AS BLOB)); \
                 UPDATE event SET block = 98, first = 0, \
                 size = (SELECT length(records) FROM block WHERE id = 98)";
    let one = format!("{large} WHERE id = 1");
    for (sql, found) in [
        ("UPDATE event SET block = 99", "a record without its block"),
        (
            "UPDATE event SET first = first + 20000",
            "a record outside of its block",
        ),
        (
            "UPDATE event SET first = -1",
            "a record outside of its block",
        ),
        (
            &*format!("{one}; UPDATE event SET block = 98, first = 9, size = 9 WHERE id = 2"),
            "a record outside of its block",
        ),
        (large, "records of many events in one place"),
    ] {
        let path = folder.path().join("case.sqlite");
        std::fs::write(&path, small()).unwrap();
        let db = rusqlite::Connection::open(&path).unwrap();
        db.pragma_update(None, "foreign_keys", false).unwrap();
        db.execute_batch(sql).unwrap();
        drop(db);
        let case = Case::open(&path).unwrap();
        let read = case.events(&Filter::default(), |_| ControlFlow::Continue(()));
        let error = read.unwrap_err().to_string();
        assert!(error.contains("damaged or was changed"), "{sql}: {error}");
        assert!(error.contains(found), "{sql}: {error}");
    }
    // One that is larger than a page has a block of its own.
    let path = folder.path().join("case.sqlite");
    std::fs::write(&path, small()).unwrap();
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(&one).unwrap();
    drop(db);
    let case = Case::open(&path).unwrap();
    let read = case.events(&Filter::default(), |_| ControlFlow::Continue(()));
    assert_eq!(read.unwrap().events, 40);
}

#[test]
fn a_file_with_views_and_triggers_of_its_own_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for sql in [
        "DROP VIEW events; CREATE VIEW events AS WITH RECURSIVE r (n) AS \
         (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT * FROM r",
        "CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM event; END",
        "DROP VIEW record; CREATE VIEW record AS SELECT 1 AS event, '{}' AS json",
        "DROP INDEX event_by_time",
    ] {
        let path = folder.path().join("case.sqlite");
        std::fs::write(&path, small()).unwrap();
        let db = rusqlite::Connection::open(&path).unwrap();
        db.execute_batch(sql).unwrap();
        drop(db);
        let error = Case::open(&path).unwrap_err().to_string();
        assert!(error.contains("changed"), "{error}");
        assert!(Builder::extend(&path).is_err());
    }
    // What somebody added for their own use does no harm.
    let path = folder.path().join("case.sqlite");
    std::fs::write(&path, small()).unwrap();
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch("CREATE TABLE note (event, text); CREATE INDEX i ON event (log)")
        .unwrap();
    drop(db);
    read_all(&Case::open(&path).unwrap());
}
