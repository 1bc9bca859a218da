//! JSON whose strings are safe to look at, as files of their own.

use anyhow::Result;
use serde::Serialize;

pub(super) use trailseal_forensics::visible::write_indented;
pub(crate) use trailseal_forensics::visible::write_line;

/// A value indented, as a file of its own.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn document(value: &impl Serialize) -> Result<String> {
    let mut text = Vec::new();
    write_indented(&mut text, value)?;
    text.push(b'\n');
    Ok(String::from_utf8(text)?)
}
