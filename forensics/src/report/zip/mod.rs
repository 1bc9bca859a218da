//! A bundle that comes back as a ZIP: APPNOTE.TXT, version 6.3.10.
//!
//! Some programs believe the directory at the end, some the header before each entry,
//! and some read entries from front to back without either; of two entries with one
//! name, one takes the first and another the last; and bytes may belong to several
//! entries. So that everybody unpacks what was verified, a ZIP is refused unless the
//! directory lists all that is there, each name once, each entry as its own header
//! says, and each behind the other without anything in between.
//!
//! The bytes come from what the caller opens. Of a million entries nothing is kept
//! but what a sorter holds: libraries that read ZIPs keep every entry in memory.

mod content;
mod end;
mod header;
mod order;

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use trailseal_verifier::sort::{Create, SortError};

use super::bundle::BAGIT;
use super::check::Limits;
pub use content::Content;
use end::Directory;
use header::Header;
use order::Order;

/// Inflated bytes of all entries. A bundle with the logs of an organization's
/// year is as large.
const LARGEST: u64 = 1 << 40;
/// Inflated bytes for each stored one: deflate makes at most 1,032.
const RATIO: u64 = 1_100;
/// Bytes of the header of an entry with a name as bundles have them.
const HEADER: usize = 512;
/// Bytes that are read at once of the directory and of entries.
const BUFFER: usize = 128 << 10;

/// Why a ZIP is not read.
#[derive(Debug, thiserror::Error)]
pub enum ZipError {
    /// Its bytes cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// What has to be in order cannot be sorted.
    #[error(transparent)]
    Sort(#[from] SortError),
    /// It has no end, or several.
    #[error("expected {expected}, found {found}: it was cut or altered, or is no ZIP")]
    End {
        /// What belongs there.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// The directory has not as many entries as its end says.
    #[error("expected {expected} entries in its directory, found {found}")]
    Entries {
        /// What the end says.
        expected: u64,
        /// Those that are there.
        found: u64,
    },
    /// It holds more than a bundle.
    #[error("expected at most {limit} {what}, found more")]
    TooMuch {
        /// The limit.
        limit: u64,
        /// Of what.
        what: &'static str,
    },
    /// Programs disagree on what to unpack.
    #[error(
        "{name}: {fault}: programs disagree on what they unpack; unpack it yourself, and verify \
         the folder"
    )]
    Ambiguous {
        /// The entry.
        name: String,
        /// What they disagree about.
        fault: &'static str,
    },
    /// An entry is encrypted, or packed in a way that bundles are not.
    #[error(
        "{name}: expected it stored or deflated, found {found}; unpack it yourself, and verify \
         the folder"
    )]
    Packed {
        /// The entry.
        name: String,
        /// How it is packed.
        found: String,
    },
}

impl ZipError {
    fn ambiguous(name: &[u8], fault: &'static str) -> Self {
        Self::Ambiguous {
            name: String::from_utf8_lossy(name).into_owned(),
            fault,
        }
    }
}

/// A ZIP in which programs agree on what is in it.
#[derive(Debug)]
pub struct Archive<F> {
    open: F,
    directory: Directory,
    /// The folder in it that holds the bundle, with a slash; often none.
    root: String,
}

/// What is in a ZIP.
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
pub enum Entry<'e> {
    /// A file with a plain name.
    File(Content<'e>),
    /// No regular file, or none with a plain name.
    Odd,
}

