//! Events by what they say.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

use serde_json::{Value, json};
use trailseal_forensics::Record;
use trailseal_forensics::lookup::{
    Attribute, Count, Counter, Criterion, CriterionError, Filter, Fit, MAX_VALUE,
};

fn filter(criteria: &[&str]) -> Filter {
    let parsed = criteria
        .iter()
        .map(|text| text.parse::<Criterion>().unwrap());
    parsed.fold(Filter::default(), Filter::and)
}

fn fits(criteria: &[&str], record: &Value) -> bool {
    let text = record.to_string();
    filter(criteria).fits(&Record::parse(&text).unwrap()) == Fit::Yes
}

fn record() -> Value {
    json!({
        "eventTime": "2026-03-11T02:01:31Z",
        "eventID": "6f1c2a9e-0000-4000-8000-000000000001",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutObject",
        "awsRegion": "eu-west-1",
        "recipientAccountId": "444455556666",
        "sourceIPAddress": "203.0.113.77",
        "userAgent": "[Boto3/1.34 \"quoted\"]",
        "errorCode": "AccessDenied",
        "readOnly": false,
        "eventCategory": "Data",
        "resources": [
            { "type": "AWS::S3::Object", "ARN": "arn:aws:s3:::customer-exports/2026/a.csv" },
            { "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::customer-exports" },
        ],
        "requestParameters": {
            "bucketName": "customer-exports",
            "nested": [{ "role": "arn:aws:iam::444455556666:role/ci/Deploy" }],
            "path": "tab\there",
        },
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLEEXAMPLE123:mary",
            "arn": "arn:aws:sts::444455556666:assumed-role/Admin/mary",
            "accessKeyId": "ASIAEXAMPLEEXAMPLE12",
            "sessionContext": {
                "sourceIdentity": "mary.major",
                "signInSessionArn": "arn:aws:signin:us-east-1:444455556666:session/s-1",
                "sessionIssuer": {
                    "principalId": "AROAEXAMPLEEXAMPLE123",
                    "arn": "arn:aws:iam::444455556666:role/ops/Admin",
                    "userName": "Admin",
                },
            },
        },
    })
}

#[test]
fn each_attribute_finds_what_it_names() {
    let record = record();
    for criterion in [
        "AccessKeyId=ASIAEXAMPLEEXAMPLE12",
        "EventId=6f1c2a9e-0000-4000-8000-000000000001",
        "EventName=PutObject",
        "EventName=Put*",
        "eventname=PutObject",
        "AttributeKey=EventName,AttributeValue=PutObject",
        "EventSource=s3.amazonaws.com",
        "EventSource=s3",
        "ReadOnly=false",
        "ResourceName=customer-exports",
        "ResourceName=arn:aws:s3:::customer-exports",
        "ResourceName=customer-exports/2026/a.csv",
        "ResourceName=a.csv",
        "ResourceName=Deploy",
        "ResourceName=ci/Deploy",
        "ResourceName=*/Deploy",
        "ResourceName=tab\there",
        "ResourceType=AWS::S3::Object",
        "ResourceType=AWS::S3::Bucket",
        "Username=mary",
        "ErrorCode=AccessDenied",
        "ErrorCode=*",
        "Address=203.0.113.77",
        "Address=203.0.113.0/24",
        "Account=444455556666",
        "Region=eu-west-1",
        "Actor=AROAEXAMPLEEXAMPLE123",
        "Actor=arn:aws:iam::444455556666:role/ops/Admin",
        "Actor=Admin",
        "Actor=mary.major",
        "Session=mary",
        "Session=arn:aws:sts::444455556666:assumed-role/Admin/mary",
        "Session=arn:aws:signin:us-east-1:444455556666:session/s-1",
        "UserAgent=[Boto3/*",
        "EventCategory=Data",
        "Text=MARY.MAJOR",
        "Text=\"bucketName\":\"customer",
        "Text=3/1.34 \"quoted\"",
        "Text=b\th",
    ] {
        assert!(fits(&[criterion], &record), "{criterion}");
    }
    for criterion in [
        "AccessKeyId=ASIA",
        "EventName=putobject",
        "EventName=Put",
        "EventSource=s3-outposts",
        "ReadOnly=true",
        "ResourceName=customer",
        "ResourceName=444455556666",
        "ResourceType=AWS::S3",
        "Username=Admin",
        "ErrorCode=Client.*",
        "Address=203.0.113.78",
        "Address=198.51.100.0/24",
        "Address=s3.amazonaws.com",
        "Actor=Adm",
        "Session=Admin",
        "Text=mary.minor",
    ] {
        assert!(!fits(&[criterion], &record), "{criterion}");
    }
}

#[test]
fn all_attributes_and_any_value_of_one() {
    let record = record();
    assert!(fits(&[], &record));
    assert!(fits(
        &["EventName=Nope", "EventName=PutObject", "Region=eu-west-1"],
        &record
    ));
    assert!(!fits(&["EventName=PutObject", "Region=us-east-1"], &record));
    assert!(fits(
        &[
            "Text=nope",
            "Text=customer",
            "Address=::1",
            "Address=203.0.113.77"
        ],
        &record
    ));
}

