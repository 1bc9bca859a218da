//! Blocks as bands, and as nodes of the tree.

use pdf_writer::types::{ListNumbering, StructRole, TableHeaderScope};

use super::super::super::text::{count, counted};
use super::super::{Banner, Block, Findings, Notice, Number, Page, Tone, is_code, word};
use super::band::{Band, Mark};
use super::font::Fonts;
use super::ink::{Ink, Style};
use super::lines::wrapped;
use super::tree::{Element, Kind, Tree};
use super::{LEFT, RIGHT};

/// Lines of one text that stay together on a sheet.
const TOGETHER: usize = 8;
/// Where the text of a field begins, from the left edge of the column.
const LABEL: f32 = 92.0;
/// How far the text of a box stands from its edge.
const INSET: f32 = 12.0;

/// What goes on sheets.
pub(super) struct Flow<'f> {
    pub(super) fonts: &'f Fonts,
    pub(super) tree: Tree,
    pub(super) bands: Vec<Band>,
    /// Heads of tables, to be repeated.
    pub(super) heads: Vec<Vec<Band>>,
    shade: Option<Tone>,
}

/// A text in a column of its own.
#[derive(Clone, Copy)]
pub(super) struct Cell<'t> {
    pub(super) left: f32,
    pub(super) width: f32,
    pub(super) style: Style,
    pub(super) text: &'t str,
    pub(super) of: Element,
    pub(super) side: Side,
}

/// The edge of its column that a text begins or ends at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Side {
    Left,
    Right,
}

/// Whether the last line of a text may be the last of a sheet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum End {
    Free,
    Keep,
}

