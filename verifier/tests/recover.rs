//! Recovery: what was signed for is found among older versions, and nothing else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;
#[allow(dead_code, reason = "each test file uses a part")]
#[path = "common/deliver.rs"]
mod deliver;

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use common::config;
use common::kit::{BUCKET, content, hour, in_memory, keys, log, object, small, trail};
use deliver::{chain, deliver, delivered, everything};
use proptest::prelude::*;
use trailseal_test_vectors::{ChainBuilder, SigningKey, Store};
use trailseal_verifier::id::BucketName;
use trailseal_verifier::limits::Limits;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::recover::{
    Collector, Content, History, Keeper, Keeping, MAX_VERSIONS, Recovered, Recovery, Search,
    Verdict, Version, VersionContent, VersionKind,
};
use trailseal_verifier::source::{Memory, Object, ReadError, ReadErrorKind, Source};
use trailseal_verifier::walk::{Progress, Request, verify};

/// A bucket that remembers. The oldest version of each object comes first.
#[derive(Clone, Default)]
struct Kept {
    now: Memory,
    versions: BTreeMap<ObjectRef, Vec<Option<Result<Object, ReadErrorKind>>>>,
}

impl Kept {
    fn of(store: &Store) -> Self {
        let mut kept = Self::default();
        for (bucket, key, stored) in store.iter() {
            let stored = Object {
                bytes: stored.bytes.clone(),
                metadata: stored.metadata.clone(),
                ..Object::default()
            };
            kept.put(&object(bucket, key), stored);
        }
        kept
    }

    fn put(&mut self, at: &ObjectRef, stored: Object) {
        self.now.put(at.clone(), stored.clone());
        self.versions
            .entry(at.clone())
            .or_default()
            .push(Some(Ok(stored)));
    }

    fn put_bytes(&mut self, at: &ObjectRef, bytes: &[u8]) {
        let bytes = bytes.to_vec();
        self.put(
            at,
            Object {
                bytes,
                ..Object::default()
            },
        );
    }

    fn delete(&mut self, at: &ObjectRef) {
        self.now.remove(at);
        self.versions.entry(at.clone()).or_default().push(None);
    }

    fn oldest(&mut self, at: &ObjectRef) -> &mut Option<Result<Object, ReadErrorKind>> {
        &mut self.versions.get_mut(at).unwrap()[0]
    }
}

impl History for Kept {
    fn keeping(&self, _: &BucketName) -> Result<Keeping, ReadError> {
        Ok(Keeping::Kept)
    }

    fn versions(&self, at: &ObjectRef) -> Result<Vec<Version>, ReadError> {
        let versions = self.versions.get(at).map_or(&[][..], Vec::as_slice);
        let count = versions.len();
        let version = |(index, stored): (usize, &Option<Result<Object, ReadErrorKind>>)| Version {
            kind: match stored {
                None => VersionKind::DeleteMarker,
                Some(_) => VersionKind::Object {
                    size: 1,
                    storage_class: None,
                },
            },
            id: index.to_string(),
            latest: index + 1 == count,
            last_modified: None,
            owner: None,
        };
        Ok(versions.iter().enumerate().map(version).rev().collect())
    }

    fn read_version(
        &self,
        at: &ObjectRef,
        id: &str,
        limit: u64,
    ) -> Result<VersionContent, ReadError> {
        let stored = self.versions[at][id.parse::<usize>().unwrap()]
            .clone()
            .unwrap();
        let object = stored.map_err(|kind| ReadError::new(kind, "as told"))?;
        if object.bytes.len() as u64 > limit {
            return Err(ReadError::new(ReadErrorKind::TooLarge, "as told"));
        }
        Ok(VersionContent { object, etag: None })
    }
}

/// Keeps what is found in memory.
#[derive(Default)]
struct Bag(Mutex<BTreeMap<ObjectRef, Object>>);

impl Keeper for Bag {
    fn keep(
        &self,
        at: &ObjectRef,
        _: &Version,
        content: &VersionContent,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let mut bag = self.0.lock().unwrap();
        bag.insert(at.clone(), content.object.clone());
        Ok(())
    }
}