#[test]
fn other_identities() {
    let of = |identity: Value| json!({ "eventName": "x", "userIdentity": identity });
    let root = of(json!({ "type": "Root", "userName": "alias", "principalId": "111122223333" }));
    assert!(fits(&["Username=root"], &root) && fits(&["Actor=111122223333"], &root));
    let person = of(json!({
        "type": "IdentityCenterUser",
        "onBehalfOf": { "userId": "u-1", "identityStoreArn": "arn:aws:identitystore::1:identitystore/d-1" },
        "credentialId": "portal-1",
    }));
    assert!(fits(&["Actor=d-1/u-1"], &person) && fits(&["Actor=u-1"], &person));
    assert!(fits(&["Session=portal-1"], &person));
    let service = of(json!({ "invokedBy": "config.amazonaws.com" }));
    assert!(fits(&["Actor=config.amazonaws.com"], &service));
    assert!(!fits(&["Username=*"], &service));
}

#[test]
fn an_unreadable_time_is_neither_in_nor_out() {
    let day = |text: &str| Some(text.parse().unwrap());
    let range = Filter::between(day("2026-03-11T00:00:00Z"), day("2026-03-12T00:00:00Z")).unwrap();
    for (time, expected) in [
        (json!("2026-03-10T23:59:59Z"), Fit::No),
        (json!("2026-03-11T00:00:00Z"), Fit::Yes),
        (json!("2026-03-11T23:59:59Z"), Fit::Yes),
        (json!("2026-03-12T00:00:00Z"), Fit::No),
        (json!("soon"), Fit::Undated),
        (json!(7), Fit::Undated),
    ] {
        let text = json!({ "eventName": "x", "eventTime": time }).to_string();
        let record = Record::parse(&text).unwrap();
        assert_eq!(range.fits(&record), expected, "{time}");
        let other = range.clone().and("EventName=y".parse().unwrap());
        assert_eq!(other.fits(&record), Fit::No);
        assert_eq!(Filter::default().fits(&record), Fit::Yes);
    }
    let same = day("2026-03-11T00:00:00Z");
    Filter::between(same, same).unwrap_err();
}

#[test]
fn what_is_no_condition_says_what_is() {
    let error = |text: &str| text.parse::<Criterion>().unwrap_err();
    assert!(matches!(
        error("ConsoleLogin"),
        CriterionError::NoEqualsSign { .. }
    ));
    assert!(matches!(
        error("EventName="),
        CriterionError::NoValue { name: "EventName" }
    ));
    assert!(matches!(
        error("ReadOnly=yes"),
        CriterionError::NotReadOnly { .. }
    ));
    assert!(matches!(
        error("Address=203.0.113.0/33"),
        CriterionError::Network(_)
    ));
    assert!(matches!(
        error("Address=203.0.113.x"),
        CriterionError::Network(_)
    ));
    let unknown = error(&format!("\u{1b}{}=x", "é".repeat(1 << 20))).to_string();
    assert!(
        unknown.len() < 600 && !unknown.contains('\u{1b}'),
        "{unknown}"
    );
    for attribute in Attribute::ALL {
        assert!(unknown.contains(attribute.as_str()));
    }
    assert!(unknown.ends_with("Text"));
}

#[test]
fn counts_are_exact_and_bounded() {
    let records =
        ["a", "b", "a", "c", "c", "c", ""].map(|name| json!({ "eventName": name }).to_string());
    let counted = |distinct, records: &[String]| {
        let mut counter = Counter::new(Attribute::EventName, distinct);
        for text in records {
            counter.add(&Record::parse(text).unwrap());
        }
        counter
    };
    let count = |value: &str, events| Count {
        value: value.into(),
        events,
    };
    let all = counted(9, &records).finish();
    assert_eq!(all.values, [count("c", 3), count("a", 2), count("b", 1)]);
    assert_eq!((all.absent, all.uncounted), (1, 0));

    let cut = counted(2, &records).finish();
    assert_eq!(cut.values, [count("a", 2), count("b", 1)]);
    assert_eq!((cut.absent, cut.uncounted), (1, 3));

    let mut merged = counted(9, &records[..3]);
    merged.merge(counted(9, &records[3..]));
    assert_eq!(merged.finish(), all);
}

#[test]
fn counts_by_resource_actor_and_long_values() {
    let text = record().to_string();
    let record = Record::parse(&text).unwrap();
    let values = |attribute| {
        let mut counter = Counter::new(attribute, 9);
        counter.add(&record);
        let values = counter.finish().values.into_iter();
        values
            .map(|count| (String::from(count.value), count.events))
            .collect::<Vec<_>>()
    };
    assert_eq!(values(Attribute::ResourceType).len(), 2);
    assert_eq!(
        values(Attribute::Actor),
        [("AROAEXAMPLEEXAMPLE123".to_owned(), 1)]
    );
    assert_eq!(values(Attribute::Session), [("mary".to_owned(), 1)]);

    let long = json!({ "userAgent": "é".repeat(1 << 19) }).to_string();
    let mut counter = Counter::new(Attribute::UserAgent, 9);
    counter.add(&Record::parse(&long).unwrap());
    let mut again = Counter::new(Attribute::UserAgent, 9);
    again.merge(counter.clone());
    let counts = again.finish();
    assert_eq!(counts, counter.finish());
    assert_eq!(counts.values[0].value.len(), MAX_VALUE + "…".len());
}
