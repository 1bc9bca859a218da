//! A bucket into a mirror: complete, once, and honest about what it lacks.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

mod common;
mod relay;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{at, connect};
use relay::{Relay, refusal};
use tempfile::TempDir;
use trailseal_aws::s3::Bucket;
use trailseal_aws::s3::copy::{Copy, CopyError, Copying, Families, Fetches, Scope, Vanished};
use trailseal_loopback::{Faults, Object, Often, Scene, Server};
use trailseal_verifier::id::BucketName;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::mirror::{Copied, Mirror};
use trailseal_verifier::source::{Directory, ReadErrorKind, Source};

const SAMPLE: &str = "example-org-cloudtrail-logs";

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors/sample")
}

fn serve(scene: Scene, faults: Faults) -> Server {
    Server::start(scene, faults).unwrap()
}

/// What a run found, and what it fetched.
#[derive(Debug)]
struct Ran {
    listed: u64,
    kept: u64,
    vanished: Vanished,
    fetches: Fetches,
}

fn mirror_of(
    server: &Server,
    name: &str,
    prefix: &str,
    scope: &Scope,
    root: &Path,
) -> Result<Ran, CopyError> {
    mirror_from(&server.endpoint(), name, prefix, scope, root)
}

fn mirror_from(
    endpoint: &str,
    name: &str,
    prefix: &str,
    scope: &Scope,
    root: &Path,
) -> Result<Ran, CopyError> {
    let connection = connect(endpoint);
    let name: BucketName = name.parse().unwrap();
    let bucket = Bucket::find(&connection, &name).unwrap();
    let mirror = Mirror::open(root)?;
    let copying = Copying::default();
    let copy = Copy::plan(&bucket, prefix, scope, &mirror, &copying)?;
    let fetches = copy.fetch(16, &copying)?;
    let parts: Vec<_> = copy
        .parts
        .iter()
        .cloned()
        .map(|part| (name.clone(), part))
        .collect();
    mirror.finish(Some(Copied {
        parts: &parts,
        listed: "2026-11-01".parse().unwrap(),
    }))?;
    Ok(Ran {
        listed: copy.listed.objects,
        kept: copy.kept.objects,
        vanished: copy.vanished,
        fetches,
    })
}

fn whole(server: &Server, name: &str, root: &Path) -> Ran {
    mirror_of(server, name, "", &Scope::default(), root).unwrap()
}

fn keys_of(root: &Path, bucket: &str) -> Vec<String> {
    let directory = Directory::open(root, None).unwrap();
    directory.objects(&bucket.parse().unwrap(), "").unwrap()
}

fn gets(server: &Server) -> u64 {
    server.requests().get("GetObject").copied().unwrap_or(0)
}

#[test]
fn a_mirror_of_the_sample_is_the_sample() {
    let server = serve(Scene::mirror(sample()).unwrap(), Faults::default());
    let folder = TempDir::new().unwrap();
    let ran = whole(&server, SAMPLE, folder.path());
    assert_eq!((ran.listed, ran.kept), (ran.fetches.fetched.objects, 0));

    let original = Directory::open(&sample(), None).unwrap();
    let copy = Directory::open(folder.path(), None).unwrap();
    let name: BucketName = SAMPLE.parse().unwrap();
    let keys = original.objects(&name, "").unwrap();
    assert_eq!(copy.objects(&name, "").unwrap(), keys);
    for key in &keys {
        let object = ObjectRef::new(name.clone(), key.clone());
        let read = |source: &Directory| source.read(&object, 1 << 30).unwrap();
        assert_eq!(read(&original), read(&copy), "{key}");
        let path = format!("{SAMPLE}/{key}");
        assert_eq!(
            fs::read(sample().join(&path)).unwrap(),
            fs::read(folder.path().join(&path)).unwrap()
        );
    }
    assert!(copy.warnings().is_empty());
}

