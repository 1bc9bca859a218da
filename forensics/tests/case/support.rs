//! The sample, read directly and through a case.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use trailseal_forensics::actor::Roster;
use trailseal_forensics::case::{Builder, Built, Case, Feed, KeyringUsed, Verification};
use trailseal_forensics::lookup::{Filter, Fit};
use trailseal_forensics::merge::{Seen, Sighting};
use trailseal_forensics::provenance::{Event, Location};
use trailseal_forensics::reader::Limits;
use trailseal_forensics::session::Graph;
use trailseal_forensics::timeline::{Keep, Line};
use trailseal_forensics::{Extracted, Extractor, Outcome, Provenance, Unverified};
use trailseal_keys::{FingerprintPolicy, Keyring};
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::log::VerifiedLog;
use trailseal_verifier::report::Report;
use trailseal_verifier::source::Directory;
use trailseal_verifier::verdict::{Answer, Code, Finding};
use trailseal_verifier::walk::{Progress, Request, Sink, Visitor, verify};

pub(crate) fn walk<V: Visitor>(visitor: &V, sink: &mut dyn Sink<V::Extract>) -> Report {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors");
    let source = Directory::open(&vectors.join("sample"), None).unwrap();
    let keys = [vectors.join("sample-keys.json")];
    let keys = Keyring::load(&keys, FingerprintPolicy::Refuse).unwrap();
    let (request, progress) = (Request::default(), Progress::default());
    verify(&source, &keys, &request, visitor, sink, &progress).unwrap()
}

/// What a run over the sample came to.
pub(crate) fn verification(command: &str) -> Verification {
    Verification {
        at: "2026-03-12T09:00:00Z".parse().unwrap(),
        tool: "trailseal test".into(),
        command: command.into(),
        input: "test-vectors/sample".into(),
        keyrings: vec![KeyringUsed {
            description: "sample-keys.json: 6 keys".into(),
            sha256: "00".repeat(32),
        }],
        outcome: Answer::Failed,
        interrupted: false,
        report: "{}".into(),
    }
}

/// Only logs that pass a test.
struct Some<'f, F>(&'f Feed<'f>, F);

impl<F: Fn(&str) -> bool + Sync> Visitor for Some<'_, F> {
    type Extract = ();

    fn visit(&self, log: &VerifiedLog<'_>) {
        if self.1(&log.object().key) {
            self.0.visit(log);
        }
    }
}

pub(crate) struct Findings(pub Vec<Finding>);

impl<E> Sink<E> for Findings {
    fn finding(&mut self, finding: Finding) {
        self.0.push(finding);
    }
}

/// Feeds those logs of the sample.
pub(crate) fn feed(builder: &mut Builder, keep: impl Fn(&str) -> bool + Sync) {
    let progress = Progress::default();
    builder
        .fed(Limits::default(), &progress, |feed| {
            let mut findings = Findings(Vec::new());
            walk(&Some(feed, &keep), &mut findings);
            for finding in findings.0 {
                assert!(feed.finding(finding).is_continue());
            }
        })
        .unwrap();
}

/// Builds a case of those logs of the sample, or adds them to one.
pub(crate) fn build(path: &Path, keep: impl Fn(&str) -> bool + Sync) -> Built {
    let mut builder = if path.exists() {
        Builder::extend(path).unwrap()
    } else {
        Builder::create(path).unwrap()
    };
    feed(&mut builder, keep);
    builder.finish(&verification("build")).unwrap()
}

/// A case of the whole sample, built once.
pub(crate) fn whole() -> &'static Path {
    static CASE: OnceLock<PathBuf> = OnceLock::new();
    CASE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let path = folder.join(format!("case-{}.sqlite", std::process::id()));
        let _ = std::fs::remove_file(&path);
        build(&path, |_| true);
        path
    })
}

pub(crate) fn open() -> Case {
    Case::open(whole()).unwrap()
}

