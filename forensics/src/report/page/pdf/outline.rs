//! The sections, as a reader lists them.

use pdf_writer::{Finish as _, Pdf, Ref, TextStr};

use super::LEFT;
use super::sheet::Sheet;

pub(super) fn write(
    pdf: &mut Pdf,
    outline: Ref,
    next: &mut impl FnMut() -> Ref,
    sheets: &[Sheet],
    of_sheets: &[Ref],
) {
    let sections: Vec<(&str, Ref, f32)> = sheets
        .iter()
        .zip(of_sheets)
        .flat_map(|(sheet, page)| {
            let bands = sheet.bands.iter();
            bands.filter_map(move |(band, top)| Some((band.section?, *page, *top)))
        })
        .collect();
    let items: Vec<Ref> = sections.iter().map(|_| next()).collect();
    let mut writer = pdf.outline(outline);
    if let (Some(first), Some(last)) = (items.first(), items.last()) {
        writer.first(*first).last(*last);
        writer.count(i32::try_from(items.len()).unwrap_or(i32::MAX));
    }
    writer.finish();
    for (position, ((name, page, top), item)) in sections.iter().zip(&items).enumerate() {
        let mut writer = pdf.outline_item(*item);
        writer.parent(outline).title(TextStr(name));
        if let Some(before) = position.checked_sub(1).and_then(|before| items.get(before)) {
            writer.prev(*before);
        }
        if let Some(next) = items.get(position + 1) {
            writer.next(*next);
        }
        writer.dest().page(*page).xyz(LEFT, top + 6.0, None);
    }
}
