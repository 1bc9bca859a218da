//! A bundle as a ZIP: APPNOTE.TXT, version 6.3.10.
//!
//! The same files give the same bytes: they are in the order of their names, at one
//! time, and stored, because what compresses well on one processor does not give the
//! same bytes on another. Written from front to back; what a million entries need at
//! the end waits in a temporary file. Sizes and places that 32 bits do not hold are
//! written as ZIP64.
//!
//! Libraries that write ZIPs keep all entries in memory.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Seek as _, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use flate2::Crc;
use trailseal_forensics::report::zip::Content;

use super::tree;

/// The folder in the ZIP that holds the bundle: RFC 8493 has a bag in one.
const ROOT: &str = "evidence";
/// 1 January 1980, the first day that a ZIP knows.
const DATE: u16 = 0x21;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
/// Made by version 4.5 on Unix, whose modes stand in the external attributes.
const MADE_BY: u16 = 3 << 8 | 45;
const MODE_FILE: u32 = 0o100_644;
const MODE_SCRIPT: u32 = 0o100_755;
/// What stands in 32 bits for what is in the ZIP64 field.
const BEYOND_32: u32 = u32::MAX;
const BEYOND_16: u16 = u16::MAX;

/// Writes the files of a folder.
///
/// # Errors
/// If one cannot be read, changes meanwhile, or the ZIP cannot be written.
pub(super) fn pack(folder: &Path, to: &mut File) -> Result<()> {
    let mut packer = Packer::new(to)?;
    tree::each(folder, &mut |name, path| {
        let file = File::open(path)?;
        let mode = mode(path)?;
        packer
            .summed_and_add(name, &file, mode)
            .with_context(|| name.to_owned())
    })?;
    packer.finish()
}

/// A ZIP that is being written.
pub(super) struct Packer<'f> {
    to: BufWriter<&'f mut File>,
    /// Bytes that were written.
    at: u64,
    /// The central directory, which follows the entries.
    directory: BufWriter<File>,
    directory_size: u64,
    entries: u64,
}

/// What is known of a file before it is written.
struct Entry {
    name: String,
    size: u64,
    crc: u32,
    mode: u32,
    /// Where its local header begins.
    offset: u64,
}

impl<'f> Packer<'f> {
    /// Begins one.
    ///
    /// # Errors
    /// If there is no room for the directory.
    pub(super) fn new(to: &'f mut File) -> Result<Self> {
        let directory = tempfile::tempfile().context("no temporary file can be made")?;
        Ok(Self {
            to: BufWriter::with_capacity(1 << 20, to),
            at: 0,
            directory: BufWriter::new(directory),
            directory_size: 0,
            entries: 0,
        })
    }

    fn summed_and_add(&mut self, name: &str, mut file: &File, mode: u32) -> Result<()> {
        let (crc, size) = summed(file)?;
        file.seek(SeekFrom::Start(0))?;
        self.add(name, (size, crc, mode), file)
    }

    /// Adds a file that is in memory.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn put(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let mut crc = Crc::new();
        crc.update(bytes);
        self.add(name, (bytes.len() as u64, crc.sum(), MODE_FILE), bytes)
    }

    /// Adds a file of another ZIP.
    ///
    /// # Errors
    /// If it is not what that ZIP says, or cannot be written.
    pub(super) fn copy(&mut self, name: &str, content: Content<'_>) -> Result<()> {
        let mode = match content.is_executable() {
            true => MODE_SCRIPT,
            false => MODE_FILE,
        };
        self.add(name, (content.size(), content.crc(), mode), content)
    }

    /// Adds a file of which size, checksum and mode are known.
    fn add(
        &mut self,
        name: &str,
        (size, crc, mode): (u64, u32, u32),
        content: impl Read,
    ) -> Result<()> {
        let entry = Entry {
            name: format!("{ROOT}/{name}"),
            size,
            crc,
            mode,
            offset: self.at,
        };
        self.write(&entry.local()?)?;
        let mut copied = Crc::new();
        let mut left = size;
        each_part(content, |part| {
            left = left
                .checked_sub(part.len() as u64)
                .ok_or_else(|| anyhow!("it grew while it was packed"))?;
            copied.update(part);
            self.write(part)
        })?;
        if left > 0 || copied.sum() != crc {
            return Err(anyhow!("it changed while it was packed"));
        }
        let central = entry.central()?;
        self.directory.write_all(&central)?;
        self.directory_size += central.len() as u64;
        self.entries += 1;
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.to.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// Writes the directory and what points to it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn finish(mut self) -> Result<()> {
        let start = self.at;
        let mut directory = self
            .directory
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error)?;
        directory.seek(SeekFrom::Start(0))?;
        let copied = std::io::copy(&mut BufReader::new(directory), &mut self.to)?;
        let end = end(self.entries, copied, start);
        self.to.write_all(&end)?;
        self.to.flush()?;
        Ok(())
    }
}

