//! `recover` on a loopback bucket that keeps versions.

#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use trailseal_loopback::{Faults, Object, Scene, Server, Unread};

const BUCKET: &str = "example-org-cloudtrail-logs";
const URL: &str = "s3://example-org-cloudtrail-logs";
/// A chain of the sample in which nothing is wrong, and its end.
const SCOPE: [&str; 4] = ["--account", "111122223333", "--region", "eu-west-1"];
const END: &str = "2026-03-12T00:07:12Z";
const MALLORY: &str = "mallory";

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors")
}

/// The healthy chain: each digest's key with those of its logs.
fn chain() -> &'static [(String, Vec<String>)] {
    static CHAIN: OnceLock<Vec<(String, Vec<String>)>> = OnceLock::new();
    CHAIN.get_or_init(|| {
        let output = Command::new(env!("CARGO_BIN_EXE_trailseal"))
            .args(["verify", "--format", "ndjson", "--keys"])
            .arg(vectors().join("sample-keys.json"))
            .args(SCOPE)
            .arg(vectors().join("sample"))
            .output()
            .unwrap();
        let key = |line: &Value, member: &str| {
            let object = line[member].as_str().unwrap();
            object[URL.len() + 1..].to_owned()
        };
        let mut digests: Vec<(String, Vec<String>)> = Vec::new();
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            match line["type"].as_str() {
                Some("digest") => digests.push((key(&line, "object"), Vec::new())),
                Some("log") => {
                    let by = key(&line, "digest");
                    let log = key(&line, "object");
                    let named = digests.iter_mut().find(|(digest, _)| *digest == by);
                    named.unwrap().1.push(log);
                }
                _ => {}
            }
        }
        assert_eq!(digests.len(), 48);
        digests
    })
}

fn logs() -> Vec<&'static String> {
    chain().iter().flat_map(|(_, logs)| logs).collect()
}

fn digest(index: usize) -> &'static str {
    &chain()[index].0
}

fn bytes(key: &str) -> Vec<u8> {
    fs::read(vectors().join("sample").join(BUCKET).join(key)).unwrap()
}

fn metadata(key: &str) -> BTreeMap<String, String> {
    let manifest = fs::read_to_string(vectors().join("sample/manifest.jsonl")).unwrap();
    let mut lines = manifest
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let line: Value = lines.find(|line: &Value| line["key"] == key).unwrap();
    serde_json::from_value(line["metadata"].clone()).unwrap()
}

fn scene() -> Scene {
    Scene::mirror(vectors().join("sample"))
        .unwrap()
        .keys(vectors().join("sample-keys.json"))
        .unwrap()
}

fn serve() -> Server {
    Server::start(scene().versioned(), Faults::default()).unwrap()
}

/// Puts the bytes of another object in the place of one.
fn overwrite(server: &Server, key: &str, with: &str) {
    let object = Object::new(bytes(with)).owner(MALLORY);
    server.store().insert(BUCKET, key, object).unwrap();
}

fn delete(server: &Server, key: &str) {
    let at = "2026-03-13T01:02:03Z".parse().unwrap();
    server.store().delete_as(BUCKET, key, MALLORY, at).unwrap();
}

fn trailseal(endpoint: &str, arguments: &[&str]) -> Output {
    command(endpoint, arguments).output().unwrap()
}

fn command(endpoint: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trailseal"));
    command
        .args(arguments)
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "hidden-secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL", endpoint);
    command
}

/// Looks at the chain, and expects this exit code.
fn recover(server: &Server, arguments: &[&str], exit: i32) -> Recovered {
    let words = [
        &["recover", URL, "--to", END, "--format", "json"],
        &SCOPE[..],
        arguments,
    ];
    let output = trailseal(&server.endpoint(), &words.concat());
    assert_eq!(output.status.code(), Some(exit), "{output:?}");
    Recovered(serde_json::from_slice(&output.stdout).unwrap())
}

struct Recovered(Value);

impl Recovered {
    /// What became of the object of this key.
    fn of(&self, key: &str) -> &Value {
        let all = self.0["objects"].as_array().unwrap();
        let name = format!("{URL}/{key}");
        let found = all.iter().find(|object| object["object"] == name.as_str());
        found.unwrap_or_else(|| panic!("{key} is not in {all:#?}"))
    }

    fn count(&self) -> usize {
        self.0["objects"].as_array().unwrap().len()
    }
}

fn contents(object: &Value) -> Vec<&str> {
    let versions = object["versions"].as_array().unwrap();
    versions
        .iter()
        .map(|version| version["content"].as_str().unwrap())
        .collect()
}

#[test]
fn nothing_is_wrong_and_nothing_is_searched() {
    let server = serve();
    let found = recover(&server, &[], 0);
    assert_eq!(found.count(), 0);
    assert_eq!(server.requests().get("ListObjectVersions"), None);
}

