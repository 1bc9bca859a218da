//! What is said of an entry, twice: in the directory and before the entry itself.
//! APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.5.3.

use std::io::{ErrorKind, Read};

use super::{ZipError, eight, four, two};

/// What each entry of the directory begins with, and its bytes before the name.
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const CENTRAL_LENGTH: usize = 46;
/// What the header of each entry begins with, and its bytes before the name.
const LOCAL: [u8; 4] = *b"PK\x03\x04";
const LOCAL_LENGTH: usize = 30;
/// Flag: the entry is encrypted.
const ENCRYPTED: u16 = 1;
/// Flag: CRC and sizes follow the entry.
const FOLLOWS: u16 = 1 << 3;
/// Flags that change what is unpacked: encryption, and how names are spelled.
const MATTERS: u16 = ENCRYPTED | 1 << 11 | 1 << 13;
/// The extra field that holds what 32 bits do not.
const ZIP64: u16 = 1;
/// The extra field that holds another name (4.6.9).
const UNICODE_PATH: u16 = 0x7075;
const BEYOND: u32 = u32::MAX;
/// The systems whose entries have modes of Unix.
const UNIX: [u8; 2] = [3, 19];
const KIND: u16 = 0o170_000;
const REGULAR: u16 = 0o100_000;
const EXECUTABLE: u16 = 0o100;

/// How an entry is packed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Method {
    Stored,
    Deflated,
}

/// What the directory says of an entry.
#[derive(Debug)]
pub(super) struct Header {
    flags: u16,
    method: u16,
    mode: u16,
    pub(super) crc: u32,
    pub(super) stored: u64,
    pub(super) size: u64,
    /// Where its own header is.
    pub(super) offset: u64,
    pub(super) name: Vec<u8>,
}

impl Header {
    /// Reads the next of the directory; `None` at its end.
    pub(super) fn read(directory: &mut impl Read) -> Result<Option<Self>, ZipError> {
        let mut header = [0; CENTRAL_LENGTH];
        let mut first = [0];
        if directory.read(&mut first)? == 0 {
            return Ok(None);
        }
        header[0] = first[0];
        directory.read_exact(&mut header[1..]).map_err(cut)?;
        if header[..4] != CENTRAL || two(&header, 34) != 0 {
            let (expected, found) = ("an entry of its directory", "something else");
            return Err(ZipError::End { expected, found });
        }
        let [name, extra, comment] = [28, 30, 32].map(|at| usize::from(two(&header, at)));
        let name = bytes(directory, name)?;
        let extra = bytes(directory, extra)?;
        bytes(directory, comment)?;
        let extra = Extra::of(&extra, &name)?;
        let mut large = extra.large;
        let size = large.or(four(&header, 24));
        let stored = large.or(four(&header, 20));
        let offset = large.or(four(&header, 42));
        let mode = match UNIX.contains(&header[5]) {
            true => two(&header, 40),
            false => 0,
        };
        Ok(Some(Self {
            flags: two(&header, 8),
            method: two(&header, 10),
            mode,
            crc: four(&header, 16),
            stored,
            size,
            offset,
            name,
        }))
    }

