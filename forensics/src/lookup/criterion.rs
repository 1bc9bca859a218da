//! One condition, as a user writes it.

use std::net::IpAddr;
use std::ops::ControlFlow;
use std::str::FromStr;

use memchr::memmem;
use serde_json::value::RawValue;

use super::address::{Network, NetworkError};
use super::attribute::{Attribute, arn};
use super::{glob, strings};
use crate::actor::Actor;
use crate::record::Record;

/// A condition: `EventName=ConsoleLogin`, or `Text=` and a text that occurs
/// anywhere in the record.
///
/// The form of `aws cloudtrail lookup-events --lookup-attributes`
/// (`AttributeKey=EventName,AttributeValue=ConsoleLogin`) is read as well.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// What it is about; `None` for `Text`.
    pub(super) subject: Option<Attribute>,
    pub(super) pattern: Pattern,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Pattern {
    /// This value.
    Exact(Box<str>),
    /// A value with `*` for any text.
    Glob(Box<str>),
    /// An address in here.
    Network(Network),
    /// This text anywhere, in lower case.
    Text(Box<str>),
}

/// Why a text is no condition.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CriterionError {
    /// There is no `=`.
    #[error(
        "{found:?} is no condition: expected NAME=VALUE, where NAME is {}",
        names()
    )]
    NoEqualsSign {
        /// The text, cut to a reasonable length.
        found: String,
    },
    /// There is no such attribute.
    #[error("there is no attribute {found:?}: expected {}", names())]
    UnknownName {
        /// The name, cut to a reasonable length.
        found: String,
    },
    /// Nothing follows the `=`.
    #[error("{name}= needs a value; {name}=* stands for any")]
    NoValue {
        /// The attribute.
        name: &'static str,
    },
    /// `ReadOnly` is neither.
    #[error("ReadOnly is {found:?}: expected true or false")]
    NotReadOnly {
        /// The value, cut to a reasonable length.
        found: String,
    },
    /// The value looks like a network, and is none.
    #[error("Address: {0}")]
    Network(#[from] NetworkError),
}

const TEXT: &str = "Text";

fn names() -> String {
    let all = Attribute::ALL.iter().map(|attribute| attribute.as_str());
    let mut names: Vec<&str> = all.collect();
    names.push(TEXT);
    names.join(", ")
}

impl FromStr for Criterion {
    type Err = CriterionError;

    fn from_str(text: &str) -> Result<Self, CriterionError> {
        let (name, value) = of_aws_cli(text)
            .or_else(|| text.split_once('='))
            .ok_or_else(|| CriterionError::NoEqualsSign { found: cut(text) })?;
        if name.eq_ignore_ascii_case(TEXT) {
            return Self::text(value);
        }
        let subject = Attribute::named(name)
            .ok_or_else(|| CriterionError::UnknownName { found: cut(name) })?;
        Self::new(subject, value)
    }
}

/// `AttributeKey=NAME,AttributeValue=VALUE`
fn of_aws_cli(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("AttributeKey=")?
        .split_once(",AttributeValue=")
}

fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(60)].to_owned()
}

impl Criterion {
    /// An attribute with this value; each `*` stands for any text.
    ///
    /// # Errors
    /// The attribute cannot have this value.
    pub fn new(subject: Attribute, value: &str) -> Result<Self, CriterionError> {
        if value.is_empty() {
            let name = subject.as_str();
            return Err(CriterionError::NoValue { name });
        }
        let pattern = match subject {
            Attribute::Address if is_address(value) => Pattern::Network(value.parse()?),
            Attribute::EventSource if !value.contains(['.', '*']) => {
                Pattern::Exact(format!("{value}.amazonaws.com").into())
            }
            Attribute::ReadOnly if !["true", "false", "*"].contains(&value) => {
                return Err(CriterionError::NotReadOnly { found: cut(value) });
            }
            _ if value.contains('*') => Pattern::Glob(value.into()),
            _ => Pattern::Exact(value.into()),
        };
        Ok(Self {
            subject: Some(subject),
            pattern,
        })
    }

    /// A text that occurs anywhere in the record, in values or around them; the
    /// case of ASCII letters does not matter.
    ///
    /// # Errors
    /// The text is empty.
    pub fn text(text: &str) -> Result<Self, CriterionError> {
        if text.is_empty() {
            return Err(CriterionError::NoValue { name: TEXT });
        }
        Ok(Self {
            subject: None,
            pattern: Pattern::Text(text.to_ascii_lowercase().into()),
        })
    }

    /// The one value that fits, if there is only one.
    pub(crate) fn exact(&self) -> Option<&str> {
        match &self.pattern {
            Pattern::Exact(value) => Some(value),
            Pattern::Glob(_) | Pattern::Network(_) | Pattern::Text(_) => None,
        }
    }