#[test]
fn what_has_not_changed_is_not_fetched_again() {
    let server = serve(Scene::mirror(sample()).unwrap(), Faults::default());
    let folder = TempDir::new().unwrap();
    let first = whole(&server, SAMPLE, folder.path());
    let manifest = fs::read(folder.path().join("manifest.jsonl")).unwrap();
    server.forget_requests();
    let again = whole(&server, SAMPLE, folder.path());
    assert_eq!((again.kept, gets(&server)), (first.listed, 0));
    assert_eq!(
        fs::read(folder.path().join("manifest.jsonl")).unwrap(),
        manifest
    );

    // One changed, one is new, one vanished, one file was lost here.
    let keys = keys_of(folder.path(), SAMPLE);
    let store = server.store();
    store.put(SAMPLE, &keys[0], "other bytes", &[]).unwrap();
    store.put(SAMPLE, "AWSLogs/new", "new", &[]).unwrap();
    store.delete(SAMPLE, &keys[1]).unwrap();
    let path = |key: &str| folder.path().join(SAMPLE).join(key);
    let (old, lost) = (fs::read(path(&keys[0])).unwrap(), path(&keys[2]));
    fs::remove_file(&lost).unwrap();
    let third = whole(&server, SAMPLE, folder.path());
    assert_eq!(gets(&server), 3);
    let Fetches {
        fetched,
        superseded,
        unread,
        gone,
    } = third.fetches;
    assert_eq!((fetched.objects, superseded.objects), (3, 1));
    let vanished = Vanished {
        objects: 1,
        of_trails: 1,
    };
    assert_eq!((unread.objects, gone, third.vanished), (0, 0, vanished));
    assert_eq!(fs::read(path(&keys[0])).unwrap(), b"other bytes");
    assert!(path(&keys[1]).is_file() && lost.is_file());
    let kept = fs::read_to_string(folder.path().join("_superseded.jsonl")).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept["key"], keys[0]);
    assert_eq!(
        fs::read(folder.path().join(kept["path"].as_str().unwrap())).unwrap(),
        old
    );
}

#[test]
fn what_cannot_be_read_is_unchecked_and_tried_again() {
    let scene = Scene::new().bucket("logs");
    for key in ["a", "denied/x", "frozen/x", "z"] {
        scene.store().put("logs", key, key, &[]).unwrap();
    }
    let faults = Faults {
        deny: vec!["denied/".into()],
        archive: vec!["frozen/".into()],
        ..Faults::default()
    };
    let server = serve(scene, faults);
    let folder = TempDir::new().unwrap();
    let ran = whole(&server, "logs", folder.path());
    assert_eq!(
        (ran.fetches.fetched.objects, ran.fetches.unread.objects),
        (2, 2)
    );
    let kind = |key: &str| {
        let directory = Directory::open(folder.path(), None).unwrap();
        let object = ObjectRef::new("logs".parse().unwrap(), key);
        directory.read(&object, 100).map_err(|error| error.kind)
    };
    assert_eq!(kind("denied/x"), Err(ReadErrorKind::Denied));
    assert_eq!(kind("frozen/x"), Err(ReadErrorKind::Archived));
    assert_eq!(kind("gone"), Err(ReadErrorKind::Absent));

    server.set_faults(Faults::default());
    server.forget_requests();
    let again = whole(&server, "logs", folder.path());
    assert_eq!((again.kept, again.fetches.fetched.objects), (2, 2));
    assert!(kind("denied/x").is_ok() && kind("frozen/x").is_ok());
}

