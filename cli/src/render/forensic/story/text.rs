//! A story for the eye, in order of time.

use std::collections::HashMap;

use trailseal_forensics::antiforensics::{Chapter, End, Hit, Target};
use trailseal_verifier::verdict::Answer;

use super::super::name;
use super::super::proof;
use super::effects::{Effects, Found};
use super::{StoryView, remainder, words};
use crate::render::human::word;
use crate::render::page::{Ink, Page};
use crate::render::text::{count, counted, sentence_list};

/// Chapters that are shown, and of each its targets and findings.
const CHAPTERS: usize = 200;
const TARGETS: usize = 5;
const FINDINGS: usize = 5;
const NUMBER: usize = 2;
const STEP: usize = 6;
const LABEL: usize = 10;
const HEADLINE: usize = 11;

/// Writes what was done to evidence, and what of it the verifier saw.
pub(crate) fn story_text(page: &mut Page, view: StoryView<'_>) {
    let StoryView {
        story, findings, ..
    } = view;
    let effects = Effects::of(story, findings);
    headline(page, view);
    let mut told = Told::default();
    for (position, chapter) in story.chapters().iter().take(CHAPTERS).enumerate() {
        page.line("");
        write_chapter(page, view, &effects, &mut told, (position + 1, chapter));
    }
    let rest = story.chapters().len().saturating_sub(CHAPTERS);
    if rest > 0 {
        page.line("");
        page.line(&format!(
            "and {}: --format json has all of them",
            counted(rest as u64, "more act")
        ));
    }
    if story.dropped() > 0 {
        page.line("");
        let text = format!(
            "{} beyond the number that is kept: there are more acts than are told",
            counted(story.dropped() as u64, "event")
        );
        page.beside(0, ("LEFT OUT", Some(Ink::Doubtful)), HEADLINE, &text);
    }
    remainder::write_loose_ends(page, view, &effects);
    remainder::write_unexplained(page, &effects);
    remainder::write_witnesses(page, story);
}

/// Origins that were told, and of which act.
#[derive(Default)]
struct Told(HashMap<String, usize>);

impl Told {
    /// The origin, or the act that told it.
    fn origin(&mut self, origin: String, act: usize) -> String {
        match self.0.get(&origin) {
            Some(first) => format!("the same as behind act {first}"),
            None => {
                self.0.insert(origin.clone(), act);
                origin
            }
        }
    }
}

fn headline(page: &mut Page, view: StoryView<'_>) {
    let chapters = view.story.chapters();
    let number = |ends: fn(End) -> bool| chapters.iter().filter(|it| ends(it.end)).count() as u64;
    let lasting = number(|end| end == End::Lasting);
    let open = number(|end| end == End::Open);
    let undone = number(|end| matches!(end, End::Undone(_)));
    let not_done = number(|end| end == End::NotDone);
    let (state, ink) = match (lasting + open + undone, not_done) {
        (0, 0) => ("NOTHING", Ink::Good),
        (0, _) => ("ATTEMPTED", Ink::Doubtful),
        _ => ("HARMED", Ink::Bad),
    };
    let parts: Vec<String> = [
        (lasting, "lasting"),
        (open, "open"),
        (undone, "undone"),
        (not_done, "refused or failed"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, words)| format!("{} {words}", count(number)))
    .collect();
    let text = match chapters.len() as u64 {
        0 => "no event on record blinds, destroys or discredits evidence".to_owned(),
        all => format!(
            "{} against evidence: {}",
            counted(all, "act"),
            sentence_list(&parts)
        ),
    };
    page.beside(0, (state, Some(ink)), HEADLINE, &text);
    let doubtful = chapters
        .iter()
        .filter(|it| view.standing(it) != Answer::Verified)
        .count() as u64;
    if doubtful > 0 {
        let text = format!(
            "{} told by records that are not verified: they may be forged",
            count(doubtful)
        );
        page.beside(0, ("DOUBTFUL", Some(Ink::Doubtful)), HEADLINE, &text);
    }
}

fn write_chapter(
    page: &mut Page,
    view: StoryView<'_>,
    effects: &Effects<'_>,
    told: &mut Told,
    (number, chapter): (usize, &Chapter),
) {
    let Some(hit) = view.story.beginning(chapter) else {
        return;
    };
    let (state, ink) = words::state(chapter, hit);
    let technique = chapter.technique;
    let attack = technique.attack();
    let shown = page.ink(ink.unwrap_or(Ink::Strong), state);
    let code = page.ink(Ink::Strong, technique.as_str());
    page.line(&format!(
        "{:NUMBER$}{number:<width$}{} {shown}, {code}",
        "",
        words::at(hit.at),
        width = STEP - NUMBER,
    ));
    page.hanging(STEP, STEP, technique.description());
    let standing = view.standing(chapter);
    if standing != Answer::Verified {
        let text = "the record of this event is not verified: it may be forged";
        page.beside(STEP, (word(standing), Some(standing.into())), LABEL, text);
    }
    let field = |page: &mut Page, label: &str, text: &str| {
        page.beside(STEP, (label, None), LABEL, text);
    };
    field(page, "event", &words::event(hit));
    field(page, "by", &words::actor(hit));
    if let Some(origin) = (view.origin)(hit) {
        field(page, "behind it", &told.origin(origin, number));
    }
    for (position, target) in chapter.targets.iter().take(TARGETS).enumerate() {
        write_target(page, if position == 0 { "target" } else { "" }, target);
    }
    let more = chapter.targets.len().saturating_sub(TARGETS) + more_targets(hit, chapter);
    if more > 0 {
        field(
            page,
            "",
            &format!("and {}", counted(more as u64, "more target")),
        );
    }
    if let Some(relevance) = words::relevance(chapter) {
        field(page, "relevance", relevance);
    }
    field(page, "harm", &words::harm(chapter));
    if let Some(interval) = words::interval(view.story, chapter) {
        field(page, "time", &interval);
    }
    field(page, "end", &words::end(view.story, chapter, hit));
    let ids = if attack.old == attack.new {
        attack.old.to_owned()
    } else {
        format!("{}, since version 19 {}", attack.old, attack.new)
    };
    field(page, "ATT&CK", &ids);
    let about = match chapter.targets.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    write_effects(page, effects.of_chapter(view.story, chapter), about);
    match (view.proof)(hit) {
        Some(at) => proof::write_proof(page, STEP, "", hit.id.as_deref(), &at),
        None => {
            let id = hit
                .id
                .as_deref()
                .map_or("without an id".to_owned(), name::id);
            field(page, "record", &id);
        }
    }
}

fn write_target(page: &mut Page, label: &str, target: &Target) {
    page.beside(STEP, (label, None), LABEL, &words::target(target));
}

fn more_targets(hit: &Hit, chapter: &Chapter) -> usize {
    let act = hit.harms().find(|act| act.technique == chapter.technique);
    act.map_or(0, |act| act.more_targets)
}

/// What was found; the object goes without saying if it is the only target.
fn write_effects(page: &mut Page, effects: &[Found<'_>], about: Option<&Target>) {
    for (position, effect) in effects.iter().take(FINDINGS).enumerate() {
        let label = if position == 0 { "found" } else { "" };
        let text = words::found(effect, about);
        page.beside(
            STEP,
            (label, Some(effect.finding.answer.into())),
            LABEL,
            &text,
        );
    }
    let rest = effects.len().saturating_sub(FINDINGS);
    if rest > 0 {
        let text = format!("and {}", counted(rest as u64, "more finding"));
        page.beside(STEP, ("", None), LABEL, &text);
    }
}
