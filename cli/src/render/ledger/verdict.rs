//! Whether a ledger is as trailseal left it, in words.

use super::super::human::word;
use super::super::page::{Colour, Page};
use super::super::text::counted;
use crate::escape::Printable;
use crate::ledger::LedgerVerdict;

const LABEL: usize = 11;

/// The verdict, for people.
pub(crate) fn verdict_text(verdict: &LedgerVerdict, colour: Colour) -> String {
    let mut page = Page::new(colour);
    let ink = Some(verdict.answer.into());
    let rows = counted(verdict.rows, "row");
    let text = match (verdict.problems.len(), verdict.signed) {
        (0, 0) if verdict.rows == 0 => "the ledger has no row yet".to_owned(),
        (0, signed) if signed == verdict.rows => {
            format!("{rows}, each follows from the one before and is signed")
        }
        (0, 0) => format!("{rows}, each follows from the one before; no signature was checked"),
        (0, signed) => {
            format!("{rows}, each follows from the one before; {signed} of them are signed")
        }
        (problems, _) => format!("{rows}, {}", counted(problems as u64, "problem")),
    };
    page.beside(0, (word(verdict.answer), ink), LABEL, &text);
    for problem in &verdict.problems {
        let row = format!("row {}", problem.row);
        page.beside(
            2,
            (&row, None),
            LABEL,
            &Printable(&problem.found).to_string(),
        );
    }
    if let Some(newest) = verdict.newest {
        page.beside(2, ("newest", None), LABEL, &newest.to_string());
    }
    page.into_text()
}
