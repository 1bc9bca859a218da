//! The sections of what records say.
//!
//! Names that others chose are quoted where they are no plain word, so that none
//! reads as words of ours.

use std::borrow::Cow;

use trailseal_verifier::verdict::Answer;

use super::super::Basis;
use super::super::bundle::{EVENTS_CSV, EVENTS_JSONL, REPORT_JSON};
use super::super::evidence::Evidence;
use super::super::sections::{Act, ActorRow, Actors, Acts, SessionRow, Sessions, Timeline};
use super::super::text::{count, counted, sentence_list, time};
use super::{Block, Table};
use crate::actor::{CredentialId, Sample};
use crate::provenance::{Location, Provenance};
use crate::timeline::Line;
use crate::visible::name::{id, name, untrusted, value};

/// What the marks mean.
const LEGEND: &str = "Before each line stands what vouches for the log that it was read from: = a \
                      verified digest signed for it; ? nothing vouches for it; x the log failed.";
/// What else they mean in a report from a case.
const STATED: &str = "All of that as the case states it: nothing was checked again.";
/// Addresses that are named of one actor.
const ADDRESSES: usize = 3;
/// Digits of a hash that are shown beside a record.
const HASH: usize = 12;

/// All sections that are there, in their order.
pub(super) fn blocks(evidence: &Evidence) -> Vec<Block> {
    let sections = &evidence.sections;
    if sections.is_empty() {
        return Vec::new();
    }
    let mut legend = LEGEND.to_owned();
    if let Basis::Case(_) = evidence.basis {
        legend.push_str(&format!(" {STATED}"));
    }
    let all = [
        sections.antiforensics.as_ref().map(acts),
        sections.actors.as_ref().map(actors),
        sections.sessions.as_ref().map(sessions),
        sections.timeline.as_ref().map(|it| timeline(it, evidence)),
    ];
    let mut blocks: Vec<Block> = all.into_iter().flatten().flatten().collect();
    // Below the first title, for all that follow.
    blocks.insert(1, Block::Paragraph(legend));
    blocks
}

fn section(title: &'static str, intro: String, table: Table, rest: Vec<String>) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(title), Block::Paragraph(intro)];
    if !table.rows.is_empty() {
        blocks.push(Block::Table(table));
    }
    blocks.extend(rest.into_iter().map(Block::Paragraph));
    blocks
}

fn acts(acts: &Acts) -> Vec<Block> {
    let kinds = [
        (acts.lasting, "lasting or open"),
        (acts.undone, "undone"),
        (acts.not_done, "refused, failed or tried out"),
    ];
    let parts: Vec<String> = kinds
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, words)| format!("{} {words}", count(number)))
        .collect();
    let mut intro = match parts.as_slice() {
        [] => "No event of the logs that were read blinds, destroys or discredits evidence."
            .to_owned(),
        parts => format!(
            "{} against evidence in the logs that were read: {}.",
            counted(kinds.iter().map(|(number, _)| number).sum(), "act"),
            sentence_list(parts)
        ),
    };
    if acts.unexplained > 0 {
        intro.push_str(&format!(
            " Of {} that an event could explain, none on record accounts for all.",
            counted(acts.unexplained, "finding")
        ));
    }
    let rows = acts.shown.iter().map(act);
    let mut rest = more(acts.more, "act", REPORT_JSON);
    if acts.left_out > 0 {
        rest.push(format!(
            "{} beyond what can be kept: there are more acts than are told.",
            counted(acts.left_out, "event")
        ));
    }
    let head = ["when", "what", "who", "record"];
    section(
        "Acts against evidence",
        intro,
        Table::new(&head, rows),
        rest,
    )
}

