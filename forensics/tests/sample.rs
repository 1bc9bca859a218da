//! The events of the sample, read in the pass that verifies its logs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::path::Path;

use serde_json::Value;
use trailseal_forensics::reader::Limits;
use trailseal_forensics::record::{IdentityType, Open, UserIdentity};
use trailseal_forensics::{Extracted, Extractor, provenance};
use trailseal_keys::{FingerprintPolicy, Keyring};
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::log::VerifiedLog;
use trailseal_verifier::source::Directory;
use trailseal_verifier::verdict::{Answer, Finding};
use trailseal_verifier::walk::{Progress, Request, Sink, Visitor, verify};

/// What each log gave, with the digest that vouches for it.
struct Logs<T>(Vec<(String, T)>);

impl<T> Sink<T> for Logs<T> {
    fn digest(&mut self, _: &ChainId, outcome: &DigestOutcome, extracts: Vec<Option<T>>) {
        let digest = outcome.object.to_string();
        let found = extracts.into_iter().flatten();
        self.0
            .extend(found.map(|extract| (digest.clone(), extract)));
    }

    fn finding(&mut self, _: Finding) {}
}

fn walk<V: Visitor>(visitor: &V, jobs: usize) -> (u64, Vec<(String, V::Extract)>) {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors");
    let source = Directory::open(&vectors.join("sample"), None).unwrap();
    let keys = [vectors.join("sample-keys.json")];
    let keys = Keyring::load(&keys, FingerprintPolicy::Refuse).unwrap();
    let mut logs = Logs(Vec::new());
    let request = Request {
        jobs,
        ..Request::default()
    };
    let progress = Progress::default();
    let report = verify(&source, &keys, &request, visitor, &mut logs, &progress).unwrap();
    (report.tally.logs.verified, logs.0)
}

/// Counts records in its own way.
struct Count;

impl Visitor for Count {
    type Extract = (String, Vec<Value>);

    fn visit(&self, log: &VerifiedLog<'_>) -> Self::Extract {
        let value: Value = serde_json::from_slice(log.content()).unwrap();
        let records = value["Records"].as_array().unwrap().clone();
        (log.object().to_string(), records)
    }
}

/// Who acted: a service may state no type of identity, only itself.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Actor {
    Typed(IdentityType),
    Service(String),
    Unnamed,
}

impl Actor {
    fn of(identity: &UserIdentity<'_>) -> Self {
        let kind = identity.identity_type.as_ref().and_then(Open::known);
        match (kind, &identity.invoked_by) {
            (Some(kind), _) => Self::Typed(kind),
            (None, Some(service)) => Self::Service(service.to_string()),
            (None, None) => Self::Unnamed,
        }
    }
}

struct Taken {
    log: String,
    digest: String,
    index: u64,
    text: String,
    actor: Actor,
    dated: bool,
}

fn extracted(jobs: usize) -> Vec<(String, Extracted<Vec<Taken>>)> {
    let extractor = Extractor::new(
        Limits::default(),
        Vec::new,
        |taken: &mut Vec<Taken>, event| {
            let (record, provenance) = (event.record(), event.provenance());
            let provenance::Verdict::Verified { digest } = provenance.verdict() else {
                panic!("a verified log gave an event that is not");
            };
            let identity = record.user_identity.as_deref();
            taken.push(Taken {
                log: provenance.origin().log().to_string(),
                digest: digest.to_string(),
                index: provenance.place().index,
                text: record.text().to_owned(),
                actor: identity.map_or(Actor::Unnamed, Actor::of),
                dated: record.time().is_some_and(|time| time.is_ok()),
            });
        },
    );
    walk(&extractor, jobs).1
}

#[test]
fn every_event_of_a_verified_log_comes_with_its_proof() {
    let (verified, counted) = walk(&Count, 2);
    let extracted = extracted(2);
    assert_eq!(verified, extracted.len() as u64);
    assert!(verified > 0 && extracted.iter().any(|(_, log)| !log.value.is_empty()));
    for ((_, (object, records)), (vouching, log)) in counted.iter().zip(&extracted) {
        assert_eq!(log.origin.log().to_string(), *object);
        assert_eq!(log.origin.verdict().answer(), Answer::Verified);
        assert!(log.unread.is_empty() && log.tally.is_complete());
        assert_eq!((log.tally.kept, log.tally.odd), (records.len() as u64, 0));
        for (index, (event, record)) in log.value.iter().zip(records).enumerate() {
            assert_eq!(serde_json::from_str::<Value>(&event.text).unwrap(), *record);
            assert_eq!((&event.log, &event.digest), (object, vouching));
            assert_eq!(event.index, index as u64);
            assert!(
                event.dated && event.actor != Actor::Unnamed,
                "{}",
                event.text
            );
        }
    }
}

#[test]
fn the_hash_is_that_of_the_verified_bytes() {
    struct Hash;

    impl Visitor for Hash {
        type Extract = Sha256;

        fn visit(&self, log: &VerifiedLog<'_>) -> Sha256 {
            Sha256::of(log.content())
        }
    }

    let hashes = walk(&Hash, 1).1;
    let extracted = extracted(1);
    for ((_, hash), (_, log)) in hashes.iter().zip(&extracted) {
        assert_eq!(log.origin.sha256(), *hash);
    }
}
