//! What is read of a ZIP is what another program reads of it.
#![no_main]

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use libfuzzer_sys::fuzz_target;
use trailseal_forensics::report::zip::{Archive, Entry, ZipError};
use zip::ZipArchive;

fuzz_target!(|bytes: &[u8]| {
    let open = || Ok(Cursor::new(bytes));
    let Ok(archive) = Archive::open(open, tempfile::tempfile) else {
        return;
    };
    let mut files = Vec::new();
    let whole = archive.each(|name, entry| {
        if let Entry::File(mut file) = entry {
            assert!(!name.split('/').any(|part| matches!(part, "" | "." | "..")), "{name}");
            let mut content = Vec::new();
            file.read_to_end(&mut content)?;
            files.push((name.to_owned(), content));
        }
        Ok::<(), ZipError>(())
    });
    let (Ok(()), Ok(mut other)) = (whole, ZipArchive::new(Cursor::new(bytes))) else {
        return;
    };
    let mut others = BTreeMap::new();
    for index in 0..other.len() {
        let Ok(mut entry) = other.by_index(index) else {
            return;
        };
        let Ok(name) = entry.name().map(|name| name.into_owned()) else {
            continue;
        };
        let mut content = Vec::new();
        if entry.read_to_end(&mut content).is_ok() {
            others.insert(name, content);
        }
    }
    for (name, content) in files.iter().filter(|(name, _)| name.is_ascii()) {
        let mut same = others.iter().filter(|(other, _)| other.ends_with(name.as_str()));
        assert!(same.any(|(_, other)| other == content), "{name}");
    }
});
