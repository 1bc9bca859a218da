//! `trailseal explain`: what a code of a report means.

use anyhow::anyhow;
use trailseal_verifier::verdict::Code;

use super::{ColourArg, Place};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::render::page::Page;

const EXAMPLES: &str = "\
Examples:
  trailseal explain log-hash-mismatch
  trailseal explain --all

There are three answers: verified, failed (something signed contradicts what is
there) and unchecked (nothing vouches for it, or it could not be read).";

/// Say what a code of a report means, and what to do about it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The codes, as reports spell them.
    #[arg(required_unless_present = "all", value_name = "CODE")]
    codes: Vec<String>,
    /// Every code there is.
    #[arg(long, conflicts_with = "codes")]
    all: bool,
    /// When to colour.
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: ColourArg,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let codes = if self.all {
            Code::ALL.to_vec()
        } else {
            self.codes
                .iter()
                .map(|word| code(word))
                .collect::<Result<_, _>>()?
        };
        let mut page = Page::new(self.color.resolve(Place::stdout()));
        for (position, code) in codes.into_iter().enumerate() {
            if position > 0 {
                page.line("");
            }
            explain(&mut page, code);
        }
        output::print(&page.into_text()).map_err(Failure::CouldNotRun)?;
        Ok(Exit::Success)
    }
}

fn explain(page: &mut Page, code: Code) {
    let answer = code.answer();
    let words = page.ink(answer.into(), &answer.to_string());
    page.line(&format!("{code}: {words}"));
    page.beside(2, ("means", None), 7, code.description());
    page.beside(2, ("next", None), 7, code.next_step());
}

fn code(word: &str) -> Result<Code, Failure> {
    word.parse().map_err(|_| {
        let near = near(word);
        let way_out = if near.is_empty() {
            "trailseal explain --all lists them".to_owned()
        } else {
            format!("did you mean {}?", near.join(" or "))
        };
        Failure::Usage(anyhow!("there is no code {word}; {way_out}"))
    })
}

/// The codes that are spelt nearly so, or hold the word; nearest first.
fn near(word: &str) -> Vec<&'static str> {
    let word = word.to_lowercase().replace('_', "-");
    // Longer than any code: not worth a comparison.
    if word.len() > 64 {
        return Vec::new();
    }
    let mut near: Vec<(usize, &'static str)> = Code::ALL
        .iter()
        .map(|code| code.as_str())
        .filter_map(|code| {
            let distance = edits(&word, code);
            if distance <= 3 {
                Some((distance, code))
            } else {
                (word.len() >= 4 && code.contains(&word)).then_some((4, code))
            }
        })
        .collect();
    near.sort_unstable();
    near.into_iter().take(4).map(|(_, code)| code).collect()
}

/// How many letters to add, drop or change to make one word the other.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let change = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_find_their_code() {
        assert_eq!(near("log-abesnt"), ["log-absent"]);
        assert_eq!(near("LOG_ABSENT"), ["log-absent"]);
        assert_eq!(near("tail-uncoverd"), ["tail-uncovered"]);
        assert_eq!(near("overlap"), ["link-overlap"]);
        assert!(near("zebra").is_empty());
        assert!(near(&"x".repeat(1_000_000)).is_empty());
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("same", "same"), 0);
    }
}
