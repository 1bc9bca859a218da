//! The intrusion, as CloudTrail would have recorded it.
//!
//! Everything here except [`cover_up`] is independent of where records end up.
//! `cover_up` needs the keys of the objects it destroys, so it comes second.

use serde_json::json;

use super::{
    cast::{
        Actor, BACKDOOR, BACKUP, CI_DEPLOY, CI_KEY, CUSTOMER_BUCKET, DEPLOY_ROLE, HOME, INTRUDER,
        INTRUDER_COPY, IRELAND, LOG_BUCKET, MANAGEMENT, ORG_ACCESS, PRODUCTION, Place, Role,
        SYDNEY, agent, trail_arn,
    },
    clock::Second,
    credentials::{Ask, assume_role, assume_role_across, create_access_key},
    crimes::Marks,
    record::{Call, Event},
    seed::Seed,
};

/// `StopLogging` takes effect: nothing is recorded anywhere from here …
pub(super) const LOGGING_STOPS: &str = "2026-03-11T04:21:33Z";
/// … until `StartLogging`, six minutes and nineteen seconds later.
pub(super) const LOGGING_STARTS: &str = "2026-03-11T04:27:52Z";

/// Whether the time lies in the minutes without logging.
pub(super) fn unrecorded(time: Second) -> bool {
    Second::of(LOGGING_STOPS) < time && time < Second::of(LOGGING_STARTS)
}

/// The key of the backdoor user in production.
pub(super) fn backdoor_key() -> String {
    BACKDOOR.key()
}

/// The second key of `backup-operator`, made while nothing was recorded.
pub(super) fn backup_key() -> String {
    Seed::of("made while logging was off").access_key("AKIA")
}

/// The instances that the intruder starts.
pub(super) fn mined() -> Vec<String> {
    let mut seed = Seed::of("mined");
    (0..4).map(|_| format!("i-0{}", seed.hex(16))).collect()
}

/// A refusal of IAM.
fn refusal(who: &str, action: &str) -> String {
    format!(
        "User: {who} is not authorized to perform: {action} because no identity-based policy allows the {action} action"
    )
}

/// From the first use of the leaked key to the last call before the cover-up.
pub(super) fn events() -> Vec<Event> {
    let mut seed = Seed::of("intrusion");
    let mut events = discovery(&mut seed);
    let (deploy, chained) = escalation(&mut events, &mut seed);
    backdoor(&chained, &mut events, &mut seed);
    theft(&mut events, &mut seed);
    mining(&mut events, &mut seed);
    attack_on_the_trail(&deploy, &mut events, &mut seed);
    events
}

/// 02:14: the leaked key from a new address, with a new program.
fn discovery(seed: &mut Seed) -> Vec<Event> {
    let home = Place::management(HOME);
    let user = Actor::direct(CI_DEPLOY.with_key(CI_KEY), INTRUDER, agent::INTRUDER);
    let at = |clock: &str| Second::of(&format!("2026-03-11T{clock}Z"));
    let arn = CI_DEPLOY.arn();
    let denied = |action: &str| refusal(&arn, action);
    let calls = [
        (Call::new(home, "sts", "GetCallerIdentity", at("02:14:07")), "first use of the leaked key"),
        (Call::new(home, "s3", "ListBuckets", at("02:14:39")), "discovery"),
        (Call::new(home, "iam", "ListUsers", at("02:15:02")).error("AccessDenied", &denied("iam:ListUsers")), "discovery, refused"),
        (Call::new(home, "iam", "ListRoles", at("02:15:21")), "discovery"),
        (Call::new(home, "ec2", "DescribeInstances", at("02:16:03")).request(json!({"maxResults": 1000, "instancesSet": {}, "filterSet": {}})), "discovery"),
        (Call::new(Place::management(IRELAND), "ec2", "DescribeInstances", at("02:16:29")).request(json!({"maxResults": 1000, "instancesSet": {}, "filterSet": {}})), "discovery, another Region"),
        (Call::new(Place::management(SYDNEY), "ec2", "DescribeInstances", at("02:16:51")).error("Client.UnauthorizedOperation", "You are not authorized to perform this operation. User: arn:aws:iam::111122223333:user/ci-deploy is not authorized to perform: ec2:DescribeInstances with an explicit deny in a service control policy"), "discovery, refused"),
        (Call::new(home, "secretsmanager", "ListSecrets", at("02:23:12")).error("AccessDenied", &denied("secretsmanager:ListSecrets")), "discovery, refused"),
        (Call::new(home, "iam", "GetAccountAuthorizationDetails", at("02:23:40")).error("AccessDenied", &denied("iam:GetAccountAuthorizationDetails")), "discovery, refused"),
        (Call::new(home, "organizations", "ListAccounts", at("02:24:15")), "discovery"),
        (Call::new(home, "cloudtrail", "DescribeTrails", at("02:24:58")).request(json!({"includeShadowTrails": true, "trailNameList": []})), "discovery of the trail"),
        (Call::new(home, "iam", "CreateUser", at("02:26:20")).request(json!({"userName": "metrics"})).error("AccessDenied", &denied("iam:CreateUser")), "persistence, refused"),
    ];
    calls
        .into_iter()
        .map(|(call, note)| call.by(&user, seed).noted(note))
        .collect()
}

