//! The time stamp of a bundle: its request and its answer, and the manifest that
//! follows from them.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use trailseal_forensics::report::bundle::{STAMP, STAMP_REQUEST, STATEMENT, TAG_MANIFEST, bag};
use trailseal_keys::Sha256;
use trailseal_keys::timestamp::{Expected, Nonce, Request, TimeStamp, Token, TrustAnchors};

use super::bundle::hashed;
use super::zipped::Zipped;
use crate::new_folder::parent;

/// A bundle that can be stamped.
pub(super) enum Stampable {
    /// It lies in a folder: the request goes there.
    Folder(PathBuf),
    /// It is a ZIP: the request goes beside it, and it is written anew with the answer.
    Zip(Box<Zipped>),
}

impl Stampable {
    /// What is there.
    ///
    /// # Errors
    /// If it is no signed bundle, or a ZIP that is not to be written anew.
    pub(super) fn open(bundle: &Path) -> Result<Self> {
        let unsigned = || anyhow!("there is no {STATEMENT}: a time stamp is for a signed bundle");
        if fs::metadata(bundle)?.is_dir() {
            let is_signed = bundle.join(STATEMENT).is_file();
            return match is_signed {
                true => Ok(Self::Folder(bundle.to_owned())),
                false => Err(unsigned()),
            };
        }
        let zipped = Zipped::open(bundle)?;
        zipped.sha256(STATEMENT).ok_or_else(unsigned)?;
        Ok(Self::Zip(Box::new(zipped)))
    }

    /// The hash of what is signed.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn signed(&self) -> Result<Sha256> {
        match self {
            Self::Folder(folder) => Ok(hashed(&folder.join(STATEMENT)).context(STATEMENT)?.0),
            Self::Zip(zip) => zip.sha256(STATEMENT).context(STATEMENT),
        }
    }

    /// Where its request is written.
    pub(super) fn request_place(&self) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.join(STAMP_REQUEST),
            Self::Zip(zip) => zip.beside("tsq"),
        }
    }

    /// Writes a request, with a new random number.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn request(&self) -> Result<Request> {
        let mut random = [0; 8];
        aws_lc_rs::rand::fill(&mut random).map_err(|_| anyhow!("there is no randomness"))?;
        let request = Request {
            digest: self.signed()?,
            nonce: Nonce::new(random),
        };
        let der = request.to_der()?;
        match self {
            Self::Folder(folder) => put(folder, STAMP_REQUEST, &der)?,
            Self::Zip(_) => replace(&self.request_place(), &der)?,
        }
        Ok(request)
    }

    fn attach(&self, answer: &[u8]) -> Result<()> {
        match self {
            Self::Folder(folder) => put(folder, STAMP, answer),
            Self::Zip(zip) => zip.with_stamp(answer),
        }
    }
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
    pub(super) fn attach(self, bundle: &Stampable) -> Result<TimeStamp> {
        bundle.attach(&self.answer)?;
        Ok(self.stamp)
    }
}

/// Puts a file into the bundle, and the tag manifest, which follows from the files,
/// after it.
fn put(bundle: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    replace(&bundle.join(name), bytes)?;
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
    replace(&bundle.join(TAG_MANIFEST), bag::manifest(tags).as_bytes())
}

fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    rewrite(path, |file| Ok(file.write_all(bytes)?))
}

/// Puts a file in its place when it is whole, whatever is there.
pub(super) fn rewrite(path: &Path, write: impl FnOnce(&mut File) -> Result<()>) -> Result<()> {
    let cannot = || format!("{}: cannot be written", path.display());
    let mut file = tempfile::Builder::new()
        .prefix(".trailseal-")
        .tempfile_in(parent(path))
        .with_context(cannot)?;
    write(file.as_file_mut())?;
    file.as_file().sync_all().with_context(cannot)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).with_context(cannot)?;
    }
    file.persist(path)
        .map_err(|error| error.error)
        .with_context(cannot)?;
    Ok(())
}
