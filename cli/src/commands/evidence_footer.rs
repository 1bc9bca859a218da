//! What an answer rests on, after the answer.

use std::io::Write as _;

use super::lines::{LinesFormat, Written};
use super::reading::Gathered;
use crate::exit::Failure;
use crate::output::{Output, tolerate_broken_pipe};
use crate::render::Colour;
use crate::render::page::Page;

/// Ends an output of events: for people with what they rest on; machines get
/// that on the standard error.
///
/// # Errors
/// If it cannot be written.
pub(super) fn write(
    mut output: Output,
    format: LinesFormat,
    gathered: &Gathered,
    written: Written,
    undated: u64,
    colour: Colour,
) -> Result<(), Failure> {
    let mut page = Page::new(match format {
        LinesFormat::Human => colour,
        _ => Colour::Off,
    });
    page.line(&format!(
        "{} events, {} repeated, {undated} undated, {:?} {:?} {:?}",
        written.events, written.repeated, gathered.left_out, gathered.admitted, gathered.records,
    ));
    let text = page.into_text();
    match format {
        LinesFormat::Human => {
            tolerate_broken_pipe(output.write_all(text.as_bytes())).map_err(Failure::CouldNotRun)?
        }
        _ => {
            // Nobody is left to be told if this fails.
            let _ = std::io::stderr().write_all(text.as_bytes());
        }
    }
    output.finish().map_err(Failure::CouldNotRun)
}
