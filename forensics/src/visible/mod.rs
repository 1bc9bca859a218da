//! Untrusted text to look at: object keys, details, file names, fields of records.
//!
//! A key may hold any Unicode. Control characters could rewrite the report on
//! the screen, and bidirectional or invisible ones make one key look like
//! another. Whatever is not plainly visible is written as `\u{…}`. Absent on
//! purpose: look-alike letters of other alphabets are letters, and are shown.

mod json;
pub mod name;

use std::fmt::{self, Write as _};

pub use json::{write_indented, write_line};

/// Text with everything that is not plainly visible escaped.
#[derive(Clone, Copy, Debug)]
pub struct Printable<T>(pub T);

impl<T: fmt::Display> fmt::Display for Printable<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping(f), "{}", self.0)
    }
}

struct Escaping<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl fmt::Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if is_visible(c) {
                self.0.write_char(c)?;
            } else {
                write!(self.0, "{}", c.escape_unicode())?;
            }
        }
        Ok(())
    }
}

/// Whether a character shows as itself: no control, format, bidirectional,
/// zero-width, combining, private or unassigned one, and no space but U+0020.
pub fn is_visible(c: char) -> bool {
    // `escape_debug` escapes these classes, and besides them the quotes and
    // the backslash, which are visible.
    matches!(c, '\\' | '\'' | '"') || c.escape_debug().eq([c])
}

/// Whether all of a text is plain ASCII, which most texts are.
pub(crate) fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| (b' '..=b'~').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        Printable(text).to_string()
    }

    #[test]
    fn visible_text_stays_as_it_is() {
        for text in ["AWSLogs/111122223333", "naïve/日志/лог", r#"a\b'c"d e"#] {
            assert_eq!(escaped(text), text);
        }
    }

    #[test]
    fn terminal_controls_are_shown() {
        assert_eq!(
            escaped("a\u{1b}[2Kb\r\n\t\0"),
            r"a\u{1b}[2Kb\u{d}\u{a}\u{9}\u{0}"
        );
        assert_eq!(escaped("\u{9b}31m\u{7f}"), r"\u{9b}31m\u{7f}");
    }

    #[test]
    fn bidirectional_and_invisible_characters_are_shown() {
        assert_eq!(escaped("txt.\u{202e}gz"), r"txt.\u{202e}gz");
        assert_eq!(escaped("\u{2066}\u{2069}"), r"\u{2066}\u{2069}");
        assert_eq!(
            escaped("a\u{200b}b\u{feff}\u{ad}"),
            r"a\u{200b}b\u{feff}\u{ad}"
        );
        assert_eq!(
            escaped("a\u{a0}b\u{2028}\u{3000}"),
            r"a\u{a0}b\u{2028}\u{3000}"
        );
        assert_eq!(
            escaped("e\u{301}\u{e000}\u{e0041}"),
            r"e\u{301}\u{e000}\u{e0041}"
        );
    }
}
