//! AWS services at work for the account, and the odd records among theirs.

use serde_json::json;

use crate::sample::{
    cast::{Actor, HOME, IRELAND, LOG_BUCKET, MANAGEMENT, OFFICE, Place, Role, agent, trail_arn},
    clock::Second,
    credentials::{Ask, assume_role},
    record::{Call, Event},
    seed::Seed,
};

/// A service takes its linked role.
fn linked(
    place: Place,
    time: Second,
    service: &'static str,
    name: &'static str,
    session: &str,
    seed: &mut Seed,
) -> (Event, Actor) {
    let role = Role::new(place.account, linked_path(service), name);
    let caller = Actor::service(service);
    let issued = assume_role(
        place,
        time,
        &caller,
        Ask {
            role,
            session,
            seconds: 3_600,
        },
        seed,
    );
    let actor = issued.actor.invoked_by(service);
    (issued.event, actor)
}

/// The path of a service-linked role.
fn linked_path(service: &str) -> &'static str {
    match service {
        "autoscaling.amazonaws.com" => "/aws-service-role/autoscaling.amazonaws.com/",
        "config.amazonaws.com" => "/aws-service-role/config.amazonaws.com/",
        "access-analyzer.amazonaws.com" => "/aws-service-role/access-analyzer.amazonaws.com/",
        "trustedadvisor.amazonaws.com" => "/aws-service-role/trustedadvisor.amazonaws.com/",
        _ => "/service-role/",
    }
}

/// Auto Scaling looks at its group and now and then replaces an instance.
pub(super) fn autoscaling(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    let service = "autoscaling.amazonaws.com";
    let (first, actor) = linked(
        place,
        time,
        service,
        "AWSServiceRoleForAutoScaling",
        "AutoScaling",
        seed,
    );
    let instance = format!("i-0{}", seed.hex(16));
    let mut events = vec![
        first,
        Call::new(place, "ec2", "DescribeInstanceStatus", time.after(2))
            .request(json!({"instancesSet": {"items": [{"instanceId": instance}]}, "filterSet": {}, "includeAllInstances": true}))
            .by(&actor, seed),
    ];
    if seed.below(7) == 0 {
        let fresh = format!("i-0{}", seed.hex(16));
        let group = "web-asg";
        events.push(
            Call::new(place, "ec2", "TerminateInstances", time.after(9))
                .request(json!({"instancesSet": {"items": [{"instanceId": instance}]}}))
                .response(json!({"instancesSet": {"items": [{
                    "instanceId": instance,
                    "currentState": {"code": 32, "name": "shutting-down"},
                    "previousState": {"code": 16, "name": "running"},
                }]}}))
                .by(&actor, seed),
        );
        events.push(
            Call::new(place, "ec2", "RunInstances", time.after(12))
                .request(json!({
                    "instancesSet": {"items": [{"minCount": 1, "maxCount": 1}]},
                    "clientToken": format!("fleet-{}", seed.uuid()),
                    "launchTemplate": {"launchTemplateId": format!("lt-0{}", seed.hex(16)), "version": "7"},
                    "tagSpecificationSet": {"items": [{"resourceType": "instance", "tags": [{"key": "aws:autoscaling:groupName", "value": group}]}]},
                }))
                .response(json!({"reservationId": format!("r-0{}", seed.hex(16)), "ownerId": place.account,
                    "instancesSet": {"items": [{"instanceId": fresh, "instanceType": "m7g.large",
                        "instanceState": {"code": 0, "name": "pending"}, "privateIpAddress": "10.20.12.84"}]}}))
                .by(&actor, seed),
        );
    }
    events
}

