//! The inventory, read again.

use std::collections::BTreeMap;

use serde::Deserialize;
use trailseal_keys::Sha256;
use trailseal_keys::merkle::{LeafHash, RootHash, TreeHasher};
use trailseal_verifier::report::Counts;
use trailseal_verifier::verdict::Answer;

use super::found::Kept;
use crate::report::inventory::{Kind, Place};

/// Longest line: a key of 1 KB, escaped, twice, and hashes.
const LONGEST: usize = 64 << 10;

/// What an inventory says of an object that is in the bundle.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Said {
    pub(super) answer: Answer,
    pub(super) sha256: Option<Sha256>,
}

/// An inventory that was read.
#[derive(Debug)]
pub struct Counted {
    pub(super) leaves: u64,
    pub(super) root: RootHash,
    /// Digests that are there.
    pub(super) digests: Counts,
    /// Logs that verified digests name.
    pub(super) logs: Counts,
    /// The first line that is none, and why.
    pub(super) fault: Option<String>,
    /// The objects that are in the bundle, if they are [kept](Kept::Objects).
    pub(super) included: BTreeMap<Place, Said>,
}

#[derive(Debug, Default)]
pub(super) struct Reader {
    kept: Kept,
    tree: TreeHasher,
    rest: Vec<u8>,
    digests: Counts,
    logs: Counts,
    fault: Option<String>,
    included: BTreeMap<Place, Said>,
}

#[derive(Deserialize)]
struct Line {
    kind: Kind,
    #[serde(flatten)]
    place: Place,
    answer: Word,
    code: Option<String>,
    sha256: Option<Sha256>,
    digest: Option<Place>,
    included: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Verified,
    Unchecked,
    Failed,
}

impl From<Word> for Answer {
    fn from(word: Word) -> Self {
        match word {
            Word::Verified => Self::Verified,
            Word::Unchecked => Self::Unchecked,
            Word::Failed => Self::Failed,
        }
    }
}

impl Reader {
    pub(super) fn keeping(kept: Kept) -> Self {
        Self {
            kept,
            ..Self::default()
        }
    }

    pub(super) fn update(&mut self, mut bytes: &[u8]) {
        while let Some(end) = memchr::memchr(b'\n', bytes) {
            if self.rest.is_empty() {
                self.line(&bytes[..end]);
            } else {
                self.hold(&bytes[..end]);
                let line = std::mem::take(&mut self.rest);
                self.line(&line);
            }
            bytes = &bytes[end + 1..];
        }
        self.hold(bytes);
    }

    /// Keeps the beginning of a line, as far as lines go.
    fn hold(&mut self, bytes: &[u8]) {
        let room = (LONGEST + 1).saturating_sub(self.rest.len());
        self.rest.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn line(&mut self, line: &[u8]) {
        self.tree.push(LeafHash::of(line));
        let number = self.tree.len();
        if line.len() > LONGEST {
            self.note(format!("line {number} is longer than {LONGEST} bytes"));
            return;
        }
        match serde_json::from_slice::<Line>(line) {
            Ok(line) => self.count(line),
            Err(error) => self.note(format!("line {number}: {error}")),
        }
    }

    fn note(&mut self, fault: String) {
        self.fault.get_or_insert(fault);
    }

    fn count(&mut self, line: Line) {
        let answer = Answer::from(line.answer);
        match line.kind {
            Kind::Digest if line.code.as_deref() != Some("digest-absent") => {
                self.digests.add(answer);
            }
            Kind::Log if line.digest.is_some() => self.logs.add(answer),
            Kind::Digest | Kind::Log => {}
        }
        if line.included.is_some() && self.kept == Kept::Objects {
            let sha256 = line.sha256;
            self.included.insert(line.place, Said { answer, sha256 });
        }
    }

    pub(super) fn finish(mut self) -> Counted {
        if !self.rest.is_empty() {
            self.note("the last line has no end: it is cut".to_owned());
        }
        Counted {
            leaves: self.tree.len(),
            root: self.tree.root(),
            digests: self.digests,
            logs: self.logs,
            fault: self.fault,
            included: self.included,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LINES: &str = concat!(
        r#"{"kind":"digest","bucket":"b","key":"d","answer":"verified","sha256":null,"included":"x"}"#,
        "\n",
        r#"{"kind":"digest","bucket":"b","key":"e","answer":"failed","code":"digest-absent","sha256":null}"#,
        "\n",
        r#"{"kind":"log","bucket":"b","key":"l","answer":"failed","sha256":null,"digest":{"bucket":"b","key":"d"}}"#,
        "\n",
    );

    fn read(parts: &[&[u8]]) -> Counted {
        let mut reader = Reader::keeping(Kept::Objects);
        for part in parts {
            reader.update(part);
        }
        reader.finish()
    }

    #[test]
    fn objects_that_are_there_are_counted() {
        let read = read(&[LINES.as_bytes()]);
        assert_eq!((read.leaves, read.fault), (3, None));
        assert_eq!((read.digests.verified, read.digests.failed), (1, 0));
        assert_eq!(read.logs.failed, 1);
        assert_eq!(read.included.len(), 1);
    }

    #[test]
    fn what_is_no_line_is_said() {
        assert!(
            read(&[b"{}\n"])
                .fault
                .unwrap()
                .starts_with("line 1: missing field")
        );
        assert!(read(&[b"{"]).fault.unwrap().contains("cut"));
        let long = vec![b'x'; LONGEST + 1];
        assert!(read(&[&long, b"\n"]).fault.unwrap().contains("longer than"));
    }

    proptest! {
        #[test]
        fn parts_do_not_matter(cut in 0..LINES.len(), more in 0..LINES.len()) {
            let (low, high) = (cut.min(more), cut.max(more));
            let bytes = LINES.as_bytes();
            let parts = read(&[&bytes[..low], &bytes[low..high], &bytes[high..]]);
            prop_assert_eq!(parts.root, read(&[bytes]).root);
        }
    }
}
