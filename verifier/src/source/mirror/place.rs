//! Where an object lies in the mirror: at `<bucket>/<key>` where that is a path
//! on every file system, else at `_objects/<SHA-256 of bucket/key>`.
//!
//! What is a path is decided from the names alone, never by asking the disk, so
//! that a mirror of one bucket is the same tree everywhere:
//!
//! * Parts that are empty, `.` or `..`, longer than 255 bytes, that end with a
//!   dot or a space, that name a device of Windows, or hold a character that
//!   Windows refuses, are no names. Nor are those beyond ASCII: file systems
//!   disagree on which of them are the same. Nor is what holds a percent sign:
//!   tools for bags (RFC 8493) disagree on how to write it.
//! * Two names that differ in case only cannot both lie there: the first in the
//!   order of the keys does. An object that is in the mirror stays where it is.
//! * Of a key that is also a folder of other keys, the folder lies there.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use super::index::Index;
use super::layout::{OBJECTS, RESERVED};
use crate::hash::Sha256;
use crate::object::ObjectRef;

/// Longest name that common file systems hold.
const MAX_NAME: usize = 255;

/// Names that are taken. Sixteen bytes each, whatever their length.
#[derive(Debug, Default)]
pub(super) struct Places {
    hasher: RandomState,
    /// By the hash of the path without regard to case: the hash of its spelling and
    /// what it is.
    taken: Index<u64, u64>,
    /// Objects that gave way to another.
    displaced: HashSet<u64>,
}

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Kind {
    File,
    Folder,
}

impl Places {
    /// Notes an object that lies at its own name already.
    pub(super) fn occupied(&mut self, object: &ObjectRef) {
        let path = natural(object);
        self.take_folders(&path);
        self.take(&path, Kind::File);
    }

    /// Decides about objects that come together, which must be in order.
    pub(super) fn expect<'o>(&mut self, objects: impl Iterator<Item = &'o ObjectRef> + Clone) {
        // Folders first: a file must not displace a tree.
        for path in objects.clone().filter_map(safe) {
            if self.folders_fit(&path) {
                self.take_folders(&path);
            }
        }
        for object in objects {
            self.of(object);
        }
    }

    /// The path of an object, relative to the mirror, with `/` between parts.
    /// The same again for the same object.
    pub(super) fn of(&mut self, object: &ObjectRef) -> String {
        let Some(path) = safe(object) else {
            return displaced(object);
        };
        let id = self.hasher.hash_one(&path);
        if self.displaced.contains(&id) {
            return displaced(object);
        }
        if !(self.folders_fit(&path) && self.fits(&path, Kind::File)) {
            self.displaced.insert(id);
            return displaced(object);
        }
        self.take_folders(&path);
        self.take(&path, Kind::File);
        path
    }

    fn fits(&self, path: &str, kind: Kind) -> bool {
        let (folded, spelled) = self.hashes(path, kind);
        self.taken.find(folded).is_none_or(|taken| taken == spelled)
    }

    fn folders_fit(&self, path: &str) -> bool {
        folders(path).all(|folder| self.fits(folder, Kind::Folder))
    }

    fn take(&mut self, path: &str, kind: Kind) {
        let (folded, spelled) = self.hashes(path, kind);
        if self.taken.find(folded).is_none() {
            self.taken.put(folded, spelled);
        }
    }

    fn take_folders(&mut self, path: &str) {
        for folder in folders(path) {
            self.take(folder, Kind::Folder);
        }
    }

    fn hashes(&self, path: &str, kind: Kind) -> (u64, u64) {
        let folded = self.hasher.hash_one(path.to_ascii_lowercase());
        (folded, self.hasher.hash_one((path, kind)))
    }
}

fn natural(object: &ObjectRef) -> String {
    format!("{}/{}", object.bucket, object.key)
}

fn displaced(object: &ObjectRef) -> String {
    format!("{OBJECTS}/{}", Sha256::of(natural(object).as_bytes()))
}

fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(end, _)| &path[..end])
}

/// The natural path, if it is one everywhere.
fn safe(object: &ObjectRef) -> Option<String> {
    let path = natural(object);
    let reserved = RESERVED
        .iter()
        .any(|name| name.eq_ignore_ascii_case(object.bucket.as_str()));
    (!reserved && path.split('/').all(is_name)).then_some(path)
}

fn is_name(part: &str) -> bool {
    !part.is_empty()
        && part.len() <= MAX_NAME
        && !part.ends_with(['.', ' '])
        && !part.chars().any(is_refused)
        && !is_device(part)
}

fn is_refused(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_control() || r#"<>:"|?*\%"#.contains(c)
}

