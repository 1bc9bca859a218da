//! S3 over plain HTTP: objects, listings, versions, writes.

#![allow(clippy::unwrap_used, reason = "test code")]

mod common;

use common::{Client, decoded, get};
use trailseal_loopback::{Faults, Object, Scene, Server, Unread, Versioning};

fn server(scene: Scene) -> Server {
    Server::start(scene, Faults::default()).unwrap()
}

fn bucket(keys: &[&str]) -> Scene {
    let scene = Scene::new().bucket("logs");
    for key in keys {
        scene
            .store()
            .put("logs", key, key.to_string(), &[])
            .unwrap();
    }
    scene
}

#[test]
fn an_object_comes_with_what_s3_says_of_it() {
    let scene = Scene::new().bucket("logs");
    let object = Object::new("hello")
        .metadata([
            ("signature", "00ff"),
            ("signature-algorithm", "SHA256withRSA"),
        ])
        .last_modified("2026-03-02T08:07:13Z".parse().unwrap());
    scene.store().insert("logs", "a/b", object).unwrap();
    let server = server(scene);
    let mut client = Client::new(&server);

    let answer = client.get("/logs/a/b?x-id=GetObject");
    assert_eq!((answer.status, answer.text().as_str()), (200, "hello"));
    for (name, value) in [
        ("content-length", "5"),
        ("etag", "\"5d41402abc4b2a76b9719d911017c592\""),
        ("last-modified", "Mon, 02 Mar 2026 08:07:13 GMT"),
        ("x-amz-meta-signature", "00ff"),
        ("x-amz-meta-signature-algorithm", "SHA256withRSA"),
    ] {
        assert_eq!(answer.headers[name], value);
    }
    assert!(!answer.headers.contains_key("x-amz-version-id"));

    let head = client.send("HEAD", "/logs/a/b", &[], b"").unwrap();
    assert_eq!((head.status, head.length()), (200, 5));
    assert_eq!(head.headers["x-amz-meta-signature"], "00ff");

    let part = client
        .send("GET", "/logs/a/b", &[("Range", "bytes=1-2")], b"")
        .unwrap();
    assert_eq!((part.status, part.text().as_str()), (206, "el"));
    assert_eq!(part.headers["content-range"], "bytes 1-2/5");
    let beyond = client
        .send("GET", "/logs/a/b", &[("Range", "bytes=5-")], b"")
        .unwrap();
    assert_eq!(
        (beyond.status, beyond.one("Code").as_str()),
        (416, "InvalidRange")
    );
}

#[test]
fn what_is_not_there_is_named() {
    let server = server(bucket(&["a"]));
    let mut client = Client::new(&server);
    for (target, status, code) in [
        ("/logs/b", 404, "NoSuchKey"),
        ("/logs/a?versionId=x", 404, "NoSuchVersion"),
        ("/other/a", 404, "NoSuchBucket"),
        ("/other?list-type=2", 404, "NoSuchBucket"),
        ("/logs?policy", 501, "NotImplemented"),
        ("/logs/a?acl", 501, "NotImplemented"),
        ("/logs/%ff", 400, "InvalidURI"),
        ("/logs?max-keys=x", 400, "InvalidArgument"),
        (
            "/logs?list-type=2&continuation-token=%2F",
            400,
            "InvalidArgument",
        ),
    ] {
        let answer = client.get(target);
        assert_eq!(
            (answer.status, answer.one("Code").as_str()),
            (status, code),
            "{target}"
        );
    }
    let head = client.send("HEAD", "/logs/b", &[], b"").unwrap();
    assert_eq!((head.status, head.body.len()), (404, 0));
    let unsigned = client
        .raw(b"GET /logs/a HTTP/1.1\r\nHost: h\r\n\r\n", false)
        .unwrap();
    assert_eq!(
        (unsigned.status, unsigned.one("Code").as_str()),
        (403, "AccessDenied")
    );
}

#[test]
fn hostile_keys_are_listed_and_read() {
    let keys = [
        "/",
        "//x",
        "../x",
        "a//b",
        "a/../b",
        "a\\b",
        "a\u{1}\r\n<&>",
        "é%2F+ ",
        "a/.",
    ];
    let server = server(bucket(&keys));
    let mut client = Client::new(&server);
    let listed = client.get("/logs?list-type=2&encoding-type=url").all("Key");
    let mut listed: Vec<_> = listed.iter().map(|key| decoded(key)).collect();
    listed.sort();
    let mut expected = keys.to_vec();
    expected.sort_unstable();
    assert_eq!(listed, expected);
    for key in keys {
        let answer = client.get(&format!("/logs/{}", common::encoded(key)));
        assert_eq!(answer.text(), key);
    }
}

