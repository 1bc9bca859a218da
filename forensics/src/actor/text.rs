//! Short owned text of a record, cheap to clone.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Text of a record: untrusted, verbatim, and cut after [`Text::MAX_BYTES`].
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Text(Arc<str>);

impl Text {
    /// Longest text that is kept whole: a user agent has at most 1 KB, names
    /// and ARNs of principals less.
    pub const MAX_BYTES: usize = 1024;

    /// Keeps a text, or its beginning and `…`.
    pub fn new(text: &str) -> Self {
        if text.len() <= Self::MAX_BYTES {
            return Self(text.into());
        }
        let end = text.floor_char_boundary(Self::MAX_BYTES);
        Self(format!("{}…", &text[..end]).into())
    }

    /// Keeps a text if there is one: members are often there and empty.
    pub(crate) fn of(text: Option<&str>) -> Option<Self> {
        text.filter(|text| !text.is_empty()).map(Self::new)
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// What was cut before is not cut again.
impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::new(&text))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Text {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "Text of a record, untrusted" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_between_characters() {
        for long in ["é", "𝄞", "x", "日"].map(|c| c.repeat(1 << 10)) {
            for more in ["", "a", "ab", "abc"] {
                let text = Text::new(&format!("{more}{long}"));
                assert_eq!(Text::new(&text), text);
            }
        }
        let text = Text::new(&"é".repeat(1 << 20));
        assert!(text.len() <= Text::MAX_BYTES + "…".len());
        assert!(text.ends_with("é…"));
        assert_eq!(&*Text::new("short"), "short");
        assert_eq!(Text::of(Some("")), None);
    }
}
