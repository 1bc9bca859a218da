//! What event selectors leave of the management events (CloudTrail API,
//! `PutEventSelectors`).

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::record::Record;
use crate::telling::select::{Found, select};

#[derive(Clone, Copy, Eq, PartialEq)]
enum Management {
    All,
    Part,
    None,
}

/// Whether no management event is recorded any more.
pub(super) fn without_management(record: &Record<'_>) -> bool {
    management(record) == Some(Management::None)
}

/// Whether some management events are no longer recorded.
pub(super) fn narrowed(record: &Record<'_>) -> bool {
    management(record) == Some(Management::Part)
}

/// Whether all management events are recorded.
pub(super) fn complete(record: &Record<'_>) -> bool {
    management(record) == Some(Management::All)
}

#[derive(Deserialize)]
struct Basic<'a> {
    #[serde(rename = "includeManagementEvents", borrow, default)]
    include: Option<&'a RawValue>,
    #[serde(rename = "readWriteType", borrow, default)]
    which: Option<Cow<'a, str>>,
    #[serde(rename = "excludeManagementEventSources", default)]
    excluded: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Advanced<'a> {
    #[serde(rename = "fieldSelectors", borrow, default)]
    fields: Vec<FieldSelector<'a>>,
}

#[derive(Deserialize)]
struct FieldSelector<'a> {
    #[serde(borrow)]
    field: Cow<'a, str>,
    #[serde(default)]
    equals: Option<Vec<String>>,
}

/// `None` if the record does not tell.
fn management(record: &Record<'_>) -> Option<Management> {
    let found = select(record, "req/advancedEventSelectors/*");
    if !found.is_empty() {
        return best(&found, advanced);
    }
    let found = select(record, "req/eventSelectors/*");
    if !found.is_empty() {
        return best(&found, basic);
    }
    None
}

/// Selectors add up; two that each record a part may even record all, which is
/// not worked out here.
fn best(found: &[Found<'_>], judge: fn(&str) -> Option<Management>) -> Option<Management> {
    let judged: Vec<Management> = found
        .iter()
        .map(|one| judge(one.verbatim()))
        .collect::<Option<_>>()?;
    Some(if judged.contains(&Management::All) {
        Management::All
    } else if judged.contains(&Management::Part) {
        Management::Part
    } else {
        Management::None
    })
}

fn basic(json: &str) -> Option<Management> {
    let selector: Basic<'_> = serde_json::from_str(json).ok()?;
    // Absent members mean the API's defaults: all management events.
    let included = selector.include.is_none_or(|raw| raw.get() != "false");
    let all = selector.which.is_none_or(|which| which == "All");
    let excluded = selector.excluded.is_some_and(|sources| !sources.is_empty());
    Some(match (included, all && !excluded) {
        (false, _) => Management::None,
        (true, true) => Management::All,
        (true, false) => Management::Part,
    })
}

fn advanced(json: &str) -> Option<Management> {
    let selector: Advanced<'_> = serde_json::from_str(json).ok()?;
    let is_management = |one: &FieldSelector<'_>| {
        one.field == "eventCategory"
            && one
                .equals
                .as_ref()
                .is_some_and(|all| all.iter().any(|one| one == "Management"))
    };
    Some(if !selector.fields.iter().any(is_management) {
        Management::None
    } else if selector.fields.len() == 1 {
        Management::All
    } else {
        Management::Part
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(parameters: &str) -> Option<Management> {
        let json = format!(r#"{{"requestParameters":{parameters}}}"#);
        management(&Record::parse(&json).unwrap())
    }

    #[test]
    fn selectors_leave_all_part_or_none() {
        let basic = |inside: &str| judged(&format!(r#"{{"eventSelectors":[{{{inside}}}]}}"#));
        assert!(
            basic(r#""includeManagementEvents":false,"readWriteType":"All""#)
                == Some(Management::None)
        );
        assert!(
            basic(r#""includeManagementEvents":true,"readWriteType":"WriteOnly""#)
                == Some(Management::Part)
        );
        assert!(
            basic(
                r#""includeManagementEvents":true,"readWriteType":"All","excludeManagementEventSources":["kms.amazonaws.com"]"#
            ) == Some(Management::Part)
        );
        assert!(
            basic(
                r#""includeManagementEvents":true,"readWriteType":"All","excludeManagementEventSources":[]"#
            ) == Some(Management::All)
        );
        assert!(judged("null").is_none());
        assert!(judged(r#"{"eventSelectors":"?"}"#).is_none());
    }

    #[test]
    fn advanced_selectors_are_read_field_by_field() {
        let advanced = |fields: &str| {
            judged(&format!(
                r#"{{"advancedEventSelectors":[{{"fieldSelectors":[{fields}]}}]}}"#
            ))
        };
        let management = r#"{"field":"eventCategory","equals":["Management"]}"#;
        assert!(advanced(management) == Some(Management::All));
        assert!(
            advanced(&format!(
                r#"{management},{{"field":"readOnly","equals":["true"]}}"#
            )) == Some(Management::Part)
        );
        assert!(
            advanced(r#"{"field":"eventCategory","equals":["Data"]}"#) == Some(Management::None)
        );
    }
}
