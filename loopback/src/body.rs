//! Bodies that arrive whole, slowly, or only half.

use std::io;
use std::num::NonZeroU64;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::tally::InFlight;

/// How often a slow body sends something.
const TICK: Duration = Duration::from_millis(50);

/// The body of an answer. A request is in flight until it is dropped.
#[derive(Debug)]
pub(crate) struct Payload {
    rest: Bytes,
    delivery: Delivery,
    in_flight: Option<InFlight>,
}

#[derive(Debug)]
enum Delivery {
    Whole,
    Slow {
        each: usize,
        pause: Option<Pin<Box<Sleep>>>,
    },
    /// The first part is still to be sent.
    CutAfter(usize),
    /// It is sent; hyper gets one turn to flush it.
    Flush,
    Broken,
}

impl Payload {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self {
            rest: bytes,
            delivery: Delivery::Whole,
            in_flight: None,
        }
    }

    /// Sends no more than this many bytes a second.
    pub(crate) fn slow(&mut self, per_second: NonZeroU64) {
        let each = (per_second.get() / 20).max(1);
        let each = usize::try_from(each).unwrap_or(usize::MAX);
        self.delivery = Delivery::Slow { each, pause: None };
    }

    /// Ends half-way. An empty body cannot.
    pub(crate) fn cut(&mut self) {
        if !self.rest.is_empty() {
            self.delivery = Delivery::CutAfter(self.rest.len() / 2);
        }
    }

    /// Drops the bytes and keeps what the headers say: an answer to `HEAD`.
    pub(crate) fn withhold(&mut self) {
        self.rest = Bytes::new();
        self.delivery = Delivery::Whole;
    }

    pub(crate) fn track(&mut self, in_flight: InFlight) {
        self.in_flight = Some(in_flight);
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = &mut *self;
        let part = match &mut this.delivery {
            Delivery::Whole => this.rest.len(),
            Delivery::Slow { each, pause } => {
                if let Some(waiting) = pause {
                    std::task::ready!(waiting.as_mut().poll(context));
                }
                *pause = Some(Box::pin(sleep(TICK)));
                (*each).min(this.rest.len())
            }
            Delivery::CutAfter(half) => {
                let half = *half;
                this.delivery = Delivery::Flush;
                if half == 0 {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                half
            }
            Delivery::Flush => {
                this.delivery = Delivery::Broken;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Delivery::Broken => {
                return Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())));
            }
        };
        if part == 0 {
            return Poll::Ready(None);
        }
        Poll::Ready(Some(Ok(Frame::data(this.rest.split_to(part)))))
    }

    fn is_end_stream(&self) -> bool {
        let may_end = matches!(self.delivery, Delivery::Whole | Delivery::Slow { .. });
        may_end && self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
