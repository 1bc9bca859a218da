//! Records that share a `sharedEventID`.

use serde::Serialize;

use super::Id;
use crate::record::{EventCategory, EventType, IdentityType, Open, Record};

/// What records of one `sharedEventID` are parts of.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SharedKey {
    /// One action that several accounts received a record of. These have
    /// different event ids.
    Action(Id),
    /// The start and the end of one Insight.
    Insight(Id),
}

impl SharedKey {
    /// The key of this record, if it shares one.
    pub fn of(record: &Record<'_>) -> Option<Self> {
        let id = record.shared_event_id.as_deref()?;
        if id.is_empty() {
            return None;
        }
        let category = record.event_category.as_ref().and_then(Open::known);
        let event_type = record.event_type.as_ref().and_then(Open::known);
        let insight =
            category == Some(EventCategory::Insight) || event_type == Some(EventType::Insight);
        let id = Id::new(id);
        Some(if insight {
            Self::Insight(id)
        } else {
            Self::Action(id)
        })
    }
}

/// Whose view of a shared action a record is. Ordered: the view that tells most
/// about the caller comes first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Perspective {
    /// Of the caller's account: the identity is whole.
    Caller,
    /// Of another account: the caller is reduced to an account and an id.
    Target,
    /// It does not tell.
    Unknown,
}

impl Perspective {
    /// The view that this record is.
    pub fn of(record: &Record<'_>) -> Self {
        let Some(identity) = &record.user_identity else {
            return Self::Unknown;
        };
        let kind = identity.identity_type.as_ref().and_then(Open::known);
        if kind == Some(IdentityType::AwsAccount) {
            return Self::Target;
        }
        let caller = identity.account_id.as_deref().filter(|id| !id.is_empty());
        match (caller, record.recipient_account_id.as_deref()) {
            (Some(caller), Some(recipient)) if caller == recipient => Self::Caller,
            (Some(_), Some(_)) => Self::Target,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLER: &str = r#"{"eventID":"1","sharedEventID":"s","recipientAccountId":"111122223333",
        "userIdentity":{"type":"AssumedRole","accountId":"111122223333"}}"#;
    const TARGET: &str = r#"{"eventID":"2","sharedEventID":"s","recipientAccountId":"444455556666",
        "userIdentity":{"type":"AWSAccount","accountId":"111122223333","principalId":"AIDA"}}"#;

    #[test]
    fn two_accounts_saw_one_action() {
        let (caller, target) = (
            Record::parse(CALLER).unwrap(),
            Record::parse(TARGET).unwrap(),
        );
        assert_eq!(
            SharedKey::of(&caller),
            Some(SharedKey::Action(Id::new("s")))
        );
        assert_eq!(SharedKey::of(&caller), SharedKey::of(&target));
        assert_eq!(Perspective::of(&caller), Perspective::Caller);
        assert_eq!(Perspective::of(&target), Perspective::Target);
    }

    #[test]
    fn the_two_ends_of_an_insight_are_no_action() {
        let text = r#"{"eventType":"AwsCloudTrailInsight","sharedEventID":"s"}"#;
        let record = Record::parse(text).unwrap();
        assert_eq!(
            SharedKey::of(&record),
            Some(SharedKey::Insight(Id::new("s")))
        );
        assert_eq!(Perspective::of(&record), Perspective::Unknown);
        assert_eq!(SharedKey::of(&Record::parse("{}").unwrap()), None);
    }
}
