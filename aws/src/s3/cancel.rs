//! The end of waiting.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::sync::watch;
use trailseal_verifier::source::{ReadError, ReadErrorKind};

use super::bucket::Call;

/// Ends every call that waits for AWS, and every later one.
#[derive(Clone, Debug)]
pub struct Cancel(Arc<watch::Sender<bool>>);

impl Default for Cancel {
    fn default() -> Self {
        Self(Arc::new(watch::channel(false).0))
    }
}

impl Cancel {
    /// Ends them.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    /// Waits for a call, or for the end.
    pub(crate) fn unless<T, F>(&self, call: Call<'_, F>) -> Result<T, ReadError>
    where
        F: Future<Output = Result<T, ReadError>>,
    {
        let mut cancelled = self.0.subscribe();
        call.connection.block_on(async {
            let mut cancelled = pin!(cancelled.wait_for(|cancelled| *cancelled));
            let mut work = pin!(call.work);
            std::future::poll_fn(|context| {
                if cancelled.as_mut().poll(context).is_ready() {
                    let error = ReadError::new(ReadErrorKind::Io, "interrupted");
                    return Poll::Ready(Err(error));
                }
                work.as_mut().poll(context)
            })
            .await
        })
    }
}
