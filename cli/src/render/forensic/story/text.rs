//! A story for the eye, in order of time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use trailseal_forensics::antiforensics::{Basis, Chapter, End, Hit, Side, Story, Target, Witness};
use trailseal_verifier::verdict::{Code, Finding};

use super::super::name::{self, untrusted};
use super::super::{finding, proof};
use super::effects::{Effect, Effects};
use super::{StoryView, words};
use crate::render::page::{Ink, Page};
use crate::render::text::{count, counted, sentence_list};

/// Chapters that are shown, and of each its targets and findings.
const CHAPTERS: usize = 200;
const TARGETS: usize = 5;
const FINDINGS: usize = 5;
/// Findings and remedies that are shown of those without an act.
const LOOSE: usize = 20;
const NUMBER: usize = 2;
const STEP: usize = 6;
const LABEL: usize = 10;

/// Writes what was done to evidence, and what of it the verifier saw.
pub(crate) fn story_text(page: &mut Page, view: StoryView<'_>) {
    let StoryView {
        story, findings, ..
    } = view;
    let effects = Effects::of(story, findings);
    headline(page, story);
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
        page.beside(0, ("LEFT OUT", Some(Ink::Doubtful)), LABEL, &text);
    }
    write_loose_ends(page, view, &effects);
    write_unexplained(page, &effects);
    write_witnesses(page, story);
}

/// Origins that were told, and of which act.
#[derive(Default)]
struct Told(HashMap<String, usize>);

impl Told {
    /// The origin, or the act that told it.
    fn origin(&mut self, origin: &str, act: usize) -> String {
        match self.0.get(origin) {
            Some(first) => format!("the same as behind act {first}"),
            None => {
                self.0.insert(origin.to_owned(), act);
                origin.to_owned()
            }
        }
    }
}

fn headline(page: &mut Page, story: &Story) {
    let chapters = story.chapters();
    let number = |ends: fn(End) -> bool| chapters.iter().filter(|it| ends(it.end)).count() as u64;
    let lasting = number(|end| end == End::Lasting);
    let open = number(|end| end == End::Open);
    let undone = number(|end| matches!(end, End::Undone(_)));
    let not_done = number(|end| end == End::NotDone);
    let (word, ink) = match (lasting + open + undone, not_done) {
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
    page.beside(0, (word, Some(ink)), 11, &text);
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
    let field = |page: &mut Page, label: &str, text: &str| {
        page.beside(STEP, (label, None), LABEL, text);
    };
    field(page, "event", &event(hit));
    field(page, "by", &words::actor(hit));
    let background = (view.background)(hit);
    if let Some(origin) = &background.origin {
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
    let ids = match attack.old == attack.new {
        true => attack.old.to_owned(),
        false => format!("{}, since version 19 {}", attack.old, attack.new),
    };
    field(page, "ATT&CK", &ids);
    let about = match chapter.targets.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    write_effects(page, effects.of_chapter(view.story, chapter), about);
    match &background.proof {
        Some(at) => proof::write_proof(page, STEP, "", hit.id.as_deref(), at),
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

fn event(hit: &Hit) -> String {
    format!(
        "{} in {} of {}",
        untrusted(&hit.event),
        untrusted(&hit.region),
        untrusted(&hit.account)
    )
}

/// What was found; the object goes without saying if it is the only target.
fn write_effects(page: &mut Page, effects: &[Effect<'_>], about: Option<&Target>) {
    for (position, effect) in effects.iter().take(FINDINGS).enumerate() {
        let label = if position == 0 { "found" } else { "" };
        let Effect { finding, basis } = effect;
        let subject = match (about, basis) {
            (Some(_), Basis::SameObject) => String::new(),
            _ => format!(" {}", finding::subject(finding)),
        };
        let text = format!("{}{subject}: {}", finding.code, words::basis(*basis));
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

fn write_loose_ends(page: &mut Page, view: StoryView<'_>, effects: &Effects<'_>) {
    let hits = view.story.loose_ends();
    if hits.is_empty() {
        return;
    }
    page.heading(
        "REMEDIES",
        "without a harm on record: something began, or a harm that is not on record ended",
    );
    for hit in hits.iter().take(LOOSE) {
        let text = format!("{}, by {}", event(hit), words::actor(hit));
        page.beside(2, (&words::at(hit.at), None), 22, &text);
        for act in hit.acts.iter().filter(|act| act.side == Side::Remedy) {
            for effect in effects.of_act(hit, act.technique).iter().take(FINDINGS) {
                let text = format!(
                    "{} {}: {}",
                    effect.finding.code,
                    finding::subject(effect.finding),
                    words::basis(effect.basis)
                );
                page.hanging(24, 26, &text);
            }
        }
    }
    let rest = hits.len().saturating_sub(LOOSE);
    if rest > 0 {
        page.line(&format!("  and {} more", count(rest as u64)));
    }
}

fn write_unexplained(page: &mut Page, effects: &Effects<'_>) {
    let unexplained = effects.unexplained.as_slice();
    let number = counted(unexplained.len() as u64, "finding");
    page.heading(
        "UNEXPLAINED",
        &match unexplained.len() {
            0 => "none: each finding that an event could explain has its event above".to_owned(),
            _ => format!("{number} of the verifier, for which no event on record accounts"),
        },
    );
    for finding in unexplained.iter().take(LOOSE) {
        page.hanging(2, 4, &finding::line(finding));
    }
    let rest = unexplained.len().saturating_sub(LOOSE);
    if rest > 0 {
        page.line(&format!("  and {} more", count(rest as u64)));
    }
    if !effects.not_asked.is_empty() {
        let text = format!(
            "Besides, {}: such findings follow from others, or tell of what could not be read, and \
             are not a matter of events.",
            codes(&effects.not_asked)
        );
        page.hanging(2, 2, &text);
    }
}

fn codes(findings: &[&Finding]) -> String {
    let mut codes: BTreeMap<Code, u64> = BTreeMap::new();
    for finding in findings {
        *codes.entry(finding.code).or_default() += 1;
    }
    let parts: Vec<String> = codes
        .iter()
        .map(|(code, number)| format!("{} {code}", count(*number)))
        .collect();
    sentence_list(&parts)
}

fn write_witnesses(page: &mut Page, story: &Story) {
    let done = story.chapters().iter().filter(|it| it.end != End::NotDone);
    let witnesses: BTreeSet<Witness> = done
        .flat_map(|chapter| chapter.technique.witnesses())
        .copied()
        .collect();
    if witnesses.is_empty() {
        return;
    }
    page.heading("WHAT SURVIVES ELSEWHERE", "");
    for witness in witnesses {
        page.beside(2, ("-", None), 2, witness.description());
    }
}