static LOOKED: AtomicU64 = AtomicU64::new(0);

fn collect(source: &impl Source, request: &Request) -> Collector {
    let mut wanted = Collector::default();
    let progress = Progress::default();
    verify(source, keys(), request, &(), &mut wanted, &progress).unwrap();
    wanted
}

fn search<'a, S: Source>(
    source: &'a S,
    kept: &'a Kept,
    progress: &'a Progress,
) -> Search<'a, S, Kept> {
    Search {
        source,
        history: kept,
        keyring: keys(),
        limits: Limits::default(),
        range: (None, None),
        concurrency: 4,
        keeper: None,
        progress,
        looked: &LOOKED,
    }
}

fn recover(kept: &Kept) -> Recovered {
    let progress = Progress::default();
    let wanted = collect(&kept.now, &everything());
    search(&kept.now, kept, &progress).run(wanted).unwrap()
}

fn of<'r>(recovered: &'r Recovered, at: &ObjectRef) -> &'r Recovery {
    let found = recovered.objects.iter().find(|it| it.object == *at);
    found.unwrap_or_else(|| panic!("{at} is not in {recovered:#?}"))
}

fn contents(recovery: &Recovery) -> Vec<Content> {
    recovery
        .versions
        .iter()
        .map(|version| version.content)
        .collect()
}

/// A chain of one log an hour, and where its digests and logs lie.
fn bucket(hours: usize) -> (Kept, Vec<ObjectRef>, Vec<ObjectRef>) {
    let (store, digests) = delivered(trail(), hours);
    let logs = digests.iter().map(|digest| {
        let (bucket, key) = digest.log(0);
        object(bucket, key)
    });
    let logs = logs.collect();
    let digests = digests
        .iter()
        .map(|digest| object(&digest.bucket, &digest.key));
    (Kept::of(&store), digests.collect(), logs)
}

#[test]
fn a_run_of_overwritten_digests_is_proved_by_the_one_that_has_a_signature() {
    let (mut kept, digests, _) = bucket(6);
    for at in &digests[2..] {
        if *at != digests[5]
            && let Some(Ok(stored)) = kept.oldest(at)
        {
            stored.metadata.clear();
        }
        kept.put_bytes(at, b"altered, and no gzip");
    }
    let recovered = recover(&kept);
    assert_eq!(recovered.objects.len(), 4, "{recovered:#?}");
    assert!(recovered.is_whole());
    assert_eq!(of(&recovered, &digests[5]).named_by, None);
    for index in 2..5 {
        let recovery = of(&recovered, &digests[index]);
        assert_eq!(recovery.named_by.as_ref(), Some(&digests[index + 1]));
    }
    // The logs of what was found, and the digest before it.
    assert_eq!(recovered.tally.in_order, 5);
}

#[test]
fn a_digest_without_any_signature_is_not_recovered_by_its_looks() {
    let (mut kept, digests, _) = bucket(4);
    if let Some(Ok(stored)) = kept.oldest(&digests[3]) {
        stored.metadata.clear();
    }
    kept.put_bytes(&digests[3], b"altered, and no gzip");
    let recovered = recover(&kept);
    let recovery = of(&recovered, &digests[3]);
    assert_eq!(recovery.verdict, Verdict::Unread);
    assert_eq!(contents(recovery), [Content::Wrong, Content::Unproved]);
    assert!(!recovered.is_lost() && !recovered.is_whole());
}

#[test]
fn what_was_never_part_of_the_chain_is_not_missed() {
    let (mut store, _) = delivered(trail(), 4);
    // Half an hour after the second digest, and signed with another key.
    let mut planted = ChainBuilder::new(trail(), SigningKey::trail_b());
    let start = hour(1) + jiff::SignedDuration::from_mins(30);
    planted.hour(&mut store, start, Vec::new());
    let recovered = recover(&Kept::of(&store));
    assert!(recovered.objects.is_empty(), "{recovered:#?}");
}

