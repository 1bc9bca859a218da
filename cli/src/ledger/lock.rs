//! One check at a time.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use jiff::Timestamp;

use super::LedgerError;

/// Most that is read of what a holder says of itself.
const MAX_HOLDER: u64 = 200;

/// The right to check, held until it is dropped: a lock on the file beside the
/// ledger, which the system releases whatever ends the process.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes it at once or not at all.
    ///
    /// # Errors
    /// [`LedgerError::Busy`] names the holder.
    pub(crate) fn take(ledger: &Path, now: Timestamp) -> Result<Self, LedgerError> {
        let mut path = ledger.as_os_str().to_owned();
        path.push(".lock");
        let failed = |error| LedgerError::Lock {
            path: Path::new(&path).to_owned(),
            error,
        };
        let open = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path);
        let mut file = open.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let read = (&file).take(MAX_HOLDER).read_to_string(&mut holder);
                let known = read.is_ok() && !holder.is_empty();
                return Err(LedgerError::Busy {
                    path: ledger.to_owned(),
                    holder: match known {
                        true => holder.trim().to_owned(),
                        false => "it does not say which".to_owned(),
                    },
                });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let holder = format!("process {} since {now}\n", std::process::id());
        let written = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(holder.as_bytes()));
        // A full disk does not matter here: the lock is what counts.
        let _ = written;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_is_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("ledger.sqlite");
        let now: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        let first = Lock::take(&ledger, now).unwrap();
        let error = Lock::take(&ledger, now).unwrap_err().to_string();
        let pid = std::process::id().to_string();
        assert!(
            error.contains(&pid) && error.contains("2026-03-01"),
            "{error}"
        );
        drop(first);
        Lock::take(&ledger, now).unwrap();
    }
}
