//! Building: all at once, in parts, and ended in between.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::ops::ControlFlow;
use std::process::{Command, Stdio};

use trailseal_forensics::case::{Builder, Case, CaseError};
use trailseal_forensics::lookup::Filter;
use trailseal_forensics::session::Query;
use trailseal_verifier::verdict::Answer;

use super::support::{build, direct, feed, lines, number, open, verification, walk, whole};

#[test]
fn a_case_answers_like_the_logs() {
    let (case, direct) = (open(), direct());
    assert_eq!(case.actors().unwrap(), direct.roster);
    let (found, undated) = lines(&case, &Filter::default());
    assert_eq!((found.len(), undated), (direct.lines.len(), 0));
    for (found, line) in found.iter().zip(&direct.lines) {
        assert_eq!(found, line);
    }

    let graph = case.graph().unwrap();
    assert!(graph.uses().eq(direct.graph.uses()));
    assert!(graph.issues().eq(direct.graph.issues()));
    assert_eq!(graph.cut(), direct.graph.cut());
    let (sessions, expected) = (graph.resolve(), direct.graph.resolve());
    for asked in [
        "AKIACIDEPLOY2EXAMPLE",
        "AKIAR36EHLPNCEXAMPLE",
        "AKIAA3BY5HLGCEXAMPLE",
        "ASIAAZ5U226RQEXAMPLE",
        "org-sync",
    ] {
        let query = Query::parse(asked).unwrap();
        assert_eq!(sessions.whois(&query), expected.whois(&query), "{asked}");
        assert_eq!(sessions.trace(&query), expected.trace(&query), "{asked}");
    }
}

#[test]
fn counts_balance_and_the_verification_is_recorded() {
    let case = open();
    let mut seen = 0;
    case.logs(|log| {
        assert_eq!(log.origin.verdict().answer(), Answer::Verified);
        assert_eq!(log.tally.seen, log.tally.kept + log.tally.unread);
        seen += log.tally.kept;
        ControlFlow::Continue(())
    })
    .unwrap();
    let count = |table: &str| number(&case, &format!("SELECT count(*) FROM {table}"));
    let kept = count("event") + count("copy") + count("contradiction");
    assert_eq!(i64::try_from(seen).unwrap(), kept);
    assert_eq!(count("event"), count("record"));
    assert_eq!(count("event"), count("events"));
    assert_eq!(count("staged"), 0);
    let edges = "SELECT count(*) FROM edge WHERE rank = 0 AND direction = 'issued'";
    let tied = direct().graph.resolve();
    let tied = (0..tied.uses().len()).filter(|at| tied.origin(*at).unwrap().candidates > 0);
    assert_eq!(number(&case, edges), i64::try_from(tied.count()).unwrap());

    assert_eq!(case.verifications().unwrap(), [verification("build")]);
    let mut findings = Vec::new();
    case.findings(|finding| {
        findings.push(finding);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(findings, direct().findings);

    let mut hits = Vec::new();
    case.hits(|event, hit| {
        let verdict = event.provenance().verdict();
        assert_eq!(verdict.answer(), Answer::Verified);
        hits.push(hit.event.text);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(hits.contains(&"StopLogging".to_owned()));
    let count = "SELECT count(DISTINCT event) FROM hit";
    assert_eq!(number(&case, count), i64::try_from(hits.len()).unwrap());
}

#[test]
fn building_again_adds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.sqlite");
    let first = build(&path, |_| true);
    assert_eq!(first.known, 0);
    let kept = first.tally.kept;
    assert_eq!(kept, first.events + first.copies + first.contradictions);
    let again = build(&path, |_| true);
    assert_eq!((again.logs, again.events, again.tally.seen), (0, 0, 0));
    assert_eq!(again.known, first.logs);
    let case = Case::open(&path).unwrap();
    assert_eq!(case.verifications().unwrap().len(), 2);
    equals_the_whole(&case);
    assert!(matches!(
        Builder::create(&path),
        Err(CaseError::AlreadyThere { .. })
    ));
}

#[test]
fn half_and_then_the_rest_is_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.sqlite");
    // By account, Region and time: the ends of sessions lie in both halves.
    build(&path, |key| key.contains("us-east-1/2026/03/11"));
    let half = Case::open(&path).unwrap();
    assert!(number(&half, "SELECT count(*) FROM event") > 100);
    drop(half);
    build(&path, |key| !key.contains("/03/10/"));
    build(&path, |_| true);
    equals_the_whole(&Case::open(&path).unwrap());
}

/// Up to ids.
#[test]
fn what_is_fed_in_parts_is_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.sqlite");
    let mut builder = Builder::create(&path).unwrap();
    feed(&mut builder, |key| key.contains("us-east-1"));
    feed(&mut builder, |key| !key.contains("us-east-1"));
    builder.finish(&verification("parts")).unwrap();
    equals_the_whole(&Case::open(&path).unwrap());
}

fn equals_the_whole(case: &Case) {
    let whole = open();
    assert_eq!(case.actors().unwrap(), whole.actors().unwrap());
    let (graph, expected) = (case.graph().unwrap(), whole.graph().unwrap());
    assert!(graph.uses().eq(expected.uses()));
    assert!(graph.issues().eq(expected.issues()));
    assert_eq!(graph.cut(), expected.cut());
    let all = Filter::default();
    assert_eq!(lines(case, &all), lines(&whole, &all));
    for sql in [
        "SELECT count(*) FROM hit",
        "SELECT count(*) FROM copy",
        "SELECT count(*) FROM shared_actions",
        "SELECT count(*) FROM edge",
        "SELECT count(*) FROM resource",
        "SELECT count(*) FROM text",
        "SELECT count(*) FROM search WHERE search MATCH 'customer'",
    ] {
        assert_eq!(number(case, sql), number(&whole, sql), "{sql}");
    }
}

#[test]
fn what_is_not_finished_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.sqlite");
    let mut builder = Builder::create(&path).unwrap();
    feed(&mut builder, |_| true);
    // Another one does not come in between.
    assert!(matches!(
        Builder::create(&path),
        Err(CaseError::Busy { .. })
    ));
    drop(builder);
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(names.is_empty(), "{names:?}");
}

