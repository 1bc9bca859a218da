//! Events as a story: what happened, in a sentence, and below it who saw it.

use super::super::page::{Colour, Ink, Page};
use super::super::text::time;
use super::{call, mark, shown};
use crate::escape::Printable;

use trailseal_forensics::timeline::{Deed, Line};

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

    /// The text of the next event, and of what else was recorded of it.
    pub(crate) fn deed(&mut self, deed: &Deed) -> String {
        let line = &deed.line;
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
        for other in &deed.also {
            page.hanging(MARGIN, MARGIN + 2, &also(line, other));
        }
        page.into_text()
    }
}

/// Another record of the same action.
fn also(line: &Line, other: &Line) -> String {
    let id = shown(other.event_id().unwrap_or("(no id)"), 64);
    let proof = mark(other.answer());
    if line.corrects().is_some() && line.account() == other.account() {
        return format!("{proof} corrects {id}");
    }
    let account = shown(other.account().unwrap_or("(no account)"), 24);
    format!("{proof} also recorded in {account} as {id}")
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
