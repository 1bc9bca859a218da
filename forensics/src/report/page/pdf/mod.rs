//! A page as PDF 1.7: the same sections, laid out on A4 in 100 columns of a
//! typewriter font, so that nothing depends on a machine's fonts.
//!
//! The fonts are the standard ones (ISO 32000-1, section 9.6.2.2), which every
//! reader has; they are not embedded, so this is not PDF/A. Nothing is compressed:
//! the same page gives the same bytes whatever the machine, and a court can read
//! it with a text editor in twenty years.
//!
//! A standard font has the letters of Western Europe. Others are written out, as
//! is whatever does not show as itself.

mod layout;
mod sheet;

use pdf_writer::types::OutlineItemFlags;
use pdf_writer::{Content, Date, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};
use thiserror::Error;
use trailseal_keys::Sha256;

use super::Page;
use layout::{Ink, Line};
use sheet::{Sheet, sheets};

/// A4, in points.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
/// Where lines begin: 100 columns of 8 points are 480 wide.
const LEFT: f32 = 57.64;
const TOP: f32 = 785.0;
const SIZE: f32 = 8.0;
/// The width of a letter of 1 point.
const ADVANCE: f32 = 0.6;

const REGULAR: Name<'static> = Name(b"F1");
const BOLD: Name<'static> = Name(b"F2");

/// A page that cannot be a PDF.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum PdfError {
    /// It has more sheets than a PDF has numbers for.
    #[error("the report has more than {} sheets", PdfError::SHEETS)]
    TooLong,
}

impl PdfError {
    /// Sheets of one PDF.
    const SHEETS: usize = 1_000_000;
}

impl Page {
    /// The page as PDF, made at a time.
    ///
    /// # Errors
    /// [`PdfError`] if it is too long.
    pub fn pdf(&self, made: jiff::Timestamp) -> Result<Vec<u8>, PdfError> {
        let sheets = sheets(layout::lines(self));
        if sheets.len() > PdfError::SHEETS {
            return Err(PdfError::TooLong);
        }
        let mut numbers = Numbers(0);
        let (catalog, tree, info) = (numbers.next(), numbers.next(), numbers.next());
        let (regular, bold, outline) = (numbers.next(), numbers.next(), numbers.next());
        let of_sheets: Vec<(Ref, Ref)> = sheets
            .iter()
            .map(|_| (numbers.next(), numbers.next()))
            .collect();

        let mut pdf = Pdf::new();
        pdf.set_version(1, 7);
        let id = Sha256::of(format!("{}\n{}", self.title, self.foot).as_bytes());
        let id = id.as_bytes()[..16].to_vec();
        pdf.set_file_id((id.clone(), id));
        let mut root = pdf.catalog(catalog);
        root.pages(tree).outlines(outline).lang(TextStr("en"));
        root.viewer_preferences().display_doc_title(true);
        root.finish();
        describe(&mut pdf, info, &self.title, made);
        for (font, name) in [(regular, "Courier"), (bold, "Courier-Bold")] {
            pdf.type1_font(font)
                .base_font(Name(name.as_bytes()))
                .encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        let kids = of_sheets.iter().map(|(page, _)| *page);
        pdf.pages(tree)
            .kids(kids)
            .count(i32::try_from(sheets.len()).unwrap_or(i32::MAX));
        for (number, (sheet, (page, content))) in (1..).zip(sheets.iter().zip(&of_sheets)) {
            let mut writer = pdf.page(*page);
            writer
                .parent(tree)
                .media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT))
                .contents(*content);
            let mut resources = writer.resources();
            resources.fonts().pair(REGULAR, regular).pair(BOLD, bold);
            resources.finish();
            writer.finish();
            let foot = format!("{}, page {number} of {}", self.foot, sheets.len());
            pdf.stream(*content, &drawn(sheet, &foot));
        }
        bookmarks(&mut pdf, outline, &mut numbers, &sheets, &of_sheets);
        Ok(pdf.finish())
    }
}

/// Numbers of objects, one after the other.
struct Numbers(i32);

