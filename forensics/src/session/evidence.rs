//! What a step between two sessions rests on.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::Text;
use crate::record::Record;

/// A reference to one event.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventRef<R> {
    /// When it happened.
    pub time: Timestamp,
    /// Its `eventID`, if it has one.
    pub id: Option<Text>,
    /// The account whose record it is.
    pub account: Option<Text>,
    /// Where the record lies and what vouches for it: the caller's reference.
    pub at: R,
}

impl<R> EventRef<R> {
    /// Refers to a record, if it has a time.
    pub(super) fn of(record: &Record<'_>, at: R) -> Option<Self> {
        Some(Self {
            time: record.time()?.ok()?.at,
            id: Text::of(record.id()),
            account: Text::of(record.account()),
            at,
        })
    }
}

impl<R> EventRef<R> {
    /// The same with another reference.
    pub(super) fn refer<S, E>(
        self,
        refer: &mut impl FnMut(R) -> Result<S, E>,
    ) -> Result<EventRef<S>, E> {
        Ok(EventRef {
            time: self.time,
            id: self.id,
            account: self.account,
            at: refer(self.at)?,
        })
    }
}

/// What a link rests on, best first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The same key id, for a principal that does not contradict it.
    Credential,
    /// The same session of a sign-in to the console.
    SignInSession,
    /// The same ARN, and a creation date within seconds of the issuing event.
    ArnAndTime,
    /// The permission set of an Identity Center role, and the time.
    PermissionSetAndTime,
    /// The same principal, in the time in which its session can have lasted.
    PrincipalAndTime,
    /// The same ARN, while nothing states when the session began.
    Arn,
}

/// How far a link carries, best first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The records state it.
    Strong,
    /// Nothing else in the records fits.
    Likely,
    /// It fits, as other things may.
    Weak,
}
