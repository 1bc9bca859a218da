//! The operators of one sheet.
//!
//! Whatever belongs to a node of the tree is drawn in the order in which it is read,
//! and marked with that node; all else is an artifact: boxes, lines, repeated heads,
//! the foot.

use pdf_writer::types::ArtifactType;
use pdf_writer::{Content, Finish as _, Name, Str};

use super::super::{Foot, Tone};
use super::band::Mark;
use super::cells;
use super::font::Fonts;
use super::ink::{Ink, Style, shade};
use super::sheet::Sheet;
use super::tree::{Element, Tree};
use super::{LEFT, RIGHT};

/// How wide the bar at the left edge of a box is.
const BAR: f32 = 3.0;

/// A sheet that is being drawn.
pub(super) struct Drawing<'d> {
    pub(super) fonts: &'d mut Fonts,
    pub(super) tree: &'d mut Tree,
    pub(super) content: Content,
}

impl Drawing<'_> {
    /// Draws a sheet; says which node each marked piece belongs to.
    pub(super) fn sheet(&mut self, sheet: &Sheet, position: usize) -> Vec<Element> {
        self.artifact(ArtifactType::Layout, |drawing| {
            for (tone, bottom, top) in boxes(sheet) {
                drawing.filled(shade(tone), [LEFT, bottom, RIGHT - LEFT, top - bottom]);
                drawing.filled(Ink::from(tone).rgb(), [LEFT, bottom, BAR, top - bottom]);
            }
            for (band, top) in &sheet.bands {
                for mark in band.marks.iter().filter(|mark| mark.of().is_none()) {
                    drawing.mark(mark, *top);
                }
            }
        });

        let mut owned: Vec<(Element, &Mark, f32)> = sheet
            .bands
            .iter()
            .flat_map(|(band, top)| {
                let marks = band.marks.iter();
                marks.filter_map(move |mark| Some((mark.of()?, mark, *top)))
            })
            .collect();
        owned.sort_by_key(|(element, ..)| *element);
        let mut elements = Vec::new();
        for group in owned.chunk_by(|(a, ..), (b, ..)| a == b) {
            let Some((element, first, top)) = group.first() else {
                continue;
            };
            let number = i32::try_from(elements.len()).unwrap_or(i32::MAX);
            let role = self.tree.role(*element);
            let mut marked = self
                .content
                .begin_marked_content_with_properties(role.to_name());
            marked.properties().identify(number);
            marked.finish();
            for (_, mark, top) in group {
                self.mark(mark, *top);
            }
            self.content.end_marked_content();
            self.tree.mark(*element, position, number);
            if let Mark::Cells { left, width, .. } = first {
                let top = top - cells::DOWN;
                let bounds = [*left, top - cells::HEIGHT, left + width, top];
                self.tree.place(*element, bounds);
            }
            elements.push(*element);
        }
        elements
    }

    /// What stands at the foot of each sheet.
    pub(super) fn foot(&mut self, foot: &Foot, number: usize, sheets: usize) {
        self.artifact(ArtifactType::Pagination, |drawing| {
            drawing.filled(Ink::Line.rgb(), [LEFT, 50.0, RIGHT - LEFT, 0.6]);
            let made = drawing.fonts.shown(Style::FOOT.face, &foot.made);
            drawing.letters(Style::FOOT, LEFT, 40.0, &made);
            let pages = format!("page {number} of {sheets}");
            let wide = drawing
                .fonts
                .width(Style::FOOT.face, Style::FOOT.size, &pages);
            drawing.letters(Style::FOOT, RIGHT - wide, 40.0, &pages);
            let bundle = drawing.fonts.shown(Style::FOOT_CODE.face, &foot.bundle);
            drawing.letters(Style::FOOT_CODE, LEFT, 31.0, &bundle);
        });
    }

    fn artifact(&mut self, kind: ArtifactType, draw: impl FnOnce(&mut Self)) {
        let mut marked = self
            .content
            .begin_marked_content_with_properties(Name(b"Artifact"));
        marked.properties().artifact().kind(kind);
        marked.finish();
        draw(self);
        self.content.end_marked_content();
    }

    fn mark(&mut self, mark: &Mark, top: f32) {
        match mark {
            Mark::Text {
                left,
                down,
                style,
                text,
                ..
            } => self.letters(*style, *left, top - down, text),
            Mark::Cells {
                left, width, cells, ..
            } => {
                let bottom = top - cells::DOWN - cells::HEIGHT;
                cells.draw(&mut self.content, *left, bottom, *width);
            }
            Mark::Bar {
                left,
                down,
                width,
                height,
                ink,
            } => self.filled(ink.rgb(), [*left, top - down - height, *width, *height]),
        }
    }

    fn letters(&mut self, style: Style, x: f32, y: f32, text: &str) {
        let bytes = self.fonts.encoded(style.face, text);
        let [r, g, b] = style.ink.rgb();
        self.content
            .set_fill_rgb(r, g, b)
            .begin_text()
            .set_font(style.face.resource(), style.size)
            .set_text_matrix([1.0, 0.0, 0.0, 1.0, x, y])
            .show(Str(&bytes))
            .end_text();
    }

    fn filled(&mut self, [r, g, b]: [f32; 3], [x, y, width, height]: [f32; 4]) {
        self.content
            .set_fill_rgb(r, g, b)
            .rect(x, y, width, height)
            .fill_nonzero();
    }
}

/// Boxes of a sheet, each with its bottom and its top: adjoining bands in one piece.
fn boxes(sheet: &Sheet) -> Vec<(Tone, f32, f32)> {
    let mut boxes: Vec<(Tone, f32, f32)> = Vec::new();
    let mut is_open = false;
    for (band, top) in &sheet.bands {
        let bottom = top - band.height;
        match (band.shade, boxes.last_mut()) {
            (Some(tone), Some(last)) if is_open && last.0 == tone => last.1 = bottom,
            (Some(tone), _) => boxes.push((tone, bottom, *top)),
            (None, _) => {}
        }
        is_open = band.shade.is_some();
    }
    boxes
}
