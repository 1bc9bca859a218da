//! The table of cases in README.md, between its two marker lines.

use std::fmt::Write as _;

use crate::case::Case;

/// One row a case, grouped, in Markdown.
#[must_use]
pub fn markdown_table(cases: &[Case]) -> String {
    let mut table = String::from("| Group | Case | Outcome | Findings |\n|---|---|---|---|\n");
    for case in cases {
        let mut codes: Vec<(&str, usize)> = Vec::new();
        for finding in &case.expect.findings {
            match codes.last_mut() {
                Some((code, count)) if *code == finding.code => *count += 1,
                _ => codes.push((&finding.code, 1)),
            }
        }
        let codes: Vec<String> = codes
            .into_iter()
            .map(|(code, count)| match count {
                1 => format!("`{code}`"),
                _ => format!("`{code}` × {count}"),
            })
            .collect();
        let (group, name, word) = (case.group, &case.name, case.expect.outcome.word());
        let codes = codes.join(", ");
        let _ = writeln!(
            table,
            "| {group} | [{name}](cases/{name}/case.toml) | {word} | {codes} |"
        );
    }
    table
}
