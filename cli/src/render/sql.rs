//! Rows of SQL: a table for the eye, CSV, and JSON lines.

use std::io;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use trailseal_forensics::case::Value;
use trailseal_forensics::export::csv_row;

use super::page::{Colour, Ink, Page};
use super::text::{COLUMNS, width};
use super::visible_json;
use crate::escape::Printable;

/// Rows that decide how wide the columns are.
const SAMPLE: usize = 200;

/// One format of rows.
pub(crate) trait Form {
    /// The text of a row, or of several that waited.
    ///
    /// # Errors
    /// None that is known of: the error of the JSON writer is passed on.
    fn row(&mut self, row: &[Value<'_>]) -> io::Result<String>;

    /// The text of what still waits.
    fn end(&mut self) -> String {
        String::new()
    }
}

/// A table whose columns fit the first rows, and the page.
pub(crate) struct Table {
    columns: Vec<String>,
    colour: Colour,
    waiting: Vec<Vec<String>>,
    widths: Option<Vec<usize>>,
}

impl Table {
    pub(crate) fn new(columns: Vec<String>, colour: Colour) -> Self {
        Self {
            columns,
            colour,
            waiting: Vec::new(),
            widths: None,
        }
    }

    fn begin(&mut self) -> String {
        let names: Vec<String> = self.columns.iter().map(|name| plain(name)).collect();
        let waiting = std::mem::take(&mut self.waiting);
        let widths = widths(&names, &waiting);
        let mut page = Page::new(self.colour);
        let head = line(&names, &widths);
        let head = page.ink(Ink::Strong, head.trim_end());
        page.line(&head);
        for row in &waiting {
            page.line(&line(row, &widths));
        }
        self.widths = Some(widths);
        page.into_text()
    }
}

impl Form for Table {
    fn row(&mut self, row: &[Value<'_>]) -> io::Result<String> {
        let cells: Vec<String> = row.iter().map(|value| plain(&text(value))).collect();
        if let Some(widths) = &self.widths {
            return Ok(format!("{}\n", line(&cells, widths).trim_end()));
        }
        self.waiting.push(cells);
        if self.waiting.len() < SAMPLE {
            return Ok(String::new());
        }
        Ok(self.begin())
    }

    fn end(&mut self) -> String {
        match self.widths {
            Some(_) => String::new(),
            None => self.begin(),
        }
    }
}

/// How wide each column is: as wide as its cells, and where that is more than
/// the page, the widest less.
fn widths(names: &[String], rows: &[Vec<String>]) -> Vec<usize> {
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let cells = cells.chain(names.get(column));
        cells.map(|cell| width(cell)).max().unwrap_or(1).max(1)
    };
    let mut widths: Vec<usize> = (0..names.len()).map(widest).collect();
    let gaps = 2 * names.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > COLUMNS {
        let Some(widest) = widths.iter_mut().max().filter(|widest| **widest > 4) else {
            break;
        };
        *widest -= 1;
    }
    widths
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, columns) in cells.iter().zip(widths) {
        let mut used = 0;
        let whole = width(cell) <= *columns;
        for c in cell.chars() {
            let next = used + width(c.encode_utf8(&mut [0; 4]));
            if next > if whole { *columns } else { columns - 1 } {
                break;
            }
            line.push(c);
            used = next;
        }
        if !whole {
            line.push('…');
            used += 1;
        }
        line.push_str(&" ".repeat(columns.saturating_sub(used) + 2));
    }
    line
}

/// One line of visible text, no longer than a page could show.
fn plain(text: &str) -> String {
    let end = text.char_indices().nth(COLUMNS).map(|(end, _)| end);
    Printable(&text[..end.unwrap_or(text.len())]).to_string()
}

fn text(value: &Value<'_>) -> String {
    match value {
        Value::Null => String::new(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Blob(bytes) => data_encoding::HEXLOWER.encode(bytes),
    }
}

/// Comma-separated values; no cell is a formula.
pub(crate) struct Csv {
    header: Option<String>,
}

impl Csv {
    pub(crate) fn new(columns: Vec<String>) -> Self {
        Self {
            header: Some(csv_row(columns.into_iter())),
        }
    }
}

impl Form for Csv {
    fn row(&mut self, row: &[Value<'_>]) -> io::Result<String> {
        let row = csv_row(row.iter().map(text));
        Ok(self.end() + &row)
    }

    fn end(&mut self) -> String {
        self.header.take().unwrap_or_default()
    }
}

/// One JSON object a line.
pub(crate) struct Ndjson {
    columns: Vec<String>,
}

impl Ndjson {
    pub(crate) fn new(columns: Vec<String>) -> Self {
        Self { columns }
    }
}

impl Form for Ndjson {
    fn row(&mut self, row: &[Value<'_>]) -> io::Result<String> {
        let mut line = Vec::new();
        let object = Object {
            columns: &self.columns,
            row,
        };
        visible_json::write_line(&mut line, &object)?;
        line.push(b'\n');
        String::from_utf8(line).map_err(io::Error::other)
    }
}

struct Object<'r> {
    columns: &'r [String],
    row: &'r [Value<'r>],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.row.len()))?;
        for (name, value) in self.columns.iter().zip(self.row) {
            match value {
                Value::Null => map.serialize_entry(name, &())?,
                Value::Integer(number) => map.serialize_entry(name, number)?,
                Value::Real(number) => map.serialize_entry(name, number)?,
                Value::Text(_) | Value::Blob(_) => map.serialize_entry(name, &text(value))?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(mut form: impl Form, rows: &[Vec<Value<'_>>]) -> String {
        let mut all = String::new();
        for row in rows {
            all.push_str(&form.row(row).unwrap());
        }
        all + &form.end()
    }

    fn columns() -> Vec<String> {
        vec!["name".to_owned(), "events".to_owned()]
    }

    #[test]
    fn a_table_fits_the_page_and_hides_nothing_it_cuts() {
        let long = "x\u{1b}[2J\n".repeat(100);
        let rows = [
            vec![Value::Text(long.as_str().into()), Value::Integer(7)],
            vec![Value::Null, Value::Real(0.5)],
        ];
        let text = written(Table::new(columns(), Colour::Off), &rows);
        assert!(text.lines().all(|line| width(line) <= COLUMNS), "{text}");
        assert!(text.starts_with("name ") && text.contains('…'), "{text}");
        assert!(
            text.chars()
                .all(|c| c == '\n' || crate::escape::is_visible(c))
        );
        assert_eq!(text.lines().count(), 3);
        assert_eq!(
            written(Table::new(columns(), Colour::Off), &[]),
            "name  events\n"
        );
    }

    #[test]
    fn machines_get_everything() {
        let rows = [vec![Value::Text("=1".into()), Value::Blob(&[0xab])]];
        assert_eq!(
            written(Csv::new(columns()), &rows),
            "\"name\",\"events\"\r\n\"'=1\",\"ab\"\r\n"
        );
        assert_eq!(
            written(Ndjson::new(columns()), &rows),
            "{\"name\":\"=1\",\"events\":\"ab\"}\n"
        );
    }
}
