//! Files that are not as they should be, by name.

use super::super::text::count;

/// The first of them; the rest is counted. Whoever adds a million files gets a cut list
/// with its count.
#[derive(Debug, Default)]
pub(super) struct Named {
    first: Vec<String>,
    count: u64,
}

impl Named {
    /// How many are named.
    const MOST: usize = 10_000;

    /// Adds one, with what is wrong with it.
    pub(super) fn push(&mut self, file: String) {
        self.count += 1;
        if self.first.len() < Self::MOST {
            self.first.push(file);
        }
    }

    /// Adds all of another list.
    pub(super) fn append(&mut self, other: Self) {
        let unnamed = other.count - other.first.len() as u64;
        other.first.into_iter().for_each(|file| self.push(file));
        self.count += unnamed;
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The names; the last says how many have none.
    pub(super) fn into_files(mut self) -> Vec<String> {
        let unnamed = self.count - self.first.len() as u64;
        if unnamed > 0 {
            self.first.push(format!("and {} more", count(unnamed)));
        }
        self.first
    }
}
