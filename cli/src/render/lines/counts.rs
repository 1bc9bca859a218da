//! How many events say what.

use anyhow::Result;
use serde::Serialize;
use trailseal_forensics::lookup::{Attribute, Counts};

use super::super::page::{Colour, Ink, Page};
use super::super::text::count;
use super::super::visible_json;
use super::shown;

/// Counts for people, the most frequent first.
pub(crate) fn counts_text(attribute: Attribute, counts: &Counts, colour: Colour) -> String {
    let mut page = Page::new(colour);
    let name = page.ink(Ink::Strong, attribute.as_str());
    page.line(&format!("{:>12}  {name}", "events"));
    for value in &counts.values {
        page.beside(
            0,
            (&format!("{:>12}", count(value.events)), None),
            14,
            &shown(&value.value, 300),
        );
    }
    let rest = [
        (counts.absent, "say nothing of it"),
        (
            counts.uncounted,
            "have values that came when there was no room to count more",
        ),
    ];
    for (events, what) in rest.into_iter().filter(|(events, _)| *events > 0) {
        page.beside(
            0,
            (&format!("{:>12}", count(events)), None),
            14,
            &format!("({what})"),
        );
    }
    page.into_text()
}

/// The same as JSON, on one line.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn counts_json(attribute: Attribute, counts: &Counts) -> Result<String> {
    #[derive(Serialize)]
    struct Document<'c> {
        schema: &'static str,
        attribute: &'static str,
        #[serde(flatten)]
        counts: &'c Counts,
    }

    let document = Document {
        schema: "trailseal-counts/1",
        attribute: attribute.as_str(),
        counts,
    };
    let mut text = Vec::new();
    visible_json::write_line(&mut text, &document)?;
    text.push(b'\n');
    Ok(String::from_utf8(text)?)
}
