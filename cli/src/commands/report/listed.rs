//! Objects that are too many for the statement: their lines of the manifest, in order,
//! in a temporary file.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Seek as _, SeekFrom, Write as _};

use anyhow::{Context as _, Result};
use trailseal_forensics::report::bundle::bag;
use trailseal_keys::Sha256;

/// Where the name begins in a line: behind 64 digits and two spaces.
const NAME: usize = 66;

/// Lines of a manifest. Names of a mirror hold nothing that a line would spell
/// otherwise.
pub(super) struct Listed {
    lines: BufWriter<File>,
    payload: bag::Payload,
}

impl Listed {
    pub(super) fn new() -> Result<Self> {
        let file = tempfile::tempfile().context("no temporary file can be made")?;
        Ok(Self {
            lines: BufWriter::new(file),
            payload: bag::Payload::default(),
        })
    }

    /// Adds the next file, in the order of the names.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn add(&mut self, name: &str, (hash, size): (Sha256, u64)) -> io::Result<()> {
        self.lines.write_all(bag::line(name, hash).as_bytes())?;
        self.payload.files += 1;
        self.payload.bytes += size;
        Ok(())
    }

    /// How much they are.
    pub(super) fn payload(&self) -> bag::Payload {
        self.payload
    }

    /// Visits each name with its line.
    ///
    /// # Errors
    /// If they cannot be read again, or the visit fails.
    pub(super) fn each(
        &mut self,
        mut visit: impl FnMut(&str, &str) -> io::Result<()>,
    ) -> io::Result<()> {
        self.lines.flush()?;
        let mut file = self.lines.get_ref();
        file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::new(file);
        let mut line = String::new();
        while reader.read_line(&mut line)? > 0 {
            let name = line.get(NAME..).unwrap_or_default().trim_end();
            visit(name, &line)?;
            line.clear();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_in_order() {
        let mut listed = Listed::new().unwrap();
        let hash = Sha256::of(b"");
        for name in ["data/evidence/b/x y", "data/evidence/b/z"] {
            listed.add(name, (hash, 7)).unwrap();
        }
        let mut all = Vec::new();
        listed
            .each(|name, line| {
                all.push((name.to_owned(), line.to_owned()));
                Ok(())
            })
            .unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].0, "data/evidence/b/x y");
        assert_eq!(all[1].1, bag::line("data/evidence/b/z", hash));
        assert_eq!((listed.payload().files, listed.payload().bytes), (2, 14));
    }
}
