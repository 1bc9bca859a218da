//! Where results go: the standard output, or a file that appears whole.
//!
//! A report that is cut off looks like a report. So a file is written beside
//! its place and renamed when it is complete; until then an older one stays.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use tempfile::NamedTempFile;

/// An open place for results.
pub(crate) enum Output {
    /// A file that is not there yet.
    File(BufWriter<NamedTempFile>, PathBuf),
    /// The standard output.
    Stdout(BufWriter<io::Stdout>),
}

impl Output {
    /// Opens the standard output, or the place beside a file. Fails before the
    /// work is done, not after.
    ///
    /// # Errors
    /// If the folder is not there or cannot be written to.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else {
            return Ok(Self::Stdout(BufWriter::new(io::stdout())));
        };
        let file = beside(path, Readers::Anyone)?;
        Ok(Self::File(BufWriter::new(file), path.to_owned()))
    }

    /// Writes everything out, and puts a file in its place.
    ///
    /// # Errors
    /// If the disk is full or the file cannot take its place. A pipe whose
    /// reader has left is no error.
    pub(crate) fn finish(self) -> Result<()> {
        match self {
            Self::File(writer, path) => {
                let place = || format!("{}: cannot be written", path.display());
                let file = writer
                    .into_inner()
                    .map_err(io::IntoInnerError::into_error)
                    .with_context(place)?;
                file.as_file().sync_all().with_context(place)?;
                file.persist(&path)
                    .map_err(|e| e.error)
                    .with_context(place)?;
                Ok(())
            }
            Self::Stdout(mut writer) => tolerate_broken_pipe(writer.flush()),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(writer, _) => writer.write(bytes),
            Self::Stdout(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(writer, _) => writer.flush(),
            Self::Stdout(writer) => writer.flush(),
        }
    }
}

/// Who may read a new file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Readers {
    /// Whoever the umask lets.
    Anyone,
    /// Its owner alone.
    Owner,
}

/// A file that is not there yet, and must not come to be in the meantime.
pub(crate) struct NewFile {
    file: NamedTempFile,
    path: PathBuf,
}

impl NewFile {
    /// Opens the place beside it.
    ///
    /// # Errors
    /// If something is there already, or the folder is not there or cannot be
    /// written to.
    pub(crate) fn open(path: &Path, readers: Readers) -> Result<Self> {
        if path.symlink_metadata().is_ok() {
            return Err(anyhow!(
                "{}: is there already, and is not replaced; name another file, or move it away",
                path.display()
            ));
        }
        Ok(Self {
            file: beside(path, readers)?,
            path: path.to_owned(),
        })
    }

    /// Puts the whole file in its place.
    ///
    /// # Errors
    /// If the disk is full, or something else took the place.
    pub(crate) fn finish(mut self, bytes: &[u8]) -> Result<()> {
        let place = || format!("{}: cannot be written", self.path.display());
        self.file.write_all(bytes).with_context(place)?;
        self.file.as_file().sync_all().with_context(place)?;
        let path = self.path;
        self.file
            .persist_noclobber(&path)
            .map_err(|e| e.error)
            .with_context(|| format!("{}: cannot be written", path.display()))?;
        Ok(())
    }
}

/// A new file of a name of its own, in the folder of the file that it will be.
fn beside(path: &Path, readers: Readers) -> Result<NamedTempFile> {
    if path.is_dir() {
        return Err(anyhow!(
            "{}: is a folder; name a file in it",
            path.display()
        ));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        let (path, folder) = (path.display(), folder.display());
        return Err(anyhow!(
            "{path}: there is no folder {folder}; make it first"
        ));
    }
    temporary(folder, readers).with_context(|| {
        format!(
            "{}: cannot write to the folder {}",
            path.display(),
            folder.display()
        )
    })
}

fn temporary(folder: &Path, readers: Readers) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".trailseal-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Cut down by the umask, like any other new file.
        builder.permissions(fs::Permissions::from_mode(match readers {
            Readers::Anyone => 0o666,
            Readers::Owner => 0o600,
        }));
    }
    builder.tempfile_in(folder)
}

/// A reader that has seen enough, such as `head`, is no error.
///
/// # Errors
/// Any other error.
pub(crate) fn tolerate_broken_pipe(result: io::Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(error).context("the output cannot be written"),
        Ok(()) => Ok(()),
    }
}

/// Writes a text to the standard output.
///
/// # Errors
/// If it cannot be written; a broken pipe is no error.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    tolerate_broken_pipe(
        stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, "older").unwrap();

        let mut output = Output::open(Some(&path)).unwrap();
        output.write_all(b"newer").unwrap();
        output.flush().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "older");
        output.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "newer");

        drop(Output::open(Some(&path)).unwrap());
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing is left behind"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_replaces_nothing_and_is_for_its_readers() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        let first = NewFile::open(&path, Readers::Owner).unwrap();
        let second = NewFile::open(&path, Readers::Owner).unwrap();
        first.finish(b"first").unwrap();
        assert!(second.finish(b"second").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"first");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);

        let error = NewFile::open(&path, Readers::Anyone).err().unwrap();
        assert!(error.to_string().contains("is not replaced"), "{error}");
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        assert!(NewFile::open(&link, Readers::Anyone).is_err());
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named_before_the_work() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Output::open(Some(folder.path())).is_err());
        let error = Output::open(Some(&folder.path().join("none/report")))
            .err()
            .unwrap();
        assert!(
            format!("{error:#}").contains("there is no folder"),
            "{error:#}"
        );
    }
}