/// `CON`, `com1.txt`, … (Microsoft, "Naming Files, Paths, and Namespaces").
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end_matches(' ');
    let stem = stem.to_ascii_uppercase();
    match stem.as_bytes() {
        b"CON" | b"PRN" | b"AUX" | b"NUL" | b"CONIN$" | b"CONOUT$" => true,
        [b'C', b'O', b'M', digit] | [b'L', b'P', b'T', digit] => digit.is_ascii_digit(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    fn object(key: &str) -> ObjectRef {
        ObjectRef::new("logs".parse().unwrap(), key)
    }

    fn paths(keys: &[&str]) -> Vec<String> {
        let objects: Vec<_> = keys.iter().map(|key| object(key)).collect();
        let mut places = Places::default();
        places.expect(objects.iter());
        objects.iter().map(|object| places.of(object)).collect()
    }

    fn is_own(path: &str) -> bool {
        path.starts_with("_objects/")
    }

    #[test]
    fn what_is_no_name_somewhere_gets_a_path_of_its_own() {
        let long = format!("a/{}", "x".repeat(256));
        for key in [
            "",
            "a/",
            "/a",
            "a//b",
            "../a",
            "a/./b",
            "a/..",
            r"a\b",
            "a\nb",
            "a\u{7f}",
            "CON",
            "a/nul.json.gz",
            "com1/x",
            "LPT9 .txt",
            "a./b",
            "a /b",
            "a:b",
            "naïve",
            long.as_str(),
        ] {
            assert!(is_own(&paths(&[key])[0]), "{key:?}");
        }
        for key in ["a", "a/b.json.gz", "console/COM/com10", ".a", "a b", "a..b"] {
            assert_eq!(paths(&[key])[0], format!("logs/{key}"));
        }
    }

    #[test]
    fn the_mirrors_own_names_are_no_buckets() {
        for bucket in ["_objects", "_Superseded", "manifest.jsonl", ".trailseal"] {
            let object = ObjectRef::new(bucket.parse().unwrap(), "a");
            assert!(is_own(&Places::default().of(&object)), "{bucket}");
        }
    }

    #[test]
    fn of_names_that_differ_in_case_the_first_stays() {
        let paths = paths(&["A/x", "A/y", "a/x", "a/z", "b/F", "b/f"]);
        let own: Vec<bool> = paths.iter().map(|path| is_own(path)).collect();
        assert_eq!(own, [false, false, true, true, false, true]);
    }

    #[test]
    fn a_file_gives_way_to_a_folder() {
        let paths = paths(&["a", "a!", "a/b", "a/c"]);
        let own: Vec<bool> = paths.iter().map(|path| is_own(path)).collect();
        assert_eq!(own, [true, false, false, false]);
    }

    #[test]
    fn what_is_there_stays() {
        let mut places = Places::default();
        places.occupied(&object("a/x"));
        places.occupied(&object("f"));
        let new = [object("A/x"), object("f/g")];
        places.expect(new.iter());
        assert!(new.iter().all(|object| is_own(&places.of(object))));
        assert_eq!(places.of(&object("a/x")), "logs/a/x");
    }

    fn key() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            "[aAbB]{1,2}",
            Just(String::new()),
            Just("..".to_owned()),
            Just("Con".to_owned()),
            "\\PC{0,3}",
        ];
        prop::collection::vec(part, 1..4).prop_map(|parts| parts.join("/"))
    }

    proptest! {
        #[test]
        fn distinct_keys_have_distinct_safe_paths(keys in prop::collection::btree_set(key(), 1..40)) {
            let objects: Vec<_> = keys.iter().map(|key| object(key)).collect();
            let mut places = Places::default();
            places.expect(objects.iter());
            let paths: Vec<String> = objects.iter().map(|object| places.of(object)).collect();
            let folded: BTreeSet<String> = paths.iter().map(|p| p.to_lowercase()).collect();
            prop_assert_eq!(folded.len(), objects.len());
            let spelled: BTreeSet<&str> = paths.iter().flat_map(|path| folders(path)).collect();
            let folders_folded: BTreeSet<String> = spelled.iter().map(|f| f.to_lowercase()).collect();
            prop_assert_eq!(folders_folded.len(), spelled.len());
            prop_assert!(folders_folded.is_disjoint(&folded));
            for path in &paths {
                prop_assert!(Path::new(path).components().all(|c| matches!(c, Component::Normal(_))));
            }
        }

        /// As after an interruption: some objects are there, in any order.
        #[test]
        fn what_is_there_changes_nothing(
            keys in prop::collection::btree_set(key(), 1..30),
            there in prop::collection::vec(any::<bool>(), 30),
        ) {
            let objects: Vec<_> = keys.iter().map(|key| object(key)).collect();
            let mut whole = Places::default();
            whole.expect(objects.iter());
            let expected: Vec<String> = objects.iter().map(|object| whole.of(object)).collect();

            let mut resumed = Places::default();
            let mut rest = Vec::new();
            for ((object, path), there) in objects.iter().zip(&expected).zip(&there) {
                match *there {
                    true if *path == natural(object) => resumed.occupied(object),
                    true => {}
                    false => rest.push((object, path)),
                }
            }
            resumed.expect(rest.iter().map(|(object, _)| *object));
            for (object, path) in rest {
                prop_assert_eq!(&resumed.of(object), path);
            }
        }
    }
}
