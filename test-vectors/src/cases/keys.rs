//! Keys: forms, sizes, changes, validity, Regions.

use std::collections::BTreeMap;

use super::base::{Base, REGION, hour, published, trail, vectors};
use crate::case::Keys;
use crate::chain::ChainBuilder;
use crate::keyring::{Keyring, PublishedKey};
use crate::keys::SigningKey;
use crate::time;

/// Three hours in the usual Region with one key, three in us-east-1 with another.
fn two_regions(us_key: &'static SigningKey) -> Base {
    let mut base = Base::hours(3);
    let us = trail().in_region("us-east-1");
    let mut second = Base::new(ChainBuilder::new(us, us_key));
    second.deliver(0..3);
    base.store.merge(second.store);
    base.digests.extend(second.digests);
    base
}

/// One list a Region, as ListPublicKeys gives them.
fn rings_by_region() -> Keys {
    let ring = |key| Keyring::new(vec![published(key)]);
    Keys::Regions(BTreeMap::from([
        (REGION.to_owned(), ring(SigningKey::trail_a())),
        ("us-east-1".to_owned(), ring(SigningKey::trail_b())),
    ]))
}

vectors! {
    "keys"

    /// The list gives the key as SubjectPublicKeyInfo, with the MD5 of that form as
    /// fingerprint. AWS has printed keys in both forms.
    fn spki_key() {
        let mut chain = ChainBuilder::new(trail(), SigningKey::trail_a());
        chain.set_fingerprint(&SigningKey::trail_a().spki_fingerprint());
        let mut base = Base::new(chain);
        base.deliver(0..4);
        let window = published(SigningKey::trail_a());
        let spki = PublishedKey::spki(SigningKey::trail_a(), window.valid_from, window.valid_to);
        base.draft().with_ring(vec![spki]).tally(4, 3)
    }

    /// A key of 3072 bits. Nothing fixes the size of CloudTrail's keys.
    fn key_of_3072_bits() {
        let mut base = Base::new(ChainBuilder::new(trail(), SigningKey::trail_3072()));
        base.deliver(0..4);
        base.draft().with_ring(vec![published(SigningKey::trail_3072())]).tally(4, 3)
    }

    /// The list prints its times as version 1 of the command line does, in seconds
    /// since 1970 with a fraction.
    fn key_times_in_seconds() {
        let ring = Keyring::new(vec![published(SigningKey::trail_a())]);
        Base::hours(4).draft().with_keys(Keys::EpochFile(ring)).tally(4, 3)
    }

    /// One key ends and the next begins at the very second at which a window ends.
    /// That window's digest is the last of the old key.
    fn key_changed_on_the_hour() {
        let mut base = Base::hours(4);
        base.chain.set_key(SigningKey::trail_b());
        base.deliver(4..8);
        let (old, new) = (SigningKey::trail_a(), SigningKey::trail_b());
        let ring = vec![
            PublishedKey::pkcs1(old, time("2026-02-01T00:00:00Z"), hour(4)),
            PublishedKey::pkcs1(new, hour(4), time("2026-04-01T00:00:00Z")),
        ];
        base.draft().with_ring(ring).tally(8, 7)
    }

    /// The key's published validity ends at 12:00. Digests that end up to two hours
    /// later are accepted, as the command line accepts them; the one of 14:07 is
    /// rightly signed, but outside, and so unchecked.
    fn key_out_of_window() {
        let base = Base::hours(6);
        let key = PublishedKey::pkcs1(
            SigningKey::trail_a(),
            time("2026-02-20T00:00:00Z"),
            time("2026-03-02T12:00:00Z"),
        );
        let late = base.url(5);
        base.draft().with_ring(vec![key]).finds("digest-key-out-of-window", late).tally(5, 5)
    }

    /// One digest in the middle is signed with a key that the list does not hold; its
    /// links are right. Nothing contradicts it and nothing proves it.
    fn key_unknown() {
        let mut base = Base::hours(2);
        base.chain.set_key(SigningKey::trail_c());
        base.deliver(2..3);
        base.chain.set_key(SigningKey::trail_a());
        base.deliver(3..6);
        let unknown = base.url(2);
        base.draft().finds("digest-key-unknown", unknown).tally(5, 5)
    }

    /// The list holds none of the keys that signed the chain. No digest can be
    /// checked, so nothing vouches for any log; that is no proof of anything wrong.
    fn key_unknown_for_all() {
        let base = Base::hours(3);
        let digests = base.digests.clone();
        let draft = base.draft().with_ring(vec![published(SigningKey::trail_c())]);
        digests.iter().fold(draft.tally(0, 0), |draft, digest| {
            draft
                .finds("digest-key-unknown", digest.url())
                .finds_logs_of("log-unvouched", digest)
        })
    }

    /// The list's only key stands under a fingerprint that is not the MD5 of its DER,
    /// and the digests print that fingerprint. CloudTrail's fingerprints are that MD5,
    /// so the list has been altered and is refused before anything is checked.
    fn keyring_fingerprint_is_not_the_md5() {
        let mut chain = ChainBuilder::new(trail(), SigningKey::trail_a());
        let fingerprint = "00112233445566778899aabbccddeeff";
        chain.set_fingerprint(fingerprint);
        let mut base = Base::new(chain);
        base.deliver(0..2);
        let key = PublishedKey {
            fingerprint: fingerprint.into(),
            ..published(SigningKey::trail_a())
        };
        base.draft().with_ring(vec![key]).refused()
    }

    /// Keys are per Region. Two Regions, a key of its own each, a list of its own each.
    fn keys_by_region() {
        two_regions(SigningKey::trail_b()).draft().with_keys(rings_by_region()).tally(6, 4)
    }

    /// The digests of us-east-1 are signed with the key of eu-west-1. A digest needs a
    /// key of its own Region, so that key is unknown there.
    fn key_of_another_region() {
        let base = two_regions(SigningKey::trail_a());
        let foreign = base.digests[3..].to_vec();
        let draft = base.draft().with_keys(rings_by_region()).tally(3, 2);
        foreign.iter().fold(draft, |draft, digest| {
            draft
                .finds("digest-key-unknown", digest.url())
                .finds_logs_of("log-unvouched", digest)
        })
    }
}
