//! JSON, on one line, of visible characters.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

use super::visible::{is_plain, is_visible};
use crate::timeline::Line;

/// Writes lines as JSON, one a line: an object of the
/// [cells](Line::cells) of each, and `record`, the text of the record, if it
/// was kept.
#[derive(Debug)]
pub struct JsonLines<W> {
    to: W,
}

impl<W: Write> JsonLines<W> {
    /// A writer to `to`, which should be buffered.
    pub fn new(to: W) -> Self {
        Self { to }
    }

    /// Writes one line.
    ///
    /// # Errors
    /// Writing failed.
    pub fn write(&mut self, line: &Line) -> io::Result<()> {
        write(&mut self.to, line)?;
        self.to.write_all(b"\n")
    }

    /// Flushes, and gives back what was written to.
    ///
    /// # Errors
    /// Writing failed.
    pub fn finish(mut self) -> io::Result<W> {
        self.to.flush()?;
        Ok(self.to)
    }
}

/// Writes a value as JSON on one line, characters that do not show as escapes.
/// Not for raw values: they are written as they are.
pub(super) fn write(to: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(to, Visible);
    value.serialize(&mut serializer).map_err(Into::into)
}

struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        to: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if is_plain(fragment) {
            return to.write_all(fragment.as_bytes());
        }
        let mut shown = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| !is_visible(*c)) {
            to.write_all(&fragment.as_bytes()[shown..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(to, "\\u{unit:04x}")?;
            }
            shown = at + c.len_utf8();
        }
        to.write_all(&fragment.as_bytes()[shown..])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_read_again(text: String) {
            let mut json = Vec::new();
            write(&mut json, &text).unwrap();
            let json = String::from_utf8(json).unwrap();
            prop_assert!(json.chars().all(is_visible), "{}", json);
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }

    #[test]
    fn what_does_not_show_is_escaped() {
        let mut json = Vec::new();
        write(&mut json, &"é\u{7f}\u{202e}\u{e0041}\u{1b}\n").unwrap();
        assert_eq!(
            String::from_utf8(json).unwrap(),
            r#""é\u007f\u202e\udb40\udc41\u001b\n""#
        );
    }
}
