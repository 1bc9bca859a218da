//! Throttling, in a process of its own: the SDK slows down all calls to a
//! service that has asked for it, whichever client makes them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use std::path::Path;

use common::{at, connect, region};
use trailseal_aws::CallErrorKind;
use trailseal_aws::public_keys::{FetchError, Period, fetch};
use trailseal_loopback::{Faults, Often, Scene, Server};

#[test]
fn throttling_is_outlasted_and_at_last_reported() {
    let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors/sample-keys.json");
    let faults = |throttle| Faults {
        throttle,
        ..Faults::default()
    };
    let server = Server::start(Scene::new().keys(keys).unwrap(), faults(Often::First(2))).unwrap();
    let connection = connect(&server.endpoint());
    let period = Period::new(
        at("2026-03-01T00:00:00Z"),
        at("2026-03-12T00:00:00Z"),
        at("2026-04-01T00:00:00Z"),
    )
    .unwrap();
    let asked = || {
        server
            .requests()
            .get("ListPublicKeys")
            .copied()
            .unwrap_or(0)
    };
    assert!(fetch(&connection, &region("eu-west-1"), period).is_ok());
    assert_eq!(asked(), 3);

    server.set_faults(faults(Often::Percent(100)));
    let error = fetch(&connection, &region("eu-west-1"), period).unwrap_err();
    let FetchError::Call(error) = error else {
        panic!("{error}");
    };
    assert_eq!(error.kind, CallErrorKind::Throttled);
    assert_eq!(error.code.as_deref(), Some("ThrottlingException"));
    assert_eq!(asked(), 6);
}
