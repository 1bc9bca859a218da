//! Sorted inputs into one.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::io::BufReader;
use std::io::Read;
use std::vec;

use super::line::Line;
use super::run;
use super::sorter::SortError;

/// Bytes read or written at once, of each run.
pub(super) const BUFFER: usize = 64 << 10;

/// Where sorted lines come from.
pub(super) enum Input<S> {
    Run(BufReader<S>),
    Held(vec::IntoIter<Line>),
}

/// Lines of several sorted inputs, in order. Equal ones come in the order of
/// the inputs.
pub(super) struct Merge<S> {
    inputs: Vec<Input<S>>,
    heads: BinaryHeap<Head>,
    buffer: Vec<u8>,
}

struct Head {
    line: Line,
    input: usize,
}

impl<S: Read> Merge<S> {
    pub(super) fn new(inputs: Vec<Input<S>>) -> Result<Self, SortError> {
        let mut merge = Self {
            heads: BinaryHeap::with_capacity(inputs.len()),
            inputs,
            buffer: Vec::new(),
        };
        for (input, from) in merge.inputs.iter_mut().enumerate() {
            if let Some(line) = from.next(&mut merge.buffer)? {
                merge.heads.push(Head { line, input });
            }
        }
        Ok(merge)
    }

    pub(super) fn next(&mut self) -> Result<Option<Line>, SortError> {
        let Some(mut head) = self.heads.peek_mut() else {
            return Ok(None);
        };
        let Some(input) = self.inputs.get_mut(head.input) else {
            return Ok(None);
        };
        Ok(Some(match input.next(&mut self.buffer)? {
            Some(line) => std::mem::replace(&mut head.line, line),
            None => PeekMut::pop(head).line,
        }))
    }
}

impl<S: Read> Input<S> {
    fn next(&mut self, buffer: &mut Vec<u8>) -> Result<Option<Line>, SortError> {
        match self {
            Self::Held(lines) => Ok(lines.next()),
            Self::Run(file) => Ok(run::read(file, buffer)?.transpose()?),
        }
    }
}

/// The greatest of a heap is the first of the timeline.
impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .line
            .compare(&self.line)
            .then(other.input.cmp(&self.input))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}
