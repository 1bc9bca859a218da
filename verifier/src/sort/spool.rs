//! Items that wait in a file, out of memory.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};

use super::SortError;
use super::item::{self, Item};

/// Where many threads put what they found until somebody takes it, in an order of
/// their own.
#[derive(Debug)]
pub struct Spool<T, S> {
    file: Mutex<S>,
    item: PhantomData<fn() -> T>,
}

/// Some items in a spool.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    start: u64,
    length: u64,
}

impl<T: Item, S: Read + Write + Seek> Spool<T, S> {
    /// An empty one, in an empty file.
    pub fn new(file: S) -> Self {
        Self {
            file: Mutex::new(file),
            item: PhantomData,
        }
    }

    /// Puts items there.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn put(&self, items: impl IntoIterator<Item = T>) -> io::Result<Segment> {
        let (mut bytes, mut buffer) = (Vec::new(), Vec::new());
        for item in items {
            item::write(&item, &mut buffer, &mut bytes)?;
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let start = file.seek(SeekFrom::End(0))?;
        file.write_all(&bytes)?;
        let length = bytes.len() as u64;
        Ok(Segment { start, length })
    }

    /// Shows the items of a segment, in the order in which they were put there.
    ///
    /// # Errors
    /// They cannot be read, or cannot be taken.
    pub fn each(
        &self,
        segment: Segment,
        mut take: impl FnMut(T) -> Result<(), SortError>,
    ) -> Result<(), SortError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(segment.start))?;
        let mut from = BufReader::new((&mut *file).take(segment.length));
        let mut buffer = Vec::new();
        while let Some(item) = item::read(&mut from, &mut buffer)? {
            take(item?)?;
        }
        Ok(())
    }
}
