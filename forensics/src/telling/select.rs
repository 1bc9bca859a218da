//! Values of a record by path, without reading the rest of it.
//!
//! A path is a root and members: `req/instancesSet/items/*/instanceId`. Roots:
//! `req` (`requestParameters`), `res` (`responseElements`), `extra`
//! (`additionalEventData`), `service` (`serviceEventDetails`), and
//! `arn/AWS::KMS::Key` for the ARNs of `resources` of that type (`arn/*`: of
//! any type). `*` stands for the elements of an array, or for the value itself
//! where there is no array: what came from XML is an array only if there are
//! several.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::record::{JsonKind, Record};

use super::Parameters;

/// Roots of paths into raw JSON.
#[cfg(test)]
const JSON_ROOTS: [&str; 4] = ["req", "res", "extra", "service"];

/// A value that a path led to.
#[derive(Clone, Debug)]
pub(crate) enum Found<'r> {
    /// Of a typed member.
    Text(&'r str),
    /// Of raw JSON.
    Json(&'r RawValue),
}

impl<'r> Found<'r> {
    /// The text of a string, number or boolean; `None` of all else.
    pub(crate) fn text(&self) -> Option<Cow<'r, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Json(raw) => scalar(raw),
        }
    }

    /// The JSON text, or the text of a typed member.
    pub(crate) fn verbatim(&self) -> &'r str {
        match self {
            Self::Text(text) => text,
            Self::Json(raw) => raw.get(),
        }
    }
}

fn scalar(raw: &RawValue) -> Option<Cow<'_, str>> {
    let text = raw.get();
    match JsonKind::of(raw) {
        JsonKind::String => {
            let inside = text.trim_matches('"');
            if !inside.contains('\\') {
                return Some(Cow::Borrowed(inside));
            }
            // A lone surrogate is no Unicode: it stays escaped.
            let unescaped = serde_json::from_str(text);
            Some(unescaped.map_or(Cow::Borrowed(text), Cow::Owned))
        }
        JsonKind::Bool | JsonKind::Number => Some(Cow::Borrowed(text)),
        JsonKind::Array | JsonKind::Null | JsonKind::Object => None,
    }
}

/// Whether a path is well formed.
#[cfg(test)]
pub(crate) fn is_path(path: &str) -> bool {
    let Some((root, rest)) = path.split_once('/') else {
        return false;
    };
    let known = root == "arn" || JSON_ROOTS.contains(&root);
    known
        && rest
            .split('/')
            .all(|step| !step.is_empty() && !step.contains(char::is_whitespace))
}

/// Everything that a path leads to, in the record's order; `null` is nothing.
pub(crate) fn select<'r>(record: &'r Record<'_>, path: &str) -> Vec<Found<'r>> {
    let (root, steps) = path.split_once('/').unwrap_or((path, ""));
    if root == "arn" {
        return arns(record, steps);
    }
    let mut here: Vec<&RawValue> = raw(record, root).into_iter().collect();
    for step in steps.split('/').filter(|step| !step.is_empty()) {
        here = match step {
            "*" => here.into_iter().flat_map(elements).collect(),
            name => here.into_iter().filter_map(|at| member(at, name)).collect(),
        };
    }
    here.retain(|value| JsonKind::of(value) != JsonKind::Null);
    here.into_iter().map(Found::Json).collect()
}

fn arns<'r>(record: &'r Record<'_>, kind: &str) -> Vec<Found<'r>> {
    let resources = record.resources.as_deref().unwrap_or_default();
    resources
        .iter()
        .filter(|one| kind == "*" || one.resource_type.as_deref() == Some(kind))
        .filter_map(|one| one.arn.as_deref().or(one.arn_prefix.as_deref()))
        .map(Found::Text)
        .collect()
}

fn raw<'r>(record: &'r Record<'_>, root: &str) -> Option<&'r RawValue> {
    let value = match root {
        "req" => record.request_parameters,
        "res" => record.response_elements,
        "extra" => record.additional_event_data,
        "service" => record.service_event_details,
        _ => None,
    };
    value.filter(|raw| JsonKind::of(raw) != JsonKind::Null)
}

/// Whether the record holds the parameters of its request.
pub(crate) fn parameters(record: &Record<'_>) -> Parameters {
    let Some(raw) = raw(record, "req") else {
        return Parameters::Absent;
    };
    match member(raw, "omitted") {
        Some(marker) if marker.get() == "true" => Parameters::Omitted,
        _ => Parameters::Recorded,
    }
}

/// A member of an object; the last one, if it is there more than once.
fn member<'r>(object: &'r RawValue, name: &str) -> Option<&'r RawValue> {
    if JsonKind::of(object) != JsonKind::Object {
        return None;
    }
    let mut json = serde_json::Deserializer::from_str(object.get());
    json.deserialize_map(MemberVisitor(name)).ok().flatten()
}

fn elements(value: &RawValue) -> Vec<&RawValue> {
    if JsonKind::of(value) != JsonKind::Array {
        return vec![value];
    }
    let mut json = serde_json::Deserializer::from_str(value.get());
    json.deserialize_seq(ElementsVisitor).unwrap_or_default()
}

struct MemberVisitor<'n>(&'n str);

impl<'r> Visitor<'r> for MemberVisitor<'_> {
    type Value = Option<&'r RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'r>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut found = None;
        while let Some(matches) = map.next_key_seed(NameSeed(self.0))? {
            if matches {
                found = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

struct NameSeed<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        Ok(name == self.0)
    }
}

struct ElementsVisitor;

impl<'r> Visitor<'r> for ElementsVisitor {
    type Value = Vec<&'r RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<S: SeqAccess<'r>>(self, mut seq: S) -> Result<Self::Value, S::Error> {
        let mut all = Vec::new();
        while let Some(one) = seq.next_element()? {
            all.push(one);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(record: &str, path: &str) -> Vec<String> {
        let record = Record::parse(record).unwrap();
        let found = select(&record, path);
        found
            .iter()
            .filter_map(|one| one.text().map(Cow::into_owned))
            .collect()
    }

    #[test]
    fn paths_lead_through_objects_arrays_and_lone_values() {
        let record = r#"{"requestParameters":{"a":[{"b":"x"},{"b":2},{"c":true}],"one":{"b":"y\u00e4"},"n":null}}"#;
        assert_eq!(texts(record, "req/a/*/b"), ["x", "2"]);
        assert_eq!(texts(record, "req/one/*/b"), ["yä"]);
        assert!(texts(record, "req/n").is_empty());
        assert!(texts(record, "req/a/b").is_empty());
        assert!(texts(record, "res/a").is_empty());
    }

    #[test]
    fn arns_are_told_by_their_type() {
        let record = r#"{"resources":[{"type":"AWS::S3::Object","ARN":"arn:o"},{"type":"AWS::S3::Bucket","ARN":"arn:b"}]}"#;
        assert_eq!(texts(record, "arn/AWS::S3::Bucket"), ["arn:b"]);
        assert_eq!(texts(record, "arn/*"), ["arn:o", "arn:b"]);
    }

    #[test]
    fn odd_values_neither_panic_nor_vanish() {
        let lone = r#"{"requestParameters":{"a":"\ud800","b":"\"quoted\""}}"#;
        assert_eq!(texts(lone, "req/a"), [r#""\ud800""#]);
        assert_eq!(texts(lone, "req/b"), ["\"quoted\""]);
        assert!(texts(r#"{"requestParameters":"text"}"#, "req/a").is_empty());
        assert_eq!(
            texts(r#"{"requestParameters":{"a":1,"a":2}}"#, "req/a"),
            ["2"]
        );
    }
}
