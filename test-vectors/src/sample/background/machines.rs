//! Workloads: functions, instances, clusters and the objects they touch.

use serde_json::json;

use crate::sample::{
    cast::{
        Actor, BROKER, CUSTOMER_BUCKET, PARTNER, PARTNER_ADDRESS, PRODUCTION, Place, Role, agent,
    },
    clock::Second,
    credentials::{Ask, assume_role, assume_role_with_web_identity, federation_token},
    record::{Call, Event},
    seed::Seed,
};

/// A function runs: Lambda takes its role, the function uses it.
pub(super) fn function(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    let (name, role_name) = seed.pick(&[
        ("order-events", "order-events-role"),
        ("thumbnailer", "thumbnailer-role"),
        ("cost-report", "cost-report-role"),
    ]);
    let role = Role::new(place.account, "/service-role/", role_name);
    let caller = Actor::service("lambda.amazonaws.com");
    let issued = assume_role(
        place,
        time,
        &caller,
        Ask {
            role,
            session: name,
            seconds: 43_200,
        },
        seed,
    );
    let mut identity = issued.actor.identity.clone();
    identity["inScopeOf"] = json!({
        "issuerType": "AWS::Lambda::Function",
        "credentialsIssuedTo": format!("arn:aws:lambda:{}:{}:function:{name}", place.region, place.account),
    });
    let actor = Actor::direct(identity, "10.20.9.17", agent::BOTO);
    let stream = format!("{}/[$LATEST]{}", time.format("%Y/%m/%d"), seed.hex(32));
    let group = format!("/aws/lambda/{name}");
    let mut events = vec![
        issued.event,
        Call::new(place, "logs", "CreateLogStream", time.after(1))
            .request(json!({"logGroupName": group, "logStreamName": stream}))
            .by(&actor, seed),
    ];
    let call = match name {
        "order-events" => Call::new(place, "dynamodb", "DescribeTable", time.after(2))
            .request(json!({"tableName": "orders"})),
        "thumbnailer" => Call::new(place, "ssm", "GetParameter", time.after(2))
            .request(json!({"name": "/thumbnailer/sizes", "withDecryption": false})),
        _ => Call::new(place, "ce", "GetCostAndUsage", time.after(2))
            .request(json!({"granularity": "DAILY", "metrics": ["UnblendedCost"]})),
    };
    let call = if name == "cost-report" && place.account == PRODUCTION {
        call.error("AccessDenied", &format!(
            "User: {} is not authorized to perform: ce:GetCostAndUsage on resource: * because no identity-based policy allows the ce:GetCostAndUsage action",
            role.session_arn(name),
        ))
    } else {
        call
    };
    events.push(call.by(&actor, seed));
    events
}

/// An instance with its role. No principal of the account assumes it: the
/// session is named after the instance.
pub(super) fn instance(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    let number = seed.below(3);
    // Its credentials are renewed every six hours.
    let renewed = Second(time.0.div_euclid(21_600) * 21_600 - 600 * number);
    let instance = Seed::of(&format!("instance/{}/{number}", place.label())).hex(16);
    let instance = format!("i-0{instance}");
    let key = Seed::of(&format!("{instance}/{}", renewed.0)).access_key("ASIA");
    let role = Role::new(place.account, "/", "web-instance");
    let mut identity = role.in_session(&instance, &key, renewed);
    identity["sessionContext"]["ec2RoleDelivery"] = json!("2.0");
    let actor = Actor::direct(identity, "10.20.12.31", agent::GO);
    let mut events = vec![
        Call::new(place, "ssm", "UpdateInstanceInformation", time)
            .request(json!({"instanceId": instance, "agentVersion": "3.3.3050.0", "agentStatus": "Active", "platformType": "Linux", "platformName": "Amazon Linux", "platformVersion": "2023"}))
            .by(&actor, seed),
        Call::new(place, "ecr", "GetAuthorizationToken", time.after(6)).by(&actor, seed),
    ];
    if seed.below(2) == 0 {
        let call = Call::new(place, "ec2", "DescribeTags", time.after(8))
            .request(json!({"filterSet": {"items": [{"name": "resource-id", "valueSet": {"items": [{"value": instance}]}}]}}));
        let call = if seed.below(4) == 0 {
            call.error("Client.RequestLimitExceeded", "Request limit exceeded.")
        } else {
            call
        };
        events.push(call.by(&actor, seed));
    }
    events
}

