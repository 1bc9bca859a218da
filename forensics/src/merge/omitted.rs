//! Values that CloudTrail left out for their size. Whoever makes a request
//! can make it too large to be recorded: what it asked for is then unknown.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::record::Record;

/// A value that was left out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Omitted {
    /// The member.
    pub member: String,
    /// Why, as CloudTrail says. Untrusted text.
    pub reason: Option<String>,
    /// Its size in bytes, if CloudTrail says.
    pub original_size: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Marker {
    omitted: bool,
    reason: Option<String>,
    original_size: Option<u64>,
}

/// What was left out of a record.
pub fn omitted(record: &Record<'_>) -> Vec<Omitted> {
    let known = [
        ("requestParameters", record.request_parameters),
        ("responseElements", record.response_elements),
        ("additionalEventData", record.additional_event_data),
        ("serviceEventDetails", record.service_event_details),
    ];
    let known = known
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    let rest = record
        .rest
        .iter()
        .map(|member| (&*member.name, member.value));
    known
        .chain(rest)
        .filter_map(|(name, value)| marker(name, value))
        .collect()
}

fn marker(name: &str, value: &RawValue) -> Option<Omitted> {
    /// Bytes that no marker exceeds: longer values are not parsed in vain.
    const LONGEST: usize = 1024;
    let text = value.get();
    if text.len() > LONGEST || !text.contains("\"omitted\"") {
        return None;
    }
    let marker: Marker = serde_json::from_str(text).ok()?;
    marker.omitted.then(|| Omitted {
        member: name.to_owned(),
        reason: marker.reason,
        original_size: marker.original_size,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_found_and_lookalikes_are_not() {
        let text = r#"{"eventID":"a",
            "requestParameters":{"omitted":true,"reason":"requestParameters too large","originalSize":131072},
            "responseElements":{"omitted":false,"key":"\"omitted\""},
            "additionalEventData":{"note":"omitted"}}"#;
        let found = omitted(&Record::parse(text).unwrap());
        assert_eq!(
            found,
            [Omitted {
                member: "requestParameters".into(),
                reason: Some("requestParameters too large".into()),
                original_size: Some(131_072),
            }]
        );
    }
}
