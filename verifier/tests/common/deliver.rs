//! Trails that deliver hour by hour, and findings in a form to compare.

use std::ops::Range;

use trailseal_test_vectors::{ChainBuilder, DigestHandle, SigningKey, Store, Trail};
use trailseal_verifier::coverage::State;
use trailseal_verifier::report::Report;
use trailseal_verifier::verdict::Code;
use trailseal_verifier::walk::Request;

use crate::common::kit::{Heard, hour, log};

/// A chain that begins with its next digest, signed with the key of the kit.
pub(crate) fn chain(trail: Trail) -> ChainBuilder {
    ChainBuilder::new(trail, SigningKey::trail_a())
}

/// One log and one digest for each of these hours.
pub(crate) fn deliver(
    store: &mut Store,
    chain: &mut ChainBuilder,
    hours: Range<usize>,
) -> Vec<DigestHandle> {
    let trail = chain.trail().clone();
    hours
        .map(|index| chain.hour(store, hour(index), vec![log(&trail, index, 0)]))
        .collect()
}

/// A bucket in which one trail delivered for so many hours.
pub(crate) fn delivered(trail: Trail, hours: usize) -> (Store, Vec<DigestHandle>) {
    let mut store = Store::new();
    let digests = deliver(&mut store, &mut chain(trail), 0..hours);
    (store, digests)
}

/// Everything that is there.
pub(crate) fn everything() -> Request {
    Request {
        jobs: 1,
        ..Request::default()
    }
}

/// Code and object of each finding, in order.
pub(crate) fn found(heard: &Heard) -> Vec<(Code, String)> {
    let findings = heard.findings.iter();
    let mut found: Vec<_> = findings.map(|f| (f.code, f.object.to_string())).collect();
    found.sort();
    found
}

/// The codes of the findings, in order, once each.
pub(crate) fn codes(heard: &Heard) -> Vec<Code> {
    let mut codes: Vec<_> = heard.findings.iter().map(|f| f.code).collect();
    codes.sort();
    codes.dedup();
    codes
}

/// The proved hours of the chain that this word occurs in.
pub(crate) fn proved_hours(report: &Report, word: &str) -> i64 {
    let chains = report.chains.iter().filter(|c| c.id.contains(word));
    chains
        .map(|chain| chain.coverage.total(State::Proved).as_hours())
        .sum()
}