/// 02:31: into the pipelines' role, from there into production. Returns both
/// sessions.
fn escalation(events: &mut Vec<Event>, seed: &mut Seed) -> (Actor, Actor) {
    let home = Place::management(HOME);
    let user = Actor::direct(CI_DEPLOY.with_key(CI_KEY), INTRUDER, agent::INTRUDER);
    let at = |clock: &str| Second::of(&format!("2026-03-11T{clock}Z"));
    // The name follows the pipelines' pattern; the run of that number never was.
    let ask = Ask {
        role: DEPLOY_ROLE,
        session: "ci-run-8841",
        seconds: 14_400,
    };
    let deploy = assume_role(home, at("02:31:11"), &user, ask, seed);
    events.push(
        deploy
            .event
            .noted("the leaked key takes the pipelines' role"),
    );
    let whoami = Call::new(home, "sts", "GetCallerIdentity", at("02:32:02"));
    events.push(
        whoami
            .by(&deploy.actor, seed)
            .noted("the new session looks at itself"),
    );
    let audit = Role::new(PRODUCTION, "/", "SecurityAudit");
    let refused = Call::new(home, "sts", "AssumeRole", at("02:34:27"))
        .request(json!({"roleArn": audit.arn(), "roleSessionName": "org-sync"}))
        .error(
            "AccessDenied",
            &format!(
                "User: {} is not authorized to perform: sts:AssumeRole on resource: {}",
                DEPLOY_ROLE.session_arn("ci-run-8841"),
                audit.arn(),
            ),
        );
    events.push(
        refused
            .by(&deploy.actor, seed)
            .noted("refused in the caller's account; the target never hears of it"),
    );
    let ask = Ask {
        role: ORG_ACCESS,
        session: "org-sync",
        seconds: 3_600,
    };
    let (chained, copy) = assume_role_across(home, at("02:36:45"), &deploy.actor, ask, seed);
    events.push(
        chained
            .event
            .noted("chained into production: the caller's copy"),
    );
    events.push(copy.noted("chained into production: the target's copy, same sharedEventID"));
    (deploy.actor, chained.actor)
}

/// 02:41: a user, a policy, a key.
fn backdoor(chained: &Actor, events: &mut Vec<Event>, seed: &mut Seed) {
    let place = Place::production(HOME);
    let at = |clock: &str| Second::of(&format!("2026-03-11T{clock}Z"));
    let user = json!({
        "userName": BACKDOOR.name, "path": "/", "userId": BACKDOOR.id(), "arn": BACKDOOR.arn(),
        "createDate": at("02:44:10").spoken(),
    });
    let calls = [
        (Call::new(place, "iam", "ListUsers", at("02:41:18")), "discovery in production"),
        (Call::new(place, "s3", "ListBuckets", at("02:41:40")), "discovery in production"),
        (Call::new(place, "iam", "CreateUser", at("02:44:10")).request(json!({"userName": BACKDOOR.name})).response(json!({"user": user})), "a backdoor user"),
        (Call::new(place, "iam", "AttachUserPolicy", at("02:44:38")).request(json!({"userName": BACKDOOR.name, "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"})), "with all rights"),
    ];
    for (call, note) in calls {
        events.push(call.by(chained, seed).noted(note));
    }
    let key = create_access_key(
        place,
        at("02:45:02"),
        chained,
        BACKDOOR,
        &backdoor_key(),
        seed,
    );
    events.push(key.noted("and a long-term key"));
}

