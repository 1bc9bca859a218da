//! ZIPs: what is read is what another library wrote, and what can be read in two ways
//! is not read at all.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::io::{Cursor, Read as _, Write as _};

use proptest::prelude::*;
use trailseal_forensics::report::zip::{Archive, Entry, ZipError};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

type Files = Vec<(String, Vec<u8>)>;

fn zipped(files: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The files, and the names of what is none.
fn read(bytes: &[u8]) -> Result<(Files, Vec<String>), ZipError> {
    let archive = Archive::open(|| Ok(Cursor::new(bytes)), tempfile::tempfile)?;
    let (mut files, mut odd) = (Vec::new(), Vec::new());
    archive.each(|name, entry| match entry {
        Entry::File(mut file) => {
            let mut content = Vec::new();
            file.read_to_end(&mut content)?;
            assert_eq!(content.len() as u64, file.size());
            files.push((name.to_owned(), content));
            Ok::<(), ZipError>(())
        }
        Entry::Odd => {
            odd.push(name.to_owned());
            Ok(())
        }
    })?;
    Ok((files, odd))
}

const BOTH: [CompressionMethod; 2] = [CompressionMethod::Stored, CompressionMethod::Deflated];

#[test]
fn files_come_without_the_folder_of_the_bag() {
    for method in BOTH {
        let files = [("x/bagit.txt", &b"a"[..]), ("x/data/y", &[7; 9000])];
        let (found, odd) = read(&zipped(&files, method)).unwrap();
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["bagit.txt", "data/y"]);
        assert_eq!(found[1].1, [7; 9000]);
        assert!(odd.is_empty());
    }
    let (_, odd) = read(&zipped(&[("x/bagit.txt", b""), ("y", b"")], BOTH[0])).unwrap();
    assert_eq!(odd, ["y"]);
}

#[test]
fn what_lies_between_or_around_entries_is_refused() {
    let one = zipped(&[("a", b"1")], BOTH[0]);
    let two = zipped(&[("a", b"1"), ("b", b"2")], BOTH[0]);
    assert!(read(&two).is_ok());
    // An entry that the directory does not name: who reads from the front unpacks it.
    let second = two
        .windows(4)
        .rposition(|four| four == b"PK\x03\x04")
        .unwrap();
    let directory = one
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    let mut hidden = one[..directory].to_vec();
    let entry = &two[second..second + directory];
    hidden.extend(entry);
    let at = hidden.len();
    hidden.extend(&one[directory..]);
    let end = hidden.len() - 22;
    hidden[end + 16..end + 20].copy_from_slice(&u32::try_from(at).unwrap().to_le_bytes());
    assert!(matches!(read(&hidden), Err(ZipError::Ambiguous { .. })));
    for other in [[b"x", &one[..]].concat(), [&one[..], b"x"].concat()] {
        assert!(read(&other).is_err());
    }
}

/// A ZIP of one entry, whose headers have this extra field too.
fn with_extra(mut bytes: Vec<u8>, extra: &[u8]) -> Vec<u8> {
    let length = u16::try_from(extra.len()).unwrap().to_le_bytes();
    let directory = bytes
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    bytes[directory + 30..directory + 32].copy_from_slice(&length);
    let behind_name = directory + 46 + 1;
    bytes.splice(behind_name..behind_name, extra.iter().copied());
    bytes[28..30].copy_from_slice(&length);
    bytes.splice(31..31, extra.iter().copied());
    let end = bytes.len() - 22;
    for at in [end + 12, end + 16] {
        let old = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        let new = old + u32::try_from(extra.len()).unwrap();
        bytes[at..at + 4].copy_from_slice(&new.to_le_bytes());
    }
    bytes
}

/// Some programs believe the name in the field 0x7075.
#[test]
fn a_second_name_is_refused() {
    let one = || zipped(&[("a", b"1")], BOTH[0]);
    let other = with_extra(one(), b"\x75\x70\x06\0\x01\0\0\0\0b");
    assert!(matches!(read(&other), Err(ZipError::Ambiguous { .. })));
    let same = with_extra(one(), b"\x75\x70\x06\0\x01\0\0\0\0a");
    assert_eq!(read(&same).unwrap().0[0].0, "a");
}

proptest! {
    #[test]
    fn any_changed_byte_changes_nothing_unnoticed(
        at in any::<prop::sample::Index>(), bit in 0..8_u8, deflated: bool,
    ) {
        let files = [("bagit.txt", &b"BagIt"[..]), ("data/x", &[3; 300])];
        let mut bytes = zipped(&files, BOTH[usize::from(deflated)]);
        let whole = read(&bytes).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok((found, odd)) = read(&bytes) {
            // Times, versions and attributes say nothing of what is in it.
            prop_assert!(!odd.is_empty() || found == whole.0, "{found:?}");
        }
    }

    #[test]
    fn no_bytes_panic(bytes: Vec<u8>) {
        let _ = read(&bytes);
    }
}