/// AWS Config records the state of things.
pub(super) fn config_recorder(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    let service = "config.amazonaws.com";
    let (first, actor) = linked(
        place,
        time,
        service,
        "AWSServiceRoleForConfig",
        "AWSConfig-Describe",
        seed,
    );
    let calls = [
        (
            "ec2",
            "DescribeSecurityGroups",
            json!({"securityGroupSet": {}, "filterSet": {}}),
        ),
        (
            "ec2",
            "DescribeVpcs",
            json!({"vpcSet": {}, "filterSet": {}}),
        ),
        ("rds", "DescribeDBInstances", json!({"maxRecords": 100})),
        ("lambda", "ListFunctions20150331", json!({"maxItems": 50})),
        (
            "s3",
            "GetBucketPolicy",
            json!({"bucketName": "example-artifacts", "policy": ""}),
        ),
        ("dynamodb", "ListTables", json!({"limit": 100})),
    ];
    let mut events = vec![first];
    for step in 1..=1 + seed.below(2) {
        let index = usize::try_from(seed.below(6)).expect("small");
        let (target, name, request) = calls[index].clone();
        let call = Call::new(place, target, name, time.after(step * 3)).request(request);
        let call = if seed.below(14) == 0 {
            call.error("ThrottlingException", "Rate exceeded")
        } else {
            call
        };
        events.push(call.by(&actor, seed));
    }
    events
}

/// Trusted Advisor's daily look, in every Region.
pub(super) fn trusted_advisor(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    let (first, actor) = linked(
        place,
        time,
        "trustedadvisor.amazonaws.com",
        "AWSServiceRoleForTrustedAdvisor",
        "TrustedAdvisor",
        seed,
    );
    let name = seed.pick(&[
        "DescribeAddresses",
        "DescribeVolumes",
        "DescribeReservedInstances",
    ]);
    let second = Call::new(place, "ec2", name, time.after(4)).request(json!({"filterSet": {}}));
    vec![first, second.by(&actor, seed)]
}

/// IAM Access Analyzer reads policies.
pub(super) fn access_analyzer(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    let (first, actor) = linked(
        place,
        time,
        "access-analyzer.amazonaws.com",
        "AWSServiceRoleForAccessAnalyzer",
        "access-analyzer",
        seed,
    );
    vec![
        first,
        Call::new(place, "iam", "ListRoles", time.after(2))
            .request(json!({"maxItems": 1000}))
            .by(&actor, seed),
        Call::new(place, "s3", "GetBucketAcl", time.after(5))
            .request(json!({"bucketName": LOG_BUCKET, "acl": "", "Host": "s3.amazonaws.com"}))
            .by(&actor, seed),
    ]
}

/// AWS Backup makes a snapshot.
pub(super) fn backup(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    let (first, actor) = linked(
        place,
        time,
        "backup.amazonaws.com",
        "AWSBackupDefaultServiceRole",
        "AWSBackup-AWSBackupDefaultServiceRole",
        seed,
    );
    let volume = format!("vol-0{}", seed.hex(16));
    let snapshot = format!("snap-0{}", seed.hex(16));
    vec![
        first,
        Call::new(place, "ec2", "CreateSnapshot", time.after(3))
            .request(json!({"volumeId": volume, "description": "This snapshot is created by the AWS Backup service."}))
            .response(json!({"snapshotId": snapshot, "volumeId": volume, "status": "pending", "ownerId": place.account, "volumeSize": "100", "encrypted": true}))
            .by(&actor, seed),
    ]
}

/// CloudTrail makes the data key of a log file.
pub(super) fn kms_by_cloudtrail(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    let arn = format!(
        "arn:aws:kms:{}:{MANAGEMENT}:key/{}",
        place.region,
        Seed::of("logs").uuid()
    );
    let trail = trail_arn();
    let actor = Actor::service("cloudtrail.amazonaws.com");
    let call = Call::new(place, "kms", "GenerateDataKey", time)
        .request(json!({
            "keyId": arn, "keySpec": "AES_256",
            "encryptionContext": {"aws:cloudtrail:arn": trail, "aws:s3:arn": format!("arn:aws:s3:::{LOG_BUCKET}/AWSLogs/")},
        }))
        .with("resources", json!([{"accountId": MANAGEMENT, "type": "AWS::KMS::Key", "ARN": arn}]));
    if place.account == MANAGEMENT {
        return vec![call.by(&actor, seed)];
    }
    // The key belongs to the management account, which gets its own copy.
    let member = call
        .with("sharedEventID", json!(seed.uuid()))
        .by(&actor, seed);
    let mut owner = member.clone();
    owner.place.account = MANAGEMENT;
    owner.record["recipientAccountId"] = json!(MANAGEMENT);
    owner.record["eventID"] = json!(seed.uuid());
    vec![member, owner]
}

