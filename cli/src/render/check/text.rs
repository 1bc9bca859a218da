//! The report of a check for people: first what changed.

use jiff::Timestamp;
use trailseal_verifier::verdict::Answer;

use super::super::page::{Colour, Ink, Page};
use super::super::text::{count, counted, duration, plural, time};
use super::wording;
use crate::check::PolicyCode;
use crate::check::report::{CheckReport, Level, Life, LivingFinding, SourceReport, State};
use crate::escape::Printable;

/// Findings of one kind that are told one by one.
const MOST: usize = 20;

const LABEL: usize = 10;

/// The report.
pub(crate) fn text(report: &CheckReport, colour: Colour) -> String {
    let mut page = Page::new(colour);
    headline(&mut page, report);
    changes(&mut page, report);
    open(&mut page, report);
    sources(&mut page, report);
    controls(&mut page, report);
    page.line("");
    page.paragraph(0, &done(report));
    page.into_text()
}

fn headline(page: &mut Page, report: &CheckReport) {
    let (word, ink) = match report.state {
        State::Pass => ("PASS", Ink::Good),
        State::Warn => ("WARN", Ink::Doubtful),
        State::Fail => ("FAIL", Ink::Bad),
    };
    let open = |level: Level| {
        let of =
            |finding: &&LivingFinding| finding.life != Life::Resolved && finding.level == level;
        report.findings.iter().filter(of).count() as u64
    };
    let (failing, warning, accepted) =
        (open(Level::Fail), open(Level::Warn), open(Level::Accepted));
    let unread = report
        .sources
        .iter()
        .filter(|source| source.error.is_some())
        .count() as u64;
    let mut parts = Vec::new();
    if failing > 0 {
        let fails = if failing == 1 { "fails" } else { "fail" };
        parts.push(format!("{} {fails} the check", counted(failing, "finding")));
    }
    if warning > 0 {
        let warns = if warning == 1 { "warns" } else { "warn" };
        parts.push(format!("{} only {warns}", counted(warning, "finding")));
    }
    if accepted > 0 {
        let is = if accepted == 1 { "is" } else { "are" };
        parts.push(format!("{} {is} accepted", counted(accepted, "finding")));
    }
    if unread > 0 {
        parts.push(format!("{} could not be read", counted(unread, "source")));
    }
    let unasked = |finding: &LivingFinding| {
        finding.life != Life::Resolved
            && PolicyCode::named(&finding.code) == Some(PolicyCode::OrganizationUnasked)
    };
    if report.findings.iter().any(unasked) {
        parts.push("the organization could not be asked".to_owned());
    }
    if parts.is_empty() {
        parts.push(match report.outcome {
            Answer::Verified => "everything that was looked at is verified".to_owned(),
            Answer::Unchecked | Answer::Failed => "nothing is proved yet".to_owned(),
        });
    }
    page.beside(0, (word, Some(ink)), LABEL + 1, &parts.join("; "));
}

fn changes(page: &mut Page, report: &CheckReport) {
    let since = report.run.previous.map_or_else(
        || "the first check".to_owned(),
        |previous| format!("since the check of {}", time(previous)),
    );
    let changes = &report.changes;
    let rest = match (changes.new, changes.resolved) {
        (0, 0) => format!("nothing, {since}"),
        (new, resolved) => format!("{} new, {} resolved, {since}", count(new), count(resolved)),
    };
    page.heading("CHANGED", &rest);
    for life in [Life::New, Life::Resolved] {
        let of = report
            .findings
            .iter()
            .filter(|finding| finding.life == life);
        list(page, of.collect(), report.run.began);
    }
}

fn open(page: &mut Page, report: &CheckReport) {
    let mut open: Vec<&LivingFinding> = report
        .findings
        .iter()
        .filter(|finding| finding.life == Life::Open)
        .collect();
    if open.is_empty() {
        return;
    }
    open.sort_by_key(|finding| (finding.level, finding.first_seen));
    page.heading(
        "OPEN BEFORE",
        &format!("{}, oldest first", counted(open.len() as u64, "finding")),
    );
    for level in [Level::Fail, Level::Warn, Level::Accepted] {
        let of = open
            .iter()
            .copied()
            .filter(|finding| finding.level == level);
        list(page, of.collect(), report.run.began);
    }
}

fn list(page: &mut Page, findings: Vec<&LivingFinding>, now: Timestamp) {
    let more = findings.len().saturating_sub(MOST);
    for finding in findings.into_iter().take(MOST) {
        finding_text(page, finding, now);
    }
    if more > 0 {
        let more = count(more as u64);
        page.line(&format!(
            "  … and {more} more; --format json or `trailseal ledger findings` has all"
        ));
    }
}

/// How a level is called.
fn level_word(level: Level) -> (&'static str, Option<Ink>) {
    match level {
        Level::Fail => ("FAIL", Some(Ink::Bad)),
        Level::Warn => ("WARN", Some(Ink::Doubtful)),
        Level::Accepted => ("ACCEPTED", None),
    }
}