#[test]
fn overwritten_and_deleted_logs_are_found_in_older_versions() {
    let server = serve();
    let all = logs();
    let (other, once, twice, deleted) = (all[0], all[5], all[6], all[7]);
    overwrite(&server, once, other);
    overwrite(&server, twice, other);
    overwrite(&server, twice, once);
    delete(&server, deleted);

    let found = recover(&server, &[], 0);
    assert_eq!(found.count(), 3);
    let object = found.of(once);
    assert_eq!(
        (&object["verdict"], &object["code"], &object["version"]),
        (&"found".into(), &"log-hash-mismatch".into(), &"null".into())
    );
    assert_eq!(contents(object), ["wrong", "as-signed"]);
    let wrong = &object["versions"][0];
    assert_eq!(
        (&wrong["owner"], &wrong["latest"]),
        (&MALLORY.into(), &true.into())
    );
    assert_eq!(object["versions"][1]["hash"], object["signed"]);
    assert_eq!(contents(found.of(twice)), ["wrong", "wrong", "as-signed"]);
    let object = found.of(deleted);
    assert_eq!(object["code"], "log-absent");
    assert_eq!(contents(object), ["deleted", "as-signed"]);
    assert_eq!(object["versions"][0]["owner"], MALLORY);
    assert_eq!(
        object["versions"][0]["last_modified"],
        "2026-03-13T01:02:03Z"
    );
}

#[test]
fn overwritten_and_deleted_digests_are_found_with_what_they_name() {
    let server = serve();
    // Another digest, with its own good signature.
    let object = Object::new(bytes(digest(9)))
        .metadata(metadata(digest(9)))
        .owner(MALLORY);
    server.store().insert(BUCKET, digest(10), object).unwrap();
    // The right bytes, with the signature of another.
    let object = Object::new(bytes(digest(16))).metadata(metadata(digest(15)));
    server.store().insert(BUCKET, digest(16), object).unwrap();
    delete(&server, digest(20));
    // Only a digest that is gone names this log.
    delete(&server, &chain()[20].1[0]);
    // The newest digest, which no other one names.
    let newest = chain().len() - 1;
    overwrite(&server, digest(newest), digest(0));

    let found = recover(&server, &[], 0);
    assert_eq!(found.count(), 5, "{:#}", found.0);
    let moved = found.of(digest(10));
    assert_eq!(
        (&moved["code"], &moved["kind"]),
        (&"digest-moved".into(), &"digest".into())
    );
    assert_eq!(moved["named_by"], format!("{URL}/{}", digest(11)));
    assert_eq!(contents(moved), ["wrong", "as-signed"]);
    let signature = found.of(digest(16));
    assert_eq!(signature["code"], "link-signature-mismatch");
    assert_eq!(contents(signature), ["wrong", "as-signed"]);
    assert_eq!(found.of(digest(20))["code"], "digest-absent");
    let log = found.of(&chain()[20].1[0]);
    assert_eq!(
        (&log["verdict"], &log["named_by"]),
        (&"found".into(), &format!("{URL}/{}", digest(20)).into())
    );
    let newest = found.of(digest(newest));
    assert_eq!(
        (&newest["verdict"], &newest["named_by"]),
        (&"found".into(), &Value::Null)
    );
    assert!(newest["signed"].is_string());
    // The other logs of digests that were wrong are there.
    assert!(found.0["tally"]["in_order"].as_u64().unwrap() >= 3);
}

#[test]
fn a_gap_of_several_digests_is_followed_to_its_end() {
    let server = serve();
    let gap = &chain()[30..33];
    for (digest, logs) in gap {
        delete(&server, digest);
        for log in logs {
            delete(&server, log);
        }
    }
    let found = recover(&server, &[], 0);
    let logs: usize = gap.iter().map(|(_, logs)| logs.len()).sum();
    assert!(logs >= 3);
    assert_eq!(found.count(), 3 + logs);
    for (digest, logs) in gap {
        assert_eq!(found.of(digest)["verdict"], "found");
        for log in logs {
            assert_eq!(found.of(log)["verdict"], "found");
        }
    }
    let following = format!("{URL}/{}", digest(31));
    assert_eq!(found.of(digest(30))["named_by"], following);
}

#[test]
fn a_gap_that_is_followed_ends_where_something_is_lost() {
    let server = serve();
    for index in 30..33 {
        delete(&server, digest(index));
    }
    let lost = digest(31);
    server.store().delete_version(BUCKET, lost, "null").unwrap();
    let found = recover(&server, &[], 1);
    assert_eq!(found.of(digest(32))["verdict"], "found");
    let object = found.of(lost);
    assert_eq!(
        (&object["verdict"], &object["version"]),
        (&"not-found".into(), &Value::Null)
    );
    assert_eq!(contents(object), ["deleted"]);
    assert_eq!(
        found.count(),
        2,
        "what only the lost one names is not known"
    );
}

