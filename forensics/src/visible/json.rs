//! JSON whose strings are safe to look at.
//!
//! JSON escapes the old control characters and no others: a key with a
//! bidirectional override or a C1 control would reach a terminal raw. Here
//! everything that is not plainly visible is written as `\uXXXX`, which every
//! parser reads back as the same string.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use super::{is_plain, is_visible};

/// Writes a value on one line, without a line feed. Not for raw values: they are
/// written as they are.
///
/// # Errors
/// If it cannot be written.
pub fn write_line(out: impl Write, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(out, Visible(CompactFormatter));
    value.serialize(&mut serializer).map_err(io::Error::from)
}

/// Writes a value indented, without a line feed at the end.
///
/// # Errors
/// If it cannot be written.
pub fn write_indented(out: impl Write, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(out, Visible(PrettyFormatter::new()));
    value.serialize(&mut serializer).map_err(io::Error::from)
}

struct Visible<F>(F);

macro_rules! pass_on {
    ($($method:ident($($argument:ident: $type:ty),*);)+) => {
        $(fn $method<W: ?Sized + Write>(&mut self, out: &mut W, $($argument: $type),*) -> io::Result<()> {
            self.0.$method(out, $($argument),*)
        })+
    };
}

impl<F: Formatter> Formatter for Visible<F> {
    pass_on! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if is_plain(fragment) {
            return out.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((position, hidden)) = rest.char_indices().find(|(_, c)| !is_visible(*c)) {
            out.write_all(&rest.as_bytes()[..position])?;
            for unit in hidden.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = &rest[position + hidden.len_utf8()..];
        }
        out.write_all(rest.as_bytes())
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
            write_line(&mut json, &text).unwrap();
            let json = String::from_utf8(json).unwrap();
            prop_assert!(json.chars().all(is_visible), "{}", json);
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }

    #[test]
    fn hidden_characters_are_escaped_and_read_back() {
        let text = "a\u{1b}\n\u{7f}\u{9b}\u{202e}é\u{e0041}\"\\z";
        let mut line = Vec::new();
        write_line(&mut line, &text).unwrap();
        let line = String::from_utf8(line).unwrap();
        assert_eq!(line, r#""a\u001b\n\u007f\u009b\u202eé\udb40\udc41\"\\z""#);
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
    }

    #[test]
    fn indented_json_looks_like_any_other() {
        let value = serde_json::json!({"a": [1, "b"], "c": {}});
        let mut text = Vec::new();
        write_indented(&mut text, &value).unwrap();
        assert_eq!(
            String::from_utf8(text).unwrap(),
            serde_json::to_string_pretty(&value).unwrap()
        );
    }
}
