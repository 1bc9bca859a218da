//! Files of lines: found by their offset, and appended to.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::MirrorError;
use super::tree::{about, expect_file};
use crate::source::manifest::MAX_LINE;

/// What a last line without a line feed is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Tail {
    /// Half-written: whoever wrote it was ended.
    Torn,
    /// A line like the others.
    Whole,
}

/// A file of lines.
#[derive(Debug)]
pub(super) struct Lines {
    path: PathBuf,
    file: File,
    /// Where the next line begins.
    end: u64,
}

impl Lines {
    /// Opens a file, if it is there, and shows each of its lines with its
    /// offset and number. A torn tail is passed over.
    pub(super) fn open(
        path: &Path,
        tail: Tail,
        mut see: impl FnMut(u64, u64, &[u8]) -> Result<(), MirrorError>,
    ) -> Result<Option<Self>, MirrorError> {
        let Some(about) = about(path)? else {
            return Ok(None);
        };
        expect_file(path, &about)?;
        let failed = |error| MirrorError::io(path)(error);
        let file = OpenOptions::new()
            .read(true)
            .write(tail == Tail::Torn)
            .open(path)
            .map_err(failed)?;
        let mut lines = Self {
            path: path.to_owned(),
            file,
            end: u64::MAX,
        };
        lines.end = lines.read(tail, &mut see)?;
        Ok(Some(lines))
    }

    /// Shows each line once more.
    pub(super) fn each(
        &mut self,
        mut see: impl FnMut(u64, &[u8]) -> Result<(), MirrorError>,
    ) -> Result<(), MirrorError> {
        self.read(Tail::Whole, |offset, _, line| see(offset, line))?;
        Ok(())
    }

    /// Shows each line from the first to the end; where that is.
    fn read(
        &mut self,
        tail: Tail,
        mut see: impl FnMut(u64, u64, &[u8]) -> Result<(), MirrorError>,
    ) -> Result<u64, MirrorError> {
        let path = &self.path;
        let failed = |error| MirrorError::io(path)(error);
        self.file.seek(SeekFrom::Start(0)).map_err(failed)?;
        let all = (&self.file).take(self.end);
        let mut reader = BufReader::with_capacity(256 << 10, all);
        let (mut line, mut end) = (Vec::new(), 0);
        for number in 1_u64.. {
            line.clear();
            let mut limited = (&mut reader).take(MAX_LINE);
            let length = limited.read_until(b'\n', &mut line).map_err(failed)? as u64;
            if line.last() != Some(&b'\n') {
                if length == MAX_LINE {
                    let fault = format!("longer than {MAX_LINE} bytes");
                    let path = path.to_owned();
                    return Err(MirrorError::Damaged {
                        path,
                        line: number,
                        fault,
                    });
                }
                if length == 0 || tail == Tail::Torn {
                    break;
                }
            }
            see(end, number, &line)?;
            end += length;
        }
        Ok(end)
    }

    /// A new file.
    pub(super) fn create(path: &Path) -> Result<Self, MirrorError> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)
            .map_err(MirrorError::io(path))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            end: 0,
        })
    }

    /// The line that begins at an offset.
    pub(super) fn at(&mut self, offset: u64) -> Result<Vec<u8>, MirrorError> {
        let mut read = || -> io::Result<Vec<u8>> {
            self.file.seek(SeekFrom::Start(offset))?;
            let mut line = Vec::new();
            BufReader::with_capacity(2048, (&mut self.file).take(MAX_LINE))
                .read_until(b'\n', &mut line)?;
            Ok(line)
        };
        read().map_err(MirrorError::io(&self.path))
    }

    /// Adds a line; says where it begins. After an error the next line takes
    /// the place of what was half-written.
    pub(super) fn append(&mut self, line: &[u8]) -> Result<u64, MirrorError> {
        let begin = self.end;
        let mut write = || -> io::Result<()> {
            self.file.seek(SeekFrom::Start(begin))?;
            self.file.write_all(line)
        };
        write().map_err(MirrorError::io(&self.path))?;
        self.end += line.len() as u64;
        Ok(begin)
    }

    /// Cuts off what stands behind the last whole line.
    pub(super) fn cut(&mut self) -> Result<(), MirrorError> {
        self.file
            .set_len(self.end)
            .map_err(MirrorError::io(&self.path))
    }
}