impl<'f> Flow<'f> {
    /// All blocks of a page.
    pub(super) fn of(fonts: &'f Fonts, page: &Page) -> Self {
        let mut flow = Self {
            fonts,
            tree: Tree::new(),
            bands: Vec::new(),
            heads: Vec::new(),
            shade: None,
        };
        let title = flow.plain(StructRole::H1);
        flow.text(title, Style::TITLE, LEFT, &page.title, End::Keep);
        flow.gap(8.0);
        for block in &page.blocks {
            flow.block(block);
        }
        flow
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Banner(banner) => self.banner(banner),
            Block::Numbers(numbers) => self.numbers(numbers),
            Block::Sheet => self.bands.push(Band {
                starts_sheet: true,
                ..Band::default()
            }),
            Block::Heading(name) => self.heading(name),
            Block::Subheading(name) => {
                let of = self.plain(StructRole::H3);
                self.text(of, Style::SUBHEADING, LEFT, name, End::Keep);
            }
            Block::Paragraph(text) => {
                let of = self.plain(StructRole::P);
                self.text(of, Style::BODY, LEFT, text, End::Free);
                self.gap(6.0);
            }
            Block::Notice(notice) => self.notice(notice),
            Block::Fields(fields) => self.fields(fields),
            Block::Table(table) => self.table(table),
            Block::Legend => self.legend(),
            Block::Strips(strips) => self.strips(strips),
            Block::Findings(findings) => self.findings(findings),
            Block::Form(lines) => self.form(lines),
        }
    }

    pub(super) fn plain(&mut self, role: StructRole) -> Element {
        self.tree.add(Tree::DOCUMENT, Kind::Plain(role))
    }

    pub(super) fn within(&mut self, parent: Element, role: StructRole) -> Element {
        self.tree.add(parent, Kind::Plain(role))
    }

    pub(super) fn gap(&mut self, height: f32) {
        let mut band = Band::gap(height);
        band.shade = self.shade;
        // A gap after something that is kept goes with it.
        band.keep = self.bands.last().is_some_and(|band| band.keep);
        self.bands.push(band);
    }

    /// A text over the whole width.
    pub(super) fn text(&mut self, of: Element, style: Style, left: f32, text: &str, end: End) {
        let right = if self.shade.is_some() {
            RIGHT - INSET
        } else {
            RIGHT
        };
        let cell = Cell {
            left,
            width: right - left,
            style,
            text,
            of,
            side: Side::Left,
        };
        self.row(&[cell], end);
    }

    /// Texts side by side, line by line.
    pub(super) fn row(&mut self, cells: &[Cell<'_>], end: End) {
        let bands = self.laid(cells, end);
        self.bands.extend(bands);
    }

    pub(super) fn laid(&self, cells: &[Cell<'_>], end: End) -> Vec<Band> {
        let texts: Vec<Vec<String>> = cells
            .iter()
            .map(|cell| wrapped(self.fonts, cell.style, cell.width, cell.text))
            .collect();
        let lines = texts.iter().map(Vec::len).max().unwrap_or(0);
        let leading = cells
            .iter()
            .map(|cell| cell.style.leading())
            .fold(0.0, f32::max);
        let drops = cells.iter().map(|cell| cell.style.drop());
        let down = drops.fold(0.0, f32::max);
        let band = |line: usize| {
            let marks = cells.iter().zip(&texts).filter_map(|(cell, text)| {
                let text = text.get(line)?;
                let wide = self.fonts.width(cell.style.face, cell.style.size, text);
                Some(Mark::Text {
                    left: match cell.side {
                        Side::Left => cell.left,
                        Side::Right => cell.left + cell.width - wide,
                    },
                    down,
                    style: cell.style,
                    text: text.clone(),
                    of: Some(cell.of),
                })
            });
            let is_last = line + 1 == lines;
            Band {
                height: leading,
                marks: marks.collect(),
                shade: self.shade,
                keep: if is_last {
                    end == End::Keep
                } else {
                    // Of a long text, two lines stay at either end.
                    lines <= TOGETHER || line == 0 || line + 2 == lines
                },
                ..Band::default()
            }
        };
        (0..lines).map(band).collect()
    }

    fn heading(&mut self, name: &'static str) {
        self.gap(14.0);
        let of = self.plain(StructRole::H2);
        let from = self.bands.len();
        self.text(of, Style::HEADING, LEFT, name, End::Keep);
        if let Some(band) = self.bands.get_mut(from) {
            band.section = Some(name);
        }
        self.rule(2.0, 7.0);
    }

    /// A line across the column, so far below what is above it, in so high a band.
    fn rule(&mut self, down: f32, height: f32) {
        let keep = self.bands.last().is_some_and(|band| band.keep);
        self.bands.push(Band {
            height,
            marks: vec![Mark::Bar {
                left: LEFT,
                down,
                width: RIGHT - LEFT,
                height: 0.6,
                ink: Ink::Line,
            }],
            shade: self.shade,
            keep,
            ..Band::default()
        });
    }

    /// What is added inside is on a background of its own.
    fn boxed(&mut self, tone: Tone, inside: impl FnOnce(&mut Self)) {
        self.shade = Some(tone);
        let from = self.bands.len();
        self.gap(7.0);
        if let Some(band) = self.bands.get_mut(from) {
            band.keep = true;
        }
        inside(self);
        // The edge below stays with the last line.
        if let Some(band) = self.bands.last_mut() {
            band.keep = true;
        }
        self.gap(8.0);
        if let Some(band) = self.bands.last_mut() {
            band.keep = false;
        }
        self.shade = None;
    }

    fn banner(&mut self, banner: &Banner) {
        let tone = Tone::from(banner.answer);
        self.boxed(tone, |flow| {
            let of = flow.plain(StructRole::P);
            let left = LEFT + INSET;
            let style = Style::WORD.of(tone.into());
            flow.text(of, style, left, banner.word, End::Keep);
            flow.gap(1.0);
            let of = flow.plain(StructRole::P);
            flow.text(of, Style::SENTENCE, left, &banner.sentence, End::Keep);
            flow.gap(2.0);
            let of = flow.plain(StructRole::P);
            flow.text(of, Style::BODY, left, &banner.state, End::Keep);
        });
        self.gap(12.0);
    }

    fn numbers(&mut self, numbers: &[Number]) {
        let columns = u8::try_from(numbers.len().max(1)).unwrap_or(u8::MAX);
        let step = (RIGHT - LEFT) / f32::from(columns);
        let mut left = LEFT;
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        for number in numbers {
            let mut cell = |style, text| Cell {
                left,
                width: step - 10.0,
                style,
                text,
                of: self.plain(StructRole::P),
                side: Side::Left,
            };
            let style = Style::NUMBER.of(number.tone.into());
            values.push(cell(style, number.value.as_str()));
            labels.push(cell(Style::NOTE, number.label.as_str()));
            left += step;
        }
        self.row(&values, End::Keep);
        self.row(&labels, End::Free);
        self.gap(10.0);
    }

    fn notice(&mut self, notice: &Notice) {
        self.gap(4.0);
        self.boxed(notice.tone, |flow| {
            let left = LEFT + INSET;
            let of = flow.plain(StructRole::H2);
            let from = flow.bands.len();
            let style = Style::SUBHEADING.of(notice.tone.into());
            flow.text(of, style, left, notice.title, End::Keep);
            if let Some(band) = flow.bands.get_mut(from) {
                band.section = Some(notice.title);
            }
            flow.gap(2.0);
            let list = flow
                .tree
                .add(Tree::DOCUMENT, Kind::List(ListNumbering::Disc));
            for item in &notice.items {
                flow.item(list, left, 9.0, ("•", Style::BODY), (item, Style::BODY));
                flow.gap(1.5);
            }
        });
        self.gap(8.0);
    }

    /// An item of a list: its label, and its text so far to the right.
    fn item(
        &mut self,
        list: Element,
        left: f32,
        indent: f32,
        (label, label_style): (&str, Style),
        (text, style): (&str, Style),
    ) {
        let item = self.within(list, StructRole::LI);
        let of_label = self.within(item, StructRole::Lbl);
        let body = self.within(item, StructRole::LBody);
        let right = if self.shade.is_some() {
            RIGHT - INSET
        } else {
            RIGHT
        };
        let label = Cell {
            left,
            width: indent - 3.0,
            style: label_style,
            text: label,
            of: of_label,
            side: Side::Left,
        };
        let text = Cell {
            left: left + indent,
            width: right - left - indent,
            style,
            text,
            of: body,
            side: Side::Left,
        };
        self.row(&[label, text], End::Free);
    }

    fn fields(&mut self, fields: &[(String, String)]) {
        if fields.is_empty() {
            return;
        }
        let list = self
            .tree
            .add(Tree::DOCUMENT, Kind::List(ListNumbering::None));
        for (name, text) in fields {
            let style = if is_code(text) {
                Style::CODE
            } else {
                Style::BODY
            };
            self.item(list, LEFT, LABEL, (name, Style::NOTE), (text, style));
            self.gap(1.5);
        }
        self.gap(6.0);
    }

    fn findings(&mut self, findings: &Findings) {
        let tone = Tone::from(findings.answer);
        let heading = self.plain(StructRole::H3);
        let title = format!(
            "{}  {}, {}",
            word(findings.answer),
            findings.code,
            counted(findings.count, "finding")
        );
        self.text(
            heading,
            Style::SUBHEADING.of(tone.into()),
            LEFT,
            &title,
            End::Keep,
        );
        let of = self.plain(StructRole::P);
        self.text(of, Style::BODY, LEFT, findings.description, End::Keep);
        let next = format!("What to do next: {}", findings.next_step);
        let of = self.plain(StructRole::P);
        self.text(of, Style::NOTE, LEFT, &next, End::Keep);
        self.gap(3.0);
        let list = self
            .tree
            .add(Tree::DOCUMENT, Kind::List(ListNumbering::Decimal));
        for (number, item) in (1..).zip(&findings.items) {
            let entry = self.within(list, StructRole::LI);
            let label = self.within(entry, StructRole::Lbl);
            let body = self.within(entry, StructRole::LBody);
            let (left, indent) = (LEFT + 6.0, 22.0);
            let number = format!("{number}.");
            let within = |left: f32, style, text, of| Cell {
                left,
                width: RIGHT - left,
                style,
                text,
                of,
                side: Side::Left,
            };
            let mut first = within(left, Style::NOTE, &number, label);
            first.width = indent - 4.0;
            let object = self.within(body, StructRole::P);
            let object = within(left + indent, Style::CODE, &item.object, object);
            self.row(&[first, object], End::Keep);
            let detail = self.within(body, StructRole::P);
            let detail = within(left + indent, Style::CELL, &item.detail, detail);
            let end = if item.time.is_some() {
                End::Keep
            } else {
                End::Free
            };
            self.row(&[detail], end);
            if let Some(time) = &item.time {
                let of = self.within(body, StructRole::P);
                self.row(&[within(left + indent, Style::NOTE, time, of)], End::Free);
            }
            self.gap(3.0);
        }
        self.more(findings.more, "data/report.json and data/objects.jsonl");
        self.gap(8.0);
    }

    /// What is not shown here, and where it is.
    pub(super) fn more(&mut self, more: u64, place: &str) {
        if more > 0 {
            let text = format!("and {} more, in {place}", count(more));
            let of = self.plain(StructRole::P);
            self.text(of, Style::NOTE, LEFT, &text, End::Free);
        }
    }

    fn form(&mut self, lines: &[&str]) {
        for line in lines {
            self.gap(15.0);
            let of = self.plain(StructRole::P);
            self.text(of, Style::NOTE, LEFT, line, End::Free);
            if let Some(band) = self.bands.last_mut() {
                let left = LEFT + 150.0;
                band.marks.push(Mark::Bar {
                    left,
                    down: Style::NOTE.drop(),
                    width: RIGHT - left,
                    height: 0.6,
                    ink: Ink::Faint,
                });
            }
        }
    }

    /// A node of a head of a column or a row.
    pub(super) fn head(&mut self, row: Element, scope: TableHeaderScope) -> Element {
        self.tree.add(row, Kind::Head(scope))
    }

    /// A head of a table, put down and remembered.
    pub(super) fn head_of_table(&mut self, mut bands: Vec<Band>) -> usize {
        for band in &mut bands {
            band.keep = true;
        }
        self.bands.extend(bands.iter().cloned());
        self.heads.push(bands);
        self.heads.len() - 1
    }
}
