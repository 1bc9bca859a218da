//! Any bytes are a key or an error, and no key accepts a made-up signature.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trailseal_keys::PublicKey;

fuzz_target!(|der: &[u8]| {
    if let Ok(key) = PublicKey::from_der(der) {
        for length in [0, 1, 256, 384, 512, der.len()] {
            assert!(key.verify_pkcs1_sha256(b"text", &vec![1; length]).is_err());
        }
    }
});
