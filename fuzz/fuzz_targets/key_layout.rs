//! What parses as a key prints back to the same text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trailseal_verifier::layout::{DigestKey, LogKey};

fuzz_target!(|text: &str| {
    let digest = DigestKey::parse(text);
    let log = LogKey::parse(text);
    assert!(digest.is_none() || log.is_none(), "both at once");
    if let Some(key) = digest {
        assert_eq!(key.to_string(), text);
    }
    if let Some(key) = log {
        let folder = key.place.day_folder(key.family, key.day);
        let file = text.strip_prefix(&folder);
        assert!(file.is_some_and(|file| !file.contains('/')));
        let _ = key.delivered();
    }
});
