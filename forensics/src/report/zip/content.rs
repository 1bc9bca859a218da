//! What is in an entry, unpacked while it is read.

use std::io::{self, BufRead, BufReader, Read, Seek, Take};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::ZipError;
use super::header::{Header, Method};

/// The bytes of an entry. Whoever reads to the end has read what the directory says:
/// neither more nor less, with its checksum.
pub struct Content<'e> {
    packed: Packed<'e>,
    left: u64,
    size: u64,
    expected: u32,
    crc: Crc,
    is_executable: bool,
}

enum Packed<'e> {
    Stored(Take<&'e mut dyn BufRead>),
    Deflated(DeflateDecoder<Take<&'e mut dyn BufRead>>),
}

impl<'e> Content<'e> {
    /// Of the entry that begins where the reader is.
    pub(super) fn new<R: Read + Seek>(
        header: &Header,
        from: &'e mut BufReader<R>,
    ) -> Result<Self, ZipError> {
        let from = (from as &mut dyn BufRead).take(header.stored);
        Ok(Self {
            packed: match header.method()? {
                Method::Stored => Packed::Stored(from),
                Method::Deflated => Packed::Deflated(DeflateDecoder::new(from)),
            },
            left: header.size,
            size: header.size,
            expected: header.crc,
            crc: Crc::new(),
            is_executable: header.is_executable(),
        })
    }

    /// How many bytes there are, if it is what the directory says.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Their CRC-32, likewise.
    pub fn crc(&self) -> u32 {
        self.expected
    }

    /// Whether it can be run when it is unpacked.
    pub fn is_executable(&self) -> bool {
        self.is_executable
    }

    /// Whether nothing follows, and all before it is as it should be.
    fn end(&mut self) -> io::Result<()> {
        let ends = match &mut self.packed {
            Packed::Stored(_) => true,
            Packed::Deflated(packed) => {
                packed.read(&mut [0])? == 0 && packed.get_ref().limit() == 0
            }
        };
        if !ends {
            return Err(invalid("it goes on behind the end that its header states"));
        }
        if self.crc.sum() != self.expected {
            return Err(invalid(
                "its checksum is not the one that its header states",
            ));
        }
        Ok(())
    }
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            return self.end().map(|()| 0);
        }
        let room = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let buffer = &mut buffer[..room];
        let read = match &mut self.packed {
            Packed::Stored(packed) => packed.read(buffer)?,
            Packed::Deflated(packed) => packed.read(buffer)?,
        };
        if read == 0 {
            return Err(invalid("it ends before the end that its header states"));
        }
        self.crc.update(&buffer[..read]);
        self.left -= read as u64;
        Ok(read)
    }
}

fn invalid(fault: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, fault)
}