/// A pod takes a role with its service account's token.
pub(super) fn pod(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    let provider = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";
    let role = Role::new(place.account, "/eks/", "orders-pod");
    let ask = Ask {
        role,
        session: "botocore-session-orders",
        seconds: 3_600,
    };
    let subject = "system:serviceaccount:orders:orders-api";
    let issued = assume_role_with_web_identity(place, time, provider, subject, ask, seed);
    let call = seed.pick(&["ListQueues", "GetQueueAttributes"]);
    vec![
        issued.event,
        Call::new(place, "sqs", call, time.after(2)).by(&issued.actor, seed),
    ]
}

/// The cluster's control plane and its network plug-in.
pub(super) fn cluster(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    let role = Role::new(place.account, "/", "eks-cluster-role");
    let caller = Actor::service("eks.amazonaws.com");
    let issued = assume_role(
        place,
        time,
        &caller,
        Ask {
            role,
            session: "aws-go-sdk-orders",
            seconds: 900,
        },
        seed,
    );
    let actor = issued.actor.invoked_by("eks.amazonaws.com");
    vec![
        issued.event,
        Call::new(place, "ec2", "DescribeNetworkInterfaces", time.after(1))
            .request(json!({"networkInterfaceIdSet": {}, "filterSet": {"items": [{"name": "tag:cluster.k8s.amazonaws.com/name", "valueSet": {"items": [{"value": "orders"}]}}]}}))
            .by(&actor, seed),
    ]
}

/// The export job writes and reads customer objects: the honest traffic of the
/// bucket that the intruder reads later.
pub(super) fn customer_objects(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    let role = Role::new(place.account, "/app/", "CustomerExport");
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
    let actor = Actor::direct(issued.actor.identity.clone(), "10.20.14.60", agent::JAVA);
    let endpoint = json!("vpce-0a1b2c3d4e5f67890");
    let mut events = vec![issued.event];
    let folder = time.format("%Y/%m/%d/%H");
    for part in 0..1 + seed.below(3) {
        let key = format!("exports/{folder}/part-{part:04}.parquet");
        let name = seed.pick(&["PutObject", "GetObject", "HeadObject"]);
        events.push(
            Call::new(place, "s3", name, time.after(3 + part))
                .object(CUSTOMER_BUCKET, PRODUCTION, &key)
                .with("vpcEndpointId", endpoint.clone())
                .with("vpcEndpointAccountId", json!(PRODUCTION))
                .by(&actor, seed),
        );
    }
    events
}

/// A partner's account reads what was put out for it, and tries what was not:
/// S3 hides the caller's account in the refusal.
pub(super) fn partner_objects(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    let id = Seed::of("partner").principal("AROA");
    let identity =
        json!({"type": "AWSAccount", "principalId": format!("{id}:sync"), "accountId": PARTNER});
    let actor = Actor::direct(identity, PARTNER_ADDRESS, agent::BOTO);
    let key = format!("partner/outbound/{}.csv", time.format("%Y-%m-%d"));
    let allowed = Call::new(place, "s3", "GetObject", time)
        .object(CUSTOMER_BUCKET, PRODUCTION, &key)
        .with("sharedEventID", json!(seed.uuid()));
    let mut events = vec![allowed.by(&actor, seed)];
    if seed.below(2) == 0 {
        let hidden = json!({"type": "AWSAccount", "principalId": "", "accountId": ""});
        let refused = Call::new(place, "s3", "GetObject", time.after(4))
            .object(CUSTOMER_BUCKET, PRODUCTION, "partner/inbound/index.csv")
            .error("AccessDenied", "Access Denied");
        events.push(refused.by(&Actor::direct(hidden, PARTNER_ADDRESS, agent::BOTO), seed));
    }
    events
}

/// A broker hands a partner a federation token; the partner uploads.
pub(super) fn federated_upload(place: Place, time: Second, seed: &mut Seed) -> Vec<Event> {
    let issued = federation_token(place, time, BROKER, "partner-upload", seed);
    let key = format!("partner/inbound/{}.csv", time.format("%Y-%m-%dT%H%M"));
    vec![
        issued.event,
        Call::new(place, "s3", "PutObject", time.after(20))
            .object(CUSTOMER_BUCKET, PRODUCTION, &key)
            .by(&issued.actor, seed),
    ]
}