/// 03:05: the new key reads the customers' exports, in four turns. The third
/// turn's log is the one that disappears.
fn theft(events: &mut Vec<Event>, seed: &mut Seed) {
    let place = Place::production(IRELAND);
    let at = |clock: &str| Second::of(&format!("2026-03-11T{clock}Z"));
    let identity = BACKDOOR.with_key(&backdoor_key());
    let hands = Actor::direct(identity.clone(), INTRUDER, agent::INTRUDER);
    let copier = Actor::direct(identity, INTRUDER_COPY, agent::RCLONE);
    let whoami = Call::new(place, "sts", "GetCallerIdentity", at("03:04:51"));
    events.push(
        whoami
            .by(&hands, seed)
            .noted("first use of the backdoor key"),
    );
    let list = Call::new(place, "s3", "ListObjects", at("03:05:30"))
        .object(CUSTOMER_BUCKET, PRODUCTION, "")
        .request(json!({"bucketName": CUSTOMER_BUCKET, "list-type": "2", "prefix": "exports/"}))
        .with("resources", json!([
            {"type": "AWS::S3::Object", "ARNPrefix": format!("arn:aws:s3:::{CUSTOMER_BUCKET}/exports/")},
            {"accountId": PRODUCTION, "type": "AWS::S3::Bucket", "ARN": format!("arn:aws:s3:::{CUSTOMER_BUCKET}")},
        ]));
    events.push(list.by(&hands, seed).noted("the bucket is listed"));
    for (start, folder, count) in [
        ("03:08:02", "exports/2026/03/09/22", 5),
        ("03:14:40", "exports/2026/03/10/08", 6),
        ("03:21:35", "pii/customers", 7),
        ("03:37:09", "exports/2026/03/10/19", 6),
    ] {
        let decrypt = Call::new(place, "kms", "Decrypt", at(start))
            .request(json!({"encryptionAlgorithm": "SYMMETRIC_DEFAULT", "encryptionContext": {"aws:s3:arn": format!("arn:aws:s3:::{CUSTOMER_BUCKET}")}}))
            .with("resources", json!([{"accountId": PRODUCTION, "type": "AWS::KMS::Key", "ARN": format!("arn:aws:kms:{IRELAND}:{PRODUCTION}:key/{}", Seed::of("exports").uuid())}]));
        events.push(decrypt.by(&copier.invoked_by("AWS Internal"), seed));
        for part in 0..count {
            let get = Call::new(place, "s3", "GetObject", at(start).after(part * 9 + 1)).object(
                CUSTOMER_BUCKET,
                PRODUCTION,
                &format!("{folder}/part-{part:04}.parquet"),
            );
            events.push(get.by(&copier, seed).noted("customer data is read"));
        }
    }
}

/// 03:49: instances in a Region that the organization does not use.
fn mining(events: &mut Vec<Event>, seed: &mut Seed) {
    let place = Place::production(SYDNEY);
    let at = |clock: &str| Second::of(&format!("2026-03-11T{clock}Z"));
    let hands = Actor::direct(
        BACKDOOR.with_key(&backdoor_key()),
        INTRUDER,
        agent::INTRUDER,
    );
    let run = |kind: &str, count: i64| {
        json!({
            "instancesSet": {"items": [{"imageId": "ami-0123456789abcdef0", "minCount": count, "maxCount": count, "keyName": "sync"}]},
            "instanceType": kind, "groupSet": {"items": [{"groupId": "sg-0123456789abcdef0"}]},
        })
    };
    let instances: Vec<_> = mined()
        .iter()
        .map(|id| json!({"instanceId": id, "instanceType": "c7i.8xlarge", "instanceState": {"code": 0, "name": "pending"}}))
        .collect();
    let calls = [
        (Call::new(place, "ec2", "DescribeImages", at("03:49:22")), "a Region nobody uses"),
        (Call::new(place, "ec2", "CreateKeyPair", at("03:50:05")).request(json!({"keyName": "sync", "keyType": "ed25519"})).response(json!({"keyName": "sync", "keyPairId": "key-0123456789abcdef0", "keyMaterial": "<sensitiveDataRemoved>"})), "preparation"),
        (Call::new(place, "ec2", "CreateSecurityGroup", at("03:50:41")).request(json!({"groupName": "sync", "groupDescription": "sync", "vpcId": "vpc-0123456789abcdef0"})).response(json!({"_return": true, "groupId": "sg-0123456789abcdef0"})), "preparation"),
        (Call::new(place, "ec2", "RunInstances", at("03:58:13")).request(run("g6.24xlarge", 8)).error("Client.VcpuLimitExceeded", "You have requested more vCPU capacity than your current vCPU limit of 0 allows for the instance bucket that the specified instance type belongs to."), "refused by the quota"),
        (Call::new(place, "ec2", "RunInstances", at("03:58:57")).request(run("c7i.8xlarge", 4)).response(json!({"reservationId": "r-0123456789abcdef0", "ownerId": PRODUCTION, "instancesSet": {"items": instances}})), "four large instances"),
    ];
    for (call, note) in calls {
        events.push(call.by(&hands, seed).noted(note));
    }
}

