//! Pipelines: Terraform through the CI user's key, hosted runners through
//! OpenID Connect. The first is what the intruder imitates.

use serde_json::json;

use crate::sample::{
    cast::{
        Actor, CI_ADDRESS, CI_DEPLOY, CI_KEY, DEPLOY_ROLE, HOME, IRELAND, Place, Role,
        TERRAFORM_ROLE, agent,
    },
    clock::Second,
    credentials::{Ask, assume_role, assume_role_across, assume_role_with_web_identity},
    record::{Call, Event},
    seed::Seed,
};

/// Both days.
pub(super) fn days() -> Vec<Event> {
    let mut seed = Seed::of("pipelines");
    let mut events = Vec::new();
    let mut run = 8_812;
    for day in ["2026-03-10T", "2026-03-11T"] {
        // On the second day the pipelines stop once the key is off.
        let clocks: &[&str] = if day.contains("11T") {
            &["00:40:10", "07:15:33", "08:31:02"]
        } else {
            &[
                "00:40:10", "07:15:33", "08:31:02", "10:44:51", "13:05:27", "15:52:36", "18:20:14",
                "21:10:45",
            ]
        };
        for clock in clocks {
            run += 3;
            let time = Second::of(&format!("{day}{clock}Z"));
            events.extend(terraform(time, run, &mut seed));
        }
        for clock in ["06:05:12", "09:22:48", "11:47:05", "14:15:31", "17:33:19"] {
            let time = Second::of(&format!("{day}{clock}Z"));
            events.extend(hosted_runner(time, &mut seed));
        }
    }
    events
}

/// `terraform apply` in both accounts.
fn terraform(time: Second, run: i64, seed: &mut Seed) -> Vec<Event> {
    let home = Place::management(HOME);
    let user = Actor::direct(CI_DEPLOY.with_key(CI_KEY), CI_ADDRESS, agent::TERRAFORM);
    let session = format!("ci-run-{run}");
    let ask = Ask {
        role: DEPLOY_ROLE,
        session: &session,
        seconds: 3_600,
    };
    let deploy = assume_role(home, time.after(1), &user, ask, seed);
    let ask = Ask {
        role: TERRAFORM_ROLE,
        session: &session,
        seconds: 3_600,
    };
    let (across, copy) = assume_role_across(home, time.after(4), &deploy.actor, ask, seed);
    let mut events = vec![
        Call::new(home, "sts", "GetCallerIdentity", time).by(&user, seed),
        deploy.event,
        across.event,
        copy,
    ];
    for (step, service, name) in [
        (7, "iam", "GetRole"),
        (8, "iam", "ListRolePolicies"),
        (9, "s3", "GetBucketVersioning"),
        (10, "kms", "DescribeKey"),
        (12, "cloudtrail", "DescribeTrails"),
    ] {
        events.push(Call::new(home, service, name, time.after(step)).by(&deploy.actor, seed));
    }
    let ireland = Place::production(IRELAND);
    for (step, service, name) in [
        (14, "ec2", "DescribeSubnets"),
        (15, "ec2", "DescribeRouteTables"),
        (16, "rds", "DescribeDBSubnetGroups"),
        (17, "eks", "DescribeCluster"),
    ] {
        events.push(Call::new(ireland, service, name, time.after(step)).by(&across.actor, seed));
    }
    let production = Place::production(HOME);
    for (step, name) in [(18, "GetPolicy"), (19, "GetPolicyVersion")] {
        events.push(Call::new(production, "iam", name, time.after(step)).by(&across.actor, seed));
    }
    events.push(
        Call::new(ireland, "ec2", "CreateTags", time.after(31))
            .request(json!({"resourcesSet": {"items": [{"resourceId": "vpc-0a1b2c3d4e5f60718"}]}, "tagSet": {"items": [{"key": "run", "value": session}]}}))
            .response(json!({"_return": true}))
            .by(&across.actor, seed),
    );
    events
}

/// A hosted runner builds and ships a function.
fn hosted_runner(time: Second, seed: &mut Seed) -> Vec<Event> {
    let place = Place::production(IRELAND);
    let role = Role::new(place.account, "/ci/", "GitHubActionsDeploy");
    let ask = Ask {
        role,
        session: "GitHubActions",
        seconds: 3_600,
    };
    let subject = "repo:example/orders:ref:refs/heads/main";
    let provider = "token.actions.githubusercontent.com";
    let issued = assume_role_with_web_identity(place, time, provider, subject, ask, seed);
    let digest = seed.hex(64);
    vec![
        issued.event,
        Call::new(place, "sts", "GetCallerIdentity", time.after(1)).by(&issued.actor, seed),
        Call::new(place, "ecr", "GetAuthorizationToken", time.after(9)).by(&issued.actor, seed),
        Call::new(place, "ecr", "PutImage", time.after(95))
            .request(json!({"repositoryName": "orders", "registryId": place.account, "imageTag": seed.hex(12)}))
            .response(json!({"image": {"repositoryName": "orders", "registryId": place.account, "imageId": {"imageDigest": format!("sha256:{digest}")}}}))
            .by(&issued.actor, seed),
        Call::new(place, "lambda", "UpdateFunctionCode20150331v2", time.after(121))
            .request(json!({"functionName": "order-events", "publish": true, "dryRun": false}))
            .response(json!({"functionName": "order-events", "runtime": "provided.al2023", "version": "41", "codeSha256": digest}))
            .by(&issued.actor, seed),
    ]
}
