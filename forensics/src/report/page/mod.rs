//! The report in words: what stands on its pages, whoever renders them.
//!
//! [`Page::of`] lays down the sections; [`html`](Page::html) and
//! [`pdf`](Page::pdf) are views of the same. Texts of a page are untrusted: each
//! view escapes them for where they land.
//!
//! The first sheet answers: the verdict, the numbers, when each account and Region was
//! covered, and who signed. What is not proved stands beside what is, and as large.

mod certificate;
mod coverage;
mod html;
mod method;
mod pdf;
mod records;
mod section;

use trailseal_verifier::coverage::State as Covered;
use trailseal_verifier::verdict::Answer;

use super::Evidence;
use super::scale::SIGNS;

pub use pdf::PdfError;

/// Findings of one code, and rows of a table, that a page shows; the data beside it
/// have all.
const SHOWN: usize = 1_000;

/// A page.
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    foot: Foot,
    blocks: Vec<Block>,
}

impl Page {
    /// The page of a report.
    pub fn of(evidence: &Evidence) -> Self {
        section::page(evidence)
    }
}

/// What stands at the foot of each sheet of paper.
#[derive(Clone, Debug, Default)]
struct Foot {
    /// With what, when and for whom it was made.
    made: String,
    /// The hash over all that the bundle says of objects: which bundle it belongs to.
    /// The hash of the bundle itself cannot stand in a file of it.
    bundle: String,
}

/// A piece of a page.
#[derive(Clone, Debug)]
enum Block {
    /// The verdict.
    Banner(Banner),
    /// The numbers that answer most questions.
    Numbers(Vec<Number>),
    /// What follows begins on a sheet of its own.
    Sheet,
    /// The name of a section.
    Heading(&'static str),
    /// The name of a part of it.
    Subheading(String),
    /// A text.
    Paragraph(String),
    /// A list with a title, of good or bad news.
    Notice(Notice),
    /// Names and what is said of each.
    Fields(Vec<(String, String)>),
    /// Rows under a head.
    Table(Table),
    /// What the states of a strip look like.
    Legend,
    /// Coverage over a stretch of time.
    Strips(Strips),
    /// Findings of one code.
    Findings(Findings),
    /// Lines to be filled in by hand, with what belongs on each.
    Form(Vec<&'static str>),
}

#[derive(Clone, Debug)]
struct Banner {
    answer: Answer,
    word: &'static str,
    sentence: String,
    state: String,
}

/// One number and what it counts.
#[derive(Clone, Debug)]
struct Number {
    value: String,
    label: String,
    tone: Tone,
}

/// What kind of news a notice is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Tone {
    Bad,
    Doubtful,
    Good,
}

impl From<Answer> for Tone {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Verified => Self::Good,
            Answer::Unchecked => Self::Doubtful,
            Answer::Failed => Self::Bad,
        }
    }
}

#[derive(Clone, Debug)]
struct Notice {
    tone: Tone,
    title: &'static str,
    items: Vec<String>,
}

#[derive(Clone, Debug)]
struct Table {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    /// Rows that are not shown.
    more: usize,
}

impl Table {
    fn new(head: &[&'static str], rows: impl IntoIterator<Item = Vec<String>>) -> Self {
        let mut rows: Vec<Vec<String>> = rows.into_iter().collect();
        let more = rows.len().saturating_sub(SHOWN);
        rows.truncate(SHOWN);
        Self {
            head: head.to_vec(),
            rows,
            more,
        }
    }
}

/// Coverage of several chains, one column a slice of time.
#[derive(Clone, Debug)]
struct Strips {
    title: String,
    /// Columns, and how long each is, in words.
    cells: usize,
    slice: String,
    /// Columns in which a day, month or year begins, with its date.
    dates: Vec<(usize, String)>,
    rows: Vec<Strip>,
    /// What is said of the rows that are not shown.
    rest: Option<String>,
}

impl Strips {
    /// Dates that have room beside each other, and end with the columns, if a text
    /// takes so many. Those that name a year come first: others mean nothing without.
    fn dates_with_room(&self, takes: impl Fn(&str) -> usize) -> Vec<(usize, &str)> {
        let names_year = |date: &str| date.bytes().take_while(u8::is_ascii_digit).count() == 4;
        let (years, others): (Vec<_>, Vec<_>) =
            self.dates.iter().partition(|(_, date)| names_year(date));
        let mut placed: Vec<(usize, usize, &str)> = Vec::new();
        for (from, date) in years.into_iter().rev().chain(others) {
            let to = from.saturating_add(takes(date));
            let is_free = |(start, end, _): &(usize, usize, &str)| to <= *start || end <= from;
            if to <= self.cells && placed.iter().all(is_free) {
                placed.push((*from, to, date));
            }
        }
        placed.sort_unstable();
        let placed = placed.into_iter();
        placed.map(|(from, _, date)| (from, date)).collect()
    }
}

#[derive(Clone, Debug)]
struct Strip {
    label: String,
    /// What each stretch of equal columns shows; `None` is outside the range.
    runs: Vec<(Option<Covered>, usize)>,
    share: String,
}

impl Strip {
    /// What the strip shows, for whoever cannot see it.
    fn described(&self, slice: &str) -> String {
        let runs = self.runs.iter().map(|(state, cells)| {
            let name = state.map_or("outside the range", name);
            format!("{cells} {name}")
        });
        let runs: Vec<String> = runs.collect();
        format!("Columns of {slice}, in order: {}.", runs.join(", "))
    }
}

#[derive(Clone, Debug)]
struct Findings {
    code: &'static str,
    answer: Answer,
    count: u64,
    description: &'static str,
    next_step: &'static str,
    items: Vec<Item>,
    more: u64,
}

#[derive(Clone, Debug)]
struct Item {
    object: String,
    detail: String,
    time: Option<String>,
}

/// Whether a text is compared letter by letter, rather than read: a hash, a place, a
/// command.
fn is_code(text: &str) -> bool {
    !text.contains(' ') && (text.len() > 24 || text.contains('/'))
}

/// What a state is called.
fn name(state: Covered) -> &'static str {
    let known = SIGNS.iter().find(|(known, ..)| *known == state);
    known.map_or("", |(.., name)| name)
}

/// The verdict as a word.
fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Verified => "VERIFIED",
        Answer::Unchecked => "UNCHECKED",
        Answer::Failed => "FAILED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_has_its_room_before_other_dates() {
        let dates = [
            (0, "2023-12"),
            (1, "2024-01"),
            (3, "02"),
            (9, "04"),
            (27, "2025-01"),
        ];
        let strips = Strips {
            title: String::new(),
            cells: 53,
            slice: String::new(),
            dates: dates.map(|(cell, date)| (cell, date.to_owned())).to_vec(),
            rows: Vec::new(),
            rest: None,
        };
        assert_eq!(
            strips.dates_with_room(str::len),
            [(1, "2024-01"), (9, "04"), (27, "2025-01")]
        );
        assert_eq!(
            strips.dates_with_room(|_| 26),
            [(1, "2024-01"), (27, "2025-01")]
        );
        assert!(strips.dates_with_room(|_| usize::MAX).is_empty());
    }
}
