//! One test for each kind of issuing event, and for each basis of a link.

use serde_json::{Value, json};
use trailseal_forensics::session::{End, IssueKind, Query, Subject};

use super::support::{
    ACCOUNT, OTHER, assumed, graph, record, role, steps, tree, user, user_session, whois, with,
};

const LONG: &str = "AKIAIOSFODNN7EXAMPLE";
const TEMP: &str = "ASIAIOSFODNN7EXAMPLE";
const NEXT: &str = "ASIAI44QH8DHBEXAMPLE";

fn credentials(key: &str) -> Value {
    json!({"credentials": {"accessKeyId": key, "expiration": "Mar 11, 2026, 3:00:00 AM"}})
}

#[test]
fn assume_role_chained() {
    let graph = graph(&[
        with(
            record("sts:AssumeRole", "02:00:00", user(LONG)),
            assumed("a", TEMP),
        ),
        with(
            record("sts:AssumeRole", "02:10:00", role("a", TEMP, "02:00:00")),
            assumed("b", NEXT),
        ),
        record("s3:ListBuckets", "02:20:00", role("b", NEXT, "02:10:00")),
    ]);
    let chain = whois(&graph, NEXT);
    assert_eq!(
        steps(&chain),
        [
            "b used ASIAI44QH8DHBEXAMPLE",
            "a AssumeRole (Credential, Strong)",
            "a used ASIAIOSFODNN7EXAMPLE (Credential, Strong)",
            "mary.major AssumeRole (Credential, Strong)",
            "mary.major used AKIAIOSFODNN7EXAMPLE (Credential, Strong)",
        ]
    );
    assert!(matches!(chain.end, End::LongTermKey { .. }));
    let traced = graph.resolve().trace(&Query::parse(LONG).unwrap());
    assert_eq!(
        tree(&traced),
        [
            "mary.major used AKIAIOSFODNN7EXAMPLE",
            "  mary.major AssumeRole (Credential, Strong)",
            "    a used ASIAIOSFODNN7EXAMPLE (Credential, Strong)",
            "      a AssumeRole (Credential, Strong)",
            "        b used ASIAI44QH8DHBEXAMPLE (Credential, Strong)",
        ]
    );
}

#[test]
fn copies_of_one_action_are_one_edge() {
    let shared = json!({"sharedEventID": "7f8a"});
    let caller = with(
        with(
            record("sts:AssumeRole", "02:00:00", role("a", TEMP, "01:59:00")),
            assumed("b", NEXT),
        ),
        shared.clone(),
    );
    let reduced = json!({"type": "AWSAccount", "principalId": "AROADBQP57FF2AEXAMPLE:a",
        "accountId": ACCOUNT});
    let target = with(
        with(
            record("sts:AssumeRole", "02:00:00", reduced),
            assumed("b", NEXT),
        ),
        with(
            shared,
            json!({"eventID": "other", "recipientAccountId": OTHER}),
        ),
    );
    for records in [
        [caller.clone(), target.clone()],
        [target.clone(), caller.clone()],
    ] {
        let graph = graph(&records);
        let issues: Vec<_> = graph.issues().collect();
        assert_eq!((issues.len(), issues[0].copies.len()), (1, 2));
        let issuer = issues[0].issuer().unwrap();
        assert_eq!(issuer.credential.as_ref().unwrap().as_str(), TEMP);
        assert!(!issues[0].is_contradictory());
    }
    // The target's copy alone names the caller by principal only.
    let alone = graph(&[
        target,
        record("s3:ListBuckets", "01:59:30", role("a", TEMP, "01:59:00")),
    ]);
    assert_eq!(
        steps(&whois(&alone, NEXT)),
        [
            "a AssumeRole",
            "a used ASIAIOSFODNN7EXAMPLE (PrincipalAndTime, Likely)",
        ]
    );
}

