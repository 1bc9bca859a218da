//! Templates: words with slots for values.
//!
//! `{path|path|"words"}` is a slot: the first path that leads to a value, or
//! else the words. `[…]` is left out unless each of its slots has a value.
//! Several values are listed, the first [`MAX_LISTED`] of them.

use std::borrow::Cow;

use crate::record::Record;

use super::phrase::Phrase;
use super::select::{Found, select};

/// Values of a list that are named; the rest is counted.
const MAX_LISTED: usize = 3;

/// What stands for a value that the record does not hold.
const NOT_RECORDED: &str = "(not recorded)";

/// Fills a template.
pub(super) fn fill(template: &'static str, record: &Record<'_>) -> Phrase {
    let mut phrase = Phrase::default();
    let mut rest = template;
    while let Some((before, group)) = rest.split_once('[') {
        fill_plain(before, record, &mut phrase);
        let (inside, after) = group.split_once(']').unwrap_or((group, ""));
        let mut optional = Phrase::default();
        if fill_plain(inside, record, &mut optional) == Slots::Filled {
            phrase.append(&optional);
        }
        rest = after;
    }
    fill_plain(rest, record, &mut phrase);
    phrase
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Slots {
    Filled,
    SomeEmpty,
}

fn fill_plain(text: &'static str, record: &Record<'_>, into: &mut Phrase) -> Slots {
    let mut slots = Slots::Filled;
    let mut rest = text;
    while let Some((before, slot)) = rest.split_once('{') {
        into.ours(before);
        let (inside, after) = slot.split_once('}').unwrap_or((slot, ""));
        if fill_slot(inside, record, into) == Slots::SomeEmpty {
            slots = Slots::SomeEmpty;
        }
        rest = after;
    }
    into.ours(rest);
    slots
}

fn fill_slot(slot: &'static str, record: &Record<'_>, into: &mut Phrase) -> Slots {
    for choice in slot.split('|') {
        if let Some(words) = choice.strip_prefix('"') {
            into.ours(words.trim_end_matches('"'));
            return Slots::Filled;
        }
        let found = select(record, choice);
        let texts: Vec<Cow<'_, str>> = found
            .iter()
            .filter_map(Found::text)
            .filter(|text| !text.is_empty())
            .collect();
        if !texts.is_empty() {
            list(&texts, into);
            return Slots::Filled;
        }
    }
    into.ours(NOT_RECORDED);
    Slots::SomeEmpty
}

fn list(texts: &[Cow<'_, str>], into: &mut Phrase) {
    for (index, text) in texts.iter().take(MAX_LISTED).enumerate() {
        if index > 0 {
            into.ours(", ");
        }
        into.theirs(text);
    }
    if texts.len() > MAX_LISTED {
        into.ours(format!(" and {} more", texts.len() - MAX_LISTED));
    }
}

/// What is wrong with a template, if anything.
#[cfg(test)]
pub(super) fn fault(template: &str) -> Option<String> {
    let mut group = false;
    let mut slot: Option<String> = None;
    let mut slots_in_group = 0;
    for c in template.chars() {
        match (c, &mut slot) {
            ('{', None) => slot = Some(String::new()),
            ('}', Some(inside)) => {
                if let Some(fault) = slot_fault(inside) {
                    return Some(fault);
                }
                slots_in_group += 1;
                slot = None;
            }
            ('{' | '[' | ']', Some(_)) | ('}', None) => return Some(format!("stray {c}")),
            ('[', None) if !group => (group, slots_in_group) = (true, 0),
            (']', None) if group && slots_in_group > 0 => group = false,
            ('[' | ']', None) => return Some(format!("stray {c}, or a group without a slot")),
            (c, Some(inside)) => inside.push(c),
            _ => {}
        }
    }
    (group || slot.is_some()).then(|| "not closed".to_owned())
}

#[cfg(test)]
fn slot_fault(slot: &str) -> Option<String> {
    let choices: Vec<&str> = slot.split('|').collect();
    choices.iter().enumerate().find_map(|(index, choice)| {
        let words = choice.len() > 2 && choice.starts_with('"') && choice.ends_with('"');
        let fine = if words {
            index + 1 == choices.len()
        } else {
            super::select::is_path(choice)
        };
        (!fine).then(|| format!("{choice:?} is neither a path nor closing words"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_lists_and_optional_groups() {
        let record = Record::parse(r#"{"requestParameters":{"a":"x","l":[1,2,3,4,5]}}"#).unwrap();
        let filled = |template| fill(template, &record).to_string();
        assert_eq!(
            filled("user {req/a}[ in {req/b}][ of {req/a}]."),
            "user x of x."
        );
        assert_eq!(filled("{req/b|req/a}, {req/b|\"someone\"}"), "x, someone");
        assert_eq!(filled("{req/l/*}"), "1, 2, 3 and 2 more");
        assert_eq!(filled("{req/b}"), NOT_RECORDED);
    }

    #[test]
    fn long_values_are_cut_and_say_so() {
        let json = format!(r#"{{"requestParameters":{{"a":"{}"}}}}"#, "ä".repeat(1000));
        let record = Record::parse(&json).unwrap();
        let text = fill("{req/a}", &record).to_string();
        assert!(text.len() < 300 && text.ends_with('…'));
    }

    #[test]
    fn faults_of_templates_are_found() {
        assert_eq!(fault("user {req/a|req/b|\"a user\"}[ in {req/c}]"), None);
        for bad in [
            "{req/a",
            "a}",
            "[ in]",
            "{nope/a}",
            "{req}",
            "[{req/a}",
            "{\"w\"|req/a}",
        ] {
            assert!(fault(bad).is_some(), "{bad}");
        }
    }
}
