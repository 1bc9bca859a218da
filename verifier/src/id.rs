//! Identifiers of CloudTrail as checked types.
//!
//! Each is parsed once, where untrusted text enters, and is then known to be
//! well formed. Shapes are checked, never lists of known values: new Regions
//! and partitions appear every year.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Serialize, Serializer};

pub use trailseal_keys::Region;

/// Text that is not an identifier of the kind that was expected.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{found:?} is not {expected}")]
pub struct InvalidId {
    /// What would have been accepted.
    pub expected: &'static str,
    /// The text as it was found.
    pub found: String,
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $is_valid:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                if $is_valid(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(InvalidId { expected: $expected, found: text.to_owned() })
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": $expected })
            }
        }
    };
}

identifier!(
    /// An AWS account: twelve digits.
    AccountId,
    "an account id of 12 digits",
    is_account
);
identifier!(
    /// An AWS organization, as in the path of an organization trail.
    OrganizationId,
    "an organization id such as o-exampleorgid",
    is_organization
);
identifier!(
    /// The name of a trail: 3 to 128 of `[A-Za-z0-9._-]` (CreateTrail API).
    TrailName,
    "a trail name of 3 to 128 letters, digits, '.', '_' or '-'",
    is_trail_name
);
identifier!(
    /// The name of an S3 bucket. Old buckets of us-east-1 may have up to 255
    /// characters, capitals and underscores, so the check is wider than
    /// today's rule for new buckets; it keeps separators and dots-only names out.
    BucketName,
    "a bucket name of 3 to 255 letters, digits, '.', '_' or '-'",
    is_bucket
);

impl BucketName {
    /// What stands for the bucket of a copy that does not tell its name.
    pub(crate) fn unknown() -> Self {
        Self("unknown-bucket".into())
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_organization(text: &str) -> bool {
    text.strip_prefix("o-").is_some_and(|id| {
        (10..=32).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}

fn is_trail_name(text: &str) -> bool {
    (3..=128).contains(&text.len()) && text.bytes().all(is_name_byte)
}

fn is_bucket(text: &str) -> bool {
    (3..=255).contains(&text.len())
        && text.bytes().all(is_name_byte)
        && text.bytes().any(|b| b != b'.')
}

fn is_name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_checked() {
        assert!("111122223333".parse::<AccountId>().is_ok());
        assert!("11112222333".parse::<AccountId>().is_err());
        assert!("11112222333x".parse::<AccountId>().is_err());
        assert!("o-exampleorgid".parse::<OrganizationId>().is_ok());
        assert!("o-short".parse::<OrganizationId>().is_err());
        assert!("my_trail.v-2".parse::<TrailName>().is_ok());
        assert!("a/b".parse::<TrailName>().is_err());
        assert!("logs.example".parse::<BucketName>().is_ok());
        assert!("...".parse::<BucketName>().is_err());
        assert!("a/b".parse::<BucketName>().is_err());
    }

    #[test]
    fn an_error_names_what_was_expected_and_found() {
        let error = "x".parse::<AccountId>().unwrap_err();
        assert_eq!(error.to_string(), "\"x\" is not an account id of 12 digits");
    }
}