#[test]
fn a_forged_copy_is_a_contradiction() {
    let shared = json!({"sharedEventID": "7f8a"});
    let true_one = with(
        record("sts:AssumeRole", "02:00:00", user(LONG)),
        assumed("a", TEMP),
    );
    let forged = with(
        record("sts:AssumeRole", "02:00:00", role("x", NEXT, "01:00:00")),
        with(assumed("a", TEMP), json!({"eventID": "forged"})),
    );
    let graph = graph(&[with(true_one, shared.clone()), with(forged, shared)]);
    assert!(graph.issues().next().unwrap().is_contradictory());
}

#[test]
fn saml() {
    let saml = json!({"type": "SAMLUser", "principalId": "xyz:saanvi", "userName": "saanvi",
        "identityProvider": "arn:aws:iam::111122223333:saml-provider/Corp"});
    let mut record = with(
        record("sts:AssumeRoleWithSAML", "02:00:00", saml),
        assumed("saanvi", TEMP),
    );
    record["responseElements"]["subject"] = json!("saanvi@corp.example");
    let chain = whois(&graph(&[record]), TEMP);
    let End::Subject {
        subject: Subject::Saml { subject, provider },
    } = chain.end
    else {
        panic!("{:?}", chain.end);
    };
    assert_eq!(&*subject, "saanvi@corp.example");
    assert!(provider.unwrap().ends_with("/Corp"));
}

#[test]
fn web_identity() {
    let pod = json!({"type": "WebIdentityUser", "principalId": "oidc:sts:system:pod",
        "userName": "system:pod", "identityProvider": "oidc.eks.example"});
    let issue = with(
        record("sts:AssumeRoleWithWebIdentity", "02:00:00", pod),
        assumed("pod", TEMP),
    );
    let chain = whois(
        &graph(&[
            issue,
            record("s3:GetObject", "02:01:00", role("pod", TEMP, "02:00:00")),
        ]),
        TEMP,
    );
    assert_eq!(chain.steps.len(), 2);
    let End::Subject {
        subject: Subject::WebIdentity { subject, .. },
    } = chain.end
    else {
        panic!("{:?}", chain.end);
    };
    assert_eq!(&*subject, "system:pod");
}

#[test]
fn assume_root() {
    let issue = with(
        record(
            "sts:AssumeRoot",
            "02:00:00",
            role("admin", NEXT, "01:00:00"),
        ),
        with(
            json!({"requestParameters": {"targetPrincipal": OTHER}}),
            json!({"responseElements": credentials(TEMP)}),
        ),
    );
    let root = json!({"type": "Root", "principalId": OTHER, "accountId": OTHER,
        "arn": "arn:aws:iam::444455556666:root", "accessKeyId": TEMP,
        "sessionContext": {"attributes": {"creationDate": "2026-03-11T02:00:00Z"},
            "assumedRoot": "true"}});
    let chain = whois(
        &graph(&[issue, record("s3:DeleteBucketPolicy", "02:01:00", root)]),
        TEMP,
    );
    assert_eq!(
        steps(&chain)[1..],
        [
            "admin AssumeRoot (Credential, Strong)",
            "admin used ASIAI44QH8DHBEXAMPLE (Credential, Strong)",
        ]
    );
    assert_eq!(chain.end, End::NotOnRecord);
}

#[test]
fn session_token() {
    let issue = with(
        record("sts:GetSessionToken", "02:00:00", user(LONG)),
        json!({"responseElements": credentials(TEMP)}),
    );
    let used = record("s3:ListBuckets", "02:01:00", user_session(TEMP, "02:00:00"));
    let chain = whois(&graph(&[issue, used]), TEMP);
    assert_eq!(
        steps(&chain)[1],
        "mary.major GetSessionToken (Credential, Strong)"
    );
    assert!(matches!(chain.end, End::LongTermKey { .. }));
}