#[test]
fn an_addition_that_is_dropped_leaves_the_case_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.sqlite");
    build(&path, |key| key.contains("/03/10/"));
    let before = std::fs::read(&path).unwrap();
    let mut builder = Builder::extend(&path).unwrap();
    feed(&mut builder, |_| true);
    drop(builder);
    assert!(std::fs::read(&path).unwrap() == before);
    build(&path, |_| true);
    equals_the_whole(&Case::open(&path).unwrap());
}

const CHILD: &str = "TRAILSEAL_TEST_CASE";

/// Begins to build or to add, says so, and waits to be killed.
#[test]
#[ignore = "run by the tests below, as a process to be killed"]
fn child() {
    let Some(path) = std::env::var_os(CHILD) else {
        return;
    };
    let path = std::path::PathBuf::from(path);
    let mut builder = if path.exists() {
        Builder::extend(&path).unwrap()
    } else {
        Builder::create(&path).unwrap()
    };
    for at in 0.. {
        feed(&mut builder, |_| true);
        if at == 0 {
            println!("fed");
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

fn kill_one_that_writes(path: &std::path::Path) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "build::child", "--nocapture"])
        .env(CHILD, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let fed = out
        .lines()
        .map(Result::unwrap)
        .any(|line| line.contains("fed"));
    assert!(fed);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_process_that_is_killed_leaves_the_case_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.sqlite");
    kill_one_that_writes(&path);
    assert!(matches!(Case::open(&path), Err(CaseError::Io { .. })));
    let abandoned = folder.path().join("case.sqlite.part");
    assert!(abandoned.exists());
    assert!(Case::open(&abandoned).is_err());

    build(&path, |key| key.contains("/03/10/"));
    assert!(!abandoned.exists());
    let events = "SELECT count(*) FROM event";
    let before = number(&Case::open(&path).unwrap(), events);
    kill_one_that_writes(&path);
    assert_eq!(number(&Case::open(&path).unwrap(), events), before);
    build(&path, |_| true);
    equals_the_whole(&Case::open(&path).unwrap());
}

#[test]
fn every_file_that_is_no_case_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it");
    let error = || Case::open(&path).unwrap_err().to_string();
    assert!(error().contains("No such file"), "{}", error());
    std::fs::write(&path, "").unwrap();
    assert!(error().contains("no case"), "{}", error());
    std::fs::write(
        &path,
        "no database at all, but long enough to be one".repeat(100),
    )
    .unwrap();
    assert!(error().contains("no database"), "{}", error());

    let mut bytes = std::fs::read(whole()).unwrap();
    let user_version = 60..64;
    bytes[user_version.clone()].copy_from_slice(&[0, 0, 0, 0]);
    std::fs::write(&path, &bytes).unwrap();
    assert!(matches!(
        Case::open(&path),
        Err(CaseError::NotFinished { .. })
    ));
    assert!(matches!(
        Builder::extend(&path),
        Err(CaseError::NotFinished { .. })
    ));
    bytes[user_version].copy_from_slice(&[0, 0, 0, 9]);
    std::fs::write(&path, &bytes).unwrap();
    assert!(error().contains("version 9"), "{}", error());
}

#[test]
fn logs_are_met_once_whatever_the_threads() {
    let paths: BTreeSet<String> = {
        let mut paths = BTreeSet::new();
        open()
            .logs(|log| {
                assert!(paths.insert(log.origin.log().to_string()));
                ControlFlow::Continue(())
            })
            .unwrap();
        paths
    };
    let report = walk(&(), &mut Vec::new());
    assert_eq!(paths.len() as u64, report.tally.logs.verified);
}
