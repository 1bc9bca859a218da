//! Any bytes are a keyring or an error; being lenient never loses a key, and
//! our own form keeps them all.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trailseal_keys::{FingerprintPolicy, Keyring};

fuzz_target!(|bytes: &[u8]| {
    let region = "eu-west-1".parse().ok();
    for region in [None, region.as_ref()] {
        let strict = Keyring::parse(bytes, "fuzz", region, FingerprintPolicy::Refuse);
        let Ok(lenient) = Keyring::parse(bytes, "fuzz", region, FingerprintPolicy::Accept) else {
            assert!(strict.is_err_and(|error| !error.to_string().is_empty()));
            continue;
        };
        if let Ok(strict) = strict {
            assert_eq!(strict.keys().len(), lenient.keys().len());
        }
        let json = lenient.to_json().expect("a keyring prints");
        let again = Keyring::parse(json.as_bytes(), "own", None, FingerprintPolicy::Accept);
        assert_eq!(
            again.expect("our own form").keys().len(),
            lenient.keys().len()
        );
    }
});
