//! Reading keyring files: the only module of this crate that touches a disk.
#![allow(
    clippy::disallowed_methods,
    reason = "the one place where key files are read"
)]

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::parse::Limits;
use super::{FingerprintPolicy, Keyring, KeyringError};
use crate::region::Region;

/// Reads files and directories; see [`Keyring::load`].
pub(super) fn load(paths: &[PathBuf], policy: FingerprintPolicy) -> Result<Keyring, KeyringError> {
    let mut parts = Vec::new();
    for path in paths {
        if path.is_dir() {
            for (file, region) in region_files(path)? {
                parts.push(load_file(&file, Some(&region), policy)?);
            }
        } else {
            parts.push(load_file(path, None, policy)?);
        }
    }
    let keyring = Keyring::merge(parts)?;
    if keyring.is_empty() {
        return Err(KeyringError::NoKeys {
            origins: list(paths),
        });
    }
    Ok(keyring)
}

/// The `<region>.json` files of a directory, in the order of their names.
fn region_files(directory: &Path) -> Result<Vec<(PathBuf, Region)>, KeyringError> {
    let unreadable = |error| KeyringError::Unreadable {
        path: directory.to_owned(),
        error,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        match stem.and_then(|stem| stem.parse().ok()) {
            Some(region) => files.push((path, region)),
            None => return Err(KeyringError::FileName { path }),
        }
    }
    files.sort();
    Ok(files)
}

fn load_file(
    path: &Path,
    region: Option<&Region>,
    policy: FingerprintPolicy,
) -> Result<Keyring, KeyringError> {
    let bytes = read_within_limit(path).map_err(|error| KeyringError::Unreadable {
        path: path.to_owned(),
        error,
    })?;
    Keyring::parse(&bytes, &path.display().to_string(), region, policy)
}

/// Reads a file, or one byte more than is allowed of it: enough for the parser to
/// refuse it.
fn read_within_limit(path: &Path) -> io::Result<Vec<u8>> {
    let limit = u64::try_from(Limits::FILE_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    File::open(path)?
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn list(paths: &[PathBuf]) -> String {
    if paths.is_empty() {
        return "none".to_owned();
    }
    let paths: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    paths.join(", ")
}
