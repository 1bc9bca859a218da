//! Any number of lines into one order, in bounded memory.

use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

use super::line::Line;
use super::merge::{BUFFER, Input, Merge};
use super::run::{self, DamagedRun};

/// Sorts lines by [`Line::compare`]; equal lines keep their order.
///
/// Lines are held until they reach the [`Budget`], then spilled as a sorted run
/// to a file that the caller makes, and merged at the end. The order depends on
/// the lines only, not on the budget.
///
/// The files should be out of the reach of others, and gone when they are
/// closed, as those of `tempfile::tempfile` are. They hold what the timeline
/// holds.
pub struct Sorter<F, S> {
    create: F,
    budget: Budget,
    held: Vec<Line>,
    held_bytes: usize,
    /// Runs that were merged this many times, oldest first. Those of a later
    /// level are older.
    levels: Vec<Vec<S>>,
}

/// What a sorter may use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Budget {
    /// Bytes of lines that are held in memory. Sorting takes about a sixth
    /// more.
    pub held_bytes: usize,
    /// Runs that are merged at once, 2 at least: an open file and a line in
    /// memory each.
    pub runs: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            held_bytes: 128 << 20,
            runs: 64,
        }
    }
}

/// Why lines cannot be sorted.
#[derive(Debug, thiserror::Error)]
pub enum SortError {
    /// A temporary file cannot be made, written or read.
    #[error("a temporary file of the sort: {0}; is there room for it?")]
    Io(#[from] io::Error),
    /// A temporary file was changed.
    #[error(transparent)]
    Damaged(#[from] DamagedRun),
}

impl<F, S> Sorter<F, S>
where
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

    /// Adds a line.
    ///
    /// # Errors
    /// The lines that are held cannot be spilled. The sorter is then of no use
    /// any more.
    pub fn push(&mut self, line: Line) -> Result<(), SortError> {
        self.held_bytes += line.size();
        self.held.push(line);
        if self.held_bytes >= self.budget.held_bytes {
            self.spill()?;
        }
        Ok(())
    }

    /// All lines, in order.
    ///
    /// # Errors
    /// A spilled run cannot be read.
    pub fn finish(mut self) -> Result<Sorted<S>, SortError> {
        self.held.sort_by(Line::compare);
        let mut inputs = Vec::new();
        for mut run in self.levels.into_iter().rev().flatten() {
            run.rewind()?;
            inputs.push(Input::Run(BufReader::with_capacity(BUFFER, run)));
        }
        inputs.push(Input::Held(self.held.into_iter()));
        Ok(Sorted(Some(Merge::new(inputs)?)))
    }

    fn spill(&mut self) -> Result<(), SortError> {
        self.held.sort_by(Line::compare);
        let mut run = Spilled::new((self.create)()?);
        for line in self.held.drain(..) {
            run.push(&line)?;
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
            let mut merge = Merge::new(inputs)?;
            while let Some(line) = merge.next()? {
                merged.push(&line)?;
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

    fn push(&mut self, line: &Line) -> io::Result<()> {
        run::write(line, &mut self.buffer, &mut self.file)
    }

    fn finish(self) -> io::Result<S> {
        self.file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
    }
}

/// Lines in order. Ends after the first error: what follows it would not be
/// the whole timeline.
pub struct Sorted<S>(Option<Merge<S>>);

impl<S: Read> Iterator for Sorted<S> {
    type Item = Result<Line, SortError>;

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
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::super::run::tests::line;
    use super::*;

    fn memory() -> io::Result<Cursor<Vec<u8>>> {
        Ok(Cursor::new(Vec::new()))
    }

    fn sorted(lines: &[Line], budget: Budget) -> Vec<Line> {
        let mut sorter = Sorter::new(budget, memory);
        for line in lines {
            sorter.push(line.clone()).unwrap();
        }
        sorter.finish().unwrap().map(Result::unwrap).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn like_a_stable_sort_whatever_the_budget(
            lines in prop::collection::vec(line(), 0..60),
            held_bytes in 0_usize..3_000,
            runs in 0_usize..5,
        ) {
            let mut expected = lines.clone();
            expected.sort_by(Line::compare);
            prop_assert_eq!(&sorted(&lines, Budget { held_bytes, runs }), &expected);
            prop_assert_eq!(&sorted(&lines, Budget::default()), &expected);
        }
    }
}