#[test]
fn what_was_written_most_often_does_not_hide_what_was_written_first() {
    let (mut kept, _, logs) = bucket(2);
    for _ in 0..MAX_VERSIONS + 5 {
        kept.put_bytes(&logs[0], b"altered, and no gzip");
    }
    let recovered = recover(&kept);
    let recovery = of(&recovered, &logs[0]);
    assert_eq!(
        (recovery.verdict, recovery.version.as_deref()),
        (Verdict::Found, Some("0"))
    );
    let not_read = contents(recovery)
        .into_iter()
        .filter(|it| *it == Content::NotRead);
    assert_eq!(not_read.count(), 6);

    // Without the right one, those that were not read leave it open.
    *kept.oldest(&logs[0]) = Some(Ok(Object::default()));
    let recovered = recover(&kept);
    assert_eq!(of(&recovered, &logs[0]).verdict, Verdict::Unread);
}

#[test]
fn a_version_that_is_too_large_is_wrong_and_one_that_fails_is_unread() {
    let (mut kept, _, logs) = bucket(3);
    for at in &logs[..2] {
        kept.delete(at);
    }
    *kept.oldest(&logs[0]) = Some(Err(ReadErrorKind::TooLarge));
    *kept.oldest(&logs[1]) = Some(Err(ReadErrorKind::Archived));
    let recovered = recover(&kept);
    let verdict = |at| of(&recovered, at).verdict;
    assert_eq!(verdict(&logs[0]), Verdict::NotFound);
    assert_eq!(verdict(&logs[1]), Verdict::Unread);
    assert!(recovered.is_lost());
}

#[test]
fn a_deleted_backfill_digest_is_found_through_the_one_that_names_it() {
    let mut store = Store::new();
    deliver(&mut store, &mut chain(trail()), 0..4);
    let mut backfill = ChainBuilder::backfill(
        trail(),
        SigningKey::trail_a(),
        jiff::SignedDuration::from_hours(4),
    );
    let digests: Vec<_> = (0..3)
        .map(|index| backfill.hour(&mut store, hour(index), vec![log(&trail(), index, 1)]))
        .collect();
    let mut kept = Kept::of(&store);
    let gone = object(BUCKET, &digests[1].key);
    let (bucket, key) = digests[1].log(0);
    kept.delete(&gone);
    kept.delete(&object(bucket, key));
    let recovered = recover(&kept);
    assert_eq!(of(&recovered, &gone).verdict, Verdict::Found);
    assert_eq!(of(&recovered, &object(bucket, key)).verdict, Verdict::Found);
}

