//! Tables: columns as wide as their texts ask for, or as fairly as there is room.

use pdf_writer::types::{StructRole, TableHeaderScope};

use super::super::super::scale::SIGNS;
use super::super::coverage::LEGEND;
use super::super::{Strips, Table, is_code};
use super::band::{Band, Mark};
use super::cells::{self, Cells};
use super::flow::{Cell, End, Flow, Side};
use super::ink::{Ink, Style};
use super::tree::{Element, Kind};
use super::{LEFT, RIGHT};

/// Between two columns.
const GUTTER: f32 = 10.0;
/// Widest label of a strip.
const LABEL: f32 = 170.0;
/// The share beside a strip.
const SHARE: f32 = 42.0;

impl Flow<'_> {
    pub(super) fn table(&mut self, table: &Table) {
        let columns = table.head.len();
        let style = |text: &str| {
            if is_code(text) {
                Style::CODE
            } else {
                Style::CELL
            }
        };
        let mut wanted: Vec<f32> = table
            .head
            .iter()
            .map(|name| self.fonts.width(Style::HEAD.face, Style::HEAD.size, name))
            .collect();
        let mut sides = vec![Side::Right; columns];
        for row in &table.rows {
            for ((width, side), text) in wanted.iter_mut().zip(&mut sides).zip(row) {
                let style = style(text);
                let shown = self.fonts.shown(style.face, text);
                *width = width.max(self.fonts.width(style.face, style.size, &shown) + 0.1);
                let is_number = text.chars().all(|c| c.is_ascii_digit() || c == ',');
                if !is_number {
                    *side = Side::Left;
                }
            }
        }
        let gutters = GUTTER * f32::from(u8::try_from(columns).unwrap_or(u8::MAX));
        let widths = shared(&wanted, RIGHT - LEFT - gutters + GUTTER);

        let whole = self.plain(StructRole::Table);
        let head = self.within(whole, StructRole::THead);
        let line = self.within(head, StructRole::TR);
        let heads: Vec<Element> = (0..columns)
            .map(|_| self.head(line, TableHeaderScope::Column))
            .collect();
        let names = table.head.iter().copied();
        let cells = placed(names, &heads, &widths, &sides, |_| Style::HEAD);
        let mut bands = self.laid(&cells, End::Keep);
        bands.push(line_below(3.0));
        let number = self.head_of_table(bands);

        let body = self.within(whole, StructRole::TBody);
        for row in &table.rows {
            let line = self.within(body, StructRole::TR);
            let elements: Vec<Element> = row
                .iter()
                .map(|_| self.within(line, StructRole::TD))
                .collect();
            let texts = row.iter().map(String::as_str);
            let cells = placed(texts, &elements, &widths, &sides, style);
            let mut bands = self.laid(&cells, End::Keep);
            bands.push(line_below(1.5));
            for band in &mut bands {
                band.table = Some(number);
            }
            self.bands.extend(bands);
        }
        self.more(table.more as u64, "data/report.json");
        self.gap(8.0);
    }

    pub(super) fn strips(&mut self, strips: &Strips) {
        let title = self.plain(StructRole::P);
        let kept = if strips.rows.is_empty() {
            End::Free
        } else {
            End::Keep
        };
        self.text(title, Style::HEAD.of(Ink::Plain), LEFT, &strips.title, kept);
        if !strips.rows.is_empty() {
            self.calendar(strips);
        }
        if let Some(rest) = &strips.rest {
            let of = self.plain(StructRole::P);
            self.text(of, Style::NOTE, LEFT, rest, End::Free);
        }
        self.gap(7.0);
    }

    fn calendar(&mut self, strips: &Strips) {
        let label = strips
            .rows
            .iter()
            .map(|row| {
                let shown = self.fonts.shown(Style::CELL.face, &row.label);
                self.fonts.width(Style::CELL.face, Style::CELL.size, &shown) + 0.1
            })
            .fold(60.0, f32::max)
            .min(LABEL);
        let left = LEFT + label + GUTTER;
        let right = RIGHT - SHARE;
        let step = (right - left) / cells::number(strips.cells.max(1));

        let whole = self.plain(StructRole::Table);
        let head = self.within(whole, StructRole::THead);
        let line = self.within(head, StructRole::TR);
        let names = ["account and Region", "over time", "proved"]
            .map(|name| (name, self.head(line, TableHeaderScope::Column)));
        let [(chain, of_chain), (_, of_dates), (proved, of_share)] = names;
        let mut marks = Vec::new();
        let mut text = |left: f32, style: Style, text: &str, of: Element| {
            marks.push(Mark::Text {
                left,
                down: style.drop(),
                style,
                // So that words are two in text that is copied.
                text: format!("{text} "),
                of: Some(of),
            });
        };
        text(LEFT, Style::DATE, chain, of_chain);
        let wide = |date: &str| self.fonts.width(Style::DATE.face, Style::DATE.size, date);
        let takes = |date: &str| {
            let columns = (1..=strips.cells)
                .find(|columns| step * cells::number(*columns) > wide(date) + 3.0);
            columns.unwrap_or(usize::MAX)
        };
        for (column, date) in strips.dates_with_room(takes) {
            text(
                left + step * cells::number(column),
                Style::DATE,
                date,
                of_dates,
            );
        }
        text(RIGHT - wide(proved), Style::DATE, proved, of_share);
        let number = self.head_of_table(vec![Band {
            height: Style::DATE.leading() + 1.0,
            marks,
            ..Band::default()
        }]);

        let body = self.within(whole, StructRole::TBody);
        for row in &strips.rows {
            let line = self.within(body, StructRole::TR);
            let name = self.head(line, TableHeaderScope::Row);
            let cell = self.within(line, StructRole::TD);
            let share = self.within(line, StructRole::TD);
            let in_column = |left: f32, width: f32, text, of, side| Cell {
                left,
                width,
                style: Style::CELL,
                text,
                of,
                side,
            };
            let mut bands = self.laid(
                &[
                    in_column(LEFT, label, row.label.as_str(), name, Side::Left),
                    in_column(right, SHARE, row.share.as_str(), share, Side::Right),
                ],
                End::Free,
            );
            let picture = self.tree.add(
                cell,
                Kind::Picture {
                    text: row.described(&strips.slice),
                    bounds: [0.0; 4],
                },
            );
            if let Some(band) = bands.first_mut() {
                band.height = band.height.max(cells::HEIGHT + 3.0);
                band.marks.push(Mark::Cells {
                    left,
                    width: right - left,
                    cells: Cells {
                        runs: row.runs.clone(),
                        of: strips.cells,
                        dates: strips.dates.iter().map(|(column, _)| *column).collect(),
                    },
                    of: Some(picture),
                });
            }
            for band in &mut bands {
                band.table = Some(number);
            }
            self.bands.extend(bands);
        }
    }

    /// What the shapes of strips mean.
    pub(super) fn legend(&mut self) {
        let of = self.plain(StructRole::P);
        let mut marks = Vec::new();
        let mut left = LEFT;
        for (state, _, name) in SIGNS.iter().rev() {
            marks.push(Mark::Cells {
                left,
                width: 12.0,
                cells: Cells {
                    runs: vec![(Some(*state), 1)],
                    of: 1,
                    dates: Vec::new(),
                },
                of: None,
            });
            left += 16.0;
            marks.push(Mark::Text {
                left,
                down: Style::NOTE.drop(),
                style: Style::NOTE,
                text: format!("{name} "),
                of: Some(of),
            });
            left += self.fonts.width(Style::NOTE.face, Style::NOTE.size, name) + 14.0;
        }
        self.bands.push(Band {
            height: cells::HEIGHT + 5.0,
            marks,
            keep: true,
            ..Band::default()
        });
        self.text(of, Style::NOTE, LEFT, LEGEND, End::Keep);
        self.gap(5.0);
    }
}

