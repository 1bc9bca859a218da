//! Text that is read backwards: blocks on threads, the newest block first.
//!
//! All threads share one temporary file. Each block says where the one before
//! it on the same thread begins, so a thread costs one number in memory
//! however long it is. What is short never leaves memory.

use std::io::{self, Read, Seek as _, SeekFrom, Write as _};

use tempfile::SpooledTempFile;

/// Bytes that are held before a file is made.
const IN_MEMORY: usize = 8 << 20;

/// Blocks of all threads.
pub(super) struct Spool {
    file: SpooledTempFile,
    end: u64,
}

/// The newest block of a thread.
#[derive(Debug, Default)]
pub(super) struct Thread(Option<u64>);

impl Default for Spool {
    fn default() -> Self {
        Self {
            file: SpooledTempFile::new(IN_MEMORY),
            end: 0,
        }
    }
}

impl Spool {
    /// Adds a block to a thread; an empty one leaves no trace.
    ///
    /// # Errors
    /// If the temporary file cannot be made or written.
    pub(super) fn append(&mut self, thread: &mut Thread, block: &str) -> io::Result<()> {
        if block.is_empty() {
            return Ok(());
        }
        // Blocks count from one, so that zero can say that there is none before.
        let before = thread.0.map_or(0, |at| at + 1);
        let size = block.len() as u64;
        self.file.write_all(&before.to_le_bytes())?;
        self.file.write_all(&size.to_le_bytes())?;
        self.file.write_all(block.as_bytes())?;
        thread.0 = Some(self.end);
        self.end += 16 + size;
        Ok(())
    }

    /// Takes the newest block of a thread. After this nothing may be added.
    ///
    /// # Errors
    /// If the temporary file cannot be read.
    pub(super) fn pop(&mut self, thread: &mut Thread) -> io::Result<Option<String>> {
        let Some(at) = thread.0 else {
            return Ok(None);
        };
        self.file.seek(SeekFrom::Start(at))?;
        thread.0 = self.number()?.checked_sub(1);
        let size = self.number()?;
        let mut block = String::new();
        Read::take(&mut self.file, size).read_to_string(&mut block)?;
        Ok(Some(block))
    }

    fn number(&mut self) -> io::Result<u64> {
        let mut bytes = [0; 8];
        self.file.read_exact(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_come_back_newest_first_from_memory_and_from_disk() {
        for size in [1, IN_MEMORY / 4] {
            let mut spool = Spool::default();
            let (mut even, mut odd, mut none) = <(Thread, Thread, Thread)>::default();
            let block = |number: usize| number.to_string().repeat(size);
            for number in 0..10 {
                let thread = if number % 2 == 0 { &mut even } else { &mut odd };
                spool.append(thread, &block(number)).unwrap();
                spool.append(thread, "").unwrap();
            }
            for (thread, numbers) in [(&mut odd, [9, 7, 5, 3, 1]), (&mut even, [8, 6, 4, 2, 0])] {
                for number in numbers {
                    assert!(
                        spool.pop(thread).unwrap() == Some(block(number)),
                        "{number}"
                    );
                }
                assert_eq!(spool.pop(thread).unwrap(), None);
            }
            assert_eq!(spool.pop(&mut none).unwrap(), None);
        }
    }
}
