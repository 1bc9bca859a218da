//! Sorted inputs into one.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::io::BufReader;
use std::io::Read;
use std::vec;

use super::SortError;
use super::item::{self, Item};

/// Bytes read or written at once, of each run.
pub(super) const BUFFER: usize = 64 << 10;

/// Where sorted items come from.
#[derive(Debug)]
pub(super) enum Input<T, S> {
    Run(BufReader<S>),
    Held(vec::IntoIter<T>),
}

/// Items of several sorted inputs, in order. Equal ones come in the order of
/// the inputs.
#[derive(Debug)]
pub(super) struct Merge<T, S> {
    inputs: Vec<Input<T, S>>,
    heads: BinaryHeap<Head<T>>,
    buffer: Vec<u8>,
}

#[derive(Debug)]
struct Head<T> {
    item: T,
    input: usize,
}

impl<T: Item, S: Read> Merge<T, S> {
    pub(super) fn new(inputs: Vec<Input<T, S>>) -> Result<Self, SortError> {
        let mut merge = Self {
            heads: BinaryHeap::with_capacity(inputs.len()),
            inputs,
            buffer: Vec::new(),
        };
        for (input, from) in merge.inputs.iter_mut().enumerate() {
            if let Some(item) = from.next(&mut merge.buffer)? {
                merge.heads.push(Head { item, input });
            }
        }
        Ok(merge)
    }

    pub(super) fn next(&mut self) -> Result<Option<T>, SortError> {
        let Some(mut head) = self.heads.peek_mut() else {
            return Ok(None);
        };
        let Some(input) = self.inputs.get_mut(head.input) else {
            return Ok(None);
        };
        Ok(Some(match input.next(&mut self.buffer)? {
            Some(item) => std::mem::replace(&mut head.item, item),
            None => PeekMut::pop(head).item,
        }))
    }
}

impl<T: Item, S: Read> Input<T, S> {
    fn next(&mut self, buffer: &mut Vec<u8>) -> Result<Option<T>, SortError> {
        match self {
            Self::Held(items) => Ok(items.next()),
            Self::Run(file) => Ok(item::read(file, buffer)?.transpose()?),
        }
    }
}

/// The greatest of a heap is the first in order.
impl<T: Item> Ord for Head<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .item
            .compare(&self.item)
            .then(other.input.cmp(&self.input))
    }
}

impl<T: Item> PartialOrd for Head<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Item> PartialEq for Head<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T: Item> Eq for Head<T> {}