#[test]
fn pages_of_both_listings_join() {
    let keys: Vec<String> = (0..2_345).map(|at| format!("k/{at:05}")).collect();
    let scene = Scene::new().bucket("logs");
    let object = Object::new("the same bytes at many keys");
    for key in &keys {
        scene.store().insert("logs", key, object.clone()).unwrap();
    }
    let server = server(scene);
    let mut client = Client::new(&server);

    let (mut listed, mut token) = (Vec::new(), String::new());
    loop {
        let answer = client.get(&format!("/logs?list-type=2&prefix=k/{token}"));
        listed.extend(answer.all("Key"));
        if answer.one("IsTruncated") == "false" {
            break;
        }
        assert_eq!(answer.one("KeyCount"), "1000");
        token = format!(
            "&continuation-token={}",
            answer.one("NextContinuationToken")
        );
    }
    assert_eq!(listed, keys);

    let (mut listed, mut marker) = (Vec::<String>::new(), String::new());
    loop {
        let answer = client.get(&format!("/logs?max-keys=500&marker={marker}"));
        listed.extend(answer.all("Key"));
        if answer.one("IsTruncated") == "false" {
            break;
        }
        marker = listed.last().unwrap().clone();
    }
    assert_eq!(listed, keys);
    assert_eq!(server.requests()["ListObjectsV2"], 3);
    assert_eq!(server.requests()["ListObjects"], 5);
}

#[test]
fn prefixes_roll_up() {
    let server = server(bucket(&["a", "b/1", "b/2", "c/x/1", "d"]).page_size(2));
    let mut client = Client::new(&server);
    let first = client.get("/logs?list-type=2&delimiter=/");
    assert_eq!(first.all("Key"), ["a"]);
    assert_eq!(first.all("CommonPrefixes"), ["<Prefix>b/</Prefix>"]);
    let token = first.one("NextContinuationToken");
    let second = client.get(&format!(
        "/logs?list-type=2&delimiter=/&continuation-token={token}"
    ));
    assert_eq!(second.all("CommonPrefixes"), ["<Prefix>c/</Prefix>"]);
    assert_eq!(second.all("Key"), ["d"]);
    let after = client.get("/logs?list-type=2&start-after=b/1&prefix=b/");
    assert_eq!(after.all("Key"), ["b/2"]);
    let v1 = client.get("/logs?delimiter=/");
    assert_eq!(v1.one("NextMarker"), "b/");
    assert_eq!(
        client.get("/logs?list-type=2&max-keys=0").one("KeyCount"),
        "0"
    );
}

#[test]
fn a_versioned_bucket_keeps_what_was_overwritten_and_deleted() {
    let scene = bucket(&["a", "b"]).versioned();
    let server = server(scene);
    let mut client = Client::new(&server);
    let put = client
        .send("PUT", "/logs/a", &[("x-amz-meta-n", "2")], b"second")
        .unwrap();
    let second = put.headers["x-amz-version-id"].clone();
    let deleted = client.send("DELETE", "/logs/a", &[], b"").unwrap();
    assert_eq!(
        (
            deleted.status,
            deleted.headers["x-amz-delete-marker"].as_str()
        ),
        (204, "true")
    );
    let marker = deleted.headers["x-amz-version-id"].clone();

    let gone = client.get("/logs/a");
    assert_eq!((gone.status, gone.one("Code").as_str()), (404, "NoSuchKey"));
    assert_eq!(gone.headers["x-amz-delete-marker"], "true");
    assert_eq!(client.get("/logs?list-type=2").all("Key"), ["b"]);
    let kept = client.get(&format!("/logs/a?versionId={second}"));
    assert_eq!(
        (kept.text().as_str(), kept.headers["x-amz-meta-n"].as_str()),
        ("second", "2")
    );
    assert_eq!(client.get("/logs/a?versionId=null").text(), "a");
    let no_object = client.get(&format!("/logs/a?versionId={marker}"));
    assert_eq!(
        (no_object.status, no_object.one("Code").as_str()),
        (405, "MethodNotAllowed")
    );

    let all = client.get("/logs?versions");
    assert_eq!(all.all("VersionId"), [&marker, &second, "null", "null"]);
    assert_eq!(all.all("IsLatest"), ["true", "false", "false", "true"]);
    assert_eq!(all.all("DeleteMarker").len(), 1);

    let restored = client
        .send("DELETE", &format!("/logs/a?versionId={marker}"), &[], b"")
        .unwrap();
    assert_eq!(restored.headers["x-amz-delete-marker"], "true");
    assert_eq!(client.get("/logs/a").text(), "second");
}

