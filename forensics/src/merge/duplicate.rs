//! Two records with the same [`EventKey`](super::EventKey). Of two that say the
//! same, the one to keep is that whose [`Provenance`](crate::Provenance) comes first.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::record::{JsonKind, Record};

/// How two records of the same event relate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Copies {
    /// They say the same: one was delivered again.
    Same,
    /// The later one corrects the earlier; see [`Amendment`](super::Amendment).
    Amends,
    /// They contradict each other, which CloudTrail's records never do.
    Differ {
        /// The members that differ or that only one of them has, in order.
        /// Untrusted text.
        members: Vec<String>,
    },
}

/// Compares two records of the same event: as text, and if that differs, as
/// values.
pub fn compare(one: &Record<'_>, other: &Record<'_>) -> Copies {
    if one.text() == other.text() {
        return Copies::Same;
    }
    let members = differences(one, other);
    let amends = |record: &Record<'_>| {
        let reason = record.addendum.as_ref().and_then(|a| a.reason.as_deref());
        reason == Some("UPDATED_DATA")
    };
    if members.is_empty() {
        Copies::Same
    } else if amends(one) != amends(other) {
        Copies::Amends
    } else {
        Copies::Differ { members }
    }
}

type Members<'a> = BTreeMap<String, &'a RawValue>;

fn differences(one: &Record<'_>, other: &Record<'_>) -> Vec<String> {
    let read = |text| serde_json::from_str::<Members<'_>>(text).unwrap_or_default();
    let (one, other) = (read(one.text()), read(other.text()));
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    names
        .into_iter()
        .filter(|name| match (one.get(*name), other.get(*name)) {
            (Some(one), Some(other)) => !is_same(one, other, 1),
            _ => true,
        })
        .cloned()
        .collect()
}

/// Deepest nesting that is compared: below it, values differ if their texts do.
const MAX_DEPTH: usize = 100;

/// Whether two values are equal, whatever the order of members and the escapes
/// in strings. Numbers are compared as they are written: as floating point,
/// two large ones may be equal that are not.
fn is_same(one: &RawValue, other: &RawValue, depth: usize) -> bool {
    if one.get() == other.get() {
        return true;
    }
    let below = |one: &RawValue, other: &RawValue| is_same(one, other, depth + 1);
    match (JsonKind::of(one), JsonKind::of(other)) {
        _ if depth == MAX_DEPTH => false,
        (JsonKind::String, JsonKind::String) => both(one, other, |one: String, other| one == other),
        (JsonKind::Array, JsonKind::Array) => both(one, other, |one: Vec<&RawValue>, other| {
            one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| below(one, other))
        }),
        (JsonKind::Object, JsonKind::Object) => both(one, other, |one: Members<'_>, other| {
            one.len() == other.len()
                && one.iter().all(|(name, value)| {
                    let same = |other: &&RawValue| below(value, other);
                    other.get(name).is_some_and(same)
                })
        }),
        _ => false,
    }
}

fn both<'r, T: Deserialize<'r>>(
    one: &'r RawValue,
    other: &'r RawValue,
    equal: impl FnOnce(T, T) -> bool,
) -> bool {
    let read = |raw: &'r RawValue| serde_json::from_str(raw.get()).ok();
    read(one)
        .zip(read(other))
        .is_some_and(|(one, other)| equal(one, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(one: &str, other: &str) -> Copies {
        compare(&Record::parse(one).unwrap(), &Record::parse(other).unwrap())
    }

    #[test]
    fn order_and_spelling_are_no_difference() {
        let one = r#"{"eventID":"a","eventName":"x","requestParameters":{"a":1,"b":"é"}}"#;
        let other =
            r#"{ "eventName":"x","requestParameters":{"b":"\u00e9", "a":1},"eventID":"a" }"#;
        assert_eq!(of(one, other), Copies::Same);
        let huge = |last| one.replace("1,", &format!("1{}{last},", "0".repeat(30)));
        assert_ne!(of(&huge(1), &huge(2)), Copies::Same);
        let changed = one.replace("1,", "2,");
        let members = vec!["requestParameters".to_owned()];
        assert_eq!(of(one, &changed), Copies::Differ { members });
    }

    #[test]
    fn a_correction_is_no_contradiction() {
        let one = r#"{"eventID":"a","eventName":"x"}"#;
        let other = r#"{"eventID":"a","eventName":"y","addendum":{"reason":"UPDATED_DATA"}}"#;
        assert_eq!(of(one, other), Copies::Amends);
    }
}
