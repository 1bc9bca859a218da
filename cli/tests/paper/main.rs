//! The report on paper, as others read it: against the rules of PDF/A-2a, with its
//! text taken out in the order in which it is read aloud.
//!
//! Needs what `conformance/setup` installs; `scripts/test` runs these, `scripts/test
//! --offline` does not.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

#[path = "../bundle/mod.rs"]
#[allow(dead_code, reason = "other tests need the rest of it")]
mod bundle;

use std::path::Path;
use std::process::Command;

use bundle::Desk;

/// What `check.py` says of a bundle's report.
fn read(desk: &Desk, bundle: &str) -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let checked = Command::new(source.join("../target/conformance-tools/bin/python"))
        .arg(source.join("tests/paper/check.py"))
        .arg(desk.path(bundle).join("data/report.pdf"))
        .env("PYTHONIOENCODING", "utf-8")
        .output()
        .expect("conformance/setup installs pikepdf; scripts/test --offline does without");
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{said}");
    String::from_utf8(checked.stdout).unwrap()
}

#[test]
#[ignore = "needs conformance/setup"]
fn the_report_is_pdf_a_and_says_what_it_is_to_say() {
    let desk = Desk::new();
    let more = [
        "--signing-key",
        "key.pem",
        "--include-objects",
        "failed",
        "--controls",
        "pci,nist,soc2,iso27001,cis",
        "--case-number",
        "<b>Ωμέγα</b> & 日本",
    ];
    assert_eq!(desk.report("b", &more), Some(1));
    let text = read(&desk, "b");
    for line in [
        "TITLE CloudTrail evidence report, 2026-03-13T00:00:00Z, case <b>Ωμέγα</b> & 日本",
        // A letter that the fonts lack.
        r"LBody <b>Ωμέγα</b> & \u{65e5}\u{672c}",
        "P FAILED",
        "P 2 of 448 log files and 1 of 288 digests are missing or altered",
        "P 446 of 448",
        "BOOKMARK What it does not prove",
        "H2 Certification",
        "TH 111122223333 us-east-1",
        "TD 2026-03-12T00:01:31Z",
        "H3 FAILED log-hash-mismatch, 1 finding",
    ] {
        assert!(
            text.lines().any(|found| found.trim_end() == line),
            "{line}\n{text}"
        );
    }
    let strip = "Figure Columns of 1 hour, in order: 26 proved, 2 failed, 21 proved.";
    assert!(text.contains(strip), "{text}");
}

#[test]
#[ignore = "needs conformance/setup"]
fn a_report_without_evidence_is_pdf_a_too() {
    let desk = Desk::new();
    let range = ["--from", "2020-01-01", "--to", "2020-02-01", "--unsigned"];
    assert_eq!(desk.report("b", &range), Some(3));
    let text = read(&desk, "b");
    assert!(text.contains("P UNCHECKED") && text.contains("H2 Nobody signed this report"));
}