/// One finding with its life.
pub(crate) fn finding_text(page: &mut Page, finding: &LivingFinding, now: Timestamp) {
    let label = match finding.life {
        Life::New | Life::Open => level_word(finding.level),
        Life::Resolved => ("RESOLVED", Some(Ink::Good)),
    };
    let age = match finding.life {
        Life::New => "new".to_owned(),
        Life::Open => format!(
            "open for {}",
            duration(now.duration_since(finding.first_seen))
        ),
        Life::Resolved => {
            format!(
                "was open for {}",
                duration(now.duration_since(finding.first_seen))
            )
        }
    };
    let LivingFinding {
        code,
        answer,
        source,
        id,
        ..
    } = finding;
    let text = format!("{code} ({answer}), {age}; source {source}, id {id}");
    page.beside(2, label, LABEL, &Printable(text).to_string());
    let indent = 2 + LABEL;
    let object = finding.object.clone();
    let place = object.unwrap_or_else(|| wording::place(finding));
    page.paragraph(indent, &Printable(place).to_string());
    page.paragraph(indent, &Printable(&finding.detail).to_string());
    if let Some(known) = &finding.acknowledged {
        let until = known
            .until
            .map_or_else(String::new, |until| match until > now {
                true => format!(", until {}", time(until)),
                false => format!(", expired at {}", time(until)),
            });
        let text = format!("accepted by {}: {}{until}", known.by, known.why);
        page.paragraph(indent, &Printable(text).to_string());
    }
}

fn sources(page: &mut Page, report: &CheckReport) {
    page.heading("SOURCES", "");
    page.line(&row([
        "NAME",
        "STATE",
        "CHAINS",
        "OLDEST TIP",
        "NOT PROVED",
        "NEW DIGESTS",
        "LOGS",
        "AGAIN",
        "DAYS",
    ]));
    for source in &report.sources {
        source_row(page, source);
    }
}

fn source_row(page: &mut Page, source: &SourceReport) {
    let name = Printable(&source.name).to_string();
    let state = match source.state {
        State::Pass => "pass",
        State::Warn => "warn",
        State::Fail => "fail",
    };
    let hourly = source.chains.iter().filter(|chain| chain.tip.is_some());
    let lag = hourly.filter_map(|chain| chain.lag_seconds).max();
    let oldest = lag.map_or_else(|| "-".to_owned(), |lag| duration(seconds(lag)));
    let unproved: u64 = source
        .chains
        .iter()
        .map(|chain| chain.failed_seconds + chain.unproved_seconds)
        .sum();
    let unproved = match unproved {
        0 => "nothing".to_owned(),
        some => duration(seconds(i64::try_from(some).unwrap_or(i64::MAX))),
    };
    let short = match name.chars().count() > 20 {
        true => {
            page.line(&format!("  {name}"));
            String::new()
        }
        false => name,
    };
    page.line(&row([
        &short,
        state,
        &count(source.chains.len() as u64),
        &oldest,
        &unproved,
        &count(source.fresh.digests.total()),
        &count(source.fresh.logs.total()),
        &count(source.again.digests.total()),
        &format!(
            "{}/{}",
            count(source.rechecked_days),
            count(source.known_days)
        ),
    ]));
    if let Some(error) = &source.error {
        let text = format!("could not be read: {error}");
        page.paragraph(4, &Printable(text).to_string());
    }
}

fn seconds(seconds: i64) -> jiff::SignedDuration {
    jiff::SignedDuration::from_secs(seconds)
}

fn row(cells: [&str; 9]) -> String {
    let [
        name,
        state,
        chains,
        oldest,
        unproved,
        digests,
        logs,
        again,
        days,
    ] = cells;
    format!(
        "  {name:20} {state:5} {chains:>6}  {oldest:12} {unproved:12} {digests:>11} {logs:>7} {again:>6}  {days}"
    )
}

fn controls(page: &mut Page, report: &CheckReport) {
    if report.controls.is_empty() {
        return;
    }
    page.heading(
        "CONTROLS",
        "what the evidence shows; never whether a control is met",
    );
    for control in &report.controls {
        let name = format!("{} {}", control.framework, control.id);
        let number = control.findings.len() as u64;
        let text = match number {
            0 => control.state.clone(),
            _ => format!("{}: {}", control.state, counted(number, "finding")),
        };
        page.beside(2, (&name, None), 20, &text);
    }
}

/// What the check did, in one sentence or two.
fn done(report: &CheckReport) -> String {
    let sum = |of: &dyn Fn(&SourceReport) -> u64| report.sources.iter().map(of).sum::<u64>();
    let digests = sum(&|source| source.fresh.digests.total());
    let logs = sum(&|source| source.fresh.logs.total());
    let again = sum(&|source| source.again.digests.total());
    let (days, known) = (
        sum(&|source| source.rechecked_days),
        sum(&|source| source.known_days),
    );
    let share = match report.run.full {
        true => "everything was verified again".to_owned(),
        false => format!(
            "{} again, {} of {} {} of accounts in their turn",
            counted(again, "digest"),
            count(days),
            count(known),
            plural(known, "day")
        ),
    };
    let signed = match &report.run.signed_by {
        Some(key) => format!("signed by {key}"),
        None => "not signed".to_owned(),
    };
    format!(
        "This check verified {} and {} that are new; {share}. It is row {} of the ledger, {signed}, \
         with hash {}.",
        counted(digests, "digest"),
        counted(logs, "log"),
        report.run.number,
        report.run.hash
    )
}