#[test]
fn a_listing_that_is_denied_ends_it_before_anything_is_changed() {
    let faults = Faults {
        deny_list: vec![String::new()],
        ..Faults::default()
    };
    let server = serve(Scene::mirror(sample()).unwrap(), faults);
    let folder = TempDir::new().unwrap();
    let error = mirror_of(&server, SAMPLE, "", &Scope::default(), folder.path()).unwrap_err();
    assert!(matches!(error, CopyError::Unlisted { .. }), "{error}");
    assert!(error.to_string().contains("s3:ListBucket"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn bodies_that_break_off_are_fetched_again() {
    let faults = Faults {
        cut: Often::First(2),
        reset: Often::Percent(10),
        ..Faults::default()
    };
    let scene = Scene::new().bucket("logs");
    for number in 0..40 {
        let bytes = vec![b'x'; 1000 * number];
        scene
            .store()
            .put("logs", &format!("{number}"), bytes, &[])
            .unwrap();
    }
    let server = serve(scene, faults);
    let folder = TempDir::new().unwrap();
    let ran = whole(&server, "logs", folder.path());
    assert_eq!(
        (ran.fetches.fetched.objects, ran.fetches.unread.objects),
        (40, 0)
    );
    assert_eq!(
        fs::read(folder.path().join("logs/39")).unwrap().len(),
        39_000
    );
}

#[test]
fn hostile_keys_stay_inside_and_are_read_back() {
    let keys = [
        "", "../up", "a", "a/b", "A/b", "a//b", "a/", "CON", "x\\y", "é", "n\nl", "t.", "/abs",
    ];
    let scene = Scene::new().bucket("logs").page_size(3);
    for key in &keys[1..] {
        let object = Object::new(key.as_bytes().to_vec()).metadata([("m", "v")]);
        scene.store().insert("logs", key, object).unwrap();
    }
    let server = serve(scene, Faults::default());
    let outer = TempDir::new().unwrap();
    let root = outer.path().join("mirror");
    whole(&server, "logs", &root);
    assert_eq!(fs::read_dir(outer.path()).unwrap().count(), 1);
    let directory = Directory::open(&root, None).unwrap();
    let mut expected = keys[1..].to_vec();
    expected.sort_unstable();
    assert_eq!(keys_of(&root, "logs"), expected);
    for key in &keys[1..] {
        let object = ObjectRef::new("logs".parse().unwrap(), *key);
        assert_eq!(directory.read(&object, 100).unwrap().bytes, key.as_bytes());
    }
}

fn scoped(scope: &Scope) -> Vec<String> {
    let server = serve(Scene::mirror(sample()).unwrap(), Faults::default());
    let folder = TempDir::new().unwrap();
    mirror_of(&server, SAMPLE, "", scope, folder.path()).unwrap();
    keys_of(folder.path(), SAMPLE)
}

#[test]
fn filters_copy_the_folders_concerned() {
    let all = scoped(&Scope::default());
    let those = |part: &str| -> Vec<String> {
        let picked = all.iter().filter(|key| key.contains(part));
        picked.cloned().collect()
    };
    let digests = scoped(&Scope {
        families: Families::Digests,
        ..Scope::default()
    });
    assert_eq!(digests, those("/CloudTrail-Digest/"));
    let region = scoped(&Scope {
        regions: vec!["eu-west-1".parse().unwrap()],
        ..Scope::default()
    });
    assert_eq!(region, those("/eu-west-1/"));
    let account = scoped(&Scope {
        accounts: vec!["111122223333".parse().unwrap()],
        organization: Some("o-exampleorgid".parse().unwrap()),
        ..Scope::default()
    });
    assert_eq!(account, those("/111122223333/"));
    assert!(account.len() < all.len());
    let days = scoped(&Scope {
        from: Some(at("2026-03-08T00:00:00Z")),
        to: Some(at("2026-03-09T12:00:00Z")),
        ..Scope::default()
    });
    assert_eq!(days, those("/2026/03/10/"));
    assert!(!days.is_empty() && days.len() < all.len());
}

#[test]
fn an_interrupted_copy_goes_on() {
    let faults = Faults {
        latency: Duration::from_millis(20),
        ..Faults::default()
    };
    let server = serve(Scene::mirror(sample()).unwrap(), faults);
    let folder = TempDir::new().unwrap();
    let connection = connect(&server.endpoint());
    let bucket = Bucket::find(&connection, &SAMPLE.parse().unwrap()).unwrap();
    {
        let mirror = Mirror::open(folder.path()).unwrap();
        let copying = Copying::default();
        let copy = Copy::plan(&bucket, "", &Scope::default(), &mirror, &copying).unwrap();
        let ended = std::thread::scope(|scope| {
            scope.spawn(|| {
                while copying.seen().done.objects < 20 {
                    std::thread::yield_now();
                }
                copying.stop();
            });
            copy.fetch(4, &copying)
        });
        assert!(matches!(ended, Err(CopyError::Interrupted)));
    }
    assert!(Directory::open(folder.path(), None).is_err());
    server.set_faults(Faults::default());
    let ran = whole(&server, SAMPLE, folder.path());
    assert!(ran.kept >= 20, "{ran:?}");

    let once = TempDir::new().unwrap();
    whole(&server, SAMPLE, once.path());
    let manifest = |root: &Path| fs::read(root.join("manifest.jsonl")).unwrap();
    assert_eq!(manifest(folder.path()), manifest(once.path()));
}

/// Whoever deletes all logs of a Region, or of a year, deletes the folder too.
#[test]
fn a_folder_that_is_gone_is_absent_whatever_the_filters() {
    let all = scoped(&Scope::default());
    let logs = |key: &&String| key.contains("/111122223333/CloudTrail/eu-west-1/");
    let gone = all.iter().find(logs).unwrap().clone();
    for scope in [
        Scope::default(),
        Scope {
            accounts: vec!["111122223333".parse().unwrap()],
            ..Scope::default()
        },
        Scope {
            regions: vec!["eu-west-1".parse().unwrap()],
            ..Scope::default()
        },
        Scope {
            from: Some(at("2026-03-10T00:00:00Z")),
            ..Scope::default()
        },
    ] {
        for deleted in [
            "/111122223333/CloudTrail/eu-west-1/",
            "/111122223333/CloudTrail/",
        ] {
            let server = serve(Scene::mirror(sample()).unwrap(), Faults::default());
            let folder = TempDir::new().unwrap();
            // Once before, so that what is gone has vanished.
            mirror_of(&server, SAMPLE, "", &scope, folder.path()).unwrap();
            let matching = all.iter().filter(|key| key.contains(deleted));
            for key in matching.clone() {
                server.store().delete(SAMPLE, key).unwrap();
            }
            let again = mirror_of(&server, SAMPLE, "", &scope, folder.path()).unwrap();
            assert!(again.vanished.objects > 0, "{scope:?}, {deleted}");
            assert_eq!(again.vanished.of_trails, again.vanished.objects);

            let folder = TempDir::new().unwrap();
            mirror_of(&server, SAMPLE, "", &scope, folder.path()).unwrap();
            let directory = Directory::open(folder.path(), None).unwrap();
            let object = ObjectRef::new(SAMPLE.parse().unwrap(), gone.clone());
            let error = directory.read(&object, 1 << 20).unwrap_err();
            assert_eq!(error.kind, ReadErrorKind::Absent, "{scope:?}, {deleted}");
            assert!(directory.extent().holds(&object));
        }
    }
}

/// An object of some account, delivered at some minute of an hour.
fn key_of(family: &str, minute: u8) -> String {
    let place = "eu-west-1/2026/03/05";
    let stamp = format!("20260305T08{minute:02}");
    let file = match family {
        "CloudTrail-Digest" => {
            format!("111122223333_{family}_eu-west-1_main_eu-west-1_{stamp}13Z")
        }
        family => format!("111122223333_{family}_eu-west-1_{stamp}Z_AbCdEfGhIjKlMnOp"),
    };
    format!("AWSLogs/111122223333/{family}/{place}/{file}.json.gz")
}

fn is_listing(request: &str) -> bool {
    request.contains("list-type=2")
}

/// A log and its digest are delivered while the bucket is listed.
#[test]
fn no_digest_is_copied_without_its_logs() {
    let scene = Scene::new().bucket("logs");
    for family in ["CloudTrail-Digest", "CloudTrail"] {
        scene
            .store()
            .put("logs", &key_of(family, 10), "x", &[])
            .unwrap();
    }
    let server = Arc::new(serve(scene, Faults::default()));
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let (behind, noted) = (Arc::clone(&server), Arc::clone(&asked));
    let relay = Relay::start(server.address(), move |request, pass| {
        let whole = is_listing(request) && !request.contains("delimiter");
        if !whole {
            return Some(pass());
        }
        let of_digests = request.contains("CloudTrail-Digest");
        let which = if of_digests { "digests" } else { "logs" };
        noted.lock().unwrap().push(format!("{which} asked"));
        let answer = pass();
        if of_digests {
            for family in ["CloudTrail", "CloudTrail-Insight", "CloudTrail-Digest"] {
                let key = key_of(family, 20);
                behind.store().put("logs", &key, "x", &[]).unwrap();
            }
        }
        noted.lock().unwrap().push(format!("{which} answered"));
        Some(answer)
    });
    let folder = TempDir::new().unwrap();
    let scope = Scope {
        accounts: vec!["111122223333".parse().unwrap()],
        ..Scope::default()
    };
    mirror_from(&relay.endpoint(), "logs", "", &scope, folder.path()).unwrap();
    let asked = asked.lock().unwrap();
    let last = asked.iter().rposition(|what| what == "digests answered");
    let first = asked.iter().position(|what| what == "logs asked");
    assert!(last.unwrap() < first.unwrap(), "{asked:?}");
    let mut expected = [
        key_of("CloudTrail-Digest", 10),
        key_of("CloudTrail", 10),
        key_of("CloudTrail", 20),
        key_of("CloudTrail-Insight", 20),
    ];
    expected.sort();
    assert_eq!(keys_of(folder.path(), "logs"), expected);
}

/// In one listing of everything, folders come in the order of their names, and
/// one family of logs before the digests.
#[test]
fn logs_that_are_listed_before_their_digests_are_listed_again() {
    let scene = Scene::new().bucket("logs").page_size(1);
    for family in ["CloudTrail-Aggregated", "CloudTrail-Digest"] {
        scene
            .store()
            .put("logs", &key_of(family, 10), "x", &[])
            .unwrap();
    }
    let server = Arc::new(serve(scene, Faults::default()));
    let behind = Arc::clone(&server);
    let relay = Relay::start(server.address(), move |request, pass| {
        let answer = pass();
        if is_listing(request) && !request.contains("continuation-token") {
            // Before the log on the first page, so that no later page has it.
            for (family, minute) in [("CloudTrail-Aggregated", 5), ("CloudTrail-Digest", 20)] {
                let key = key_of(family, minute);
                behind.store().put("logs", &key, "x", &[]).unwrap();
            }
        }
        Some(answer)
    });
    let folder = TempDir::new().unwrap();
    let scope = Scope::default();
    mirror_from(&relay.endpoint(), "logs", "", &scope, folder.path()).unwrap();
    let keys = keys_of(folder.path(), "logs");
    assert!(keys.contains(&key_of("CloudTrail-Digest", 20)), "{keys:?}");
    assert!(
        keys.contains(&key_of("CloudTrail-Aggregated", 5)),
        "{keys:?}"
    );
}

/// More objects than failures in a row are taken for a network that is gone.
fn many() -> Scene {
    let scene = Scene::new().bucket("logs");
    for number in 0..150 {
        let key = format!("{number:03}");
        scene.store().put("logs", &key, "x", &[]).unwrap();
    }
    scene
}

#[test]
fn objects_that_are_refused_one_after_the_other_are_unread() {
    let server = serve(many(), Faults::default());
    for code in ["InvalidRequest", "KMS.DisabledException"] {
        let relay = Relay::start(server.address(), move |request, pass| {
            match request.starts_with("GET /logs/") && !is_listing(request) {
                true => Some(refusal(400, code)),
                false => Some(pass()),
            }
        });
        let folder = TempDir::new().unwrap();
        let scope = Scope::default();
        let ran = mirror_from(&relay.endpoint(), "logs", "", &scope, folder.path()).unwrap();
        assert_eq!(ran.fetches.unread.objects, 150, "{code}");
    }
}

#[test]
fn without_a_network_the_copy_ends() {
    let server = serve(many(), Faults::default());
    let asked = Mutex::new(0);
    let relay = Relay::start(server.address(), move |request, pass| {
        let mut asked = asked.lock().unwrap();
        let fetching = request.starts_with("GET /logs/") && !is_listing(request);
        *asked += u32::from(fetching);
        let is_up = *asked == 0;
        drop(asked);
        is_up.then(pass)
    });
    let folder = TempDir::new().unwrap();
    let scope = Scope::default();
    let error = mirror_from(&relay.endpoint(), "logs", "", &scope, folder.path()).unwrap_err();
    assert!(matches!(error, CopyError::NoNetwork { .. }), "{error}");
    assert!(Directory::open(folder.path(), None).is_err());
}

#[test]
fn what_is_deleted_before_it_was_ever_read_is_absent() {
    let scene = Scene::new().bucket("logs");
    for key in ["a", "denied/x"] {
        scene.store().put("logs", key, key, &[]).unwrap();
    }
    let faults = Faults {
        deny: vec!["denied/".into()],
        ..Faults::default()
    };
    let server = serve(scene, faults);
    let folder = TempDir::new().unwrap();
    whole(&server, "logs", folder.path());
    server.store().delete("logs", "denied/x").unwrap();
    let again = whole(&server, "logs", folder.path());
    let vanished = Vanished {
        objects: 1,
        of_trails: 0,
    };
    assert_eq!(again.vanished, vanished);
    let directory = Directory::open(folder.path(), None).unwrap();
    let object = ObjectRef::new("logs".parse().unwrap(), "denied/x");
    let error = directory.read(&object, 100).unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::Absent);
    assert_eq!(keys_of(folder.path(), "logs"), ["a"]);
    let third = whole(&server, "logs", folder.path());
    assert_eq!(third.vanished, Vanished::default());
}

/// Room was made for what was listed; whoever can write to the bucket could
/// otherwise fill the disk.
#[test]
fn an_object_that_has_grown_out_of_proportion_since_the_listing_is_not_copied() {
    let scene = Scene::new().bucket("logs");
    let store = scene.store();
    for key in ["AWSLogs/grown", "AWSLogs/huge"] {
        store
            .insert("logs", key, Object::new(b"x".to_vec()))
            .unwrap();
    }
    let server = serve(scene, Faults::default());
    let connection = connect(&server.endpoint());
    let bucket = Bucket::find(&connection, &"logs".parse().unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mirror = Mirror::open(folder.path()).unwrap();
    let copying = Copying::default();
    let copy = Copy::plan(&bucket, "", &Scope::default(), &mirror, &copying).unwrap();

    let grown = |size: usize| Object::new(vec![0; size]);
    let store = server.store();
    store
        .insert("logs", "AWSLogs/grown", grown(1 << 20))
        .unwrap();
    store
        .insert("logs", "AWSLogs/huge", grown((64 << 20) + 2))
        .unwrap();
    let fetches = copy.fetch(2, &copying).unwrap();
    assert_eq!((fetches.fetched.objects, fetches.unread.objects), (1, 1));
    assert_eq!(fetches.fetched.bytes, 1 << 20);
}
