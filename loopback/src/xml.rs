//! XML as S3 and STS write it.

use std::fmt::{Display, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The namespace of S3's answers.
pub(crate) const S3: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// What `encoding-type=url` leaves as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/')
    .remove(b'*');

/// How object keys are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// As text; characters that XML cannot hold as character references.
    Text,
    /// Percent-encoded: `encoding-type=url`.
    Url,
}

/// A document being written.
#[derive(Debug)]
pub(crate) struct Xml(String);

impl Xml {
    /// A document whose root has a namespace.
    pub(crate) fn document(root: &str, namespace: &str, fill: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut xml = Self(String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
        if namespace.is_empty() {
            xml.inside(root, fill);
        } else {
            // Writing to a String does not fail.
            let _ = write!(xml.0, "<{root} xmlns=\"{namespace}\">");
            fill(&mut xml);
            let _ = write!(xml.0, "</{root}>");
        }
        xml.0.into_bytes()
    }

    /// An element that holds elements.
    pub(crate) fn inside(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        let _ = write!(self.0, "<{name}>");
        fill(self);
        let _ = write!(self.0, "</{name}>");
    }

    /// An element that holds text.
    pub(crate) fn text(&mut self, name: &str, value: impl Display) {
        self.inside(name, |xml| escape(&value.to_string(), &mut xml.0));
    }

    /// An element that holds an object key or a part of one.
    pub(crate) fn name(&mut self, name: &str, value: &str, names: Names) {
        match names {
            Names::Text => self.text(name, value),
            Names::Url => self.text(name, utf8_percent_encode(value, PLAIN)),
        }
    }

    /// Text in the root itself.
    pub(crate) fn bare(&mut self, value: &str) {
        escape(value, &mut self.0);
    }
}

fn escape(text: &str, out: &mut String) {
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\0'..='\x1f' | '\x7f' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "&#x{:x};", u32::from(char));
            }
            _ => out.push(char),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_cannot_break_out() {
        let document = Xml::document("R", "", |xml| {
            xml.name("Key", "a&<b>\u{1}\r", Names::Text);
            xml.name("Key", "a b/é%\u{1}", Names::Url);
        });
        assert_eq!(
            String::from_utf8(document).unwrap().lines().last().unwrap(),
            "<R><Key>a&amp;&lt;b&gt;&#x1;&#xd;</Key><Key>a%20b/%C3%A9%25%01</Key></R>"
        );
    }
}
