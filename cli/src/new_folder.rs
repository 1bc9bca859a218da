//! A folder that appears when it is complete, and never in the place of another.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use tempfile::TempDir;

/// A folder that is being written, beside its place.
#[derive(Debug)]
pub(crate) struct NewFolder {
    beside: TempDir,
    place: PathBuf,
}

impl NewFolder {
    /// Begins it. Fails before the work is done, not after.
    ///
    /// # Errors
    /// If something is there already, or it cannot be made there.
    pub(crate) fn open(place: &Path) -> Result<Self> {
        is_free(place)?;
        let parent = parent(place);
        if !parent.is_dir() {
            return Err(anyhow!(
                "{}: there is no folder {}; make it first",
                place.display(),
                parent.display()
            ));
        }
        let beside = tempfile::Builder::new()
            .prefix(".trailseal-")
            .suffix(".part")
            .tempdir_in(parent)
            .with_context(|| {
                let (place, parent) = (place.display(), parent.display());
                format!("{place}: cannot write to the folder {parent}")
            })?;
        Ok(Self {
            beside,
            place: place.to_owned(),
        })
    }

    /// Where its files are written until then.
    pub(crate) fn path(&self) -> &Path {
        self.beside.path()
    }

    /// Puts one file in its place instead, which `pack` makes of the folder.
    ///
    /// # Errors
    /// If it cannot be made, or something took the place.
    pub(crate) fn finish_packed(
        self,
        pack: impl FnOnce(&Path, &mut File) -> Result<()>,
    ) -> Result<()> {
        let cannot = || format!("{}: cannot be written", self.place.display());
        let parent = parent(&self.place);
        let mut file = tempfile::Builder::new()
            .prefix(".trailseal-")
            .suffix(".part")
            .tempfile_in(parent)
            .with_context(cannot)?;
        pack(self.beside.path(), file.as_file_mut()).with_context(cannot)?;
        file.as_file().sync_all().with_context(cannot)?;
        readable(file.path()).with_context(cannot)?;
        file.persist_noclobber(&self.place)
            .map_err(|error| error.error)
            .with_context(cannot)?;
        Ok(())
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// If something took the place.
    pub(crate) fn finish(self) -> Result<()> {
        permit(self.beside.path())
            .with_context(|| format!("{}: cannot be written", self.place.display()))?;
        is_free(&self.place)?;
        fs::rename(self.beside.path(), &self.place)
            .with_context(|| format!("{}: cannot be written", self.place.display()))
    }
}

/// The folder that something lies in.
pub(crate) fn parent(place: &Path) -> &Path {
    match place.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// A file like any other.
fn readable(file: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(file, fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}

fn is_free(place: &Path) -> Result<()> {
    if fs::symlink_metadata(place).is_ok() {
        return Err(anyhow!(
            "{}: is there already; name a place that is free",
            place.display()
        ));
    }
    Ok(())
}

/// A folder like any other.
fn permit(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

/// Makes a script one that can be run.
///
/// # Errors
/// If the file system does not let us.
pub(crate) fn make_executable(script: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(script, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_appears_whole_and_replaces_nothing() {
        let around = tempfile::tempdir().unwrap();
        let place = around.path().join("bundle");
        let folder = NewFolder::open(&place).unwrap();
        fs::write(folder.path().join("a"), "a").unwrap();
        assert!(!place.exists());
        folder.finish().unwrap();
        assert_eq!(fs::read_to_string(place.join("a")).unwrap(), "a");
        assert_eq!(fs::read_dir(around.path()).unwrap().count(), 1);

        let error = NewFolder::open(&place).unwrap_err().to_string();
        assert!(error.contains("is there already"), "{error}");
        let error = NewFolder::open(&around.path().join("none/bundle")).unwrap_err();
        assert!(error.to_string().contains("make it first"), "{error}");
    }

    #[test]
    fn what_is_given_up_leaves_nothing() {
        let around = tempfile::tempdir().unwrap();
        drop(NewFolder::open(&around.path().join("bundle")).unwrap());
        assert_eq!(fs::read_dir(around.path()).unwrap().count(), 0);
    }
}
