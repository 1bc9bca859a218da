//! Reports made by hand, for the tests of the renderers.

#[path = "../../../forensics/src/report/fixture.rs"]
mod report;

use trailseal_keys::{FingerprintPolicy, Keyring};

pub(crate) use report::*;

use super::{BucketOrigin, Context, Filters, Input};

pub(crate) fn context() -> Context {
    let list = br#"{"PublicKeyList": []}"#;
    Context {
        command: vec![
            "trailseal".to_owned(),
            "verify".to_owned(),
            "my copy".to_owned(),
        ],
        started: at("2026-04-01T10:00:00Z"),
        input: Input {
            path: "my copy".to_owned(),
            bucket: BucketOrigin::Stated,
            warnings: Vec::new(),
        },
        filters: Filters::default(),
        keyring: Keyring::parse(list, "keys.json", None, FingerprintPolicy::Refuse).unwrap(),
    }
}