#[test]
fn federation_token_and_console() {
    let arn = "arn:aws:sts::111122223333:federated-user/partner";
    let mut response = credentials(TEMP);
    response["federatedUser"] = json!({"arn": arn, "federatedUserId": "111122223333:partner"});
    let partner = |key: &str| {
        json!({"type": "FederatedUser", "principalId": "111122223333:partner", "arn": arn,
            "accountId": ACCOUNT, "accessKeyId": key,
            "sessionContext": {"attributes": {"creationDate": "2026-03-11T02:00:00Z"}}})
    };
    let graph = graph(&[
        with(
            record("sts:GetFederationToken", "02:00:00", user(LONG)),
            json!({"responseElements": response}),
        ),
        with(
            record("signin:GetSigninToken", "02:00:30", partner(TEMP)),
            json!({"responseElements": credentials(NEXT)}),
        ),
        with(
            record("signin:ConsoleLogin", "02:00:40", partner(NEXT)),
            json!({"responseElements": {"ConsoleLogin": "Success"}}),
        ),
    ]);
    assert_eq!(
        steps(&whois(&graph, NEXT)),
        [
            "111122223333:partner used ASIAI44QH8DHBEXAMPLE".replace("111122223333:partner", arn),
            format!("{arn} GetSigninToken (Credential, Strong)"),
            format!("{arn} used ASIAIOSFODNN7EXAMPLE (Credential, Strong)"),
            "mary.major GetFederationToken (Credential, Strong)".to_owned(),
            "mary.major used AKIAIOSFODNN7EXAMPLE (Credential, Strong)".to_owned(),
        ]
    );
    let traced = tree(&graph.resolve().trace(&Query::parse(LONG).unwrap()));
    assert_eq!(traced.len(), 6);
    assert!(traced[5].ends_with("ConsoleLogin (Credential, Strong)"));
}

#[test]
fn console_sign_in_by_session_and_by_time() {
    let login = |time| {
        let mut identity = user("");
        identity["sessionContext"] =
            json!({"signInSessionArn": "arn:aws:signin:us-east-1:1:session/4"});
        with(
            record("signin:ConsoleLogin", time, identity),
            json!({"responseElements": {"ConsoleLogin": "Success"}}),
        )
    };
    let used = |created, sign_in: Value| {
        let mut identity = user_session(TEMP, created);
        identity["sessionContext"]["signInSessionArn"] = sign_in;
        with(
            record("s3:ListBuckets", "02:30:00", identity),
            json!({"sessionCredentialFromConsole": "true"}),
        )
    };
    // Keys are exchanged long after the sign-in, and its session stays.
    let same = used("02:20:00", json!("arn:aws:signin:us-east-1:1:session/4"));
    let chain = whois(&graph(&[login("02:00:00"), same]), TEMP);
    assert_eq!(
        steps(&chain)[1],
        "mary.major ConsoleLogin (SignInSession, Strong)"
    );
    assert_eq!(chain.end, End::SignIn);

    let chain = whois(
        &graph(&[login("02:00:00"), used("02:00:03", json!(null))]),
        TEMP,
    );
    assert_eq!(
        steps(&chain)[1],
        "mary.major ConsoleLogin (ArnAndTime, Likely)"
    );

    let twice = [
        login("02:00:00"),
        login("02:00:02"),
        used("02:00:03", json!(null)),
    ];
    let chain = whois(&graph(&twice), TEMP);
    assert_eq!(
        steps(&chain)[1],
        "mary.major ConsoleLogin (ArnAndTime, Weak of 2)"
    );
    assert_eq!(chain.steps[1].events[0].at, 1, "the nearest");

    let chain = whois(
        &graph(&[login("02:00:00"), used("02:10:00", json!(null))]),
        TEMP,
    );
    assert_eq!((chain.steps.len(), chain.end), (1, End::NotOnRecord));
}

