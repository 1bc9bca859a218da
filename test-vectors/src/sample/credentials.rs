//! Events that issue credentials, each with the actor that the credential
//! makes: the edges of a session graph.

use serde_json::{Value, json};

use super::{
    cast::{Actor, Place, Role, User},
    clock::Second,
    record::{Call, Event},
    seed::Seed,
};

/// An issuing event and who acts with the credential.
pub(super) struct Issued {
    pub(super) event: Event,
    pub(super) actor: Actor,
}

/// What is asked of `AssumeRole`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask<'a> {
    pub(super) role: Role,
    pub(super) session: &'a str,
    pub(super) seconds: i64,
}

/// The `credentials` of an answer. The session token is shortened; the secret
/// key never appears in a record.
fn credentials(key: &str, expires: Second, seed: &mut Seed) -> Value {
    json!({
        "accessKeyId": key,
        "sessionToken": format!("IQoJb3JpZ2luX2VjEXAMPLE{}", seed.hex(24)),
        "expiration": expires.spoken(),
    })
}

/// `AssumeRole` inside an account, by a person, a program or a service.
pub(super) fn assume_role(
    place: Place,
    time: Second,
    by: &Actor,
    ask: Ask<'_>,
    seed: &mut Seed,
) -> Issued {
    let Ask {
        role,
        session,
        seconds,
    } = ask;
    let key = seed.access_key("ASIA");
    let call = Call::new(place, "sts", "AssumeRole", time)
        .request(json!({
            "roleArn": role.arn(), "roleSessionName": session, "durationSeconds": seconds,
        }))
        .response(json!({
            "credentials": credentials(&key, time.after(seconds), seed),
            "assumedRoleUser": {
                "assumedRoleId": format!("{}:{session}", role.id()),
                "arn": role.session_arn(session),
            },
        }))
        .with(
            "resources",
            json!([
                {"accountId": role.account, "type": "AWS::IAM::Role", "ARN": role.arn()},
            ]),
        )
        .with(
            "additionalEventData",
            json!({
                "RequestDetails": {"awsServingRegion": place.region, "endpointType": "regional"},
            }),
        );
    let event = call.by(by, seed);
    let identity = role.in_session(session, &key, time);
    let actor = Actor {
        identity,
        ..by.clone()
    };
    Issued { event, actor }
}

/// `AssumeRole` into another account: the caller's copy and the target's. Both
/// carry the same `sharedEventID` and `requestID`; the target sees of the
/// caller only account and identifier.
pub(super) fn assume_role_across(
    place: Place,
    time: Second,
    by: &Actor,
    ask: Ask<'_>,
    seed: &mut Seed,
) -> (Issued, Event) {
    let mut issued = assume_role(place, time, by, ask, seed);
    issued.event.record["sharedEventID"] = json!(seed.uuid());
    let mut copy = issued.event.clone();
    copy.place = Place {
        account: ask.role.account,
        region: place.region,
    };
    copy.record["userIdentity"] = json!({
        "type": "AWSAccount",
        "principalId": by.identity["principalId"],
        "accountId": by.identity["accountId"],
    });
    copy.record["eventID"] = json!(seed.uuid());
    copy.record["recipientAccountId"] = json!(ask.role.account);
    (issued, copy)
}

/// `AssumeRoleWithSAML`: what Identity Center does for a portal user.
pub(super) fn assume_role_with_saml(
    place: Place,
    time: Second,
    person: &str,
    role: Role,
    address: &str,
    seed: &mut Seed,
) -> Issued {
    let key = seed.access_key("ASIA");
    let provider = format!(
        "arn:aws:iam::{}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE",
        place.account
    );
    let identity = json!({
        "type": "SAMLUser", "principalId": format!("{}:{person}", seed.text("abcdefghijklmnop", 12)),
        "userName": person, "identityProvider": provider,
    });
    let event = Call::new(place, "sts", "AssumeRoleWithSAML", time)
        .request(json!({
            "sAMLAssertionID": format!("_{}", seed.uuid()), "roleSessionName": person,
            "roleArn": role.arn(), "principalArn": provider, "durationSeconds": 3600,
        }))
        .response(json!({
            "credentials": credentials(&key, time.after(3_600), seed),
            "assumedRoleUser": {
                "assumedRoleId": format!("{}:{person}", role.id()),
                "arn": role.session_arn(person),
            },
            "subject": person, "subjectType": "persistent",
            "issuer": "https://portal.sso.us-east-1.amazonaws.com/saml/assertion/EXAMPLE",
            "audience": "https://signin.aws.amazon.com/saml",
        }))
        .with(
            "resources",
            json!([
                {"accountId": role.account, "type": "AWS::IAM::Role", "ARN": role.arn()},
                {"accountId": role.account, "type": "AWS::IAM::SAMLProvider", "ARN": provider},
            ]),
        )
        .by(
            &Actor::direct(identity, address, super::cast::agent::JAVA),
            seed,
        );
    let actor = Actor::console(role.in_session(person, &key, time), address);
    Issued { event, actor }
}