/// 04:02: attempts on the trail; refused from the member, done from the
/// management account.
fn attack_on_the_trail(deploy: &Actor, events: &mut Vec<Event>, seed: &mut Seed) {
    let production = Place::production(HOME);
    let home = Place::management(HOME);
    let at = |clock: &str| Second::of(&format!("2026-03-11T{clock}Z"));
    let hands = Actor::direct(
        BACKDOOR.with_key(&backdoor_key()),
        INTRUDER,
        agent::INTRUDER,
    );
    let trail = json!({"name": trail_arn()});
    let member = format!(
        "The operation is not permitted: trail {} belongs to an organization, and this account is not its management account.",
        trail_arn()
    );
    let error = "NotOrganizationMasterAccountException";
    let scp = format!(
        "User: {} is not authorized to perform: guardduty:DeleteDetector with an explicit deny in a service control policy",
        BACKDOOR.arn()
    );
    let from_member = [
        (
            Call::new(production, "cloudtrail", "DescribeTrails", at("04:01:48")),
            "the trail seen from the member",
        ),
        (
            Call::new(production, "cloudtrail", "DeleteTrail", at("04:02:19"))
                .request(trail.clone())
                .error(error, &member),
            "refused: a member cannot delete the organization's trail",
        ),
        (
            Call::new(production, "cloudtrail", "StopLogging", at("04:03:05"))
                .request(trail.clone())
                .error(error, &member),
            "refused",
        ),
        (
            Call::new(production, "guardduty", "DeleteDetector", at("04:05:30"))
                .request(json!({"detectorId": Seed::of("detector").hex(32)}))
                .error("AccessDenied", &scp),
            "refused by a service control policy",
        ),
    ];
    for (call, note) in from_member {
        events.push(call.by(&hands, seed).noted(note));
    }
    let from_management = [
        (
            Call::new(home, "cloudtrail", "GetTrailStatus", at("04:19:40")).request(trail.clone()),
            "the trail seen from the management account",
        ),
        (
            Call::new(home, "cloudtrail", "StopLogging", Second::of(LOGGING_STOPS))
                .request(trail.clone()),
            "logging stops for the whole organization",
        ),
        (
            Call::new(
                home,
                "cloudtrail",
                "StartLogging",
                Second::of(LOGGING_STARTS),
            )
            .request(trail),
            "logging starts again",
        ),
    ];
    for (call, note) in from_management {
        events.push(call.by(deploy, seed).noted(note));
    }
}

/// 04:41: a key that no record explains works on the log bucket. The trail logs
/// the bucket's own object writes, so the cover-up is on record too.
pub(super) fn cover_up(marks: &Marks) -> Vec<Event> {
    let mut seed = Seed::of("cover-up");
    let home = Place::management(HOME);
    let at = |clock: &str| Second::of(&format!("2026-03-11T{clock}Z"));
    let hands = Actor::direct(BACKUP.with_key(&backup_key()), INTRUDER, agent::INTRUDER);
    let bucket = json!({"bucketName": LOG_BUCKET});
    let put = |key: &str, size: usize, time: Second, seed: &mut Seed| {
        let mut event = Call::new(home, "s3", "PutObject", time)
            .object(LOG_BUCKET, MANAGEMENT, key)
            .by(&hands, seed);
        event.record["additionalEventData"]["bytesTransferredIn"] = json!(size);
        event
    };
    let looks = [
        (
            Call::new(home, "sts", "GetCallerIdentity", at("04:41:05")),
            "first use of a key whose making is not on record",
        ),
        (
            Call::new(home, "s3", "GetBucketVersioning", at("04:42:16")).request(bucket.clone()),
            "is the log bucket versioned? (no)",
        ),
        (
            Call::new(
                home,
                "s3",
                "GetBucketObjectLockConfiguration",
                at("04:42:40"),
            )
            .request(bucket.clone())
            .error(
                "ObjectLockConfigurationNotFoundError",
                "Object Lock configuration does not exist for this bucket",
            ),
            "is it locked? (no)",
        ),
        (
            Call::new(home, "s3", "GetBucketPolicy", at("04:43:02")).request(bucket),
            "who may write? (this user)",
        ),
    ];
    let mut events: Vec<Event> = looks
        .into_iter()
        .map(|(call, note)| call.by(&hands, &mut seed).noted(note))
        .collect();
    let gone = |key: &str, time: Second, seed: &mut Seed| {
        Call::new(home, "s3", "DeleteObject", time)
            .object(LOG_BUCKET, MANAGEMENT, key)
            .by(&hands, seed)
    };
    events.push(
        put(
            &marks.edited,
            marks.edited_bytes.len(),
            at("05:06:44"),
            &mut seed,
        )
        .noted("crime 1: a log is overwritten"),
    );
    events.push(
        gone(&marks.deleted_log, at("05:09:12"), &mut seed).noted("crime 2: a log is deleted"),
    );
    events.push(
        gone(&marks.deleted_digest, at("05:12:30"), &mut seed)
            .noted("crime 3: a digest is deleted"),
    );
    events.push(
        put(
            &marks.planted,
            marks.planted_bytes.len(),
            at("05:17:55"),
            &mut seed,
        )
        .noted("crime 4: a log is planted"),
    );
    events
}
