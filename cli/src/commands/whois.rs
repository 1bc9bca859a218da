//! `trailseal whois`: the human or machine behind a credential.

use jiff::Timestamp;
use trailseal_forensics::session::Query;

use super::page_args::PageArgs;
use super::reading::ReadingArgs;
use super::sessions::graph;
use crate::exit::{EXIT_CODES, Exit, Failure};
use crate::render::forensic::{whois_json, whois_text};

const EXAMPLES: &str = "  Who was behind the key that deleted a log?
    trailseal whois ASIAIEXAMPLEKEY ./copy --keys keys.json

  Every session of a role, as JSON:
    trailseal whois arn:aws:iam::111122223333:role/Admin ./copy --keys keys.json --format json

  A session by its name, in a built case:
    trailseal whois ci-run-8841 case.sqlite

Each step says what it rests on: a credential's id is strong evidence, an ARN
and a time are likely, an ARN alone is weak, and what fits more than once is
called ambiguous.";

/// Say who is behind a key, a session or a role, with the chain of evidence.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("Examples:\n{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(super) struct Args {
    /// A key (AKIA…, ASIA…), an ARN, an id (AIDA…, AROA…), or the name of a session.
    #[arg(value_name = "WHO", value_parser = Query::parse)]
    query: Query,

    #[command(flatten)]
    reading: ReadingArgs,

    #[command(flatten)]
    page: PageArgs,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let started = Timestamp::now();
        let asked = self.reading.resolve(started)?;
        let place = self.page.open()?;
        let (graph, gathered, repeated) = graph(&asked, &self.query, started)?;
        let answer = graph.resolve().whois(&self.query);
        let evidence = gathered.summary(repeated, graph.cut().undated);
        place.write_with(
            &evidence,
            started,
            |page| whois_text(page, &answer),
            |about| whois_json(&answer, about),
        )?;
        Ok(gathered.exit(!answer.chains.is_empty()))
    }
}
