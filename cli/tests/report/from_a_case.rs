//! Reports of what a case states.

use super::*;

/// A desk with a case of the sample.
fn desk() -> Desk {
    let desk = Desk::new();
    let (sample, keys) = (vectors("sample"), vectors("sample-keys.json"));
    let built = desk.trailseal(&[
        "case",
        "build",
        &sample,
        "--keys",
        &keys,
        "-o",
        "case.sqlite",
    ]);
    assert_eq!(built.status.code(), Some(1), "{built:?}");
    desk
}

fn report(desk: &Desk, name: &str, more: &[&str]) -> Option<i32> {
    let words = ["report", "case.sqlite", "--out", name, "--at", bundle::AT];
    let output = desk.trailseal(&[&words, more].concat());
    assert_ne!(output.status.code(), Some(4), "{output:?}");
    output.status.code()
}

#[test]
fn it_says_what_the_case_states_and_that_nothing_was_checked_again() {
    let desk = desk();
    let more = [
        "--signing-key",
        "key.pem",
        "--events",
        "csv",
        "--sections",
        "actors,antiforensics,sessions,timeline",
        "--controls",
        "nist",
    ];
    for name in ["b", "again"] {
        assert_eq!(
            report(&desk, name, &more),
            Some(1),
            "the sample has failures"
        );
    }
    for name in files(&desk.path("b")) {
        let read = |bundle: &str| fs::read(desk.path(bundle).join(&name)).unwrap();
        assert!(read("b") == read("again"), "{name}");
    }
    let stated = report_of(&desk, "b");
    assert_eq!(
        (&stated["outcome"], &stated["state"]),
        (&"failed".into(), &"incomplete".into())
    );
    assert_eq!(stated["basis"]["kind"], "case");
    assert_eq!(stated["basis"]["verifications"][0]["outcome"], "failed");
    assert!(
        stated["not_proved"][0]
            .as_str()
            .unwrap()
            .starts_with("Nothing was checked again")
    );
    assert_eq!(stated["sources"][0]["name"], "case.sqlite");
    assert_eq!(stated["findings"].as_array().unwrap().len(), 7);
    assert!(
        !desk.path("b/data/keys.json").exists(),
        "a case holds no keys"
    );
    for control in stated["controls"][0]["controls"].as_array().unwrap() {
        assert_ne!(control["evidence"], "verified", "{control}");
    }
    let lines = fs::read_to_string(desk.path("b/data/objects.jsonl")).unwrap();
    let of = |text: &str| lines.lines().filter(|line| line.contains(text)).count();
    assert_eq!(
        of("\"kind\":\"log\","),
        446 + 1 + 1 + 4,
        "read, altered, absent, unnamed"
    );
    let html = fs::read_to_string(desk.path("b/data/report.html")).unwrap();
    assert!(html.contains("nobody checked again"));

    let (code, said) = desk.verify("b", &["--key", "key.pem.pub"]);
    assert_eq!(code, Some(0), "the bundle is as it was signed: {said}");
    assert!(
        said.to_string().contains("both repeat what a case states"),
        "{said}"
    );

    // The same acts and actors as from the logs themselves.
    let direct = [
        "--unsigned",
        "--sections",
        "actors,antiforensics,sessions,timeline",
    ];
    assert_eq!(desk.report("direct", &direct), Some(1));
    let direct = report_of(&desk, "direct");
    for section in ["actors", "sessions", "timeline"] {
        assert_eq!(
            stated["sections"][section], direct["sections"][section],
            "{section}"
        );
    }
    let acts = |report: &serde_json::Value| {
        let acts = report["sections"]["antiforensics"]["shown"]
            .as_array()
            .unwrap()
            .clone();
        acts.iter()
            .map(|act| act["event_id"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(acts(&stated), acts(&direct));
}

#[test]
fn a_case_that_states_success_is_no_proof_of_it() {
    let desk = desk();
    for sql in [
        "UPDATE verification SET outcome = 'verified'",
        "UPDATE verification SET report = json_set(report, '$.outcome', 'verified')",
        "DELETE FROM finding",
    ] {
        let case = rusqlite::Connection::open(desk.path("case.sqlite")).unwrap();
        case.execute(sql, []).unwrap();
    }
    assert_eq!(report(&desk, "b", &["--unsigned"]), Some(3));
    let stated = report_of(&desk, "b");
    assert_eq!(stated["outcome"], "unchecked");
    let summary = stated["summary"].as_str().unwrap();
    assert!(
        summary.starts_with("not checked again; the case states"),
        "{summary}"
    );
}

/// Whoever wrote the records chose every word of them.
#[test]
fn records_that_play_a_report_are_shown_and_never_markup() {
    let desk = Desk::new();
    let markup = "<script>alert(1)</script><img src=x onerror=alert(1)>";
    let hostile = format!("{markup}\u{202e}\u{1b}[2J\nx, proved by CloudTrail");
    let record = |source: &str, event: &str, id: usize| {
        serde_json::json!({
            "eventVersion": "1.11",
            "eventTime": "2026-03-11T02:00:00Z",
            "eventSource": source,
            "eventName": event,
            "awsRegion": hostile,
            "recipientAccountId": hostile,
            "sourceIPAddress": hostile,
            "userAgent": hostile,
            "eventID": format!("{hostile}{id}"),
            "requestParameters": {"name": hostile},
            "userIdentity": {
                "type": "AssumedRole",
                "principalId": format!("AROA<b>:{hostile}"),
                "arn": format!("arn:aws:sts::111122223333:assumed-role/{hostile}/{hostile}"),
                "accessKeyId": "ASIA<b>EXAMPLE",
                "userName": hostile,
            },
        })
    };
    let records = [
        record("cloudtrail.amazonaws.com", "StopLogging", 1),
        record(&hostile, &hostile, 2),
    ];
    let text = serde_json::json!({ "Records": records }).to_string();
    fs::write(desk.path("events.json"), text).unwrap();
    let words = [
        "case",
        "build",
        "events.json",
        "--allow-unverified",
        "-o",
        "case.sqlite",
    ];
    assert_eq!(desk.trailseal(&words).status.code(), Some(3));
    let more = [
        "--unsigned",
        "--events",
        "csv",
        "--sections",
        "actors,antiforensics,sessions,timeline",
    ];
    assert_eq!(report(&desk, "b", &more), Some(3));
    let stated = report_of(&desk, "b");
    assert_eq!(stated["state"], "not_evaluated");
    assert_eq!(
        stated["sections"]["antiforensics"]["shown"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        stated["sections"]["timeline"]["shown"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let html = fs::read_to_string(desk.path("b/data/report.html")).unwrap();
    assert!(html.contains("&lt;script&gt;"));
    assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>"));
    assert!(html.chars().all(|c| c == '\n' || !c.is_control()) && !html.contains('\u{202e}'));
    // A name that is no plain word stands in quotes; sentences of the timeline have
    // a cell of their own, as in every export.
    let (before, _) = html.split_once("<h2>Timeline").unwrap();
    assert!(!before.contains("proved by CloudTrail"), "{before}");
    let json = fs::read_to_string(desk.path("b/data/report.json")).unwrap();
    assert!(json.chars().all(|c| c == '\n' || !c.is_control()) && !json.contains('\u{202e}'));
    assert_eq!(desk.verify("b", &[]).0, Some(3));
}

#[test]
fn what_a_case_does_not_have_is_not_promised() {
    let desk = desk();
    let asked = ["--unsigned", "--include-objects", "failed"];
    assert_eq!(report(&desk, "b", &asked), Some(2));
    let keys = vectors("sample-keys.json");
    assert_eq!(
        report(&desk, "b", &["--unsigned", "--keys", &keys]),
        Some(2)
    );
    assert!(!desk.path("b").exists());
}
