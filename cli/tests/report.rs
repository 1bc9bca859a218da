//! Bundles: what is in them, and that nothing of one can be changed unnoticed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod bundle;
#[path = "report/from_a_case.rs"]
mod from_a_case;
#[path = "report/sections.rs"]
mod sections;
#[path = "report/zipped.rs"]
mod zipped;

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
    use trailseal_forensics::report::check::{Found, Kept, verdict};
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
        let mut found = Found::keeping(Kept::Counts, tempfile::tempfile);
        for (name, bytes) in all {
            let mut reader = found.reader(name.as_str());
            reader.update(bytes);
            found.note(reader).unwrap();
        }
        verdict(found, std::slice::from_ref(&key)).unwrap()
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

#[test]
fn a_copy_of_a_bundle_is_the_bundle() {
    let desk = Desk::new();
    desk.signed("b");
    copy(&desk.path("b"), &desk.path("copy"));
    let (code, said) = desk.verify("copy", &["--key", "key.pem.pub"]);
    assert_eq!(code, Some(0), "{said}");
}
