//! Everything that followed from a key: `trailseal trace`.

use std::collections::BTreeSet;

use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;
use trailseal_forensics::Provenance;
use trailseal_forensics::actor::{CredentialId, Text};
use trailseal_forensics::session::{Branch, Confidence, Deed, Query, Step, Tree};
use trailseal_verifier::verdict::Answer;

use super::document::{About, document};
use super::name::name;
use super::{deed, proof, who};
use crate::render::human::word;
use crate::render::page::{Ink, Page};
use crate::render::text::{count, counted, duration, time};

/// The name and version of the document.
const SCHEMA: &str = "trailseal-trace/1";

const LABEL: usize = 11;
/// Credentials that are shown before "and N more".
const SHOWN: usize = 500;
/// Columns of one level, and levels that are indented: so that the deepest
/// line has room for words.
const STEP: usize = 2;
const DEEPEST: usize = 20;

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
        let more = counted(unshown, "more entry").replace("entrys", "entries");
        page.line("");
        page.paragraph(2, &format!("and {more}: --format json has all of them"));
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
        counted(totals.entries, "key or session").replace("key or sessions", "keys and sessions"),
    );
    let accounts: Vec<String> = totals.accounts.iter().map(|it| name(it)).collect();
    if let [_, ..] = accounts.as_slice() {
        const NAMED: usize = 4;
        let named = accounts
            .iter()
            .take(NAMED)
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        let rest = accounts.len().saturating_sub(NAMED);
        let rest = match rest {
            0 => String::new(),
            rest => format!(" and {rest} more"),
        };
        text.push_str(&format!(" in {named}{rest}"));
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
        text.push_str(&format!(
            "; {} left out",
            counted(totals.left_out, "branch")
        ));
    }
    text
}

/// One credential of the tree: the event that issued it with the session that
/// used it, if there is one session and it used this very credential.
#[derive(Clone, Copy)]
struct Entry<'t> {
    head: &'t Branch<Provenance>,
    used: Option<&'t Branch<Provenance>>,
}

impl<'t> Entry<'t> {
    fn of(branch: &'t Branch<Provenance>) -> Self {
        let used = match (&branch.step.deed, branch.followed.as_slice()) {
            (Deed::Issued { credential, .. }, [only]) if branch.left_out == 0 => {
                Some(only).filter(|only| is_use_of(&only.step, credential.as_ref()))
            }
            _ => None,
        };
        Self { head: branch, used }
    }

    /// The branch whose followers come next.
    fn last(&self) -> &'t Branch<Provenance> {
        self.used.unwrap_or(self.head)
    }

    fn answer(&self) -> Answer {
        let used = self.used.map(|used| proof::of_step(&used.step));
        used.into_iter()
            .fold(proof::of_step(&self.head.step), Ord::max)
    }
}

fn is_use_of(step: &Step<Provenance>, credential: Option<&CredentialId>) -> bool {
    let own = step
        .actor
        .as_ref()
        .and_then(|actor| actor.credential.as_ref());
    matches!(step.deed, Deed::Used { .. }) && (credential.is_none() || own == credential)
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

/// What a whole tree comes to.
#[derive(Serialize)]
struct Totals {
    /// The worst answer of the records that are named.
    answer: Answer,
    /// Keys and sessions.
    entries: u64,
    /// Their events.
    events: u64,
    /// Branches that were left out.
    left_out: u64,
    /// The accounts of those who acted.
    accounts: BTreeSet<Text>,
    /// The first and the last event.
    #[serde(skip)]
    span: Option<(Timestamp, Timestamp)>,
}

impl Totals {
    fn of(tree: &Tree<Provenance>) -> Self {
        let mut totals = Self {
            answer: Answer::Verified,
            entries: 0,
            events: 0,
            left_out: 0,
            accounts: BTreeSet::new(),
            span: None,
        };
        for root in &tree.roots {
            totals.add(root);
        }
        totals
    }

    fn add(&mut self, branch: &Branch<Provenance>) {
        self.entries += 1;
        let entry = Entry::of(branch);
        for one in [Some(entry.head), entry.used].into_iter().flatten() {
            self.answer = self.answer.max(proof::of_step(&one.step));
            self.left_out += one.left_out;
            if let Deed::Used { events, .. } = one.step.deed {
                self.events += events;
                let account = one.step.actor.as_ref().and_then(|it| it.account.clone());
                self.accounts.extend(account);
            }
            for event in &one.step.events {
                let (first, last) = self.span.unwrap_or((event.time, event.time));
                self.span = Some((first.min(event.time), last.max(event.time)));
            }
        }
        for next in &entry.last().followed {
            self.add(next);
        }
    }
}

/// The whole tree, with the proof of each record.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn trace_json(tree: &Tree<Provenance>, about: About<'_>) -> Result<String> {
    let totals = Totals::of(tree);
    let body = Body {
        query: &tree.query,
        first: totals.span.map(|(first, _)| first),
        last: totals.span.map(|(_, last)| last),
        totals,
        roots: &tree.roots,
        more: tree.more,
    };
    document(SCHEMA, about, body)
}

