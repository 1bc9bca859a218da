//! What building a case came to.

use std::path::Path;

use trailseal_forensics::case::{Built, Verification};

use super::human::word;
use super::page::{Colour, Page};
use super::text::{count, counted};
use crate::escape::Printable;

const LABEL: usize = 11;

/// What was added, and what the case now states.
pub(crate) fn case_built_text(built: &Built, verification: &Verification, path: &Path) -> String {
    let mut page = Page::new(Colour::Off);
    let mut field = |label: &str, text: &str| page.beside(0, (label, None), LABEL, text);
    let label = match verification.interrupted {
        true => "PARTLY",
        false => "BUILT",
    };
    let added = format!(
        "{} and {} added",
        counted(built.events, "event"),
        counted(built.logs, "log")
    );
    field(label, &added);
    if built.known > 0 {
        let text = format!("{} were in the case already", counted(built.known, "log"));
        field("", &text);
    }
    let records = &built.tally;
    let mut text = format!("{} read", count(records.kept));
    for (number, what) in [
        (built.copies, "copies of events that are there"),
        (
            built.contradictions,
            "contradict another record of the same event",
        ),
        (records.unread, "could not be read"),
    ] {
        if number > 0 {
            text.push_str(&format!("; {} {what}", count(number)));
        }
    }
    field("records", &text);
    let text = format!("of {}", Printable(&verification.input));
    field(word(verification.outcome), &text);
    field("case", &Printable(path.display()).to_string());
    page.into_text()
}
