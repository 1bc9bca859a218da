use serde_json::Value;
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::recover::{
    Content, Kind, Looked, Recovered, Recovery as Object, Tally, Unread, Verdict,
};
use trailseal_verifier::verdict::Code;

use super::*;
use crate::render::page::Colour;
use crate::render::text::{COLUMNS, width};
use crate::render::{Headline, fixture};

fn version(id: &str, content: Content) -> Looked {
    Looked {
        id: id.to_owned(),
        latest: content != Content::AsSigned,
        last_modified: Some(fixture::at("2026-03-10T12:05:00Z")),
        owner: Some("79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be".to_owned()),
        size: (content != Content::Deleted).then_some(123_456),
        storage_class: None,
        content,
        hash: None,
        code: None,
        detail: None,
    }
}

fn object(key: &str, verdict: Verdict, versions: Vec<Looked>) -> Object {
    let found = versions.iter().find(|it| it.content == Content::AsSigned);
    Object {
        object: ObjectRef::new("example-trail-logs".parse().unwrap(), key),
        kind: Kind::Log,
        code: Code::LogAbsent,
        detail: "a digest names it".to_owned(),
        signed: Some(Sha256::of(b"log")),
        named_by: None,
        verdict,
        version: found.map(|it| it.id.clone()),
        reason: None,
        versions_kept: None,
        kept: false,
        versions,
    }
}

fn recovered(objects: Vec<Object>) -> Recovered {
    let found = objects.iter().filter(|it| it.verdict == Verdict::Found);
    Recovered {
        tally: Tally {
            found: found.count() as u64,
            ..Tally::default()
        },
        objects,
        unread: Unread::default(),
        left_out: 0,
        interrupted: false,
    }
}

fn with<T>(recovered: &Recovered, render: impl Fn(&Recovery<'_>) -> T) -> T {
    let (report, context) = (fixture::report(), fixture::context());
    let headline = Headline::default();
    render(&Recovery {
        conclusion: Conclusion {
            report: &report,
            headline: &headline,
            context: &context,
            explanations: &[],
            finished: fixture::at("2026-04-01T10:00:02Z"),
        },
        recovered,
        restored_to: None,
    })
}

#[test]
fn every_line_fits_and_nothing_hidden_reaches_the_terminal() {
    let id = "3HL4kqtJvjVBH40Nrjfkd.hostileXYZ";
    let versions = vec![
        version("\u{1b}[2K", Content::Deleted),
        version(id, Content::AsSigned),
        version(&"long/".repeat(60), Content::Wrong),
    ];
    let key = format!("AWSLogs/{}\u{202e}x.json.gz", "folder/".repeat(30));
    let text = with(
        &recovered(vec![object(&key, Verdict::Found, versions)]),
        |it| recovery_text(it, Colour::Off),
    );
    assert!(text.lines().all(|line| width(line) <= COLUMNS), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    assert!(
        text.contains(id) && text.starts_with("FOUND  of 1 object"),
        "{text}"
    );
}

#[test]
fn what_is_lost_is_not_what_was_not_read() {
    let word = |verdict| {
        let text = with(&recovered(vec![object("k", verdict, Vec::new())]), |it| {
            recovery_text(it, Colour::Off)
        });
        text.split("  ").next().unwrap().to_owned()
    };
    assert_eq!(word(Verdict::NotFound), "LOST");
    assert_eq!(word(Verdict::NotKept), "LOST");
    assert_eq!(word(Verdict::Unread), "INCOMPLETE");
    assert_eq!(word(Verdict::Found), "FOUND");
}

#[test]
fn the_document_names_every_version() {
    let versions = vec![
        version("b", Content::Wrong),
        version("a", Content::AsSigned),
    ];
    let json = with(
        &recovered(vec![object("k", Verdict::Found, versions)]),
        recovery_json,
    )
    .unwrap();
    let document: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(document["schema"], "trailseal-recovery/1");
    let object = &document["objects"][0];
    assert_eq!(object["verdict"], "found");
    assert_eq!(object["version"], "a");
    assert_eq!(object["versions"][0]["content"], "wrong");
    assert_eq!(object["versions"][1]["content"], "as-signed");
}
