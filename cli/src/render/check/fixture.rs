//! A report made by hand, with hostile strings in it, for the tests of the views.

use jiff::Timestamp;
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::report::{Counts, Tally};
use trailseal_verifier::verdict::{Answer, Code};

use crate::check::output::Product;
use crate::check::report::{
    Acknowledgement, ChainStatus, Changes, CheckReport, ControlState, Level, Life, LivingFinding,
    Run, SourceReport, State, Tool,
};

const BUCKET: &str = "s3://example-org-cloudtrail-logs/AWSLogs/o-exampleorgid/111122223333";

/// What an evidence may hold: markup of every format, control and bidirectional
/// characters, what XML cannot say, and what Slack would take for a command.
pub(crate) const HOSTILE: &str = "]]><script>alert(\"1\")</script>&amp;\u{0}\u{1b}[2K\u{202e}\u{fffe}\n# EOF\n<!channel> \\ 日志";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn chain(region: &str) -> String {
    format!("o-exampleorgid/111122223333/{region}/org-trail@us-east-1/hourly")
}

fn status(region: &str, lag_seconds: i64) -> ChainStatus {
    ChainStatus {
        id: chain(region),
        account: "111122223333".to_owned(),
        region: region.to_owned(),
        trail: "org-trail".to_owned(),
        tip: Some(at("2026-03-12T08:31:06Z")),
        lag_seconds: Some(lag_seconds),
        proved_seconds: 604_800,
        failed_seconds: 3_600,
        unproved_seconds: 0,
    }
}

fn tally(digests: u64, logs: u64) -> Tally {
    let verified = |verified| Counts {
        verified,
        ..Counts::default()
    };
    Tally {
        digests: verified(digests),
        logs: verified(logs),
        ..Tally::default()
    }
}

fn finding(id: &str, code: Code, level: Level, life: Life) -> LivingFinding {
    LivingFinding {
        id: id.to_owned(),
        source: "org".to_owned(),
        code: code.to_string(),
        answer: code.answer(),
        level,
        life,
        object: None,
        account: Some("111122223333".to_owned()),
        region: Some("us-east-1".to_owned()),
        chain: Some(chain("us-east-1")),
        window: None,
        detail: String::new(),
        next_step: code.next_step().to_owned(),
        first_seen: at("2026-03-11T09:00:00Z"),
        last_seen: at("2026-03-12T09:00:00Z"),
        acknowledged: None,
    }
}

fn findings() -> Vec<LivingFinding> {
    vec![
        LivingFinding {
            object: Some(format!(
                "{BUCKET}/CloudTrail/us-east-1/2026/03/11/{HOSTILE}.json.gz"
            )),
            detail: format!("content has hash 1b2a, the digest signed for 2c00; {HOSTILE}"),
            first_seen: at("2026-03-12T09:00:00Z"),
            ..finding(
                "00112233445566aa",
                Code::LogHashMismatch,
                Level::Fail,
                Life::New,
            )
        },
        LivingFinding {
            code: "policy-tail-lag".to_owned(),
            answer: Answer::Unchecked,
            region: Some("eu-west-1".to_owned()),
            chain: None,
            detail: "the newest digest is 5 h old, 3 h are tolerated".to_owned(),
            next_step: "Find out why no digests come.".to_owned(),
            ..finding(
                "00112233445566bb",
                Code::TailUncovered,
                Level::Fail,
                Life::Open,
            )
        },
        LivingFinding {
            object: Some(format!(
                "{BUCKET}/CloudTrail/eu-west-1/2026/03/11/111122223333_CloudTrail_eu-west-1_20260311T0430Z_O0T5epZtK0Mcs0Gu.json.gz"
            )),
            region: Some("eu-west-1".to_owned()),
            chain: Some(chain("eu-west-1")),
            detail: "digests cover the time of its delivery, and none names it".to_owned(),
            ..finding(
                "00112233445566cc",
                Code::LogUnreferenced,
                Level::Warn,
                Life::Open,
            )
        },
        LivingFinding {
            region: Some("eu-west-1".to_owned()),
            chain: Some(chain("eu-west-1")),
            window: Some(Interval::new(
                at("2026-03-01T00:00:00Z"),
                at("2026-03-01T04:00:00Z"),
            )),
            detail: "no digests for 4 h".to_owned(),
            acknowledged: Some(Acknowledgement {
                by: "backup-operator".to_owned(),
                why: format!("planned maintenance {HOSTILE}"),
                at: at("2026-03-02T08:00:00Z"),
                until: Some(at("2027-03-02T00:00:00Z")),
            }),
            ..finding(
                "00112233445566dd",
                Code::ChainRestart,
                Level::Accepted,
                Life::Open,
            )
        },
        LivingFinding {
            object: Some(format!(
                "{BUCKET}/CloudTrail-Digest/us-east-1/2026/03/11/111122223333_CloudTrail-Digest_us-east-1_org-trail_us-east-1_20260311T043106Z.json.gz"
            )),
            detail: "its successor names it as its predecessor".to_owned(),
            last_seen: at("2026-03-12T08:00:00Z"),
            ..finding(
                "00112233445566ee",
                Code::DigestAbsent,
                Level::Fail,
                Life::Resolved,
            )
        },
    ]
}

