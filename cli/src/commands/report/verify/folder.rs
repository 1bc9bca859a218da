//! A bundle in a folder.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use trailseal_forensics::report::check::{Found, Kept, Limits};

/// Folders within folders: keys of CloudTrail have ten or so.
const DEEPEST: usize = 64;

/// Reads all that is there. Links are not followed.
pub(super) fn found(folder: &Path, kept: Kept) -> Result<Found> {
    let mut found = Found::keeping(kept, tempfile::tempfile);
    list(folder, "", 0, &mut found)?;
    Ok(found)
}

fn list(folder: &Path, prefix: &str, depth: usize, found: &mut Found) -> Result<()> {
    if depth > DEEPEST {
        return Err(anyhow!(
            "{prefix}: folders are nested deeper than {DEEPEST}"
        ));
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if found.is_full() {
            return Err(anyhow!("more than {} files", Limits::FILES));
        }
        let part = entry.file_name();
        let name = format!("{prefix}{}", part.to_string_lossy());
        let kind = entry.file_type()?;
        if part.to_str().is_none() || name.len() > Limits::NAME {
            found.note_odd(name);
        } else if kind.is_dir() {
            list(&entry.path(), &format!("{name}/"), depth + 1, found)?;
        } else if kind.is_file() {
            let file = File::open(entry.path()).with_context(|| name.clone())?;
            take(&name, file, found).with_context(|| name.clone())?;
        } else {
            found.note_odd(name);
        }
    }
    Ok(())
}

/// Reads one file.
pub(super) fn take(name: &str, mut file: impl Read, found: &mut Found) -> Result<()> {
    let mut reader = found.reader(name);
    let mut buffer = vec![0; 256 << 10];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => reader.update(&buffer[..read]),
        }
    }
    Ok(found.note(reader)?)
}
