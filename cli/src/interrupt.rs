//! Ctrl-C: the run ends early and says what it proved so far; the second time
//! it ends at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};

use crate::exit::Exit;

type End = Box<dyn Fn() + Send>;

/// What the first interruption does now; none before the signal is caught.
static END: Mutex<Option<End>> = Mutex::new(None);

/// Calls this at the first interruption, in the place of what was called before:
/// a command may work in several steps.
///
/// # Errors
/// If the signal cannot be caught.
pub(crate) fn on_interrupt(end: impl Fn() + Send + 'static) -> Result<()> {
    let before = END
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .replace(Box::new(end));
    if before.is_some() {
        return Ok(());
    }
    let again = AtomicBool::new(false);
    ctrlc::set_handler(move || {
        if again.swap(true, Ordering::Relaxed) {
            leave();
        }
        if let Some(end) = &*END.lock().unwrap_or_else(PoisonError::into_inner) {
            end();
        }
    })
    .context("Ctrl-C cannot be caught")
}

#[allow(clippy::exit, reason = "the user does not want to wait")]
fn leave() {
    std::process::exit(Exit::Interrupted.code().into());
}
