//! A bundle in a ZIP.
//!
//! Nothing of it is written anywhere but below a folder of our own, and only what
//! has a plain name.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use trailseal_forensics::report::bundle::BAGIT;
use trailseal_forensics::report::check::{Found, Kept, Limits};
use zip::ZipArchive;

use super::directory;
use super::folder::take;

/// Inflated bytes of all entries. A bundle with the logs of an organization's
/// year is as large.
const LARGEST: u64 = 1 << 40;
/// Inflated bytes for each stored one: deflate makes at most 1,032.
const RATIO: u64 = 1_100;

/// An open ZIP.
pub(super) struct Archive {
    zip: RefCell<ZipArchive<BufReader<File>>>,
    /// The folder in it that holds the bundle, with a slash; often none.
    root: String,
}

impl Archive {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let zip = ZipArchive::new(BufReader::new(File::open(path)?))?;
        if zip.len() > Limits::FILES {
            return Err(anyhow!("more than {} entries", Limits::FILES));
        }
        let parts = directory::Parts {
            directory: zip.central_directory_start(),
            before: zip.offset(),
        };
        let entries = directory::entries(path, parts)?;
        if entries != zip.len() {
            return Err(anyhow!(
                "expected each name once, found {entries} entries of {} names: programs disagree \
                 on which of two they unpack; unpack it yourself, and verify the folder",
                zip.len()
            ));
        }
        let root = zip
            .file_names()
            .filter_map(|name| Some(name.ok()?.strip_suffix(BAGIT)?.to_owned()))
            .filter(|root| root.is_empty() || root.ends_with('/'))
            .min_by_key(String::len)
            .unwrap_or_default();
        Ok(Self {
            zip: RefCell::new(zip),
            root,
        })
    }

    /// Reads all entries.
    pub(super) fn found(&self, kept: Kept) -> Result<Found> {
        let mut found = Found::keeping(kept);
        self.each(|name, entry| match entry {
            Entry::File(file) => take(name, file, &mut found).with_context(|| name.to_owned()),
            Entry::Odd => {
                found.note_odd(name);
                Ok(())
            }
        })?;
        Ok(found)
    }

    /// Writes what lies below a folder of the bundle, or is that file, into a
    /// folder of the disk.
    pub(super) fn unpack(&self, wanted: &[&str], into: &Path) -> Result<()> {
        self.each(|name, entry| {
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
            std::io::copy(&mut file, &mut out).with_context(|| name.to_owned())?;
            Ok(())
        })
    }

    fn each(&self, mut visit: impl FnMut(&str, Entry<'_>) -> Result<()>) -> Result<()> {
        let mut zip = self.zip.borrow_mut();
        let mut total = 0_u64;
        for index in 0..zip.len() {
            let entry = zip.by_index(index);
            let mut entry = match entry {
                Ok(entry) => entry,
                Err(error) => return Err(anyhow!(error).context(format!("entry {index}"))),
            };
            let Ok(full) = entry.name().map(std::borrow::Cow::into_owned) else {
                visit(&format!("entry {index}, whose name is no text"), Entry::Odd)?;
                continue;
            };
            let Some(name) = full.strip_prefix(&self.root) else {
                visit(&full, Entry::Odd)?;
                continue;
            };
            if entry.is_dir() {
                continue;
            }
            let (size, stored) = (entry.size(), entry.compressed_size());
            total = total.saturating_add(size);
            if total > LARGEST {
                return Err(anyhow!("inflates to more than {LARGEST} bytes"));
            }
            let sane = size <= stored.saturating_mul(RATIO);
            if !sane || !is_plain(name) || entry.is_symlink() {
                visit(name, Entry::Odd)?;
                continue;
            }
            // One byte more than it says would be another file.
            let mut file = (&mut entry).take(size.saturating_add(1));
            visit(name, Entry::File(&mut file))?;
        }
        Ok(())
    }
}

enum Entry<'e> {
    File(&'e mut dyn std::io::Read),
    /// No regular file, or none with a plain name.
    Odd,
}

/// Whether a name leads to one place below a folder, on any system.
fn is_plain(name: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part != "." && part != "..";
    name.len() <= Limits::NAME && !name.contains(['\\', ':', '\0']) && name.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_not_plain() {
        assert!(is_plain("data/evidence/b/AWSLogs/x y.json.gz"));
        for name in [
            "",
            "/etc/passwd",
            "../x",
            "a/../x",
            "a//b",
            "a/./b",
            "c:\\x",
            "a\\b",
            "a/",
        ] {
            assert!(!is_plain(name), "{name}");
        }
    }
}