#[test]
fn pages_of_versions_join_whatever_their_size() {
    let scene = bucket(&["a", "b", "c"]).versioned();
    for round in 0..3 {
        scene
            .store()
            .put("logs", "b", format!("{round}"), &[])
            .unwrap();
    }
    scene.store().delete("logs", "c").unwrap();
    let server = server(scene);
    let mut client = Client::new(&server);
    let whole = client.get("/logs?versions").all("VersionId");
    assert_eq!(whole.len(), 7);
    for size in 1..8 {
        let (mut listed, mut markers) = (Vec::new(), String::new());
        loop {
            let page = client.get(&format!("/logs?versions&max-keys={size}{markers}"));
            listed.extend(page.all("VersionId"));
            if page.one("IsTruncated") == "false" {
                break;
            }
            let (key, version) = (page.one("NextKeyMarker"), page.one("NextVersionIdMarker"));
            markers = format!("&key-marker={key}&version-id-marker={version}");
        }
        assert_eq!(listed, whole, "{size}");
    }
}

#[test]
fn owner_and_time_of_versions_are_the_scenes() {
    let scene = Scene::new();
    scene.store().bucket("logs", Versioning::Enabled);
    let at = "2026-03-02T08:07:13Z".parse().unwrap();
    let object = Object::new("x")
        .owner("alice-id")
        .last_modified(at)
        .version_id("v1");
    assert_eq!(
        scene.store().insert("logs", "a", object),
        Ok(Some("v1".to_owned()))
    );
    scene
        .store()
        .delete_as("logs", "a", "mallory-id", at)
        .unwrap();
    let server = server(scene);
    let answer = get(&server, "/logs?versions&prefix=a");
    assert_eq!(answer.all("ID"), ["mallory-id", "alice-id"]);
    assert_eq!(answer.all("LastModified"), ["2026-03-02T08:07:13.000Z"; 2]);
}

#[test]
fn an_unversioned_bucket_keeps_nothing() {
    let server = server(bucket(&["a"]));
    server.store().put("logs", "a", "new", &[]).unwrap();
    assert_eq!(get(&server, "/logs/a").text(), "new");
    assert_eq!(get(&server, "/logs?versions").all("VersionId"), ["null"]);
    server.store().delete("logs", "a").unwrap();
    assert!(get(&server, "/logs?versions").all("VersionId").is_empty());
}

#[test]
fn buckets_tell_where_they_are_and_whether_they_keep_versions() {
    let far = server(bucket(&[]).region("eu-west-1").versioned());
    assert!(
        get(&far, "/logs?location")
            .text()
            .ends_with(">eu-west-1</LocationConstraint>")
    );
    assert_eq!(get(&far, "/logs?versioning").one("Status"), "Enabled");
    let near = server(bucket(&[]));
    assert!(
        get(&near, "/logs?location")
            .text()
            .ends_with("\"></LocationConstraint>")
    );
    assert!(get(&near, "/logs?versioning").all("Status").is_empty());
    assert_eq!(get(&near, "/").all("Name"), ["logs"]);
    let head = Client::new(&far).send("HEAD", "/logs", &[], b"").unwrap();
    assert_eq!(
        (head.status, head.headers["x-amz-bucket-region"].as_str()),
        (200, "eu-west-1")
    );
}

#[test]
fn an_upload_in_signed_chunks_is_joined() {
    let server = server(bucket(&[]));
    let headers = [
        ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        ("content-encoding", "aws-chunked"),
    ];
    let body = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    let put = Client::new(&server)
        .send("PUT", "/logs/a", &headers, body)
        .unwrap();
    assert_eq!(put.status, 200);
    assert_eq!(get(&server, "/logs/a").text(), "hello");
}

#[test]
fn unread_objects_are_listed() {
    let scene = Scene::new().bucket("logs");
    for (key, why) in [
        ("denied", Unread::Denied),
        ("archived", Unread::Archived),
        ("throttled", Unread::Throttled),
        ("io", Unread::Io),
    ] {
        scene
            .store()
            .insert("logs", key, Object::new("x").unread(why))
            .unwrap();
    }
    let server = server(scene);
    let listing = get(&server, "/logs");
    assert_eq!(
        listing.all("Key"),
        ["archived", "denied", "io", "throttled"]
    );
    assert_eq!(
        listing.all("StorageClass"),
        ["GLACIER", "STANDARD", "STANDARD", "STANDARD"]
    );
    for (key, status, code) in [
        ("denied", 403, "AccessDenied"),
        ("archived", 403, "InvalidObjectState"),
        ("throttled", 503, "SlowDown"),
    ] {
        for _ in 0..3 {
            let answer = get(&server, &format!("/logs/{key}"));
            assert_eq!((answer.status, answer.one("Code").as_str()), (status, code));
        }
    }
    let head = Client::new(&server)
        .send("HEAD", "/logs/archived", &[], b"")
        .unwrap();
    assert_eq!(
        (head.status, head.headers["x-amz-storage-class"].as_str()),
        (200, "GLACIER")
    );
    let reset = Client::new(&server)
        .send("GET", "/logs/io", &[], b"")
        .unwrap_err();
    assert_eq!(reset.kind(), std::io::ErrorKind::ConnectionReset);
}
