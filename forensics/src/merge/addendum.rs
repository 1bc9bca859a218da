//! Records that correct earlier ones (`addendum` with reason `UPDATED_DATA`;
//! CloudTrail User Guide, "CloudTrail record contents").
//!
//! The other reasons, `DELIVERY_DELAY` and `SERVICE_OUTAGE`, only say why a
//! record came late: it corrects nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::{RawValue, to_raw_value};

use super::EventKey;
use crate::record::Record;

/// What a record corrects.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Amendment {
    /// The record that is corrected. That may be this record's own key: a
    /// correction may keep the id.
    pub original: EventKey,
    /// The members it updates, in order. Empty if it does not say: then all it has.
    /// Untrusted text.
    pub fields: Vec<String>,
}

/// A record with its correction applied.
#[derive(Debug)]
pub struct Amended {
    /// The corrected record; [`Record::parse`] reads it. Its parts come from
    /// two places, so both provenances belong to it.
    pub json: Box<RawValue>,
    /// The members that were replaced or added.
    pub replaced: Vec<String>,
    /// The members that were to be updated, and that the correction lacks: they
    /// are as they were.
    pub missing: Vec<String>,
}

/// Why a correction was not applied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AmendmentError {
    /// The records are of different events.
    #[error("the correction is of event {expected}, not of {found}")]
    OtherEvent {
        /// The id of the record that it corrects.
        expected: String,
        /// The id of the record at hand.
        found: String,
    },
    /// One of the two cannot be read.
    #[error("cannot be applied: {0}")]
    Unreadable(#[from] serde_json::Error),
}

impl Amendment {
    /// What this record corrects, if it corrects one and tells which.
    pub fn of(record: &Record<'_>) -> Option<Self> {
        let addendum = record.addendum.as_deref()?;
        if addendum.reason.as_deref() != Some("UPDATED_DATA") {
            return None;
        }
        let stated = addendum.original_event_id.as_deref();
        let id = stated.filter(|id| !id.is_empty()).or(record.id())?;
        Some(Self {
            original: EventKey::new(id, record.account()),
            fields: addendum.updated_fields.map(names).unwrap_or_default(),
        })
    }

    /// Applies the correction to the record it corrects: the members it names
    /// take the values of the later record, the rest stays.
    ///
    /// # Errors
    /// It corrects another event, or a value cannot be read.
    pub fn apply(
        &self,
        original: &Record<'_>,
        later: &Record<'_>,
    ) -> Result<Amended, AmendmentError> {
        let found = EventKey::of(original);
        if found.as_ref() != Some(&self.original) {
            return Err(AmendmentError::OtherEvent {
                expected: self.original.id.to_string(),
                found: found.map_or_else(|| "none".to_owned(), |key| key.id.to_string()),
            });
        }
        let mut members: Members<'_> = serde_json::from_str(original.text())?;
        let later: Members<'_> = serde_json::from_str(later.text())?;
        let fields = if self.fields.is_empty() {
            later.keys().cloned().collect()
        } else {
            self.fields.clone()
        };
        let (mut replaced, mut missing) = (Vec::new(), Vec::new());
        let mut changed: BTreeMap<String, Box<RawValue>> = BTreeMap::new();
        for (index, field) in fields.into_iter().enumerate() {
            let mut path = field.split('.');
            let first = path.next().unwrap_or_default();
            let rest: Vec<&str> = path.collect();
            let old = changed.get(first).map(|value| &**value);
            let old = old.or(members.get(first).copied());
            let new = later.get(first).and_then(|new| updated(old, new, &rest));
            match new {
                Some(new) if index < MAX_FIELDS => {
                    changed.insert(first.to_owned(), new);
                    replaced.push(field);
                }
                _ => missing.push(field),
            }
        }
        for (name, value) in &changed {
            members.insert(name.clone(), value);
        }
        Ok(Amended {
            json: to_raw_value(&members)?,
            replaced,
            missing,
        })
    }
}

/// Most members that one correction updates: a record has fewer, and each is
/// written anew.
const MAX_FIELDS: usize = 64;

/// The members of an object, each as it was written.
type Members<'a> = BTreeMap<String, &'a RawValue>;

/// `old` with what lies at this path taken from `new`. As deep as the path is
/// what `new` holds, so the path cannot be deeper than a value may be.
fn updated(old: Option<&RawValue>, new: &RawValue, path: &[&str]) -> Option<Box<RawValue>> {
    let Some((first, rest)) = path.split_first() else {
        return Some(new.to_owned());
    };
    let new: Members<'_> = serde_json::from_str(new.get()).ok()?;
    let mut members: Members<'_> = match old {
        Some(old) => serde_json::from_str(old.get()).ok()?,
        None => Members::new(),
    };
    let child = updated(members.get(*first).copied(), new.get(*first)?, rest)?;
    members.insert((*first).to_owned(), &child);
    to_raw_value(&members).ok()
}

/// `updatedFields` is documented as text with commas; a list is read too.
fn names(raw: &RawValue) -> Vec<String> {
    let list: Vec<String> = serde_json::from_str(raw.get()).unwrap_or_else(|_| {
        let text: String = serde_json::from_str(raw.get()).unwrap_or_default();
        text.split(',').map(|name| name.trim().to_owned()).collect()
    });
    let names: BTreeSet<String> = list.into_iter().collect();
    names.into_iter().filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGINAL: &str = r#"{"eventID":"1","recipientAccountId":"111122223333",
        "eventName":"x","requestParameters":100000000000000000000000000000001,
        "userIdentity":{"type":"Unknown","accountId":"111122223333"}}"#;
    const LATER: &str = r#"{"eventID":"2","recipientAccountId":"111122223333","eventName":"y",
        "userIdentity":{"type":"IAMUser"},"addendum":{"reason":"UPDATED_DATA",
        "originalEventID":"1","updatedFields":"userIdentity.type, errorCode"}}"#;

    #[test]
    fn only_the_named_members_change() {
        let (original, later) = (
            Record::parse(ORIGINAL).unwrap(),
            Record::parse(LATER).unwrap(),
        );
        let amendment = Amendment::of(&later).unwrap();
        assert_eq!(Some(&amendment.original), EventKey::of(&original).as_ref());
        let amended = amendment.apply(&original, &later).unwrap();
        assert_eq!(amended.replaced, ["userIdentity.type"]);
        assert_eq!(amended.missing, ["errorCode"]);
        assert!(
            amended
                .json
                .get()
                .contains("100000000000000000000000000000001")
        );
        let record = Record::parse(amended.json.get()).unwrap();
        assert_eq!(record.event_name.as_deref(), Some("x"));
        let identity = record.user_identity.as_ref().unwrap();
        assert_eq!(identity.identity_type.as_ref().unwrap().text(), "IAMUser");
        assert_eq!(identity.account_id.as_deref(), Some("111122223333"));
    }

    #[test]
    fn a_late_record_corrects_nothing() {
        let text = r#"{"eventID":"1","addendum":{"reason":"DELIVERY_DELAY"}}"#;
        assert_eq!(Amendment::of(&Record::parse(text).unwrap()), None);
    }

    #[test]
    fn a_correction_of_another_event_is_refused() {
        let later = Record::parse(LATER).unwrap();
        let error = Amendment::of(&later).unwrap().apply(&later, &later);
        let text = error.unwrap_err().to_string();
        assert_eq!(text, "the correction is of event 1, not of 2");
    }
}
