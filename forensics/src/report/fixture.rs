//! Reports made by hand, for the tests of all who render them.

use jiff::Timestamp;
use trailseal_verifier::chain::ChainId;
use trailseal_verifier::coverage::{Coverage, Interval, State};
use trailseal_verifier::layout::{ChainKind, Family};
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::report::{
    ChainReport, Counts, FamilyReport, PlaceReport, Report, Scope, Strays, Tally, TrailScope,
};
use trailseal_verifier::verdict::{Answer, Code, Finding};

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn two_days() -> Interval {
    Interval::new(at("2026-03-10T00:00:00Z"), at("2026-03-12T00:00:00Z"))
}

pub(crate) fn proved(interval: Interval) -> Coverage {
    let mut coverage = Coverage::default();
    coverage.push(interval, State::Proved);
    coverage
}

pub(crate) fn chain(account: &str, region: &str, coverage: Coverage) -> ChainReport {
    let chain = ChainId {
        organization: None,
        account: account.parse().unwrap(),
        region: region.parse().unwrap(),
        trail: "org-trail".parse().unwrap(),
        home: "us-east-1".parse().unwrap(),
        kind: ChainKind::Hourly,
    };
    ChainReport {
        id: chain.to_string(),
        chain,
        locations: vec!["s3://example-trail-logs".to_owned()],
        digests: Counts {
            verified: 48,
            unchecked: 0,
            failed: 0,
        },
        logs: Counts {
            verified: 100,
            unchecked: 0,
            failed: 0,
        },
        ends: coverage.end(),
        coverage,
    }
}

pub(crate) fn report() -> Report {
    Report {
        outcome: Answer::Verified,
        scope: Scope {
            buckets: vec!["example-trail-logs".parse().unwrap()],
            from: None,
            to: None,
            trails: vec![TrailScope {
                organization: None,
                account: Some("111122223333".parse().unwrap()),
                trail: "org-trail".parse().unwrap(),
                home: "us-east-1".parse().unwrap(),
                range: Some(two_days()),
            }],
            reconciled: true,
        },
        tally: Tally {
            digests: Counts {
                verified: 48,
                unchecked: 0,
                failed: 0,
            },
            logs: Counts {
                verified: 100,
                unchecked: 0,
                failed: 0,
            },
            verified_bytes: 12_345_678,
            ..Tally::default()
        },
        chains: vec![chain("111122223333", "eu-west-1", proved(two_days()))],
        places: vec![place("111122223333", "eu-west-1")],
        strays: Strays::default(),
        interrupted: false,
    }
}

pub(crate) fn place(account: &str, region: &str) -> PlaceReport {
    PlaceReport {
        organization: None,
        account: account.parse().unwrap(),
        region: region.parse().unwrap(),
        families: vec![FamilyReport {
            family: Family::CloudTrail,
            listed: 100,
            named: 100,
        }],
    }
}

pub(crate) fn finding(code: Code) -> Finding {
    numbered(code, 1)
}

pub(crate) fn numbered(code: Code, number: usize) -> Finding {
    let key = format!("AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/10/{number:04}.json.gz");
    let object = ObjectRef::new("example-trail-logs".parse().unwrap(), key);
    Finding::on(code, object, "expected this, found that")
}
