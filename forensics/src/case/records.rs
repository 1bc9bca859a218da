//! Where the records of events lie: many in a row, so that few rows are written
//! and read, and none is larger than a page that it shares.

use rusqlite::blob::Blob;
use rusqlite::{Connection, ErrorCode, Row};

use super::error::Failure;
use super::schema::PAGE;

/// Bytes of records in a block, unless it is a single record: what a page holds,
/// but for what SQLite writes beside them
/// (<https://www.sqlite.org/fileformat2.html#b_tree_pages>).
pub(super) const BLOCK: usize = PAGE - 64;

/// The place of a record: columns `block`, `first`, `size` of table `event`.
#[derive(Clone, Copy, Debug)]
pub(super) struct InBlock {
    block: i64,
    first: i64,
    size: i64,
}

impl InBlock {
    /// Reads the columns, from this one on.
    pub(super) fn read(row: &Row<'_>, from: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            block: row.get(from)?,
            first: row.get(from + 1)?,
            size: row.get(from + 2)?,
        })
    }

    fn bounds(self) -> Option<(usize, usize)> {
        let first = usize::try_from(self.first).ok()?;
        Some((first, usize::try_from(self.size).ok()?))
    }
}

/// Reads records, to answer one question.
pub(super) struct Records<'c> {
    db: &'c Connection,
    /// The block that was read from last.
    block: Option<Blob<'c>>,
    /// Bytes of records that may still be read. No more are in the file, unless
    /// events share them, which those of a case that was built do not: a small
    /// file could keep its reader busy for days.
    left: i64,
    text: Vec<u8>,
}

impl<'c> Records<'c> {
    pub(super) fn of(db: &'c Connection) -> Result<Self, Failure> {
        let size = |name| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        Ok(Self {
            db,
            block: None,
            left: size("page_count")?.saturating_mul(size("page_size")?),
            text: Vec::new(),
        })
    }

    /// The text of a record.
    pub(super) fn read(&mut self, at: InBlock) -> Result<&str, Failure> {
        let (first, size) = at.bounds().ok_or("a record outside of its block")?;
        self.left = self.left.saturating_sub(at.size);
        if self.left < 0 {
            return Err("records of many events in one place".into());
        }
        let opened = match &mut self.block {
            Some(block) => block.reopen(at.block).map(|()| block),
            none => {
                let block = self
                    .db
                    .blob_open("main", "block", "records", at.block, true);
                block.map(|block| none.insert(block))
            }
        };
        let block = opened.map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::Unknown) => "a record without its block".into(),
            _ => Failure::from(error),
        })?;
        // A block that is larger holds one record: to find a place in it, all that
        // comes before is read.
        let is_whole = (first, size) == (0, block.len());
        let end = first.checked_add(size).filter(|end| *end <= block.len());
        if end.is_none() || block.len() > BLOCK && !is_whole {
            return Err("a record outside of its block".into());
        }
        self.text.resize(size, 0);
        block.read_at_exact(&mut self.text, first)?;
        std::str::from_utf8(&self.text).map_err(|_| "a record that is no text".into())
    }
}
