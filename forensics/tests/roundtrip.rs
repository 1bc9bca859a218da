//! Whatever JSON object is read as a record, the typed view and the raw parts
//! make the same value again, and whatever bytes are read, nothing panics and
//! everything is accounted for.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;
use trailseal_forensics::Record;

const NAMES: [&str; 40] = [
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventName",
    "readOnly",
    "managementEvent",
    "resources",
    "requestParameters",
    "responseElements",
    "eventID",
    "eventId",
    "eventType",
    "eventCategory",
    "recipientAccountId",
    "accountId",
    "addendum",
    "tlsDetails",
    "eventContext",
    "edgeDeviceDetails",
    "timeWindow",
    "sessionContext",
    "sessionIssuer",
    "attributes",
    "webIdFederationData",
    "onBehalfOf",
    "inScopeOf",
    "invokedByDelegate",
    "type",
    "arn",
    "ARN",
    "principalId",
    "mfaAuthenticated",
    "assumedRoot",
    "tlsVersion",
    "reason",
    "updatedFields",
    "userId",
    "windowStart",
    "requestContext",
    "federatedProvider",
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => select(&NAMES[..]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// JSON as text, so that it may hold what no value can: members twice, white
/// space, escapes where none are needed.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        select(
            &[
                "null",
                "true",
                "false",
                "\"true\"",
                "\"false\"",
                "\"\"",
                "{}",
                "[]"
            ][..]
        )
        .prop_map(str::to_owned),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f32>()
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(|number| number.to_string()),
        any::<String>().prop_map(|text| quoted(&text)),
        select(
            &[
                "\"1.08\"",
                "\"1.1x\"",
                "\"Root\"",
                r#""\u0052oot""#,
                r#""\ud83d\ude00""#
            ][..]
        )
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(|list| format!("[ {} ]", list.join(" ,"))),
            vec((name(), inner), 0..8).prop_map(object),
        ]
    })
}

#[allow(clippy::needless_pass_by_value, reason = "given by the strategy")]
fn object(members: Vec<(String, String)>) -> String {
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("{}\t: {value}\n", quoted(name)))
        .collect();
    format!("{{{}}}", members.join(","))
}

fn record() -> impl Strategy<Value = String> {
    vec((name(), json()), 0..16).prop_map(object)
}

proptest! {
    #![proptest_config(common::config(1500))]

    #[test]
    fn any_object_comes_back(text in record()) {
        let record = Record::parse(&text).unwrap();
        prop_assert_eq!(record.text(), &text);
        let rebuilt = record.to_json().unwrap();
        let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        prop_assert_eq!(value(rebuilt.get()), value(&text));
        // What was rebuilt says the same when it is read again.
        let again = Record::parse(rebuilt.get()).unwrap();
        prop_assert_eq!(again.id(), record.id());
        prop_assert_eq!(again.account(), record.account());
    }

    #[test]
    fn any_records_are_found_in_a_log(texts in vec(record(), 0..5)) {
        let texts: Vec<String> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| format!("{{\"eventVersion\":\"1.11\",\"n\":{index},\"a\":{text}}}"))
            .collect();
        for content in [
            format!("{{\"Records\": [{}]}}", texts.join(" , ")),
            format!("[{}]", texts.join(",")),
            texts.concat(),
        ] {
            let found = common::read(&content);
            if texts.is_empty() && content.is_empty() {
                prop_assert_eq!(found.tally.unread, 1);
            } else {
                prop_assert_eq!(&found.texts, &texts);
                prop_assert_eq!(found.tally.unread, 0);
            }
        }
    }

    #[test]
    fn any_bytes_are_accounted_for(bytes in vec(any::<u8>(), 0..200)) {
        common::read(bytes);
    }

    #[test]
    fn any_punctuation_is_accounted_for(
        parts in vec(
            select(&[
                "{", "}", "[", "]", ",", ":", "\"", "\\", "\n", " ", "1", "null", "\u{e9}",
                "\"Records\":[", "{\"eventVersion\":\"1.08\"}", "{\"eventVersion\"", "\"message\":",
                "\"detail\":{", "\"detail-type\":\"\"", "2026-01-01T00:00:00Z ", "\"events\":[",
            ][..]),
            0..40,
        ),
    ) {
        common::read(parts.concat());
    }

    #[test]
    fn damage_in_one_place_is_reported(at in 0..600_usize, byte in any::<u8>()) {
        let record = |n| format!("{{\"eventVersion\":\"1.08\",\"eventID\":\"{n}\",\"requestParameters\":{{\"key\":\"v\\\"{n}\",\"list\":[1,2]}}}}");
        let records: Vec<String> = (100..106).map(record).collect();
        let mut content = format!("{{\"Records\":[{}]}}", records.join(",")).into_bytes();
        let at = at % content.len();
        content[at] = byte;
        let found = common::read(&content);
        // A change inside a value may well be a good record; a lost one is
        // reported, and takes no more than its neighbour with it.
        let intact = records.iter().filter(|record| found.texts.contains(record)).count();
        // Another name for the array makes another document, not a broken one.
        let document = serde_json::from_slice::<Value>(&content);
        let a_log = document.map_or(true, |value| value["Records"].is_array());
        prop_assert!(intact >= 4 || !a_log, "{found:?}");
        prop_assert!(intact == 6 || found.tally.unread > 0 || found.texts.len() == 6, "{found:?}");
    }
}
