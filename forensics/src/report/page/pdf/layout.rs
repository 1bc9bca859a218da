//! Blocks as lines of at most 100 columns.

use trailseal_verifier::coverage::State;

use super::super::super::scale::sign;
use super::super::super::text::{COLUMNS, count, counted, wrap};
use super::super::{Block, Findings, Notice, Page, Strips, Table, Tone, word};
use super::SIZE;
use crate::visible::is_visible;

/// The column of a field's text.
const LABEL: usize = 14;

/// What a colour stands for; words always say the same.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ink {
    Bad,
    Doubtful,
    Faint,
    Good,
    Plain,
}

impl Ink {
    /// Dark enough to be read on paper that is printed in grey.
    pub(super) fn rgb(self) -> [f32; 3] {
        match self {
            Self::Bad => [0.66, 0.06, 0.06],
            Self::Doubtful => [0.48, 0.32, 0.0],
            Self::Faint => [0.35, 0.35, 0.35],
            Self::Good => [0.04, 0.42, 0.18],
            Self::Plain => [0.0, 0.0, 0.0],
        }
    }
}

impl From<Tone> for Ink {
    fn from(tone: Tone) -> Self {
        match tone {
            Tone::Bad => Self::Bad,
            Tone::Doubtful => Self::Doubtful,
            Tone::Good => Self::Good,
        }
    }
}

/// Letters of one colour.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) ink: Ink,
    pub(super) bold: bool,
}

/// One line.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) runs: Vec<Run>,
    /// The name of the section that begins here.
    pub(super) heading: Option<&'static str>,
    /// Whether it is larger than others.
    pub(super) large: bool,
    /// Whether it must not be the last of a sheet.
    pub(super) keep: bool,
}

impl Line {
    pub(super) fn of(ink: Ink, text: &str) -> Self {
        Self::default().and(ink, false, text)
    }

    fn and(mut self, ink: Ink, bold: bool, text: &str) -> Self {
        self.runs.push(Run {
            text: text.to_owned(),
            ink,
            bold,
        });
        self
    }

    fn bold(ink: Ink, text: &str) -> Self {
        Self::default().and(ink, true, text)
    }

    fn kept(mut self) -> Self {
        self.keep = true;
        self
    }

    /// The size of its letters, in points.
    pub(super) fn size(&self) -> f32 {
        if self.large { 2.0 * SIZE } else { SIZE }
    }
}

/// A text of letters that the font has; others are written out.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_visible(c) && (c.is_ascii() || ('\u{a1}'..='\u{ff}').contains(&c)) {
            out.push(c);
        } else {
            out.extend(c.escape_unicode());
        }
    }
    out
}

/// The byte of a letter that is [`shown`], in WinAnsiEncoding: that of Latin-1.
pub(super) fn letter(c: char) -> u8 {
    u8::try_from(u32::from(c)).unwrap_or(b'?')
}