/// The end of the directory: sections 4.3.14 to 4.3.16.
fn end(entries: u64, size: u64, start: u64) -> Vec<u8> {
    let mut out = Vec::new();
    let small = |value: u64| u32::try_from(value).unwrap_or(BEYOND_32);
    let count = u16::try_from(entries).unwrap_or(BEYOND_16);
    if count == BEYOND_16 || small(size) == BEYOND_32 || small(start) == BEYOND_32 {
        out.extend(b"PK\x06\x06");
        out.extend(44_u64.to_le_bytes());
        out.extend(MADE_BY.to_le_bytes());
        out.extend(45_u16.to_le_bytes());
        out.extend([0; 8]);
        for value in [entries, entries, size, start] {
            out.extend(value.to_le_bytes());
        }
        out.extend(b"PK\x06\x07");
        out.extend([0; 4]);
        out.extend((start + size).to_le_bytes());
        out.extend(1_u32.to_le_bytes());
    }
    out.extend(b"PK\x05\x06");
    out.extend([0; 4]);
    for _ in 0..2 {
        out.extend(count.to_le_bytes());
    }
    out.extend(small(size).to_le_bytes());
    out.extend(small(start).to_le_bytes());
    out.extend([0; 2]);
    out
}

impl Entry {
    /// Section 4.3.7.
    fn local(&self) -> Result<Vec<u8>> {
        let mut extra = Vec::new();
        let size = beyond(self.size, &mut extra);
        if size == BEYOND_32 {
            // Here both sizes stand, or none.
            extra.extend(self.size.to_le_bytes());
        }
        let mut out = b"PK\x03\x04".to_vec();
        self.common(&mut out, size, &extra)?;
        out.extend(self.name.as_bytes());
        field(&extra, &mut out)?;
        Ok(out)
    }

    /// Section 4.3.12.
    fn central(&self) -> Result<Vec<u8>> {
        let mut extra = Vec::new();
        let size = beyond(self.size, &mut extra);
        if size == BEYOND_32 {
            extra.extend(self.size.to_le_bytes());
        }
        let offset = beyond(self.offset, &mut extra);
        let mut out = b"PK\x01\x02".to_vec();
        out.extend(MADE_BY.to_le_bytes());
        self.common(&mut out, size, &extra)?;
        // No comment, the first disk, nothing internal.
        out.extend([0; 6]);
        out.extend((self.mode << 16).to_le_bytes());
        out.extend(offset.to_le_bytes());
        out.extend(self.name.as_bytes());
        field(&extra, &mut out)?;
        Ok(out)
    }

    /// What both headers have in common, from the version that is needed to the
    /// lengths of name and extra field.
    fn common(&self, out: &mut Vec<u8>, size: u32, extra: &[u8]) -> Result<()> {
        let version: u16 = if extra.is_empty() { 20 } else { 45 };
        out.extend(version.to_le_bytes());
        out.extend(FLAGS.to_le_bytes());
        // Stored, at midnight.
        out.extend([0; 4]);
        out.extend(DATE.to_le_bytes());
        out.extend(self.crc.to_le_bytes());
        out.extend(size.to_le_bytes());
        out.extend(size.to_le_bytes());
        out.extend(u16::try_from(self.name.len())?.to_le_bytes());
        let extra = match extra.len() {
            0 => 0,
            length => u16::try_from(length)? + 4,
        };
        out.extend(extra.to_le_bytes());
        Ok(())
    }
}

