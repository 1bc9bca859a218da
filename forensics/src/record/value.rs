//! Values of members: open enumerations, booleans in two forms, versions.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::field::{Field, TEXT};
use super::oddity::{Notes, Path};

/// A word of a list that AWS may lengthen: the text as it was written, and its
/// meaning if it is known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Open<'a, K> {
    text: Cow<'a, str>,
    known: Option<K>,
}

impl<K: Copy> Open<'_, K> {
    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it means, if it is known.
    pub fn known(&self) -> Option<K> {
        self.known
    }
}

impl<K> Serialize for Open<'_, K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// The known words of an open enumeration.
pub(super) trait Words: Sized {
    fn of(text: &str) -> Option<Self>;
}

impl<'a, K: Words> Field<'a> for Open<'a, K> {
    const EXPECTED: &'static str = TEXT;

    fn read(raw: &'a RawValue, at: &Path<'_>, notes: &mut Notes<'a>) -> Option<Self> {
        let text = Cow::read(raw, at, notes)?;
        let known = K::of(&text);
        Some(Self { text, known })
    }
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $($text:literal)|+,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl Words for $name {
            fn of(text: &str) -> Option<Self> {
                match text {
                    $($($text)|+ => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

words! {
    /// `userIdentity.type` (CloudTrail User Guide, "CloudTrail userIdentity element").
    IdentityType {
        /// The root user.
        Root = "Root",
        /// An IAM user.
        IamUser = "IAMUser",
        /// A session of a role.
        AssumedRole = "AssumedRole",
        /// A role by itself.
        Role = "Role",
        /// A session of `GetFederationToken`.
        FederatedUser = "FederatedUser",
        /// A user of a SAML provider.
        SamlUser = "SAMLUser",
        /// A user of a web identity provider.
        WebIdentityUser = "WebIdentityUser",
        /// A user of a directory.
        Directory = "Directory",
        /// Another account.
        AwsAccount = "AWSAccount",
        /// A service that acts for an account.
        AwsService = "AWSService",
        /// A user of IAM Identity Center.
        IdentityCenterUser = "IdentityCenterUser",
        /// CloudTrail does not know; some records of Identity Center.
        Unknown = "Unknown",
    }
}

words! {
    /// `eventType`. Two values are spelled in two ways by AWS itself.
    EventType {
        /// A call of an API.
        ApiCall = "AwsApiCall",
        /// Something a service did by itself.
        ServiceEvent = "AwsServiceEvent",
        /// Something done in the console that is no call of an API.
        ConsoleAction = "AwsConsoleAction",
        /// A sign-in to the console.
        ConsoleSignIn = "AwsConsoleSignIn" | "AwsConsoleSignin",
        /// A call through a VPC endpoint.
        VpceEvent = "AwsVpceEvent" | "AwsVpceEvents",
        /// An Insight.
        Insight = "AwsCloudTrailInsight",
        /// A count of data events.
        Aggregated = "AwsAggregatedEvent",
    }
}

words! {
    /// `eventCategory`.
    EventCategory {
        /// Control plane, sign-ins.
        Management = "Management",
        /// Data plane.
        Data = "Data",
        /// Calls through VPC endpoints.
        NetworkActivity = "NetworkActivity",
        /// Insights.
        Insight = "Insight",
        /// Counts of data events.
        Aggregated = "Aggregated",
    }
}

/// A boolean, which CloudTrail writes as such in some members and as text in
/// others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Flag {
    /// `true`
    Bool(bool),
    /// `"true"`
    Text(bool),
}

impl Flag {
    /// What it says.
    pub fn is_true(self) -> bool {
        let (Self::Bool(value) | Self::Text(value)) = self;
        value
    }
}

impl<'a> Field<'a> for Flag {
    const EXPECTED: &'static str = "a boolean";

    fn read(raw: &'a RawValue, _: &Path<'_>, _: &mut Notes<'a>) -> Option<Self> {
        match raw.get() {
            "true" => Some(Self::Bool(true)),
            "false" => Some(Self::Bool(false)),
            "\"true\"" => Some(Self::Text(true)),
            "\"false\"" => Some(Self::Text(false)),
            _ => None,
        }
    }
}

impl Serialize for Flag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Text(true) => serializer.serialize_str("true"),
            Self::Text(false) => serializer.serialize_str("false"),
        }
    }
}

/// `eventVersion`: "1.10" is later than "1.9".
#[derive(Clone, Debug)]
pub struct EventVersion<'a> {
    text: Cow<'a, str>,
    number: Option<(u32, u32)>,
}

impl EventVersion<'_> {
    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Major and minor, if it is two whole numbers with a dot between them.
    pub fn number(&self) -> Option<(u32, u32)> {
        self.number
    }

    /// Whether members that came with this version may be expected: the major
    /// version is the same and the minor one not older.
    pub fn has(&self, major: u32, minor: u32) -> bool {
        self.number
            .is_some_and(|(own, since)| own == major && since >= minor)
    }
}

fn number(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    let whole = |part: &str| {
        let digits = part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse().ok()).flatten()
    };
    Some((whole(major)?, whole(minor)?))
}

impl PartialEq for EventVersion<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

/// Versions without numbers cannot be compared.
impl PartialOrd for EventVersion<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.number?.cmp(&other.number?))
    }
}

impl<'a> Field<'a> for EventVersion<'a> {
    const EXPECTED: &'static str = TEXT;

    fn read(raw: &'a RawValue, at: &Path<'_>, notes: &mut Notes<'a>) -> Option<Self> {
        let text = Cow::read(raw, at, notes)?;
        let number = number(&text);
        Some(Self { text, number })
    }
}

impl Serialize for EventVersion<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers_not_fractions() {
        let version = |text: &'static str| EventVersion {
            text: text.into(),
            number: number(text),
        };
        assert!(version("1.10") > version("1.9"));
        assert!(version("1.09") == version("1.9"));
        assert!(
            version("1.11").has(1, 8) && !version("1.7").has(1, 8) && !version("2.9").has(1, 8)
        );
        for odd in ["", "1", "1.", ".1", "1.+8", "1.8.0", "1.99999999999", "١.٨"] {
            assert_eq!(number(odd), None, "{odd}");
            assert!(version(odd) != version(odd));
        }
    }
}