/// All lines of a page.
pub(super) fn lines(page: &Page) -> Vec<Line> {
    let mut out = Lines::default();
    out.wrapped(Ink::Plain, 0, 0, &page.title, Weight::Bold);
    for block in &page.blocks {
        out.block(block);
    }
    out.0
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Weight {
    Bold,
    Regular,
}

#[derive(Default)]
struct Lines(Vec<Line>);

impl Lines {
    fn gap(&mut self) {
        self.0.push(Line::default());
    }

    fn wrapped(&mut self, ink: Ink, first: usize, others: usize, text: &str, weight: Weight) {
        let mut margin = first;
        for line in wrap(&shown(text), COLUMNS - first, COLUMNS - others) {
            let text = format!("{:margin$}{line}", "");
            self.0
                .push(Line::default().and(ink, weight == Weight::Bold, &text));
            margin = others;
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Banner(banner) => {
                let ink = Ink::from(Tone::from(banner.answer));
                self.gap();
                self.gap();
                let mut line = Line::bold(ink, banner.word);
                line.large = true;
                self.0.push(line);
                self.gap();
                self.wrapped(ink, 0, 0, &banner.sentence, Weight::Bold);
                self.wrapped(Ink::Plain, 0, 0, &banner.state, Weight::Regular);
            }
            Block::Heading(name) => {
                self.gap();
                self.gap();
                let mut line = Line::bold(Ink::Plain, &name.to_uppercase()).kept();
                line.heading = Some(name);
                self.0.push(line);
                self.0.push(Line::default().kept());
            }
            Block::Paragraph(text) => {
                self.wrapped(Ink::Plain, 0, 0, text, Weight::Regular);
                self.gap();
            }
            Block::Notice(notice) => self.notice(notice),
            Block::Fields(fields) => {
                for (name, text) in fields {
                    self.field(name, text);
                }
                self.gap();
            }
            Block::Table(table) => self.table(table),
            Block::Strips(strips) => self.strips(strips),
            Block::Findings(findings) => self.findings(findings),
        }
    }

    fn notice(&mut self, notice: &Notice) {
        let ink = Ink::from(notice.tone);
        self.gap();
        self.gap();
        let mut line = Line::bold(ink, &notice.title.to_uppercase()).kept();
        line.heading = Some(notice.title);
        self.0.push(line);
        self.0.push(Line::default().kept());
        for item in &notice.items {
            self.wrapped(Ink::Plain, 0, 2, &format!("- {item}"), Weight::Regular);
        }
    }

    fn field(&mut self, name: &str, text: &str) {
        let name = shown(name);
        if name.chars().count() >= LABEL {
            self.wrapped(Ink::Faint, 0, 2, &name, Weight::Regular);
            self.wrapped(Ink::Plain, LABEL, LABEL, text, Weight::Regular);
            return;
        }
        let mut label = format!("{name:LABEL$}");
        for line in wrap(&shown(text), COLUMNS - LABEL, COLUMNS - LABEL) {
            self.0
                .push(Line::of(Ink::Faint, &label).and(Ink::Plain, false, &line));
            label = " ".repeat(LABEL);
        }
    }

    /// Columns side by side where they fit, else each row as a paragraph.
    fn table(&mut self, table: &Table) {
        let rows: Vec<Vec<String>> = table
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| shown(cell)).collect())
            .collect();
        let mut widths: Vec<usize> = table.head.iter().map(|name| name.len()).collect();
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let all: usize = widths.iter().map(|width| width + 2).sum();
        if all <= COLUMNS + 2 {
            let joined = |cells: &mut dyn Iterator<Item = &str>| -> String {
                let padded = cells
                    .zip(&widths)
                    .map(|(cell, width)| format!("{cell:width$}"));
                padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
            };
            let head = joined(&mut table.head.iter().copied());
            self.0.push(Line::of(Ink::Faint, &head).kept());
            for row in &rows {
                let line = joined(&mut row.iter().map(String::as_str));
                self.0.push(Line::of(Ink::Plain, &line));
            }
        } else {
            for row in &rows {
                for (position, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty())
                {
                    let (first, others) = if position == 0 { (0, 2) } else { (2, 4) };
                    let weight = if position == 0 {
                        Weight::Bold
                    } else {
                        Weight::Regular
                    };
                    self.wrapped(Ink::Plain, first, others, cell, weight);
                }
                self.gap();
            }
        }
        self.more(table.more as u64, "data/report.json");
        self.gap();
    }

    fn strips(&mut self, strips: &Strips) {
        let column = strips
            .rows
            .iter()
            .map(|row| row.label.chars().count())
            .max()
            .unwrap_or(0)
            + 2;
        self.0
            .push(Line::bold(Ink::Plain, &shown(&strips.title)).kept());
        if !strips.rows.is_empty() {
            let ticks = format!("{:column$}{}", "", strips.ticks);
            self.0.push(Line::of(Ink::Faint, &ticks).kept());
        }
        for row in &strips.rows {
            let label = shown(&row.label);
            let mut line = Line::of(Ink::Plain, &format!("{label:column$}"));
            for (state, cells) in &row.runs {
                let ink = match state {
                    Some(State::Proved) => Ink::Good,
                    Some(State::Failed) => Ink::Bad,
                    Some(_) => Ink::Doubtful,
                    None => Ink::Plain,
                };
                line = line.and(
                    ink,
                    ink == Ink::Bad,
                    &sign(*state).to_string().repeat(*cells),
                );
            }
            self.0
                .push(line.and(Ink::Plain, false, &format!("  {}", row.share)));
        }
        if let Some(rest) = &strips.rest {
            self.wrapped(Ink::Faint, 2, 2, rest, Weight::Regular);
        }
        self.gap();
    }

    fn findings(&mut self, findings: &Findings) {
        let ink = Ink::from(Tone::from(findings.answer));
        let head = format!(
            "  {}, {}",
            findings.code,
            counted(findings.count, "finding")
        );
        let line = Line::bold(ink, &word(findings.answer).to_lowercase());
        self.0.push(line.and(Ink::Plain, true, &head).kept());
        self.wrapped(Ink::Plain, 2, 2, findings.description, Weight::Regular);
        let next = format!("What to do next: {}", findings.next_step);
        self.wrapped(Ink::Faint, 2, 2, &next, Weight::Regular);
        for item in &findings.items {
            self.wrapped(Ink::Plain, 4, 6, &item.object, Weight::Regular);
            self.wrapped(Ink::Faint, 8, 8, &item.detail, Weight::Regular);
            if let Some(time) = &item.time {
                self.wrapped(Ink::Faint, 8, 8, time, Weight::Regular);
            }
        }
        self.more(findings.more, "data/report.json and data/objects.jsonl");
        self.gap();
    }

    fn more(&mut self, more: u64, place: &str) {
        if more > 0 {
            let text = format!("and {} more, in {place}", count(more));
            self.wrapped(Ink::Faint, 4, 4, &text, Weight::Regular);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_that_the_font_lacks_are_written_out() {
        assert_eq!(
            shown("naïve (ÿ) 日\u{1b}\u{a0}"),
            r"naïve (ÿ) \u{65e5}\u{1b}\u{a0}"
        );
    }

    proptest! {
        #[test]
        fn any_text_has_a_byte_for_each_letter_and_fits(text: String) {
            let shown = shown(&text);
            prop_assert!(shown.chars().all(|c| u32::from(c) <= 0xff));
            let mut lines = Lines::default();
            lines.block(&Block::Paragraph(text.clone()));
            lines.block(&Block::Fields(vec![(text.clone(), text.clone())]));
            lines.block(&Block::Table(Table::new(&["a"], [vec![text.clone(), text]])));
            for line in &lines.0 {
                let columns: usize = line.runs.iter().map(|run| run.text.chars().count()).sum();
                prop_assert!(columns <= COLUMNS + 2, "{:?}", line);
            }
        }
    }
}