#[derive(Serialize)]
struct Body<'a> {
    /// What was asked about.
    query: &'a Query,
    #[serde(flatten)]
    totals: Totals,
    /// The first event.
    first: Option<Timestamp>,
    /// The last event.
    last: Option<Timestamp>,
    /// The sessions found, each with what followed. None: not found.
    roots: &'a [Branch<Provenance>],
    /// How many more sessions were found.
    more: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::forensic::sample::{self, BACKDOOR, STOLEN, query, sample, sessions};

    fn told(asked: &str) -> String {
        let tree = sessions(&sample().verified).trace(&query(asked));
        sample::text(|page| trace_text(page, &tree))
    }

    #[test]
    fn the_stolen_key_leads_into_production() {
        let text = told(STOLEN);
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let run = |part: &str| {
            let found = lines.iter().position(|line| line.contains(part));
            found.unwrap_or_else(|| panic!("{part}: {text}"))
        };
        let order = [
            run("user ci-deploy (111122223333)"),
            run("AKIACIDEPLOY2EXAMPLE: 30 events until"),
            run("= 2026-03-11T02:31:11Z session ci-run-8841 of role ci/DeployRole (111122223333)"),
            run("AssumeRole gave ASIAPLJEXVJ35EXAMPLE: 6 events until 2026-03-11T04:27:52Z"),
            run("= 2026-03-11T02:36:45Z session org-sync of role OrganizationAccountAccessRole"),
            run("= 2026-03-11T02:45:02Z user svc-metrics-sync (444455556666)"),
            run("CreateAccessKey gave AKIAR36EHLPNCEXAMPLE: 26 events until 2026-03-11T04:05:30Z"),
        ];
        assert!(order.is_sorted(), "{text}");
        assert!(text.contains("VERIFIED   from AKIACIDEPLOY2EXAMPLE: 210 events of 26 keys"));
        assert!(
            !text.contains("mary.major") && !text.contains("backup-operator"),
            "{text}"
        );
    }

    #[test]
    fn a_key_that_issued_nothing_is_one_entry() {
        let text = told(BACKDOOR);
        assert!(
            text.starts_with("VERIFIED   from AKIAR36EHLPNCEXAMPLE: "),
            "{text}"
        );
        assert!(
            text.contains("of 1 key or session in 444455556666"),
            "{text}"
        );
    }

    #[test]
    fn nothing_is_said_to_be_nothing() {
        let text = told("AKIAIOSFODNN7EXAMPLE");
        assert!(text.starts_with("NOT FOUND  no record"), "{text}");
    }

    #[test]
    fn the_document_is_the_whole_tree() {
        let tree = sessions(&sample().verified).trace(&query(STOLEN));
        let document = sample::json(|about| trace_json(&tree, about));
        assert_eq!(document["schema"], "trailseal-trace/1");
        assert_eq!(
            document["roots"][0]["followed"].as_array().unwrap().len(),
            12
        );
        assert_eq!(document["answer"], "verified");
        assert_eq!(document["roots"][0]["step"]["deed"]["kind"], "used");
    }
}
