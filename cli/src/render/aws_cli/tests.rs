//! One chain after the other, oldest digest first, as the walk tells of them.

use super::super::{Headline, fixture};
use super::*;
use trailseal_verifier::chain::{Fault, Link};
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::layout::DigestKey;
use trailseal_verifier::log::LogOutcome;

fn at(hour: u8) -> Timestamp {
    fixture::at(&format!("2026-03-02T{hour:02}:00:00Z"))
}

fn object(key: String) -> ObjectRef {
    ObjectRef::new("example-trail-logs".parse().unwrap(), key)
}

fn digest_object(region: &str, hour: u8, kind: &str) -> ObjectRef {
    object(format!(
        "AWSLogs/111122223333/CloudTrail-Digest/{region}/2026/03/02/111122223333_CloudTrail-\
         Digest_{region}_events_us-east-1_20260302T{hour:02}0000Z{kind}.json.gz"
    ))
}

fn fault(code: Code) -> Fault {
    let detail = "expected this, found that".to_owned();
    Fault { code, detail }
}

/// A digest of the hour before, with one log.
fn outcome(object: ObjectRef, digest: Option<Code>, log: Option<Code>) -> (ChainId, DigestOutcome) {
    let key = DigestKey::parse(&object.key).unwrap();
    let end = key.stamp.instant();
    let hour = jiff::SignedDuration::from_hours(1);
    let link = Link {
        object: object.clone(),
        window: Interval::new(end.checked_sub(hour).unwrap(), end),
        hash: Sha256::of(b""),
        stored_signature: None,
        verified: digest.is_none(),
        predecessor: None,
    };
    let logs = vec![LogOutcome {
        object: self::object(format!("log-of-{end}")),
        signed: None,
        hash: None,
        verified_bytes: 0,
        fault: log.map(fault),
    }];
    let outcome = DigestOutcome {
        object,
        key: key.clone(),
        fault: digest.map(fault),
        link: Some(link),
        logs,
    };
    (ChainId::of(&key), outcome)
}

