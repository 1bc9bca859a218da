//! Any number of items into one order, in bounded memory.
//!
//! What is held in memory is sorted and spilled as a run when it reaches its
//! budget; runs are merged. Nothing here makes files: the caller does.

mod item;
mod merge;
mod spool;

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

pub use item::{DamagedRun, Item, Scanner, push_bytes, push_number};
use merge::{BUFFER, Input, Merge};
pub use spool::{Segment, Spool};

/// Sorts items by [`Item::compare`]; equal ones keep their order.
///
/// Items are held until they reach the [`Budget`], then spilled as a sorted run
/// to a file that the caller makes, and merged at the end. The order depends on
/// the items only, not on the budget.
///
/// The files should be out of the reach of others, and gone when they are
/// closed, as those of `tempfile::tempfile` are. They hold what the items hold.
#[derive(Debug)]
pub struct Sorter<T, F, S> {
    create: F,
    budget: Budget,
    held: Vec<T>,
    held_bytes: usize,
    /// Runs that were merged this many times, oldest first. Those of a later
    /// level are older.
    levels: Vec<Vec<S>>,
}

/// A sorter that spills to files.
pub type FileSorter<T> = Sorter<T, Create, File>;

/// Makes an empty file, as `tempfile::tempfile` does.
pub type Create = fn() -> io::Result<File>;

/// What a sorter may use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Budget {
    /// Bytes of items that are held in memory. Sorting takes about a sixth
    /// more.
    pub held_bytes: usize,
    /// Runs that are merged at once, 2 at least: an open file and an item in
    /// memory each.
    pub runs: usize,
}

/// Why items cannot be sorted.
#[derive(Debug, thiserror::Error)]
pub enum SortError {
    /// A temporary file cannot be made, written or read.
    #[error("a temporary file of the sort: {0}; is there room for it?")]
    Io(#[from] io::Error),
    /// A temporary file was changed.
    #[error(transparent)]
    Damaged(#[from] DamagedRun),
}

impl<T, F, S> Sorter<T, F, S>
where
    T: Item,
    F: FnMut() -> io::Result<S>,
    S: Read + Write + Seek,
{
    /// A sorter that spills to what `create` makes: empty, at its start.
    pub fn new(budget: Budget, create: F) -> Self {
        Self {
            create,
            budget,
            held: Vec::new(),
            held_bytes: 0,
            levels: Vec::new(),
        }
    }

    /// Adds an item.
    ///
    /// # Errors
    /// The items that are held cannot be spilled. The sorter is then of no use
    /// any more.
    pub fn push(&mut self, item: T) -> Result<(), SortError> {
        self.held_bytes += item.size();
        self.held.push(item);
        if self.held_bytes >= self.budget.held_bytes {
            self.spill()?;
        }
        Ok(())
    }

    /// All items, in order.
    ///
    /// # Errors
    /// A spilled run cannot be read.
    pub fn finish(mut self) -> Result<Sorted<T, S>, SortError> {
        self.held.sort_by(T::compare);
        let mut inputs = Vec::new();
        for mut run in self.levels.into_iter().rev().flatten() {
            run.rewind()?;
            inputs.push(Input::Run(BufReader::with_capacity(BUFFER, run)));
        }
        inputs.push(Input::Held(self.held.into_iter()));
        Ok(Sorted(Some(Merge::new(inputs)?)))
    }

    fn spill(&mut self) -> Result<(), SortError> {
        self.held.sort_by(T::compare);
        let mut run = Spilled::new((self.create)()?);
        for item in self.held.drain(..) {
            run.push(&item)?;
        }
        self.held_bytes = 0;
        self.add(0, run.finish()?)
    }

    /// Adds a run to a level; a full level becomes one run of the next.
    fn add(&mut self, mut level: usize, mut run: S) -> Result<(), SortError> {
        loop {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let Some(runs) = self.levels.get_mut(level) else {
                return Ok(());
            };
            runs.push(run);
            if runs.len() < self.budget.runs.max(2) {
                return Ok(());
            }
            let mut inputs = Vec::with_capacity(runs.len());
            for mut run in runs.drain(..) {
                run.rewind()?;
                inputs.push(Input::Run(BufReader::with_capacity(BUFFER, run)));
            }
            let mut merged = Spilled::new((self.create)()?);
            let mut merge: Merge<T, S> = Merge::new(inputs)?;
            while let Some(item) = merge.next()? {
                merged.push(&item)?;
            }
            run = merged.finish()?;
            level += 1;
        }
    }
}

/// A run that is being written.
struct Spilled<S: Write> {
    file: BufWriter<S>,
    buffer: Vec<u8>,
}

impl<S: Write> Spilled<S> {
    fn new(file: S) -> Self {
        Self {
            file: BufWriter::with_capacity(BUFFER, file),
            buffer: Vec::new(),
        }
    }

    fn push(&mut self, item: &impl Item) -> io::Result<()> {
        item::write(item, &mut self.buffer, &mut self.file)
    }

    fn finish(self) -> io::Result<S> {
        self.file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
    }
}

/// Items in order. Ends after the first error: what follows it would not be
/// all of them.
#[derive(Debug)]
pub struct Sorted<T, S>(Option<Merge<T, S>>);

impl<T: Item, S: Read> Iterator for Sorted<T, S> {
    type Item = Result<T, SortError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.0.as_mut()?.next();
        if !matches!(next, Ok(Some(_))) {
            self.0 = None;
        }
        next.transpose()
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    /// Ordered by its first byte alone.
    type Pair = (u8, Vec<u8>);

    impl Item for Pair {
        fn compare(&self, other: &Self) -> Ordering {
            self.0.cmp(&other.0)
        }

        fn size(&self) -> usize {
            1 + self.1.len()
        }

        fn encode(&self, buffer: &mut Vec<u8>) {
            buffer.push(self.0);
            push_bytes(buffer, &self.1);
        }

        fn decode(bytes: &[u8]) -> Result<Self, DamagedRun> {
            let mut rest = Scanner::new(bytes);
            let [first] = *rest.take()?;
            Ok((first, rest.bytes()?.to_vec()))
        }
    }

    /// Spills nothing.
    const WHOLE: Budget = Budget {
        held_bytes: usize::MAX,
        runs: 2,
    };

    fn sorted(items: &[Pair], budget: Budget) -> Vec<Pair> {
        let mut sorter = Sorter::new(budget, || Ok(Cursor::new(Vec::new())));
        for item in items {
            sorter.push(item.clone()).unwrap();
        }
        sorter.finish().unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn a_spool_gives_back_each_segment() {
        let spool = Spool::new(Cursor::new(Vec::new()));
        let pairs = |first: u8| (0..3).map(move |n| (first, vec![n; 3]));
        let segments = [7, 8].map(|first| spool.put(pairs(first)).unwrap());
        for (segment, first) in segments.into_iter().zip([7, 8]).rev() {
            let mut found: Vec<Pair> = Vec::new();
            let taken = spool.each(segment, |pair| {
                found.push(pair);
                Ok(())
            });
            taken.unwrap();
            assert_eq!(found, pairs(first).collect::<Vec<_>>());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn like_a_stable_sort_whatever_the_budget(
            items: Vec<(u8, Vec<u8>)>,
            held_bytes in 0_usize..3_000,
            runs in 0_usize..5,
        ) {
            let mut expected = items.clone();
            expected.sort_by(Pair::compare);
            prop_assert_eq!(&sorted(&items, Budget { held_bytes, runs }), &expected);
            prop_assert_eq!(&sorted(&items, WHOLE), &expected);
        }
    }
}