impl<F, R> Archive<F>
where
    F: Fn() -> io::Result<R>,
    R: Read + Seek,
{
    /// Looks through the directory and at the header of each entry. `open` opens the
    /// ZIP, several times; `create` makes files for what is too much for memory.
    ///
    /// # Errors
    /// [`ZipError`] if it is none, or programs disagree on what is in it.
    pub fn open(open: F, create: Create) -> Result<Self, ZipError> {
        let directory = Directory::find(&mut open()?)?;
        let mut archive = Self {
            open,
            directory,
            root: String::new(),
        };
        let mut order = Order::new(create);
        let mut root: Option<String> = None;
        archive.headers(HEADER, |header, start, length, _| {
            order.note(&header, start, length)?;
            let inside = str::from_utf8(&header.name)
                .ok()
                .and_then(|name| name.strip_suffix(BAGIT))
                .filter(|inside| inside.is_empty() || inside.ends_with('/'));
            if let Some(inside) = inside
                && root.as_ref().is_none_or(|root| inside.len() < root.len())
            {
                root = Some(inside.to_owned());
            }
            Ok::<(), ZipError>(())
        })?;
        order.finish(archive.directory.start)?;
        archive.root = root.unwrap_or_default();
        Ok(archive)
    }

    /// Visits all entries in the order of the directory, each with its name in the
    /// bundle. What is not read of an entry costs nothing.
    ///
    /// # Errors
    /// Those of the visits; [`ZipError`] if the ZIP cannot be read.
    pub fn each<E: From<ZipError>>(
        &self,
        mut visit: impl FnMut(&str, Entry<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut total = 0_u64;
        self.headers(BUFFER, |header, _, _, from| {
            let Ok(full) = str::from_utf8(&header.name) else {
                let name = String::from_utf8_lossy(&header.name);
                return visit(&name, Entry::Odd);
            };
            let Some(name) = full.strip_prefix(&self.root) else {
                return visit(full, Entry::Odd);
            };
            if header.is_folder() {
                return Ok(());
            }
            total = total.saturating_add(header.size);
            if total > LARGEST {
                let what = "bytes when it is unpacked";
                let limit = LARGEST;
                return Err(ZipError::TooMuch { limit, what }.into());
            }
            let sane = header.size <= header.stored.saturating_mul(RATIO);
            if !sane || !is_plain(name) || !header.is_regular() {
                return visit(name, Entry::Odd);
            }
            visit(name, Entry::File(Content::new(&header, from)?))
        })
    }

    /// Visits the headers in the order of the directory, each with the place and the
    /// length of the one before its entry, where the reader then is.
    fn headers<E: From<ZipError>>(
        &self,
        buffer: usize,
        mut visit: impl FnMut(Header, u64, u64, &mut BufReader<R>) -> Result<(), E>,
    ) -> Result<(), E> {
        let io = |error: io::Error| E::from(ZipError::from(error));
        let mut directory = BufReader::with_capacity(BUFFER, (self.open)().map_err(io)?);
        let start = self.directory.start;
        directory.seek(SeekFrom::Start(start)).map_err(io)?;
        let mut directory = directory.take(self.directory.size);
        // It goes from header to header, and reads nothing in between that is not asked for.
        let mut entries = BufReader::with_capacity(buffer, (self.open)().map_err(io)?);
        let mut found = 0;
        while let Some(header) = Header::read(&mut directory)? {
            found += 1;
            if found > self.directory.entries {
                break;
            }
            entries.seek(SeekFrom::Start(header.offset)).map_err(io)?;
            let length = header.compare(&mut entries)?;
            let offset = header.offset;
            visit(header, offset, length, &mut entries)?;
        }
        let expected = self.directory.entries;
        if found != expected {
            return Err(ZipError::Entries { expected, found }.into());
        }
        Ok(())
    }
}

/// Whether a name leads to one place below a folder, on any system.
fn is_plain(name: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part != "." && part != "..";
    name.len() <= Limits::NAME && !name.contains(['\\', ':', '\0']) && name.split('/').all(part)
}

fn two(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(part(bytes, at))
}

fn four(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(part(bytes, at))
}

fn eight(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(part(bytes, at))
}

/// The bytes there; zeroes beyond the end.
fn part<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let bytes = bytes.get(at..).unwrap_or_default();
    bytes.first_chunk().copied().unwrap_or([0; N])
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
