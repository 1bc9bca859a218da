//! Every committed vector can be served, byte for byte.

#![allow(clippy::unwrap_used, reason = "test code")]

mod common;

use std::fs;

use common::{Client, decoded, encoded, vectors};
use trailseal_loopback::{Faults, Scene, Server};

/// Lists everything and reads what it listed; says how much was read.
fn read_all(server: &Server, bucket: &str) -> usize {
    let mut client = Client::new(server);
    let listing = client.get(&format!("/{bucket}?list-type=2&encoding-type=url"));
    let mut read = 0;
    for key in listing.all("Key") {
        let Ok(answer) = client.send("GET", &format!("/{bucket}/{key}"), &[], b"") else {
            // Unread for I/O: the connection is gone.
            client = Client::new(server);
            continue;
        };
        assert!(
            [200, 403, 503].contains(&answer.status),
            "{key}: {}",
            answer.text()
        );
        read += usize::from(answer.status == 200);
    }
    read
}

#[test]
fn all_cases_load_and_are_read() {
    let mut cases = 0;
    for case in fs::read_dir(vectors().join("cases")).unwrap() {
        let case = case.unwrap().path();
        let objects = case.join("objects");
        let keys = [case.join("keys.json"), case.join("keys")];
        let keys = keys.iter().find(|path| path.exists()).unwrap();
        let scene = match objects.join("manifest.jsonl").exists() {
            true => Scene::mirror(&objects).unwrap(),
            false => Scene::plain(&objects, "example-trail-logs").unwrap(),
        };
        let scene = scene.bucket("example-trail-logs").keys(keys).unwrap();
        let server = Server::start(scene, Faults::default()).unwrap();
        let buckets = Client::new(&server).get("/").all("Name");
        let read: usize = buckets.iter().map(|bucket| read_all(&server, bucket)).sum();
        let is_empty = case.ends_with("empty-bucket");
        assert_eq!(read == 0, is_empty, "{}", case.display());
        cases += 1;
    }
    assert!(cases > 100, "{cases}");
}

#[test]
fn bytes_and_metadata_are_those_of_the_mirror() {
    let root = vectors().join("sample");
    let server = Server::start(Scene::mirror(&root).unwrap(), Faults::default()).unwrap();
    let mut client = Client::new(&server);
    let manifest = fs::read_to_string(root.join("manifest.jsonl")).unwrap();
    for line in manifest.lines().step_by(20) {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        let path = format!(
            "{}/{}",
            entry["bucket"].as_str().unwrap(),
            entry["key"].as_str().unwrap()
        );
        let answer = client.get(&format!("/{}", encoded(&path)));
        assert_eq!(answer.body, fs::read(root.join(&path)).unwrap());
        assert_eq!(
            answer.headers["etag"],
            format!("\"{}\"", entry["etag"].as_str().unwrap())
        );
        for (name, value) in entry["metadata"].as_object().unwrap() {
            assert_eq!(
                answer.headers[&format!("x-amz-meta-{name}")],
                value.as_str().unwrap()
            );
        }
    }
}

#[test]
fn a_key_that_climbs_is_served_from_its_safe_path() {
    let objects = vectors().join("cases/listed-key-climbs-kept-safely/objects");
    let server = Server::start(Scene::mirror(&objects).unwrap(), Faults::default()).unwrap();
    let mut client = Client::new(&server);
    let listing = client.get("/example-trail-logs?list-type=2&encoding-type=url");
    let keys = listing.all("Key");
    let climbing = keys
        .iter()
        .find(|key| decoded(key).contains("../../"))
        .unwrap();
    let answer = client.get(&format!("/example-trail-logs/{climbing}"));
    assert_eq!(
        answer.body,
        fs::read(objects.join("unsafe-keys/0001")).unwrap()
    );
}

#[test]
fn what_is_no_mirror_is_refused_with_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let refused = || Scene::mirror(folder.path()).unwrap_err().to_string();
    assert!(refused().contains("manifest.jsonl"));
    for (line, problem) in [
        ("{", "EOF"),
        (
            r#"{"bucket":"b","key":"../x","size":0}"#,
            "plain components",
        ),
        (
            r#"{"bucket":"b","key":"x","size":0,"path":"/etc/passwd"}"#,
            "plain components",
        ),
        (
            r#"{"bucket":"b","key":"x","size":0,"unread":"lost"}"#,
            "unknown variant",
        ),
    ] {
        fs::write(folder.path().join("manifest.jsonl"), line).unwrap();
        let error = refused();
        assert!(
            error.contains("manifest.jsonl:1") && error.contains(problem),
            "{error}"
        );
    }
}
