//! A time stamp that is believed.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// What an authority vouches for, checked: that it saw the hash not later than this
/// time. Only [`Token::verify`](super::Token::verify) makes one.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimeStamp {
    pub(super) time: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub(super) accuracy: Option<SignedDuration>,
    pub(super) authority: String,
    pub(super) serial: String,
    pub(super) policy: String,
}

impl TimeStamp {
    /// When.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// How far the authority's clock may have been off, if it says.
    pub fn accuracy(&self) -> Option<SignedDuration> {
        self.accuracy
    }

    /// The subject of the authority's certificate, as RFC 4514 writes names.
    /// Whoever runs the trusted CA vouches for it.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The number that the authority gave the token, in hex. With its name, it
    /// tells tokens apart.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// The object identifier of the rules that the authority states to follow.
    pub fn policy(&self) -> &str {
        &self.policy
    }
}
