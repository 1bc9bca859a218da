//! The committed files are what the source makes, byte for byte.

// A test ends by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    fn visit(folder: &Path, root: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, root, found);
            } else {
                found.insert(
                    path.strip_prefix(root).unwrap().to_owned(),
                    std::fs::read(&path).unwrap(),
                );
            }
        }
    }
    let mut found = BTreeMap::new();
    visit(root, root, &mut found);
    found
}

#[test]
fn generating_again_changes_nothing() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fresh = tempfile::tempdir().unwrap();
    std::fs::copy(home.join("README.md"), fresh.path().join("README.md")).unwrap();
    trailseal_test_vectors::write_everything(fresh.path()).unwrap();

    let made = files(fresh.path());
    let mut committed = BTreeMap::new();
    for folder in std::fs::read_dir(fresh.path()).unwrap() {
        let name = folder.unwrap().file_name();
        let path = home.join(&name);
        if path.is_dir() {
            committed.extend(
                files(&path)
                    .into_iter()
                    .map(|(file, bytes)| (Path::new(&name).join(file), bytes)),
            );
        } else {
            committed.insert(PathBuf::from(name), std::fs::read(path).unwrap());
        }
    }
    let differing: Vec<&PathBuf> = made
        .iter()
        .filter(|(path, bytes)| committed.get(*path) != Some(bytes))
        .map(|(path, _)| path)
        .chain(committed.keys().filter(|path| !made.contains_key(*path)))
        .collect();
    assert!(
        differing.is_empty(),
        "run `cargo run -p trailseal-test-vectors --bin generate`: {differing:?}"
    );
}
