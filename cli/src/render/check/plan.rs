//! What a check would do.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::super::page::{Colour, Page};
use super::super::text::{count, counted, time};
use crate::escape::Printable;

/// What a check would do with one source.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) name: String,
    pub(crate) location: String,
    /// Chains that the ledger knows.
    pub(crate) chains: u64,
    /// Where it would go on, in the account and Region that is furthest behind.
    pub(crate) since: Option<Timestamp>,
    /// Days whose turn it is.
    pub(crate) turns: u64,
    /// Those and the days of open findings.
    pub(crate) again: u64,
    pub(crate) known_days: u64,
    /// Bundles of evidence that are due.
    pub(crate) bundles: Vec<PathBuf>,
}

const LABEL: usize = 11;

/// What a check would do besides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plans<'p> {
    pub(crate) ledger: &'p Path,
    /// When the last check began.
    pub(crate) last: Option<Timestamp>,
    /// Who would be asked which accounts are expected, if anybody.
    pub(crate) accounts: Option<&'p str>,
}

/// The plan, for people.
pub(crate) fn dry_run_text(sources: &[Planned], plans: Plans<'_>) -> String {
    let Plans {
        ledger,
        last,
        accounts,
    } = plans;
    let mut page = Page::new(Colour::Off);
    let path = Printable(ledger.display()).to_string();
    let text = match last {
        Some(last) => format!("{path}; the last check began at {}", time(last)),
        None => format!("{path}, which is not there yet"),
    };
    page.beside(0, ("LEDGER", None), LABEL, &text);
    if let Some(accounts) = accounts {
        page.beside(0, ("ACCOUNTS", None), LABEL, accounts);
    }
    for source in sources {
        page.heading("SOURCE", &Printable(&source.name).to_string());
        page.beside(
            2,
            ("location", None),
            LABEL,
            &Printable(&source.location).to_string(),
        );
        let text = match source.since {
            None => "everything there is".to_owned(),
            Some(since) => format!(
                "what is new in {}, from {} on at the earliest",
                counted(source.chains, "chain"),
                time(since)
            ),
        };
        page.beside(2, ("verifies", None), LABEL, &text);
        if source.since.is_some() {
            let days = counted(source.known_days, "day");
            let others = source.again.saturating_sub(source.turns);
            let text = format!(
                "{} of {days} of accounts, which have their turn; {} for open findings",
                count(source.turns),
                counted(others, "day")
            );
            page.beside(2, ("again", None), LABEL, &text);
        }
        for bundle in &source.bundles {
            let bundle = Printable(bundle.display()).to_string();
            page.beside(2, ("evidence", None), LABEL, &bundle);
        }
    }
    page.line("");
    page.line("Nothing was read but the ledger, and nothing was written.");
    page.into_text()
}
