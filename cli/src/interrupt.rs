//! Ctrl-C: the run ends early and says what it proved so far; the second time
//! it ends at once.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result};

use crate::exit::Exit;

/// Calls this at the first interruption.
///
/// # Errors
/// If the signal cannot be caught.
pub(crate) fn on_interrupt(end: impl Fn() + Send + 'static) -> Result<()> {
    let again = AtomicBool::new(false);
    ctrlc::set_handler(move || {
        if again.swap(true, Ordering::Relaxed) {
            leave();
        }
        end();
    })
    .context("Ctrl-C cannot be caught")
}

#[allow(clippy::exit, reason = "the user does not want to wait")]
fn leave() {
    std::process::exit(Exit::Interrupted.code().into());
}