    /// Compares with the header before the entry, and reads past it; the length of that.
    pub(super) fn compare(&self, from: &mut impl Read) -> Result<u64, ZipError> {
        let mut header = [0; LOCAL_LENGTH];
        from.read_exact(&mut header).map_err(cut)?;
        let differs = |fault| ZipError::ambiguous(&self.name, fault);
        if header[..4] != LOCAL {
            return Err(differs("its own header is not where the directory says"));
        }
        let [name, extra] = [26, 28].map(|at| usize::from(two(&header, at)));
        let name = bytes(from, name)?;
        let length = (LOCAL_LENGTH + name.len() + extra) as u64;
        let extra = bytes(from, extra)?;
        if name != self.name {
            return Err(differs("its own header has another name"));
        }
        let extra = Extra::of(&extra, &name)?;
        let flags = two(&header, 6);
        if (flags ^ self.flags) & MATTERS != 0 || two(&header, 8) != self.method {
            return Err(differs("its own header has another method"));
        }
        if (flags ^ self.flags) & FOLLOWS != 0 {
            return Err(differs("its sizes stand in two places"));
        }
        let (crc, stored, size) = (four(&header, 14), four(&header, 18), four(&header, 22));
        // They may be left for what follows the entry, where they are compared with
        // what was read.
        let is_left = self.is_followed() && (crc, stored, size) == (0, 0, 0);
        if !is_left {
            let mut large = extra.large;
            let size = large.or(size);
            let stored = large.or(stored);
            let sizes_left = self.is_followed() && (stored, size) == (0, 0);
            if (!self.is_followed() && crc != self.crc)
                || (!sizes_left && (stored, size) != (self.stored, self.size))
            {
                return Err(differs("its own header has another size or checksum"));
            }
        }
        Ok(length)
    }

    /// How it is packed.
    pub(super) fn method(&self) -> Result<Method, ZipError> {
        let found = match (self.flags & ENCRYPTED, self.method) {
            (0, 0) if self.stored == self.size => return Ok(Method::Stored),
            (0, 8) => return Ok(Method::Deflated),
            (0, 0) => "stored bytes that are more or less than its own".to_owned(),
            (0, other) => format!("the method {other}"),
            _ => "it encrypted".to_owned(),
        };
        let name = String::from_utf8_lossy(&self.name).into_owned();
        Err(ZipError::Packed { name, found })
    }

    /// Whether its size is said once more behind it.
    pub(super) fn is_followed(&self) -> bool {
        self.flags & FOLLOWS != 0
    }

    pub(super) fn is_folder(&self) -> bool {
        self.name.ends_with(b"/") && self.size == 0
    }

    /// Whether it is a file, and no link or device.
    pub(super) fn is_regular(&self) -> bool {
        matches!(self.mode & KIND, 0 | REGULAR)
    }

    /// Whether it can be run.
    pub(super) fn is_executable(&self) -> bool {
        self.mode & EXECUTABLE != 0
    }
}

/// What the extra fields of a header say.
struct Extra<'e> {
    large: Large<'e>,
}

impl<'e> Extra<'e> {
    /// Those of an entry of this name.
    fn of(mut extra: &'e [u8], name: &[u8]) -> Result<Self, ZipError> {
        let mut large = Large(&[]);
        while let Some((head, rest)) = extra.split_at_checked(4) {
            let length = usize::from(two(head, 2)).min(rest.len());
            let (data, others) = rest.split_at(length);
            match two(head, 0) {
                ZIP64 if large.0.is_empty() => large = Large(data),
                ZIP64 => return Err(ZipError::ambiguous(name, "its sizes are said twice")),
                // Its version and the checksum of the name that it replaces come first.
                UNICODE_PATH if data.get(5..) != Some(name) => {
                    return Err(ZipError::ambiguous(name, "it has a second name"));
                }
                _ => {}
            }
            extra = others;
        }
        Ok(Self { large })
    }
}

/// The numbers that 32 bits do not hold, in order.
#[derive(Clone, Copy)]
struct Large<'e>(&'e [u8]);

impl Large<'_> {
    /// The number itself, or the next of these in its place.
    fn or(&mut self, number: u32) -> u64 {
        if number != BEYOND || self.0.len() < 8 {
            // Without another, nothing says that it is not this very number.
            return number.into();
        }
        let next = eight(self.0, 0);
        self.0 = self.0.get(8..).unwrap_or_default();
        next
    }
}

fn bytes(from: &mut impl Read, length: usize) -> Result<Vec<u8>, ZipError> {
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).map_err(cut)?;
    Ok(bytes)
}

fn cut(error: std::io::Error) -> ZipError {
    match error.kind() {
        ErrorKind::UnexpectedEof => ZipError::End {
            expected: "a whole header",
            found: "the end of what there is",
        },
        _ => error.into(),
    }
}
