//! What the writer leaves on the disk, and what the reader makes of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::id::BucketName;
use crate::source::{Directory, OpenError, ReadError, Source};

fn bucket() -> BucketName {
    "logs".parse().unwrap()
}

fn object(key: &str) -> ObjectRef {
    ObjectRef::new(bucket(), key)
}

fn about_of(bytes: &[u8]) -> About {
    About {
        etag: Some(Sha256Hex::of(bytes)),
        metadata: [("signature".to_owned(), format!("of {}", bytes.len()))].into(),
        ..About::default()
    }
}

struct Sha256Hex;

impl Sha256Hex {
    fn of(bytes: &[u8]) -> String {
        crate::hash::Sha256::of(bytes).to_string()
    }
}

fn put(mirror: &Mirror, key: &str, bytes: &[u8]) -> Stored {
    put_with(mirror, key, bytes, about_of(bytes))
}

fn put_with(mirror: &Mirror, key: &str, bytes: &[u8], about: About) -> Stored {
    let mut part = mirror.part().unwrap();
    part.write(bytes).unwrap();
    mirror.store(part, &object(key), about).unwrap()
}

fn shown<'a>(bytes: &[u8], etag: &'a str) -> Shown<'a> {
    Shown {
        size: bytes.len() as u64,
        etag: Some(etag),
        last_modified: None,
    }
}

fn whole() -> [(BucketName, String); 1] {
    [(bucket(), String::new())]
}

fn finish(mirror: &Mirror) -> Finished {
    let parts = whole();
    let listed = "2026-03-10".parse().unwrap();
    let copied = Copied {
        parts: &parts,
        listed,
    };
    mirror.finish(Some(copied)).unwrap()
}

fn read(root: &Path, key: &str) -> Result<crate::source::Object, ReadError> {
    Directory::open(root, None)
        .unwrap()
        .read(&object(key), 1 << 20)
}

/// Every file below the root with its bytes.
fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

const KEYS: [&str; 7] = ["a", "a/b", "A/x", "a/y", "../up", "n/CON", "z.json.gz"];

/// Stores those of the keys that the mirror does not hold, at most so many.
fn go_on(mirror: &Mirror, most: usize) {
    let mut objects: Vec<_> = KEYS.iter().map(|key| object(key)).collect();
    objects.sort();
    let missing = |object: &ObjectRef| {
        let bytes = object.key.as_bytes();
        let etag = Sha256Hex::of(bytes);
        !mirror.holds(object, shown(bytes, &etag)).unwrap()
    };
    let todo: Vec<_> = objects.into_iter().filter(missing).collect();
    mirror.expect(todo.iter());
    for object in todo.iter().rev().take(most) {
        put(mirror, &object.key, object.key.as_bytes());
    }
}

#[test]
fn the_reader_gives_back_what_was_stored() {
    let folder = TempDir::new().unwrap();
    let mirror = Mirror::open(folder.path()).unwrap();
    go_on(&mirror, usize::MAX);
    assert_eq!(finish(&mirror).objects, KEYS.len() as u64);

    let directory = Directory::open(folder.path(), None).unwrap();
    assert_eq!(directory.buckets(), [bucket()]);
    for key in KEYS {
        let read = directory.read(&object(key), 1 << 20).unwrap();
        assert_eq!(read.bytes, key.as_bytes());
        assert_eq!(read.metadata["signature"], format!("of {}", key.len()));
    }
    let mut keys = KEYS.map(str::to_owned);
    keys.sort();
    assert_eq!(directory.objects(&bucket(), "").unwrap(), keys);
    assert!(!folder.path().join(".trailseal").exists());
}

