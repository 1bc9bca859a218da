//! The committed sample, verified and read once for the tests of the views.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jiff::Timestamp;
use trailseal_forensics::actor::Roster;
use trailseal_forensics::antiforensics::{self, Hit, Holding, Holdings, Story};
use trailseal_forensics::provenance::{Location, Outcome};
use trailseal_forensics::reader::{self, Limits};
use trailseal_forensics::session::{Graph, Query, Sessions};
use trailseal_forensics::{Event, Extracted, Extractor, Provenance, Unverified};
use trailseal_keys::{FingerprintPolicy, Keyring};
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::gzip::Inflater;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::report::Report;
use trailseal_verifier::source::Directory;
use trailseal_verifier::verdict::{Code, Finding, Subject};
use trailseal_verifier::walk::{Progress, Request, Sink, verify};

use super::evidence::{Logs, Records, Verification};
use super::{About, EvidenceSummary};
use crate::render::Headline;
use crate::render::page::{Colour, Page};
use crate::render::text::{COLUMNS, width};

/// The key that leaks.
pub(super) const STOLEN: &str = "AKIACIDEPLOY2EXAMPLE";
/// The key of the intruder's own user.
pub(super) const BACKDOOR: &str = "AKIAR36EHLPNCEXAMPLE";
/// The key whose making is not on record, but for a planted log.
pub(super) const UNRECORDED: &str = "AKIAA3BY5HLGCEXAMPLE";

/// What was read of some logs.
#[derive(Clone, Default)]
pub(super) struct Reading {
    pub(super) roster: Roster,
    pub(super) graph: Graph<Provenance>,
    pub(super) hits: Vec<Hit>,
    pub(super) proofs: HashMap<String, Provenance>,
    pub(super) records: u64,
}

impl Reading {
    fn add(&mut self, event: &Event<'_>) {
        let (record, at) = (event.record(), event.provenance());
        self.records += 1;
        self.roster.add(record);
        self.graph.add(record, at.clone());
        if let Some(hit) = antiforensics::classify(record) {
            if let Some(id) = &hit.id {
                self.proofs.insert(id.clone(), at.clone());
            }
            self.hits.push(hit);
        }
    }

    fn merge(&mut self, other: Self) {
        self.records += other.records;
        self.roster.merge(other.roster);
        self.graph.merge(other.graph);
        self.hits.extend(other.hits);
        self.proofs.extend(other.proofs);
    }

    pub(super) fn story(&self) -> Story {
        let buckets = ["example-org-cloudtrail-logs"];
        let holdings = Holdings::default().knowing(Holding::LogBucket, buckets);
        Story::of(self.hits.clone(), &holdings)
    }
}

/// The sample: what verified logs say, what all logs say, and the findings.
pub(super) struct Sample {
    pub(super) verified: Reading,
    pub(super) all: Reading,
    pub(super) findings: Vec<Finding>,
    report: Report,
    keys: Vec<String>,
}

pub(super) fn sample() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(read)
}

#[derive(Default)]
struct Taken {
    reading: Reading,
    findings: Vec<Finding>,
}

impl Sink<Extracted<Reading>> for Taken {
    fn digest(
        &mut self,
        _: &ChainId,
        _: &DigestOutcome,
        extracts: Vec<Option<Extracted<Reading>>>,
    ) {
        for extract in extracts.into_iter().flatten() {
            self.reading.merge(extract.value);
        }
    }

    fn finding(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors")
}

fn read() -> Sample {
    let source = Directory::open(&vectors().join("sample"), None).unwrap();
    let keys = [vectors().join("sample-keys.json")];
    let keys = Keyring::load(&keys, FingerprintPolicy::Refuse).unwrap();
    let extractor = Extractor::new(
        Limits::default(),
        Reading::default,
        |own: &mut Reading, event| {
            own.add(&event);
        },
    );
    let mut taken = Taken::default();
    let request = Request::default();
    let progress = Progress::default();
    let report = verify(&source, &keys, &request, &extractor, &mut taken, &progress).unwrap();
    let mut all = taken.reading.clone();
    for finding in &taken.findings {
        if let Subject::Object(object) = &finding.object {
            admit(&mut all, object, finding.code);
        }
    }
    Sample {
        verified: taken.reading,
        all,
        findings: taken.findings,
        report,
        keys: keys.sources().iter().map(|it| it.sha256.clone()).collect(),
    }
}

/// Reads a log that is not verified, if it is one and there.
fn admit(reading: &mut Reading, object: &ObjectRef, code: Code) {
    let path = vectors().join("sample").join(object.bucket.as_str());
    let Ok(stored) = std::fs::read(path.join(&object.key)) else {
        return;
    };
    let mut inflater = Inflater::default();
    let content = reader::content(&stored, &mut inflater, 1 << 24).unwrap();
    let log = Unverified::new(Location::Object(object.clone()), content, Some(code));
    log.events(&Limits::default(), |outcome| {
        if let Outcome::Event(event) = outcome {
            reading.add(&event);
        }
    });
}

pub(super) fn query(text: &str) -> Query {
    Query::parse(text).unwrap()
}

/// What a command would say of a run over verified logs only.
pub(super) fn evidence() -> EvidenceSummary {
    let sample = sample();
    let mut headline = Headline::default();
    let mut left_out: BTreeMap<Code, u64> = BTreeMap::new();
    for finding in &sample.findings {
        headline.note(finding);
        if finding.code != Code::DigestAbsent {
            *left_out.entry(finding.code).or_default() += 1;
        }
    }
    EvidenceSummary {
        source: "test-vectors/sample".to_owned(),
        verification: Verification::Made {
            answer: sample.report.outcome,
            headline: headline.sentence(&sample.report),
        },
        from: None,
        to: None,
        logs: Logs {
            verified: sample.report.tally.logs.verified,
            left_out,
            ..Logs::default()
        },
        records: Records {
            read: sample.verified.records,
            ..Records::default()
        },
        keys_sha256: sample.keys.clone(),
        interrupted: false,
    }
}

/// The JSON that a view writes.
pub(super) fn json(render: impl FnOnce(About<'_>) -> anyhow::Result<String>) -> serde_json::Value {
    let evidence = evidence();
    let command = ["trailseal".to_owned(), "whois".to_owned()];
    let at: Timestamp = "2026-03-13T09:00:00Z".parse().unwrap();
    let about = About {
        command: &command,
        started: at,
        finished: at,
        evidence: &evidence,
    };
    let text = render(about).unwrap();
    assert!(text.ends_with("}\n"));
    serde_json::from_str(&text).unwrap()
}

/// The text that a view writes, after a look at every line of it.
pub(super) fn text(write: impl FnOnce(&mut Page)) -> String {
    let mut page = Page::new(Colour::Off);
    write(&mut page);
    let text = page.into_text();
    if std::env::var_os("TRAILSEAL_SHOW").is_some() {
        println!("{text}");
    }
    for line in text.lines() {
        assert!(width(line) <= COLUMNS, "too wide: {line}");
        assert_eq!(line.trim_end(), line);
        assert!(line.chars().all(crate::escape::is_visible), "{line:?}");
    }
    text
}

pub(super) fn sessions(reading: &Reading) -> Sessions<'_, Provenance> {
    reading.graph.resolve()
}
