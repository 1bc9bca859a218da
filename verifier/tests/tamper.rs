//! Whatever is changed or deleted in a bucket is noticed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use common::config;
use common::kit::{
    BUCKET, HOURS, Heard, content, flip, hear, in_memory, keys_of, object, range, small,
    without_metadata,
};
use proptest::prelude::*;
use proptest::sample::Index;
use trailseal_test_vectors::{DigestHandle, gzip};
use trailseal_verifier::source::Directory;
use trailseal_verifier::verdict::Answer;

/// Whether a finding is about this object or, of a digest, about the one that
/// follows it.
fn noticed(heard: &Heard, key: &str, digests: &[DigestHandle]) -> bool {
    let place = digests.iter().position(|digest| digest.key == key);
    let next = place.and_then(|place| digests.get(place + 1));
    heard.names(&object(BUCKET, key))
        || next.is_some_and(|next| heard.names(&object(BUCKET, &next.key)))
}

#[test]
fn the_bucket_is_healthy_before() {
    let (store, _) = small();
    let (report, heard) = hear(&in_memory(&store), &range(0, HOURS));
    assert_eq!(report.outcome, Answer::Verified, "{:?}", heard.listed());
    assert_eq!(
        (report.tally.digests.verified, report.tally.logs.verified),
        (6, 6)
    );
    assert_eq!(store.len(), 12);
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn a_flipped_bit_is_noticed_or_changes_nothing(
        which in any::<Index>(),
        byte in any::<Index>(),
        bit in 0_u8..8,
    ) {
        let (mut store, digests) = small();
        let keys = keys_of(&store);
        let key = &keys[which.index(keys.len())];
        let harmless = flip(&mut store, key, byte, bit);
        let (report, heard) = hear(&in_memory(&store), &range(0, HOURS));
        if harmless {
            prop_assert_eq!(report.outcome, Answer::Verified, "{:?}", heard.listed());
        } else {
            prop_assert_eq!(report.outcome, Answer::Failed);
            prop_assert!(noticed(&heard, key, &digests), "{}: {:?}", key, heard.listed());
        }
    }

    // Checksums are no defence: whoever alters a log packs it anew.
    #[test]
    fn changed_content_is_noticed_however_well_it_is_packed(
        which in any::<Index>(),
        byte in any::<Index>(),
        bit in 0_u8..8,
        bare in any::<bool>(),
    ) {
        let (mut store, digests) = small();
        if bare {
            without_metadata(&mut store);
        }
        let keys = keys_of(&store);
        let key = &keys[which.index(keys.len())];
        let stored = store.object_mut(BUCKET, key);
        let mut altered = content(&stored.bytes).unwrap();
        let byte = byte.index(altered.len());
        altered[byte] ^= 1 << bit;
        stored.bytes = gzip(&altered);
        let (report, heard) = hear(&in_memory(&store), &range(0, HOURS));
        // The newest digest, made to name an unknown key, is merely unchecked.
        let newest = *key == digests[HOURS - 1].key;
        prop_assert_ne!(report.outcome, Answer::Verified);
        prop_assert!(report.outcome == Answer::Failed || bare || newest);
        prop_assert!(noticed(&heard, key, &digests), "{}: {:?}", key, heard.listed());
    }

    #[test]
    fn a_flipped_bit_is_noticed_in_a_copy_without_signatures(
        which in any::<Index>(),
        byte in any::<Index>(),
        bit in 0_u8..8,
    ) {
        let (mut store, digests) = small();
        without_metadata(&mut store);
        let keys = keys_of(&store);
        let key = &keys[which.index(keys.len())];
        let newest = &digests[HOURS - 1];
        // What only the newest digest vouches for is unchecked in any case.
        let unproved = *key == newest.key
            || newest.body.log_files.iter().any(|log| log.s3_object == *key);
        let harmless = flip(&mut store, key, byte, bit);
        let (report, heard) = hear(&in_memory(&store), &range(0, HOURS));
        if harmless {
            prop_assert_eq!(report.outcome, Answer::Unchecked);
        } else {
            prop_assert!(report.outcome == Answer::Failed || unproved);
            prop_assert!(noticed(&heard, key, &digests), "{}: {:?}", key, heard.listed());
        }
    }

    #[test]
    fn a_changed_signature_is_noticed(
        which in 0..HOURS,
        change in prop_oneof![
            (any::<Index>(), "[0-9a-f]").prop_map(|(at, with)| (Some(at), with)),
            "[0-9a-fx]{0,600}".prop_map(|with| (None, with)),
        ],
    ) {
        let (mut store, digests) = small();
        let signature = &digests[which].signature;
        let changed = match change {
            (Some(at), with) => {
                let at = at.index(signature.len());
                format!("{}{with}{}", &signature[..at], &signature[at + 1..])
            }
            (None, text) => text,
        };
        prop_assume!(changed != *signature);
        let metadata = &mut store.object_mut(BUCKET, &digests[which].key).metadata;
        metadata.insert("signature".into(), changed);
        let (report, heard) = hear(&in_memory(&store), &range(0, HOURS));
        prop_assert_eq!(report.outcome, Answer::Failed);
        prop_assert!(noticed(&heard, &digests[which].key, &digests), "{:?}", heard.listed());
    }

    #[test]
    fn a_deletion_is_noticed(gone in prop::collection::btree_set(0_usize..12, 1..12)) {
        let (mut store, _) = small();
        let keys = keys_of(&store);
        for index in &gone {
            store.remove(BUCKET, &keys[*index]);
        }
        let (report, heard) = hear(&in_memory(&store), &range(0, HOURS));
        prop_assert_ne!(report.outcome, Answer::Verified);
        if let [only] = *gone.iter().collect::<Vec<_>>() {
            let newest = *only == HOURS - 1;
            prop_assert_eq!(report.outcome == Answer::Unchecked, newest, "{:?}", heard.listed());
            prop_assert!(newest || heard.names(&object(BUCKET, &keys[*only])), "{:?}", heard.listed());
        }
    }
}