    /// Whether a record of this text may meet it. For what a record says in one
    /// string; quicker than to read it.
    pub(crate) fn may_fit(&self, record: &str) -> bool {
        let holds = match &self.pattern {
            Pattern::Exact(value) => memmem::find(record.as_bytes(), value.as_bytes()).is_some(),
            Pattern::Text(lower) => strings::contains(record, lower),
            Pattern::Glob(_) | Pattern::Network(_) => true,
        };
        holds || memchr::memchr(b'\\', record.as_bytes()).is_some()
    }

    /// Whether a value of the attribute meets it.
    pub(crate) fn fits_value(&self, value: &str) -> bool {
        self.pattern.fits(value)
    }

    /// Whether a record meets it.
    pub fn fits(&self, record: &Record<'_>) -> bool {
        let Some(subject) = self.subject else {
            return self.fits_text(record.text());
        };
        let mut test = |value: &str| match self.pattern.fits(value) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        subject.each(record, &mut test).is_break()
            || match subject {
                Attribute::ResourceName => self.fits_resource(record),
                Attribute::Actor => self.fits_actor(record),
                _ => false,
            }
    }

    /// In JSON any character may be written as an escape: only then are the
    /// strings read one by one.
    fn fits_text(&self, record: &str) -> bool {
        self.pattern.fits(record)
            || memchr::memchr(b'\\', record.as_bytes()).is_some()
                && strings::any(record, &mut |text| self.pattern.fits(text))
    }

    /// By an identifier that is put together from several members.
    fn fits_actor(&self, record: &Record<'_>) -> bool {
        let is_composed = record.user_identity.as_deref().is_none_or(|identity| {
            let principal = identity.principal_id.as_deref().unwrap_or_default();
            principal.is_empty() || identity.on_behalf_of.is_some()
        });
        is_composed && self.pattern.fits(Actor::of(record).id.as_str())
    }

    /// By the name within an ARN, or a string of the request or the answer.
    fn fits_resource(&self, record: &Record<'_>) -> bool {
        let may_hold = |json: &str| match &self.pattern {
            Pattern::Exact(value) => {
                memmem::find(json.as_bytes(), value.as_bytes()).is_some()
                    || memchr::memchr(b'\\', json.as_bytes()).is_some()
            }
            _ => true,
        };
        any_resource(record, may_hold, &mut |name| self.pattern.fits(name))
    }
}

/// Whether any text passes a test by which a record may name a resource: ARNs,
/// names within them, strings of the request and the answer. The latter two are
/// only looked through if their JSON passes one, too.
pub(crate) fn any_resource(
    record: &Record<'_>,
    is_worth_it: impl Fn(&str) -> bool,
    test: &mut dyn FnMut(&str) -> bool,
) -> bool {
    let mut named = |text: &str| {
        test(text) || {
            let mut names = names_within(text).into_iter().flatten();
            names.any(&mut *test)
        }
    };
    let resources = record.resources.as_deref().unwrap_or_default();
    let spoken = [record.request_parameters, record.response_elements];
    let mut spoken = spoken.into_iter().flatten().map(RawValue::get);
    resources.iter().filter_map(arn).any(&mut named)
        || spoken.any(|json| is_worth_it(json) && strings::any(json, &mut named))
}

/// `arn:P:S:R:A:function:name` and `arn:P:S:R:A:role/path/name`: what follows
/// the account, and that without its kind, and its last part.
fn names_within(arn: &str) -> [Option<&str>; 3] {
    if !arn.starts_with("arn:") {
        return [None; 3];
    }
    let account_end = memchr::memchr_iter(b':', arn.as_bytes()).nth(4);
    let resource = account_end.and_then(|at| arn.get(at + 1..));
    let behind = |find: fn(u8, u8, &[u8]) -> Option<usize>| {
        resource.and_then(|text| text.get(find(b'/', b':', text.as_bytes())? + 1..))
    };
    [resource, behind(memchr::memchr2), behind(memchr::memrchr2)]
}

/// Whether a text means addresses, be it a wrong one: neither the names of
/// services nor `AWS Internal` look like this.
fn is_address(text: &str) -> bool {
    let address = text.split('/').next().unwrap_or_default();
    let digits = |b: u8| b.is_ascii_hexdigit() || matches!(b, b'.' | b':');
    !text.contains('*')
        && (address.bytes().all(digits) || text.contains(':') || text.starts_with(char::is_numeric))
}

impl Pattern {
    fn fits(&self, value: &str) -> bool {
        match self {
            Self::Exact(expected) => value == &**expected,
            Self::Glob(pattern) => glob::fits(pattern, value),
            Self::Network(network) => value
                .parse::<IpAddr>()
                .is_ok_and(|address| network.contains(address)),
            Self::Text(lower) => strings::contains(value, lower),
        }
    }
}