/// What is written into a file, which holds both kinds of lines.
fn written(verbosity: Verbosity, requested: Requested, tell: impl FnOnce(&mut AwsCli)) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.txt");
    let output = Output::open(Some(&path)).unwrap();
    let mut renderer = Box::new(AwsCli::new(output, verbosity, requested));
    tell(&mut renderer);
    let (report, context) = (fixture::report(), fixture::context());
    let conclusion = Conclusion {
        report: &report,
        headline: &Headline::default(),
        context: &context,
        explanations: &[],
        finished: fixture::at("2026-04-01T10:00:02Z"),
    };
    renderer.finish(conclusion).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    // Only the last part of a key differs.
    text.split(' ')
        .map(|word| match word.split_once("AWSLogs/") {
            Some((before, key)) => format!("{before}{}", &key[key.rfind(['_', '/']).unwrap()..]),
            None => word.to_owned(),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn the_newest_digest_comes_first_with_its_logs_and_then_what_it_names() {
    let text = written(Verbosity::Everything, Requested::default(), |renderer| {
        let chain = |hour| outcome(digest_object("eu-west-1", hour, ""), None, None);
        let (id, first) = chain(2);
        renderer.digest(&id, &first, Vec::new());
        let (_, bad) = outcome(
            digest_object("eu-west-1", 4, ""),
            None,
            Some(Code::LogHashMismatch),
        );
        renderer.digest(&id, &bad, Vec::new());
        let absent = digest_object("eu-west-1", 3, "");
        let found = Finding::on(Code::DigestAbsent, absent, "named").in_chain(&id);
        renderer.finding(found.during(Interval::new(at(2), at(3))));
        // Its line stands with its digest.
        renderer.finding(fixture::finding(Code::LogHashMismatch).in_chain(&id));
        let older = digest_object("eu-west-1", 1, "");
        let found = Finding::on(Code::DigestAbsent, older, "named").in_chain(&id);
        renderer.finding(found.during(Interval::new(at(0), at(1))));
    });
    assert_eq!(
        text,
        "Validating log files for trail arn:aws:cloudtrail:us-east-1:111122223333:trail/events \
         between 2026-03-02T01:00:00Z and 2026-03-02T04:00:00Z

Digest file\ts3://example-trail-logs/_20260302T040000Z.json.gz\tvalid

Log file\ts3://example-trail-logs/log-of-2026-03-02T04:00:00Z\tINVALID: hash value doesn't match

Digest file\ts3://example-trail-logs/_20260302T030000Z.json.gz\tINVALID: not found

Digest file\ts3://example-trail-logs/_20260302T020000Z.json.gz\tvalid
Log file\ts3://example-trail-logs/log-of-2026-03-02T02:00:00Z\tvalid

Digest file\ts3://example-trail-logs/_20260302T010000Z.json.gz\tINVALID: not found

Results requested for 2026-03-02T01:00:00Z to 2026-03-02T04:00:00Z
Results found for 2026-03-02T01:00:00Z to 2026-03-02T04:00:00Z:

2/4 digest files valid, 2/4 digest files INVALID
1/2 log files valid, 1/2 log files INVALID
"
    );
}

#[test]
fn each_region_is_a_run_of_its_own_and_backfills_follow_the_hours() {
    let requested = Requested {
        from: Some(at(2)),
        to: Some(at(4)),
    };
    let text = written(Verbosity::Problems, requested, |renderer| {
        for (region, kind) in [
            ("us-east-1", ""),
            ("eu-west-1", "_backfill"),
            ("eu-west-1", ""),
        ] {
            let code = (kind == "_backfill").then_some(Code::DigestUnread);
            let (id, digest) = outcome(digest_object(region, 4, kind), code, None);
            renderer.digest(&id, &digest, Vec::new());
            if let Some(code) = code {
                renderer.finding(
                    Finding::on(code, digest.object.clone(), "told already").in_chain(&id),
                );
            }
        }
        // Of a Region without digests, and of the first.
        for region in ["ap-south-1", "eu-west-1"] {
            let key = format!(
                "AWSLogs/111122223333/CloudTrail/{region}/2026/03/02/111122223333_CloudTrail_\
                 {region}_20260302T0330Z_aLog.json.gz"
            );
            renderer.finding(Finding::on(Code::LogUnreferenced, object(key), "why"));
        }
        renderer.finding(fixture::finding(Code::LogUnvouched));
    });
    let runs: Vec<&str> = text.split("\n\nValidating").collect();
    assert_eq!(runs.len(), 3, "{text}");
    assert_eq!(
        runs[0],
        "Log file\ts3://example-trail-logs/_aLog.json.gz\tUNCHECKED: log-unreferenced: why"
    );
    assert!(
        runs[1].ends_with(
            "\n\n(backfill) Digest file\ts3://example-trail-logs/_backfill.json.gz\tUNCHECKED: \
             digest-unread: expected this, found that\n\nLog file\ts3://example-trail-\
             logs/_aLog.json.gz\tUNCHECKED: log-unreferenced: why\n\nResults requested for \
             2026-03-02T02:00:00Z to 2026-03-02T04:00:00Z\nResults found for \
             2026-03-02T03:00:00Z to 2026-03-02T04:00:00Z:\n\n1/1 digest files valid\n0/1 \
             backfill digest files valid, 1/1 backfill digest files UNCHECKED\n1/2 log files \
             valid, 1/2 log files UNCHECKED"
        ),
        "{text}"
    );
    assert!(runs[2].ends_with("1/1 log files valid\n"), "{text}");
}

#[test]
fn nothing_found_is_said() {
    let text = written(Verbosity::Problems, Requested::default(), |renderer| {
        let subject = Subject::Scope(None, None);
        renderer.finding(Finding::about(
            Code::NoDigests,
            subject,
            "there is no digest",
        ));
    });
    assert_eq!(
        text,
        "Digest chain\t*\tUNCHECKED: no-digests: there is no digest\n\nNo digests found\n"
    );
}
