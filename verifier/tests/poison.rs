//! Adding objects to a bucket never makes anything look better, nor anything
//! genuine look worse than unproved.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use std::collections::BTreeSet;

use common::config;
use common::kit::{
    ACCOUNT, BUCKET, HOURS, Heard, REGION, flip, hear, hour, in_memory, keys_of, log, object,
    range, small, start, trail, without_metadata,
};
use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::string::string_regex;
use trailseal_test_vectors::{
    ChainBuilder, DigestBody, DigestHandle, SealedDigest, SigningKey, Store, gzip,
};
use trailseal_verifier::coverage::State;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::report::Report;
use trailseal_verifier::verdict::Answer;
use trailseal_verifier::walk::Request;

/// An object that somebody adds.
#[derive(Clone, Debug)]
struct Planted {
    bucket: String,
    key: String,
    bytes: Vec<u8>,
    signature: Option<String>,
}

/// A digest that somebody made, at the place where it says it belongs.
#[derive(Clone, Debug)]
struct Forged {
    /// Minutes after the first genuine digest's window begins.
    ends: i64,
    lasts: i64,
    elsewhere: u8,
    previous: Option<Index>,
    known_key: bool,
    signature: u8,
    lists: Option<Index>,
}

fn forged() -> impl Strategy<Value = Forged> {
    let ends = prop_oneof![-200_i64..600, -60_000_i64..60_000];
    let lasts = prop_oneof![Just(60_i64), 0_i64..100, 0_i64..100_000];
    let whom = (
        any::<Option<Index>>(),
        any::<bool>(),
        0_u8..4,
        any::<Option<Index>>(),
    );
    (ends, lasts, 0_u8..6, whom).prop_map(
        |(ends, lasts, elsewhere, (previous, known_key, signature, lists))| Forged {
            ends,
            lasts,
            elsewhere,
            previous,
            known_key,
            signature,
            lists,
        },
    )
}

impl Forged {
    fn plant(&self, digests: &[DigestHandle]) -> Planted {
        let trail = match self.elsewhere {
            0 => trail().in_region("us-east-1"),
            1 => trail().in_account("444455556666"),
            2 => trail().with_prefix("x"),
            _ => trail(),
        };
        let mut chain = ChainBuilder::new(trail, SigningKey::attacker());
        if self.known_key {
            chain.set_fingerprint(&SigningKey::trail_a().fingerprint());
        }
        chain.set_previous(
            self.previous
                .map(|index| digests[index.index(digests.len())].clone()),
        );
        let ends = start() + SignedDuration::from_mins(self.ends);
        let begins = ends - SignedDuration::from_mins(self.lasts);
        let logs = self
            .lists
            .map(|index| digests[index.index(digests.len())].body.log_files.clone());
        let body: DigestBody = chain.draft(begins, ends, logs.unwrap_or_default());
        let sealed: SealedDigest = body.seal(SigningKey::attacker());
        Planted {
            bucket: BUCKET.to_owned(),
            key: body.digest_s3_object.clone(),
            bytes: gzip(&sealed.content),
            signature: match self.signature {
                0 => None,
                1 => Some(digests[0].signature.clone()),
                2 => Some("not hex".to_owned()),
                _ => Some(sealed.signature),
            },
        }
    }
}

