//! How far a run has come, on a terminal, for those who wait.
//!
//! A thread of its own polls the counters. It shows nothing in the first two
//! seconds and leaves nothing behind.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use trailseal_verifier::walk::{Progress, Seen};

use crate::render::text::{bytes, count};

const QUIET: Duration = Duration::from_secs(2);
const PERIOD: Duration = Duration::from_millis(250);

/// A display that runs until it is dropped.
pub(crate) struct Meter {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Meter {
    /// Starts to show these counters on the standard error.
    pub(crate) fn start(progress: Arc<Progress>) -> Self {
        // An estimate that falls back would only confuse.
        let mut best: Option<f64> = None;
        Self::showing(move |elapsed| {
            let seen = progress.seen();
            best = share(seen).map(|share| best.map_or(share, |best| best.max(share)));
            line(seen, best, elapsed)
        })
    }

    /// Starts to show this line on the standard error, of less than 80 columns,
    /// made anew each time from what has elapsed.
    pub(crate) fn showing(mut line: impl FnMut(Duration) -> String + Send + 'static) -> Self {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || {
            let started = Instant::now();
            let mut drawn = false;
            while stopped.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
                let elapsed = started.elapsed();
                let line = line(elapsed);
                if elapsed >= QUIET {
                    draw(&line);
                    drawn = true;
                }
            }
            if drawn {
                draw("");
            }
        });
        Self {
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        // Hanging up is the signal.
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn draw(line: &str) {
    let mut terminal = io::stderr().lock();
    // Back to the first column, and erase the line.
    let _ = write!(terminal, "\r\x1b[2K{line}").and_then(|()| terminal.flush());
}

/// One line of less than 80 columns.
fn line(seen: Seen, share: Option<f64>, elapsed: Duration) -> String {
    let files = seen.digests_done.saturating_add(seen.logs_done);
    let seconds = elapsed.as_secs_f64().max(0.001);
    let mut line = format!(
        "{} files  {}/s",
        count(files),
        bytes(per_second(seen.bytes, seconds))
    );
    if let Some(share) = share {
        let _ = write!(line, "  {:.0} %", (share * 100.0).floor());
        // An estimate from a hundredth of the work says nothing.
        if share >= 0.02 {
            let left = seconds / share - seconds;
            let _ = write!(line, "  {} left", about(left));
        }
    }
    line
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a rate for the eye"
)]
pub(crate) fn per_second(amount: u64, seconds: f64) -> u64 {
    (amount as f64 / seconds) as u64
}

/// The share of the work that is done. Accounts and Regions are listed one
/// after the other, so those that follow are taken to be as large as those that
/// were: an estimate.
#[allow(clippy::cast_precision_loss, reason = "a share for the eye")]
fn share(seen: Seen) -> Option<f64> {
    let (done, listed) = (seen.digests_done as f64, seen.digests as f64);
    let places = seen.places.max(1) as f64;
    let places_done = seen.places_done as f64;
    if seen.digests == 0 {
        return None;
    }
    let share = if seen.digests_done >= seen.digests {
        places_done / places
    } else {
        done / listed * (places_done + 1.0) / places
    };
    Some(share.min(1.0))
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a duration for the eye"
)]
pub(crate) fn about(seconds: f64) -> String {
    let seconds = seconds.clamp(0.0, 1e9) as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..7200 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_files_speed_share_and_rest() {
        let seen = Seen {
            places: 1,
            places_done: 0,
            digests: 400,
            digests_done: 100,
            logs_done: 1100,
            bytes: 4_000_000_000,
        };
        assert_eq!(
            line(seen, share(seen), Duration::from_secs(10)),
            "1,200 files  400 MB/s  25 %  30 s left"
        );
    }

    #[test]
    fn nothing_listed_is_no_share() {
        assert_eq!(
            line(Seen::default(), None, Duration::from_secs(3)),
            "0 files  0 B/s"
        );
    }

    #[test]
    fn places_that_are_not_listed_yet_count_too() {
        let share = |places_done, digests, digests_done| {
            share(Seen {
                places: 10,
                places_done,
                digests,
                digests_done,
                ..Seen::default()
            })
        };
        assert_eq!(share(0, 48, 24), Some(0.05));
        assert_eq!(share(1, 48, 48), Some(0.1));
        assert_eq!(share(9, 480, 456), Some(0.95));
        assert_eq!(share(10, 480, 480), Some(1.0));
        assert_eq!(share(0, 0, 0), None);
    }

    #[test]
    fn rests_are_rounded_for_the_eye() {
        assert_eq!(about(59.9), "59 s");
        assert_eq!(about(61.0), "2 min");
        assert_eq!(about(7300.0), "2 h 1 min");
    }
}
