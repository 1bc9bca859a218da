//! The end of a ZIP, which says where its directory is: sections 4.3.14 to 4.3.16.

use std::io::{Read, Seek, SeekFrom};

use memchr::memmem;

use super::super::check::Limits;
use super::{ZipError, eight, four, two};

/// What the end begins with, and its bytes before the comment.
const END: [u8; 4] = *b"PK\x05\x06";
const END_LENGTH: usize = 22;
/// What stands before it where 32 bits do not suffice: where the larger end is.
const LOCATOR: [u8; 4] = *b"PK\x06\x07";
const LOCATOR_LENGTH: usize = 20;
const LARGE: [u8; 4] = *b"PK\x06\x06";
const LARGE_LENGTH: usize = 56;
/// What is before a comment, and the longest comment.
const TAIL: usize = LARGE_LENGTH + LOCATOR_LENGTH + END_LENGTH + u16::MAX as usize;

/// Where the directory is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Directory {
    pub(super) start: u64,
    pub(super) size: u64,
    pub(super) entries: u64,
}

impl Directory {
    /// Finds it. The directory must end where its end begins, and that where the file
    /// ends: other readers look for it in other ways.
    pub(super) fn find(from: &mut (impl Read + Seek)) -> Result<Self, ZipError> {
        let length = from.seek(SeekFrom::End(0))?;
        let before = length.saturating_sub(TAIL as u64);
        from.seek(SeekFrom::Start(before))?;
        let mut tail = Vec::new();
        from.take(TAIL as u64).read_to_end(&mut tail)?;
        let wrong = |expected, found| ZipError::End { expected, found };
        let at = memmem::rfind(&tail, &END)
            .ok_or(wrong("the end of a directory", "none in its last bytes"))?;
        let (head, end) = tail.split_at(at);
        if end.len() < END_LENGTH || usize::from(two(end, 20)) != end.len() - END_LENGTH {
            let found = "something else";
            return Err(wrong("the end of a directory at its end", found));
        }
        let small = Self {
            start: four(end, 16).into(),
            size: four(end, 12).into(),
            entries: two(end, 10).into(),
        };
        // Two numbers of disks, and the entries of this one.
        if end[4..8] != [0; 4] || end[8..10] != end[10..12] {
            return Err(wrong("one file", "one of several"));
        }
        let at = before + at as u64;
        let (directory, end) = match head.len().checked_sub(LOCATOR_LENGTH) {
            Some(cut) if head[cut..].starts_with(&LOCATOR) => {
                let at = at - LOCATOR_LENGTH as u64;
                small.enlarged(&head[..cut], &head[cut..], at)?
            }
            _ => (small, at),
        };
        if directory.start.checked_add(directory.size) != Some(end) {
            let found = "other bytes between or before them";
            return Err(wrong("its directory just before its end", found));
        }
        if directory.entries > Limits::FILES as u64 {
            let (limit, what) = (Limits::FILES as u64, "entries");
            return Err(ZipError::TooMuch { limit, what });
        }
        Ok(directory)
    }

    /// The same in 64 bits, and where that stands. `before` ends at `at`, where the
    /// locator begins.
    fn enlarged(self, before: &[u8], locator: &[u8], at: u64) -> Result<(Self, u64), ZipError> {
        let wrong = |expected, found| ZipError::End { expected, found };
        let large = before
            .len()
            .checked_sub(LARGE_LENGTH)
            .and_then(|cut| before.get(cut..))
            .filter(|large| large.starts_with(&LARGE) && eight(large, 4) == 44)
            .ok_or(wrong("the large end of a directory", "something else"))?;
        let end = at - LARGE_LENGTH as u64;
        let is_one = four(locator, 4) == 0 && four(locator, 16) <= 1 && large[16..24] == [0; 8];
        if !is_one || eight(locator, 8) != end || eight(large, 24) != eight(large, 32) {
            return Err(wrong("the large end of one file", "another place or file"));
        }
        let directory = Self {
            start: eight(large, 48),
            size: eight(large, 40),
            entries: eight(large, 32),
        };
        let agrees = |small: u64, large: u64, most: u64| small == large || small == most;
        let all = agrees(self.start, directory.start, u32::MAX.into())
            && agrees(self.size, directory.size, u32::MAX.into())
            && agrees(self.entries, directory.entries, u16::MAX.into());
        if !all {
            return Err(wrong("two ends that agree", "two that do not"));
        }
        Ok((directory, end))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn empty(comment: &[u8]) -> Vec<u8> {
        let mut bytes = [&END[..], &[0; 16]].concat();
        bytes.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
        bytes.extend(comment);
        bytes
    }

    fn find(bytes: &[u8]) -> Result<Directory, ZipError> {
        Directory::find(&mut Cursor::new(bytes))
    }

    #[test]
    fn the_end_is_where_the_file_ends() {
        assert_eq!(find(&empty(b"")).unwrap().entries, 0);
        assert_eq!(find(&empty(b"a comment")).unwrap().start, 0);
        let cut = &empty(b"a comment")[..25];
        assert!(find(cut).is_err());
        assert!(find(&[empty(b""), b"x".to_vec()].concat()).is_err());
        assert!(find(&[b"x".to_vec(), empty(b"")].concat()).is_err());
        // A second end in the comment: whoever looks from the other side finds that one.
        assert!(find(&empty(&empty(b"x"))).is_err());
        assert!(find(b"").is_err());
    }
}
