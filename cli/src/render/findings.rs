//! Findings, grouped by code: the first few of each, and how many there are.

use std::collections::BTreeMap;

use trailseal_verifier::report::Report;
use trailseal_verifier::verdict::{Code, Finding, Subject};

use super::page::{Ink, Page};
use super::text::{COLUMNS, count, counted, duration, time, width};
use crate::escape::Printable;

/// Findings of one code that are shown.
const EXAMPLES: usize = 5;
const CODE: usize = 11;
/// Characters of a name or a detail that are shown: more than an honest one has.
const LONGEST: usize = 1200;

/// What was found, without keeping all of it.
#[derive(Debug, Default)]
pub(super) struct Groups(BTreeMap<Code, Group>);

#[derive(Debug, Default)]
struct Group {
    count: u64,
    examples: Vec<Finding>,
}

impl Groups {
    /// Counts a finding, and keeps it if it is one of the first of its code.
    pub(super) fn add(&mut self, finding: Finding) {
        let group = self.0.entry(finding.code).or_default();
        group.count += 1;
        if group.examples.len() < EXAMPLES {
            group.examples.push(finding);
        }
    }

    /// The groups, failed before unchecked, each in the order of the codes.
    fn worst_first(&self) -> Vec<(Code, &Group)> {
        let mut groups: Vec<_> = self.0.iter().map(|(code, group)| (*code, group)).collect();
        groups.sort_by_key(|(code, _)| std::cmp::Reverse(code.answer()));
        groups
    }

    /// Writes the section; an empty one is printed too.
    pub(super) fn write(&self, page: &mut Page, report: &Report) {
        let tally = &report.tally;
        let totals = format!(
            "{} failed, {} unchecked",
            count(tally.findings_failed),
            count(tally.findings_unchecked)
        );
        page.heading("FINDINGS", if self.0.is_empty() { "none" } else { &totals });
        for (position, (code, group)) in self.worst_first().into_iter().enumerate() {
            if position > 0 {
                page.line("");
            }
            write_group(page, code, group);
        }
    }

    /// Writes what the reader can do about each code.
    pub(super) fn write_next_steps(&self, page: &mut Page) {
        if self.0.is_empty() {
            return;
        }
        page.heading("WHAT TO DO NEXT", "");
        let codes = self.worst_first();
        let column = codes
            .iter()
            .map(|(code, _)| code.as_str().len())
            .max()
            .unwrap_or(0)
            + 2;
        for (code, _) in codes {
            page.beside(2, (code.as_str(), None), column, code.next_step());
        }
        page.line("");
        page.line("  trailseal explain CODE says what a code means.");
    }
}

fn write_group(page: &mut Page, code: Code, group: &Group) {
    let answer = code.answer();
    let word = super::human::word(answer).to_lowercase();
    let name = page.ink(Ink::Strong, code.as_str());
    let heading = format!("{name}, {}", counted(group.count, "finding"));
    page.beside(2, (&word, Some(answer.into())), CODE, &heading);
    page.beside(2, ("", None), CODE, code.description());
    let mut folder = String::new();
    for (position, finding) in group.examples.iter().enumerate() {
        write_subject(page, &finding.object, &mut folder);
        // What holds for the next one too is said once, after it.
        let next = group.examples.get(position + 1);
        if next
            .is_some_and(|next| next.detail == finding.detail && next.interval == finding.interval)
        {
            continue;
        }
        write_detail(page, finding, &folder);
    }
    let rest = group
        .count
        .saturating_sub(u64::try_from(group.examples.len()).unwrap_or(0));
    if rest > 0 {
        page.line(&format!("    and {} more", count(rest)));
    }
}

/// Writes what was expected and found, and for which time.
fn write_detail(page: &mut Page, finding: &Finding, folder: &str) {
    let mut detail = capped(within(folder, &Printable(&finding.detail).to_string()));
    let length = finding.interval.map(|interval| duration(interval.length()));
    let mut times = None;
    if let (Some(interval), Some(length)) = (finding.interval, length) {
        // Many details name the time themselves.
        if finding.detail.contains(&interval.to_string()) {
            detail = format!("{detail} ({length})");
        } else {
            times = Some(format!(
                "{} to {} ({length})",
                time(interval.start),
                time(interval.end)
            ));
        }
    }
    for text in [Some(detail), times].into_iter().flatten() {
        page.hanging(8, 8, &text);
    }
}

