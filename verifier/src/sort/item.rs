//! An item as it is spilled: its length in four bytes, little-endian, then what it
//! encodes.
//!
//! A run lives as long as its sorter and is read by nobody else, so the form may
//! change at any time. It is trusted like memory: whoever can write to it can
//! change what is sorted. What is read is checked for damage all the same.

use std::cmp::Ordering;
use std::io::{self, Read, Write};

/// What can be sorted in bounded memory.
pub trait Item: Sized {
    /// The order. Equal items keep theirs.
    fn compare(&self, other: &Self) -> Ordering;

    /// Bytes of memory, about.
    fn size(&self) -> usize;

    /// Appends it to a buffer.
    fn encode(&self, buffer: &mut Vec<u8>);

    /// The item that was encoded.
    ///
    /// # Errors
    /// The bytes are not those of one.
    fn decode(bytes: &[u8]) -> Result<Self, DamagedRun>;
}

/// A spilled run does not hold what was written to it.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
#[error("a temporary file of the sort holds other bytes than were written: {0}")]
pub struct DamagedRun(pub &'static str);

/// Writes one item. `buffer` is scratch space.
pub(super) fn write(item: &impl Item, buffer: &mut Vec<u8>, to: &mut impl Write) -> io::Result<()> {
    buffer.clear();
    item.encode(buffer);
    let length = u32::try_from(buffer.len())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "an item of more than 4 GiB"))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(buffer)
}

/// Reads one item; `None` at the end of the run.
pub(super) fn read<T: Item>(
    from: &mut impl Read,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<Result<T, DamagedRun>>> {
    let mut length = [0; 4];
    buffer.clear();
    from.by_ref().take(4).read_to_end(buffer)?;
    if buffer.is_empty() {
        return Ok(None);
    }
    if buffer.len() < length.len() {
        return Ok(Some(Err(DamagedRun("it ends within a length"))));
    }
    length.copy_from_slice(buffer);
    let length = u32::from_le_bytes(length);
    buffer.clear();
    from.by_ref().take(length.into()).read_to_end(buffer)?;
    if buffer.len() as u64 != u64::from(length) {
        return Ok(Some(Err(DamagedRun("it ends within an item"))));
    }
    Ok(Some(T::decode(buffer)))
}

/// Appends an unsigned LEB128 number.
#[expect(clippy::cast_possible_truncation, reason = "seven bits at a time")]
pub fn push_number(buffer: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        buffer.push(number as u8 | 0x80);
        number >>= 7;
    }
    buffer.push(number as u8);
}

/// Appends bytes, with their number before them.
pub fn push_bytes(buffer: &mut Vec<u8>, bytes: &[u8]) {
    push_number(buffer, bytes.len() as u64);
    buffer.extend(bytes);
}

/// Reads an encoded item from front to back.
#[derive(Debug)]
pub struct Scanner<'b>(&'b [u8]);

impl<'b> Scanner<'b> {
    /// At the front.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    /// What is left.
    pub fn rest(&self) -> &'b [u8] {
        self.0
    }

    /// The next so many bytes.
    ///
    /// # Errors
    /// There are not so many.
    pub fn take<const N: usize>(&mut self) -> Result<&'b [u8; N], DamagedRun> {
        let (head, tail) = self
            .0
            .split_first_chunk()
            .ok_or(DamagedRun("an item that is too short"))?;
        self.0 = tail;
        Ok(head)
    }

    /// What [`push_number`] wrote.
    ///
    /// # Errors
    /// It is none.
    pub fn number(&mut self) -> Result<u64, DamagedRun> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = *self.take::<1>()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(DamagedRun("a number without an end"))
    }

    /// What [`push_bytes`] wrote.
    ///
    /// # Errors
    /// There are not so many bytes.
    pub fn bytes(&mut self) -> Result<&'b [u8], DamagedRun> {
        let length = usize::try_from(self.number()?).ok();
        let (head, tail) = length
            .and_then(|length| self.0.split_at_checked(length))
            .ok_or(DamagedRun("an item that is too short"))?;
        self.0 = tail;
        Ok(head)
    }

    /// Text that [`push_bytes`] wrote.
    ///
    /// # Errors
    /// There is none.
    pub fn text(&mut self) -> Result<&'b str, DamagedRun> {
        str::from_utf8(self.bytes()?).map_err(|_| DamagedRun("a text that is not UTF-8"))
    }
}
