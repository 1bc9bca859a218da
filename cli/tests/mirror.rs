//! `mirror` of a bucket of the loopback AWS: the copy, the verdict, the record,
//! and what is left by a process that is killed.

#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use trailseal_loopback::{Faults, Object, Scene, Server};

const BUCKET: &str = "s3://example-org-cloudtrail-logs";
/// The end of the sample's newest digest.
const END: &str = "2026-03-12T00:31:06Z";

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors")
}

fn sample(faults: Faults) -> Server {
    let scene = Scene::mirror(vectors().join("sample"))
        .unwrap()
        .keys(vectors().join("sample-keys.json"))
        .unwrap();
    Server::start(scene, faults).unwrap()
}

fn trailseal(server: &Server, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trailseal"));
    command
        .args(arguments)
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "hidden-secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL", server.endpoint());
    command
}

fn run(server: &Server, arguments: &[&str]) -> Output {
    trailseal(server, arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|error| panic!("{error}: {}", text(bytes)))
}

fn gets(server: &Server) -> u64 {
    server.requests().get("GetObject").copied().unwrap_or(0)
}

/// Every file below the root with its bytes, but for the day of the copy.
fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if !path.ends_with("extent.jsonl") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                files.insert(name.to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn the_verdict_over_the_copy_is_that_over_the_bucket() {
    let server = sample(Faults::default());
    let folder = TempDir::new().unwrap();
    let (copy, summary) = (
        folder.path().join("copy"),
        folder.path().join("custody.json"),
    );
    let (copy, summary) = (copy.to_str().unwrap(), summary.to_str().unwrap());
    let live = run(
        &server,
        &["verify", BUCKET, "--to", END, "--format", "json"],
    );
    server.forget_requests();
    let mirrored = run(
        &server,
        &[
            "mirror",
            BUCKET,
            copy,
            "--to",
            END,
            "--format",
            "json",
            "--summary",
            summary,
        ],
    );
    assert_eq!(
        mirrored.status.code(),
        Some(1),
        "{}",
        text(&mirrored.stderr)
    );
    let objects = fs::read_to_string(format!("{copy}/manifest.jsonl"))
        .unwrap()
        .lines()
        .count() as u64;
    assert_eq!(gets(&server), objects, "nothing is fetched twice");
    let (live, report) = (json(&live.stdout), json(&mirrored.stdout));
    for member in ["outcome", "findings", "chains", "tally"] {
        assert_eq!(live[member], report[member], "{member}");
    }
    assert!(text(&mirrored.stderr).starts_with("COPIED     s3://example-org"));

    let record = json(&fs::read(summary).unwrap());
    assert_eq!(record["schema"], "trailseal-mirror/1");
    assert_eq!(record["verification"]["outcome"], "failed");
    assert_eq!(record["fetched"]["objects"], objects);
    assert_eq!(record["source"]["bucket"], "example-org-cloudtrail-logs");
    assert!(
        record["caller"].as_str().unwrap().starts_with("arn:"),
        "{record}"
    );
    assert_eq!(record["manifest"]["sha256"].as_str().unwrap().len(), 64);

    let keys = vectors().join("sample-keys.json");
    let offline = run(
        &server,
        &[
            "verify",
            copy,
            "--to",
            END,
            "--format",
            "json",
            "--keys",
            keys.to_str().unwrap(),
        ],
    );
    assert_eq!(json(&offline.stdout)["findings"], live["findings"]);
}

#[test]
fn people_read_the_copy_and_then_the_verdict() {
    let server = sample(Faults::default());
    let folder = TempDir::new().unwrap();
    let copy = folder.path().to_str().unwrap();
    let keys = vectors().join("sample-keys.json");
    let keys = keys.to_str().unwrap();
    let arguments = ["mirror", BUCKET, copy, "--to", END, "--keys", keys];
    let output = run(&server, &arguments);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    let (copied, verdict) = (shown.find("COPIED").unwrap(), shown.find("FAILED").unwrap());
    assert!(copied < verdict, "{shown}");
    for line in shown.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    assert_eq!(server.requests().get("ListPublicKeys"), None);

    // Digests alone: the logs are unchecked, and none is missing.
    let folder = TempDir::new().unwrap();
    let copy = folder.path().to_str().unwrap();
    let output = run(
        &server,
        &[
            "mirror",
            BUCKET,
            copy,
            "--to",
            END,
            "--keys",
            keys,
            "--digests-only",
            "--format",
            "json",
        ],
    );
    let codes = json(&output.stdout)["codes"].clone();
    assert_eq!(codes.get("log-absent"), None, "{codes}");
    assert!(codes["log-unread"].as_u64().unwrap() > 1, "{codes}");
}

#[test]
fn what_could_not_be_read_shows_in_the_exit_code() {
    let faults = Faults {
        deny: vec!["AWSLogs/o-exampleorgid/111122223333/CloudTrail/".into()],
        ..Faults::default()
    };
    let server = sample(faults);
    let folder = TempDir::new().unwrap();
    let copy = folder.path().to_str().unwrap();
    let output = run(&server, &["mirror", BUCKET, copy, "--no-verify"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("could not be read"));
    server.set_faults(Faults::default());
    let output = run(&server, &["mirror", BUCKET, copy, "--no-verify"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));

    server.set_faults(Faults {
        deny_list: vec![String::new()],
        ..Faults::default()
    });
    let output = run(&server, &["mirror", BUCKET, copy, "--no-verify"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(text(&output.stderr).contains("could not be listed"));
    let keys = vectors().join("sample-keys.json");
    let verified = run(&server, &["verify", copy, "--keys", keys.to_str().unwrap()]);
    assert_eq!(verified.status.code(), Some(1), "the copy is as it was");
}

/// A digest and a log, of a trail that nobody will verify.
fn of_trail() -> [String; 2] {
    let (place, account) = ("eu-west-1/2026/03/05", "111122223333");
    [
        ("CloudTrail-Digest", "main_eu-west-1_20260305T081013Z"),
        ("CloudTrail", "20260305T0810Z_AbCdEfGhIjKlMnOp"),
    ]
    .map(|(family, name)| {
        format!("AWSLogs/{account}/{family}/{place}/{account}_{family}_eu-west-1_{name}.json.gz")
    })
}

#[test]
fn digests_and_logs_that_vanish_are_told_of_at_every_run() {
    let server = Server::start(Scene::new().bucket("logs"), Faults::default()).unwrap();
    let [digest, log] = of_trail();
    for key in [digest.as_str(), log.as_str(), "other"] {
        server.store().put("logs", key, "x", &[]).unwrap();
    }
    let folder = TempDir::new().unwrap();
    let summary = folder.path().join("summary.json");
    let copy = folder.path().join("copy");
    let words = ["mirror", "s3://logs", copy.to_str().unwrap(), "--no-verify"];
    let mirror = || {
        run(
            &server,
            &[&words[..], &["--summary", summary.to_str().unwrap()]].concat(),
        )
    };
    assert_eq!(mirror().status.code(), Some(0));

    // What is no digest and no log may come and go.
    server.store().delete("logs", "other").unwrap();
    let output = mirror();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("1 object not in the bucket any more"));

    server.store().delete("logs", &log).unwrap();
    for _ in 0..2 {
        let output = mirror();
        assert_eq!(output.status.code(), Some(3), "{}", text(&output.stdout));
        let shown = text(&output.stdout)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(
            shown.contains("2 objects not in the bucket any more"),
            "{shown}"
        );
        assert!(
            shown.contains("a lifecycle rule has expired them, or someone has deleted them"),
            "{shown}"
        );
        let summary = json(&fs::read(&summary).unwrap());
        assert_eq!(summary["vanished"], 2);
        assert_eq!(summary["vanished_of_trails"], 1);
    }
}

/// The copy still proves what the bucket does not hold any more.
#[test]
fn a_verified_copy_of_what_has_vanished_is_no_success() {
    let vector = vectors().join("cases/range-covered");
    let scene = Scene::mirror(vector.join("objects")).unwrap();
    let server = Server::start(scene, Faults::default()).unwrap();
    let (folder, keys) = (TempDir::new().unwrap(), vector.join("keys.json"));
    let (copy, url) = (folder.path().to_str().unwrap(), "s3://example-trail-logs");
    let range = [
        "--from",
        "2026-03-02T09:07:13Z",
        "--to",
        "2026-03-02T15:07:13Z",
        "--keys",
        keys.to_str().unwrap(),
    ];
    let mirror = || run(&server, &[&["mirror", url, copy][..], &range].concat());
    let output = mirror();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));

    let manifest = fs::read_to_string(folder.path().join("manifest.jsonl")).unwrap();
    let keys_of = manifest
        .lines()
        .map(|line| json(line.as_bytes())["key"].clone());
    let mut logs = keys_of.filter(|key| key.as_str().unwrap().contains("/CloudTrail/"));
    let log = logs.nth(2).unwrap();
    let store = server.store();
    store
        .delete("example-trail-logs", log.as_str().unwrap())
        .unwrap();
    let output = mirror();
    let shown = text(&output.stdout);
    assert!(shown.contains("VERIFIED"), "{shown}");
    assert_eq!(output.status.code(), Some(3), "{shown}");
    let live = run(&server, &[&["verify", url][..], &range].concat());
    assert_eq!(live.status.code(), Some(1), "{}", text(&live.stdout));
}

#[test]
fn to_copy_nothing_is_no_success() {
    let server = small();
    let folder = TempDir::new().unwrap();
    let root = folder.path().to_str().unwrap();
    for (url, narrowed) in [
        ("s3://logs", &["--account", "999999999999"][..]),
        ("s3://logs/nothing/here", &[]),
    ] {
        let words = [&["mirror", url, root, "--no-verify"], narrowed].concat();
        let output = run(&server, &words);
        assert_eq!(output.status.code(), Some(3), "{words:?}");
        let shown = text(&output.stdout);
        assert!(shown.contains("there is nothing to copy"), "{shown}");
    }
}

const OBJECTS: u64 = 60;

fn bytes(number: u64, edition: &str) -> Vec<u8> {
    let length = usize::try_from(number * 37 % 5_000).unwrap();
    [edition.as_bytes(), &vec![b'x'; length]].concat()
}

/// Keys of all kinds, some of them no paths.
fn small() -> Server {
    let scene = Scene::new().bucket("logs");
    for number in 0..OBJECTS {
        put(&scene, number, "first");
    }
    Server::start(scene, Faults::default()).unwrap()
}

fn key(number: u64) -> String {
    match number % 6 {
        0 => format!("AWSLogs/111122223333/x/{number}.json.gz"),
        1 => format!("awslogs/{number}"),
        2 => format!("AWSLogs/../{number}"),
        3 => format!("AWSLogs/{}", number - 3),
        4 => format!("AWSLogs/{}/{number}", number - 4),
        _ => format!("n/{number}"),
    }
}

fn object(number: u64, edition: &str) -> Object {
    Object::new(bytes(number, edition))
        .metadata([("edition", edition)])
        .last_modified("2026-03-01T00:00:00Z".parse().unwrap())
}

fn put(scene: &Scene, number: u64, edition: &str) {
    let stored = object(number, edition);
    scene.store().insert("logs", &key(number), stored).unwrap();
}

fn slow() -> Faults {
    Faults {
        latency: Duration::from_millis(3),
        ..Faults::default()
    }
}

fn spawn(server: &Server, root: &Path) -> Child {
    let root = root.to_str().unwrap();
    let arguments = [
        "mirror",
        "s3://logs",
        root,
        "--no-verify",
        "--concurrency",
        "4",
    ];
    let mut command = trailseal(server, &arguments);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Waits until so many objects were asked for, or the process is done.
fn await_gets(server: &Server, child: &mut Child, count: u64) {
    while gets(server) < count && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
}

fn completed(server: &Server, root: &Path) -> BTreeMap<String, Vec<u8>> {
    server.set_faults(Faults::default());
    let output = spawn(server, root).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(!root.join(".trailseal").exists());
    tree(root)
}

fn copy_tree(from: &BTreeMap<String, Vec<u8>>, to: &Path) {
    for (name, bytes) in from {
        let path = to.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// Kills at moments all over the run, the last ones while the manifest is
/// written; then goes on.
fn killed_and_resumed(
    server: &Server,
    before: &BTreeMap<String, Vec<u8>>,
    changed: u64,
    rounds: u64,
) -> u64 {
    let once = TempDir::new().unwrap();
    copy_tree(before, once.path());
    let expected = completed(server, once.path());
    let mut unfinished = 0;
    for round in 0..rounds {
        let folder = TempDir::new().unwrap();
        copy_tree(before, folder.path());
        server.set_faults(slow());
        server.forget_requests();
        let mut child = spawn(server, folder.path());
        await_gets(server, &mut child, changed * (round + 1) / (rounds - 2));
        child.kill().unwrap();
        child.wait().unwrap();
        if folder.path().join(".trailseal/journal.jsonl").exists() {
            unfinished += 1;
            let root = folder.path().to_str().unwrap();
            let keys = vectors().join("sample-keys.json");
            let refused = run(server, &["verify", root, "--keys", keys.to_str().unwrap()]);
            assert_eq!(refused.status.code(), Some(4));
            assert!(text(&refused.stderr).contains("is not finished"));
        }
        let resumed = completed(server, folder.path());
        assert!(
            resumed == expected,
            "round {round}: {:?} instead of {:?}",
            resumed.keys(),
            expected.keys()
        );
    }
    unfinished
}

#[test]
fn a_killed_copy_goes_on_as_if_nothing_had_happened() {
    let server = small();
    let unfinished = killed_and_resumed(&server, &BTreeMap::new(), OBJECTS, 10);
    assert!(unfinished >= 5, "{unfinished} rounds were cut short");

    // The same while a copy is brought up to date.
    let folder = TempDir::new().unwrap();
    let before = completed(&server, folder.path());
    for number in (0..OBJECTS).step_by(2) {
        let stored = object(number, "second");
        server.store().insert("logs", &key(number), stored).unwrap();
    }
    let unfinished = killed_and_resumed(&server, &before, OBJECTS / 2, 10);
    assert!(unfinished >= 5, "{unfinished} rounds were cut short");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_cleanly() {
    let server = small();
    let folder = TempDir::new().unwrap();
    server.set_faults(Faults {
        latency: Duration::from_millis(50),
        ..Faults::default()
    });
    let mut child = spawn(&server, folder.path());
    await_gets(&server, &mut child, 5);
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("run the same command again"));
    completed(&server, folder.path());
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_asked() {
    let server = small();
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("thesis.txt"), "").unwrap();
    let root = folder.path().to_str().unwrap();
    let output = run(&server, &["mirror", "s3://logs", root, "--no-verify"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(text(&output.stderr).contains("no mirror"));
    let output = run(&server, &["mirror", "logs", root]);
    assert_eq!(output.status.code(), Some(2));
    let output = run(
        &server,
        &["mirror", "s3://logs", root, "--keys", "none.json"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(gets(&server), 0);
}
