//! Counts, and the line of the summary that tells them.

use std::fmt::Write as _;

use trailseal_verifier::verdict::Code;

use super::sentence::{Line, Verdict};

/// How many of what.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    valid: u64,
    invalid: u64,
    unchecked: u64,
}

impl Tally {
    /// Counts the object of a line.
    pub(super) fn count(&mut self, line: &Line) {
        match line.verdict {
            Verdict::Valid => self.valid += 1,
            Verdict::Invalid => self.invalid += 1,
            Verdict::Unchecked => self.unchecked += 1,
        }
    }

    /// Counts a digest of which only others tell.
    pub(super) fn count_missing(&mut self, code: Code) {
        match code {
            Code::DigestAbsent => self.invalid += 1,
            Code::DigestUnread => self.unchecked += 1,
            _ => {}
        }
    }

    /// All of them.
    pub(super) fn total(self) -> u64 {
        self.valid + self.invalid + self.unchecked
    }

    /// Both together.
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            valid: self.valid + other.valid,
            invalid: self.invalid + other.invalid,
            unchecked: self.unchecked + other.unchecked,
        }
    }

    /// Adds the line that tells them, if there is anything to tell.
    pub(super) fn write(self, name: &str, text: &mut String) {
        let total = self.total();
        if total == 0 {
            return;
        }
        // Writing to a string does not fail.
        let _ = write!(text, "\n{}/{total} {name} files valid", self.valid);
        for (number, word) in [(self.invalid, "INVALID"), (self.unchecked, "UNCHECKED")] {
            if number > 0 {
                let _ = write!(text, ", {number}/{total} {name} files {word}");
            }
        }
    }
}
