//! Events that were recorded more than once, contradicted, or corrected.

use serde_json::{Value, json};
use trailseal_forensics::case::Case;
use trailseal_forensics::lookup::Filter;
use trailseal_verifier::verdict::Code;

use super::support::{lines, lines_of_files, number, of_files};

const UNREFERENCED: Option<Code> = Some(Code::LogUnreferenced);
const ALTERED: Option<Code> = Some(Code::LogHashMismatch);

fn event(id: &str, name: &str) -> Value {
    json!({
        "eventVersion": "1.11", "eventID": id, "eventName": name,
        "eventTime": "2026-03-11T02:00:00Z", "recipientAccountId": "111122223333",
        "eventSource": "s3.amazonaws.com", "awsRegion": "us-east-1",
        "userIdentity": {"type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE",
            "userName": name, "accessKeyId": "AKIAIOSFODNN7EXAMPLE"},
        "resources": [{"ARN": format!("arn:aws:s3:::{name}")}],
    })
}

fn file(records: &[Value]) -> String {
    Value::from(records.to_vec()).to_string()
}

/// What a case keeps, in words.
fn kept(case: &Case) -> Vec<String> {
    let mut statement = case
        .sql(
            "SELECT 'event ' || event_name || ' of ' || log FROM events \
             UNION ALL SELECT 'copy in ' || location FROM copy JOIN log ON log.id = copy.log \
             UNION ALL SELECT 'contradiction in ' || location || ' ' || members \
             FROM contradiction JOIN log ON log.id = contradiction.log \
             UNION ALL SELECT 'resource ' || text FROM resource JOIN text ON text.id = resource.arn \
             ORDER BY 1",
        )
        .unwrap();
    let mut rows = statement.rows().unwrap();
    let mut kept = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let trailseal_forensics::case::Value::Text(text) = &row[0] else {
            panic!("{row:?}");
        };
        kept.push(text.clone().into_owned());
    }
    kept
}

#[test]
fn of_copies_the_best_proved_is_kept_whatever_comes_first() {
    let one = file(&[event("a", "x"), event("b", "y")]);
    // The same, in another order and spelling.
    let other = one.replace("us-east-1", "us-east-\\u0031");
    let files = [
        ("failed", &*other, ALTERED),
        ("unchecked", &*one, UNREFERENCED),
        ("worse", &*other, ALTERED),
    ];
    let mut all = Vec::new();
    for order in [[0, 1, 2], [1, 0, 2], [2, 0, 1], [1, 2, 0]] {
        for cut in 0..=3 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("case.sqlite");
            let files = order.map(|at| files[at]);
            let mut copies = 0;
            for part in [&files[..cut], &files[cut..]] {
                let built = of_files(&path, part);
                assert_eq!(built.contradictions, 0);
                assert_eq!(built.tally.kept, built.events + built.copies);
                copies += built.copies;
            }
            assert_eq!(copies, 4);
            let case = Case::open(&path).unwrap();
            assert_eq!(
                kept(&case),
                [
                    "copy in failed",
                    "copy in failed",
                    "copy in worse",
                    "copy in worse",
                    "event x of unchecked",
                    "event y of unchecked",
                    "resource arn:aws:s3:::x",
                    "resource arn:aws:s3:::y",
                ]
            );
            let roster = case.actors().unwrap();
            let (_, entry) = roster.entries().next().unwrap();
            assert_eq!(entry.summary.events, 2);
            all.push(lines(&case, &Filter::default()).0);
        }
    }
    let best = lines_of_files(&files[1..2], &Filter::default());
    assert!(all.iter().all(|lines| *lines == best));
}

#[test]
fn contradictions_are_kept_beside_the_better_proved() {
    let (one, other) = (file(&[event("a", "x")]), file(&[event("a", "y")]));
    let files = [
        ("altered", &*other, ALTERED),
        ("again", &*other, ALTERED),
        ("unchecked", &*one, UNREFERENCED),
    ];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        for cut in 0..=3 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("case.sqlite");
            let files = order.map(|at| files[at]);
            of_files(&path, &files[..cut]);
            of_files(&path, &files[cut..]);
            let case = Case::open(&path).unwrap();
            let members = r#"["eventName","resources","userIdentity"]"#;
            assert_eq!(
                kept(&case),
                [
                    format!("contradiction in again {members}"),
                    format!("contradiction in altered {members}"),
                    "event x of unchecked".to_owned(),
                    "resource arn:aws:s3:::x".to_owned(),
                ],
                "{order:?} {cut}"
            );
            let said = "SELECT count(*) FROM contradiction WHERE json ->> '$.eventName' = 'y'";
            assert_eq!(number(&case, said), 2);
        }
    }
}

#[test]
fn corrections_are_applied_when_their_original_is_there() {
    let correction = |id: &str| {
        let mut later = event(id, "corrected");
        later["addendum"] = json!({"reason": "UPDATED_DATA", "originalEventID": "a",
            "updatedFields": "eventName,errorCode"});
        later
    };
    let (original, later) = (
        file(&[event("a", "x")]),
        file(&[correction("a"), correction("b")]),
    );
    let files = [("original", &*original, None), ("later", &*later, None)];
    for (order, cut) in [([0, 1], 0), ([0, 1], 1), ([1, 0], 0), ([1, 0], 1)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("case.sqlite");
        let files = order.map(|at| files[at]);
        of_files(&path, &files[..cut]);
        of_files(&path, &files[cut..]);
        let case = Case::open(&path).unwrap();
        let applied = "SELECT count(*) FROM amendment JOIN events ON events.id = original \
                       WHERE json ->> '$.eventName' = 'corrected' AND events.event_name = 'x' \
                       AND replaced = '[\"eventName\"]' AND missing = '[\"errorCode\"]'";
        assert_eq!(number(&case, applied), 2, "{order:?} {cut}");
        assert_eq!(number(&case, "SELECT count(*) FROM event"), 3);
    }
}

#[test]
fn a_log_that_is_vouched_for_later_says_so() {
    let one = file(&[event("a", "x")]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.sqlite");
    of_files(&path, &[("f", &one, UNREFERENCED)]);
    let again = of_files(&path, &[("f", &one, ALTERED)]);
    assert_eq!((again.known, again.logs), (1, 0));
    let case = Case::open(&path).unwrap();
    // Nothing signed says anything new.
    let answers = "SELECT count(*) FROM log WHERE answer = 'unchecked'";
    assert_eq!(number(&case, answers), 1);
}
