//! Names of AWS Regions, such as `eu-west-1`.
//!
//! The shape is checked, not the list: AWS opens Regions, and a verifier must
//! read the trail of one that it has never heard of. The shape is that of the
//! `REGION` part of [CloudTrail's object keys] and is strict enough that a
//! `Region` is always safe as a path component.
//!
//! Absent on purpose: which Regions exist, and which partition a Region is in.
//!
//! [CloudTrail's object keys]: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

/// The name of an AWS Region: `[a-z]{2,5}(-[a-z]+)+-\d+`, at most
/// [`Region::MAX_LEN`] bytes. Cloning is cheap.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[serde(try_from = "String")]
pub struct Region(Arc<str>);

impl Region {
    /// The longest name accepted, in bytes. Names in use have fourteen
    /// (`ap-southeast-1`); the rest is room.
    pub const MAX_LEN: usize = 32;

    /// The name as AWS spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether `name` has the shape of a Region's name.
fn is_region(name: &str) -> bool {
    if name.len() > Region::MAX_LEN {
        return false;
    }
    let parts: Vec<&str> = name.split('-').collect();
    let [first, words @ .., number] = parts.as_slice() else {
        return false;
    };
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    is_word(first)
        && (2..=5).contains(&first.len())
        && !words.is_empty()
        && words.iter().all(is_word)
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
}

impl FromStr for Region {
    type Err = RegionInvalid;

    fn from_str(name: &str) -> Result<Self, RegionInvalid> {
        if !is_region(name) {
            return Err(RegionInvalid::new(name));
        }
        Ok(Self(name.into()))
    }
}

impl TryFrom<String> for Region {
    type Error = RegionInvalid;

    fn try_from(name: String) -> Result<Self, RegionInvalid> {
        name.parse()
    }
}

impl AsRef<str> for Region {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Region {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Region {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Region".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "The name of an AWS Region.",
            "type": "string",
            "pattern": "^[a-z]{2,5}(-[a-z]+)+-[0-9]+$",
            "maxLength": Region::MAX_LEN,
        })
    }
}

/// A text that is not the name of a Region.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error(
    "expected the name of a Region, such as eu-west-1 or us-gov-west-1 (at most {} characters), found {found:?}",
    Region::MAX_LEN
)]
pub struct RegionInvalid {
    /// What was found instead, cut to 64 characters.
    pub found: String,
}

impl RegionInvalid {
    fn new(found: &str) -> Self {
        Self {
            found: found.chars().take(64).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn regions_of_every_partition_are_accepted() {
        for name in [
            "us-east-1",
            "eu-west-1",
            "ap-southeast-7",
            "mx-central-1",
            "us-gov-west-1",
            "cn-northwest-1",
            "us-isob-east-1",
            "eusc-de-east-1",
        ] {
            let region: Region = name.parse().unwrap();
            assert_eq!(region.as_str(), name);
            assert_eq!(region.to_string(), name);
        }
    }

    #[test]
    fn other_texts_are_refused_with_what_was_found() {
        for name in [
            "",
            "-",
            "us",
            "us-1",
            "us-east",
            "us-east-",
            "us--1",
            "US-EAST-1",
            "u-east-1",
            "abcdef-east-1",
            "us-east1-1",
            "us-east-1a",
            "us-east-1 ",
            "us-east-1\n",
            "us-east-١",
            "../us-east-1",
            "us-east/-1",
            "us-eastttttttttttttttttttttttttt-1",
        ] {
            let refused = name.parse::<Region>().unwrap_err();
            assert_eq!(refused.found, name);
        }
    }

    #[test]
    fn an_error_does_not_carry_a_megabyte() {
        let refused = "x".repeat(1 << 20).parse::<Region>().unwrap_err();
        assert_eq!(refused.found.len(), 64);
    }

    #[test]
    fn json_is_validated() {
        let region: Region = serde_json::from_str(r#""eu-west-1""#).unwrap();
        assert_eq!(serde_json::to_string(&region).unwrap(), r#""eu-west-1""#);
        assert!(serde_json::from_str::<Region>(r#""..""#).is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_reads_back(name in "\\PC{0,40}") {
            if let Ok(region) = name.parse::<Region>() {
                prop_assert_eq!(region.as_str(), name);
            }
        }

        #[test]
        fn the_documented_shape_is_accepted(name in "[a-z]{2,5}(-[a-z]{1,6}){1,3}-[0-9]{1,2}") {
            prop_assert_eq!(name.parse::<Region>().is_ok(), name.len() <= Region::MAX_LEN);
        }
    }
}
