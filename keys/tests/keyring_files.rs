//! Keyrings from files and directories.
#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test writes the files it reads, and fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use trailseal_keys::{FileProblem, FingerprintPolicy, Keyring, KeyringError, Limits, Region};

mod published;

use published::{KEYS, list_public_keys};

fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = TempDir::new().unwrap();
    for (name, content) in files {
        fs::write(directory.path().join(name), content).unwrap();
    }
    directory
}

fn load(paths: &[&Path]) -> Result<Keyring, KeyringError> {
    let paths: Vec<PathBuf> = paths.iter().map(|path| path.to_path_buf()).collect();
    Keyring::load(&paths, FingerprintPolicy::Refuse)
}

fn count(keyring: &Keyring, region: &str, fingerprint: &str) -> usize {
    let region: Region = region.parse().unwrap();
    keyring.candidates(&region, fingerprint).count()
}

#[test]
fn a_directory_gives_each_file_its_region() {
    let dir = directory(&[
        ("us-east-1.json", &list_public_keys(&[&KEYS[1], &KEYS[2]])),
        ("eu-west-1.json", &list_public_keys(&[&KEYS[0]])),
        ("README.txt", "not keys"),
        ("us-east-1.json.bak", "not keys"),
    ]);
    let keyring = load(&[dir.path()]).unwrap();
    assert_eq!(keyring.keys().len(), 3);
    assert_eq!(count(&keyring, "eu-west-1", KEYS[0].fingerprint), 1);
    assert_eq!(count(&keyring, "us-east-1", KEYS[0].fingerprint), 0);
    assert_eq!(count(&keyring, "us-east-1", KEYS[2].fingerprint), 1);

    let regions: Vec<_> = keyring
        .sources()
        .iter()
        .map(|source| source.regions.clone())
        .collect();
    assert_eq!(
        regions,
        [
            ["eu-west-1".parse().unwrap()],
            ["us-east-1".parse().unwrap()]
        ]
    );
}

#[test]
fn a_file_given_by_its_own_path_serves_every_region_whatever_its_name() {
    let dir = directory(&[("eu-west-1.json", &list_public_keys(&[&KEYS[0]]))]);
    let keyring = load(&[&dir.path().join("eu-west-1.json")]).unwrap();
    assert_eq!(count(&keyring, "us-east-1", KEYS[0].fingerprint), 1);
    assert!(
        keyring.sources()[0]
            .to_string()
            .contains("serves every Region")
    );
}

#[test]
fn several_paths_are_joined_and_each_is_a_source() {
    let first = directory(&[("eu-west-1.json", &list_public_keys(&[&KEYS[0], &KEYS[1]]))]);
    let second = directory(&[("more.json", &list_public_keys(&[&KEYS[0], &KEYS[3]]))]);
    let file = second.path().join("more.json");
    let keyring = load(&[first.path(), &file, &file]).unwrap();
    // Two of eu-west-1, two of every Region; the file given twice adds nothing.
    assert_eq!(keyring.keys().len(), 4);
    assert_eq!(keyring.sources().len(), 3);
    assert_eq!(count(&keyring, "eu-west-1", KEYS[0].fingerprint), 2);
}

#[test]
fn a_file_in_a_directory_must_be_named_for_a_region() {
    let dir = directory(&[("keyring.json", &list_public_keys(&[&KEYS[0]]))]);
    let refused = load(&[dir.path()]).unwrap_err();
    assert!(
        matches!(refused, KeyringError::FileName { .. }),
        "{refused}"
    );
    let message = refused.to_string();
    assert!(
        message.contains("keyring.json: ") && message.contains("eu-west-1.json"),
        "{message}"
    );
}

#[test]
fn no_key_at_all_is_an_error() {
    let empty = directory(&[]);
    let keyless = directory(&[("eu-west-1.json", r#"{"PublicKeyList":[]}"#)]);
    for paths in [vec![], vec![empty.path()], vec![keyless.path()]] {
        let refused = load(&paths).unwrap_err();
        assert!(matches!(refused, KeyringError::NoKeys { .. }), "{refused}");
        assert!(
            refused.to_string().contains("nothing could be checked"),
            "{refused}"
        );
    }
}

#[test]
fn one_region_without_keys_among_others_is_a_warning() {
    let dir = directory(&[
        ("eu-west-1.json", r#"{"PublicKeyList":[]}"#),
        ("us-east-1.json", &list_public_keys(&[&KEYS[0]])),
    ]);
    let keyring = load(&[dir.path()]).unwrap();
    let [warning] = keyring.warnings() else {
        panic!("expected one warning, found {:?}", keyring.warnings());
    };
    assert!(
        warning.to_string().contains("eu-west-1.json: lists no key"),
        "{warning}"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let dir = directory(&[]);
    let refused = load(&[&dir.path().join("absent.json")]).unwrap_err();
    assert!(
        matches!(refused, KeyringError::Unreadable { .. }),
        "{refused}"
    );
    assert!(
        refused
            .to_string()
            .contains("absent.json: cannot read keys: "),
        "{refused}"
    );

    fs::create_dir(dir.path().join("eu-west-1.json")).unwrap();
    let refused = load(&[dir.path()]).unwrap_err();
    assert!(
        matches!(refused, KeyringError::Unreadable { .. }),
        "{refused}"
    );
}

#[test]
fn a_file_over_the_limit_is_refused() {
    let dir = directory(&[]);
    let path = dir.path().join("keys.json");
    let file = fs::File::create(&path).unwrap();
    file.set_len(u64::try_from(Limits::FILE_BYTES).unwrap() + 1)
        .unwrap();
    match load(&[&path]).unwrap_err() {
        KeyringError::File { problem, .. } => assert_eq!(problem, FileProblem::TooLarge),
        other => panic!("expected TooLarge, found {other}"),
    }
}

#[test]
fn what_is_written_loads_again() {
    let dir = directory(&[("eu-west-1.json", &list_public_keys(&KEYS.each_ref()))]);
    let written = load(&[dir.path()]).unwrap().to_json().unwrap();
    let path = dir.path().join("ring");
    fs::write(&path, &written).unwrap();
    let read = load(&[&path]).unwrap();
    assert_eq!(read.to_json().unwrap(), written);
    assert_eq!(count(&read, "eu-west-1", KEYS[2].fingerprint), 1);
    assert_eq!(count(&read, "us-east-1", KEYS[2].fingerprint), 0);
}
