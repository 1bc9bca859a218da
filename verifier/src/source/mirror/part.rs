//! A file on its way into the mirror.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};

use super::MirrorError;
use crate::hash::Sha256;

/// Bytes of an object that arrive, hashed as they do. Dropped, they are removed.
pub struct Part {
    path: PathBuf,
    file: Option<File>,
    context: Context,
    size: u64,
}

impl Part {
    pub(super) fn create(path: PathBuf) -> Result<Self, MirrorError> {
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(MirrorError::io(&path))?;
        Ok(Self {
            path,
            file: Some(file),
            context: Context::new(&SHA256),
            size: 0,
        })
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// If the disk is full or fails.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), MirrorError> {
        if let Some(file) = &mut self.file {
            file.write_all(bytes).map_err(MirrorError::io(&self.path))?;
        }
        self.context.update(bytes);
        self.size += bytes.len() as u64;
        Ok(())
    }

    /// The bytes so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hash of the bytes so far.
    pub(super) fn sha256(&self) -> Sha256 {
        Sha256::finish(self.context.clone())
    }

    pub(super) fn move_to(mut self, target: &Path) -> Result<(), MirrorError> {
        // Some systems rename no open file.
        drop(self.file.take());
        fs::rename(&self.path, target).map_err(MirrorError::io(target))?;
        self.path = PathBuf::new();
        Ok(())
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("path", &self.path)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        drop(self.file.take());
        if !self.path.as_os_str().is_empty() {
            // The next run removes what is left.
            let _ = fs::remove_file(&self.path);
        }
    }
}