#[test]
fn wherever_it_was_ended_the_end_is_the_same() {
    let once = TempDir::new().unwrap();
    let mirror = Mirror::open(once.path()).unwrap();
    go_on(&mirror, usize::MAX);
    finish(&mirror);
    let expected = tree(once.path());

    for ended_after in 1..=KEYS.len() {
        let folder = TempDir::new().unwrap();
        let mirror = Mirror::open(folder.path()).unwrap();
        go_on(&mirror, ended_after);
        // As of a process that is gone: parts stay, the journal has a torn line.
        let mut part = mirror.part().unwrap();
        part.write(b"half").unwrap();
        std::mem::forget(part);
        drop(mirror);
        let journal = folder.path().join(".trailseal/journal.jsonl");
        let mut torn = fs::read(&journal).unwrap();
        torn.extend_from_slice(br#"{"bucket":"logs","key":"z.js"#);
        fs::write(&journal, torn).unwrap();
        let refused = Directory::open(folder.path(), None).unwrap_err();
        assert!(matches!(refused, OpenError::Unfinished(_)), "{refused}");
        assert!(refused.to_string().contains("run trailseal mirror again"));

        let mirror = Mirror::open(folder.path()).unwrap();
        go_on(&mirror, usize::MAX);
        finish(&mirror);
        assert_eq!(tree(folder.path()), expected, "ended after {ended_after}");
    }
}

#[test]
fn what_is_replaced_is_kept_once() {
    let folder = TempDir::new().unwrap();
    let mirror = Mirror::open(folder.path()).unwrap();
    assert_eq!(put(&mirror, "k", b"old"), Stored::New);
    finish(&mirror);
    let mirror = Mirror::open(folder.path()).unwrap();
    assert_eq!(put(&mirror, "k", b"newer"), Stored::Replaced { size: 3 });
    assert_eq!(put(&mirror, "k", b"newer"), Stored::Same);
    finish(&mirror);

    let name = format!("_superseded/logs/k@{}", Sha256Hex::of(b"old"));
    let files = tree(folder.path());
    assert_eq!(files[&name], b"old");
    let list = String::from_utf8(files["_superseded.jsonl"].clone()).unwrap();
    let line: Record = serde_json::from_str(list.trim_end()).unwrap();
    assert_eq!(line.metadata["signature"], "of 3");
    assert_eq!(line.path.as_deref(), Some(name.as_str()));
    assert_eq!(read(folder.path(), "k").unwrap().bytes, b"newer");
    let directory = Directory::open(folder.path(), None).unwrap();
    assert_eq!(directory.buckets(), [bucket()]);

    let mirror = Mirror::open(folder.path()).unwrap();
    finish(&mirror);
    assert_eq!(tree(folder.path()), files, "nothing changed");
}

#[test]
fn other_metadata_over_the_same_bytes_is_a_change() {
    let folder = TempDir::new().unwrap();
    let mirror = Mirror::open(folder.path()).unwrap();
    put(&mirror, "k", b"same");
    finish(&mirror);
    let mirror = Mirror::open(folder.path()).unwrap();
    let about = About::default();
    assert_eq!(
        put_with(&mirror, "k", b"same", about),
        Stored::Replaced { size: 4 }
    );
    finish(&mirror);
    let list = fs::read_to_string(folder.path().join("_superseded.jsonl")).unwrap();
    assert!(list.contains("of 4"), "{list}");
    assert!(read(folder.path(), "k").unwrap().metadata.is_empty());
}

/// The file was moved aside or already replaced, and then the process ended.
#[test]
fn a_replacement_that_was_cut_short_is_completed() {
    let prepared = || {
        let folder = TempDir::new().unwrap();
        let mirror = Mirror::open(folder.path()).unwrap();
        put(&mirror, "k", b"old");
        finish(&mirror);
        folder
    };
    let once = prepared();
    let mirror = Mirror::open(once.path()).unwrap();
    put(&mirror, "k", b"newer");
    finish(&mirror);
    let expected = tree(once.path());

    for step in 0..3 {
        let folder = prepared();
        let root = folder.path();
        let mirror = Mirror::open(root).unwrap();
        put(&mirror, "k", b"newer");
        drop(mirror);
        fs::write(root.join(".trailseal/journal.jsonl"), "").unwrap();
        let kept = format!("_superseded/logs/k@{}", Sha256Hex::of(b"old"));
        match step {
            0 => {}
            1 => fs::remove_file(root.join("logs/k")).unwrap(),
            _ => fs::rename(root.join(kept), root.join("logs/k")).unwrap(),
        }
        let mirror = Mirror::open(root).unwrap();
        put(&mirror, "k", b"newer");
        finish(&mirror);
        assert_eq!(tree(root), expected, "step {step}");
    }
}

#[test]
fn what_cannot_be_read_is_unread_until_it_can() {
    let folder = TempDir::new().unwrap();
    let mirror = Mirror::open(folder.path()).unwrap();
    let why = ReadErrorKind::Archived;
    mirror.unread(&object("k"), shown(b"k", "e"), why).unwrap();
    put(&mirror, "had", b"had");
    let later = shown(b"newer", "e");
    mirror
        .unread(&object("had"), later, ReadErrorKind::Denied)
        .unwrap();
    finish(&mirror);
    assert_eq!(read(folder.path(), "k").unwrap_err().kind, why);
    assert_eq!(read(folder.path(), "had").unwrap().bytes, b"had");

    let mirror = Mirror::open(folder.path()).unwrap();
    let etag = Sha256Hex::of(b"k");
    assert!(!mirror.holds(&object("k"), shown(b"k", &etag)).unwrap());
    put(&mirror, "k", b"k");
    assert!(mirror.holds(&object("k"), shown(b"k", &etag)).unwrap());
    finish(&mirror);
    assert_eq!(read(folder.path(), "k").unwrap().bytes, b"k");
}

#[test]
fn one_writer_at_a_time_and_no_trace_of_one_that_did_nothing() {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("new");
    let first = Mirror::open(&root).unwrap();
    assert!(matches!(Mirror::open(&root), Err(MirrorError::InUse(_))));
    drop(first);
    assert_eq!(fs::read_dir(&root).unwrap().count(), 0);
    Mirror::open(&root).unwrap();
}

#[test]
fn a_folder_that_holds_something_else_is_left_alone() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("thesis.txt"), "").unwrap();
    let refused = Mirror::open(folder.path()).unwrap_err();
    assert!(refused.to_string().contains("no mirror"), "{refused}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_damaged_manifest_is_not_overwritten() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("manifest.jsonl");
    fs::write(&path, "{\"bucket\":\"logs\",\"key\":\"k\"}\nnonsense\n").unwrap();
    let refused = Mirror::open(folder.path()).unwrap_err().to_string();
    assert!(refused.contains("line 2"), "{refused}");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    use std::os::unix::fs::symlink;

    let outside = TempDir::new().unwrap();
    for planted in ["logs", "logs/a", ".trailseal", "_objects"] {
        let folder = TempDir::new().unwrap();
        let root = folder.path();
        fs::write(root.join("manifest.jsonl"), "").unwrap();
        fs::create_dir_all(root.join(planted).parent().unwrap()).unwrap();
        symlink(outside.path(), root.join(planted)).unwrap();
        let stored = Mirror::open(root).and_then(|mirror| {
            for key in ["a/b", "../c"] {
                let mut part = mirror.part()?;
                part.write(b"x")?;
                mirror.store(part, &object(key), About::default())?;
            }
            Ok(())
        });
        assert!(
            matches!(stored, Err(MirrorError::InTheWay { .. })),
            "{planted}: {stored:?}"
        );
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_path_of_the_manifest_leads_nowhere_else() {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("mirror");
    fs::create_dir(&root).unwrap();
    let line = "{\"bucket\":\"logs\",\"key\":\"k\",\"path\":\"../victim\"}\n";
    fs::write(root.join("manifest.jsonl"), line).unwrap();
    let mirror = Mirror::open(&root).unwrap();
    put(&mirror, "k", b"x");
    finish(&mirror);
    assert!(!folder.path().join("victim").exists());
    assert_eq!(read(&root, "k").unwrap().bytes, b"x");
}

#[test]
fn what_was_not_copied_is_not_absent() {
    let folder = TempDir::new().unwrap();
    let log = |account: &str, day: &str| {
        format!("AWSLogs/{account}/CloudTrail/eu-west-1/2026/03/{day}/x.json.gz")
    };
    let run = |account: &str, listed: &str| {
        let mirror = Mirror::open(folder.path()).unwrap();
        let parts = [(bucket(), format!("AWSLogs/{account}/"))];
        let listed = listed.parse().unwrap();
        let copied = Copied {
            parts: &parts,
            listed,
        };
        mirror.finish(Some(copied)).unwrap();
    };
    let kind = |account: &str, day: &str| {
        let directory = Directory::open(folder.path(), Some(&bucket()));
        // Nothing is there yet, so the bucket is not known by name.
        let directory = directory.or_else(|_| Directory::open(folder.path(), None));
        let object = object(&log(account, day));
        let directory = directory.unwrap();
        let kind = directory.read(&object, 1).unwrap_err().kind;
        (kind, directory.extent().holds(&object))
    };
    let mirror = Mirror::open(folder.path()).unwrap();
    put(&mirror, "AWSLogs/readme", b"x");
    finish_nothing(&mirror);
    assert_eq!(
        kind("111122223333", "01"),
        (ReadErrorKind::Elsewhere, false)
    );
    run("111122223333", "2026-03-05");
    assert_eq!(kind("111122223333", "05"), (ReadErrorKind::Absent, true));
    assert_eq!(
        kind("444455556666", "01"),
        (ReadErrorKind::Elsewhere, false)
    );
    // What came after the older listing may be lacking.
    run("444455556666", "2026-03-09");
    assert_eq!(kind("444455556666", "09"), (ReadErrorKind::Absent, true));
    assert_eq!(kind("111122223333", "03"), (ReadErrorKind::Absent, true));
    assert_eq!(
        kind("111122223333", "04"),
        (ReadErrorKind::Elsewhere, false)
    );
    // A listing of everything says all there is to say.
    let mirror = Mirror::open(folder.path()).unwrap();
    finish(&mirror);
    assert_eq!(kind("111122223333", "04"), (ReadErrorKind::Absent, true));
    let extent = fs::read_to_string(folder.path().join("extent.jsonl")).unwrap();
    assert_eq!(extent.lines().count(), 1, "{extent}");
}

fn finish_nothing(mirror: &Mirror) {
    let copied = Copied {
        parts: &[],
        listed: "2026-03-01".parse().unwrap(),
    };
    mirror.finish(Some(copied)).unwrap();
}
