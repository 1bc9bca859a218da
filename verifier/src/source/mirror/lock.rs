//! Only one process writes to a mirror.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::MirrorError;
use super::tree::{about, expect_file};

/// Held while this process writes. The system frees it when the process ends,
/// however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock.
    pub(super) fn take(path: &Path, root: &Path) -> Result<Self, MirrorError> {
        loop {
            if let Some(about) = about(path)? {
                expect_file(path, &about)?;
            }
            let file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(path)
                .map_err(MirrorError::io(path))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(MirrorError::InUse(root.to_owned())),
                Err(TryLockError::Error(error)) => return Err(MirrorError::io(path)(error)),
            }
            // Whoever held it before may have removed the file meanwhile.
            if is_at(&file, path)? {
                return Ok(Self { _file: file });
            }
        }
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> Result<bool, MirrorError> {
    use std::os::unix::fs::MetadataExt as _;
    let held = file.metadata().map_err(MirrorError::io(path))?;
    Ok(about(path)?.is_some_and(|at| (at.dev(), at.ino()) == (held.dev(), held.ino())))
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> Result<bool, MirrorError> {
    Ok(about(path)?.is_some())
}