#[test]
fn what_may_not_be_read_is_never_not_found() {
    let server = serve();
    let log = logs()[5];
    server.store().delete_version(BUCKET, log, "null").unwrap();
    let right = Object::new(bytes(log)).unread(Unread::Denied);
    server.store().insert(BUCKET, log, right).unwrap();
    overwrite(&server, log, logs()[0]);

    let found = recover(&server, &[], 3);
    let object = found.of(log);
    assert_eq!(object["verdict"], "unread");
    assert_eq!(contents(object), ["wrong", "unread"]);
    let reason = object["reason"].as_str().unwrap();
    assert!(reason.contains("s3:GetObjectVersion"), "{reason}");

    server.set_faults(Faults {
        deny_list: vec![log.to_owned()],
        ..Faults::default()
    });
    let found = recover(&server, &[], 3);
    let reason = found.of(log)["reason"].as_str().unwrap();
    assert!(reason.contains("s3:ListBucketVersions"), "{reason}");
}

#[test]
fn a_bucket_without_versions_keeps_nothing() {
    let server = Server::start(scene(), Faults::default()).unwrap();
    let (log, gone) = (logs()[5], logs()[6]);
    overwrite(&server, log, logs()[0]);
    delete(&server, gone);
    let found = recover(&server, &[], 1);
    for key in [log, gone] {
        let object = found.of(key);
        assert_eq!(
            (&object["verdict"], &object["versions_kept"]),
            (&"not-kept".into(), &"not-kept".into())
        );
    }
    assert_eq!(contents(found.of(log)), ["wrong"]);
}

#[test]
fn no_digest_is_no_success() {
    let server = serve();
    let words = ["recover", URL, "--account", "999999999999"];
    let output = trailseal(&server.endpoint(), &words);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}

#[test]
fn time_that_no_digest_covers_any_more_is_no_success() {
    let server = serve();
    for (digest, _) in &chain()[45..] {
        delete(&server, digest);
    }
    let found = recover(&server, &[], 3);
    assert_eq!(
        (&found.0["outcome"], found.count()),
        (&"incomplete".into(), 0)
    );
    assert_eq!(found.0["codes"]["tail-uncovered"], 1);
}

/// Makes a mirror of the chain, without what `lacks` says.
fn mirror(lacks: impl Fn(&str) -> bool) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut manifest = String::new();
    let all = fs::read_to_string(vectors().join("sample/manifest.jsonl")).unwrap();
    for line in all.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let key = entry["key"].as_str().unwrap();
        if !key.contains("/111122223333/") || !key.contains("/eu-west-1/") || lacks(key) {
            continue;
        }
        manifest += &format!("{line}\n");
        let path = folder.path().join(BUCKET).join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes(key)).unwrap();
    }
    fs::write(folder.path().join("manifest.jsonl"), manifest).unwrap();
    folder
}

fn verify(folder: &Path) -> Value {
    let keys = vectors().join("sample-keys.json");
    let words = [
        "verify",
        folder.to_str().unwrap(),
        "--format",
        "json",
        "--keys",
        keys.to_str().unwrap(),
    ];
    serde_json::from_slice(&trailseal("http://127.0.0.1:9", &words).stdout).unwrap()
}

#[test]
fn a_new_folder_holds_what_was_found_and_claims_nothing_else() {
    let server = serve();
    let log = &chain()[20].1[0];
    delete(&server, digest(20));
    overwrite(&server, log, logs()[0]);
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("found");
    let found = recover(&server, &["--restore", into.to_str().unwrap()], 0);
    assert_eq!(found.0["tally"]["kept"], 2);

    assert_eq!(fs::read(into.join(BUCKET).join(log)).unwrap(), bytes(log));
    let report = verify(&into);
    assert_eq!(report["tally"]["digests"]["verified"], 1, "{report:#}");
    assert_eq!(report["tally"]["logs"]["verified"], 1);
    assert_ne!(
        report["outcome"], "failed",
        "what was not restored was not copied"
    );
}

#[test]
fn a_mirror_is_mended_and_keeps_what_was_wrong() {
    let server = serve();
    let (gone, wrong) = (digest(20), logs()[8]);
    let mirror = mirror(|key| key == gone);
    let inside = mirror.path().join(BUCKET).join(wrong);
    fs::write(&inside, b"altered, and no gzip at all").unwrap();
    assert_eq!(verify(mirror.path())["outcome"], "failed");

    let keys = vectors().join("sample-keys.json");
    let folder = mirror.path().to_str().unwrap();
    let words = ["recover", folder, "--keys", keys.to_str().unwrap()];
    let words = [&words[..], &["--restore", folder, "--format", "json"]].concat();
    let output = trailseal(&server.endpoint(), &words);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let found = Recovered(serde_json::from_slice(&output.stdout).unwrap());
    assert_eq!(found.of(wrong)["code"], "log-not-gzip");

    let report = verify(mirror.path());
    assert_eq!(report["outcome"], "verified", "{report:#}");
    assert_eq!(report["tally"]["digests"]["verified"], 48);
    let superseded = fs::read_to_string(mirror.path().join("_superseded.jsonl")).unwrap();
    assert!(superseded.contains(wrong.as_str()), "{superseded}");
}