/// Anything: garbage at look-alike keys, copies of genuine objects, logs.
fn junk() -> impl Strategy<Value = (String, String, Option<Index>, Vec<u8>)> {
    let genuine = trail().digest_key(hour(3), trailseal_test_vectors::DigestKind::Hourly);
    let digest_folder = genuine.rsplit_once('/').unwrap().0.to_owned();
    let log_folder = digest_folder.replace("CloudTrail-Digest", "CloudTrail");
    let key = prop_oneof![
        "[ -~]{1,60}",
        "\\PC{1,30}",
        "AWSLogs/[ -~]{1,60}",
        "(AWSLogs/){1,14}x",
        string_regex(&format!("{digest_folder}/[ -~]{{1,30}}")).unwrap(),
        string_regex(&format!("{log_folder}/[ -~]{{1,30}}\\.json\\.gz")).unwrap(),
        (
            0_u32..24,
            0_u32..60,
            "main|Main|main_|mai|m.*n|o-x_main",
            "|_backfill"
        )
            .prop_map(move |(hour, minute, trail, kind)| format!(
                "{digest_folder}/{ACCOUNT}_CloudTrail-Digest_{REGION}_{trail}_{REGION}_\
                 20260302T{hour:02}{minute:02}13Z{kind}.json.gz"
            )),
        (0_u32..24, "[A-Za-z0-9]{16}").prop_map(move |(hour, unique)| format!(
            "{log_folder}/{ACCOUNT}_CloudTrail_{REGION}_20260302T{hour:02}15Z_{unique}.json.gz"
        )),
    ];
    let bucket = prop_oneof![4 => Just(BUCKET.to_owned()), 1 => Just("another-bucket".to_owned())];
    (
        bucket,
        key,
        any::<Option<Index>>(),
        prop::collection::vec(any::<u8>(), 0..50),
    )
}

/// Adds what is not there yet.
fn poison(
    store: &mut Store,
    digests: &[DigestHandle],
    forged: &[Forged],
    junk: Vec<(String, String, Option<Index>, Vec<u8>)>,
) {
    let all: Vec<_> = store.iter().map(|(_, _, stored)| stored.clone()).collect();
    let forged = forged.iter().map(|forged| forged.plant(digests));
    let junk = junk.into_iter().map(|(bucket, key, copy, bytes)| {
        let copied = copy.map(|index| all[index.index(all.len())].clone());
        Planted {
            bucket,
            key,
            signature: copied
                .as_ref()
                .and_then(|c| c.metadata.get("signature").cloned()),
            bytes: copied.map_or(bytes, |c| c.bytes),
        }
    });
    for planted in forged.chain(junk) {
        let genuine = digests.iter().any(|digest| {
            digest.key == planted.key
                || digest
                    .body
                    .log_files
                    .iter()
                    .any(|l| l.s3_object == planted.key)
        });
        if genuine || store.get(&planted.bucket, &planted.key).is_some() {
            continue;
        }
        store.put(&planted.bucket, &planted.key, planted.bytes);
        if let Some(signature) = planted.signature {
            let metadata = &mut store.object_mut(&planted.bucket, &planted.key).metadata;
            metadata.insert("signature".into(), signature);
        }
    }
}

/// Genuine objects that a run says have failed, by themselves or in a finding.
fn failed(heard: &Heard, genuine: &BTreeSet<String>) -> BTreeSet<String> {
    let own = heard
        .answers
        .iter()
        .filter(|(_, (_, worst))| *worst == Answer::Failed)
        .map(|(object, _)| object.to_string());
    let found = heard
        .findings
        .iter()
        .filter(|finding| finding.answer == Answer::Failed)
        .map(|finding| finding.object.to_string());
    own.chain(found)
        .filter(|object| genuine.contains(object))
        .collect()
}

fn verified(heard: &Heard) -> BTreeSet<&ObjectRef> {
    let answers = heard.answers.iter();
    answers
        .filter(|(_, (best, _))| *best == Answer::Verified)
        .map(|(object, _)| object)
        .collect()
}

/// What poisoning must not do, given the run before and the run after.
fn no_better_no_worse(
    genuine: &BTreeSet<String>,
    (report, before): (&Report, &Heard),
    (poisoned, after): (&Report, &Heard),
) -> Result<(), TestCaseError> {
    prop_assert!(poisoned.outcome >= report.outcome, "{:?}", after.listed());
    for object in verified(after) {
        prop_assert!(
            verified(before).contains(object),
            "{object} became verified"
        );
    }
    let (failed_before, failed_after) = (failed(before, genuine), failed(after, genuine));
    let worse: Vec<_> = failed_after.difference(&failed_before).collect();
    prop_assert!(worse.is_empty(), "{:?}: {:#?}", worse, after.listed());
    Ok(())
}

