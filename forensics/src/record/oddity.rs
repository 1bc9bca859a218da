//! What is unusual about a record that could be read all the same.

use std::fmt;

use serde_json::value::RawValue;

use super::identity::Identities;

/// Most oddities that are kept of one record: whoever wrote it chooses how
/// many there are.
pub const MAX_ODDITIES: usize = 32;

/// One unusual thing in a record, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Oddity {
    /// The member, from the top: `userIdentity.accountId`, `resources[2].ARN`.
    /// May hold untrusted text: escape it for where it lands.
    pub path: String,
    /// What is unusual.
    pub kind: OddityKind,
}

/// A kind of [`Oddity`].
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum OddityKind {
    /// Another JSON type than CloudTrail writes. The value is in `rest`.
    WrongType {
        /// What CloudTrail writes.
        expected: &'static str,
        /// What was found.
        found: JsonKind,
    },
    /// A boolean written as text, or the other way round. It was understood.
    OtherForm,
    /// The member is there more than once. The last one counts, as in most
    /// readers; others may have seen the first.
    Duplicate,
    /// A string that is no Unicode: it escapes half a surrogate pair. The value
    /// is in `rest`.
    NotUnicode,
    /// `eventVersion` is not `major.minor`, or of another major version.
    Version,
    /// More than [`MAX_ODDITIES`] were found; the rest was not kept.
    More,
}

/// The type of a JSON value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum JsonKind {
    /// `[…]`
    Array,
    /// `true`, `false`
    Bool,
    /// `null`
    Null,
    /// A number.
    Number,
    /// `{…}`
    Object,
    /// A string, be it one that is no Unicode (a lone surrogate).
    String,
}

impl JsonKind {
    /// The type of a valid JSON value, by its first byte.
    pub fn of(value: &RawValue) -> Self {
        match value.get().as_bytes().first() {
            Some(b'{') => Self::Object,
            Some(b'[') => Self::Array,
            Some(b'"') => Self::String,
            Some(b't' | b'f') => Self::Bool,
            Some(b'n') => Self::Null,
            _ => Self::Number,
        }
    }
}

impl fmt::Display for JsonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Array => "an array",
            Self::Bool => "a boolean",
            Self::Null => "null",
            Self::Number => "a number",
            Self::Object => "an object",
            Self::String => "a string",
        })
    }
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.kind {
            OddityKind::WrongType { expected, found } => {
                write!(f, "{path} is {found}, expected {expected}")
            }
            OddityKind::OtherForm => write!(f, "{path} is a boolean in an unusual form"),
            OddityKind::Duplicate => write!(f, "{path} is there more than once"),
            OddityKind::NotUnicode => write!(f, "{path} is not Unicode"),
            OddityKind::Version => write!(f, "{path} is not a known version"),
            OddityKind::More => f.write_str("and more"),
        }
    }
}

/// Where in a record its reader stands; lives on the stack.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    Top,
    Member(&'p Path<'p>, &'p str),
    Element(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top => Ok(()),
            Self::Member(Path::Top, name) => f.write_str(name),
            Self::Member(parent, name) => write!(f, "{parent}.{name}"),
            Self::Element(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// What is noted while one record is read.
#[derive(Default)]
pub(super) struct Notes<'a> {
    oddities: Vec<Oddity>,
    /// The last value of the object that was read last.
    pub(super) last: Option<&'a RawValue>,
    /// Identities of records that were read before, if they are kept.
    pub(super) identities: Option<Identities<'a>>,
}

impl Notes<'_> {
    /// Longest path that is kept: names of members are an attacker's choice.
    const MAX_PATH: usize = 200;

    pub(super) fn add(&mut self, at: &Path<'_>, kind: OddityKind) {
        if self.oddities.len() > MAX_ODDITIES {
            return;
        }
        if self.oddities.len() == MAX_ODDITIES {
            self.oddities.push(Oddity {
                path: String::new(),
                kind: OddityKind::More,
            });
            return;
        }
        let mut path = at.to_string();
        path.truncate(path.floor_char_boundary(Self::MAX_PATH));
        self.oddities.push(Oddity { path, kind });
    }

    pub(super) fn count(&self) -> usize {
        self.oddities.len()
    }

    pub(super) fn into_list(self) -> Vec<Oddity> {
        self.oddities
    }
}