#[test]
fn a_sign_in_that_nothing_followed() {
    let login = with(
        record("signin:ConsoleLogin", "02:00:00", user("")),
        json!({"responseElements": {"ConsoleLogin": "Success"}}),
    );
    let graph = graph(&[login, record("s3:ListBuckets", "02:10:00", user(LONG))]);
    let asked = Query::parse("arn:aws:iam::111122223333:user/mary.major").unwrap();
    assert_eq!(
        tree(&graph.resolve().trace(&asked)),
        [
            "mary.major ConsoleLogin",
            "mary.major used AKIAIOSFODNN7EXAMPLE"
        ]
    );
}

#[test]
fn a_failed_sign_in_issues_nothing() {
    let failed = with(
        record("signin:ConsoleLogin", "02:00:00", user("")),
        json!({"responseElements": {"ConsoleLogin": "Failure"}}),
    );
    let refused = with(
        record("sts:AssumeRole", "02:00:00", user(LONG)),
        with(assumed("a", TEMP), json!({"errorCode": "AccessDenied"})),
    );
    assert_eq!(graph(&[failed, refused]).issues().count(), 0);
}

#[test]
fn switch_role() {
    let switch = with(
        record(
            "signin:SwitchRole",
            "02:10:00",
            role("mary.major", NEXT, "02:10:00"),
        ),
        json!({"responseElements": {"SwitchRole": "Success"},
            "additionalEventData": {"SwitchFrom": "arn:aws:iam::111122223333:user/mary.major"}}),
    );
    let graph = graph(&[
        record("s3:ListBuckets", "01:00:00", user(LONG)),
        record("s3:ListBuckets", "02:01:00", user_session(TEMP, "02:00:00")),
        switch,
    ]);
    assert_eq!(
        steps(&whois(&graph, NEXT)),
        [
            "mary.major used ASIAI44QH8DHBEXAMPLE",
            "mary.major SwitchRole (Credential, Strong)",
            "mary.major used ASIAIOSFODNN7EXAMPLE (PrincipalAndTime, Likely)",
        ]
    );
}

#[test]
fn created_key() {
    let created = "AKIAI44QH8DHBEXAMPLE";
    let backdoor = json!({"type": "IAMUser", "principalId": "AIDAJQABLZS4AEXAMPLE",
        "arn": "arn:aws:iam::111122223333:user/svc", "accountId": ACCOUNT, "userName": "svc",
        "accessKeyId": created});
    let make = |user: &str| {
        with(
            record(
                "iam:CreateAccessKey",
                "02:00:00",
                role("a", TEMP, "01:00:00"),
            ),
            json!({"responseElements": {"accessKey": {"accessKeyId": created, "userName": user}}}),
        )
    };
    let used = record("s3:ListBuckets", "03:00:00", backdoor);
    let chain = whois(&graph(&[make("svc"), used.clone()]), created);
    assert_eq!(steps(&chain)[1], "a CreateAccessKey (Credential, Strong)");
    // For another user it is another key, whatever its id.
    let chain = whois(&graph(&[make("other"), used]), "svc");
    assert!(matches!(chain.end, End::LongTermKey { .. }));
}

#[test]
fn cognito() {
    let issue = with(
        record(
            "cognito-identity:GetCredentialsForIdentity",
            "02:00:00",
            json!({"type": "Unknown"}),
        ),
        json!({"requestParameters": {"logins": {"accounts.example": "HIDDEN"}, "identityId": "eu:7"},
            "responseElements": credentials(TEMP)}),
    );
    let used = role("CognitoIdentityCredentials", TEMP, "02:00:00");
    let chain = whois(
        &graph(&[issue, record("s3:GetObject", "02:01:00", used)]),
        TEMP,
    );
    assert_eq!(
        steps(&chain)[1],
        "unknown GetCredentialsForIdentity (Credential, Likely)"
    );
    let End::Subject {
        subject: Subject::Cognito { identity, provider },
    } = chain.end
    else {
        panic!("{:?}", chain.end);
    };
    assert_eq!(
        (&*identity, provider.as_deref()),
        ("eu:7", Some("accounts.example"))
    );
}

