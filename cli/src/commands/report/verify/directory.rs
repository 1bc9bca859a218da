//! The central directory of a ZIP, counted by ourselves.
//!
//! Of two entries with one name, one reader takes the first and another the last;
//! the library keeps the last. So what it lists must be all that is there:
//! APPNOTE.TXT, section 4.3.12.

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _, SeekFrom};

use anyhow::Result;
use trailseal_forensics::report::check::Limits;

/// What each entry of the directory begins with.
const SIGNATURE: [u8; 4] = *b"PK\x01\x02";
/// Its bytes before the name.
const HEADER: usize = 46;

/// How many entries the directory that begins at an offset has, whatever its end
/// says; at most one more than a bundle may have files.
///
/// # Errors
/// If the file cannot be read.
pub(super) fn entries(file: File, start: u64) -> Result<usize> {
    let mut reader = BufReader::new(file);
    reader.seek(SeekFrom::Start(start))?;
    let mut header = [0; HEADER];
    let mut count = 0;
    while count <= Limits::FILES && reader.read_exact(&mut header).is_ok() {
        if header[..4] != SIGNATURE {
            break;
        }
        count += 1;
        // Name, extra field and comment.
        let lengths = header[28..34].chunks_exact(2);
        let rest: i64 = lengths
            .map(|two| i64::from(u16::from_le_bytes([two[0], two[1]])))
            .sum();
        reader.seek_relative(rest)?;
    }
    Ok(count)
}
