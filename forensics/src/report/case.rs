//! What the examiner says of the case: of no weight for any verdict.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use thiserror::Error;

use crate::visible::is_visible;

/// Longest text, in bytes: it stands on one line of several files.
const LONGEST: usize = 400;

/// A text of the examiner's: one line of visible characters.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct CaseText(String);

impl CaseText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CaseText {
    type Err = CaseTextInvalid;

    fn from_str(text: &str) -> Result<Self, CaseTextInvalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(CaseTextInvalid::Empty);
        }
        if text.len() > LONGEST {
            return Err(CaseTextInvalid::TooLong { found: text.len() });
        }
        match text.chars().find(|c| !is_visible(*c)) {
            Some(found) => Err(CaseTextInvalid::Hidden { found }),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for CaseText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that cannot stand in a report.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum CaseTextInvalid {
    /// There is nothing in it.
    #[error("expected a text, found nothing; leave the option out")]
    Empty,
    /// A character of it does not show as itself.
    #[error("expected one line of visible text, found the character {}", .found.escape_unicode())]
    Hidden {
        /// The first of them.
        found: char,
    },
    /// It is too long.
    #[error("expected at most {LONGEST} bytes, found {found}")]
    TooLong {
        /// Its bytes.
        found: usize,
    },
}

/// What the examiner says.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Case {
    /// The number of the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<CaseText>,
    /// Who made the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub examiner: Option<CaseText>,
    /// For whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<CaseText>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<CaseText>,
}

impl Case {
    /// What was said, with its names, in the order of a report's head.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, &CaseText)> {
        [
            ("case", &self.number),
            ("examiner", &self.examiner),
            ("organization", &self.organization),
            ("purpose", &self.purpose),
        ]
        .into_iter()
        .filter_map(|(name, text)| Some((name, text.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_of_visible_text() {
        let text: CaseText = " Case 7 / naïve ".parse().unwrap();
        assert_eq!(text.as_str(), "Case 7 / naïve");
        let refused = |text: &str| text.parse::<CaseText>().unwrap_err();
        assert_eq!(refused(" "), CaseTextInvalid::Empty);
        assert_eq!(refused("a\nb"), CaseTextInvalid::Hidden { found: '\n' });
        assert_eq!(refused("a\u{202e}b").to_string().matches("202e").count(), 1);
        assert_eq!(
            refused(&"x".repeat(401)),
            CaseTextInvalid::TooLong { found: 401 }
        );
    }
}
