//! What a story leaves over: remedies without a harm, findings without an
//! event, and evidence that survives.

use std::collections::{BTreeMap, BTreeSet};

use trailseal_forensics::antiforensics::{End, Side, Story, Witness};
use trailseal_verifier::verdict::{Code, Finding};

use super::super::finding;
use super::effects::Effects;
use super::{StoryView, words};
use crate::render::page::Page;
use crate::render::text::{count, counted};

/// Findings and remedies that are shown.
const SHOWN: usize = 20;

/// Writes remedies that undo nothing on record.
pub(super) fn write_loose_ends(page: &mut Page, view: StoryView<'_>, effects: &Effects<'_>) {
    let hits = view.story.loose_ends();
    if hits.is_empty() {
        return;
    }
    page.heading(
        "REMEDIES",
        "without a harm on record: something began, or a harm that is not on record ended",
    );
    for hit in hits.iter().take(SHOWN) {
        let text = format!("{}, by {}", words::event(hit), words::actor(hit));
        page.beside(2, (&words::at(hit.at), None), 22, &text);
        for act in hit.acts.iter().filter(|act| act.side == Side::Remedy) {
            for effect in effects.of_act(hit, act.technique).iter().take(SHOWN) {
                let text = words::found(effect, None);
                page.hanging(24, 26, &text);
            }
        }
    }
    let rest = hits.len().saturating_sub(SHOWN);
    if rest > 0 {
        page.line(&format!("  and {} more", count(rest as u64)));
    }
}

/// Writes findings that nothing on record explains.
pub(super) fn write_unexplained(page: &mut Page, effects: &Effects<'_>) {
    let unexplained = effects.unexplained.as_slice();
    let number = counted(unexplained.len() as u64, "finding");
    page.heading(
        "UNEXPLAINED",
        &match unexplained.len() {
            0 => "none: each finding that an event could explain has its event above".to_owned(),
            _ => format!("{number} of the verifier, for which no event on record accounts"),
        },
    );
    for one in unexplained.iter().take(SHOWN) {
        page.hanging(2, 4, &finding::line(one.finding));
        for left in one.left.iter().take(SHOWN) {
            page.hanging(6, 8, &format!("left unexplained: {}", finding::span(*left)));
        }
    }
    let rest = unexplained.len().saturating_sub(SHOWN);
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
    finding::codes(&codes)
}

/// Writes where the same events can still be found.
pub(super) fn write_witnesses(page: &mut Page, story: &Story) {
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