/// Every object of the copy, before anything is planted.
fn genuine(store: &Store) -> BTreeSet<String> {
    store
        .iter()
        .map(|(bucket, key, _)| format!("s3://{bucket}/{key}"))
        .collect()
}

/// The second half of a chain: its first digest names one that was not copied.
fn begun_in_the_middle() -> (Store, Vec<DigestHandle>) {
    let (mut store, digests) = small();
    let old: BTreeSet<String> = digests[..3]
        .iter()
        .flat_map(|digest| {
            let logs = digest
                .body
                .log_files
                .iter()
                .map(|log| log.s3_object.clone());
            logs.chain([digest.key.clone()])
        })
        .collect();
    store.retain(|_, key| !old.contains(key));
    (store, digests)
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn adding_objects_to_a_healthy_bucket_harms_nothing_genuine(
        forged in prop::collection::vec(forged(), 0..4),
        junk in prop::collection::vec(junk(), 0..4),
        ranged in any::<bool>(),
    ) {
        let (mut store, digests) = small();
        let genuine = genuine(&store);
        let request = if ranged { range(0, HOURS) } else { Request { jobs: 1, ..Request::default() } };
        let (report, before) = hear(&in_memory(&store), &request);
        poison(&mut store, &digests, &forged, junk);
        let (poisoned, after) = hear(&in_memory(&store), &request);
        no_better_no_worse(&genuine, (&report, &before), (&poisoned, &after))?;
        prop_assert_eq!(verified(&before), verified(&after));
    }

    #[test]
    fn adding_objects_to_the_second_half_of_a_chain_harms_nothing_genuine(
        forged in prop::collection::vec(forged(), 0..4),
        junk in prop::collection::vec(junk(), 0..4),
        ranged in any::<bool>(),
    ) {
        let (mut store, digests) = begun_in_the_middle();
        let genuine = genuine(&store);
        let request = if ranged { range(3, HOURS) } else { Request { jobs: 1, ..Request::default() } };
        let (report, before) = hear(&in_memory(&store), &request);
        prop_assert_eq!(report.outcome, Answer::Verified);
        poison(&mut store, &digests, &forged, junk);
        let (poisoned, after) = hear(&in_memory(&store), &request);
        no_better_no_worse(&genuine, (&report, &before), (&poisoned, &after))?;
        prop_assert_eq!(verified(&before), verified(&after));
    }

    #[test]
    fn adding_objects_repairs_no_damage(
        forged in prop::collection::vec(forged(), 0..4),
        junk in prop::collection::vec(junk(), 0..4),
        which in any::<Index>(),
        flipped in any::<Option<(Index, u8)>>(),
        bare in any::<bool>(),
    ) {
        let (mut store, mut digests) = small();
        if bare {
            without_metadata(&mut store);
            // Whoever knows a lost signature may supply it: that proves something.
            digests.iter_mut().for_each(|digest| digest.signature = "00".repeat(256));
        }
        let keys = keys_of(&store);
        let key = &keys[which.index(keys.len())];
        match flipped {
            Some((byte, bit)) => {
                flip(&mut store, key, byte, bit % 8);
            }
            None => {
                store.remove(BUCKET, key);
            }
        }
        let (report, before) = hear(&in_memory(&store), &range(0, HOURS));
        poison(&mut store, &digests, &forged, junk);
        let (poisoned, after) = hear(&in_memory(&store), &range(0, HOURS));
        prop_assert!(poisoned.outcome >= report.outcome, "{:?}", after.listed());
        for object in verified(&after) {
            prop_assert!(verified(&before).contains(object), "{object} became verified");
        }
    }
}

#[test]
fn a_planted_log_is_named() {
    let (mut store, _) = small();
    let planted = log(&trail(), 2, 5);
    let chain = ChainBuilder::new(trail(), SigningKey::trail_a());
    let entries = chain.put_logs(&mut store, &[planted]);
    let (report, heard) = hear(&in_memory(&store), &range(0, HOURS));
    assert_eq!(report.outcome, Answer::Unchecked);
    assert!(
        heard.names(&object(BUCKET, &entries[0].s3_object)),
        "{:?}",
        heard.listed()
    );
}

