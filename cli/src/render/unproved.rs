//! What this report does not prove, and why: printed whatever the verdict.

use trailseal_forensics::report::unproved;

use super::Conclusion;
use super::findings::object;
use super::page::Page;
use super::text::count;

/// Writes the section.
pub(super) fn write(page: &mut Page, conclusion: Conclusion<'_>) {
    let Conclusion {
        report, context, ..
    } = conclusion;
    page.heading("NOT PROVED BY THIS REPORT", "");
    for item in unproved(report, &context.filters) {
        page.paragraph(2, &format!("- {}", item.text));
        for example in &item.objects {
            page.paragraph(6, &object(example));
        }
        if item.more > 0 {
            page.line(&format!("      and {} more", count(item.more)));
        }
    }
}
