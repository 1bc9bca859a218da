//! A bundle in a ZIP.
//!
//! Nothing of it is written anywhere but below a folder of our own, and only what
//! has a plain name.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use anyhow::{Context as _, Result};
use trailseal_forensics::report::check::{Found, Kept};
use trailseal_forensics::report::zip::{Archive, Entry, ZipError};

use super::folder::take;

/// Opens it once more.
pub(in super::super) type Open = Box<dyn Fn() -> io::Result<File>>;

/// Opens a ZIP.
pub(in super::super) fn open(path: &Path) -> Result<Archive<Open>, ZipError> {
    let path = path.to_owned();
    let open: Open = Box::new(move || File::open(&path));
    Archive::open(open, tempfile::tempfile)
}

/// Reads all entries.
pub(super) fn found(archive: &Archive<Open>, kept: Kept) -> Result<Found> {
    let mut found = Found::keeping(kept, tempfile::tempfile);
    archive.each(|name, entry| match entry {
        Entry::File(file) => take(name, file, &mut found).with_context(|| name.to_owned()),
        Entry::Odd => {
            found.note_odd(name);
            Ok(())
        }
    })?;
    Ok(found)
}

/// Writes what lies below a folder of the bundle, or is that file, into a folder of
/// the disk.
pub(super) fn unpack(archive: &Archive<Open>, wanted: &[&str], into: &Path) -> Result<()> {
    archive.each(|name, entry| {
        let is_wanted = wanted.iter().any(|wanted| {
            name.strip_prefix(wanted)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        let Entry::File(mut file) = entry else {
            return Ok(());
        };
        if !is_wanted {
            return Ok(());
        }
        let path = into.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut out = File::create_new(&path).with_context(|| name.to_owned())?;
        io::copy(&mut file, &mut out).with_context(|| name.to_owned())?;
        Ok(())
    })
}
