//! Events for people: a timeline to read, and a table to scan.

mod counts;
mod table;
mod timeline;

use trailseal_forensics::timeline::Line;
use trailseal_verifier::verdict::Answer;

pub(crate) use counts::{counts_json, counts_text};
pub(crate) use table::table_row;
pub(crate) use timeline::Timeline;

use crate::escape::Printable;

/// The verdict on the log of an event, in one column.
fn mark(answer: Answer) -> &'static str {
    match answer {
        Answer::Verified => "=",
        Answer::Unchecked => "?",
        Answer::Failed => "x",
    }
}

/// Untrusted text, visible, and cut after so many characters.
fn shown(text: &str, longest: usize) -> String {
    let text = Printable(text).to_string();
    match text.char_indices().nth(longest) {
        None => text,
        Some(_) => {
            let end = text.char_indices().nth(longest.saturating_sub(1));
            format!("{}…", &text[..end.map_or(0, |(end, _)| end)])
        }
    }
}

/// The service of an event and its name: `iam:CreateUser`.
fn call(line: &Line) -> String {
    let service = line.source().unwrap_or_default();
    let service = service.split('.').next().unwrap_or_default();
    let name = line.name().unwrap_or("(no name)");
    if service.is_empty() {
        return name.to_owned();
    }
    format!("{service}:{name}")
}
