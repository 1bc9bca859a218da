//! What vouches for a record, beside the record.

use trailseal_forensics::Provenance;
use trailseal_forensics::provenance::{Location, Verdict};
use trailseal_forensics::session::{EventRef, Step};
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::verdict::Answer;

use super::name;
use crate::render::page::{Ink, Page};
use crate::render::text::time;

/// What the marks mean.
pub(super) const LEGEND: &str = "= of a verified log; ? of a log that nothing vouches for; x of a \
                                 log that failed";

/// Digits of a hash that are shown beside a record; JSON has all of them.
const HASH: usize = 12;

/// One character for an answer.
pub(super) fn mark(answer: Answer) -> &'static str {
    match answer {
        Answer::Verified => "=",
        Answer::Unchecked => "?",
        Answer::Failed => "x",
    }
}

/// A mark in its colour, as a label of a page.
pub(super) fn label(answer: Answer) -> (&'static str, Option<Ink>) {
    (mark(answer), Some(answer.into()))
}

/// The worst answer of the records of a step: of two copies of one action that
/// are not proved alike, it is not known which one says what.
pub(super) fn of_step(step: &Step<Provenance>) -> Answer {
    of_records(&step.events)
}

/// The worst answer of some records; unchecked if there are none.
pub(super) fn of_records(events: &[EventRef<Provenance>]) -> Answer {
    let answers = events.iter().map(|event| event.at.verdict().answer());
    answers.max().unwrap_or(Answer::Unchecked)
}

/// Writes a record: mark, time, id, and where it lies.
pub(super) fn write_record(page: &mut Page, indent: usize, event: &EventRef<Provenance>) {
    write_proof(
        page,
        indent,
        &time(event.time),
        event.id.as_deref(),
        &event.at,
    );
}

/// Writes what vouches for an event: mark, words, id and hash, and below them
/// where it lies.
pub(super) fn write_proof(
    page: &mut Page,
    indent: usize,
    words: &str,
    id: Option<&str>,
    at: &Provenance,
) {
    let id = id.map_or("without an id".to_owned(), name::id);
    let hash = short(at.origin().sha256());
    let text = format!("{words} event {id} sha256 {hash}");
    page.beside(indent, label(at.verdict().answer()), 2, text.trim_start());
    page.hanging(indent + 2, indent + 4, &place(at));
}

/// File, place in it, and why it is not verified.
fn place(at: &Provenance) -> String {
    let mut text = format!("{} [{}]", file(at.origin().log()), at.place().index);
    if let Verdict::Unverified {
        reason: Some(reason),
    } = at.verdict()
    {
        text.push_str(&format!(" {reason}"));
    }
    text
}

/// The name of a log, which is unique in its bucket; a path as it was typed.
fn file(log: &Location) -> String {
    match log {
        Location::Object(object) => {
            let key = object.key.as_str();
            name::name(key.rsplit('/').next().unwrap_or(key))
        }
        Location::File(path) => name::name(path),
    }
}

fn short(hash: Sha256) -> String {
    let digits = hash.to_string();
    digits[..HASH.min(digits.len())].to_owned()
}