/// What is read of the sample, without a case.
pub(crate) struct Direct {
    pub roster: Roster,
    pub graph: Graph<Provenance>,
    pub lines: Vec<Line>,
    pub findings: Vec<Finding>,
}

#[derive(Default)]
struct Part {
    roster: Roster,
    graph: Graph<Provenance>,
    lines: Vec<Line>,
}

pub(crate) fn direct() -> &'static Direct {
    static DIRECT: OnceLock<Direct> = OnceLock::new();
    DIRECT.get_or_init(|| {
        struct Parts(Direct);

        impl Sink<Extracted<Part>> for Parts {
            fn digest(
                &mut self,
                _: &ChainId,
                _: &DigestOutcome,
                extracts: Vec<Option<Extracted<Part>>>,
            ) {
                for part in extracts.into_iter().flatten() {
                    self.0.roster.merge(part.value.roster);
                    self.0.graph.merge(part.value.graph);
                    self.0.lines.extend(part.value.lines);
                }
            }

            fn finding(&mut self, finding: Finding) {
                self.0.findings.push(finding);
            }
        }

        let seen = Seen::default();
        let extractor = Extractor::new(
            Limits::default(),
            Part::default,
            |part: &mut Part, event: Event<'_>| {
                let at = event.provenance().clone();
                if seen.note(event.record()) == Sighting::Again {
                    part.graph.add_copy(event.record(), at);
                } else {
                    part.roster.add(event.record());
                    part.graph.add(event.record(), at);
                    part.lines.push(Line::of(&event, Keep::Record));
                }
            },
        );
        let mut parts = Parts(Direct {
            roster: Roster::default(),
            graph: Graph::default(),
            lines: Vec::new(),
            findings: Vec::new(),
        });
        walk(&extractor, &mut parts);
        parts.0.lines.sort_by(Line::compare);
        parts.0
    })
}

/// The lines of those that fit, and how many have no time.
pub(crate) fn lines(case: &Case, filter: &Filter) -> (Vec<Line>, u64) {
    let mut lines = Vec::new();
    let found = case.events(filter, |event| {
        lines.push(Line::of(&event, Keep::Record));
        ControlFlow::Continue(())
    });
    let found = found.unwrap();
    assert_eq!(found.events, lines.len() as u64);
    (lines, found.undated)
}

/// A case of files that nothing vouches for: their names and contents.
pub(crate) fn of_files(path: &Path, files: &[(&str, &str, Option<Code>)]) -> Built {
    let mut builder = if path.exists() {
        Builder::extend(path).unwrap()
    } else {
        Builder::create(path).unwrap()
    };
    let fed = builder.fed(Limits::default(), &Progress::default(), |feed| {
        for (name, content, reason) in files {
            let log = Location::File((*name).to_owned());
            let log = Unverified::new(log, content.as_bytes(), *reason);
            assert!(feed.unverified(&log).is_continue());
        }
    });
    fed.unwrap();
    builder.finish(&verification("files")).unwrap()
}

/// The lines of records in files, as read directly; of copies the best proved.
pub(crate) fn lines_of_files(files: &[(&str, &str, Option<Code>)], filter: &Filter) -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, content, reason) in files {
        let log = Location::File((*name).to_owned());
        let log = Unverified::new(log, content.as_bytes(), *reason);
        log.events(&Limits::default(), |outcome| {
            if let Outcome::Event(event) = outcome
                && filter.fits(event.record()) == Fit::Yes
            {
                lines.push(Line::of(&event, Keep::Record));
            }
        });
    }
    lines.sort_by(Line::compare);
    lines
}

/// One number, asked in SQL.
pub(crate) fn number(case: &Case, sql: &str) -> i64 {
    let mut statement = case.sql(sql).unwrap();
    let mut rows = statement.rows().unwrap();
    let row = rows.next().unwrap().unwrap();
    match row[..] {
        [trailseal_forensics::case::Value::Integer(number)] => number,
        ref other => panic!("{sql}: {other:?}"),
    }
}
