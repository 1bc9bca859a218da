//! Keys of events: small, exact, and in an order, so that they can be sorted on
//! disk as well as hashed in memory.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::record::Record;

/// An identifier that CloudTrail writes as a UUID. Whatever else is found there
/// is kept as text.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Id {
    /// Its 128 bits.
    Uuid(u128),
    /// Anything but a UUID in lower case.
    Text(Box<str>),
}

impl Id {
    /// The identifier that this text is.
    pub fn new(text: &str) -> Self {
        uuid(text).map_or_else(|| Self::Text(text.into()), Self::Uuid)
    }
}

/// The UUID in its one canonical form, so that equal ids are equal texts.
fn uuid(text: &str) -> Option<u128> {
    let bytes: &[u8; 36] = text.as_bytes().try_into().ok()?;
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let digit = match (at, byte) {
            (8 | 13 | 18 | 23, b'-') => continue,
            (8 | 13 | 18 | 23, _) => return None,
            (_, b'0'..=b'9') => byte - b'0',
            (_, b'a'..=b'f') => byte - b'a' + 10,
            _ => return None,
        };
        value = value << 4 | u128::from(digit);
    }
    Some(value)
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Uuid(value) => {
                let hex = format!("{value:032x}");
                let parts = [0..8, 8..12, 12..16, 16..20, 20..32];
                f.write_str(&parts.map(|part| &hex[part]).join("-"))
            }
        }
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What tells events apart: the id and the account that received the record
/// (CloudTrail User Guide, "CloudTrail log file examples": the same event may
/// be delivered more than once).
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct EventKey {
    /// `eventID`, or `eventId` of an aggregated record.
    pub id: Id,
    /// The account whose record it is, if it says so.
    pub account: Option<Box<str>>,
}

impl EventKey {
    /// The key of this record; `None` if it has no id, and so cannot be told to
    /// be a duplicate.
    pub fn of(record: &Record<'_>) -> Option<Self> {
        Some(Self::new(record.id()?, record.account()))
    }

    /// The key of an event by its id and account.
    pub fn new(id: &str, account: Option<&str>) -> Self {
        Self {
            id: Id::new(id),
            account: account.map(Into::into),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_equal_if_their_texts_are() {
        let uuid = "293ba626-3be5-4a26-ab1b-0f4c54f49959";
        assert!(matches!(Id::new(uuid), Id::Uuid(_)));
        for text in [
            uuid,
            "00000000-0000-0000-0000-000000000000",
            "293BA626-3BE5-4A26-AB1B-0F4C54F49959",
            "293ba626-3be5-4a26-ab1b-0f4c54f4995é",
            "293ba6263-be5-4a26-ab1b-0f4c54f49959",
            "",
        ] {
            assert_eq!(Id::new(text).to_string(), text);
        }
    }

    #[test]
    fn an_event_of_two_accounts_is_two_events() {
        let key = |text: &str| EventKey::of(&Record::parse(text).unwrap());
        let one = r#"{"eventID":"a","recipientAccountId":"111122223333"}"#;
        let two = r#"{"eventID":"a","recipientAccountId":"444455556666"}"#;
        assert_eq!(key(one), key(one));
        assert_ne!(key(one), key(two));
        assert_eq!(key(r#"{"eventName":"x"}"#), None);
        let aggregated = key(r#"{"eventId":"a","accountId":"111122223333"}"#);
        assert_eq!(aggregated, key(one));
    }
}