#[test]
fn roles_anywhere() {
    let mut set = assumed("4f2a", TEMP)["responseElements"].clone();
    set["sourceIdentity"] = json!("CN=build");
    let subject = "arn:aws:rolesanywhere:eu-west-1:111122223333:subject/1";
    let issue = with(
        record(
            "rolesanywhere:CreateSession",
            "02:00:00",
            json!({"type": "Unknown"}),
        ),
        json!({"responseElements": {"credentialSet": [set], "subjectArn": subject}}),
    );
    let graph = graph(&[
        issue,
        record("s3:GetObject", "02:01:00", role("4f2a", TEMP, "02:00:00")),
    ]);
    let issued = graph.issues().next().unwrap();
    assert_eq!(issued.source_identity.as_deref(), Some("CN=build"));
    assert_eq!(issued.target.session.as_deref(), Some("4f2a"));
    let chain = whois(&graph, TEMP);
    assert!(matches!(
        chain.end,
        End::Subject {
            subject: Subject::Certificate { .. }
        }
    ));
}

#[test]
fn pod_identity() {
    let node = role("i-0123456789abcdef0", NEXT, "01:00:00");
    let issue = with(
        record("eks-auth:AssumeRoleForPodIdentity", "02:00:00", node),
        json!({"requestParameters": {"clusterName": "orders"},
            "responseElements": {
                "assumedRoleUser": {"assumeRoleId": "AROADBQP57FF2AEXAMPLE:eks-orders-1",
                    "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/eks-orders-1"},
                "credentials": {"accessKeyId": TEMP},
                "subject": {"namespace": "shop", "serviceAccount": "api"}}}),
    );
    let graph = graph(&[
        issue,
        record(
            "s3:GetObject",
            "02:01:00",
            role("eks-orders-1", TEMP, "02:00:00"),
        ),
    ]);
    let Some(Subject::Pod {
        service_account, ..
    }) = &graph.issues().next().unwrap().subject
    else {
        panic!("no pod");
    };
    assert_eq!(&**service_account, "shop/api");
    // The node that asked for it is an instance, by its name only.
    let chain = whois(&graph, TEMP);
    assert_eq!(chain.steps.len(), 3);
    assert!(matches!(chain.end, End::Instance { stated: false, .. }));
}

#[test]
fn identity_center() {
    let person = json!({"type": "IdentityCenterUser", "accountId": ACCOUNT, "credentialId": "69e5ef1b",
        "onBehalfOf": {"userId": "6cec", "identityStoreArn": "arn:aws:identitystore::1:identitystore/d-1"}});
    let taken = with(
        record("sso:Federate", "02:00:00", person),
        json!({"serviceEventDetails": {"account_id": ACCOUNT, "role_name": "PlatformAdmin"}}),
    );
    let saml = |time| {
        let name = "AWSReservedSSO_PlatformAdmin_0123456789abcdef";
        let arn = format!("arn:aws:sts::{ACCOUNT}:assumed-role/{name}/akua");
        with(
            record(
                "sts:AssumeRoleWithSAML",
                time,
                json!({"type": "SAMLUser", "userName": "akua"}),
            ),
            json!({
                "requestParameters": {"roleArn":
                    format!("arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/{name}")},
                "responseElements": {"credentials": {"accessKeyId": TEMP}, "subject": "akua",
                    "assumedRoleUser": {"arn": arn, "assumedRoleId": "AROADBQP57FF2AEXAMPLE:akua"}},
            }),
        )
    };
    let chain = whois(&graph(&[taken.clone(), saml("02:00:02")]), TEMP);
    assert_eq!(
        steps(&chain),
        [
            "akua AssumeRoleWithSaml",
            "d-1/6cec IdentityCenter (PermissionSetAndTime, Likely)",
            "d-1/6cec used 69e5ef1b (PermissionSetAndTime, Likely)",
        ]
    );
    assert!(matches!(chain.end, End::Person { .. }));
    let chain = whois(&graph(&[taken, saml("02:30:00")]), TEMP);
    assert!(
        matches!(chain.end, End::Subject { .. }),
        "half an hour later is no link"
    );
}

