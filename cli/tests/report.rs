//! Bundles: what is in them, and that nothing of one can be changed unnoticed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod bundle;

use std::fs;
use std::io::Write as _;
use std::path::Path;

#[cfg(feature = "aws")]
use bundle::answering;
use bundle::{Desk, Dice, change, files, vectors};

fn copy(from: &Path, to: &Path) {
    for name in files(from) {
        let path = to.join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(from.join(&name), path).unwrap();
    }
}

/// Everything that was said of any file.
fn blamed(said: &serde_json::Value) -> String {
    let checks = said["checks"].as_array().unwrap();
    let failed = checks.iter().filter(|check| check["answer"] == "failed");
    failed.map(ToString::to_string).collect()
}

#[test]
fn a_bundle_is_verified_with_the_key_and_with_no_other() {
    let desk = Desk::new();
    desk.signed("b");
    assert!(files(&desk.path("b")).len() > 20);

    let (code, said) = desk.verify("b", &["--key", "key.pem.pub", "--deep"]);
    assert_eq!(
        (code, &said["answer"]),
        (Some(0), &"verified".into()),
        "{said}"
    );
    let names: Vec<_> = said["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].clone())
        .collect();
    assert_eq!(
        names,
        [
            "signature",
            "files",
            "inventory",
            "report",
            "bag",
            "evidence"
        ]
    );

    let (code, said) = desk.verify("b", &[]);
    assert_eq!(code, Some(3), "a key that came with it: {said}");
    assert_eq!(said["key_came_with_bundle"], true);

    let other = desk.trailseal(&["keys", "generate", "--no-passphrase", "-o", "other.pem"]);
    assert_eq!(other.status.code(), Some(0));
    let (code, said) = desk.verify("b", &["--key", "other.pem.pub"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(blamed(&said).contains("somebody else signed it"), "{said}");
}

#[test]
fn the_same_question_at_the_same_time_gives_the_same_bytes() {
    let desk = Desk::new();
    let more = [
        "--signing-key",
        "key.pem",
        "--include-objects",
        "all",
        "--events",
        "csv,jsonl",
        "--controls",
        "cis,hipaa,iso27001,nist,pci,soc2",
        "--oscal",
        "--sections",
        "actors,antiforensics,sessions,timeline",
        "--case-number",
        "IR-7",
    ];
    for name in ["one", "two"] {
        assert_eq!(desk.report(name, &more), Some(1));
    }
    let names = files(&desk.path("one"));
    assert_eq!(names, files(&desk.path("two")));
    assert!(names.len() > 700, "{}", names.len());
    for name in names {
        let read = |bundle: &str| fs::read(desk.path(bundle).join(&name)).unwrap();
        assert!(read("one") == read("two"), "{name}");
    }
    let (code, said) = desk.verify("one", &["--key", "key.pem.pub", "--deep"]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn any_changed_byte_is_noticed_and_its_file_named() {
    let desk = Desk::new();
    desk.signed("b");
    let bundle = desk.path("b");
    let mut dice = Dice(7);
    for _ in 0..50 {
        let (name, before) = change(&bundle, &mut dice);
        let (code, said) = desk.verify("b", &["--key", "key.pem.pub"]);
        assert_eq!(code, Some(1), "{name}: {said}");
        assert!(blamed(&said).contains(&name), "{name}: {said}");
        fs::write(bundle.join(&name), before).unwrap();
    }
    let (code, said) = desk.verify("b", &["--key", "key.pem.pub"]);
    assert_eq!(code, Some(0), "{said}");
}

/// The library that `report verify` calls, over the bytes of a bundle with all that
/// one can have.
#[test]
fn a_thousand_changed_bytes_are_noticed_and_their_files_named() {
    use trailseal_forensics::report::check::{Found, verdict};
    use trailseal_keys::signing::EvidenceKey;
    use trailseal_verifier::verdict::Answer;

    let desk = Desk::new();
    let case = vectors("cases/log-record-removed");
    let made = desk.trailseal(&[
        "report",
        &format!("{case}/objects"),
        "--keys",
        &format!("{case}/keys.json"),
        "--out",
        "b",
        "--signing-key",
        "key.pem",
        "--include-objects",
        "all",
        "--events",
        "csv,jsonl",
        "--sections",
        "actors,antiforensics,sessions,timeline",
        "--controls",
        "hipaa,nist",
        "--oscal",
    ]);
    assert!(made.status.code() < Some(2), "{made:?}");
    let key = EvidenceKey::from_pem(&fs::read(desk.path("key.pem.pub")).unwrap()).unwrap();
    let bundle = desk.path("b");
    let mut all: Vec<(String, Vec<u8>)> = files(&bundle)
        .into_iter()
        .map(|name| (name.clone(), fs::read(bundle.join(&name)).unwrap()))
        .collect();
    assert!(all.len() > 20, "{}", all.len());
    let judged = |all: &[(String, Vec<u8>)]| {
        let mut found = Found::default();
        for (name, bytes) in all {
            let mut reader = found.reader(name.as_str());
            reader.update(bytes);
            found.note(reader);
        }
        verdict(&found, std::slice::from_ref(&key))
    };
    assert_eq!(judged(&all).answer(), Answer::Verified);
    let mut dice = Dice(1_000);
    let mut changes = 0;
    while changes < 1_000 {
        let which = dice.below(all.len());
        let (name, bytes) = &mut all[which];
        if bytes.is_empty() {
            continue;
        }
        changes += 1;
        let (name, at) = (name.clone(), dice.below(bytes.len()));
        let change = u8::try_from(1 + dice.below(255)).unwrap();
        bytes[at] ^= change;
        let verdict = judged(&all);
        assert_eq!(
            verdict.answer(),
            Answer::Failed,
            "{name}, byte {at} by {change}"
        );
        let failed = verdict
            .checks
            .iter()
            .filter(|check| check.answer == Answer::Failed);
        let blamed: String = failed
            .flat_map(|check| check.files.iter().cloned())
            .collect();
        assert!(
            blamed.contains(&name),
            "{name}, byte {at} by {change}: {blamed}"
        );
        all[which].1[at] ^= change;
    }
    assert_eq!(judged(&all).answer(), Answer::Verified);
}

#[test]
fn each_file_that_is_missing_is_named() {
    let desk = Desk::new();
    desk.signed("b");
    let bundle = desk.path("b");
    for name in files(&bundle) {
        let bytes = fs::read(bundle.join(&name)).unwrap();
        fs::remove_file(bundle.join(&name)).unwrap();
        let (code, said) = desk.verify("b", &["--key", "key.pem.pub"]);
        assert_eq!(code, Some(1), "{name}: {said}");
        assert!(blamed(&said).contains(&name), "{name}: {said}");
        fs::write(bundle.join(&name), bytes).unwrap();
    }
}

#[test]
fn what_does_not_belong_there_is_named() {
    let desk = Desk::new();
    desk.signed("b");
    let bundle = desk.path("b");
    for name in [
        "extra",
        "statement.json",
        "data/report.exe",
        "data/evidence/planted.json.gz",
        "x/y/z",
    ] {
        let path = bundle.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "x").unwrap();
        let (code, said) = desk.verify("b", &["--key", "key.pem.pub"]);
        assert_eq!(code, Some(1), "{name}: {said}");
        assert!(
            blamed(&said).contains(&format!("{name}: additional")),
            "{name}: {said}"
        );
        fs::remove_file(&path).unwrap();
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc/passwd", bundle.join("data/link")).unwrap();
        let (code, said) = desk.verify("b", &["--key", "key.pem.pub"]);
        assert_eq!(code, Some(1), "{said}");
        assert!(
            blamed(&said).contains("data/link: no regular file"),
            "{said}"
        );
    }
}

#[test]
fn a_bundle_that_nobody_signed_says_so_everywhere() {
    let desk = Desk::new();
    assert_eq!(desk.report("b", &["--unsigned"]), Some(1));
    let bundle = desk.path("b");
    assert!(bundle.join("statement.json").is_file() && !bundle.join("public-key.pem").exists());
    let read =
        |name: &str| String::from_utf8_lossy(&fs::read(bundle.join(name)).unwrap()).into_owned();
    assert!(read("data/report.html").contains("Nobody signed this report"));
    assert!(read("data/report.pdf").contains("Nobody signed this report"));
    assert!(read("VERIFY.md").contains("Nobody signed this bundle"));
    let report: serde_json::Value = serde_json::from_str(&read("data/report.json")).unwrap();
    assert_eq!(report["signature"]["state"], "unsigned");
    let (code, said) = desk.verify("b", &["--key", "key.pem.pub"]);
    assert_eq!(
        (code, &said["answer"]),
        (Some(3), &"unchecked".into()),
        "{said}"
    );

    fs::write(bundle.join("data/keys.json"), "{}").unwrap();
    let (code, said) = desk.verify("b", &[]);
    assert_eq!(code, Some(1), "{said}");
}

#[test]
fn what_the_arguments_lack_is_said_before_the_work() {
    let desk = Desk::new();
    assert_eq!(desk.report("b", &[]), Some(2), "nobody to sign");
    fs::create_dir(desk.path("b")).unwrap();
    assert_eq!(desk.report("b", &["--unsigned"]), Some(2), "it is there");
    assert_eq!(files(&desk.path("b")).len(), 0);
    assert_eq!(
        desk.report("c", &["--unsigned", "--controls", "fedramp"]),
        Some(2)
    );
    assert_eq!(
        desk.report("c", &["--unsigned", "--case-number", "a\nb"]),
        Some(2)
    );
    assert!(!desk.path("c").exists());
}

#[test]
fn a_report_counts_what_the_sample_has() {
    let desk = Desk::new();
    desk.signed("b");
    let text = fs::read_to_string(desk.path("b/data/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["schema"], "trailseal-evidence/1");
    assert_eq!(
        (&report["outcome"], &report["state"]),
        (&"failed".into(), &"incomplete".into())
    );
    assert_eq!(report["tally"]["logs"]["verified"], 446);
    assert_eq!(report["findings"].as_array().unwrap().len(), 7);
    assert!(
        !text.contains("key.pem"),
        "where the key lies says nothing of the evidence"
    );
    let lines = fs::read_to_string(desk.path("b/data/objects.jsonl")).unwrap();
    // 288 digests, one of them missing; 448 logs, and 4 that no verified digest names.
    assert_eq!(lines.lines().count(), 288 + 448 + 4);
    let included = lines
        .lines()
        .filter(|line| line.contains("\"included\""))
        .count();
    assert_eq!(
        included,
        1 + 4 + 2,
        "altered and unnamed logs, and the digests of failed ones"
    );
}

#[test]
fn a_control_is_never_called_satisfied() {
    let desk = Desk::new();
    let more = ["--unsigned", "--controls", "nist,hipaa", "--oscal"];
    assert_eq!(desk.report("b", &more), Some(1));
    let text = fs::read(desk.path("b/data/oscal-assessment-results.json")).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let document = &document["assessment-results"];
    let results = document["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    for result in results {
        assert!(result["observations"].as_array().unwrap().len() >= 4);
        for finding in result["findings"].as_array().unwrap() {
            assert_eq!(finding["target"]["status"]["state"], "not-satisfied");
        }
    }
    let linked = &document["back-matter"]["resources"][1]["rlinks"][0];
    assert_eq!(linked["href"], "report.json");
    let report = fs::read_to_string(desk.path("b/manifest-sha256.txt")).unwrap();
    let hash = linked["hashes"][0]["value"].as_str().unwrap();
    assert!(report.contains(&format!("{hash}  data/report.json\n")));
    assert_eq!(
        desk.report("c", &["--unsigned", "--oscal"]),
        Some(2),
        "of which controls?"
    );
}

#[test]
fn events_that_were_asked_for_are_in_the_bundle() {
    let desk = Desk::new();
    let more = ["--signing-key", "key.pem", "--event", "StopLogging"];
    assert_eq!(desk.report("b", &more), Some(1));
    let csv = fs::read_to_string(desk.path("b/data/events.csv")).unwrap();
    let json = fs::read_to_string(desk.path("b/data/events.jsonl")).unwrap();
    assert!(
        json.lines().count() >= 1 && json.contains("\"StopLogging\""),
        "{json}"
    );
    assert_eq!(csv.lines().count(), json.lines().count() + 1);
    let (code, said) = desk.verify("b", &["--key", "key.pem.pub"]);
    assert_eq!(code, Some(0), "{said}");
}

fn report_of(desk: &Desk, name: &str) -> serde_json::Value {
    let text = fs::read(desk.path(name).join("data/report.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

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

mod from_a_case {
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
}

#[test]
fn text_of_records_and_keys_is_shown_and_never_markup() {
    let desk = Desk::new();
    let case = vectors("cases/listed-key-of-odd-unicode");
    let output = desk.trailseal(&[
        "report",
        &format!("{case}/objects"),
        "--keys",
        &format!("{case}/keys.json"),
        "--out",
        "b",
        "--unsigned",
        "--purpose",
        "<script>alert('1')</script>",
    ]);
    assert!(output.status.code() < Some(4), "{output:?}");
    let html = fs::read_to_string(desk.path("b/data/report.html")).unwrap();
    assert!(html.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"));
    assert!(!html.contains("<script") && html.contains("Content-Security-Policy"));
    assert!(html.chars().all(|c| c == '\n' || !c.is_control()));
    assert!(!html.contains('\u{202e}'));
}

#[test]
fn an_altered_object_is_found_though_the_bundle_was_made_anew() {
    let desk = Desk::new();
    desk.signed("b");
    // The examiner's key, in the wrong hands: all hashes are made to fit.
    let bundle = desk.path("b");
    let keys = fs::read_to_string(bundle.join("data/keys.json")).unwrap();
    let (code, said) = desk.verify(
        "b",
        &[
            "--key",
            "key.pem.pub",
            "--deep",
            "--keys",
            &vectors("sample-keys.json"),
        ],
    );
    assert_eq!(code, Some(0), "{said}");
    // Keys of another trail: nothing is verified any more, and nothing called failed.
    let other = vectors("cases/odd-prefix/keys.json");
    let (code, said) = desk.verify("b", &["--key", "key.pem.pub", "--deep", "--keys", &other]);
    assert_eq!(code, Some(3), "{said}");
    assert!(keys.contains("trailseal-keyring/1"));
}

/// Whoever answers, or nobody: the work of hours is not lost.
#[cfg(feature = "aws")]
#[test]
fn a_bundle_without_its_time_stamp_is_kept_with_the_request() {
    let desk = Desk::new();
    let ca = Path::new(env!("CARGO_MANIFEST_DIR")).join("../keys/tests/timestamp");
    // Granted, by an authority that is believed, and about other bytes.
    let other = fs::read(ca.join("rsa/response.tsr")).unwrap();
    let ca = ca.join("rsa/ca.pem").to_str().unwrap().to_owned();
    let (sample, keys) = (vectors("sample"), vectors("sample-keys.json"));
    for (number, (url, reason)) in [
        ("http://127.0.0.1:1/".to_owned(), "127.0.0.1"),
        (
            answering(|_| (503, b"later".to_vec())),
            "expected the status 200, found 503",
        ),
        (answering(|_| (200, b"<html>".to_vec())), "expected DER"),
        (
            answering(move |_| (200, other.clone())),
            "it belongs to other bytes",
        ),
        (answering(|_| (200, vec![0; 1 << 20])), "longer than"),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("b{number}");
        let made = desk.trailseal(&[
            "report",
            &sample,
            "--keys",
            &keys,
            "--out",
            &name,
            "--signing-key",
            "key.pem",
            "--timestamp-url",
            &url,
            "--tsa-ca",
            &ca,
        ]);
        let said = String::from_utf8_lossy(&made.stderr).into_owned();
        assert_eq!(made.status.code(), Some(4), "{said}");
        assert!(
            said.contains(reason) && said.contains("is there, signed"),
            "{said}"
        );
        assert!(!said.contains("secret"), "{said}");
        let bundle = desk.path(&name);
        assert!(bundle.join("statement.tsq").is_file() && !bundle.join("statement.tsr").exists());
        let report = fs::read_to_string(bundle.join("data/report.json")).unwrap();
        assert!(!report.contains("127.0.0.1") && !report.contains("ca.pem"));
        let (code, verdict) = desk.verify(&name, &["--key", "key.pem.pub"]);
        assert_eq!(code, Some(0), "{verdict}");

        let again = desk.trailseal(&[
            "report",
            "timestamp",
            &name,
            "--timestamp-url",
            &url,
            "--tsa-ca",
            &ca,
        ]);
        let said = String::from_utf8_lossy(&again.stderr).into_owned();
        assert_eq!(again.status.code(), Some(4), "{said}");
        assert!(said.contains(reason), "{said}");
        let (code, verdict) = desk.verify(&name, &["--key", "key.pem.pub"]);
        assert_eq!(code, Some(0), "{verdict}");
    }
}

mod zipped {
    use super::*;
    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    fn zip(path: &Path, entries: &[(String, Vec<u8>)]) {
        let mut zip = ZipWriter::new(fs::File::create(path).unwrap());
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for (name, bytes) in entries {
            zip.start_file(name.as_str(), options).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap();
    }

    fn entries(bundle: &Path, root: &str) -> Vec<(String, Vec<u8>)> {
        let names = files(bundle).into_iter();
        names
            .map(|name| {
                (
                    format!("{root}{name}"),
                    fs::read(bundle.join(&name)).unwrap(),
                )
            })
            .collect()
    }

    #[test]
    fn a_zip_of_a_bundle_is_read_as_the_folder() {
        let desk = Desk::new();
        desk.signed("b");
        for root in ["", "b/", "some/where/"] {
            zip(&desk.path("b.zip"), &entries(&desk.path("b"), root));
            let (code, said) = desk.verify("b.zip", &["--key", "key.pem.pub", "--deep"]);
            assert_eq!(code, Some(0), "{root}: {said}");
        }
    }

    #[test]
    fn a_bundle_is_written_as_a_zip_where_its_name_says_so() {
        let desk = Desk::new();
        let more = ["--signing-key", "key.pem", "--include-objects", "failed"];
        for name in ["one.zip", "two.ZIP"] {
            assert_eq!(desk.report(name, &more), Some(1));
        }
        let read = |name: &str| fs::read(desk.path(name)).unwrap();
        assert!(read("one.zip") == read("two.ZIP"), "the same bytes");
        let left: Vec<String> = files(&desk.path(""))
            .into_iter()
            .filter(|name| name.contains("part"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
        let (code, said) = desk.verify("one.zip", &["--key", "key.pem.pub", "--deep"]);
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(desk.report("one.zip", &more), Some(2), "it is there");

        // The files are those of the folder, each with its name, in order.
        assert_eq!(desk.report("folder", &more), Some(1));
        let mut zip = zip::ZipArchive::new(fs::File::open(desk.path("one.zip")).unwrap()).unwrap();
        let names = files(&desk.path("folder"));
        assert_eq!(zip.len(), names.len());
        for (index, name) in names.iter().enumerate() {
            let mut entry = zip.by_index(index).unwrap();
            assert_eq!(entry.name().unwrap(), format!("evidence/{name}"));
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
            assert!(bytes == read(&format!("folder/{name}")), "{name}");
        }
    }

    /// Some programs unpack what the directory says, others what stands before the entry.
    #[test]
    fn an_entry_that_says_two_things_is_refused() {
        let desk = Desk::new();
        desk.report("b.zip", &["--signing-key", "key.pem"]);
        let whole = fs::read(desk.path("b.zip")).unwrap();
        let (code, _) = desk.verify("b.zip", &["--key", "key.pem.pub"]);
        assert_eq!(code, Some(0));
        // Of the first entry's header: method, checksum, sizes, name, and its length.
        for at in [8, 14, 18, 22, 30, 26] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(desk.path("b.zip"), bytes).unwrap();
            let (code, said) = desk.verify("b.zip", &["--key", "key.pem.pub"]);
            assert_eq!(code, Some(4), "{at}: {said}");
        }
        // Of the directory's first entry: where its header is.
        let directory = whole
            .windows(4)
            .rposition(|four| four == b"PK\x01\x02")
            .unwrap();
        let mut bytes = whole.clone();
        bytes[directory + 42] ^= 1;
        fs::write(desk.path("b.zip"), bytes).unwrap();
        assert_eq!(desk.verify("b.zip", &["--key", "key.pem.pub"]).0, Some(4));
    }

    #[test]
    fn names_that_lead_elsewhere_are_named_and_not_followed() {
        let desk = Desk::new();
        desk.signed("b");
        for name in [
            "../escaped",
            "/escaped",
            "data/evidence/../../../escaped",
            "data\\evidence\\x",
        ] {
            let mut all = entries(&desk.path("b"), "");
            all.push((name.to_owned(), b"x".to_vec()));
            zip(&desk.path("b.zip"), &all);
            let (code, said) = desk.verify("b.zip", &["--key", "key.pem.pub", "--deep"]);
            assert_eq!(code, Some(1), "{name}: {said}");
            assert!(blamed(&said).contains("no regular file"), "{name}: {said}");
            assert!(!desk.path("escaped").exists() && !Path::new("/escaped").exists());
        }
    }

    /// A library keeps the last of two, another program may unpack the first.
    #[test]
    fn a_name_that_stands_there_twice_is_refused() {
        let desk = Desk::new();
        desk.signed("b");
        let mut all = entries(&desk.path("b"), "");
        all.insert(0, ("data/report.htmm".to_owned(), b"forged".to_vec()));
        zip(&desk.path("b.zip"), &all);
        let mut bytes = fs::read(desk.path("b.zip")).unwrap();
        let name = b"data/report.htmm";
        while let Some(at) = bytes.windows(name.len()).position(|some| some == name) {
            bytes[at + name.len() - 1] = b'l';
        }
        fs::write(desk.path("b.zip"), bytes).unwrap();
        assert_eq!(desk.verify("b.zip", &["--key", "key.pem.pub"]).0, Some(4));
    }

    #[test]
    fn what_is_no_zip_could_not_be_read() {
        let desk = Desk::new();
        fs::write(desk.path("b.zip"), "PK\u{3}\u{4} and nothing").unwrap();
        assert_eq!(desk.verify("b.zip", &["--key", "key.pem.pub"]).0, Some(4));
        assert_eq!(desk.verify("none", &["--key", "key.pem.pub"]).0, Some(4));
    }
}

#[test]
fn a_copy_of_a_bundle_is_the_bundle() {
    let desk = Desk::new();
    desk.signed("b");
    copy(&desk.path("b"), &desk.path("copy"));
    let (code, said) = desk.verify("copy", &["--key", "key.pem.pub"]);
    assert_eq!(code, Some(0), "{said}");
}