fn act(act: &Act) -> Vec<String> {
    let at = act.at.map_or_else(|| "at an unknown time".to_owned(), time);
    let mut what = format!(
        "{}, {}: {} {} in {} of {}. It {}. ",
        act.ended.as_str(),
        act.technique.as_str(),
        act.technique.description(),
        untrusted(&act.event),
        untrusted(&act.region),
        untrusted(&act.account),
        harm(act),
    );
    if !act.targets.is_empty() {
        what.push_str(&format!("Target: {}", act.targets.join(", ")));
        if act.more_targets > 0 {
            what.push_str(&format!(" and {} more", count(act.more_targets)));
        }
        what.push_str(". ");
    }
    what.push_str(&format!("End: {}.", act.end));
    for found in &act.explains {
        what.push_str(&format!(" Explains {found}."));
    }
    if act.more_explained > 0 {
        what.push_str(&format!(
            " Explains {}.",
            counted(act.more_explained, "more finding")
        ));
    }
    let mut who = match act.actor.text.as_str() {
        "" => "an unknown actor".to_owned(),
        _ => untrusted(&act.actor),
    };
    if !act.address.text.is_empty() {
        who.push_str(&format!(" from {}", untrusted(&act.address)));
    }
    if let Some(behind) = &act.behind {
        who.push_str(&format!(". Behind it: {behind}"));
    }
    let record = act.event_id.as_deref();
    vec![
        marked(act.answer(), &at),
        what,
        who,
        match &act.proof {
            Some(proof) => proved(record, proof),
            None => "without an id".to_owned(),
        },
    ]
}

/// What it did, as the end of a sentence.
fn harm(act: &Act) -> Cow<'_, str> {
    match act.harm.strip_prefix("none; ") {
        Some(condition) => Cow::Owned(format!("did nothing; {condition}")),
        None => Cow::Borrowed(&act.harm),
    }
}

fn actors(actors: &Actors) -> Vec<Block> {
    let all = actors.shown.len() as u64 + actors.more;
    let intro = match all {
        0 => "Nobody: no event that was asked for was read.".to_owned(),
        all => format!("{}, the most events first.", counted(all, "actor")),
    };
    let mut rest = Vec::new();
    if actors.more > 0 {
        rest.push(format!(
            "and {} with {}, whose events are among those in the bundle, if it has them",
            counted(actors.more, "more actor"),
            counted(actors.more_events, "event")
        ));
    }
    if actors.left_out > 0 {
        rest.push(format!(
            "{} of actors beyond what can be kept: they may be of anyone.",
            counted(actors.left_out, "event")
        ));
    }
    let head = ["who", "what", "from", "when"];
    let rows = actors.shown.iter().map(actor);
    section("Actors", intro, Table::new(&head, rows), rest)
}

fn actor(row: &ActorRow) -> Vec<String> {
    let entry = &row.entry;
    let summary = &entry.summary;
    let mut who = name(row.called().unwrap_or(row.id.as_str()));
    if let Some(account) = &entry.account {
        who.push_str(&format!(" ({})", name(account)));
    }
    if row.called().is_some() {
        who.push_str(&format!(" {}", name(row.id.as_str())));
    }
    let mut what = format!(
        "{}: {}, {}, {} of them refused",
        counted(summary.events, "event"),
        counted(summary.writes, "change"),
        counted(summary.errors, "error"),
        count(summary.denials)
    );
    if row.unverified > 0 {
        what.push_str(&format!(
            "; {} of logs that are not verified",
            counted(row.unverified, "event")
        ));
    }
    let when = match (summary.first, summary.last) {
        (Some(first), Some(last)) => format!("{} to {}", time(first), time(last)),
        _ => "no time".to_owned(),
    };
    vec![
        marked(row.answer, &who),
        what,
        addresses(&summary.addresses),
        when,
    ]
}

fn addresses(sample: &Sample) -> String {
    let mut all: Vec<(&str, u64)> = sample.values().collect();
    // Stable: of as many events, in the order of the text.
    all.sort_by_key(|(_, events)| std::cmp::Reverse(*events));
    let shown = all.iter().take(ADDRESSES);
    let mut text: Vec<String> = shown.map(|(address, _)| name(address)).collect();
    let rest = all.len().saturating_sub(ADDRESSES);
    let more = if sample.others() > 0 { " or more" } else { "" };
    if rest > 0 {
        text.push(format!("{rest}{more} others"));
    }
    text.join(", ")
}

fn sessions(sessions: &Sessions) -> Vec<Block> {
    let all = sessions.shown.len() as u64 + sessions.more;
    let intro = match all {
        0 => "None: no event that was asked for speaks of one.".to_owned(),
        all => format!(
            "{}, the most events first. Who stands behind one is what records of issued credentials \
             say; what it rests on is in `trailseal whois`.",
            counted(all, "session or key").replace("session or keys", "sessions or keys")
        ),
    };
    let mut rest = more(sessions.more, "session or key", "the events themselves");
    if sessions.left_out > 0 {
        rest.push(format!(
            "{} of sessions beyond what can be kept, or without a time.",
            counted(sessions.left_out, "event")
        ));
    }
    let head = ["session or key", "use", "behind it", "first record"];
    let rows = sessions.shown.iter().map(session);
    section("Sessions and keys", intro, Table::new(&head, rows), rest)
}

