//! What an answer rests on, after the answer.

use std::io::Write as _;

use super::lines::{LinesFormat, Written};
use super::reading::Gathered;
use crate::exit::Failure;
use crate::output::{Output, tolerate_broken_pipe};
use crate::render::Colour;
use crate::render::forensic::evidence_text;
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
    if format == LinesFormat::Human && written.events == 0 {
        page.line("no event that was read fits");
    }
    evidence_text(&mut page, &gathered.summary(written.repeated, undated));
    let text = page.into_text();
    match format {
        LinesFormat::Human => {
            tolerate_broken_pipe(output.write_all(text.as_bytes()))
                .map_err(Failure::CouldNotRun)?;
        }
        _ => {
            // Nobody is left to be told if this fails.
            let _ = std::io::stderr().write_all(text.trim_start().as_bytes());
        }
    }
    output.finish().map_err(Failure::CouldNotRun)
}
