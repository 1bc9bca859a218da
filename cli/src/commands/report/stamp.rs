//! The time stamp of a bundle that lies in a folder: its request and its answer,
//! and the manifest that follows from them.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use trailseal_forensics::report::bundle::{STAMP, STAMP_REQUEST, STATEMENT, TAG_MANIFEST, bag};
use trailseal_keys::Sha256;
use trailseal_keys::timestamp::{Expected, Nonce, Request, TimeStamp, Token, TrustAnchors};

use super::bundle::hashed;

/// The hash of what is signed.
///
/// # Errors
/// If it cannot be read.
pub(super) fn signed(bundle: &Path) -> Result<Sha256> {
    Ok(hashed(&bundle.join(STATEMENT)).context(STATEMENT)?.0)
}

/// Puts a request into a bundle, with a new random number.
///
/// # Errors
/// If it cannot be written.
pub(super) fn request(bundle: &Path) -> Result<Request> {
    let mut random = [0; 8];
    aws_lc_rs::rand::fill(&mut random).map_err(|_| anyhow!("there is no randomness"))?;
    let request = Request {
        digest: signed(bundle)?,
        nonce: Nonce::new(random),
    };
    put(bundle, STAMP_REQUEST, &request.to_der()?)?;
    Ok(request)
}

/// An answer that was found to be a time stamp of the bundle.
pub(super) struct Answered {
    answer: Vec<u8>,
    pub(super) stamp: TimeStamp,
}

impl Answered {
    /// Looks at what an authority sent.
    ///
    /// # Errors
    /// If it is none, or none that is expected and believed.
    pub(super) fn of(answer: Vec<u8>, expected: Expected, trusted: &TrustAnchors) -> Result<Self> {
        let stamp = Token::from_response(&answer)?.verify(expected, trusted)?;
        Ok(Self { answer, stamp })
    }

    /// Puts it into the bundle.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn attach(self, bundle: &Path) -> Result<TimeStamp> {
        put(bundle, STAMP, &self.answer)?;
        Ok(self.stamp)
    }
}

/// Puts a file into the bundle, and the tag manifest, which follows from the files,
/// after it.
fn put(bundle: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    replace(bundle, name, bytes)?;
    let mut names = Vec::new();
    for entry in fs::read_dir(bundle)? {
        let entry = entry?;
        let name = entry.file_name().into_string();
        let name = name.map_err(|name| anyhow!("{}: no name of a bundle", name.display()))?;
        if entry.file_type()?.is_file() && name != TAG_MANIFEST {
            names.push(name);
        }
    }
    names.sort();
    let mut tags = Vec::new();
    for name in &names {
        tags.push((name.as_str(), hashed(&bundle.join(name))?.0));
    }
    replace(bundle, TAG_MANIFEST, bag::manifest(tags).as_bytes())
}

fn replace(bundle: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(".trailseal-")
        .tempfile_in(bundle)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644))?;
    }
    file.persist(bundle.join(name))
        .map_err(|error| error.error)
        .with_context(|| format!("{name}: cannot be written"))?;
    Ok(())
}
