//! People at work: console and command line, users and portal sessions, root.

use serde_json::{Value, json};

use crate::sample::{
    cast::{
        Actor, BACKUP, BACKUP_ADDRESS, CI_KEY, DIEGO, HOME, IRELAND, LOG_BUCKET, MANAGEMENT, MARY,
        OFFICE, ORG_ACCESS, PRODUCTION, Place, Role, SYDNEY, User, VPN, Way, agent,
    },
    clock::Second,
    credentials::{assume_role_with_saml, session_token},
    intrusion::{backdoor_key, backup_key, mined},
    record::{Call, Event},
    seed::Seed,
};

/// The role that Identity Center hands to administrators.
fn portal_role(account: &'static str) -> Role {
    Role::new(
        account,
        "/aws-reserved/sso.amazonaws.com/",
        "AWSReservedSSO_PlatformAdmin_0123456789abcdef",
    )
}

/// Both days.
pub(super) fn days() -> Vec<Event> {
    let mut events = Vec::new();
    let mut seed = Seed::of("people");
    for day in ["2026-03-10T", "2026-03-11T"] {
        let at = |clock: &str| Second::of(&format!("{day}{clock}Z"));
        events.extend(mary_in_the_console(at("09:04:12"), &mut seed));
        events.extend(mary_on_the_command_line(at("13:31:47"), &mut seed));
        events.extend(diego_mistypes(at("08:47:03"), &mut seed));
        for (person, account, clock) in [
            ("saanvi.sarkar", MANAGEMENT, "07:55:21"),
            ("li.juan", PRODUCTION, "08:20:40"),
            ("kwaku.mensah", PRODUCTION, "11:12:09"),
            ("akua.mansa", PRODUCTION, "14:40:33"),
            ("saanvi.sarkar", PRODUCTION, "16:02:18"),
        ] {
            events.extend(portal_session(person, account, at(clock), &mut seed));
        }
        events.extend(nightly_backup(at("01:30:04"), &mut seed));
    }
    events.extend(root_of_the_organization(&mut seed));
    events.extend(response(&mut seed));
    events
}

/// The record of a sign-in.
fn console_login(
    place: Place,
    time: Second,
    identity: Value,
    address: &str,
    mfa: &str,
) -> (Call, Actor) {
    let actor = Actor {
        way: Way::Direct,
        agent: agent::BROWSER.to_owned(),
        ..Actor::console(identity, address)
    };
    let call = Call::new(place, "signin", "ConsoleLogin", time)
        .with("eventType", json!("AwsConsoleSignIn"))
        .with("readOnly", json!(false))
        .response(json!({"ConsoleLogin": "Success"}))
        .with("additionalEventData", json!({
            "LoginTo": "https://console.aws.amazon.com/console/home?region=us-east-1&state=hashArgsFromTB_us-east-1_EXAMPLE",
            "MobileVersion": "No", "MFAUsed": mfa,
        }));
    (call, actor)
}

/// `userIdentity` of an IAM user at sign-in: no key.
fn at_sign_in(user: User) -> Value {
    json!({
        "type": "IAMUser", "principalId": user.id(), "arn": user.arn(),
        "accountId": user.account, "userName": user.name,
    })
}

