//! Where recovered objects go: a mirror.

use std::error::Error;
use std::path::Path;

use anyhow::anyhow;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::recover::{Keeper, Version, VersionContent};
use trailseal_verifier::source::mirror::{About, Copied, Mirror};
use trailseal_verifier::source::{Directory, OpenError};

use crate::exit::Failure;

/// A mirror that takes what is found.
pub(super) struct Restore {
    mirror: Mirror,
    state: State,
}

/// What the folder was before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    /// A mirror: what it says of its extent stays true.
    Mirror,
    /// Nothing: what is not restored into it was never copied.
    New,
}

/// Looks at the folder before any work is done.
///
/// # Errors
/// [`Failure::Usage`] if it is none that can be restored into.
pub(super) fn inspect(folder: &Path) -> Result<State, Failure> {
    if folder
        .to_str()
        .is_some_and(|text| text.starts_with("s3://"))
    {
        return Err(Failure::Usage(anyhow!(
            "--restore takes a folder: nothing is ever written to a bucket"
        )));
    }
    match Directory::open(folder, None) {
        // Finishing it here would make a whole copy of half of one.
        Err(error @ OpenError::Unfinished(_)) => {
            Err(Failure::Usage(anyhow!(error).context("--restore")))
        }
        _ if folder.join("manifest.jsonl").is_file() => Ok(State::Mirror),
        _ if holds_something(folder) => Err(Failure::Usage(anyhow!(
            "--restore: {} is not empty, and no mirror; give a new folder or a mirror",
            folder.display()
        ))),
        _ => Ok(State::New),
    }
}

fn holds_something(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

impl Restore {
    /// Opens the folder to write to it.
    ///
    /// # Errors
    /// If it holds something else, or cannot be written to.
    pub(super) fn open(folder: &Path, state: State) -> Result<Self, Failure> {
        let mirror = Mirror::open(folder)
            .map_err(|error| Failure::CouldNotRun(anyhow!(error).context("--restore")))?;
        Ok(Self { mirror, state })
    }

    /// Writes the manifest.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn finish(self, now: Timestamp) -> Result<(), Failure> {
        let nothing = Copied {
            parts: &[],
            listed: now.to_zoned(TimeZone::UTC).date(),
        };
        let copied = match self.state {
            State::Mirror => None,
            State::New => Some(nothing),
        };
        self.mirror
            .finish(copied)
            .map(|_| ())
            .map_err(|error| Failure::CouldNotRun(anyhow!(error).context("--restore")))
    }
}

impl Keeper for Restore {
    fn keep(
        &self,
        object: &ObjectRef,
        version: &Version,
        content: &VersionContent,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let mut part = self.mirror.part()?;
        part.write(&content.object.bytes)?;
        let about = About {
            etag: content.etag.clone(),
            version_id: Some(version.id.clone()),
            last_modified: version.last_modified,
            metadata: content.object.metadata.clone(),
        };
        self.mirror.store(part, object, about)?;
        Ok(())
    }
}
