//! The sample names its four crimes, what they leave unvouched, and the time
//! that is not proved; nothing else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use std::collections::BTreeSet;

use common::{named, run, vectors};
use trailseal_keys::{FingerprintPolicy, Keyring};
use trailseal_test_vectors::sample;
use trailseal_verifier::coverage::State;
use trailseal_verifier::source::Directory;
use trailseal_verifier::walk::Request;

#[test]
fn four_crimes_and_what_follows_from_them() {
    let source = Directory::open(&vectors().join("sample"), None).unwrap();
    let keys = Keyring::load(
        &[vectors().join("sample-keys.json")],
        FingerprintPolicy::Refuse,
    )
    .unwrap();
    let (report, findings) = run(
        &source,
        &keys,
        &Request {
            jobs: 2,
            ..Request::default()
        },
    );

    let expected = sample::expectation();
    let stated: BTreeSet<_> = expected
        .findings
        .iter()
        .map(|f| (f.code.clone(), f.object.clone()))
        .collect();
    assert_eq!(named(&findings), stated);
    assert_eq!(findings.len(), stated.len());

    let unproved: Vec<String> = report
        .chains
        .iter()
        .flat_map(|chain| chain.coverage.spans().iter().map(move |span| (chain, span)))
        .filter(|(_, span)| span.state != State::Proved)
        .map(|(chain, span)| {
            format!(
                "{}/{} {} {:?}",
                chain.chain.account, chain.chain.region, span.interval, span.state
            )
        })
        .collect();
    assert_eq!(
        unproved,
        [
            "111122223333/us-east-1 2026-03-11T02:01:31Z to 2026-03-11T03:01:31Z Failed",
            "444455556666/ap-southeast-2 2026-03-11T03:31:06Z to 2026-03-11T04:31:06Z Failed",
            "444455556666/eu-west-1 2026-03-11T03:12:40Z to 2026-03-11T04:12:40Z Failed",
        ]
    );
}
