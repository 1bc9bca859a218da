//! Words of ours and values of theirs, kept apart.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

/// Longest value, in bytes, that a phrase quotes.
pub const MAX_VALUE: usize = 256;

/// A piece of a [`Phrase`].
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// Words of this program.
    Ours(Cow<'static, str>),
    /// A value of the record, verbatim.
    Theirs(Untrusted),
}

/// Text that somebody else chose: escape it for where it lands.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Untrusted {
    /// The text, verbatim up to [`MAX_VALUE`] bytes.
    pub text: String,
    /// Bytes that were cut off its end.
    pub cut: usize,
}

impl Untrusted {
    /// Keeps what a phrase may quote of a text.
    pub fn new(text: &str) -> Self {
        let kept = text.floor_char_boundary(MAX_VALUE);
        Self {
            text: text[..kept].to_owned(),
            cut: text.len() - kept,
        }
    }
}

/// Words and values in order. Its `Display` escapes nothing: it is for tests
/// and for values that a renderer has made harmless before.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Phrase(Vec<Piece>);

impl Phrase {
    /// The pieces.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds words of ours.
    pub(crate) fn ours(&mut self, words: impl Into<Cow<'static, str>>) {
        let words = words.into();
        if !words.is_empty() {
            self.0.push(Piece::Ours(words));
        }
    }

    /// Adds a value of theirs.
    pub(crate) fn theirs(&mut self, value: &str) {
        self.0.push(Piece::Theirs(Untrusted::new(value)));
    }

    /// Adds another phrase.
    pub(crate) fn append(&mut self, other: &Self) {
        self.0.extend(other.0.iter().cloned());
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.0 {
            match piece {
                Piece::Ours(words) => f.write_str(words)?,
                Piece::Theirs(Untrusted { text, cut: 0 }) => f.write_str(text)?,
                Piece::Theirs(Untrusted { text, .. }) => write!(f, "{text}…")?,
            }
        }
        Ok(())
    }
}