/// `AssumeRoleWithWebIdentity`: hosted runners and Kubernetes pods.
pub(super) fn assume_role_with_web_identity(
    place: Place,
    time: Second,
    provider: &str,
    subject: &str,
    ask: Ask<'_>,
    seed: &mut Seed,
) -> Issued {
    let Ask {
        role,
        session,
        seconds,
    } = ask;
    let key = seed.access_key("ASIA");
    let provider_arn = format!("arn:aws:iam::{}:oidc-provider/{provider}", place.account);
    let identity = json!({
        "type": "WebIdentityUser",
        "principalId": format!("{provider_arn}:sts.amazonaws.com:{subject}"),
        "userName": subject, "identityProvider": provider_arn,
    });
    let (address, agent) = if provider.starts_with("token.") {
        (super::cast::RUNNER_ADDRESS, super::cast::agent::ACTIONS)
    } else {
        ("10.20.31.7", super::cast::agent::GO)
    };
    let event = Call::new(place, "sts", "AssumeRoleWithWebIdentity", time)
        .request(
            json!({"roleArn": role.arn(), "roleSessionName": session, "durationSeconds": seconds}),
        )
        .response(json!({
            "credentials": credentials(&key, time.after(seconds), seed),
            "subjectFromWebIdentityToken": subject,
            "assumedRoleUser": {
                "assumedRoleId": format!("{}:{session}", role.id()),
                "arn": role.session_arn(session),
            },
            "provider": provider_arn, "audience": "sts.amazonaws.com",
        }))
        .with(
            "resources",
            json!([
                {"accountId": role.account, "type": "AWS::IAM::Role", "ARN": role.arn()},
            ]),
        )
        .with(
            "additionalEventData",
            json!({
                "identityProviderConnectionVerificationMethod": "IAMTrustStore",
                "RequestDetails": {"awsServingRegion": place.region, "endpointType": "regional"},
            }),
        )
        .by(&Actor::direct(identity, address, agent), seed);
    let mut identity = role.in_session(session, &key, time);
    identity["sessionContext"]["webIdFederationData"] = json!({
        "federatedProvider": provider_arn, "attributes": {},
    });
    Issued {
        event,
        actor: Actor::direct(identity, address, agent),
    }
}

/// `GetSessionToken` with a second factor: a temporary key of the same user.
pub(super) fn session_token(
    place: Place,
    time: Second,
    user: User,
    address: &str,
    seed: &mut Seed,
) -> Issued {
    let key = seed.access_key("ASIA");
    let agent = super::cast::agent::CLI_MAC;
    let event = Call::new(place, "sts", "GetSessionToken", time)
        .request(json!({
            "serialNumber": format!("arn:aws:iam::{}:mfa/{}", user.account, user.name),
            "durationSeconds": 14_400,
        }))
        .response(json!({"credentials": credentials(&key, time.after(14_400), seed)}))
        .by(
            &Actor::direct(user.with_key(&user.key()), address, agent),
            seed,
        );
    let actor = Actor::direct(user.in_session(&key, time, "true"), address, agent);
    Issued { event, actor }
}

/// `GetFederationToken`: a federated user of the broker.
pub(super) fn federation_token(
    place: Place,
    time: Second,
    broker: User,
    name: &str,
    seed: &mut Seed,
) -> Issued {
    let key = seed.access_key("ASIA");
    let (address, agent) = (super::cast::PARTNER_ADDRESS, super::cast::agent::BOTO);
    let arn = format!("arn:aws:sts::{}:federated-user/{name}", broker.account);
    let event = Call::new(place, "sts", "GetFederationToken", time)
        .request(json!({"name": name, "durationSeconds": 3600}))
        .response(json!({
            "credentials": credentials(&key, time.after(3_600), seed),
            "federatedUser": {
                "federatedUserId": format!("{}:{name}", broker.account), "arn": arn,
            },
            "packedPolicySize": 6,
        }))
        .by(
            &Actor::direct(broker.with_key(&broker.key()), address, agent),
            seed,
        );
    let identity = json!({
        "type": "FederatedUser", "principalId": format!("{}:{name}", broker.account),
        "arn": arn, "accountId": broker.account, "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {
                "type": "IAMUser", "principalId": broker.id(), "arn": broker.arn(),
                "accountId": broker.account, "userName": broker.name,
            },
            "attributes": {"creationDate": time.rfc3339(), "mfaAuthenticated": "false"},
        },
    });
    Issued {
        event,
        actor: Actor::direct(identity, address, agent),
    }
}

/// `CreateAccessKey`: a long-term key for a user.
pub(super) fn create_access_key(
    place: Place,
    time: Second,
    by: &Actor,
    user: User,
    key: &str,
    seed: &mut Seed,
) -> Event {
    Call::new(place, "iam", "CreateAccessKey", time)
        .request(json!({"userName": user.name}))
        .response(json!({"accessKey": {
            "userName": user.name, "accessKeyId": key, "status": "Active",
            "createDate": time.spoken(),
        }}))
        .by(by, seed)
}