#[test]
fn instances_by_the_service_that_asked() {
    let ec2 = json!({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"});
    let issue = with(
        record("sts:AssumeRole", "02:00:00", ec2),
        assumed("i-0123456789abcdef0", TEMP),
    );
    let chain = whois(&graph(&[issue]), TEMP);
    assert!(matches!(chain.end, End::Instance { stated: true, .. }));
}

#[test]
fn sessions_that_services_make_for_a_caller() {
    let mut forwarded = user_session(TEMP, "02:00:00");
    forwarded["invokedBy"] = json!("cloudformation.amazonaws.com");
    let used = record("s3:CreateBucket", "02:00:01", forwarded);
    let chain = whois(&graph(std::slice::from_ref(&used)), TEMP);
    let service = "cloudformation.amazonaws.com";
    assert!(matches!(&chain.end, End::Forwarded { service: found } if &**found == service));
    // Chance may put a sign-in of the caller beside it.
    let login = with(
        record("signin:ConsoleLogin", "02:00:00", user("")),
        json!({"responseElements": {"ConsoleLogin": "Success"}}),
    );
    let chain = whois(&graph(&[login, used.clone()]), TEMP);
    assert_eq!(
        steps(&chain)[1],
        "mary.major ConsoleLogin (ArnAndTime, Weak)"
    );
    let direct = record("s3:ListBuckets", "02:00:02", user_session(TEMP, "02:00:00"));
    assert_eq!(whois(&graph(&[used, direct]), TEMP).end, End::NotOnRecord);
}

#[test]
fn service_linked_roles_leave_the_key_out() {
    let service = json!({"type": "AWSService", "invokedBy": "rds.amazonaws.com"});
    let issue = with(
        record("sts:AssumeRole", "02:00:00", service),
        assumed("SLR", TEMP),
    );
    let mut session = role("SLR", "", "02:00:00");
    session["invokedBy"] = json!("rds.amazonaws.com");
    let used = record("ec2:DescribeVpcs", "02:00:01", session);
    let chain = whois(&graph(&[issue, used]), "SLR");
    assert_eq!(
        steps(&chain)[1],
        "rds.amazonaws.com AssumeRole (ArnAndTime, Likely)"
    );
    assert!(matches!(&chain.end, End::Service { .. }));
}

#[test]
fn by_arn_only_while_nothing_states_when_it_began() {
    let issue = with(
        record("sts:AssumeRole", "02:00:00", user(LONG)),
        assumed("a", TEMP),
    );
    let mut session = role("a", NEXT, "02:00:00");
    session["sessionContext"]["attributes"] = json!({});
    let chain = whois(
        &graph(&[issue.clone(), record("s3:ListBuckets", "02:30:00", session)]),
        NEXT,
    );
    assert_eq!(steps(&chain)[1], "mary.major AssumeRole (Arn, Weak)");

    let other_time = record("s3:ListBuckets", "02:30:00", role("a", NEXT, "02:29:00"));
    let chain = whois(&graph(&[issue, other_time]), NEXT);
    assert_eq!((chain.steps.len(), chain.end), (1, End::NotOnRecord));
}

#[test]
fn what_was_too_large_is_taken_from_the_resources() {
    let arn = "arn:aws:iam::111122223333:role/ci/Deploy";
    let issue = with(
        record("sts:AssumeRole", "02:00:00", user(LONG)),
        json!({"requestParameters": {"omitted": true, "reason": "requestParameters too large"},
            "resources": [{"type": "AWS::IAM::Role", "ARN": arn, "accountId": ACCOUNT}]}),
    );
    let graph = graph(&[issue]);
    let issued = graph.issues().next().unwrap();
    assert_eq!(issued.kind, IssueKind::AssumeRole);
    assert_eq!(issued.target.role.as_deref(), Some(arn));
}
