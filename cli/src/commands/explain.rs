//! `trailseal explain`: what a code of a report means.

use anyhow::anyhow;
use trailseal_verifier::verdict::Code;

use super::{ColourArg, Place};
use crate::check::PolicyCode;
use crate::exit::{Exit, Failure};
use crate::near::near;
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
        let codes: Vec<Explained> = if self.all {
            Explained::all().collect()
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
            code.explain(&mut page);
        }
        output::print(&page.into_text()).map_err(Failure::CouldNotRun)?;
        Ok(Exit::Success)
    }
}

fn code(word: &str) -> Result<Explained, Failure> {
    Explained::all()
        .find(|code| code.name() == word)
        .ok_or_else(|| {
            let near = near_codes(word);
            let way_out = if near.is_empty() {
                "trailseal explain --all lists them".to_owned()
            } else {
                format!("did you mean {}?", near.join(" or "))
            };
            Failure::Usage(anyhow!("there is no code {word}; {way_out}"))
        })
}

/// The codes that are spelt nearly so, or hold the word; nearest first.
fn near_codes(word: &str) -> Vec<&'static str> {
    let word = word.to_lowercase().replace('_', "-");
    let codes: Vec<&str> = Explained::all().map(Explained::name).collect();
    near(&word, &codes)
}

/// A code of the verifier or of the policy of checks.
#[derive(Clone, Copy)]
enum Explained {
    Policy(PolicyCode),
    Verifier(Code),
}

impl Explained {
    fn all() -> impl Iterator<Item = Self> {
        let verifier = Code::ALL.iter().copied().map(Self::Verifier);
        verifier.chain(PolicyCode::ALL.into_iter().map(Self::Policy))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Policy(code) => code.as_str(),
            Self::Verifier(code) => code.as_str(),
        }
    }

    fn explain(self, page: &mut Page) {
        let (answer, means, next) = match self {
            Self::Policy(code) => (code.answer(), code.description(), code.next_step()),
            Self::Verifier(code) => (code.answer(), code.description(), code.next_step()),
        };
        let words = page.ink(answer.into(), &answer.to_string());
        page.line(&format!("{}: {words}", self.name()));
        page.beside(2, ("means", None), 7, means);
        page.beside(2, ("next", None), 7, next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_find_their_code() {
        assert_eq!(near_codes("LOG_ABSENT"), ["log-absent"]);
        assert_eq!(near_codes("tail-uncoverd"), ["tail-uncovered"]);
        assert_eq!(near_codes("policy-tail"), ["policy-tail-lag"]);
        assert!(near_codes("zebra").is_empty());
    }
}
