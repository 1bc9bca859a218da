//! A recovery for the eye.

use std::path::Path;

use trailseal_verifier::recover::{
    Content, Keeping, Looked, Recovery as Object, Verdict, is_searched,
};

use super::{Outcome, Recovery};
use crate::escape::Printable;
use crate::render::page::{Colour, Ink, Page};
use crate::render::text::{bytes, count, counted, sentence_list, time};

/// Objects and versions of each before "and N more".
const OBJECTS: usize = 200;
const VERSIONS: usize = 12;
const LABEL: usize = 11;
/// S3's version ids are this long; a longer one gets a line of its own.
const ID: usize = 32;
const OWNER: usize = 12;

/// A headline, each object with its versions, and what was not looked at.
pub(crate) fn recovery_text(recovery: &Recovery<'_>, colour: Colour) -> String {
    let mut page = Page::new(colour);
    headline(&mut page, recovery);
    let objects = &recovery.recovered.objects;
    for object in objects.iter().take(OBJECTS) {
        page.line("");
        one(&mut page, object);
    }
    if let Some(more) = objects.len().checked_sub(OBJECTS).filter(|more| *more > 0) {
        page.line("");
        let more = counted(more as u64, "more object");
        page.line(&format!("and {more}: --format json names them all"));
    }
    notes(&mut page, recovery);
    page.into_text()
}

/// The headline, and where the rest is.
pub(crate) fn recovery_line(recovery: &Recovery<'_>, path: &Path) -> String {
    let mut page = Page::new(Colour::Off);
    headline(&mut page, recovery);
    page.line(&Printable(format!("report in {}", path.display())).to_string());
    page.into_text()
}

fn headline(page: &mut Page, recovery: &Recovery<'_>) {
    let recovered = recovery.recovered;
    let tally = recovered.tally;
    let all = recovered.objects.len() as u64;
    let (word, ink) = match recovery.outcome() {
        Outcome::Lost => ("LOST", Ink::Bad),
        Outcome::Incomplete => ("INCOMPLETE", Ink::Doubtful),
        Outcome::Found if all > 0 => ("FOUND", Ink::Good),
        Outcome::Found => ("NOTHING WRONG", Ink::Good),
    };
    let interrupted = recovery.is_interrupted();
    let mut parts = Vec::new();
    let mut part = |number: u64, words: &str| {
        if number > 0 {
            parts.push(format!("{} {words}", count(number)));
        }
    };
    part(tally.found, "found as signed");
    part(tally.not_found, "in no version as signed");
    part(tally.not_kept, "lost, because the bucket keeps no versions");
    part(tally.unread, "not settled");
    let digests = recovery.conclusion.report.tally.digests.total();
    let mut sentence = match all {
        0 if digests == 0 => "no digest was found, so nothing says what should be there".to_owned(),
        0 => "every object that could be looked at is as signed, or no digest says otherwise"
            .to_owned(),
        all => format!(
            "of {} missing or altered: {}",
            counted(all, "object"),
            sentence_list(&parts)
        ),
    };
    if interrupted {
        sentence.push_str("; interrupted before the end");
    }
    let word_text = page.ink(ink, word);
    page.line(&format!("{word_text}  {sentence}"));
}

fn one(page: &mut Page, object: &Object) {
    let (word, ink) = match object.verdict {
        Verdict::Found => ("FOUND", Ink::Good),
        Verdict::NotFound => ("NOT FOUND", Ink::Bad),
        Verdict::NotKept => ("NOT KEPT", Ink::Bad),
        Verdict::Unread => ("UNREAD", Ink::Doubtful),
    };
    let name = Printable(&object.object).to_string();
    page.beside(0, (word, Some(ink)), LABEL, &name);
    let mut field = |label: &'static str, text: &str| {
        page.beside(2, (label, None), LABEL - 2, &Printable(text).to_string());
    };
    field("wrong", &format!("{}: {}", object.code, object.detail));
    if let Some(hash) = object.signed {
        field("signed", &format!("sha256 {hash}"));
    }
    if let Some(by) = &object.named_by {
        field("by", &by.to_string());
    }
    if let Some(now) = object.versions.iter().find(|version| version.latest) {
        field("now", &what_is_there(now));
    }
    field("result", &result(object));
    if let Some(reason) = &object.reason {
        field("because", reason);
    }
    if object.versions.is_empty() {
        return;
    }
    page.line(&row(["VERSION", "STORED", "OWNER", "SIZE", "CONTENT"]));
    for version in object.versions.iter().take(VERSIONS) {
        write_version(page, version);
    }
    if let Some(more) = object
        .versions
        .len()
        .checked_sub(VERSIONS)
        .filter(|more| *more > 0)
    {
        page.line(&format!("  and {}", counted(more as u64, "older version")));
    }
}

