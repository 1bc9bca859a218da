//! What records say, word for word.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use proptest::prelude::*;
use serde_json::Value;
use trailseal_forensics::Record;
use trailseal_forensics::antiforensics::classify;
use trailseal_forensics::telling::{MAX_VALUE, Outcome, Parameters, Piece, tell};

fn record(source: &str, name: &str, rest: &str) -> String {
    format!(
        r#"{{"eventSource":"{source}.amazonaws.com","eventName":"{name}","awsRegion":"us-east-1","recipientAccountId":"111122223333"{rest}}}"#
    )
}

fn said(json: &str) -> String {
    tell(&Record::parse(json).unwrap()).sentence().to_string()
}

fn done(source: &str, name: &str, request: &str) -> String {
    said(&record(
        source,
        name,
        &format!(r#","requestParameters":{request}"#),
    ))
}

#[test]
fn identities() {
    let key = record(
        "iam",
        "CreateAccessKey",
        r#","requestParameters":{"userName":"svc"},"responseElements":{"accessKey":{"accessKeyId":"AKIAEXAMPLE"}}"#,
    );
    assert_eq!(said(&key), "created access key AKIAEXAMPLE for user svc");
    assert_eq!(
        done("iam", "CreateAccessKey", "null"),
        "created access key for user itself"
    );
    assert_eq!(
        done(
            "iam",
            "UpdateAccessKey",
            r#"{"accessKeyId":"AKIAEXAMPLE","userName":"svc","status":"Inactive"}"#
        ),
        "switched off access key AKIAEXAMPLE of user svc"
    );
    assert_eq!(
        done(
            "iam",
            "AttachUserPolicy",
            r#"{"userName":"svc","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}"#
        ),
        "attached policy arn:aws:iam::aws:policy/AdministratorAccess to user svc"
    );
    assert_eq!(
        done("iam", "UpdateAssumeRolePolicy", r#"{"roleName":"r"}"#),
        "changed who may take role r"
    );
    assert_eq!(
        done(
            "sts",
            "AssumeRole",
            r#"{"roleArn":"arn:aws:iam::111122223333:role/ci/DeployRole","roleSessionName":"s1"}"#
        ),
        "took role arn:aws:iam::111122223333:role/ci/DeployRole as session s1"
    );
    assert_eq!(
        done(
            "sts",
            "AssumeRoot",
            r#"{"targetPrincipal":"444455556666","taskPolicyArn":{"arn":"arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"}}"#
        ),
        "acted as root of account 444455556666, limited to arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"
    );
}

#[test]
fn sign_ins() {
    let login = |used: &str, result: &str| {
        let rest = format!(
            r#","responseElements":{{"ConsoleLogin":"{result}"}},"additionalEventData":{{"MFAUsed":"{used}"}}"#
        );
        said(&record("signin", "ConsoleLogin", &rest))
    };
    assert_eq!(
        login("Yes", "Success"),
        "signed in to the console with a second factor"
    );
    assert_eq!(
        login("No", "Failure"),
        "tried to sign in to the console without a second factor that AWS knows of: failed (Failure)"
    );
}

#[test]
fn data() {
    assert_eq!(
        done("s3", "GetObject", r#"{"bucketName":"b","key":"pii/a.csv"}"#),
        "read pii/a.csv of bucket b"
    );
    assert_eq!(
        done(
            "s3",
            "PutBucketLifecycle",
            r#"{"bucketName":"b","LifecycleConfiguration":{"Rule":{"Expiration":{"Days":1}}}}"#
        ),
        "had objects of bucket b deleted after 1 day(s)"
    );
    assert_eq!(
        done(
            "s3",
            "PutBucketVersioning",
            r#"{"bucketName":"b","VersioningConfiguration":{"Status":"Suspended"}}"#
        ),
        "suspended versioning of bucket b"
    );
    assert_eq!(
        done(
            "s3",
            "PutBucketPolicy",
            r#"{"bucketName":"b","bucketPolicy":{"Statement":[{"Effect":"Allow","Principal":"*"}]}}"#
        ),
        "opened bucket b to everybody by its policy"
    );
    assert_eq!(
        done(
            "kms",
            "ScheduleKeyDeletion",
            r#"{"keyId":"k","pendingWindowInDays":7}"#
        ),
        "had encryption key k deleted in 7 day(s)"
    );
    assert_eq!(
        done("secretsmanager", "GetSecretValue", r#"{"secretId":"db"}"#),
        "read secret db"
    );
    assert_eq!(
        done("ssm", "GetParameters", r#"{"names":["a","b","c","d","e"]}"#),
        "read parameters a, b, c and 2 more"
    );
    assert_eq!(
        done(
            "rds",
            "ModifyDBSnapshotAttribute",
            r#"{"dBSnapshotIdentifier":"x","valuesToAdd":["503161813013"]}"#
        ),
        "shared database snapshot x with 503161813013"
    );
}

#[test]
fn compute() {
    assert_eq!(
        done(
            "ec2",
            "AuthorizeSecurityGroupIngress",
            r#"{"groupId":"sg-1","ipPermissions":{"items":[{"fromPort":22,"toPort":22,"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}}]}}"#
        ),
        "opened security group sg-1 to 0.0.0.0/0 from port 22 to port 22"
    );
    assert_eq!(
        done(
            "ec2",
            "ModifySnapshotAttribute",
            r#"{"snapshotId":"snap-1","createVolumePermission":{"add":{"items":[{"group":"all"}]}}}"#
        ),
        "shared snapshot snap-1 with everybody"
    );
    assert_eq!(
        done(
            "ec2",
            "ModifyInstanceAttribute",
            r#"{"instanceId":"i-1","userData":"<sensitiveDataRemoved>"}"#
        ),
        "replaced the start-up script of instance i-1"
    );
    assert_eq!(
        done(
            "lambda",
            "AddPermission20150331v2",
            r#"{"functionName":"f","principal":"*","action":"lambda:InvokeFunction"}"#
        ),
        "let * lambda:InvokeFunction on function f"
    );
    assert_eq!(
        done(
            "ssm",
            "SendCommand",
            r#"{"documentName":"AWS-RunShellScript","instanceIds":["i-1","i-2"]}"#
        ),
        "ran AWS-RunShellScript on i-1, i-2"
    );
}

#[test]
fn oversight() {
    assert_eq!(
        done("cloudtrail", "StopLogging", r#"{"name":"t"}"#),
        "turned off trail t"
    );
    assert_eq!(
        done(
            "cloudtrail",
            "UpdateTrail",
            r#"{"name":"t","enableLogFileValidation":false}"#
        ),
        "turned off the validation of trail t"
    );
    assert_eq!(
        done(
            "cloudtrail",
            "PutEventSelectors",
            r#"{"trailName":"t","eventSelectors":[{"includeManagementEvents":false}]}"#
        ),
        "took management events out of trail t"
    );
    let refused = record(
        "organizations",
        "LeaveOrganization",
        r#","errorCode":"AccessDenied","requestParameters":null"#,
    );
    assert_eq!(
        said(&refused),
        "tried to take the account out of its organization: refused (AccessDenied)"
    );
}

#[test]
fn what_has_no_words_is_told_by_its_name() {
    let json = record(
        "quicksight",
        "UpdateTheme",
        r#","errorCode":"ThrottlingException","resources":[{"ARN":"arn:x"}]"#,
    );
    assert_eq!(
        said(&json),
        "tried to call UpdateTheme of quicksight on arn:x: failed (ThrottlingException)"
    );
    assert_eq!(said("{}"), "called an unnamed event");
    let trial = record(
        "ec2",
        "RunInstances",
        r#","errorCode":"Client.DryRunOperation""#,
    );
    assert!(said(&trial).starts_with("tried out whether it may start new instances"));
}

#[test]
fn values_stay_apart_from_words_and_are_bounded() {
    let name = "<script>".repeat(1000);
    let json = record(
        "iam",
        "CreateUser",
        &format!(r#","requestParameters":{{"userName":"{name}"}}"#),
    );
    let telling = tell(&Record::parse(&json).unwrap());
    let [Piece::Ours(words), Piece::Theirs(value)] = telling.object.pieces() else {
        panic!("{:?}", telling.object);
    };
    assert_eq!(words, "user ");
    assert_eq!(
        (value.text.len(), value.cut),
        (MAX_VALUE, name.len() - MAX_VALUE)
    );
    assert_eq!(telling.outcome, Outcome::Done);
    assert_eq!(telling.place.account.unwrap().text, "111122223333");
}

#[test]
fn omitted_parameters_are_said() {
    let json = record(
        "iam",
        "PutRolePolicy",
        r#","requestParameters":{"omitted":true,"originalSize":1}"#,
    );
    let telling = tell(&Record::parse(&json).unwrap());
    assert_eq!(telling.parameters, Parameters::Omitted);
    assert_eq!(
        telling.sentence().to_string(),
        "wrote policy (not recorded) into role (not recorded)"
    );
}

/// JSON of any shape, with the member names that templates and conditions
/// look for.
fn any_json() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "userName",
        "name",
        "items",
        "instancesSet",
        "ipPermissions",
        "eventSelectors",
        "advancedEventSelectors",
        "fieldSelectors",
        "equals",
        "Rule",
        "Expiration",
        "Days",
        "LifecycleConfiguration",
        "bucketName",
        "key",
        "omitted",
        "PublicAccessBlockConfiguration",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        Just(Value::from("AWSLogs/1/CloudTrail/x")),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(names.clone().prop_map(str::to_owned), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(common::config(500))]

    #[test]
    fn no_parameters_make_it_panic(
        request in any_json(),
        response in any_json(),
        (source, name) in prop::sample::select(vec![
            ("iam", "CreateUser"), ("ec2", "RunInstances"), ("ec2", "AuthorizeSecurityGroupIngress"),
            ("s3", "PutBucketLifecycle"), ("s3", "PutBucketPublicAccessBlock"), ("s3", "DeleteObjects"),
            ("s3", "PutObject"), ("cloudtrail", "PutEventSelectors"), ("cloudtrail", "UpdateTrail"),
            ("signin", "ConsoleLogin"), ("logs", "PutRetentionPolicy"),
        ]),
    ) {
        let rest = format!(r#","requestParameters":{request},"responseElements":{response}"#);
        let json = record(source, name, &rest);
        let record = Record::parse(&json).unwrap();
        let sentence = tell(&record).sentence();
        prop_assert!(sentence.to_string().len() < 20 * (MAX_VALUE + 40));
        classify(&record);
    }
}