/// An application decrypts through a service.
pub(super) fn kms_by_role(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    let role = Role::new(place.account, "/app/", "OrdersApi");
    let caller = Actor::service("ecs-tasks.amazonaws.com");
    let session = seed.hex(32);
    let issued = assume_role(
        place,
        time,
        &caller,
        Ask {
            role,
            session: &session,
            seconds: 21_600,
        },
        seed,
    );
    let direct = Actor::direct(issued.actor.identity.clone(), "10.20.14.22", agent::JAVA);
    let arn = format!(
        "arn:aws:kms:{}:{}:key/{}",
        place.region,
        place.account,
        Seed::of("orders").uuid()
    );
    let name = seed.pick(&["orders/database", "orders/payments-api", "orders/mail"]);
    vec![
        issued.event,
        Call::new(place, "secretsmanager", "GetSecretValue", time.after(1))
            .request(json!({"secretId": name}))
            .by(&direct, seed),
        Call::new(place, "kms", "Decrypt", time.after(1))
            .request(json!({"encryptionAlgorithm": "SYMMETRIC_DEFAULT", "encryptionContext": {"SecretARN": format!("arn:aws:secretsmanager:{}:{}:secret:{name}", place.region, place.account)}}))
            .with("resources", json!([{"accountId": place.account, "type": "AWS::KMS::Key", "ARN": arn}]))
            .by(&direct.invoked_by("secretsmanager.amazonaws.com"), seed),
    ]
}

/// CloudTrail checks that it may write to the bucket.
pub(super) fn bucket_check(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    let actor = Actor::service("cloudtrail.amazonaws.com");
    let call = Call::new(place, "s3", "GetBucketAcl", time)
        .request(json!({"bucketName": LOG_BUCKET, "Host": format!("{LOG_BUCKET}.s3.{}.amazonaws.com", place.region), "acl": ""}))
        .with("resources", json!([{"accountId": MANAGEMENT, "type": "AWS::S3::Bucket", "ARN": format!("arn:aws:s3:::{LOG_BUCKET}")}]));
    vec![call.by(&actor, seed)]
}

/// Someone works in the access portal, by day: `IdentityCenterUser` and, as some
/// of these records still do, `Unknown`.
pub(super) fn portal(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    if !(7..19).contains(&time.hour()) {
        return bucket_check(place, time, seed);
    }
    let person = seed.pick(&["saanvi.sarkar", "li.juan", "kwaku.mensah", "akua.mansa"]);
    let mut stable = Seed::of(&format!("identity-center/{person}"));
    let user = stable.uuid();
    let identity = json!({
        "type": "IdentityCenterUser", "accountId": place.account,
        "onBehalfOf": {"userId": user, "identityStoreArn": format!("arn:aws:identitystore::{MANAGEMENT}:identitystore/d-9067012345")},
        "credentialId": seed.hex(64),
    });
    let actor = Actor::direct(identity, OFFICE, agent::BROWSER);
    let unknown = json!({
        "type": "Unknown", "principalId": MANAGEMENT, "arn": "", "accountId": MANAGEMENT,
        "accessKeyId": "", "userName": person,
    });
    let challenge = Actor::direct(unknown, OFFICE, agent::BROWSER);
    vec![
        Call::new(place, "signin", "CredentialChallenge", time)
            .with("readOnly", json!(false))
            .with("eventType", json!("AwsServiceEvent"))
            .with(
                "additionalEventData",
                json!({"AuthWorkflowID": seed.uuid(), "CredentialType": "TOTP"}),
            )
            .with(
                "serviceEventDetails",
                json!({"CredentialChallenge": "Success"}),
            )
            .by(&challenge, seed),
        Call::new(
            place,
            "sso",
            seed.pick(&["ListApplications", "ListProfilesForApplication"]),
            time.after(11),
        )
        .by(&actor, seed),
        Call::new(place, "sso", "Federate", time.after(14))
            .with("eventType", json!("AwsServiceEvent"))
            .with(
                "serviceEventDetails",
                json!({"role_name": "PlatformAdmin", "account_id": place.account}),
            )
            .by(&actor, seed),
    ]
}

