//! From the threads that read logs to the one that writes.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use trailseal_verifier::log::VerifiedLog;
use trailseal_verifier::verdict::Finding;
use trailseal_verifier::walk::{Progress, Visitor};

use super::desk::Desk;
use super::rows::LogRows;
use super::{CaseError, Known};
use crate::actor::Roster;
use crate::extractor::Extracted;
use crate::merge::Seen;
use crate::provenance::{self, Origin, Outcome, Provenance, Unverified};
use crate::reader::{Limits, Tally};
use crate::session::Graph;

/// Bytes on their way to the one who writes.
const IN_FLIGHT: usize = 64 << 20;

/// Bytes of what is said of a fault, about.
const UNREAD: usize = 256;

/// Takes logs from all threads that read, as the visitor of a walk: each is
/// parsed where it was verified, and written by a thread of its own.
/// [`Builder::fed`](super::Builder::fed) makes one. A log that is in the case
/// already is not parsed.
///
/// Whoever delivers waits while the writer is behind: what is on its way is
/// bounded. (What a visitor returns is held until all before it was taken,
/// which with whole records would be days of logs.)
#[derive(Debug)]
pub struct Feed<'b> {
    known: &'b Known,
    seen: &'b Seen,
    limits: Limits,
    gate: &'b Gate,
    send: Sender<Delivery>,
    desks: Desks,
}

/// As many as logs are read at one time.
#[derive(Debug, Default)]
struct Desks {
    free: Mutex<Vec<Desk>>,
    made: AtomicUsize,
}

/// What is delivered.
#[derive(Debug)]
pub(super) enum Delivery {
    /// A log that is new.
    Log(Box<Extracted<LogRows>>),
    /// A log that is in the case.
    Again(Origin),
    Finding(Box<Finding>),
    /// What was counted in logs that were delivered before.
    Counted(Roster, Graph<Provenance>),
}

impl Delivery {
    fn size(&self) -> usize {
        match self {
            Self::Log(log) => log.value.size() + log.unread.len() * UNREAD,
            Self::Again(_) | Self::Finding(_) | Self::Counted(..) => 0,
        }
    }
}

impl Feed<'_> {
    /// Takes a log that nothing vouches for. Breaks when the case can no
    /// longer be written.
    pub fn unverified(&self, log: &Unverified<'_>) -> ControlFlow<()> {
        let origin = log.origin().clone();
        self.take(origin, log.size(), |visit| log.events(&self.limits, visit))
    }

    /// Takes a finding of the verification. Breaks when the case can no longer
    /// be written.
    pub fn finding(&self, finding: Finding) -> ControlFlow<()> {
        self.deliver(Delivery::Finding(Box::new(finding)))
    }

    fn take(
        &self,
        origin: Origin,
        size: usize,
        read: impl FnOnce(&mut dyn FnMut(Outcome<'_>)) -> Tally,
    ) -> ControlFlow<()> {
        let Some(log) = self.known.claim(&origin) else {
            return self.deliver(Delivery::Again(origin));
        };
        let mut desk = self.desks.take();
        desk.begin(log, size);
        let mut unread = Vec::new();
        let tally = read(&mut |outcome| match outcome {
            Outcome::Event(event) => desk.add(&event, self.seen.note(event.record())),
            Outcome::Unread(fault) => unread.push(fault),
        });
        let delivered = self.deliver(Delivery::Log(Box::new(Extracted {
            origin,
            value: desk.end(),
            unread,
            tally,
        })));
        // Only now: what a desk gives away arrives in order.
        self.desks.give_back(desk);
        delivered
    }

    fn deliver(&self, delivery: Delivery) -> ControlFlow<()> {
        self.gate.enter(delivery.size())?;
        match self.send.send(delivery) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

impl Desks {
    fn take(&self) -> Desk {
        let free = self.free().pop();
        free.unwrap_or_else(|| Desk::new(self.made.fetch_add(1, Ordering::Relaxed)))
    }

    fn give_back(&self, desk: Desk) {
        self.free().push(desk);
    }

    fn free(&self) -> MutexGuard<'_, Vec<Desk>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visitor for Feed<'_> {
    type Extract = ();

    fn visit(&self, log: &VerifiedLog<'_>) {
        // The one who writes has told the walk to stop.
        let _ = self.take(provenance::origin(log), log.content().len(), |visit| {
            provenance::events(log, &self.limits, visit)
        });
    }
}

/// Runs `work`, whose deliveries `write` takes one by one on another thread.
pub(super) fn run<T>(
    (known, seen, limits): (&Known, &Seen, Limits),
    progress: &Progress,
    mut write: impl FnMut(Delivery) -> Result<(), CaseError> + Send,
    work: impl FnOnce(&Feed<'_>) -> T,
) -> Result<T, CaseError> {
    let gate = Gate::default();
    thread::scope(|scope| {
        let gate = &gate;
        let (send, receive): (_, Receiver<Delivery>) = mpsc::channel();
        let writer = scope.spawn(move || {
            // However it ends, nobody is left waiting.
            let _closing = Closing(gate);
            for delivery in receive {
                let size = delivery.size();
                write(delivery).inspect_err(|_| progress.stop())?;
                gate.leave(size);
            }
            Ok(())
        });
        let feed = Feed {
            known,
            seen,
            limits,
            gate,
            send,
            desks: Desks::default(),
        };
        let value = work(&feed);
        for desk in &mut *feed.desks.free() {
            let (roster, graph) = desk.counted();
            // If nobody takes it, the one who writes says why.
            let _ = feed.deliver(Delivery::Counted(roster, graph));
        }
        drop(feed);
        match writer.join() {
            Ok(result) => result.map(|()| value),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Lets in as many bytes as there is room for; what is larger goes alone.
#[derive(Debug, Default)]
struct Gate {
    inside: Mutex<Inside>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Inside {
    bytes: usize,
    closed: bool,
}

impl Gate {
    fn enter(&self, bytes: usize) -> ControlFlow<()> {
        let full = |inside: &mut Inside| {
            !inside.closed && inside.bytes > 0 && inside.bytes.saturating_add(bytes) > IN_FLIGHT
        };
        let waited = self.changed.wait_while(self.lock(), full);
        let mut inside = waited.unwrap_or_else(PoisonError::into_inner);
        inside.bytes += bytes;
        match inside.closed {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    fn leave(&self, bytes: usize) {
        let mut inside = self.lock();
        inside.bytes = inside.bytes.saturating_sub(bytes);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the gate for good when the writer is gone.
struct Closing<'g>(&'g Gate);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.changed.notify_all();
    }
}
