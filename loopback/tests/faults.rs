//! Faults as a client meets them, down to TCP.

#![allow(clippy::unwrap_used, reason = "test code")]

mod common;

use std::io::ErrorKind;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use common::{Client, get};
use trailseal_loopback::{Faults, Missing, Often, Scene, Server};

fn server(faults: Faults) -> Server {
    let scene = Scene::new().bucket("logs");
    for key in ["a/1", "a/2", "b/1"] {
        scene
            .store()
            .put("logs", key, vec![b'x'; 100_000], &[])
            .unwrap();
    }
    Server::start(scene, faults).unwrap()
}

#[test]
fn a_reset_is_a_tcp_reset_and_the_retry_succeeds() {
    let server = server(Faults {
        reset: Often::First(1),
        ..Faults::default()
    });
    let error = Client::new(&server)
        .send("GET", "/logs/a/1", &[], b"")
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(get(&server, "/logs/a/1").status, 200);
    let error = Client::new(&server)
        .send("GET", "/logs?list-type=2", &[], b"")
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_cut_body_ends_half_way_and_the_retry_is_whole() {
    let server = server(Faults {
        cut: Often::First(1),
        ..Faults::default()
    });
    let half = get(&server, "/logs/a/1");
    assert_eq!(
        (half.status, half.length(), half.body.len()),
        (200, 100_000, 50_000)
    );
    assert_eq!(get(&server, "/logs/a/1").body.len(), 100_000);
    let listing = get(&server, "/logs");
    assert_eq!(listing.body.len(), listing.length());
}

#[test]
fn slow_down_meets_any_operation_of_s3() {
    let server = server(Faults {
        slow_down: Often::Percent(100),
        ..Faults::default()
    });
    let mut client = Client::new(&server);
    for target in [
        "/logs/a/1",
        "/logs?list-type=2",
        "/logs?versions",
        "/logs?location",
    ] {
        let answer = client.get(target);
        assert_eq!(
            (answer.status, answer.one("Code").as_str()),
            (503, "SlowDown")
        );
    }
    server.set_faults(Faults::default());
    assert_eq!(client.get("/logs/a/1").status, 200);
}

#[test]
fn prefixes_are_denied_hidden_and_archived() {
    let faults = Faults {
        deny: vec!["a/1".to_owned()],
        deny_list: vec!["b/".to_owned()],
        archive: vec!["a/2".to_owned()],
        missing: Missing::Forbidden,
        ..Faults::default()
    };
    let server = server(faults);
    let mut client = Client::new(&server);
    for (target, status, code) in [
        ("/logs/a/1", 403, "AccessDenied"),
        ("/logs/a/2", 403, "InvalidObjectState"),
        ("/logs/nothing", 403, "AccessDenied"),
        ("/logs?list-type=2&prefix=b/1", 403, "AccessDenied"),
        ("/logs?versions&prefix=b/", 403, "AccessDenied"),
    ] {
        let answer = client.get(target);
        assert_eq!(
            (answer.status, answer.one("Code").as_str()),
            (status, code),
            "{target}"
        );
    }
    assert_eq!(client.get("/logs/b/1").status, 200);
    let listing = client.get("/logs?list-type=2");
    assert_eq!(
        listing.all("StorageClass"),
        ["STANDARD", "GLACIER", "STANDARD"]
    );
}

#[test]
fn slow_bodies_arrive_whole() {
    let server = server(Faults {
        bytes_per_second: 1_000_000.try_into().ok(),
        ..Faults::default()
    });
    let clock = Instant::now();
    assert_eq!(get(&server, "/logs/a/1").body.len(), 100_000);
    // Two parts of 50,000 bytes, 50 ms apart.
    assert!(clock.elapsed() >= Duration::from_millis(50));
}

#[test]
fn requests_at_once_are_counted() {
    let server = server(Faults {
        latency: Duration::from_millis(200),
        ..Faults::default()
    });
    let start = Barrier::new(4);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut client = Client::new(&server);
                start.wait();
                assert_eq!(client.get("/logs/a/1").status, 200);
            });
        }
    });
    assert!(
        (2..=4).contains(&server.most_at_once()),
        "{}",
        server.most_at_once()
    );
    assert_eq!(server.requests()["GetObject"], 4);
    server.forget_requests();
    assert!(server.requests().is_empty());
}
