//! JSON of records, compact and in CloudTrail's own order of members.
//!
//! The order must not depend on how `serde_json` was built (its maps keep
//! insertion order or sort by name, according to a feature that any crate of a
//! build may switch on), so it is written down here.

use serde_json::Value;

/// Members in the order CloudTrail prints them; unknown ones follow, by name.
const ORDER: &[&str] = &[
    "Records",
    "eventVersion",
    "type",
    "principalId",
    "arn",
    "accountId",
    "accessKeyId",
    "userName",
    "sessionContext",
    "sessionIssuer",
    "webIdFederationData",
    "attributes",
    "creationDate",
    "mfaAuthenticated",
    "sourceIdentity",
    "invokedBy",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "errorMessage",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "requestID",
    "eventID",
    "readOnly",
    "resources",
    "eventType",
    "apiVersion",
    "managementEvent",
    "recipientAccountId",
    "sharedEventID",
    "vpcEndpointId",
    "eventCategory",
    "serviceEventDetails",
    "insightDetails",
    "sessionCredentialFromConsole",
    "tlsDetails",
];

/// `value` without white space, its members in CloudTrail's order.
#[must_use]
pub fn compact_json(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort_by_key(|name| (rank(name), name.as_str()));
            out.push(b'{');
            for (index, name) in names.into_iter().enumerate() {
                separate(index, out);
                write(&Value::String(name.clone()), out);
                out.push(b':');
                write(&members[name], out);
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                separate(index, out);
                write(item, out);
            }
            out.push(b']');
        }
        scalar => serde_json::to_writer(out, scalar).expect("a Vec takes every write"),
    }
}

fn separate(index: usize, out: &mut Vec<u8>) {
    if index > 0 {
        out.push(b',');
    }
}

fn rank(name: &str) -> usize {
    ORDER
        .iter()
        .position(|known| *known == name)
        .unwrap_or(ORDER.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn order_is_cloudtrails_then_by_name() {
        let value =
            json!({"zeta": 1, "eventTime": "t", "alpha": [null, "ü\n"], "eventVersion": "1.11"});
        assert_eq!(
            String::from_utf8(compact_json(&value)).unwrap(),
            r#"{"eventVersion":"1.11","eventTime":"t","alpha":[null,"ü\n"],"zeta":1}"#
        );
    }
}
