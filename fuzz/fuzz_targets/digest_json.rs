//! No text passes for a digest that a published key signed.
#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use trailseal_keys::{FingerprintPolicy, Keyring};
use trailseal_verifier::digest::{Checked, DigestClaims, Supplied, check};
use trailseal_verifier::layout::DigestKey;
use trailseal_verifier::object::ObjectRef;

static KEYRING: LazyLock<Keyring> = LazyLock::new(|| {
    let keys = include_bytes!("../seeds/keyring/iso-times.json");
    Keyring::parse(keys, "seed", None, FingerprintPolicy::Refuse).expect("the seed is a keyring")
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(claims) = DigestClaims::parse(bytes) else {
        return;
    };
    assert!(claims.start <= claims.end);
    assert!(claims.signed_text().matches('\n').count() >= 3);
    let (Some(key), Ok(bucket)) = (DigestKey::parse(&claims.object), claims.bucket.parse()) else {
        return;
    };
    let at = ObjectRef::new(bucket, claims.object.clone());
    let stated = claims
        .previous
        .as_ref()
        .map(|previous| previous.signature.to_string());
    let metadata: BTreeMap<_, _> = stated
        .map(|signature| ("signature".to_owned(), signature))
        .into_iter()
        .collect();
    let checked = check(claims, &at, &key, &metadata, &KEYRING, |fits| {
        assert!(!fits("00"));
        Supplied::Nothing
    });
    assert!(matches!(checked, Checked::Not { .. }));
});
