//! A large file is brought to the disk while it is written: what waits until the
//! end, is waited for.

use std::fs::File;
use std::io;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const EVERY: Duration = Duration::from_millis(500);

/// Brings a file to the disk every now and then, on a thread of its own.
#[derive(Debug)]
pub(super) struct Flush(Option<Running>);

#[derive(Debug)]
struct Running {
    end: Sender<()>,
    /// The file is closed last: to close it gives up the locks that SQLite has on
    /// it in this process (POSIX, `fcntl`).
    thread: JoinHandle<(File, io::Result<()>)>,
}

impl Flush {
    pub(super) fn of(file: File) -> Self {
        let (end, ended) = mpsc::channel();
        let thread = thread::spawn(move || {
            let flushed = flush(&file, &ended);
            (file, flushed)
        });
        Self(Some(Running { end, thread }))
    }

    /// Brings the rest to the disk. An error on the way is one of the end: the
    /// system tells it once.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        let Some(Running { end, thread }) = self.0.take() else {
            return Ok(());
        };
        // If nobody hears it, the thread has ended with an error.
        let _ = end.send(());
        match thread.join() {
            Ok((_, flushed)) => flushed,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

fn flush(file: &File, ended: &Receiver<()>) -> io::Result<()> {
    loop {
        match ended.recv_timeout(EVERY) {
            Err(RecvTimeoutError::Timeout) => file.sync_data()?,
            Ok(()) => return file.sync_all(),
            // The file is not wanted.
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}
