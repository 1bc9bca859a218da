//! SQL that only reads.

use trailseal_forensics::case::{CaseError, Value};

use super::support::{number, open, whole};

#[test]
fn rows_have_names_and_types() {
    let case = open();
    let mut statement = case
        .sql("SELECT event_name, unix_time, NULL AS absent, 1.5, x'00ff' FROM events WHERE event_name = 'StopLogging' AND error_code IS NULL")
        .unwrap();
    assert_eq!(
        statement.columns(),
        ["event_name", "unix_time", "absent", "1.5", "x'00ff'"]
    );
    let mut rows = statement.rows().unwrap();
    let row = rows.next().unwrap().unwrap();
    assert_eq!(
        row,
        [
            Value::Text("StopLogging".into()),
            Value::Integer(1_773_202_893),
            Value::Null,
            Value::Real(1.5),
            Value::Blob(&[0, 255]),
        ]
    );
    assert_eq!(rows.next().unwrap(), None);
}

#[test]
fn views_and_json_and_full_text_answer() {
    let case = open();
    for sql in [
        "SELECT count(*) FROM events WHERE time LIKE '2026-03-11T02:%Z' AND verdict = 'verified'",
        "SELECT count(*) FROM record WHERE json ->> '$.requestParameters.bucketName' = 'example-customer-exports'",
        "SELECT count(*) FROM search WHERE search MATCH '\"customer-exports\"'",
        "SELECT count(*) FROM search JOIN mentions ON mentions.text = search.text \
         JOIN events ON events.id = mentions.event WHERE search MATCH 'StopLogging'",
        "SELECT count(DISTINCT shared_id) FROM shared_actions",
        "SELECT count(*) FROM edge JOIN issue ON issue.id = edge.issue \
         JOIN session ON session.id = edge.session WHERE direction = 'asked' AND confidence = 'strong'",
        "SELECT count(*) FROM pragma_table_info('event')",
        "WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 9) SELECT count(*) FROM up",
    ] {
        assert!(number(&case, sql) > 0, "{sql}");
    }
    let mut statement = case.sql("EXPLAIN QUERY PLAN SELECT * FROM events").unwrap();
    assert!(statement.rows().unwrap().next().unwrap().is_some());
}

#[test]
fn what_does_more_than_read_is_refused() {
    let case = open();
    let before = std::fs::read(whole()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.sqlite");
    for sql in [
        "DELETE FROM event",
        "INSERT INTO text VALUES (0, 'x')",
        "UPDATE log SET answer = 'verified' RETURNING id",
        "CREATE TEMP TABLE t (a)",
        "DROP TABLE event",
        "PRAGMA user_version = 3",
        "PRAGMA writable_schema = 1",
        "PRAGMA trusted_schema = 1",
        "PRAGMA temp_store_directory = '/'",
        "PRAGMA wal_checkpoint",
        "VACUUM",
        &format!("VACUUM INTO '{}'", other.display()),
        &format!("ATTACH '{}' AS other", other.display()),
        "SELECT load_extension('x')",
        "SELECT fts3_tokenizer('x')",
        "BEGIN",
        "SAVEPOINT s",
        "ANALYZE",
        "REINDEX",
        "SELECT 1; SELECT 2",
        "SELECT 1; DELETE FROM event",
        "INSERT INTO search (search) VALUES ('delete-all')",
        "SELECT nonsense FROM nowhere",
        "SELECT ?1",
        "",
        "-- nothing",
    ] {
        let asked = case.sql(sql).and_then(|mut statement| {
            let mut rows = statement.rows()?;
            while rows.next()?.is_some() {}
            Ok(())
        });
        match asked {
            Err(CaseError::Sql { .. }) => {}
            other => panic!("{sql}: {other:?}"),
        }
    }
    assert!(!other.exists());
    assert!(std::fs::read(whole()).unwrap() == before);
}

#[test]
fn what_takes_for_ever_can_be_stopped() {
    let case = open();
    let cancel = case.cancel();
    let stopper = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(50));
        cancel.cancel();
    });
    let sql = "WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up) \
               SELECT count(*) FROM up";
    let mut statement = case.sql(sql).unwrap();
    let error = statement.rows().unwrap().next().unwrap_err();
    assert!(matches!(error, CaseError::Stopped { .. }), "{error}");
    stopper.join().unwrap();
}
