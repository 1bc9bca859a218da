//! The central directory of a ZIP, looked at by ourselves.
//!
//! Some programs believe the directory, and some the header before each entry; of
//! two entries with one name, one takes the first and another the last; and bytes may
//! belong to several entries. So that everybody unpacks what was verified, what the
//! library lists must be all that is there, each entry as its header says, and apart
//! from the others: APPNOTE.TXT, sections 4.3.7 and 4.3.12.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read, Seek as _, SeekFrom};
use std::path::Path;

use anyhow::{Result, anyhow, bail};
use trailseal_forensics::report::check::Limits;

/// What each entry of the directory begins with.
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
/// Its bytes before the name.
const CENTRAL_LENGTH: usize = 46;
/// What the header of each entry begins with.
const LOCAL: [u8; 4] = *b"PK\x03\x04";
const LOCAL_LENGTH: usize = 30;
/// Bytes of such a header with a name as bundles have them.
const HEADER: usize = 512;
/// Flag: CRC and sizes follow the entry.
const FOLLOWS: u16 = 1 << 3;
/// Flags that change what is unpacked: encryption, and how names are spelled.
const MATTERS: u16 = 1 | 1 << 11 | 1 << 13;
/// The extra field that holds what 32 bits do not.
const ZIP64: u16 = 1;
const BEYOND: u32 = u32::MAX;

/// Where a ZIP has its parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts {
    /// Where the directory begins.
    pub(super) directory: u64,
    /// Bytes before the ZIP, which its own offsets do not count.
    pub(super) before: u64,
}

/// How many entries the directory has, whatever its end says; at most one more than a
/// bundle may have files.
///
/// # Errors
/// If the file cannot be read, or programs would disagree about an entry.
pub(super) fn entries(path: &Path, parts: Parts) -> Result<usize> {
    let mut directory = BufReader::new(File::open(path)?);
    directory.seek(SeekFrom::Start(parts.directory))?;
    // It goes from header to header, and reads nothing in between.
    let mut headers = BufReader::with_capacity(HEADER, File::open(path)?);
    let mut spans = Vec::new();
    while spans.len() <= Limits::FILES
        && let Some(entry) = Entry::read(&mut directory)?
    {
        let start = entry
            .offset
            .checked_add(parts.before)
            .filter(|start| *start < parts.directory)
            .ok_or_else(|| anyhow!("{}: lies outside the ZIP", entry.called()))?;
        headers.seek(SeekFrom::Start(start))?;
        let length = entry.compare(&mut headers)?;
        let end = start.saturating_add(length).saturating_add(entry.stored);
        if end > parts.directory {
            bail!("{}: lies outside the ZIP", entry.called());
        }
        spans.push((start, end));
    }
    let entries = spans.len();
    spans.sort_unstable();
    if spans.windows(2).any(|two| two[1].0 < two[0].1) {
        bail!("entries lie within each other: programs disagree on what they unpack");
    }
    Ok(entries)
}

/// What a header says of an entry.
struct Entry {
    flags: u16,
    method: u16,
    crc: u32,
    stored: u64,
    size: u64,
    offset: u64,
    name: Vec<u8>,
}

impl Entry {
    /// Reads the next of the directory.
    fn read(directory: &mut impl Read) -> Result<Option<Self>> {
        let mut header = [0; CENTRAL_LENGTH];
        match directory.read_exact(&mut header) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        }
        if header[..4] != CENTRAL {
            return Ok(None);
        }
        let [name, extra, comment] = [28, 30, 32].map(|at| usize::from(two(&header, at)));
        let name = bytes(directory, name)?;
        let extra = bytes(directory, extra)?;
        bytes(directory, comment)?;
        let mut large = Zip64::of(&extra);
        let size = large.or(four(&header, 24))?;
        let stored = large.or(four(&header, 20))?;
        let offset = large.or(four(&header, 42))?;
        Ok(Some(Self {
            flags: two(&header, 8),
            method: two(&header, 10),
            crc: four(&header, 16),
            stored,
            size,
            offset,
            name,
        }))
    }

    /// Compares with the header before the entry; the length of that.
    fn compare(&self, headers: &mut impl Read) -> Result<u64> {
        let mut header = [0; LOCAL_LENGTH];
        headers.read_exact(&mut header)?;
        if header[..4] != LOCAL {
            bail!("{}: expected its header, found none", self.called());
        }
        let [name, extra] = [26, 28].map(|at| usize::from(two(&header, at)));
        let name = bytes(headers, name)?;
        let extra = bytes(headers, extra)?;
        let differs = |what: &str| {
            anyhow!(
                "{}: the directory and the entry's own header have another {what}: programs \
                 disagree on what they unpack; unpack it yourself, and verify the folder",
                self.called()
            )
        };
        if name != self.name {
            return Err(differs("name"));
        }
        let flags = two(&header, 6);
        if (flags ^ self.flags) & MATTERS != 0 || two(&header, 8) != self.method {
            return Err(differs("method"));
        }
        let (crc, stored, size) = (four(&header, 14), four(&header, 18), four(&header, 22));
        // They may be left for what follows the entry, where they are compared with
        // what was read.
        let is_left = flags & FOLLOWS != 0 && (crc, stored, size) == (0, 0, 0);
        if !is_left {
            let mut large = Zip64::of(&extra);
            let size = large.or(size)?;
            let stored = large.or(stored)?;
            if (flags & FOLLOWS == 0 && crc != self.crc)
                || (stored, size) != (self.stored, self.size)
            {
                return Err(differs("size or checksum"));
            }
        }
        Ok((LOCAL_LENGTH + name.len() + extra.len()) as u64)
    }

    fn called(&self) -> String {
        String::from_utf8_lossy(&self.name).into_owned()
    }
}

/// The numbers that 32 bits do not hold, in order.
struct Zip64<'e>(&'e [u8]);

impl<'e> Zip64<'e> {
    fn of(mut extra: &'e [u8]) -> Self {
        while let Some((head, rest)) = extra.split_at_checked(4) {
            let length = usize::from(two(head, 2)).min(rest.len());
            let (data, others) = rest.split_at(length);
            if two(head, 0) == ZIP64 {
                return Self(data);
            }
            extra = others;
        }
        Self(&[])
    }

    /// The number itself, or the next of these in its place.
    fn or(&mut self, number: u32) -> Result<u64> {
        if number != BEYOND {
            return Ok(number.into());
        }
        match self.0.split_first_chunk() {
            Some((next, rest)) => {
                self.0 = rest;
                Ok(u64::from_le_bytes(*next))
            }
            // Nothing says that it is not this very number.
            None => Ok(number.into()),
        }
    }
}

fn bytes(from: &mut impl Read, length: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn two(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn four(bytes: &[u8], at: usize) -> u32 {
    let low = u32::from(two(bytes, at));
    low | u32::from(two(bytes, at + 2)) << 16
}
