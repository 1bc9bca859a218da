//! Everything that followed, as a tree for the eye.

use trailseal_forensics::Provenance;
use trailseal_forensics::session::{Confidence, Deed, Step, Tree};

use super::super::name::name;
use super::super::{deed, proof, who};
use super::entry::{Entry, Totals};
use crate::render::human::word;
use crate::render::page::{Ink, Page};
use crate::render::text::{count, counted, duration, sentence_list, time};

const LABEL: usize = 11;
/// Credentials that are shown before "and N more".
const SHOWN: usize = 500;
/// Accounts that are named.
const NAMED: usize = 4;
/// Columns of one level, and levels that are indented: so that the deepest
/// line has room for words.
const STEP: usize = 2;
const DEEPEST: usize = 12;

/// Writes everything that followed, as a tree.
pub(crate) fn trace_text(page: &mut Page, tree: &Tree<Provenance>) {
    let asked = name(&tree.query.to_string());
    if tree.roots.is_empty() {
        let text = format!("no record that was read speaks of {asked}: trailseal whois says more");
        page.beside(0, ("NOT FOUND", Some(Ink::Doubtful)), LABEL, &text);
        return;
    }
    let totals = Totals::of(tree);
    let label = (word(totals.answer), Some(totals.answer.into()));
    page.beside(0, label, LABEL, &headline(&asked, &totals));
    page.line("");
    page.paragraph(
        2,
        "Each entry is a key or session: since when, whose, how it was issued and used. Below it \
         stands what it asked for. Links are strong (the records state them) unless said otherwise.",
    );
    page.line("");
    let mut room = SHOWN;
    for root in &tree.roots {
        write(page, Entry::of(root), 0, &mut room);
    }
    let unshown = totals.entries.saturating_sub(SHOWN as u64);
    if unshown > 0 {
        let more = format!("and {} more: --format json has all of them", keys(unshown));
        page.line("");
        page.paragraph(2, &more);
    }
    if tree.more > 0 {
        let more = counted(tree.more, "more session");
        page.line("");
        page.paragraph(
            2,
            &format!("and {more} of {asked}: ask for one key, or a shorter time"),
        );
    }
}

fn headline(asked: &str, totals: &Totals) -> String {
    let mut text = format!(
        "from {asked}: {} of {}",
        counted(totals.events, "event"),
        keys(totals.entries)
    );
    let accounts = totals.accounts.iter().take(NAMED);
    let mut accounts: Vec<String> = accounts.map(|account| name(account)).collect();
    let unnamed = totals.accounts.len().saturating_sub(NAMED);
    if unnamed > 0 {
        accounts.push(counted(unnamed as u64, "more account"));
    }
    if !accounts.is_empty() {
        text.push_str(&format!(" in {}", sentence_list(&accounts)));
    }
    if let Some((first, last)) = totals.span {
        text.push_str(&format!(
            ", {} to {} ({})",
            time(first),
            time(last),
            duration(last.duration_since(first))
        ));
    }
    if totals.left_out > 0 {
        text.push_str(&format!("; {} left out", keys(totals.left_out)));
    }
    text
}

fn keys(number: u64) -> String {
    match number {
        1 => "1 key or session".to_owned(),
        _ => format!("{} keys and sessions", count(number)),
    }
}

fn write(page: &mut Page, entry: Entry<'_>, level: usize, room: &mut usize) {
    if *room == 0 {
        return;
    }
    *room -= 1;
    let indent = 2 + level.min(DEEPEST) * STEP;
    let step = &entry.head.step;
    let mut text = match level {
        0..=DEEPEST => String::new(),
        deep => format!("(level {deep}) "),
    };
    if let Some(event) = step.events.first() {
        text.push_str(&format!("{} ", time(event.time)));
    }
    text.push_str(&whose(step));
    page.beside(indent, proof::label(entry.answer()), 2, &text);
    let below = indent + 4;
    page.hanging(below, below + 2, &what(&entry));
    if let Some(doubt) = doubt(&entry) {
        page.hanging(below, below + 2, &doubt);
    }
    let last = entry.last();
    for next in &last.followed {
        write(page, Entry::of(next), level + 1, room);
    }
    if last.left_out > 0 {
        let text = format!(
            "{} that followed left out, because the tree is too large: trace one of these keys",
            count(last.left_out)
        );
        page.hanging(below, below + 2, &text);
    }
}

fn whose(step: &Step<Provenance>) -> String {
    match (&step.deed, &step.actor) {
        (Deed::Issued { target, .. }, _) => who::target(target),
        (Deed::Used { .. }, Some(actor)) => who::who(actor),
        (Deed::Used { .. }, None) => "someone unnamed".to_owned(),
    }
}

/// How it was issued, with which key, and how it was used.
fn what(entry: &Entry<'_>) -> String {
    let step = &entry.head.step;
    match &step.deed {
        Deed::Used { events, .. } => match key(step) {
            Some(key) => format!("{key}: {}", until(*events, step)),
            None => until(*events, step),
        },
        Deed::Issued { by, credential, .. } => {
            let event = deed::event(*by);
            let used = entry.used.map(|used| &used.step);
            let own = credential.as_ref().map(|key| name(key.as_str()));
            let issued = match own.or_else(|| used.and_then(key)) {
                Some(key) => format!("{event} gave {key}"),
                None => event.to_owned(),
            };
            match used.map(|used| (&used.deed, used)) {
                Some((Deed::Used { events, .. }, used)) => {
                    format!("{issued}: {}", until(*events, used))
                }
                _ if entry.head.followed.is_empty() => format!("{issued}: not used on record"),
                _ => format!("{issued}: used as follows"),
            }
        }
    }
}

fn key(step: &Step<Provenance>) -> Option<String> {
    let key = step.actor.as_ref()?.credential.as_ref()?;
    Some(name(key.as_str()))
}

fn until(events: u64, step: &Step<Provenance>) -> String {
    match step.events.last() {
        Some(last) => format!("{} until {}", counted(events, "event"), time(last.time)),
        None => counted(events, "event"),
    }
}

/// What is not strong about its links, or contradicts itself.
fn doubt(entry: &Entry<'_>) -> Option<String> {
    let steps = [Some(&entry.head.step), entry.used.map(|used| &used.step)];
    let mut parts = Vec::new();
    for step in steps.into_iter().flatten() {
        if let Deed::Issued {
            contradictory: true,
            ..
        } = step.deed
        {
            parts.push("CONTRADICTORY: its records name different parties".to_owned());
        }
        if let Some(link) = step
            .link
            .filter(|link| link.confidence != Confidence::Strong)
        {
            parts.push(format!("tied by {}", deed::because(link, step)));
        }
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}