#[test]
fn a_plain_copy_gets_back_what_it_lacks_from_its_bucket() {
    let server = serve();
    let lost = logs()[8];
    let copy = mirror(|key| key == lost);
    fs::remove_file(copy.path().join("manifest.jsonl")).unwrap();
    let keys = vectors().join("sample-keys.json");
    let (plain, into) = (copy.path().join(BUCKET), copy.path().join("found"));
    let words = ["recover", plain.to_str().unwrap(), "--bucket", BUCKET];
    let others = ["--restore", into.to_str().unwrap(), "--format", "json"];
    let words = [&words[..], &others, &["--keys", keys.to_str().unwrap()]].concat();
    let output = trailseal(&server.endpoint(), &words);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let found = Recovered(serde_json::from_slice(&output.stdout).unwrap());
    assert_eq!(contents(found.of(lost)), ["as-signed"]);
    // The newest digest lost its signature, which no later one states.
    let newest = found.of(digest(chain().len() - 1));
    assert_eq!(
        (&newest["code"], &newest["kept"]),
        (&"digest-signature-absent".into(), &true.into())
    );
    assert_eq!(verify(&into)["tally"]["digests"]["verified"], 1);
}

#[test]
fn what_cannot_be_asked_or_restored_into_is_refused() {
    let server = serve();
    let refused = |words: &[&str]| {
        let output = trailseal(&server.endpoint(), words);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(refused(&["recover", URL, "--restore", URL]).contains("nothing is ever written"));
    let copy = mirror(|_| false);
    fs::remove_file(copy.path().join("manifest.jsonl")).unwrap();
    let bucket = copy.path().join(BUCKET);
    let error = refused(&["recover", bucket.to_str().unwrap()]);
    assert!(
        error.contains("--bucket") && error.contains(BUCKET),
        "{error}"
    );
    let unfinished = tempfile::tempdir().unwrap();
    fs::create_dir(unfinished.path().join(".trailseal")).unwrap();
    fs::write(unfinished.path().join(".trailseal/journal.jsonl"), "").unwrap();
    let folder = unfinished.path().to_str().unwrap();
    assert!(refused(&["recover", URL, "--restore", folder]).contains("not finished"));
    let folder = copy.path().to_str().unwrap();
    assert!(refused(&["recover", URL, "--restore", folder]).contains("no mirror"));
}

#[test]
fn the_text_names_the_version_and_who_overwrote_it() {
    let server = serve();
    let log = logs()[5];
    overwrite(&server, log, logs()[0]);
    let words = [&["recover", URL, "--to", END], &SCOPE[..]].concat();
    let output = trailseal(&server.endpoint(), &words);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.starts_with("FOUND  of 1 object missing or altered"),
        "{text}"
    );
    assert!(text.contains("as signed in version null"), "{text}");
    assert!(text.contains("by mallory"), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 100),
        "{text}"
    );
}

#[test]
fn an_interrupted_search_reports_and_keeps_what_it_found() {
    let server = serve();
    for (digest, logs) in &chain()[10..40] {
        delete(&server, digest);
        for log in logs {
            delete(&server, log);
        }
    }
    server.set_faults(Faults {
        latency: Duration::from_millis(20),
        ..Faults::default()
    });
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("found");
    let report = folder.path().join("report.json");
    let words = [
        &["recover", URL, "--to", END, "--format", "json"],
        &SCOPE[..],
        &["--restore", into.to_str().unwrap()],
        &["--output", report.to_str().unwrap(), "--concurrency", "2"],
    ];
    let child = command(&server.endpoint(), &words.concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Some are found, most are not yet.
    while server.requests().get("ListObjectVersions") < Some(&10) {
        std::thread::yield_now();
    }
    let pid = child.id().to_string();
    let killed = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("interrupted before the end"), "{said}");

    let found: Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
    assert_eq!(found["interrupted"], true);
    let (kept, not_found) = (&found["tally"]["kept"], &found["tally"]["not_found"]);
    assert!(
        kept.as_u64() > Some(0) && *not_found == 0,
        "{}",
        found["tally"]
    );
    let restored = fs::read_to_string(into.join("manifest.jsonl")).unwrap();
    assert_eq!(restored.lines().count() as u64, kept.as_u64().unwrap());
}