/// Writes an object's folder, unless it is that of the one before, and its
/// file name below.
fn write_subject(page: &mut Page, subject: &Subject, folder: &mut String) {
    let name = match subject {
        Subject::Object(_) => capped(object(&subject.to_string())),
        Subject::Scope(None, None) => "* (any account and Region)".to_owned(),
        Subject::Scope(..) => subject.to_string(),
    };
    let (parent, file) = match (subject, name.rfind('/')) {
        (Subject::Object(_), Some(slash)) => name.split_at(slash + 1),
        _ => ("", name.as_str()),
    };
    if folder != parent {
        parent.clone_into(folder);
        let (head, tail) = fold(parent, COLUMNS - 4);
        page.hanging(4, 4, head);
        page.hanging(4, 4, tail);
    }
    page.paragraph(if parent.is_empty() { 4 } else { 6 }, file);
}

/// A folder that is too wide, cut before its Region and date.
fn fold(folder: &str, columns: usize) -> (&str, &str) {
    match folder.rmatch_indices('/').nth(4) {
        Some((slash, _)) if width(folder) > columns => folder.split_at(slash + 1),
        _ => (folder, ""),
    }
}

/// A detail that names other objects of the same folder, without the folder.
fn within(folder: &str, detail: &str) -> String {
    if folder.is_empty() {
        detail.to_owned()
    } else {
        detail.replace(folder, ".../")
    }
}

/// Text that an attacker may have made as long as he liked, cut.
fn capped(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text,
        Some((end, _)) => format!("{}... (cut; --format json has all of it)", &text[..end]),
    }
}

/// An object's name as one word: a space is written out, because wrapped lines
/// would hide it.
pub(super) fn object(name: &str) -> String {
    Printable(name).to_string().replace(' ', r"\u{20}")
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::super::page::Colour;
    use super::*;

    fn written(groups: &Groups) -> String {
        let mut page = Page::new(Colour::Off);
        groups.write(&mut page, &fixture::report());
        groups.write_next_steps(&mut page);
        page.into_text()
    }

    #[test]
    fn groups_keep_a_few_and_count_all() {
        let mut groups = Groups::default();
        for number in 0..1_000_000 {
            groups.add(fixture::numbered(Code::LogAbsent, number));
        }
        assert_eq!(groups.0[&Code::LogAbsent].examples.len(), EXAMPLES);
        let text = written(&groups);
        assert!(text.contains("log-absent, 1,000,000 findings"), "{text}");
        assert!(text.contains("and 999,995 more"), "{text}");
        // All in one folder, and all with the same detail.
        assert_eq!(text.matches("s3://").count(), 1, "{text}");
        assert_eq!(
            text.matches("expected this, found that").count(),
            1,
            "{text}"
        );
    }

    #[test]
    fn failed_codes_come_before_unchecked_ones() {
        let mut groups = Groups::default();
        for code in [
            Code::DigestUnread,
            Code::LogMisplaced,
            Code::TailUncovered,
            Code::DigestAbsent,
        ] {
            groups.add(fixture::finding(code));
        }
        let order: Vec<_> = groups
            .worst_first()
            .into_iter()
            .map(|(code, _)| code)
            .collect();
        let expected = [
            Code::DigestAbsent,
            Code::LogMisplaced,
            Code::DigestUnread,
            Code::TailUncovered,
        ];
        assert_eq!(order, expected);
    }

    #[test]
    fn details_leave_out_the_folder_of_their_object() {
        let folder = "s3://b/AWSLogs/";
        let detail = "s3://b/AWSLogs/next.json.gz names it";
        assert_eq!(within(folder, detail), ".../next.json.gz names it");
        assert_eq!(within("", detail), detail);
    }

    #[test]
    fn wide_folders_are_cut_before_region_and_date() {
        let folder = "s3://b/AWSLogs/1/CloudTrail/eu-west-1/2026/03/11/";
        assert_eq!(fold(folder, 100), (folder, ""));
        assert_eq!(
            fold(folder, 40),
            ("s3://b/AWSLogs/1/CloudTrail/", "eu-west-1/2026/03/11/")
        );
        assert_eq!(fold("s3://b/", 3), ("s3://b/", ""));
    }

    #[test]
    fn endless_details_are_cut() {
        let mut groups = Groups::default();
        let mut finding = fixture::finding(Code::DigestMoved);
        finding.detail = "\u{1b}x".repeat(1_000_000);
        groups.add(finding);
        let text = written(&groups);
        assert!(
            text.contains("(cut; --format json") && text.len() < 3000,
            "{}",
            text.len()
        );
    }

    #[test]
    fn no_finding_is_said_too() {
        assert_eq!(written(&Groups::default()), "\nFINDINGS  none\n");
    }

    #[test]
    fn spaces_in_keys_are_written_out() {
        assert_eq!(object("s3://b/a  b "), r"s3://b/a\u{20}\u{20}b\u{20}");
    }
}