/// What a run says of a bucket after somebody planted one digest that no known
/// key signed.
fn with_planted(store: &mut Store, digests: &[DigestHandle], forged: &Forged) -> (Report, Heard) {
    poison(store, digests, std::slice::from_ref(forged), Vec::new());
    let request = Request {
        jobs: 1,
        ..Request::default()
    };
    hear(&in_memory(store), &request)
}

fn unsigned(ends: i64, lasts: i64, elsewhere: u8) -> Forged {
    Forged {
        ends,
        lasts,
        elsewhere,
        previous: None,
        known_key: false,
        signature: 0,
        lists: None,
    }
}

fn proved(report: &Report) -> Vec<(String, SignedDuration)> {
    let chains = report.chains.iter();
    chains
        .map(|chain| (chain.id.clone(), chain.coverage.total(State::Proved)))
        .collect()
}

#[test]
fn a_planted_digest_of_another_region_does_not_stretch_the_time_that_is_asked_of_this_one() {
    let (mut store, digests) = begun_in_the_middle();
    let (report, heard) = with_planted(&mut store, &digests, &unsigned(-9000, 60, 0));
    assert_eq!(report.outcome, Answer::Unchecked, "{:#?}", heard.listed());
}

#[test]
fn a_planted_digest_before_the_first_one_proves_no_deletion() {
    let (mut store, digests) = begun_in_the_middle();
    for ends in [-600, 0, 60, 210] {
        let (report, heard) = with_planted(&mut store, &digests, &unsigned(ends, 60, 3));
        assert_eq!(
            report.outcome,
            Answer::Unchecked,
            "{ends}: {:#?}",
            heard.listed()
        );
    }
}

#[test]
fn a_planted_digest_takes_no_time_from_the_proved() {
    let (store, digests) = small();
    let request = Request {
        jobs: 1,
        ..Request::default()
    };
    let (report, _) = hear(&in_memory(&store), &request);
    let before = proved(&report);
    for (ends, lasts) in [
        (-60, 60),
        (0, 60),
        (30, 30),
        (90, 9000),
        (330, 30),
        (390, 90_000),
    ] {
        let (mut store, digests) = (store.clone(), digests.clone());
        let (report, _) = with_planted(&mut store, &digests, &unsigned(ends, lasts, 3));
        assert_eq!(proved(&report), before, "{ends} {lasts}");
    }
    // Its window reaches far beyond its stamp, which is before the first hour.
    let mut store = store;
    let mut chain = ChainBuilder::new(trail(), SigningKey::attacker());
    let mut body = chain.draft(hour(0) - SignedDuration::from_hours(2), hour(0), Vec::new());
    body.digest_end_time = "2030-01-01T00:00:00Z".to_owned();
    chain.put(&mut store, &body);
    let (report, heard) = hear(&in_memory(&store), &request);
    assert_eq!(
        proved(&report),
        before,
        "{:#?} {:#?}",
        report.chains,
        heard.listed()
    );
    drop(digests);
}

#[test]
fn a_log_that_a_verified_digest_names_is_not_unvouched_because_a_planted_one_names_it_too() {
    let (mut store, digests) = small();
    let mut chain = ChainBuilder::new(trail().in_region("us-east-1"), SigningKey::attacker());
    let listed = digests[HOURS - 1].body.log_files.clone();
    let body = chain.draft(hour(HOURS - 1), hour(HOURS), listed);
    chain.put(&mut store, &body);
    let (_, heard) = hear(&in_memory(&store), &range(0, HOURS));
    let logs = &digests[HOURS - 1].body.log_files;
    assert!(!logs.is_empty());
    for log in logs {
        assert!(
            !heard.names(&object(BUCKET, &log.s3_object)),
            "{:#?}",
            heard.listed()
        );
    }
}