fn placed<'t>(
    texts: impl Iterator<Item = &'t str>,
    elements: &[Element],
    widths: &[f32],
    sides: &[Side],
    style: impl Fn(&str) -> Style,
) -> Vec<Cell<'t>> {
    let mut left = LEFT;
    let columns = texts.zip(elements).zip(widths.iter().zip(sides));
    columns
        .map(|((text, of), (width, side))| {
            let cell = Cell {
                left,
                width: *width,
                style: style(text),
                text,
                of: *of,
                side: *side,
            };
            left += width + GUTTER;
            cell
        })
        .collect()
}

fn line_below(height: f32) -> Band {
    Band {
        height: height + 1.5,
        marks: vec![Mark::Bar {
            left: LEFT,
            down: height / 2.0,
            width: RIGHT - LEFT,
            height: 0.4,
            ink: Ink::Line,
        }],
        ..Band::default()
    }
}

/// Widths that together are at most `room`: what is asked for, the widest cut to one
/// width. What is left over goes to the last.
fn shared(wanted: &[f32], room: f32) -> Vec<f32> {
    let mut sorted = wanted.to_vec();
    sorted.sort_by(f32::total_cmp);
    let mut left = room;
    let mut columns = wanted.len();
    let mut widest = f32::INFINITY;
    for width in sorted {
        let fair = left / f32::from(u8::try_from(columns).unwrap_or(u8::MAX));
        if width > fair {
            widest = fair;
            break;
        }
        left -= width;
        columns -= 1;
    }
    let mut widths: Vec<f32> = wanted.iter().map(|width| width.min(widest)).collect();
    if widest.is_infinite()
        && let Some(last) = widths.last_mut()
    {
        *last += left.max(0.0);
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_get_what_they_ask_for_or_a_fair_share() {
        assert_eq!(shared(&[10.0, 20.0, 30.0], 100.0), [10.0, 20.0, 70.0]);
        assert_eq!(shared(&[10.0, 500.0, 900.0], 110.0), [10.0, 50.0, 50.0]);
        assert_eq!(shared(&[900.0, 900.0], 110.0), [55.0, 55.0]);
        assert_eq!(shared(&[], 110.0), Vec::<f32>::new());
    }
}
