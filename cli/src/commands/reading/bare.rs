//! Files and folders that nothing vouches for, whatever records are in them.

use std::fs::{self, File};
use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use anyhow::{Context as _, anyhow};
use trailseal_forensics::provenance::{Location, Unverified};

use super::extract::{self, AT_ONCE, Unreadable, Waiting};
use super::gathered::Gathered;
use super::{Fold, Take};
use crate::exit::Failure;
use crate::interrupt::on_interrupt;
use crate::progress::Meter;
use crate::render::text::counted;

/// Stored or inflated bytes of one file: a collection may be larger than what
/// CloudTrail writes to one.
const LARGEST: u64 = 2 << 30;

/// Folders within folders.
const DEEPEST: usize = 64;

/// Files and folders, as they were named.
#[derive(Clone, Debug)]
pub(in super::super) struct Files(pub(in super::super) Vec<PathBuf>);

impl Files {
    /// Reads all of them, in the order of their names.
    pub(super) fn read<F: Fold>(
        &self,
        fold: &F,
        take: &mut dyn Take<F::Part>,
    ) -> Result<Gathered, Failure> {
        let mut gathered = self.begin();
        self.each(
            &mut gathered,
            |file| extract::fold(file, fold),
            |gathered, extracted| {
                gathered.note(&extracted);
                take.part(extracted.value)
            },
        )?;
        Ok(gathered)
    }

    /// What is said of them before they are read.
    pub(in super::super) fn begin(&self) -> Gathered {
        let names = self.0.iter().map(|path| path.display().to_string());
        Gathered {
            source: names.collect::<Vec<String>>().join(" "),
            ..Gathered::default()
        }
    }

    /// Reads all of them, and puts away what was read in the order of their
    /// names.
    ///
    /// # Errors
    /// One that was named is not there, or what was read cannot be put away.
    pub(in super::super) fn each<R: Send>(
        &self,
        gathered: &mut Gathered,
        read: impl Fn(&Unverified<'_>) -> R + Sync,
        mut put: impl FnMut(&mut Gathered, R) -> anyhow::Result<()>,
    ) -> Result<(), Failure> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopping = Arc::clone(&stop);
        on_interrupt(move || stopping.store(true, Ordering::Relaxed))
            .map_err(Failure::CouldNotRun)?;
        let count = Arc::new(AtomicU64::new(0));
        let _meter = std::io::stderr().is_terminal().then(|| {
            let count = Arc::clone(&count);
            Meter::showing(move |_| counted(count.load(Ordering::Relaxed), "file"))
        });

        let mut files = Vec::new();
        for path in &self.0 {
            if fs::symlink_metadata(path).is_err() {
                return Err(Failure::CouldNotRun(anyhow!(
                    "{}: there is no such file or folder",
                    path.display()
                )));
            }
            list(path, 0, &mut files, gathered);
        }
        for some in files.chunks(AT_ONCE) {
            if stop.load(Ordering::Relaxed) {
                gathered.interrupted = true;
                break;
            }
            let fetch = |path: &PathBuf| {
                count.fetch_add(1, Ordering::Relaxed);
                content(path).map_err(|error| format!("{error:#}"))
            };
            for outcome in extract::extract(some, LARGEST, |path| located(path), fetch, &read) {
                match outcome {
                    Ok(part) => put(gathered, part).map_err(Failure::CouldNotRun)?,
                    Err(unreadable) => gathered.note_unreadable(unreadable),
                }
            }
        }
        Ok(())
    }
}

fn located(path: &Path) -> Location {
    Location::File(path.to_string_lossy().into_owned())
}

/// Regular files below a folder, each folder in the order of its names. Links
/// are not followed; digests hold no records.
fn list(path: &Path, depth: usize, files: &mut Vec<Waiting<PathBuf>>, gathered: &mut Gathered) {
    let mut fail = |detail: String| {
        gathered.note_unreadable(Unreadable {
            location: located(path),
            detail,
        });
    };
    let kind = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(error) => return fail(error.to_string()),
    };
    if kind.is_file() {
        files.push(Waiting {
            place: path.to_owned(),
            reason: None,
        });
        return;
    }
    // A link that was named is one that was meant.
    let is_folder = kind.is_dir() || depth == 0 && kind.is_symlink();
    if !is_folder {
        return;
    }
    if path
        .file_name()
        .is_some_and(|name| name == "CloudTrail-Digest")
    {
        return;
    }
    if depth >= DEEPEST {
        return fail(format!("folders are nested deeper than {DEEPEST}"));
    }
    let entries = fs::read_dir(path).and_then(|entries| {
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        paths.collect::<Result<Vec<PathBuf>, _>>()
    });
    match entries {
        Ok(mut paths) => {
            paths.sort();
            for path in paths {
                list(&path, depth + 1, files, gathered);
            }
        }
        Err(error) => fail(error.to_string()),
    }
}

fn content(path: &Path) -> anyhow::Result<Vec<u8>> {
    let file = File::open(path).context("cannot be opened")?;
    let mut content = Vec::new();
    file.take(LARGEST + 1)
        .read_to_end(&mut content)
        .context("cannot be read")?;
    if content.len() as u64 > LARGEST {
        return Err(anyhow!("larger than {LARGEST} bytes; cut it into parts"));
    }
    Ok(content)
}
