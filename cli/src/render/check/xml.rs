//! XML as it is written: markup of ours, and text that cannot become markup.

use crate::escape::is_visible;

#[derive(Default)]
pub(super) struct Xml(String);

impl Xml {
    pub(super) fn into_text(self) -> String {
        self.0
    }

    /// Markup of ours.
    pub(super) fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// Anything else. XML 1.0 cannot say most control characters, not even as a
    /// reference: they are written out, as is everything else that hides.
    pub(super) fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.raw("&amp;"),
                '<' => self.raw("&lt;"),
                '>' => self.raw("&gt;"),
                '"' => self.raw("&quot;"),
                c if is_visible(c) => self.0.push(c),
                c => self.0.extend(c.escape_unicode()),
            }
        }
    }

    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.raw(" ");
        self.raw(name);
        self.raw("=\"");
        self.text(value);
        self.raw("\"");
    }
}
