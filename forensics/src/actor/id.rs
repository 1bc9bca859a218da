//! Identifiers that stay the same: of actors, and of credentials.
//!
//! Reference: IAM User Guide, "IAM identifiers", "Unique identifiers".

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::Text;

/// The most stable identifier of an actor that a record states.
///
/// An ARN can be used again after its owner was deleted; a unique id cannot.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct ActorId(Text);

/// What an [`ActorId`] is, best first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdForm {
    /// `AIDA…` of a user, `AROA…` of a role.
    Unique,
    /// An ARN.
    Arn,
    /// The number of an account.
    Account,
    /// A service, such as `ec2.amazonaws.com`.
    Service,
    /// Another name: of a federated user, of a person of an identity store.
    Name,
    /// The record states none.
    Unknown,
}

/// Text that identifies nobody.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum IdError {
    /// Nothing.
    #[error("an identifier is empty, expected such as AIDACKCEVSQ6C2EXAMPLE")]
    Empty,
    /// More than [`Text::MAX_BYTES`].
    #[error("an identifier has {found} bytes, expected at most {limit}")]
    TooLong {
        /// Its bytes.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A character that no identifier holds.
    #[error("an identifier holds {found:?}, which none does")]
    Character {
        /// The character.
        found: char,
    },
}

impl ActorId {
    /// Checks an identifier.
    ///
    /// # Errors
    /// It is empty, too long, or holds control characters.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        check(text, |c| !c.is_control())?;
        Ok(Self(Text::new(text)))
    }

    /// Of whom a record says nothing.
    pub(super) fn unknown() -> Self {
        Self(Text::new(UNKNOWN))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it is.
    pub fn form(&self) -> IdForm {
        let text = self.as_str();
        if is_unique_id(text) {
            IdForm::Unique
        } else if text.starts_with("arn:") {
            IdForm::Arn
        } else if is_account(text) {
            IdForm::Account
        } else if text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn") {
            IdForm::Service
        } else if text == UNKNOWN {
            IdForm::Unknown
        } else {
            IdForm::Name
        }
    }
}

impl fmt::Display for ActorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ActorId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

const UNKNOWN: &str = "unknown";

/// An access key id, or the `credentialId` of an Identity Center session. The
/// id of a temporary key alone is not promised to be unique.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct CredentialId(Text);

impl CredentialId {
    /// Checks an identifier.
    ///
    /// # Errors
    /// It is empty, too long, or holds what is neither ASCII letter, digit,
    /// `-` nor `_`.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        check(text, |c| {
            c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
        })?;
        Ok(Self(Text::new(text)))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a key that works until it is switched off: `AKIA…`.
    pub fn is_long_term(&self) -> bool {
        self.0.starts_with("AKIA")
    }
}

impl fmt::Display for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for CredentialId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Whether this is the unique id of a user or role.
pub(crate) fn is_unique_id(text: &str) -> bool {
    let known = ["AIDA", "AROA"].iter().any(|kind| text.starts_with(kind));
    known
        && (16..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// Whether this is the number of an account.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

fn check(text: &str, allowed: impl Fn(char) -> bool) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > Text::MAX_BYTES {
        return Err(IdError::TooLong {
            found: text.len(),
            limit: Text::MAX_BYTES,
        });
    }
    match text.chars().find(|c| !allowed(*c)) {
        Some(found) => Err(IdError::Character { found }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (text, form) in [
            ("AIDACKCEVSQ6C2EXAMPLE", IdForm::Unique),
            ("AROADBQP57FF2AEXAMPLE", IdForm::Unique),
            ("AROAlowercase00000000", IdForm::Name),
            ("arn:aws:iam::111122223333:root", IdForm::Arn),
            ("111122223333", IdForm::Account),
            ("ec2.amazonaws.com", IdForm::Service),
            ("111122223333:partner", IdForm::Name),
            ("unknown", IdForm::Unknown),
        ] {
            assert_eq!(ActorId::parse(text).unwrap().form(), form, "{text}");
        }
    }

    #[test]
    fn what_identifies_nobody_is_refused() {
        assert_eq!(ActorId::parse(""), Err(IdError::Empty));
        assert_eq!(
            ActorId::parse("a\u{1b}[2J"),
            Err(IdError::Character { found: '\u{1b}' })
        );
        let long = "x".repeat(Text::MAX_BYTES + 1);
        assert!(matches!(
            ActorId::parse(&long),
            Err(IdError::TooLong { found: 1025, .. })
        ));
        assert!(CredentialId::parse("AKIA EXAMPLE").is_err());
        assert!(
            CredentialId::parse("AKIAIOSFODNN7EXAMPLE")
                .unwrap()
                .is_long_term()
        );
    }
}
