//! Whether each name is there once, and the entries lie one behind the other.

use std::cmp::Ordering;

use trailseal_verifier::sort::{
    Budget, Create, DamagedRun, FileSorter, Item, Scanner, Sorter, push_bytes, push_number,
};

use super::ZipError;
use super::header::Header;

/// What is held in memory of names and of places, each.
const BUDGET: Budget = Budget {
    held_bytes: 4 << 20,
    runs: 64,
};
/// Bytes of what follows an entry, with or without a signature, in 32 or 64 bits
/// (section 4.3.9).
const FOLLOWING: [u64; 4] = [12, 16, 20, 24];

/// The names and places of all entries.
pub(super) struct Order {
    names: FileSorter<Name>,
    spans: FileSorter<Span>,
}

impl Order {
    pub(super) fn new(create: Create) -> Self {
        Self {
            names: Sorter::new(BUDGET, create),
            spans: Sorter::new(BUDGET, create),
        }
    }

    /// Takes an entry, whose own header begins there and is so long.
    pub(super) fn note(
        &mut self,
        header: &Header,
        start: u64,
        length: u64,
    ) -> Result<(), ZipError> {
        self.names.push(Name(header.name.clone()))?;
        let end = start.saturating_add(length).saturating_add(header.stored);
        let is_followed = header.is_followed();
        self.spans.push(Span {
            start,
            end,
            is_followed,
        })?;
        Ok(())
    }

    /// Compares neighbours. The directory is behind the last one.
    pub(super) fn finish(self, directory: u64) -> Result<(), ZipError> {
        let mut last: Option<Name> = None;
        for name in self.names.finish()? {
            let name = name?;
            if last.is_some_and(|last| last.0 == name.0) {
                return Err(ZipError::ambiguous(&name.0, "it is there twice"));
            }
            last = Some(name);
        }
        let mut before = Span {
            start: 0,
            end: 0,
            is_followed: false,
        };
        for span in self.spans.finish()? {
            let span = span?;
            before.joins(span.start)?;
            before = span;
        }
        before.joins(directory)
    }
}

struct Name(Vec<u8>);

impl Item for Name {
    fn compare(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }

    fn size(&self) -> usize {
        const ALLOCATION: usize = 16;
        size_of::<Self>() + self.0.len() + ALLOCATION
    }

    fn encode(&self, buffer: &mut Vec<u8>) {
        push_bytes(buffer, &self.0);
    }

    fn decode(bytes: &[u8]) -> Result<Self, DamagedRun> {
        Ok(Self(Scanner::new(bytes).bytes()?.to_vec()))
    }
}

#[derive(Clone, Copy)]
struct Span {
    start: u64,
    end: u64,
    is_followed: bool,
}

impl Span {
    /// Whether the next one begins behind it, with nothing between that a program
    /// which reads from front to back could take for an entry.
    fn joins(self, next: u64) -> Result<(), ZipError> {
        let fits = match next.checked_sub(self.end) {
            Some(0) => !self.is_followed,
            Some(between) => self.is_followed && FOLLOWING.contains(&between),
            None => false,
        };
        let fault = "entries lie within each other, or something lies between them";
        match fits {
            true => Ok(()),
            false => Err(ZipError::ambiguous(
                format!("the entry at byte {}", self.start).as_bytes(),
                fault,
            )),
        }
    }
}

impl Item for Span {
    fn compare(&self, other: &Self) -> Ordering {
        (self.start, self.end).cmp(&(other.start, other.end))
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }

    fn encode(&self, buffer: &mut Vec<u8>) {
        push_number(buffer, self.start);
        push_number(buffer, self.end);
        buffer.push(self.is_followed.into());
    }

    fn decode(bytes: &[u8]) -> Result<Self, DamagedRun> {
        let mut rest = Scanner::new(bytes);
        Ok(Self {
            start: rest.number()?,
            end: rest.number()?,
            is_followed: *rest.take()? == [1],
        })
    }
}
