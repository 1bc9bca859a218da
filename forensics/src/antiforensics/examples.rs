//! For each row of the catalogue a record that fits it, and one that barely
//! does not.

use crate::record::Record;

use super::catalogue::{ROWS, Row};

const LOG: &str =
    r#""bucketName":"b","key":"AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/11/x.json.gz""#;
const OTHER: &str = r#""bucketName":"b","key":"AWSLogs/111122223333/Config/x.json.gz""#;

/// Event and parameters, for the rows that have conditions: one that fits, one
/// near miss.
fn examples() -> Vec<(&'static str, String, String)> {
    let of = |event, hit: &str, miss: &str| (event, format!("{{{hit}}}"), format!("{{{miss}}}"));
    let trail = |member: &str, hit: &str, miss: &str| {
        let with = |value: &str| format!(r#""name":"t","{member}":{value}"#);
        of("UpdateTrail", &with(hit), &with(miss))
    };
    let given = |member: &str| of("UpdateTrail", &format!(r#""{member}":"""#), r#""name":"t""#);
    let selectors = |hit: &str, miss: &str| {
        let one = |inside: &str| format!(r#""trailName":"t","eventSelectors":[{{{inside}}}]"#);
        of("PutEventSelectors", &one(hit), &one(miss))
    };
    let rule = |hit: &str, miss: &str| {
        let one = |inside: &str| format!(r#""LifecycleConfiguration":{{"Rule":{inside}}}"#);
        of("PutBucketLifecycle", &one(hit), &one(miss))
    };
    let whole = r#""PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":true,"RestrictPublicBuckets":true}"#;
    let holed = r#""PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"BlockPublicPolicy":false,"IgnorePublicAcls":true,"RestrictPublicBuckets":true}"#;
    let omitted = r#""omitted":true,"reason":"requestParameters too large""#;
    let mut all = vec![
        trail("enableLogFileValidation", "false", "null"),
        trail("enableLogFileValidation", "true", "false"),
        trail("isMultiRegionTrail", "false", "true"),
        trail("isMultiRegionTrail", "true", "false"),
        trail("includeGlobalServiceEvents", "false", "true"),
        trail("includeGlobalServiceEvents", "true", "false"),
        trail("isOrganizationTrail", "false", "true"),
        trail("isOrganizationTrail", "true", "false"),
        given("s3BucketName"),
        given("s3KeyPrefix"),
        given("kmsKeyId"),
        given("cloudWatchLogsLogGroupArn"),
        given("snsTopicName"),
        selectors(
            r#""includeManagementEvents":false"#,
            r#""includeManagementEvents":true"#,
        ),
        selectors(
            r#""includeManagementEvents":true,"readWriteType":"All""#,
            r#""includeManagementEvents":true,"readWriteType":"ReadOnly""#,
        ),
        selectors(
            r#""includeManagementEvents":true,"readWriteType":"WriteOnly""#,
            r#""includeManagementEvents":true,"readWriteType":"All""#,
        ),
        of(
            "PutInsightSelectors",
            r#""insightSelectors":[]"#,
            r#""insightSelectors":[{"insightType":"ApiCallRateInsight"}]"#,
        ),
        of(
            "PutInsightSelectors",
            r#""insightSelectors":[{"insightType":"ApiErrorRateInsight"}]"#,
            r#""insightSelectors":[]"#,
        ),
        of(
            "UpdateEventDataStore",
            r#""terminationProtectionEnabled":false"#,
            r#""terminationProtectionEnabled":true"#,
        ),
        of(
            "UpdateEventDataStore",
            r#""terminationProtectionEnabled":true"#,
            r#""terminationProtectionEnabled":false"#,
        ),
        of(
            "UpdateEventDataStore",
            r#""retentionPeriod":7"#,
            r#""name":"x""#,
        ),
        of(
            "UpdateEventDataStore",
            r#""organizationEnabled":false"#,
            r#""organizationEnabled":true"#,
        ),
        of(
            "UpdateEventDataStore",
            r#""multiRegionEnabled":false"#,
            r#""multiRegionEnabled":true"#,
        ),
        rule(
            r#"{"Expiration":{"Days":1}}"#,
            r#"{"Expiration":{"Days":365}}"#,
        ),
        rule(
            r#"[{"Expiration":{"Days":365}},{"Expiration":{"Date":"2026-01-01"}}]"#,
            r#"{"Status":"Enabled"}"#,
        ),
        rule(
            r#"{"NoncurrentVersionExpiration":{"NoncurrentDays":"1"}}"#,
            r#"{"NoncurrentVersionExpiration":{"NoncurrentDays":90}}"#,
        ),
        of(
            "PutBucketVersioning",
            r#""VersioningConfiguration":{"Status":"Suspended"}"#,
            r#""VersioningConfiguration":{"Status":"Enabled"}"#,
        ),
        of(
            "PutBucketVersioning",
            r#""VersioningConfiguration":{"Status":"Enabled"}"#,
            r#""VersioningConfiguration":{}"#,
        ),
        of(
            "PutBucketLogging",
            r#""BucketLoggingStatus":{"xmlns":"x"}"#,
            r#""BucketLoggingStatus":{"LoggingEnabled":{"TargetBucket":"l"}}"#,
        ),
        of(
            "PutBucketLogging",
            r#""BucketLoggingStatus":{"LoggingEnabled":{"TargetBucket":"l"}}"#,
            r#""BucketLoggingStatus":"""#,
        ),
        of("DeleteObjects", r#""bucketName":"b""#, LOG),
        of(
            "PutRetentionPolicy",
            r#""retentionInDays":1"#,
            r#""retentionInDays":90"#,
        ),
        of(
            "UpdateDetector",
            r#""enable":false"#,
            r#""findingPublishingFrequency":"SIX_HOURS""#,
        ),
        of("UpdateDetector", r#""enable":true"#, r#""enable":false"#),
        of("CreateDetector", r#""enable":true"#, r#""enable":false"#),
        of(
            "CreateFilter",
            r#""action":"ARCHIVE""#,
            r#""action":"NOOP""#,
        ),
        of("UpdateFilter", r#""action":"ARCHIVE""#, r#""name":"f""#),
        of(
            "BatchUpdateFindings",
            r#""Workflow":{"Status":"SUPPRESSED"}"#,
            r#""Workflow":{"Status":"NOTIFIED"}"#,
        ),
        of(
            "BatchUpdateFindings",
            r#""workflow":{"status":"RESOLVED"}"#,
            r#""workflow":{"status":"NEW"}"#,
        ),
    ];
    for event in ["PutBucketPublicAccessBlock", "PutAccountPublicAccessBlock"] {
        all.push(of(event, holed, whole));
        all.push(of(event, whole, holed));
    }
    for event in [
        "DeleteObject",
        "DeleteObjects",
        "PutObject",
        "CopyObject",
        "CompleteMultipartUpload",
        "RenameObject",
        "PutObjectRetention",
        "PutObjectLegalHold",
    ] {
        all.push(of(event, LOG, OTHER));
    }
    for event in [
        "PutUserPolicy",
        "PutRolePolicy",
        "PutGroupPolicy",
        "CreatePolicy",
        "CreatePolicyVersion",
        "UpdateAssumeRolePolicy",
        "CreateRole",
        "PutBucketPolicy",
        "PutBucketLifecycle",
        "PutKeyPolicy",
        "PutEventSelectors",
        "UpdateTrail",
        "PutResourcePolicy",
    ] {
        all.push(of(event, omitted, r#""policyName":"p""#));
    }
    all
}

/// A record of each event of the catalogue.
pub(super) fn records() -> Vec<String> {
    let examples = examples();
    let mut all = Vec::new();
    for row in ROWS {
        let source = row.source.split('|').next().unwrap();
        for name in row.names {
            let own = examples.iter().filter(|(event, ..)| event == name);
            for parameters in own.map(|(_, hit, _)| hit.as_str()).chain(["null"]) {
                all.push(format!(
                    r#"{{"eventSource":"{source}.amazonaws.com","eventName":"{name}","requestParameters":{parameters}}}"#
                ));
            }
        }
    }
    all
}

fn fits(row: &Row, source: &str, parameters: &str) -> bool {
    let json = format!(r#"{{"requestParameters":{parameters}}}"#);
    row.fits(source, &Record::parse(&json).unwrap())
}

#[test]
fn rows_fit_their_example_and_not_its_near_miss() {
    let examples = examples();
    for row in ROWS {
        let source = row.source.split('|').next().unwrap();
        for name in row.names {
            if row.when.is_empty() {
                assert!(fits(row, source, "null"), "{name}");
                assert!(!fits(row, "another", "null"), "{name}");
                continue;
            }
            let own: Vec<_> = examples
                .iter()
                .filter(|(event, ..)| event == name)
                .collect();
            let example = own
                .iter()
                .find(|(_, hit, miss)| fits(row, source, hit) && !fits(row, source, miss));
            let (_, hit, _) = example.unwrap_or_else(|| panic!("{name}: {row:?}"));
            assert!(!fits(row, "another", hit), "{name}");
            assert!(!fits(row, source, "null"), "{name} fits without parameters");
        }
    }
}

#[test]
fn every_example_is_of_use() {
    for (event, hit, miss) in examples() {
        let told_apart = ROWS
            .iter()
            .filter(|row| row.names.contains(&event))
            .any(|row| {
                let source = row.source.split('|').next().unwrap();
                fits(row, source, &hit) && !fits(row, source, &miss)
            });
        assert!(told_apart, "{event}: {hit} | {miss}");
    }
}

#[test]
fn cloudtrails_own_writes_are_no_hits() {
    let record = |by: &str| {
        format!(
            r#"{{"eventSource":"s3.amazonaws.com","eventName":"PutObject","userIdentity":{{"type":"AWSService","invokedBy":"{by}"}},"requestParameters":{{{LOG}}}}}"#
        )
    };
    let own = record("cloudtrail.amazonaws.com");
    assert!(super::classify(&Record::parse(&own).unwrap()).is_none());
    let others = record("backup.amazonaws.com");
    assert!(super::classify(&Record::parse(&others).unwrap()).is_some());
}