/// Who wrote what a plain read gets now, as far as S3 tells.
fn what_is_there(version: &Looked) -> String {
    let what = match version.content {
        Content::Deleted => "deleted",
        Content::AsSigned => "stored as signed",
        Content::NotRead | Content::Unproved | Content::Unread | Content::Wrong => "stored",
    };
    let mut text = what.to_owned();
    if let Some(at) = version.last_modified {
        text.push_str(&format!(" {}", time(at)));
    }
    if let Some(owner) = &version.owner {
        text.push_str(&format!(" by {owner}"));
    }
    if let Some(hash) = version.hash {
        text.push_str(&format!(", sha256 {hash}"));
    }
    text
}

fn result(object: &Object) -> String {
    let versions = counted(object.versions.len() as u64, "version");
    let kept = if object.kept { "; restored" } else { "" };
    match (object.verdict, &object.version) {
        (Verdict::Found, Some(version)) => format!("as signed in version {version}{kept}"),
        (Verdict::Found, None) => format!("as signed{kept}"),
        (Verdict::NotFound, _) => {
            let doubt = match object.versions_kept {
                None => "; whether the bucket keeps versions could not be asked",
                Some(Keeping::Kept | Keeping::NotKept) => "",
            };
            match object.versions.len() {
                0 => format!("the bucket knows no version of it{doubt}"),
                1 => format!("not as signed in its only version{doubt}"),
                _ => format!("not as signed in any of {versions}{doubt}"),
            }
        }
        (Verdict::NotKept, _) => "the bucket keeps no versions".to_owned(),
        (Verdict::Unread, _) => format!("not settled: {versions} known, not all of them looked at"),
    }
}

fn write_version(page: &mut Page, version: &Looked) {
    let mut id = Printable(&version.id).to_string();
    if id.chars().count() > ID {
        page.hanging(2, 4, &id);
        id.clear();
    }
    let content = match version.content {
        Content::AsSigned => "as signed",
        Content::Deleted => "deleted",
        Content::NotRead => "not read",
        Content::Unproved => "unproved",
        Content::Unread => "unread",
        Content::Wrong => "wrong",
    };
    let owner = version.owner.as_deref().unwrap_or("-");
    page.line(&row([
        &id,
        &version.last_modified.map_or("-".to_owned(), time),
        &shortened(&Printable(owner).to_string()),
        &version.size.map_or("-".to_owned(), bytes),
        &format!("{content}{}", if version.latest { ", latest" } else { "" }),
    ]));
}

fn row([id, stored, owner, size, content]: [&str; 5]) -> String {
    format!("  {id:ID$}  {stored:20}  {owner:OWNER$}  {size:>8}  {content}")
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(OWNER) {
        None => text.to_owned(),
        Some(_) => text.chars().take(OWNER - 1).chain(['…']).collect(),
    }
}

fn notes(page: &mut Page, recovery: &Recovery<'_>) {
    let recovered = recovery.recovered;
    page.line("");
    let mut note = |label: &str, ink: Option<Ink>, text: &str| {
        page.beside(0, (label, ink), LABEL, &Printable(text).to_string());
    };
    for warning in &recovery.conclusion.context.input.warnings {
        note("WARNING", Some(Ink::Doubtful), warning);
    }
    let unread = &recovered.unread;
    for example in &unread.examples {
        note("UNREAD", Some(Ink::Doubtful), example);
    }
    let rest = unread.count - (unread.examples.len() as u64).min(unread.count);
    if rest > 0 {
        let text = format!("and {}", counted(rest, "more object"));
        note("UNREAD", Some(Ink::Doubtful), &text);
    }
    if recovered.left_out > 0 {
        let text = format!(
            "{} not searched for: too many at once; narrow it with --from and --to",
            counted(recovered.left_out, "object")
        );
        note("LEFT OUT", Some(Ink::Doubtful), &text);
    }
    if recovered.tally.in_order > 0 {
        let text = format!(
            "{} that recovered digests name, as signed",
            counted(recovered.tally.in_order, "other object")
        );
        note("IN ORDER", None, &text);
    }
    if let Some(folder) = recovery.restored_to {
        let text = format!(
            "{} in {}; trailseal verify tells what they prove. Do not run trailseal mirror into \
             this folder: it puts back what the bucket has now, and what was restored goes to \
             _superseded",
            counted(recovered.tally.kept, "object"),
            folder.display()
        );
        note("RESTORED", None, &text);
    }
    let others: Vec<String> = recovery
        .conclusion
        .headline
        .codes()
        .iter()
        .filter(|(code, _)| !is_searched(**code))
        .map(|(code, number)| format!("{} {code}", count(*number)))
        .collect();
    if !others.is_empty() {
        let text = format!(
            "verify also finds {}: no digest says what is missing there, so nothing was looked for",
            sentence_list(&others)
        );
        note("BESIDES", Some(Ink::Doubtful), &text);
    }
    if !recovered.objects.is_empty() {
        let text = "an owner is all that S3 tells, and where ACLs are disabled that is the \
                    bucket's owner; S3 data events or access logs tell who wrote or deleted";
        note("OWNER", None, text);
    }
}