/// Mary signs in with her second factor, looks around and switches role.
fn mary_in_the_console(time: Second, seed: &mut Seed) -> Vec<Event> {
    let place = Place::management(HOME);
    let (login, actor) = console_login(place, time, at_sign_in(MARY), OFFICE, "Yes");
    let identity = MARY.in_session(&seed.access_key("ASIA"), time, "true");
    let console = Actor::console(identity, OFFICE);
    let production = Place::production(HOME);
    let switched = ORG_ACCESS.in_session(MARY.name, &seed.access_key("ASIA"), time.after(1_400));
    let switched = Actor::console(switched, OFFICE);
    let switch = Call::new(production, "signin", "SwitchRole", time.after(1_400))
        .with("eventType", json!("AwsConsoleSignIn"))
        .with("readOnly", json!(false))
        .response(json!({"SwitchRole": "Success"}))
        .with(
            "additionalEventData",
            json!({
                "SwitchFrom": MARY.arn(), "RedirectTo": "https://console.aws.amazon.com/s3/home",
            }),
        );
    let target = Actor {
        agent: agent::BROWSER.to_owned(),
        way: Way::Direct,
        ..switched.clone()
    };
    let mut events = vec![login.by(&actor, seed)];
    for (step, service, name) in [
        (65, "iam", "ListUsers"),
        (71, "iam", "GetAccountSummary"),
        (140, "ec2", "DescribeInstances"),
        (320, "cloudtrail", "DescribeTrails"),
        (331, "cloudtrail", "GetTrailStatus"),
        (655, "organizations", "ListAccounts"),
    ] {
        events.push(Call::new(place, service, name, time.after(step)).by(&console, seed));
    }
    events.push(switch.by(&target, seed));
    for (step, service, name) in [
        (1_460, "s3", "ListBuckets"),
        (1_515, "s3", "GetBucketPolicy"),
        (1_630, "config", "DescribeConfigRules"),
    ] {
        events.push(Call::new(production, service, name, time.after(step)).by(&switched, seed));
    }
    events
}

/// Mary takes a session with her second factor for the command line.
fn mary_on_the_command_line(time: Second, seed: &mut Seed) -> Vec<Event> {
    let place = Place::management(HOME);
    let issued = session_token(place, time, MARY, VPN, seed);
    let mut events = vec![issued.event];
    for (step, service, name) in [
        (40, "sts", "GetCallerIdentity"),
        (66, "organizations", "DescribeOrganization"),
        (98, "iam", "ListAccessKeys"),
        (180, "cloudtrail", "ListPublicKeys"),
    ] {
        events.push(Call::new(place, service, name, time.after(step)).by(&issued.actor, seed));
    }
    let ireland = Place::management(IRELAND);
    events.push(
        Call::new(ireland, "cloudtrail", "ListPublicKeys", time.after(190)).by(&issued.actor, seed),
    );
    events
}

/// Diego mistypes his password, then his name, then gets in.
fn diego_mistypes(time: Second, seed: &mut Seed) -> Vec<Event> {
    let place = Place::management(HOME);
    let failure = |time: Second, message: &str, identity: Value, seed: &mut Seed| {
        let (call, actor) = console_login(place, time, identity, VPN, "No");
        let mut event = call.with("errorMessage", json!(message)).by(&actor, seed);
        event.record["responseElements"] = json!({"ConsoleLogin": "Failure"});
        event
    };
    let unknown = json!({
        "type": "IAMUser", "accountId": MANAGEMENT, "accessKeyId": "",
        "userName": "HIDDEN_DUE_TO_SECURITY_REASONS",
    });
    let first = failure(time, "Failed authentication", at_sign_in(DIEGO), seed);
    let second = failure(
        time.after(19),
        "No username found in supplied account",
        unknown,
        seed,
    );
    let (login, actor) = console_login(place, time.after(44), at_sign_in(DIEGO), VPN, "Yes");
    let third = login.by(&actor, seed);
    let identity = DIEGO.in_session(&seed.access_key("ASIA"), time.after(44), "true");
    let console = Actor::console(identity, VPN);
    let refused = Call::new(place, "iam", "ListUsers", time.after(120)).error("AccessDenied", &format!(
        "User: {} is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::{MANAGEMENT}:user/ because no identity-based policy allows the iam:ListUsers action",
        DIEGO.arn(),
    ));
    // `aws login` hands the console session to the command line.
    let token = Call::new(place, "signin", "CreateOAuth2Token", time.after(300))
        .with("eventType", json!("AwsConsoleSignIn"))
        .with(
            "additionalEventData",
            json!({"client_id": "arn:aws:signin:::devtools/same-device", "success": "true"}),
        );
    vec![
        first,
        second,
        third,
        refused.by(&console, seed),
        token.by(
            &Actor {
                agent: agent::CLI_MAC.to_owned(),
                way: Way::Direct,
                ..console
            },
            seed,
        ),
    ]
}

