//! Events as a story: what happened, in a sentence, and below it who saw it.

use super::super::page::{Colour, Ink, Page};
use super::super::text::time;
use super::{call, mark, shown};
use crate::escape::Printable;

use trailseal_forensics::timeline::Line;

/// Characters of a sentence that are shown.
const LONGEST: usize = 400;
/// Where sentences begin.
const MARGIN: usize = 13;

/// Writes one event after the other, with a heading for each day.
pub(crate) struct Timeline {
    colour: Colour,
    day: String,
}

impl Timeline {
    pub(crate) fn new(colour: Colour) -> Self {
        Self {
            colour,
            day: String::new(),
        }
    }

    /// The text of the next event.
    pub(crate) fn event(&mut self, line: &Line) -> String {
        let mut page = Page::new(self.colour);
        let (day, hour) = match line.time() {
            Some(at) => {
                let at = time(at);
                (at[..10].to_owned(), at[11..19].to_owned())
            }
            None => ("no time".to_owned(), "??:??:??".to_owned()),
        };
        if day != self.day {
            if !self.day.is_empty() {
                page.line("");
            }
            let heading = page.ink(Ink::Strong, &day);
            page.line(&heading);
            self.day = day;
        }
        let label = format!("{hour} {}", mark(line.answer()));
        let sentence = shown(line.sentence().unwrap_or("an event"), LONGEST);
        let ink = Some(line.answer().into());
        page.beside(2, (&label, ink), MARGIN - 2, &sentence);
        page.hanging(MARGIN, MARGIN + 2, &seen(line));
        page.into_text()
    }
}

/// Where, from where, and as which call.
fn seen(line: &Line) -> String {
    let mut parts = vec![shown(&call(line), 80)];
    let place = [line.account(), line.region()];
    let place: Vec<String> = place
        .into_iter()
        .flatten()
        .map(|text| shown(text, 24))
        .collect();
    if !place.is_empty() {
        parts.push(format!("in {}", place.join(" ")));
    }
    if let Some(address) = line.address() {
        parts.push(format!("from {}", shown(address, 64)));
    }
    if let Some(credential) = line.credential() {
        parts.push(format!("with {}", Printable(credential)));
    }
    parts.join(", ")
}
