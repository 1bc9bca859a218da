//! The end: journal and manifest become one manifest.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write as _};
use std::path::Path;
use std::sync::atomic::Ordering;

use aws_lc_rs::digest::{Context, SHA256};
use jiff::civil::Date;

use super::layout::{EXTENT, JOURNAL, LOCK, MANIFEST, SUPERSEDED_JOURNAL, SUPERSEDED_LIST, WORK};
use super::{Mirror, MirrorError, clear_parts, extent, space, superseded};
use crate::hash::Sha256;
use crate::id::BucketName;

/// A mirror that is finished.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Finished {
    /// The hash of its manifest.
    pub manifest: Sha256,
    /// The objects in it.
    pub objects: u64,
}

/// What was copied whole by a run.
#[derive(Clone, Copy, Debug)]
pub struct Copied<'c> {
    /// Buckets and key prefixes.
    pub parts: &'c [(BucketName, String)],
    /// The day on which they were listed, in UTC.
    pub listed: Date,
}

impl Mirror {
    /// Writes the manifest and removes all traces of the work. `copied` is what
    /// was copied whole; what is absent elsewhere is not taken for deleted. If
    /// `None`, the mirror says of that what it said before; one that never said
    /// anything counts as a copy of whole buckets.
    ///
    /// # Errors
    /// If something cannot be written; then the mirror stays unfinished.
    pub fn finish(&self, copied: Option<Copied<'_>>) -> Result<Finished, MirrorError> {
        let (root, work) = (self.tree.root(), self.tree.root().join(WORK));
        let superseded = superseded::lines(self)?;
        let extent = copied
            .map(|copied| extent::merged(root, copied))
            .transpose()?;
        let mut state = self.state();

        let part = work.join("manifest.part");
        let mut manifest = Manifest::create(&part)?;
        let objects = state.each_line(&work, |line| manifest.add(line))?;
        let manifest = manifest.finish()?;
        space::sync(root);

        if !superseded.is_empty() {
            let text: Vec<u8> = superseded.into_iter().flatten().collect();
            replace(&root.join(SUPERSEDED_LIST), &work, &text)?;
        }
        if let Some(text) = extent {
            replace(&root.join(EXTENT), &work, &text)?;
        }
        let path = root.join(MANIFEST);
        state.close();
        clear_parts(&work, &part)?;
        fs::rename(&part, &path).map_err(MirrorError::io(&path))?;
        // From here on it is finished, and another process may write to it.
        self.finished.store(true, Ordering::Relaxed);
        for name in [SUPERSEDED_JOURNAL, JOURNAL, LOCK] {
            remove(&work.join(name))?;
        }
        match fs::remove_dir(&work) {
            // The next process is at work already.
            Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {}
            removed => removed.map_err(MirrorError::io(&work))?,
        }
        Ok(Finished { manifest, objects })
    }
}

/// A manifest that is written and hashed.
struct Manifest<'p> {
    path: &'p Path,
    writer: BufWriter<File>,
    context: Context,
}

impl<'p> Manifest<'p> {
    fn create(path: &'p Path) -> Result<Self, MirrorError> {
        let file = File::create(path).map_err(MirrorError::io(path))?;
        Ok(Self {
            path,
            writer: BufWriter::with_capacity(256 << 10, file),
            context: Context::new(&SHA256),
        })
    }

    fn add(&mut self, line: &[u8]) -> Result<(), MirrorError> {
        let end: &[u8] = match line.last() {
            Some(b'\n') => b"",
            _ => b"\n",
        };
        for bytes in [line, end] {
            self.context.update(bytes);
            let written = self.writer.write_all(bytes);
            written.map_err(MirrorError::io(self.path))?;
        }
        Ok(())
    }

    fn finish(self) -> Result<Sha256, MirrorError> {
        let file = self.writer.into_inner().map_err(io::Error::from);
        file.and_then(|file| file.sync_all())
            .map_err(MirrorError::io(self.path))?;
        Ok(Sha256::finish(self.context))
    }
}

fn replace(path: &Path, work: &Path, text: &[u8]) -> Result<(), MirrorError> {
    let part = work.join("replace.part");
    fs::write(&part, text).map_err(MirrorError::io(&part))?;
    fs::rename(&part, path).map_err(MirrorError::io(path))
}

fn remove(path: &Path) -> Result<(), MirrorError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(MirrorError::io(path)(error)),
        _ => Ok(()),
    }
}
