//! A page as PDF 1.7: the same sections on sheets of A4.
//!
//! It is PDF/A-2a (ISO 19005-2): fonts are in the file, colours have a profile, every
//! letter can be copied, and a tree says what is a heading, a list or a table. Nothing
//! is compressed: the same page gives the same bytes whatever the machine, and nobody
//! needs an inflater to look into it.
//!
//! The fonts have Latin, Greek and Cyrillic letters. Others are written out, as is
//! whatever does not show as itself.
//!
//! ```text
//! flow, table   blocks → bands, and nodes of the tree
//! sheet         bands  → sheets
//! draw          sheets → operators, each marked with its node
//! ```

mod band;
mod cells;
mod describe;
mod draw;
mod flow;
mod font;
mod ink;
mod lines;
mod outline;
mod sheet;
mod table;
mod tree;

use pdf_writer::{Content, Finish as _, Pdf, Rect, Ref, TextStr};
use thiserror::Error;

use super::Page;
use describe::Description;
use draw::Drawing;
use flow::Flow;
use font::Fonts;
use tree::Element;

/// A4, in points.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
/// Where lines begin and end.
const LEFT: f32 = 48.0;
const RIGHT: f32 = WIDTH - LEFT;
/// Where the first band of a sheet begins, and the last one ends.
const TOP: f32 = HEIGHT - 46.0;
const BOTTOM: f32 = 60.0;

/// A page that cannot be a PDF.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum PdfError {
    /// It has more sheets than a PDF has numbers for.
    #[error("the report has more than {} sheets", PdfError::SHEETS)]
    TooLong,
    /// A font that is built in cannot be used: trailseal was built wrongly.
    #[error("the built-in font {name} is damaged; build trailseal again")]
    Font {
        /// Its name.
        name: &'static str,
    },
}

impl PdfError {
    /// Sheets of one PDF.
    const SHEETS: usize = 100_000;
}

impl Page {
    /// The page as PDF, made at a time.
    ///
    /// # Errors
    /// [`PdfError`] if it is too long.
    pub fn pdf(&self, made: jiff::Timestamp) -> Result<Vec<u8>, PdfError> {
        let mut fonts = Fonts::load()?;
        let flow = Flow::of(&fonts, self);
        let (mut tree, bands, heads) = (flow.tree, flow.bands, flow.heads);
        let sheets = sheet::sheets(bands, &heads);
        if sheets.len() > PdfError::SHEETS {
            return Err(PdfError::TooLong);
        }

        let mut last = 0;
        let mut next = || {
            last += 1;
            Ref::new(last)
        };
        let (catalog, pages, outline, root) = (next(), next(), next(), next());
        let mut pdf = Pdf::new();
        pdf.set_version(1, 7);
        let about = Description::new(&self.title, &self.foot, made);
        let (metadata, profile) = about.write(&mut pdf, &mut next);

        let mut of_sheets: Vec<Ref> = Vec::with_capacity(sheets.len());
        let mut contents: Vec<Ref> = Vec::with_capacity(sheets.len());
        let mut marks: Vec<Vec<Element>> = Vec::with_capacity(sheets.len());
        for (position, sheet) in sheets.iter().enumerate() {
            let mut drawing = Drawing {
                fonts: &mut fonts,
                tree: &mut tree,
                content: Content::new(),
            };
            marks.push(drawing.sheet(sheet, position));
            drawing.foot(&self.foot, position + 1, sheets.len());
            let (page, content) = (next(), next());
            pdf.stream(content, &drawing.content.finish());
            of_sheets.push(page);
            contents.push(content);
        }

        let fonts = fonts.write(&mut pdf, &mut next)?;
        for (key, (page, content)) in (0..).zip(of_sheets.iter().zip(&contents)) {
            let mut writer = pdf.page(*page);
            writer
                .parent(pages)
                .media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT))
                .struct_parents(key)
                .contents(*content);
            let mut resources = writer.resources();
            let mut named = resources.fonts();
            for (face, font) in &fonts {
                named.pair(face.resource(), *font);
            }
        }
        pdf.pages(pages)
            .kids(of_sheets.iter().copied())
            .count(i32::try_from(sheets.len()).unwrap_or(i32::MAX));
        tree.write(&mut pdf, root, &mut next, &of_sheets, &marks);
        outline::write(&mut pdf, outline, &mut next, &sheets, &of_sheets);

        let mut writer = pdf.catalog(catalog);
        writer
            .pages(pages)
            .outlines(outline)
            .metadata(metadata)
            .lang(TextStr("en"))
            .pair(pdf_writer::Name(b"StructTreeRoot"), root);
        writer.viewer_preferences().display_doc_title(true);
        writer.mark_info().marked(true);
        describe::output_intent(&mut writer, profile);
        writer.finish();
        Ok(pdf.finish())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use trailseal_verifier::verdict::Answer;

    use super::super::{Banner, Block, Foot, Notice, Table, Tone};
    use super::*;

    fn page(blocks: Vec<Block>) -> Page {
        Page {
            title: "title".to_owned(),
            foot: Foot::default(),
            blocks,
        }
    }

    fn pdf(page: &Page) -> Vec<u8> {
        page.pdf("2026-03-12T00:00:00Z".parse().unwrap()).unwrap()
    }

    #[test]
    fn it_has_as_many_sheets_as_it_needs_and_the_same_bytes_again() {
        let paragraphs = (0..1_000).map(|n| Block::Paragraph(format!("paragraph {n}, 日本")));
        let banner = Block::Banner(Banner {
            answer: Answer::Failed,
            word: "FAILED",
            sentence: "something (1) failed \\ here".to_owned(),
            state: "complete".to_owned(),
        });
        let page = page([banner].into_iter().chain(paragraphs).collect());
        let bytes = pdf(&page);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(text.starts_with("%PDF-1.7") && text.trim_end().ends_with("%%EOF"));
        let sheets = text.matches("/Type /Page\n").count();
        assert!((20..40).contains(&sheets), "{sheets}");
        assert_eq!(bytes, pdf(&page));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn any_text_can_be_printed(text: String, rows in 0usize..100) {
            let cells = vec![text.clone(), "x".to_owned(), text.clone()];
            pdf(&page(vec![
                Block::Heading("heading"),
                Block::Paragraph(text.clone()),
                Block::Fields(vec![(text.clone(), text.clone())]),
                Block::Notice(Notice { tone: Tone::Bad, title: "notice", items: vec![text] }),
                Block::Table(Table::new(&["a", "b", "c"], vec![cells; rows])),
            ]));
        }
    }
}
