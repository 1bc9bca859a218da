//! A story as the acts of an evidence report.

use trailseal_forensics::antiforensics::{Chapter, Hit};
use trailseal_forensics::report::sections::{Act, Acts, Ended};

use super::effects::Effects;
use super::{StoryView, words};

/// The acts of a story, in the words of `trailseal antiforensics`.
pub(crate) fn acts(view: StoryView<'_>) -> Acts {
    let effects = Effects::of(view.story, view.findings);
    let unexplained = effects.unexplained.len() as u64;
    Acts::of(view.story, unexplained, |chapter, hit| {
        act(view, &effects, chapter, hit)
    })
}

fn act(view: StoryView<'_>, effects: &Effects<'_>, chapter: &Chapter, hit: &Hit) -> Act {
    let found = effects.of_chapter(view.story, chapter);
    let only = match chapter.targets.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    let named = |all: usize| all.saturating_sub(Act::NAMED) as u64;
    let unnamed = hit
        .harms()
        .find(|act| act.technique == chapter.technique)
        .map_or(0, |act| act.more_targets as u64);
    let targets = chapter.targets.iter().take(Act::NAMED);
    Act {
        technique: chapter.technique,
        ended: Ended::of(chapter.end, &hit.outcome),
        at: hit.at,
        event: hit.event.clone(),
        event_id: hit.id.clone(),
        account: hit.account.clone(),
        region: hit.region.clone(),
        actor: hit.actor.clone(),
        address: hit.address.clone(),
        behind: (view.origin)(hit),
        targets: targets.map(words::target).collect(),
        more_targets: named(chapter.targets.len()) + unnamed,
        harm: words::harm(chapter),
        end: words::end(view.story, chapter, hit),
        explains: found
            .iter()
            .take(Act::NAMED)
            .map(|found| words::found(found, only))
            .collect(),
        more_explained: named(found.len()),
        proof: (view.proof)(hit),
    }
}