/// A run that found something of everything.
pub(crate) fn report() -> CheckReport {
    CheckReport {
        schema: "urn:trailseal:check:v1",
        tool: Tool {
            name: "trailseal",
            version: "0.1.0",
        },
        run: Run {
            number: 7,
            hash: "5f".repeat(32),
            signed_by: None,
            began: at("2026-03-12T09:00:00Z"),
            ended: at("2026-03-12T09:00:12.5Z"),
            previous: Some(at("2026-03-12T08:00:00Z")),
            full: false,
        },
        state: State::Fail,
        outcome: Answer::Failed,
        changes: Changes {
            new: 1,
            resolved: 1,
            still_open: 3,
            accepted: 1,
        },
        sources: vec![
            SourceReport {
                name: "org".to_owned(),
                location: "s3://example-org-cloudtrail-logs".to_owned(),
                state: State::Fail,
                outcome: Answer::Failed,
                error: None,
                fresh: tally(2, 24),
                again: tally(4, 96),
                rechecked_days: 2,
                known_days: 60,
                chains: vec![status("us-east-1", 1_734), status("eu-west-1", 18_000)],
            },
            SourceReport {
                name: "archive \"2025\"".to_owned(),
                location: "./mirror".to_owned(),
                state: State::Warn,
                outcome: Answer::Unchecked,
                error: Some(format!("./mirror: cannot be read: {HOSTILE}")),
                fresh: Tally::default(),
                again: Tally::default(),
                rechecked_days: 0,
                known_days: 0,
                chains: Vec::new(),
            },
        ],
        findings: findings(),
        controls: vec![ControlState {
            framework: "pci".to_owned(),
            id: "10.3.4".to_owned(),
            title: "File integrity monitoring is used on audit logs".to_owned(),
            state: "contradicted".to_owned(),
            findings: vec!["00112233445566aa".to_owned()],
        }],
    }
}

/// A run that found nothing amiss.
pub(crate) fn clean() -> CheckReport {
    let mut report = report();
    report.state = State::Pass;
    report.outcome = Answer::Verified;
    report.changes = Changes::default();
    report.sources.truncate(1);
    report.sources[0].state = State::Pass;
    report.sources[0].outcome = Answer::Verified;
    report.findings.clear();
    report.controls[0].findings.clear();
    report
}

/// Where Security Hub is.
pub(crate) fn product() -> Product {
    Product {
        account: "111122223333".parse().unwrap(),
        region: "us-east-1".parse().unwrap(),
    }
}

/// Compares what a format looks like with the committed file; rewrites it if
/// `TRAILSEAL_BLESS` is 1.
pub(crate) fn snapshot(name: &str, text: &str) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/render/check/snapshots");
    let path = format!("{folder}/{name}");
    if std::env::var("TRAILSEAL_BLESS").is_ok_and(|bless| bless == "1") {
        std::fs::write(&path, text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "{path} is not what is written; run the tests with TRAILSEAL_BLESS=1 and look at the \
         difference:\n{text}"
    );
}