/// A dashboard is read through a directory, by day.
pub(super) fn dashboards(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    if !(7..19).contains(&time.hour()) {
        return kms_by_cloudtrail(place, time, seed);
    }
    let name = seed.pick(&["zhang.wei", "jorge.souza"]);
    let identity = json!({
        "type": "Directory", "principalId": format!("d-9367012346:{name}"),
        "arn": format!("arn:aws:quicksight:{}:{}:user/default/{name}", place.region, place.account),
        "accountId": place.account, "userName": name,
    });
    let actor = Actor::direct(identity, OFFICE, agent::BROWSER);
    let call = Call::new(place, "quicksight", "GetDashboard", time)
        .with("eventType", json!("AwsServiceEvent"))
        .with("serviceEventDetails", json!({"eventRequestDetails": {"dashboardId": format!("arn:aws:quicksight:{}:{}:dashboard/{}", place.region, place.account, Seed::of("dashboard").uuid())}}));
    vec![call.by(&actor, seed)]
}

/// Records that readers of CloudTrail trip over, once each: an identity
/// without a type, the type `Role`, a record delivered late, a record
/// delivered twice, and one whose parameters were too large.
pub(in crate::sample) fn peculiarities() -> Vec<Event> {
    let mut seed = Seed::of("peculiarities");
    let home = Place::management(HOME);
    let ireland = Place::production(IRELAND);
    let rotation = Actor::through(
        json!({"accountId": "111122223333", "invokedBy": "AWS Internal"}),
        "AWS Internal",
    );
    let key = format!(
        "arn:aws:kms:us-east-1:{MANAGEMENT}:key/{}",
        Seed::of("logs").uuid()
    );
    let no_type = Call::new(home, "kms", "RotateKey", Second::of("2026-03-10T11:02:51Z"))
        .with("eventType", json!("AwsServiceEvent"))
        .with(
            "serviceEventDetails",
            json!({"rotationType": "AUTOMATIC", "keyOrigin": "AWS_KMS", "keyId": key}),
        )
        .with(
            "resources",
            json!([{"accountId": MANAGEMENT, "type": "AWS::KMS::Key", "ARN": key}]),
        )
        .by(&rotation, &mut seed);

    let role = Role::new(ireland.account, "/", "ReportScheduler");
    let identity = json!({
        "type": "Role", "principalId": role.id(), "arn": role.arn(), "accountId": role.account,
        "userName": role.name, "invokedBy": "scheduler.amazonaws.com",
    });
    let as_role = Call::new(
        ireland,
        "sqs",
        "SendMessage",
        Second::of("2026-03-10T15:00:02Z"),
    )
    .request(json!({"queueUrl": "https://sqs.eu-west-1.amazonaws.com/444455556666/reports"}))
    .by(
        &Actor::through(identity, "scheduler.amazonaws.com"),
        &mut seed,
    );

    let started = Second::of("2026-03-10T13:30:07Z");
    let scheduler = Actor::service("scheduler.amazonaws.com");
    let ask = Ask {
        role,
        session: "report",
        seconds: 14_400,
    };
    let issued = assume_role(ireland, started, &scheduler, ask, &mut seed);
    let analyst = Actor::direct(issued.actor.identity, "10.20.31.40", agent::BOTO);
    let mut late = Call::new(
        ireland,
        "sqs",
        "ReceiveMessage",
        Second::of("2026-03-10T16:04:10Z"),
    )
    .with("readOnly", json!(false))
    .with("addendum", json!({"reason": "DELIVERY_DELAY"}))
    .by(&analyst, &mut seed);
    late.record["eventTime"] = json!("2026-03-10T13:41:55Z");

    let large = Call::new(
        ireland,
        "cloudwatch",
        "PutDashboard",
        Second::of("2026-03-10T16:05:12Z"),
    )
    .request(
        json!({"omitted": true, "originalSize": 143_212, "reason": "requestParameters too large"}),
    )
    .by(&analyst, &mut seed);
    let mut again = large.clone();
    again.time = large.time.after(1_500);

    vec![no_type, as_role, issued.event, late, large, again]
}