impl Numbers {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

fn describe(pdf: &mut Pdf, info: Ref, title: &str, made: jiff::Timestamp) {
    let at = made.to_zoned(jiff::tz::TimeZone::UTC);
    let part = |number: i8| u8::try_from(number).unwrap_or(0);
    let date = Date::new(u16::try_from(at.year()).unwrap_or(0))
        .month(part(at.month()))
        .day(part(at.day()))
        .hour(part(at.hour()))
        .minute(part(at.minute()))
        .second(part(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    pdf.document_info(info)
        .title(TextStr(title))
        .producer(TextStr(concat!("trailseal ", env!("CARGO_PKG_VERSION"))))
        .creation_date(date);
}

/// The operators of one sheet.
fn drawn(sheet: &Sheet, foot: &str) -> Vec<u8> {
    let mut content = Content::new();
    content.begin_text();
    for (line, y) in &sheet.lines {
        line_at(&mut content, line, *y);
    }
    line_at(
        &mut content,
        &Line::of(Ink::Faint, &layout::shown(foot)),
        40.0,
    );
    content.end_text();
    content.finish().into_vec()
}

fn line_at(content: &mut Content, line: &Line, y: f32) {
    let size = line.size();
    let mut column: u16 = 0;
    for run in &line.runs {
        let [r, g, b] = run.ink.rgb();
        content.set_fill_rgb(r, g, b);
        content.set_font(if run.bold { BOLD } else { REGULAR }, size);
        let x = LEFT + f32::from(column) * ADVANCE * size;
        content.set_text_matrix([1.0, 0.0, 0.0, 1.0, x, y]);
        let letters: Vec<u8> = run.text.chars().map(layout::letter).collect();
        content.show(Str(&letters));
        column = column.saturating_add(u16::try_from(letters.len()).unwrap_or(u16::MAX));
    }
}

/// The headings, as a reader lists them.
fn bookmarks(
    pdf: &mut Pdf,
    outline: Ref,
    numbers: &mut Numbers,
    sheets: &[Sheet],
    of_sheets: &[(Ref, Ref)],
) {
    let headings: Vec<(&str, Ref, f32)> = sheets
        .iter()
        .zip(of_sheets)
        .flat_map(|(sheet, (page, _))| {
            let headings = sheet
                .lines
                .iter()
                .filter_map(|(line, y)| Some((line.heading?, *y)));
            headings.map(|(name, y)| (name, *page, y))
        })
        .collect();
    let items: Vec<Ref> = headings.iter().map(|_| numbers.next()).collect();
    let mut writer = pdf.outline(outline);
    if let (Some(first), Some(last)) = (items.first(), items.last()) {
        writer.first(*first).last(*last);
        writer.count(i32::try_from(items.len()).unwrap_or(i32::MAX));
    }
    writer.finish();
    for (position, (name, page, y)) in headings.iter().enumerate() {
        let Some(item) = items.get(position) else {
            continue;
        };
        let mut writer = pdf.outline_item(*item);
        writer.parent(outline).title(TextStr(name));
        if let Some(before) = position.checked_sub(1).and_then(|before| items.get(before)) {
            writer.prev(*before);
        }
        if let Some(next) = items.get(position + 1) {
            writer.next(*next);
        }
        writer.flags(OutlineItemFlags::BOLD);
        writer.dest().page(*page).xyz(LEFT, y + 2.0 * SIZE, None);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Banner, Block};
    use super::*;
    use trailseal_verifier::verdict::Answer;

    fn page(paragraphs: usize) -> Page {
        let mut blocks = vec![
            Block::Banner(Banner {
                answer: Answer::Failed,
                word: "FAILED",
                sentence: "something (1) failed \\ here".to_owned(),
                state: "complete".to_owned(),
            }),
            Block::Heading("Findings"),
        ];
        blocks.extend((0..paragraphs).map(|n| Block::Paragraph(format!("paragraph {n}, 日本"))));
        Page {
            title: "title".to_owned(),
            foot: "foot".to_owned(),
            blocks,
        }
    }

    #[test]
    fn it_is_a_pdf_with_as_many_sheets_as_it_needs() {
        let made = "2026-03-12T00:00:00Z".parse().unwrap();
        let pdf = page(1_000).pdf(made).unwrap();
        let text = String::from_utf8_lossy(&pdf).into_owned();
        assert!(text.starts_with("%PDF-1.7") && text.trim_end().ends_with("%%EOF"));
        let sheets = text.matches("/Type /Page\n").count();
        assert!((14..30).contains(&sheets), "{sheets}");
        assert!(text.contains(&format!("page 1 of {sheets}")));
        // Letters that the font lacks are written out.
        assert!(text.contains(r"\\u{65e5}"));
        assert_eq!(pdf, page(1_000).pdf(made).unwrap());
    }
}