fn session(row: &SessionRow) -> Vec<String> {
    let key = row.actor.credential.as_ref().map(CredentialId::as_str);
    let who = row.actor.session.as_deref().or(row.actor.name.as_deref());
    let called = match (key, who) {
        (Some(key), Some(who)) => format!("{} of {}", name(key), name(who)),
        (Some(key), None) => name(key),
        (None, Some(who)) => name(who),
        (None, None) => name(row.actor.id.as_str()),
    };
    vec![
        marked(row.answer(), &called),
        format!(
            "{}, {} to {}",
            counted(row.events, "event"),
            time(row.first.time),
            time(row.last.time)
        ),
        match &row.behind {
            Some(behind) => behind.clone(),
            None => "records leave several answers, or none".to_owned(),
        },
        proved(row.first.id.as_deref(), &row.first.at),
    ]
}

fn timeline(timeline: &Timeline, evidence: &Evidence) -> Vec<Block> {
    let all = timeline.shown.len() as u64 + timeline.more;
    let intro = match all {
        0 => "No event that was asked for was read.".to_owned(),
        all => format!("{}, in order of time.", counted(all, "event")),
    };
    let has = |name: &str| evidence.attachments.iter().any(|file| file.name == name);
    let place = [EVENTS_CSV, EVENTS_JSONL]
        .into_iter()
        .find(|name| has(name));
    let rest = more(timeline.more, "event", place.unwrap_or("the logs"));
    let head = ["when", "what", "who and where", "record"];
    let rows = timeline.shown.iter().map(event);
    section("Timeline", intro, Table::new(&head, rows), rest)
}

fn event(line: &Line) -> Vec<String> {
    let at = line.time().map_or_else(|| "no time".to_owned(), time);
    let sentence = line.sentence().map_or_else(|| "an event".to_owned(), value);
    let words = [
        ("", line.actor()),
        ("with ", line.credential()),
        ("in ", line.account()),
        ("", line.region()),
        ("from ", line.address()),
    ];
    let who: Vec<String> = words
        .into_iter()
        .filter_map(|(word, text)| Some(format!("{word}{}", name(text?))))
        .collect();
    let call = [line.source(), line.name()].into_iter().flatten();
    let call: Vec<String> = call.map(name).collect();
    let mut record = line
        .event_id()
        .map_or_else(|| "without an id".to_owned(), id);
    if let Some(log) = line.log() {
        record.push_str(&format!(", {} [{}]", file(log), line.index()));
    }
    if let Some(hash) = line.log_sha256().and_then(|hash| hash.get(..HASH)) {
        record.push_str(&format!(", sha256 {hash}"));
    }
    if let Some(reason) = line.reason() {
        record.push_str(&format!(", {reason}"));
    }
    vec![
        marked(line.answer(), &at),
        format!("{sentence} ({})", call.join(" ")),
        who.join(" "),
        record,
    ]
}

/// A text behind the mark of its proof.
fn marked(answer: Answer, text: &str) -> String {
    let mark = match answer {
        Answer::Verified => '=',
        Answer::Unchecked => '?',
        Answer::Failed => 'x',
    };
    format!("{mark} {text}")
}

/// A record, and the log that it lies in.
fn proved(event: Option<&str>, at: &Provenance) -> String {
    let event = event.map_or_else(|| "without an id".to_owned(), id);
    let log = match at.origin().log() {
        Location::Object(object) => file(&object.key),
        Location::File(path) => name(path),
    };
    let hash = at.origin().sha256().to_string();
    format!(
        "{event}, {log} [{}], sha256 {}",
        at.place().index,
        &hash[..HASH]
    )
}

/// The name of a log, which is unique in its bucket.
fn file(log: &str) -> String {
    name(log.rsplit('/').next().unwrap_or(log))
}

fn more(more: u64, noun: &str, place: &str) -> Vec<String> {
    match more {
        0 => Vec::new(),
        more => vec![format!("and {} {noun}s, in {place}", count(more))],
    }
}
