//! The report in words: what stands on its pages, whoever renders them.
//!
//! [`Page::of`] lays down the sections; [`html`](Page::html) and
//! [`pdf`](Page::pdf) are views of the same. Texts of a page are untrusted: each
//! view escapes them for where they land.
//!
//! What is not proved stands beside what is, and as large.

mod coverage;
mod html;
mod pdf;
mod records;
mod section;

use trailseal_verifier::coverage::State as Covered;
use trailseal_verifier::verdict::Answer;

use super::Evidence;

pub use pdf::PdfError;

/// Findings of one code, and rows of a table, that a page shows; the data beside it
/// have all.
const SHOWN: usize = 1_000;

/// A page.
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    /// What stands at the foot of each sheet of paper.
    foot: String,
    blocks: Vec<Block>,
}

impl Page {
    /// The page of a report.
    pub fn of(evidence: &Evidence) -> Self {
        section::page(evidence)
    }
}

/// A piece of a page.
#[derive(Clone, Debug)]
enum Block {
    /// The verdict.
    Banner(Banner),
    /// The name of a section.
    Heading(&'static str),
    /// A text.
    Paragraph(String),
    /// A list with a title, of good or bad news.
    Notice(Notice),
    /// Names and what is said of each.
    Fields(Vec<(String, String)>),
    /// Rows under a head.
    Table(Table),
    /// Coverage over a stretch of time.
    Strips(Strips),
    /// Findings of one code.
    Findings(Findings),
}

#[derive(Clone, Debug)]
struct Banner {
    answer: Answer,
    word: &'static str,
    sentence: String,
    state: String,
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
    ticks: String,
    rows: Vec<Strip>,
    /// What is said of the rows that are not shown.
    rest: Option<String>,
}

#[derive(Clone, Debug)]
struct Strip {
    label: String,
    /// What each stretch of equal columns shows; `None` is outside the range.
    runs: Vec<(Option<Covered>, usize)>,
    share: String,
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

/// The verdict as a word.
fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Verified => "VERIFIED",
        Answer::Unchecked => "UNCHECKED",
        Answer::Failed => "FAILED",
    }
}
