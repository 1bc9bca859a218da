//! CSV (RFC 4180) that a spreadsheet does not execute.
//!
//! OWASP, "CSV Injection": a cell that begins with `=`, `+`, `-`, `@`, a tab or
//! a carriage return (or the full-width form of one of the signs) may be taken
//! for a formula, so it gets an apostrophe in front. Spreadsheets of many
//! countries split lines at semicolons, whatever is quoted: what follows one is
//! treated as a beginning, too.

use std::io::{self, Write};

use crate::timeline::{Column, Line};
use crate::visible::is_visible;

/// Writes lines as CSV, with a header.
///
/// Every cell is quoted. Control characters, line ends among them, and those
/// that are bidirectional or invisible are written as `\u{…}`, so that a row is
/// always one line.
#[derive(Debug)]
pub struct Csv<W> {
    to: W,
    row: String,
    is_begun: bool,
}

impl<W: Write> Csv<W> {
    /// A writer to `to`, which should be buffered.
    pub fn new(to: W) -> Self {
        Self {
            to,
            row: String::new(),
            is_begun: false,
        }
    }

    /// Writes one line, and the header before the first.
    ///
    /// # Errors
    /// Writing failed.
    pub fn write(&mut self, line: &Line) -> io::Result<()> {
        self.begin()?;
        self.row(line.cells().map(|(_, cell)| cell.to_string()))
    }

    /// Flushes, and gives back what was written to. Without any line, it is the
    /// header.
    ///
    /// # Errors
    /// Writing failed.
    pub fn finish(mut self) -> io::Result<W> {
        self.begin()?;
        self.to.flush()?;
        Ok(self.to)
    }

    fn begin(&mut self) -> io::Result<()> {
        if self.is_begun {
            return Ok(());
        }
        self.is_begun = true;
        self.row(Column::ALL.iter().map(|column| column.name()))
    }

    fn row(&mut self, texts: impl Iterator<Item = impl AsRef<str>>) -> io::Result<()> {
        self.row.clear();
        row(&mut self.row, texts);
        self.to.write_all(self.row.as_bytes())
    }
}

/// Any values as one row of CSV, with its line end, under the rules of [`Csv`].
pub fn csv_row(texts: impl Iterator<Item = impl AsRef<str>>) -> String {
    let mut text = String::new();
    row(&mut text, texts);
    text
}

fn row(row: &mut String, texts: impl Iterator<Item = impl AsRef<str>>) {
    for (index, text) in texts.enumerate() {
        if index > 0 {
            row.push(',');
        }
        cell(row, text.as_ref());
    }
    row.push_str("\r\n");
}

fn cell(row: &mut String, text: &str) {
    row.push('"');
    let mut begins = true;
    for c in text.chars() {
        if begins && is_formula(c) {
            row.push('\'');
        }
        // Quotes and spaces do not end a beginning: some programs drop them.
        begins = c == ';' || begins && matches!(c, '"' | ' ');
        match c {
            '"' => row.push_str("\"\""),
            c if is_visible(c) => row.push(c),
            c => row.extend(c.escape_unicode()),
        }
    }
    row.push('"');
}

fn is_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0')
        || matches!(c, '＝' | '＋' | '－' | '＠')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut row = String::new();
        cell(&mut row, text);
        row
    }

    #[test]
    fn no_cell_is_a_formula() {
        for (text, expected) in [
            ("", r#""""#),
            ("plain", r#""plain""#),
            ("a,b", r#""a,b""#),
            (r#"say "hi""#, r#""say ""hi""""#),
            ("=cmd|' /C calc'!A0", r#""'=cmd|' /C calc'!A0""#),
            ("+1", r#""'+1""#),
            ("-1", r#""'-1""#),
            ("@SUM(A1)", r#""'@SUM(A1)""#),
            ("\t=1", r#""'\u{9}=1""#),
            ("\r=1", r#""'\u{d}=1""#),
            (" =1", r#"" '=1""#),
            (r#""=1"#, r#""""'=1""#),
            ("x;=1", r#""x;'=1""#),
            (r#"x;" =1"#, r#""x;"" '=1""#),
            ("＝1", r#""'＝1""#),
            ("a-b=c", r#""a-b=c""#),
        ] {
            assert_eq!(written(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_row_is_a_line() {
        assert_eq!(
            written("a\r\nb\0\u{1b}[2K"),
            r#""a\u{d}\u{a}b\u{0}\u{1b}[2K""#
        );
        assert_eq!(
            written("gz.\u{202e}txt\u{2028}"),
            r#""gz.\u{202e}txt\u{2028}""#
        );
    }
}
