//! Files and folders, read with suspicion.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::super::{ReadError, ReadErrorKind};
use crate::limits::{MAX_KEY_BYTES, MAX_LISTED};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    File,
    Folder,
    /// A link to a folder: what lies behind it is not looked at.
    FolderLink,
    /// Links to files, devices, pipes.
    Other,
}

pub(super) struct FolderEntry {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// The entries of a folder, by name. A folder that is not there is empty.
pub(super) fn entries(folder: &Path) -> io::Result<Vec<FolderEntry>> {
    let listing = match fs::read_dir(folder) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        listing => listing?,
    };
    let mut entries = Vec::new();
    for entry in listing {
        let entry = entry?;
        let kind = match entry.file_type()? {
            kind if kind.is_dir() => Kind::Folder,
            kind if kind.is_file() => Kind::File,
            kind if kind.is_symlink() && entry.path().is_dir() => Kind::FolderLink,
            _ => Kind::Other,
        };
        entries.push(FolderEntry {
            name: entry.file_name().to_string_lossy().into_owned(),
            kind,
        });
        if entries.len() > MAX_LISTED {
            return Err(io::Error::other(format!("more than {MAX_LISTED} entries")));
        }
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// A link where a folder belongs.
pub(super) fn not_followed(path: &Path) -> ReadError {
    let detail = format!(
        "{} is a link, which is not followed; put what it stands for in its place",
        path.display()
    );
    ReadError::new(ReadErrorKind::Unaddressable, detail)
}

pub(super) fn list_below(
    folder: &Path,
    prefix: String,
    keys: &mut Vec<String>,
) -> Result<(), ReadError> {
    let mut open = vec![(folder.to_owned(), prefix)];
    while let Some((folder, prefix)) = open.pop() {
        for entry in entries(&folder).map_err(|error| unlisted(&folder, &error))? {
            let key = format!("{prefix}{}", entry.name);
            match entry.kind {
                Kind::Folder if key.len() < MAX_KEY_BYTES => {
                    open.push((folder.join(&entry.name), key + "/"));
                }
                Kind::Folder => {}
                Kind::FolderLink => return Err(not_followed(&folder.join(&entry.name))),
                Kind::File | Kind::Other => keys.push(key),
            }
            if keys.len() > MAX_LISTED {
                let detail = format!("more than {MAX_LISTED} files below {}", folder.display());
                return Err(ReadError::new(ReadErrorKind::TooLarge, detail));
            }
        }
    }
    Ok(())
}

/// The path of a key below a folder, if every part of it is a plain name.
pub(super) fn safe_path(folder: &Path, key: &str) -> Option<PathBuf> {
    let mut path = folder.to_owned();
    if key.is_empty() {
        return Some(path);
    }
    for part in key.split('/') {
        let plain = !matches!(part, "" | "." | "..")
            && part.len() <= 255
            && !part.chars().any(|c| c == '\\' || c.is_control());
        if !plain {
            return None;
        }
        path.push(part);
    }
    Some(path)
}

pub(super) fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let failed = |error: io::Error| {
        let kind = match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => ReadErrorKind::Absent,
            ErrorKind::PermissionDenied => ReadErrorKind::Denied,
            ErrorKind::InvalidFilename | ErrorKind::InvalidInput => ReadErrorKind::Unaddressable,
            _ => ReadErrorKind::Io,
        };
        ReadError::new(kind, error.to_string())
    };
    let about = fs::symlink_metadata(path).map_err(failed)?;
    if !about.is_file() {
        let detail = "not a regular file (links are not followed)";
        return Err(ReadError::new(ReadErrorKind::Unaddressable, detail));
    }
    let too_large = |size: u64| {
        ReadError::new(
            ReadErrorKind::TooLarge,
            format!("{size} bytes, the limit is {limit}"),
        )
    };
    if about.len() > limit {
        return Err(too_large(about.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or(0) + 1);
    let file = File::open(path).map_err(failed)?;
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(bytes)
}

pub(super) fn unlisted(folder: &Path, error: &io::Error) -> ReadError {
    let kind = match error.kind() {
        ErrorKind::PermissionDenied => ReadErrorKind::Denied,
        _ => ReadErrorKind::Io,
    };
    ReadError::new(kind, format!("{}: {error}", folder.display()))
}
