//! The CloudTrail objects of a bundle, verified again.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use tempfile::TempDir;
use trailseal_forensics::report::bundle::{EVIDENCE, KEYS};
use trailseal_forensics::report::check::{Check, Deep, Included};
use trailseal_keys::{FingerprintPolicy, Keyring};
use trailseal_verifier::source::Directory;
use trailseal_verifier::walk::{self, Progress, Request};

use super::super::super::keys::load;
use super::{Bundle, archive};
use crate::exit::Failure;

/// Verifies them with these keys, or with those of the bundle.
pub(super) fn repeat(
    bundle: &Bundle,
    included: Option<Included>,
    keys: &[PathBuf],
) -> Result<Check, Failure> {
    let (root, _unpacked) = unpacked(bundle).map_err(Failure::CouldNotRun)?;
    let own;
    let keys = match keys {
        [] => {
            own = [root.join(KEYS)];
            &own[..]
        }
        keys => keys,
    };
    let keyring = load(keys, FingerprintPolicy::Accept)?;
    checked(&root.join(EVIDENCE), included, &keyring).map_err(Failure::CouldNotRun)
}

fn checked(evidence: &Path, included: Option<Included>, keyring: &Keyring) -> Result<Check> {
    let included = included.ok_or_else(|| anyhow!("the bundle has no inventory"))?;
    let mut deep = Deep::new(included);
    if evidence.is_dir() {
        let source = Directory::open(evidence, None)?;
        let progress = Progress::default();
        walk::verify(
            &source,
            keyring,
            &Request::default(),
            &(),
            &mut deep,
            &progress,
        )?;
    }
    Ok(deep.finish()?)
}

/// The bundle as a folder.
fn unpacked(bundle: &Bundle) -> Result<(PathBuf, Option<TempDir>)> {
    match bundle {
        Bundle::Folder(folder) => Ok((folder.clone(), None)),
        Bundle::Archive(archive) => {
            let folder = tempfile::tempdir().context("no temporary folder can be made")?;
            archive::unpack(archive, &[EVIDENCE, KEYS], folder.path())?;
            Ok((folder.path().to_owned(), Some(folder)))
        }
    }
}
