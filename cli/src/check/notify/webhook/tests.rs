use std::fs;

use super::super::super::output::Kept;
use super::*;
use crate::http::stub::{Request, server};
use crate::render::check::fixture::report;

const HASTE: Patience = Patience {
    tries: 3,
    first: Duration::from_millis(1),
    longest: Duration::from_millis(20),
};

fn hook(address: &str) -> Webhook {
    Webhook {
        body: Body::Json,
        address: Address::Stated(address.parse().unwrap()),
        secret: None,
    }
}

fn sent(hook: &Webhook) -> Result<()> {
    send(&report(), hook, Path::new(""), &HASTE)
}

#[test]
fn the_whole_report_is_sent_and_the_long_answer_left() {
    let (address, server) = server(&["200 OK\r\ncontent-length: 99999999\r\n\r\n"]);
    sent(&hook(&address)).unwrap();
    let Request { head, body } = server.join().unwrap().remove(0);
    assert!(
        head.starts_with("POST /services/secret HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(!head.contains(SIGNATURE), "{head}");
    let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(json["findings"].as_array().unwrap().len(), 5);
    assert_eq!(json.get("findings_left_out"), None);
}

#[test]
fn it_is_tried_again_while_that_may_help() {
    let (address, server) = server(&[
        "503 Busy\r\ncontent-length: 0\r\n\r\n",
        "429 Slow\r\nretry-after: 86400\r\ncontent-length: 0\r\n\r\n",
        "204 No Content\r\n\r\n",
    ]);
    sent(&hook(&address)).unwrap();
    assert_eq!(server.join().unwrap().len(), 3);
}

#[test]
fn it_is_not_tried_again_where_that_cannot_help() {
    let (address, asked) = server(&["403 Forbidden\r\ncontent-length: 0\r\n\r\n"]);
    let error = format!("{:#}", sent(&hook(&address)).unwrap_err());
    assert!(
        error.ends_with("answered 403") && !error.contains("secret"),
        "{error}"
    );
    asked.join().unwrap();
    // A redirect is not followed: it could lead the report elsewhere.
    let (address, _) = server(&["302 Found\r\nlocation: http://127.0.0.1:1/\r\n\r\n"]);
    assert!(
        sent(&hook(&address))
            .unwrap_err()
            .to_string()
            .contains("302")
    );
}

#[test]
fn it_gives_up_and_says_nothing_secret() {
    let error = format!(
        "{:#}",
        sent(&hook("http://127.0.0.1:1/T0/secret")).unwrap_err()
    );
    assert!(
        error.ends_with(", 3 times") && !error.contains("secret"),
        "{error}"
    );
}

#[test]
fn the_signature_covers_time_and_body() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("secret"), "correct horse\r\nmore").unwrap();
    let (address, server) = server(&["200 OK\r\ncontent-length: 0\r\n\r\n"]);
    fs::write(folder.path().join("url"), &address).unwrap();
    let hook = Webhook {
        body: Body::Slack,
        address: Address::Kept(Kept::File("url".into())),
        secret: Some(Kept::File("secret".into())),
    };
    send(&report(), &hook, folder.path(), &HASTE).unwrap();
    let Request { head, body } = server.join().unwrap().remove(0);
    let header = head
        .lines()
        .find_map(|line| line.strip_prefix("x-trailseal-signature: "));
    let (time, tag) = header
        .unwrap()
        .strip_prefix("t=")
        .unwrap()
        .split_once(",v1=")
        .unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"correct horse");
    let signed = [time.as_bytes(), b".", &body].concat();
    hmac::verify(&key, &signed, &HEXLOWER.decode(tag.as_bytes()).unwrap()).unwrap();
}

/// Computed with Python's hmac; the key and the text are those of RFC 4231, 4.3.
#[test]
fn the_signature_is_hmac_sha256() {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"Jefe");
    let at = Timestamp::from_second(1_700_000_000).unwrap();
    assert_eq!(
        signature(&key, at, b"what do ya want for nothing?"),
        "t=1700000000,v1=1cdd0650c8be1cb0974b1788d458b1e781206cfef59b85faafc582d2e182c57e"
    );
}

#[test]
fn a_secret_that_is_not_there_is_named_and_nothing_is_sent() {
    for (kept, expected) in [
        (
            Kept::Environment("TRAILSEAL_TEST_NO_SUCH".to_owned()),
            "there is no environment variable TRAILSEAL_TEST_NO_SUCH",
        ),
        (Kept::File("none".into()), "none: cannot be read"),
        (
            Kept::File("/dev/null".into()),
            "of the file /dev/null: expected 1 to",
        ),
    ] {
        let hook = Webhook {
            secret: Some(kept),
            ..hook("http://127.0.0.1:1/")
        };
        let error = format!("{:#}", sent(&hook).unwrap_err());
        assert!(
            error.starts_with("secret: ") && error.contains(expected),
            "{error}"
        );
    }
}

#[test]
fn a_flood_of_findings_does_not_silence_it() {
    let mut report = report();
    report.findings = vec![report.findings[0].clone(); FINDINGS + 5];
    let body = body(&report, Body::Json).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(json["findings"].as_array().unwrap().len(), FINDINGS);
    assert_eq!(
        (&json["findings_left_out"], &json["state"]),
        (&5.into(), &"fail".into())
    );
}

#[test]
fn what_a_server_asks_for_is_bounded() {
    let usual = Patience::USUAL;
    assert_eq!(usual.pause(1, None), Duration::from_secs(1));
    assert_eq!(usual.pause(3, None), Duration::from_secs(4));
    assert_eq!(
        usual.pause(1, Some(Duration::from_secs(30))),
        Duration::from_secs(30)
    );
    assert_eq!(usual.pause(1, Some(Duration::MAX)), usual.longest);
    let now = "2026-03-12T09:00:00Z".parse().unwrap();
    assert_eq!(wait("120", now), Some(Duration::from_secs(120)));
    let date = "Thu, 12 Mar 2026 09:00:30 GMT";
    assert_eq!(wait(date, now), Some(Duration::from_secs(30)));
    assert_eq!(wait("Thu, 12 Mar 2020 09:00:30 GMT", now), None);
    assert_eq!(wait("soon", now), None);
}