/// A portal user's session in an account: SAML, console, reads and a change.
fn portal_session(
    person: &str,
    account: &'static str,
    time: Second,
    seed: &mut Seed,
) -> Vec<Event> {
    let place = Place {
        account,
        region: HOME,
    };
    let issued = assume_role_with_saml(place, time, person, portal_role(account), VPN, seed);
    let (login, actor) = console_login(
        place,
        time.after(3),
        issued.actor.identity.clone(),
        VPN,
        "No",
    );
    let mut events = vec![issued.event, login.by(&actor, seed)];
    for step in 1..=4 + seed.below(4) {
        let (service, name) = seed.pick(&[
            ("ec2", "DescribeInstances"),
            ("rds", "DescribeDBClusters"),
            ("logs", "DescribeLogGroups"),
            ("cloudwatch", "DescribeAlarms"),
            ("eks", "ListClusters"),
            ("lambda", "ListFunctions20150331"),
            ("s3", "ListBuckets"),
            ("elasticloadbalancing", "DescribeTargetHealth"),
        ]);
        let region = if account == PRODUCTION && step % 2 == 0 {
            IRELAND
        } else {
            HOME
        };
        let place = Place { account, region };
        let when = time.after(step * 87 + seed.below(40));
        events.push(Call::new(place, service, name, when).by(&issued.actor, seed));
    }
    if account == PRODUCTION {
        let place = Place {
            account,
            region: IRELAND,
        };
        let rule = json!({
            "groupId": "sg-0f1e2d3c4b5a69788",
            "ipPermissions": {"items": [{"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "ipRanges": {"items": [{"cidrIp": "10.20.0.0/16"}]}}]},
        });
        events.push(
            Call::new(
                place,
                "ec2",
                "AuthorizeSecurityGroupIngress",
                time.after(611),
            )
            .request(rule)
            .response(json!({"_return": true}))
            .by(&issued.actor, seed),
        );
    }
    events
}

/// The backup server checks the log bucket every night: how `backup-operator`
/// looks when it is itself.
fn nightly_backup(time: Second, seed: &mut Seed) -> Vec<Event> {
    let place = Place::management(HOME);
    let actor = Actor::direct(BACKUP.with_key(&BACKUP.key()), BACKUP_ADDRESS, agent::BOTO);
    let mut events = Vec::new();
    for (step, service, name) in [
        (0, "sts", "GetCallerIdentity"),
        (2, "s3", "ListBuckets"),
        (5, "s3", "GetBucketVersioning"),
        (9, "s3", "GetBucketReplication"),
    ] {
        let call = Call::new(place, service, name, time.after(step));
        let call = if name.starts_with("GetBucket") {
            call.request(json!({"bucketName": LOG_BUCKET}))
        } else {
            call
        };
        events.push(call.by(&actor, seed));
    }
    events
}

/// Root signs in with its second factor on the first day, and a portal
/// administrator opens a member's bucket with `AssumeRoot`. That call is not
/// logged in the target account; what the session does there is.
fn root_of_the_organization(seed: &mut Seed) -> Vec<Event> {
    let place = Place::management(HOME);
    let time = Second::of("2026-03-10T10:12:30Z");
    let root = json!({
        "type": "Root", "principalId": MANAGEMENT, "arn": format!("arn:aws:iam::{MANAGEMENT}:root"),
        "accountId": MANAGEMENT,
    });
    let (login, actor) = console_login(place, time, root.clone(), OFFICE, "Yes");
    let mut session = root;
    session["accessKeyId"] = json!(seed.access_key("ASIA"));
    session["sessionContext"] =
        json!({"attributes": {"creationDate": time.rfc3339(), "mfaAuthenticated": "true"}});
    let console = Actor::console(session, OFFICE);
    let contacts = Call::new(place, "account", "PutAlternateContact", time.after(210))
        .request(json!({"alternateContactType": "SECURITY", "emailAddress": "security@example.com", "name": "Security", "phoneNumber": "+1-202-555-0100", "title": "Security team"}));

    let start = Second::of("2026-03-10T12:20:05Z");
    let issued = assume_role_with_saml(
        place,
        start,
        "saanvi.sarkar",
        portal_role(MANAGEMENT),
        OFFICE,
        seed,
    );
    let direct = Actor::direct(issued.actor.identity.clone(), OFFICE, agent::CLI_MAC);
    let key = seed.access_key("ASIA");
    let when = start.after(45);
    let assume = Call::new(place, "sts", "AssumeRoot", when)
        .with("readOnly", json!(false))
        .request(json!({
            "targetPrincipal": PRODUCTION, "durationSeconds": 900,
            "taskPolicyArn": {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"},
        }))
        .response(json!({"credentials": {
            "accessKeyId": key, "sessionToken": "IQoJb3JpZ2luX2VjEXAMPLEROOT", "expiration": when.after(900).spoken(),
        }}));
    let assumed = json!({
        "type": "Root", "principalId": PRODUCTION, "arn": format!("arn:aws:iam::{PRODUCTION}:root"),
        "accountId": PRODUCTION, "accessKeyId": key,
        "sessionContext": {
            "attributes": {"creationDate": when.rfc3339(), "mfaAuthenticated": "false"},
            "assumedRoot": "true",
        },
    });
    let unlock = Call::new(
        Place::production(HOME),
        "s3",
        "DeleteBucketPolicy",
        when.after(31),
    )
    .request(json!({"bucketName": "example-artifacts", "policy": ""}));
    vec![
        login.by(&actor, seed),
        contacts.by(&console, seed),
        issued.event,
        assume.by(&direct, seed),
        unlock.by(&Actor::direct(assumed, OFFICE, agent::CLI_MAC), seed),
    ]
}

/// The morning after: the administrators shut the doors.
fn response(seed: &mut Seed) -> Vec<Event> {
    let home = Place::management(HOME);
    let production = Place::production(HOME);
    let start = Second::of("2026-03-11T09:40:11Z");
    let admin = |place: Place, time: Second, seed: &mut Seed| {
        assume_role_with_saml(
            place,
            time,
            "saanvi.sarkar",
            portal_role(place.account),
            OFFICE,
            seed,
        )
    };
    let first = admin(home, start, seed);
    let second = admin(production, start.after(600), seed);
    let user = |name: &str| json!({"userName": name});
    let off =
        |name: &str, key: &str| json!({"userName": name, "accessKeyId": key, "status": "Inactive"});
    let ci = Call::new(home, "iam", "UpdateAccessKey", start.after(75))
        .request(off("ci-deploy", CI_KEY));
    let keys =
        Call::new(home, "iam", "ListAccessKeys", start.after(190)).request(user("backup-operator"));
    let backup = Call::new(home, "iam", "UpdateAccessKey", start.after(241))
        .request(off("backup-operator", &backup_key()));
    let gone = Call::new(production, "iam", "UpdateAccessKey", start.after(660))
        .request(off("svc-metrics-sync", &backdoor_key()));
    let versioning = Call::new(home, "s3", "PutBucketVersioning", start.after(420)).request(json!({
        "bucketName": LOG_BUCKET, "versioning": "", "VersioningConfiguration": {"Status": "Enabled"},
    }));
    let instances: Vec<_> = mined().iter().map(|id| json!({"instanceId": id})).collect();
    let sydney = Place::production(SYDNEY);
    let stop = Call::new(sydney, "ec2", "TerminateInstances", start.after(812))
        .request(json!({"instancesSet": {"items": instances}}))
        .response(json!({"instancesSet": {"items": instances}}));
    let (ours, theirs) = (first.actor, second.actor);
    vec![
        first.event,
        ci.by(&ours, seed).noted("the leaked key is switched off"),
        keys.by(&ours, seed),
        backup
            .by(&ours, seed)
            .noted("the key without a recorded origin is switched off"),
        versioning.by(&ours, seed),
        second.event,
        gone.by(&theirs, seed)
            .noted("the backdoor user's key is switched off"),
        stop.by(&theirs, seed)
            .noted("the intruder's instances are ended"),
    ]
}
