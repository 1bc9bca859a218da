//! Small buckets made with the builder kit, and what the tests do to them.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use proptest::sample::Index;
use trailseal_keys::{FingerprintPolicy, Keyring};
use trailseal_test_vectors as vectors;
use trailseal_test_vectors::{ChainBuilder, DigestHandle, LogFile, SigningKey, Store, Trail, time};
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::report::Report;
use trailseal_verifier::source::{Memory, Object, ReadErrorKind, Source};
use trailseal_verifier::verdict::{Answer, Finding};
use trailseal_verifier::walk::{Progress, Request, Sink, verify};

pub(crate) const BUCKET: &str = "example-logs";
pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const REGION: &str = "eu-west-1";

/// The trail of every small bucket.
pub(crate) fn trail() -> Trail {
    Trail::new(BUCKET, ACCOUNT, REGION, "main")
}

/// When the first digest's window begins.
pub(crate) fn start() -> Timestamp {
    time("2026-03-02T08:07:13Z")
}

/// So many hours after the start.
pub(crate) fn hour(count: usize) -> Timestamp {
    start() + SignedDuration::from_hours(i64::try_from(count).unwrap())
}

/// A healthy chain of so many hours, with a log or two in most of them.
pub(crate) fn healthy(hours: usize) -> (Store, Vec<DigestHandle>) {
    let mut store = Store::new();
    let mut chain = ChainBuilder::new(trail(), SigningKey::trail_a());
    let digests = (0..hours)
        .map(|index| {
            let logs = (0..index % 3).map(|n| log(&trail(), index, n)).collect();
            chain.hour(&mut store, hour(index), logs)
        })
        .collect();
    (store, digests)
}

/// A log delivered in this hour.
pub(crate) fn log(trail: &Trail, index: usize, n: usize) -> LogFile {
    let minutes = i64::try_from(10 + 20 * n).unwrap();
    let at = hour(index) + SignedDuration::from_mins(minutes);
    let record = serde_json::json!({
        "eventVersion": "1.11",
        "eventTime": at.to_string(),
        "eventSource": "iam.amazonaws.com",
        "eventName": "GetUser",
        "awsRegion": trail.region,
        "sourceIPAddress": "192.0.2.1",
        "requestParameters": {"userName": format!("user-{index}-{n}")},
        "recipientAccountId": trail.account,
    });
    LogFile::new(at, vec![record])
}

/// The key that signs the small buckets, valid all the time.
pub(crate) fn keys() -> &'static Keyring {
    static KEYS: LazyLock<Keyring> = LazyLock::new(published);
    &KEYS
}

fn published() -> Keyring {
    let (from, to) = (time("2026-02-20T00:00:00Z"), time("2026-03-22T00:00:00Z"));
    let key = vectors::PublishedKey::pkcs1(SigningKey::trail_a(), from, to);
    let json = vectors::Keyring::new(vec![key]).to_json();
    Keyring::parse(&json, "kit", None, FingerprintPolicy::Refuse).unwrap()
}

/// The store as a source.
pub(crate) fn in_memory(store: &Store) -> Memory {
    let mut memory = Memory::default();
    for (bucket, key, stored) in store.iter() {
        let at = object(bucket, key);
        match stored.unread {
            None => memory.put(
                at,
                Object {
                    bytes: stored.bytes.clone(),
                    metadata: stored.metadata.clone(),
                    ..Object::default()
                },
            ),
            Some(why) => memory.put_unread(
                at,
                match why {
                    vectors::Unread::Archived => ReadErrorKind::Archived,
                    vectors::Unread::Denied => ReadErrorKind::Denied,
                    vectors::Unread::Io => ReadErrorKind::Io,
                    vectors::Unread::Throttled => ReadErrorKind::Throttled,
                },
            ),
        }
    }
    memory
}

pub(crate) fn object(bucket: &str, key: &str) -> ObjectRef {
    ObjectRef::new(bucket.parse().unwrap(), key)
}

/// All that the hours from `first` to `last` promise.
pub(crate) fn range(first: usize, last: usize) -> Request {
    Request {
        from: Some(hour(first)),
        to: Some(hour(last)),
        jobs: 1,
        ..Request::default()
    }
}

/// Everything a run said.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) findings: Vec<Finding>,
    /// The best and the worst that was concluded of each object itself: more
    /// than one digest may name a log.
    pub(crate) answers: BTreeMap<ObjectRef, (Answer, Answer)>,
    /// Digests and findings in the order in which they came.
    pub(crate) events: Vec<String>,
}

impl Sink<()> for Heard {
    fn digest(&mut self, chain: &ChainId, outcome: &DigestOutcome, _: Vec<Option<()>>) {
        self.events.push(format!("{chain} {outcome:?}"));
        let logs = outcome.logs.iter().map(|log| (&log.object, log.answer()));
        for (object, answer) in logs.chain([(&outcome.object, outcome.answer())]) {
            let both = self
                .answers
                .entry(object.clone())
                .or_insert((answer, answer));
            *both = (both.0.min(answer), both.1.max(answer));
        }
    }

    fn finding(&mut self, finding: Finding) {
        self.events.push(serde_json::to_string(&finding).unwrap());
        self.findings.push(finding);
    }
}

impl Heard {
    /// Whether any finding is about this object.
    pub(crate) fn names(&self, object: &ObjectRef) -> bool {
        let url = object.to_string();
        self.findings.iter().any(|f| f.object.to_string() == url)
    }

    /// Code and object of each finding, as text.
    pub(crate) fn listed(&self) -> Vec<String> {
        let line = |f: &Finding| format!("{} {}: {}", f.code, f.object, f.detail);
        self.findings.iter().map(line).collect()
    }
}

/// Verifies, and hears everything.
pub(crate) fn hear(source: &impl Source, request: &Request) -> (Report, Heard) {
    let mut heard = Heard::default();
    let progress = Progress::default();
    let report = verify(source, keys(), request, &(), &mut heard, &progress).unwrap();
    (report, heard)
}

/// Length of the small bucket's chain.
pub(crate) const HOURS: usize = 6;

/// A healthy chain; signing it anew for each case would take most of the time.
pub(crate) fn small() -> (Store, Vec<DigestHandle>) {
    static MADE: LazyLock<(Store, Vec<DigestHandle>)> = LazyLock::new(|| healthy(HOURS));
    MADE.clone()
}

/// Every key, in order.
pub(crate) fn keys_of(store: &Store) -> Vec<String> {
    store.iter().map(|(_, key, _)| key.to_owned()).collect()
}

/// What a container holds, if it is exactly one sound gzip member.
pub(crate) fn content(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = flate2::bufread::GzDecoder::new(bytes);
    let mut content = Vec::new();
    decoder.read_to_end(&mut content).ok()?;
    decoder.into_inner().is_empty().then_some(content)
}

/// Flips a bit; says whether that left the content and its container sound.
pub(crate) fn flip(store: &mut Store, key: &str, byte: Index, bit: u8) -> bool {
    let stored = store.object_mut(BUCKET, key);
    let before = content(&stored.bytes);
    let byte = byte.index(stored.bytes.len());
    stored.bytes[byte] ^= 1 << bit;
    content(&stored.bytes) == before
}

/// As a copy without metadata.
pub(crate) fn without_metadata(store: &mut Store) {
    store
        .iter_mut()
        .for_each(|(_, _, stored)| stored.metadata.clear());
}
