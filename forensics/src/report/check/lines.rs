//! The inventory, read again.

use serde::Deserialize;
use trailseal_keys::Sha256;
use trailseal_keys::merkle::{LeafHash, RootHash, TreeHasher};
use trailseal_verifier::report::Counts;
use trailseal_verifier::sort::{Create, FileSorter, SortError, Sorter};
use trailseal_verifier::verdict::Answer;

use super::found::Kept;
use super::listed::BUDGET;
use super::said::{By, Said};
use super::split::{LONGEST, Splitter};
use crate::report::inventory::{Kind, Place};

/// An inventory that was read.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) leaves: u64,
    pub(super) root: RootHash,
    /// Digests that are there.
    pub(super) digests: Counts,
    /// Logs that verified digests name.
    pub(super) logs: Counts,
    /// The first line that is none, and why.
    pub(super) fault: Option<String>,
    /// What it says of the objects that are in the bundle, if that is
    /// [kept](Kept::Objects).
    pub(super) included: Option<FileSorter<Said>>,
}

#[derive(Debug)]
pub(super) struct Reader {
    lines: Splitter,
    counting: Counting,
}

#[derive(Debug, Default)]
struct Counting {
    tree: TreeHasher,
    digests: Counts,
    logs: Counts,
    fault: Option<String>,
    included: Option<FileSorter<Said>>,
    broken: Option<SortError>,
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
    pub(super) fn keeping(kept: Kept, create: Create) -> Self {
        Self {
            lines: Splitter::default(),
            counting: Counting {
                included: match kept {
                    Kept::Counts => None,
                    Kept::Objects => Some(Sorter::new(BUDGET, create)),
                },
                ..Counting::default()
            },
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        let Self { lines, counting } = self;
        lines.update(bytes, |line| counting.line(line));
    }

    /// What was read.
    ///
    /// # Errors
    /// What it says of objects cannot be put aside.
    pub(super) fn finish(self) -> Result<Counted, SortError> {
        let mut counting = self.counting;
        if self.lines.is_cut() {
            counting.note("the last line has no end: it is cut".to_owned());
        }
        if let Some(error) = counting.broken {
            return Err(error);
        }
        Ok(Counted {
            leaves: counting.tree.len(),
            root: counting.tree.root(),
            digests: counting.digests,
            logs: counting.logs,
            fault: counting.fault,
            included: counting.included,
        })
    }
}

impl Counting {
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
        if line.included.is_some()
            && self.broken.is_none()
            && let Some(included) = &mut self.included
        {
            let said = Said {
                place: line.place,
                by: By::Inventory,
                answer,
                sha256: line.sha256,
            };
            self.broken = included.push(said).err();
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
        let mut reader = Reader::keeping(Kept::Objects, tempfile::tempfile);
        for part in parts {
            reader.update(part);
        }
        reader.finish().unwrap()
    }

    #[test]
    fn objects_that_are_there_are_counted() {
        let read = read(&[LINES.as_bytes()]);
        assert_eq!((read.leaves, &read.fault), (3, &None));
        assert_eq!((read.digests.verified, read.digests.failed), (1, 0));
        assert_eq!(read.logs.failed, 1);
        let included = read.included.unwrap().finish().unwrap();
        assert_eq!(included.count(), 1);
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
