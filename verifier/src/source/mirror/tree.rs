//! The files of a mirror: never outside its folder, never through a link.

use std::collections::BTreeSet;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest::{Context, SHA256};

use super::MirrorError;
use crate::hash::Sha256;

/// Folders that are remembered to be there.
const KEPT: usize = 10_000;

/// A folder, and what is known of those in it.
#[derive(Debug)]
pub(super) struct Tree {
    root: PathBuf,
    plain: Mutex<BTreeSet<PathBuf>>,
}

impl Tree {
    pub(super) fn new(root: PathBuf) -> Self {
        Self {
            root,
            plain: Mutex::default(),
        }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Where a path of plain parts lies.
    pub(super) fn path(&self, relative: &str) -> PathBuf {
        relative
            .split('/')
            .fold(self.root.clone(), |mut path, part| {
                path.push(part);
                path
            })
    }

    /// Makes the folders above a file; none of them may be a link.
    pub(super) fn make_parents(&self, path: &Path) -> Result<(), MirrorError> {
        let folder = path.parent().unwrap_or(&self.root);
        let mut plain = self.plain.lock().unwrap_or_else(PoisonError::into_inner);
        if plain.contains(folder) {
            return Ok(());
        }
        let below = folder.strip_prefix(&self.root).unwrap_or(Path::new(""));
        let mut path = self.root.clone();
        for part in below.components() {
            path.push(part);
            match about(&path)? {
                Some(about) => expect_folder(&path, &about)?,
                None => fs::create_dir(&path).map_err(MirrorError::io(&path))?,
            }
        }
        if plain.len() >= KEPT {
            plain.clear();
        }
        plain.insert(folder.to_owned());
        Ok(())
    }

    /// The size of a file; `None` if there is none, also behind a link.
    pub(super) fn size(&self, relative: &str) -> Option<u64> {
        if !is_inside(relative) {
            return None;
        }
        let mut path = self.root.clone();
        let mut size = None;
        for part in relative.split('/') {
            path.push(part);
            let about = fs::symlink_metadata(&path).ok()?;
            if about.is_symlink() {
                return None;
            }
            size = about.is_file().then_some(about.len());
        }
        size
    }
}

/// Whether every part is a name: what a manifest says may lead anywhere.
pub(super) fn is_inside(relative: &str) -> bool {
    relative.split('/').all(|part| {
        !matches!(part, "" | "." | "..")
            && !part
                .chars()
                .any(|c| c == '\\' || c == ':' || c.is_control())
    })
}

/// What is at a path, the last part not followed.
pub(super) fn about(path: &Path) -> Result<Option<Metadata>, MirrorError> {
    match fs::symlink_metadata(path) {
        Ok(about) => Ok(Some(about)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(MirrorError::io(path)(error)),
    }
}

pub(super) fn expect_folder(path: &Path, about: &Metadata) -> Result<(), MirrorError> {
    match about.is_dir() {
        true => Ok(()),
        false => Err(in_the_way(path, "a folder", about)),
    }
}

pub(super) fn expect_file(path: &Path, about: &Metadata) -> Result<(), MirrorError> {
    match about.is_file() {
        true => Ok(()),
        false => Err(in_the_way(path, "a file", about)),
    }
}

fn in_the_way(path: &Path, expected: &'static str, about: &Metadata) -> MirrorError {
    let found = match about.file_type() {
        kind if kind.is_symlink() => "a link",
        kind if kind.is_dir() => "a folder",
        kind if kind.is_file() => "a file",
        _ => "a device",
    };
    MirrorError::InTheWay {
        path: path.to_owned(),
        expected,
        found,
    }
}

/// The hash of a file's bytes.
pub(super) fn hash_of(path: &Path) -> Result<Sha256, MirrorError> {
    let hashed = || -> io::Result<Sha256> {
        let mut file = File::open(path)?;
        let mut context = Context::new(&SHA256);
        let mut buffer = vec![0; 128 << 10];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(Sha256::finish(context)),
                length => context.update(&buffer[..length]),
            }
        }
    };
    hashed().map_err(MirrorError::io(path))
}