/// A number in 32 bits; one that is too large goes into the ZIP64 field.
fn beyond(value: u64, extra: &mut Vec<u8>) -> u32 {
    match u32::try_from(value) {
        Ok(value) if value != BEYOND_32 => value,
        _ => {
            extra.extend(value.to_le_bytes());
            BEYOND_32
        }
    }
}

/// The ZIP64 field, if there is anything in it: section 4.5.3.
fn field(extra: &[u8], out: &mut Vec<u8>) -> Result<()> {
    if !extra.is_empty() {
        out.extend(1_u16.to_le_bytes());
        out.extend(u16::try_from(extra.len())?.to_le_bytes());
        out.extend(extra);
    }
    Ok(())
}

fn summed(file: &File) -> Result<(u32, u64)> {
    let (mut crc, mut size) = (Crc::new(), 0);
    each_part(file, |part| {
        crc.update(part);
        size += part.len() as u64;
        Ok(())
    })?;
    Ok((crc.sum(), size))
}

fn each_part(mut file: impl Read, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let mut buffer = vec![0; 128 << 10];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(()),
            read => take(&buffer[..read])?,
        }
    }
}

/// Whether it can be run, and nothing else of its permissions.
fn mode(path: &Path) -> Result<u32> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if fs::metadata(path)?.permissions().mode() & 0o100 != 0 {
            return Ok(MODE_SCRIPT);
        }
    }
    Ok(MODE_FILE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use zip::ZipArchive;

    fn packed(folder: &Path) -> File {
        let mut file = tempfile::tempfile().unwrap();
        pack(folder, &mut file).unwrap();
        file
    }

    #[test]
    fn the_same_files_give_the_same_bytes_in_order() {
        let bytes = |mut file: File| {
            let mut bytes = Vec::new();
            file.seek(SeekFrom::Start(0)).unwrap();
            file.read_to_end(&mut bytes).unwrap();
            bytes
        };
        let make = |order: [&str; 3]| {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("a")).unwrap();
            for name in order {
                fs::write(folder.path().join(name), name).unwrap();
            }
            bytes(packed(folder.path()))
        };
        let packed = make(["a/b", "a-c", "z"]);
        assert_eq!(packed, make(["z", "a-c", "a/b"]));
        let mut zip = ZipArchive::new(std::io::Cursor::new(packed)).unwrap();
        let names: Vec<String> = (0..zip.len())
            .map(|at| zip.by_index(at).unwrap().name().unwrap().into_owned())
            .collect();
        assert_eq!(names, ["evidence/a-c", "evidence/a/b", "evidence/z"]);
        let mut text = String::new();
        zip.by_index(1).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "a/b");
    }

    /// A file with a hole takes no room on the disk.
    #[test]
    fn what_32_bits_do_not_hold_is_zip64() {
        let entry = Entry {
            name: "x".to_owned(),
            size: 5 << 30,
            crc: 7,
            mode: MODE_FILE,
            offset: 6 << 30,
        };
        let local = entry.local().unwrap();
        assert_eq!(&local[4..6], &[45, 0]);
        assert_eq!(local[18..26], [0xff; 8]);
        assert_eq!(local[30 + 1..][..4], [1, 0, 16, 0]);
        let central = entry.central().unwrap();
        assert_eq!(central[46 + 1..][..4], [1, 0, 24, 0]);
        assert_eq!(central[46 + 5 + 16..], (6_u64 << 30).to_le_bytes());
        assert_eq!(end(3, 1, 1).len(), 22);
        assert_eq!(end(65_535, 1, 1).len(), 56 + 20 + 22);
        assert_eq!(end(3, 1, 1 << 32).len(), 56 + 20 + 22);
    }
}
