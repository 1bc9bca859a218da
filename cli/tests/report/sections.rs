//! What records say: acts against evidence, who acted, sessions, what happened.

use super::*;

#[test]
fn what_was_done_to_the_evidence_is_in_every_report_with_its_proof() {
    let desk = Desk::new();
    desk.signed("b");
    let report = report_of(&desk, "b");
    let sections = report["sections"].as_object().unwrap();
    assert_eq!(sections.keys().collect::<Vec<_>>(), ["antiforensics"]);
    let acts = &sections["antiforensics"];
    assert_eq!(
        [
            &acts["lasting"],
            &acts["undone"],
            &acts["not_done"],
            &acts["unexplained"]
        ],
        [4, 1, 3, 0]
    );
    let written = acts["shown"].as_array().unwrap().iter();
    let mut written = written.filter(|act| act["technique"] == "log-object-written");
    let first = written.next().unwrap();
    assert_eq!(first["ended"], "lasting");
    assert_eq!(first["proof"]["answer"], "verified");
    assert!(
        first["explains"][0]
            .as_str()
            .unwrap()
            .starts_with("log-hash-mismatch"),
        "{first}"
    );
    assert!(first.get("behind").is_none(), "nobody asked for sessions");

    let html = fs::read_to_string(desk.path("b/data/report.html")).unwrap();
    assert!(html.contains("<h2>Acts against evidence</h2>"));
    assert!(
        html.contains("= 2026-03-11T04:21:33Z"),
        "the mark of its proof"
    );

    // What reading all records says of them is the same, but for who stands behind.
    let all = [
        "--unsigned",
        "--sections",
        "antiforensics,actors,sessions,timeline",
    ];
    assert_eq!(desk.report("all", &all), Some(1));
    let mut again = report_of(&desk, "all")["sections"]["antiforensics"].take();
    let behind: Vec<_> = again["shown"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .map(|act| act.as_object_mut().unwrap().remove("behind"))
        .collect();
    assert_eq!(&again, acts);
    assert!(
        behind
            .iter()
            .flatten()
            .any(|text| { text.as_str().unwrap().contains("assumed by user ci-deploy") }),
        "{behind:?}"
    );

    assert_eq!(
        desk.report("none", &["--unsigned", "--sections", "none"]),
        Some(1)
    );
    assert!(report_of(&desk, "none").get("sections").is_none());
}

#[test]
fn sections_say_who_acted_and_what_happened() {
    let desk = Desk::new();
    let more = [
        "--unsigned",
        "--actor",
        "svc-metrics-sync",
        "--sections",
        "actors,sessions,timeline",
    ];
    assert_eq!(desk.report("b", &more), Some(1));
    let sections = report_of(&desk, "b")["sections"].take();
    let actors = sections["actors"]["shown"].as_array().unwrap();
    assert_eq!(actors.len(), 1, "{actors:?}");
    assert_eq!(
        (&actors[0]["events"], &actors[0]["answer"]),
        (&26.into(), &"verified".into())
    );
    let sessions = sections["sessions"]["shown"].as_array().unwrap();
    let behind = sessions[0]["behind"].as_str().unwrap();
    assert!(
        behind.contains("made by session org-sync of role"),
        "{behind}"
    );
    assert_eq!(sections["timeline"]["shown"].as_array().unwrap().len(), 26);
    assert!(sections.get("antiforensics").is_none());
    let read = |name: &str| {
        String::from_utf8_lossy(&fs::read(desk.path("b").join(name)).unwrap()).into_owned()
    };
    for title in ["Actors", "Sessions and keys", "Timeline"] {
        assert!(read("data/report.html").contains(&format!("<h2>{title}</h2>")));
        assert!(read("data/report.pdf").contains(&format!("/Title ({title})")));
    }

    // More events than are shown: the rest is where they all are.
    let more = ["--unsigned", "--events", "csv", "--sections", "timeline"];
    assert_eq!(desk.report("all", &more), Some(1));
    let timeline = report_of(&desk, "all")["sections"]["timeline"].take();
    let more = timeline["more"].as_u64().unwrap();
    assert_eq!(timeline["shown"].as_array().unwrap().len(), 500);
    let csv = fs::read_to_string(desk.path("all/data/events.csv")).unwrap();
    assert_eq!(csv.lines().count() as u64, 1 + 500 + more);
    let html = fs::read_to_string(desk.path("all/data/report.html")).unwrap();
    assert!(html.contains("events, in data/events.csv"));
}

#[test]
fn records_that_nothing_vouches_for_are_marked() {
    let desk = Desk::new();
    let more = [
        "--unsigned",
        "--allow-unverified",
        "--events",
        "jsonl",
        "--sections",
        "actors,timeline",
    ];
    assert_eq!(desk.report("b", &more), Some(1));
    let sections = report_of(&desk, "b")["sections"].take();
    let actors = sections["actors"]["shown"].as_array().unwrap();
    assert!(
        actors.iter().any(|actor| actor["answer"] == "failed"),
        "of the altered log"
    );
    let events = fs::read_to_string(desk.path("b/data/events.jsonl")).unwrap();
    let doubtful = events
        .lines()
        .filter(|line| !line.contains("\"verdict\":\"verified\""));
    let told: u64 = actors
        .iter()
        .map(|actor| actor["unverified"].as_u64().unwrap())
        .sum();
    assert_eq!(doubtful.count() as u64, told);
}