#[test]
fn what_lies_outside_the_range_is_not_followed() {
    let (mut kept, digests, logs) = bucket(6);
    for at in digests[..4].iter().chain(&logs[..4]) {
        kept.delete(at);
    }
    let request = Request {
        from: Some(hour(2)),
        jobs: 1,
        ..Request::default()
    };
    let progress = Progress::default();
    let wanted = collect(&kept.now, &request);
    let search = Search {
        range: (request.from, request.to),
        ..search(&kept.now, &kept, &progress)
    };
    let recovered = search.run(wanted).unwrap();
    let found: Vec<_> = recovered.objects.iter().map(|it| &it.object).collect();
    let mut expected: Vec<_> = digests[2..4].iter().chain(&logs[2..4]).collect();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn an_end_before_time_leaves_nothing_out_and_concludes_nothing() {
    let (mut kept, digests, logs) = bucket(4);
    kept.delete(&logs[0]);
    kept.delete(&digests[2]);
    let wanted = collect(&kept.now, &everything());
    let progress = Progress::default();
    progress.stop();
    let recovered = search(&kept.now, &kept, &progress).run(wanted).unwrap();
    assert!(recovered.interrupted && !recovered.is_lost());
    assert_eq!(recovered.objects.len(), 2);
    assert!(
        recovered
            .objects
            .iter()
            .all(|it| it.verdict == Verdict::Unread)
    );
}

#[test]
fn a_keeper_that_refuses_ends_the_search() {
    struct Full;
    impl Keeper for Full {
        fn keep(
            &self,
            _: &ObjectRef,
            _: &Version,
            _: &VersionContent,
        ) -> Result<(), Box<dyn Error + Send + Sync>> {
            Err("the disk is full".into())
        }
    }
    let (mut kept, _, logs) = bucket(4);
    for at in &logs {
        kept.delete(at);
    }
    let progress = Progress::default();
    let search = Search {
        keeper: Some(&Full),
        ..search(&kept.now, &kept, &progress)
    };
    let error = search.run(collect(&kept.now, &everything())).unwrap_err();
    assert!(error.to_string().contains("the disk is full"), "{error}");
}

/// What is done to one object.
#[derive(Clone, Copy, Debug)]
enum Harm {
    Delete,
    DeleteTwice,
    Garbage,
    /// The metadata alone is lost.
    Bare,
    /// Another object is put in its place.
    Swap(usize),
}

fn harms() -> impl Strategy<Value = Vec<(usize, Harm)>> {
    let harm = prop_oneof![
        Just(Harm::Delete),
        Just(Harm::DeleteTwice),
        Just(Harm::Garbage),
        Just(Harm::Bare),
        (0..20_usize).prop_map(Harm::Swap),
    ];
    prop::collection::vec((0..20_usize, harm), 1..12)
}

proptest! {
    #![proptest_config(config(64))]

    /// Whatever is done to a bucket that forgets nothing: what is found is what
    /// was there, nothing signed is lost, and put back it mends the bucket.
    #[test]
    fn everything_that_is_wrong_is_found_and_mends_the_bucket(harms in harms()) {
        let (store, _) = small();
        let right = in_memory(&store);
        let mut kept = Kept::of(&store);
        let all: Vec<ObjectRef> = kept.versions.keys().cloned().collect();
        for (which, harm) in harms {
            let at = all[which % all.len()].clone();
            match harm {
                Harm::Delete => kept.delete(&at),
                Harm::DeleteTwice => { kept.delete(&at); kept.delete(&at); }
                Harm::Garbage => kept.put_bytes(&at, b"altered, and no gzip"),
                Harm::Bare => {
                    let bytes = right.read(&at, u64::MAX).unwrap().bytes;
                    kept.put_bytes(&at, &bytes);
                }
                Harm::Swap(other) => {
                    let other = right.read(&all[other % all.len()], u64::MAX).unwrap();
                    kept.put(&at, other);
                }
            }
        }
        let bag = Bag::default();
        let progress = Progress::default();
        let one = Search { keeper: Some(&bag), concurrency: 1, ..search(&kept.now, &kept, &progress) };
        let recovered = one.run(collect(&kept.now, &everything())).unwrap();
        prop_assert!(!recovered.is_lost(), "{recovered:#?}");
        prop_assert_eq!(recovered.unread.count, 0);
        let kept_here = bag.0.into_inner().unwrap();
        prop_assert_eq!(kept_here.len() as u64, recovered.tally.kept);
        for (at, found) in &kept_here {
            let original = right.read(at, u64::MAX).unwrap();
            prop_assert_eq!(content(&found.bytes), content(&original.bytes));
        }
        let many = Search { concurrency: 8, ..search(&kept.now, &kept, &progress) };
        let same = many.run(collect(&kept.now, &everything())).unwrap();
        let shown = |it: &Recovered| {
            it.objects.iter().map(|it| format!("{} {:?} {:?}", it.object, it.verdict, it.version)).collect::<Vec<_>>()
        };
        prop_assert_eq!(shown(&same), shown(&recovered));

        // What is put back may show that more is missing: before a digest that
        // was rejected, a copy may as well begin.
        for round in 0.. {
            prop_assert!(round < 4);
            let bag = Bag::default();
            let search = Search { keeper: Some(&bag), ..search(&kept.now, &kept, &progress) };
            let wanted = collect(&kept.now, &everything());
            if wanted.is_empty() {
                break;
            }
            search.run(wanted).unwrap();
            let mended = bag.0.into_inner().unwrap();
            prop_assert!(!mended.is_empty());
            for (at, found) in mended {
                kept.now.put(at, found);
            }
        }
    }
}
