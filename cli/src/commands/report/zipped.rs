//! A bundle in a ZIP that is written anew, with a time stamp.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use trailseal_forensics::report::bundle::{STAMP, TAG_MANIFEST, bag};
use trailseal_forensics::report::zip::{Archive, Entry};
use trailseal_keys::Sha256;

use super::pack::Packer;
use super::stamp::rewrite;
use super::verify::archive::{self, Open};

/// Files beside `data/`; a bundle has a dozen.
const MOST: usize = 1_000;

/// An open ZIP.
pub(super) struct Zipped {
    path: PathBuf,
    archive: Archive<Open>,
    /// The hashes of what does not lie in a folder.
    tags: BTreeMap<String, Sha256>,
}

impl Zipped {
    /// Looks into it.
    ///
    /// # Errors
    /// If it cannot be read, or holds what would be lost.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let archive = archive::open(path)?;
        let mut tags = BTreeMap::new();
        archive.each(|name, entry| {
            let Entry::File(mut file) = entry else {
                return Err(anyhow!(
                    "{name}: expected files of one bundle, found something else: `report verify` \
                     says what"
                ));
            };
            if name.contains('/') {
                return Ok(());
            }
            if tags.len() >= MOST {
                return Err(anyhow!(
                    "expected at most {MOST} files beside data/, found more"
                ));
            }
            let hash = Sha256::of_reader(&mut file).with_context(|| name.to_owned())?;
            tags.insert(name.to_owned(), hash);
            Ok(())
        })?;
        Ok(Self {
            path: path.to_owned(),
            archive,
            tags,
        })
    }

    /// The hash of a file that does not lie in a folder.
    pub(super) fn sha256(&self, name: &str) -> Option<Sha256> {
        self.tags.get(name).copied()
    }

    /// The place of a file beside it: its own name and this ending.
    pub(super) fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".");
        name.push(ending);
        name.into()
    }

    /// Puts another in its place, with this time stamp and the tag manifest that
    /// follows from it.
    ///
    /// # Errors
    /// If it cannot be read or written; it is then as it was.
    pub(super) fn with_stamp(&self, stamp: &[u8]) -> Result<()> {
        let mut tags = self.tags.clone();
        tags.remove(TAG_MANIFEST);
        tags.insert(STAMP.to_owned(), Sha256::of(stamp));
        let manifest = bag::manifest(tags.iter().map(|(name, hash)| (name.as_str(), *hash)));
        let mut new = [(STAMP, stamp), (TAG_MANIFEST, manifest.as_bytes())]
            .into_iter()
            .peekable();
        rewrite(&self.path, |file| {
            let mut packer = Packer::new(file)?;
            self.archive.each(|name, entry| -> Result<()> {
                while let Some((name, bytes)) = new.next_if(|(new, _)| *new <= name) {
                    packer.put(name, bytes)?;
                }
                match entry {
                    Entry::File(_) if matches!(name, STAMP | TAG_MANIFEST) => Ok(()),
                    Entry::File(content) => {
                        packer.copy(name, content).with_context(|| name.to_owned())
                    }
                    Entry::Odd => Err(anyhow!("{name}: it was not there a moment ago")),
                }
            })?;
            for (name, bytes) in new {
                packer.put(name, bytes)?;
            }
            packer.finish()
        })
    }
}
