//! One actor, with all that is known of it.

use std::cmp::Reverse;

use trailseal_forensics::actor::{ActorKind, ActorSummary, Sample};

use super::super::name::{name, value};
use super::actors::{One, title};
use super::table::short;
use crate::render::page::Page;
use crate::render::text::{count, counted, duration, time};

const LABEL: usize = 11;
/// Columns of a number of events.
const COUNT: usize = 6;
/// Values of a field that are shown.
const VALUES: usize = 12;

/// Writes it.
pub(super) fn write(page: &mut Page, one: One<'_>) {
    let (id, entry) = one;
    let summary = &entry.summary;
    let account = entry.account.as_deref();
    let account = account.map_or_else(String::new, |it| format!(" ({})", name(it)));
    page.hanging(
        0,
        2,
        &format!(
            "{}{account}: {}, {}, {} of which {} denied",
            title(one),
            counted(summary.events, "event"),
            counted(summary.writes, "write"),
            counted(summary.errors, "error"),
            count(summary.denials)
        ),
    );
    page.line("");
    field(page, "id", &name(id.as_str()));
    field(page, "seen", &seen(summary));
    field(page, "mfa", &mfa(summary, entry.kind));
    let others = summary.events - summary.console - summary.keys;
    field(
        page,
        "signed by",
        &format!(
            "console {}, keys {}, neither {}",
            count(summary.console),
            count(summary.keys),
            count(others)
        ),
    );
    for (label, sample) in [
        ("names", &entry.names),
        ("arns", &entry.arns),
        ("sessions", &entry.sessions),
        ("keys", &summary.credentials),
        ("accounts", &summary.accounts),
        ("regions", &summary.regions),
        ("addresses", &summary.addresses),
        ("agents", &summary.agents),
    ] {
        values(page, label, sample);
    }
}

fn field(page: &mut Page, label: &str, text: &str) {
    page.beside(2, (label, None), LABEL, text);
}

fn seen(summary: &ActorSummary) -> String {
    let mut text = match (summary.first, summary.last) {
        (Some(first), Some(last)) => format!(
            "{} to {} ({})",
            time(first),
            time(last),
            duration(last.duration_since(first))
        ),
        _ => "no record has a time that can be read".to_owned(),
    };
    if summary.undated > 0 && summary.first.is_some() {
        let undated = counted(summary.undated, "event");
        text.push_str(&format!("; {undated} without a time that can be read"));
    }
    text
}

fn mfa(summary: &ActorSummary, kind: ActorKind) -> String {
    let mfa = summary.mfa;
    let mut text = format!(
        "{} with, {} without, {} do not say",
        counted(mfa.used, "event"),
        count(mfa.not_used),
        count(mfa.unstated)
    );
    if matches!(kind, ActorKind::RoleSession | ActorKind::FederatedUser) {
        text.push_str(" (of a role only the session that took it tells)");
    }
    text
}

/// The most frequent values first, each with the number of its events.
fn values(page: &mut Page, label: &str, sample: &Sample) {
    let mut list: Vec<(&str, u64)> = sample.values().collect();
    list.sort_by_key(|(_, events)| Reverse(*events));
    let mut line = |label: &str, events: u64, text: &str| {
        let label = format!("{label:LABEL$}{:>COUNT$}", short(events));
        page.beside(2, (&label, None), LABEL + COUNT + 2, text);
    };
    for (position, (text, events)) in list.iter().take(VALUES).enumerate() {
        line(
            if position == 0 { label } else { "" },
            *events,
            &value(text),
        );
    }
    let unshown: u64 = list.iter().skip(VALUES).map(|(_, events)| events).sum();
    let rest = unshown + sample.others();
    if rest > 0 {
        line("", rest, "with other values");
    }
}