#[test]
fn swapped_signatures_and_swapped_objects_are_noticed() {
    for (a, b) in [(0, 1), (2, 4), (4, 5)] {
        let (mut store, digests) = small();
        let (first, second) = (&digests[a].key, &digests[b].key);
        let kept = store.get(BUCKET, first).unwrap().clone();
        let other = store.get(BUCKET, second).unwrap().clone();
        let mut swapped = store.clone();
        swapped
            .object_mut(BUCKET, first)
            .bytes
            .clone_from(&other.bytes);
        swapped
            .object_mut(BUCKET, second)
            .bytes
            .clone_from(&kept.bytes);
        store.object_mut(BUCKET, first).metadata = other.metadata;
        store.object_mut(BUCKET, second).metadata = kept.metadata;
        for store in [store, swapped] {
            let (report, heard) = hear(&in_memory(&store), &range(0, HOURS));
            assert_eq!(report.outcome, Answer::Failed);
            for key in [first, second] {
                assert!(
                    noticed(&heard, key, &digests),
                    "{key}: {:?}",
                    heard.listed()
                );
            }
        }
    }
}

#[test]
fn a_flipped_bit_is_noticed_on_disk() {
    let (mut store, digests) = small();
    for (index, key) in keys_of(&store).into_iter().enumerate() {
        let before = store.get(BUCKET, &key).unwrap().bytes.clone();
        let middle = before.len() / 2;
        store.object_mut(BUCKET, &key).bytes[middle] ^= 1 << (index % 8);
        let root = tempfile::tempdir().unwrap();
        store.write_mirror(&root.path().join("mirror")).unwrap();
        store
            .write_plain_copy(&root.path().join("plain"), BUCKET)
            .unwrap();
        for copy in ["mirror", "plain"] {
            let bucket = BUCKET.parse().unwrap();
            let source = Directory::open(&root.path().join(copy), Some(&bucket)).unwrap();
            let (report, heard) = hear(&source, &range(0, HOURS));
            assert_ne!(report.outcome, Answer::Verified, "{copy} {key}");
            assert!(
                noticed(&heard, &key, &digests),
                "{copy} {key}: {:?}",
                heard.listed()
            );
        }
        store.object_mut(BUCKET, &key).bytes = before;
    }
}
