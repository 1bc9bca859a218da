//! Why a mirror cannot be written.

use std::io;
use std::path::{Path, PathBuf};

/// Why a mirror cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MirrorError {
    /// The folder holds something else.
    #[error(
        "{}: not empty, and no mirror (there is no manifest.jsonl); give an empty folder or a mirror",
        .0.display()
    )]
    NotAMirror(PathBuf),
    /// Another process writes to it.
    #[error("{}: another process writes to this mirror; wait for its end", .0.display())]
    InUse(PathBuf),
    /// Its manifest cannot be read, so what it holds is not known.
    #[error(
        "{}, line {line}: {fault}; restore the manifest, or mirror into a new folder",
        path.display()
    )]
    Damaged {
        /// The manifest.
        path: PathBuf,
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        fault: String,
    },
    /// A link, a folder or a device stands where a file or a folder belongs.
    #[error("{}: expected {expected}, found {found}; remove it", path.display())]
    InTheWay {
        /// Where.
        path: PathBuf,
        /// What belongs there.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// What is to be noted of an object does not fit into a line.
    #[error("{object}: its metadata takes {found} bytes, the limit is {limit}")]
    MetadataTooLong {
        /// The object.
        object: String,
        /// The length of the line.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// The disk failed, or is full, or may not be written to.
    #[error("{}: {error}", path.display())]
    Io {
        /// What was to be read or written.
        path: PathBuf,
        /// What happened.
        #[source]
        error: io::Error,
    },
}

impl MirrorError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |error| Self::Io {
            path: path.to_owned(),
            error,
        }
    }
}
