//! Whatever a manifest says, nothing outside the mirror is read.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::{Directory, Source};

fuzz_target!(|bytes: &[u8]| {
    let outside = tempfile::tempdir().expect("a temporary folder");
    let root = outside.path().join("root");
    fs::create_dir_all(root.join("bucket/AWSLogs")).expect("folders");
    fs::write(outside.path().join("secret"), "secret").expect("a file");
    fs::write(root.join("bucket/AWSLogs/inside"), "inside").expect("a file");
    fs::write(root.join("manifest.jsonl"), bytes).expect("a manifest");
    let mirror = Directory::open(&root, None).expect("a mirror");
    assert!(mirror.warnings().len() <= 102);
    for bucket in mirror.buckets() {
        let _ = mirror.level(&bucket, "");
        for key in mirror.objects(&bucket, "").expect("a listing") {
            if let Ok(object) = mirror.read(&ObjectRef::new(bucket.clone(), key), 1 << 20) {
                assert_ne!(object.bytes, b"secret");
            }
        }
    }
});
